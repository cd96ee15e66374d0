"""No file of a build holds a hidden number: planted ones are looked for, byte by byte."""

import re
import struct
import zipfile
import zlib

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from geo.__main__ import main
from geo.report.whole_folder import files_in
from geo.sources.sample import sample, write_sample

pytestmark = pytest.mark.slow
HIDE_UNDER = 9_000_000
HEADS = 30_000_011


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """Confidential counts of seven digits, all different, most of them small under the rule."""
    data = tmp_path_factory.mktemp("data")
    write_sample(data)
    codes = sample().areas["lsoa21cd"]
    rng = np.random.default_rng(7)
    counts = rng.choice(np.arange(7_000_000, 8_900_000), len(codes), replace=False)
    counts[::5] += 10_000_000  # a fifth are large enough to print
    folder = data / "indicators"
    for path in folder.iterdir():
        path.unlink()
    pd.DataFrame(
        {"lsoa21cd": codes, "indicator_id": "planted", "period": "2025", "count": counts,
         "denominator": HEADS}
    ).to_csv(folder / "planted.csv", index=False)  # fmt: skip
    (folder / "indicators.toml").write_text(
        '[planted]\nname = "Planted"\ngroup = "Secrets"\nunit = "per million"\n'
        'multiplier = 1000000\nmeasure = "rate"\npolarity = "low_is_good"\n'
        'source = "Test"\nlicence = "None"\nconfidential = true\n',
        "utf-8",
    )
    return data, pd.Series(counts, codes)


@pytest.fixture(scope="module")
def built(planted, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    arguments = ["build", "sample", "--data", planted[0], "--out", out, "--hide-under", HIDE_UNDER]
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    assert result.exit_code == 0, result.output
    return out, result.output


def _contents(path):
    """Bytes of a file, of the files in it, and of its compressed streams."""
    whole = path.read_bytes()
    parts = [whole]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            parts += [archive.read(name) for name in archive.namelist()]
    if path.suffix == ".pdf":
        for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", whole, re.DOTALL):
            try:
                parts.append(zlib.decompress(stream))
            except zlib.error:
                parts.append(stream)
    return b"\n".join(parts)


_NUMBERS = re.compile(rb"\d+(?:\.\d+)?"), re.compile(rb"(?<!\d)\d{1,3}(?:,\d{3})+(?:\.\d+)?")


def _tokens(content):
    """Every number that is written out in a file, and its first ten characters."""
    found = {number for pattern in _NUMBERS for number in pattern.findall(content)}
    return found | {number[:10] for number in found}


def _holds(content, tokens, number):
    """Ways in which a file holds a count or the rate it makes."""
    number = int(number)
    rate = number / HEADS * 1e6
    text = [str(number), f"{number:,}", f"{rate:.1f}", f"{rate:,.1f}", repr(rate)[:10]]
    binary = [
        struct.pack(order + kind, value)
        for order in "<>"
        for kind, value in (("d", number), ("d", rate), ("q", number))
    ]
    return [f for f in text if f.encode() in tokens] + [f for f in binary if f in content]


def test_build_writes_no_hidden_number_anywhere(planted, built):
    out, said = built
    table = pd.read_csv(out / "tartan-rug.csv")
    states = table.query("indicator_id == 'planted' and area_type == 'lsoa21'")
    states = states.set_index("area_code")["state"]
    hidden = planted[1][states[states == "suppressed"].index]
    assert (planted[1] < HIDE_UNDER).sum() <= len(hidden) <= len(planted[1])
    names = files_in(out)
    assert {"map.html", "areas.gpkg", "tartan-rug.xlsx", "tartan-rug-lsoas.html"} <= set(names)
    everything = {name: _contents(out / name) for name in names} | {"said": said.encode()}
    found = {}
    for name, content in everything.items():
        tokens = _tokens(content)
        if hits := [hit for number in hidden for hit in _holds(content, tokens, number)]:
            found[name] = hits
    assert found == {}


def test_the_search_finds_numbers_that_are_printed(planted, built):
    out, _ = built
    table = pd.read_csv(out / "tartan-rug.csv")
    shown = table.query("indicator_id == 'planted' and area_type == 'lsoa21' and state == 'value'")
    number = planted[1][shown["area_code"].iloc[0]]
    found = set()
    for name in files_in(out):
        content = _contents(out / name)
        tokens = _tokens(content)
        rounded = f"{number / HEADS * 1e6:,.0f}".encode() in tokens
        if rounded or _holds(content, tokens, number):
            found.add(name)
    assert {"tartan-rug.csv", "tartan-rug.xlsx", "tartan-rug-lsoas.html", "areas.gpkg"} <= found


def test_build_says_its_rule_on_everything_made_of_confidential_figures(built):
    out, _ = built
    rule = "counts under 9000000 are not shown"
    for name in files_in(out):
        if "tartan-rug" in name and name.endswith((".html", ".csv", ".svg", ".txt")):
            text = (out / name).read_text("utf-8")
            assert rule in " ".join(re.sub(r"<[^>]+>", " ", text).split()), name
    assert rule in (out / "manifest.json").read_text("utf-8")
    with zipfile.ZipFile(out / "tartan-rug.xlsx") as book:
        assert any(rule.encode() in book.read(name) for name in book.namelist())
    assert rule.encode() in (out / "areas.gpkg").read_bytes()
