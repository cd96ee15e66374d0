"""Real gathering of all authorities of England: each has the LSOAs and deciles of the Indices."""

import re

import pandas as pd
import pytest

from geo.geography.places import Level, Place
from geo.geography.vintages import chain
from geo.report.evidence import england_of, gather_evidence
from geo.sources import folders
from geo.vocabulary.releases import RELEASES

DECILES = [f"decile_{decile}" for decile in range(1, 11)]
VINTAGES, WARDS = "LSOA11_LSOA21_LAD22_EW_LU.csv", "LSOA21_WD24_LAD24_EW_LU.csv"
INDICES = {2025: "IoD2025_ranks_scores_deciles.csv", 2019: "IoD2019_ranks_deciles.csv"}
MOVED = pd.DataFrame({"decile": 7, "count": [1, -1]}, ["E07000177", "E06000062"])
"""E01027305, in 2019 South Northamptonshire's, is of a ward of Cherwell since that is gone."""


def once(monkeypatch, module, function):
    """Have a function that reads or links all of England do so once for all authorities."""
    known = []

    def remembered(*args, **options):
        if not known:
            known.append(function(*args, **options))
        return known[0]

    monkeypatch.setattr(f"{module}.{function.__name__}", remembered)


def own_deciles(path):
    """Authority and decile of each LSOA as the Indices print them, without the product."""
    raw = pd.read_csv(path)
    (authority,) = [c for c in raw if re.match(r"Local Authority District code", c)]
    (decile,) = [c for c in raw if re.match(r"Index of Multiple Deprivation \(IMD\) Decile", c)]
    return raw.iloc[:, 0], raw[authority], raw[decile]


def successors(path, lsoas, authorities, today):
    """Today's authority of each that is gone: the one that most of its LSOAs lie in."""
    parts = pd.read_csv(path)[["LSOA11CD", "LSOA21CD"]].merge(today, on="LSOA21CD")
    there = parts.groupby("LSOA11CD")["LAD24CD"].agg(lambda one: one.mode().iat[0])
    gone = ~authorities.isin(today["LAD24CD"])
    found = lsoas[gone].map(there).groupby(authorities[gone]).agg(lambda one: one.mode().iat[0])
    return authorities.replace(found.to_dict())


@pytest.mark.slow
@pytest.mark.parametrize("year", INDICES)
def test_deciles_of_all_authorities_are_those_that_the_indices_count(
    real_data, tmp_path, monkeypatch, year
):
    england = real_data / "england"
    for name in (INDICES[year], VINTAGES, WARDS):
        (tmp_path / name).symlink_to(england / name)
    lsoas, owners, deciles = own_deciles(england / INDICES[year])
    today = pd.read_csv(england / WARDS)
    named = today[["LAD24CD", "LAD24NM"]].drop_duplicates()
    named = named[named["LAD24CD"].str.startswith("E")]
    if year == 2019:
        owners = successors(england / VINTAGES, lsoas, owners, today[["LSOA21CD", "LAD24CD"]])
    expected = pd.crosstab(owners, deciles).set_axis(DECILES, axis=1)
    for code, (decile, count) in (MOVED if year == 2019 else MOVED[:0]).iterrows():
        expected.loc[code, f"decile_{decile}"] += count

    once(monkeypatch, "geo.sources.folders", folders.scan)
    once(monkeypatch, "geo.sources.folders", folders.read_inputs)
    once(monkeypatch, "geo.geography.membership", chain)
    once(monkeypatch, "geo.report.evidence", england_of)
    # indicators made of the Indices are tested elsewhere, and take seconds an authority
    monkeypatch.setattr("geo.report.evidence.with_indices", lambda *_: (None, None))
    found, members = {}, []
    for code, name in named.itertuples(index=False):
        place = Place(name, code, (Level("ward", "ward", "wards"),))
        evidence = gather_evidence(place, [tmp_path], RELEASES[year])
        profile = evidence.profile.set_index("area_type")
        assert profile.loc[["ward"], DECILES].sum().tolist() == [*profile.loc["borough", DECILES]]
        found[code] = profile.loc["borough", DECILES]
        members += [*evidence.lsoas.iloc[:, 0]]
    assert len(found) == 296
    assert sorted(members) == sorted(lsoas), "each LSOA in one authority"
    found = pd.DataFrame(found).T.astype(int)
    pd.testing.assert_frame_equal(found.sort_index(), expected.sort_index(), check_names=False)
