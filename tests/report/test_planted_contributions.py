"""No file of a build holds what single people contribute, nor the parameters of the p% rule."""

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from geo.__main__ import main
from geo.report.whole_folder import files_in
from geo.sources.sample import sample, write_sample
from tests.report.test_planted_counts import _contents, _holds, _tokens

pytestmark = pytest.mark.slow
PERCENT = 13.579


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A levy of which one person pays nearly all in every eighth LSOA, and the payments."""
    data, out = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("out")
    write_sample(data)
    folder = data / "indicators"
    for path in folder.iterdir():
        path.unlink()
    codes = sample().areas["lsoa21cd"]
    rng = np.random.default_rng(11)
    payments = rng.choice(np.arange(7_000_000, 9_900_000), (len(codes), 2), replace=False)
    payments = -np.sort(-payments, axis=1)
    others = rng.integers(50_000_000, 90_000_000, len(codes))
    others[::8] = rng.integers(1000, 9000, len(others[::8]))
    people = rng.integers(100, 900, len(codes))
    total = payments.sum(axis=1) + others
    pd.DataFrame(
        {"lsoa21cd": codes, "indicator_id": "levy", "period": "2025", "denominator": people,
         "value": total / people, "largest_1": payments[:, 0], "largest_2": payments[:, 1]}
    ).to_csv(folder / "levy.csv", index=False)  # fmt: skip
    (folder / "indicators.toml").write_text(
        '[levy]\nname = "Levy"\ngroup = "Secrets"\nunit = "pounds"\nmeasure = "mean"\n'
        'multiplier = 1\npolarity = "no_judgement"\nsource = "Test"\nlicence = "None"\n'
        "confidential = true\n",
        "utf-8",
    )
    arguments = ["build", "sample", "--data", data, "--out", out, "--p-percent", PERCENT]
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    assert result.exit_code == 0, result.output
    return out, result.output, payments, pd.Series(total / people, codes)


def _written(mean):
    """Ways in which a mean may be written out."""
    return {way.encode() for way in (f"{mean:.1f}", f"{mean:,.1f}", repr(mean)[:10])}


def test_build_hides_what_one_person_pays_and_writes_no_payment_anywhere(built):
    out, said, payments, mean = built
    table = pd.read_csv(out / "tartan-rug.csv").query("area_type == 'lsoa21'")
    hidden = table.set_index("area_code")["state"].reindex(mean.index).eq("suppressed")
    assert hidden.iloc[::8].all()
    assert 30 < hidden.sum() < 90
    everything = {name: _contents(out / name) for name in files_in(out)}
    everything["said"] = said.encode()
    secrets = {
        str(PERCENT).encode(),
        *(way for one in mean[hidden].tolist() for way in _written(one)),
    }
    found = {}
    for name, content in everything.items():
        tokens = _tokens(content)
        hits = [hit for paid in payments.ravel() for hit in _holds(content, tokens, paid)]
        hits += [b"largest_1"] * (b"largest_1" in content)
        if hits := [*hits, *(secrets & tokens)]:
            found[name] = hits
    assert found == {}
    printed = _written(mean[~hidden].tolist()[0])
    assert printed & _tokens(everything["tartan-rug.csv"])
