"""Places of several authorities, parts of one, and levels that cross: built, counted, attacked."""

import numpy as np
import pandas as pd
import pytest

import geo
from geo.geography.places import load_place
from geo.report.audit.folder import audit_folder
from geo.report.new_place import write_place
from geo.sources.sample import write_sample

TEN = [f"E08000{n:03}" for n in range(1, 11)]
FACTS = """
[plans]
name = "Open plans"
short_name = "Plans"
group = "Support"
unit = "per 1,000"
multiplier = 1000
measure = "rate"
polarity = "no_judgement"
source = "Made up"
licence = "None"
confidential = true
"""


def confidential(folder, codes):
    """Counts of 0 to 7 by LSOA, many of them too small to print."""
    folder.mkdir()
    numbers = np.random.default_rng(1)
    rows = pd.DataFrame({"lsoa21cd": codes, "indicator_id": "plans", "period": "2025"})
    rows = rows.assign(count=numbers.integers(0, 8, len(codes)), denominator=300)
    rows.to_csv(folder / "plans.csv", index=False)
    (folder / "indicators.toml").write_text(FACTS, "utf-8")
    return rows


def profile_of(out):
    table = pd.read_csv(out / "tables/deprivation_by_area.csv")
    return table.set_index(["area_type", "area"])[["lsoas", "decile_1", "top_30"]]


def counted(lsoas, level):
    deciles = lsoas["imd_decile"].groupby(level)
    return deciles.agg(
        lsoas="size", decile_1=lambda d: d.eq(1).sum(), top_30=lambda d: (d <= 3).sum()
    )


@pytest.mark.slow
def test_greater_manchester_is_one_place_of_ten_boroughs(real_data, tmp_path):
    england, data = real_data / "england", tmp_path / "england"
    data.mkdir()
    for name in ("IoD2025_ranks_scores_deciles.csv", "LSOA21_WD24_LAD24_EW_LU.csv",
                 "LSOA21_england_simplified.parquet"):  # fmt: skip
        (data / name).symlink_to(england / name)
    write_place(tmp_path / "greater-manchester", TEN, [data])
    lookup = pd.read_csv(england / "LSOA21_WD24_LAD24_EW_LU.csv", dtype=str).set_index("LSOA21CD")
    lookup = lookup[lookup["LAD24CD"].isin(TEN)]
    rows = confidential(tmp_path / "plans", list(lookup.index))
    geo.build_report(
        tmp_path / "greater-manchester", data=[data], indicators=[tmp_path / "plans"],
        out=tmp_path / "out", only=["map", "tables"],
    )  # fmt: skip
    ranked = pd.read_csv(england / "IoD2025_ranks_scores_deciles.csv").set_index("LSOA code (2021)")
    decile = next(c for c in ranked if c.startswith("Index of Multiple Deprivation (IMD) Decile"))
    own = ranked.loc[lookup.index, [decile]].set_axis(["imd_decile"], axis=1)
    profile = profile_of(tmp_path / "out")
    boroughs = counted(own, lookup["LAD24NM"])
    assert profile.loc["authority"].to_dict() == boroughs.to_dict()
    assert profile.loc[("borough", "Greater Manchester")].tolist() == boroughs.sum().tolist()
    assert boroughs["lsoas"].sum() == len(rows) == 1702
    page = (tmp_path / "out/map.html").read_text("utf-8")
    assert all(name in page for name in boroughs.index)
    assert len(page) < 900_000


@pytest.mark.slow
def test_a_part_with_levels_that_cross_is_counted_once_and_gives_nothing_away(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    files = {path.name: path for path in write_sample(data)}
    for name in ("indicators.csv", "indicators.toml", "wards.csv", "place.toml"):
        files[name].unlink()
    lookup = geo.read_lookup(files["LSOA21_WD24_LAD24_lookup.csv"])
    wards = lookup[["wd24cd"]].drop_duplicates().sort_values("wd24cd", ignore_index=True)
    wards = wards.iloc[: 2 * len(wards) // 3]
    wards["hub"] = [f"Hub {'ABC'[at % 3]}" for at in wards.index]
    wards["seat"] = [f"Seat {'XY'[at % 2]}" for at in wards.index]
    place = tmp_path / "part"
    place.mkdir()
    wards.to_csv(place / "wards.csv", index=False)
    levels = "".join(
        f'[[levels]]\ncolumn = "{one}"\nsingular = "{one}"\nplural = "{one}s"\n'
        for one in ("hub", "seat")
    )
    (place / "place.toml").write_text(
        f'name = "Inland"\ncode = "{lookup["lad24cd"].iat[0]}"\npart = true\n'
        f'wards = "wards.csv"\n{levels}', "utf-8"
    )  # fmt: skip
    assert load_place(place).part
    members = lookup.merge(wards, on="wd24cd")
    rows = confidential(tmp_path / "plans", list(lookup["lsoa21cd"]))
    out = tmp_path / "out"
    geo.build_report(
        place, data=[data], indicators=[tmp_path / "plans"], out=out, only=["rug", "tables"]
    )
    deciles = geo.sample().deprivation.set_index("lsoa21cd")[["imd_decile"]]
    own, profile = deciles.loc[members["lsoa21cd"]], profile_of(out)
    for level in ("hub", "seat"):
        groups = members.set_index("lsoa21cd")[level]
        assert profile.loc[level].to_dict() == counted(own, groups).to_dict()
    rug = pd.read_csv(out / "tartan-rug.csv").query("area_type in ['hub', 'seat', 'borough']")
    inside = rows[rows["lsoa21cd"].isin(members["lsoa21cd"])]["count"].sum()
    assert rug.groupby("area_type")["count"].sum().to_dict() == dict.fromkeys(
        ("hub", "seat", "borough"), inside
    )
    audit = audit_folder(out, place=place)
    assert audit.hidden > 20
    assert audit.found.empty
