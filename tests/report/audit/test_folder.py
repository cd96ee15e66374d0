"""Finished tables of any folder, and what an outsider works out from them."""

import shutil

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner
from scipy.optimize import Bounds, LinearConstraint, milp

from geo.__main__ import main
from geo.disclosure.rules import Rule
from geo.errors import FileError
from geo.report.audit.folder import audit_folder
from tests.builders import write_place
from tests.sources.spreadsheets import write_ods, write_xls

CODES = [f"E0100000{n}" for n in range(1, 7)]
WARDS = ["E05000001"] * 2 + ["E05000002"] * 2 + ["E05000003"] * 2


def write(folder, **files):
    """Write tables from columns, or as they stand from text."""
    for name, table in files.items():
        text = table if isinstance(table, str) else pd.DataFrame(table).to_csv(index=False)
        (folder / f"{name}.csv").write_text(text, "utf-8")


def found(folder, **options):
    """Areas, categories and ways of what can be worked out."""
    audit = audit_folder(folder, **options)
    assert audit.notes == ()
    cells = audit.found[["area", "series", "sex", "age"]].itertuples(index=False, name=None)
    return sorted(" ".join(filter(None, words)) for words in cells)


def test_a_total_at_the_foot_of_a_table_gives_its_one_hidden_row_away(tmp_path):
    write(tmp_path, neet="Area,Number\nNorth,c\nMid,12\nSouth,9\nTotal,24\n")
    assert found(tmp_path) == ["North number"]
    assert found(tmp_path, rule=Rule(counts_under=3)) == []  # 3 is not too small


def test_two_hidden_rows_of_a_large_total_are_safe(tmp_path):
    write(tmp_path, neet="Area,Number\nNorth,c\nMid,c\nSouth,9\nTotal,24\n")
    assert found(tmp_path) == []
    write(tmp_path, neet="Area,Number\nNorth,c\nMid,c\nSouth,9\nTotal,11\n")
    assert found(tmp_path) == ["Mid number", "North number"]  # one each


def test_a_column_and_an_indicator_of_one_name_are_one_series(tmp_path):
    write(
        tmp_path,
        tidy="area_code,indicator_id,period,count,state\n"
        "E01000001,young_neet,2024,,suppressed\nE01000002,young_neet,2024,12,value\n",
        wide="lsoa21cd,young_neet,rank\nE01000001,3,1\nE01000002,12,2\n",
    )
    assert found(tmp_path) == ["E01000001 young neet"]
    write(
        tmp_path,
        tidy="area_code,area_type,indicator_id,period,count,state\n"
        "E01000001,lsoa21,young_neet,2024,,suppressed\nE01000002,lsoa21,young_neet,2024,12,value\n"
        "North,town,young_neet,2024,40,value\nSouth,town,young_neet,2024,50,value\n",
    )
    assert found(tmp_path) == ["E01000001 young neet"]


@pytest.mark.parametrize("sign", ["c", "[c]", "*", "<5", "", "suppressed", "1-4"])
def test_every_sign_of_suppression_is_read(tmp_path, sign):
    write(tmp_path, neet=f"Area,Number\nNorth,{sign}\nMid,12\nSouth,9\nTotal,24\n")
    assert found(tmp_path) == ["North number"]


@pytest.mark.parametrize(
    "headers", [("m", "f", "persons"), ("Boys", "Girls", "All"), ("A", "B", "Total"),
                ("neet_boys", "neet_girls", "neet_persons"), ("0-4", "5-9", "All ages")]
)  # fmt: skip
def test_columns_that_add_up_give_a_hidden_part_away(tmp_path, headers):
    one, other, whole = headers
    rows = {"lsoa21cd": CODES, one: [3, 6, 7, 8, 9, 5], other: [9, 8, 7, 6, 9, 5],
            whole: [12, 14, 14, 14, 18, 10]}  # fmt: skip
    table = pd.DataFrame(rows).astype(object)
    table.loc[0, one] = "*"
    write(tmp_path, table=table)
    assert [cell.split()[0] for cell in found(tmp_path)] == ["E01000001"]
    table.loc[0, other] = "*"
    write(tmp_path, table=table)
    assert found(tmp_path) == []


def test_a_denominator_less_another_count_gives_a_hidden_count_away(tmp_path):
    """Pupils with special needs are all pupils less those without."""
    some, rest = np.array([3, 16, 17, 28, 19, 15]), np.array([39, 58, 47, 66, 59, 45])
    shared = {"area_code": CODES, "area_type": "lsoa21", "period": "2024"}
    tables = [
        pd.DataFrame(shared | {"indicator_id": name, "count": own, "denominator": some + rest})
        for name, own in {"sen": some, "not_sen": rest}.items()
    ]
    table = pd.concat(tables, ignore_index=True).astype({"count": object})
    table.loc[0, "count"] = "c"
    write(tmp_path, table=table)
    assert [cell.split()[0] for cell in found(tmp_path)] == ["E01000001"]
    table.loc[6, "count"] = "c"
    write(tmp_path, table=table)
    assert found(tmp_path) == []


def test_columns_that_no_word_relates_are_related_by_their_numbers(tmp_path):
    plans = [13, 21, 17, 30, 26, 19]
    support = [41, 35, 58, 62, 44, 39]
    table = pd.DataFrame({"lsoa21cd": CODES, "ehcp": plans, "support": support})
    table["sen"] = table["ehcp"] + table["support"]
    table = table.astype(object)
    table.loc[2, "ehcp"] = "c"
    table.loc[2, ["support", "sen"]] = 58, 61
    write(tmp_path, sen=table)
    assert found(tmp_path) == ["E01000003 ehcp"]


def test_wards_of_one_file_are_subtracted_from_lsoas_of_another(tmp_path):
    lsoas = {"lsoa21cd": CODES, "wd24cd": WARDS, "neet": ["c", 9, 12, 7, 8, 9]}
    wards = {"wd24cd": sorted(set(WARDS)), "neet": [12, 19, 17]}
    write(tmp_path, lsoas=lsoas, wards=wards)
    assert found(tmp_path) == ["E01000001 neet"]
    audit = audit_folder(tmp_path)
    assert audit.lines == [
        "lsoas.csv: neet of E01000001: wd24 E05000001 less its other parts by lsoa21."
    ]
    write(tmp_path, lsoas=lsoas | {"neet": ["c", "c", 12, 7, 8, 9]})
    assert found(tmp_path) == []


def test_a_number_hidden_in_one_table_and_printed_in_another_is_found(tmp_path):
    rows = {"lsoa21cd": CODES, "neet": [3, 9, 12, 7, 8, 9]}
    write(tmp_path, one=rows | {"neet": ["c", 9, 12, 7, 8, 9]}, two=rows)
    assert audit_folder(tmp_path).lines == ["one.csv: neet of E01000001: it is printed in two.csv."]


def test_tables_of_one_name_and_other_numbers_are_kept_apart(tmp_path):
    rows = {"lsoa21cd": CODES, "neet": ["c", "c", 12, 7, 8, 9]}
    write(tmp_path, one=rows, two=rows | {"neet": [5, 90, 120, 70, 80, 90]})
    assert found(tmp_path) == []


def test_groups_are_taken_from_a_place(tmp_path):
    place = write_place(tmp_path / "place")
    folder = tmp_path / "tables"
    folder.mkdir()
    write(folder, wards={"Ward": ["Alder", "Birch", "Cedar"], "neet": ["c", 9, 6]},
          groups={"Collaborative": ["East", "West"], "neet": [12, 6]})  # fmt: skip
    assert found(folder, place=place) == ["E05000001 neet"]
    assert found(folder) == []  # without the place nothing says what East is made of


def test_tidy_rows_with_a_rate_give_their_count_away(tmp_path):
    rows = pd.DataFrame(
        {"area_code": CODES, "area_type": "lsoa21", "indicator_id": "neet",
                         "period": "2024", "count": [3, 9, 12, 7, 8, 9], "denominator": 60}
    )  # fmt: skip
    rows["value"] = rows["count"] / rows["denominator"] * 100
    rows["count"] = rows["count"].astype(object)
    rows.loc[0, "count"] = "c"
    write(tmp_path, tidy=rows)
    [line] = audit_folder(tmp_path).lines
    assert line.startswith("tidy.csv: neet 2024 of E01000001: ")
    write(tmp_path, tidy=rows.assign(value=rows["value"].mask(rows["count"] == "c")))
    assert found(tmp_path) == []


def test_workbooks_and_layers_are_read_beside_csv(tmp_path):
    (tmp_path / "wards.csv").write_text("wd24cd,neet\nE05000001,12\nE05000002,19\n", "utf-8")
    lsoas = pd.DataFrame({"lsoa21cd": CODES[:4], "wd24cd": WARDS[:4], "neet": ["c", 9, 12, 7]})
    with pd.ExcelWriter(tmp_path / "book.xlsx", engine="xlsxwriter") as book:
        lsoas.to_excel(book, sheet_name="LSOAs", index=False, startrow=3)
        book.sheets["LSOAs"].write(0, 0, "NEET by LSOA")
    assert found(tmp_path) == ["E01000001 neet"]
    (tmp_path / "book.xlsx").unlink()
    shapes = [shapely.box(at, 0, at + 1, 1) for at in range(4)]
    layer = gpd.GeoDataFrame(lsoas, geometry=shapes, crs=27700)
    layer.assign(neet=["", "9", "12", "7"]).to_file(tmp_path / "areas.gpkg", layer="lsoa")
    [line] = audit_folder(tmp_path).lines
    assert line.startswith("areas.gpkg, layer lsoa: neet of E01000001: wd24 E05000001 less")


PRINTED = [["LSOAs of wards, 2024"], [], ["lsoa21cd", "neet"], *map(list, zip(CODES, (
    3, 9, 12, 7, 5, 8), strict=True)), [], ["Source: ours"]]  # fmt: skip


def as_text(path, mark, encoding):
    lines = (mark.join(map(str, row)) for row in PRINTED)
    path.write_bytes("\n".join(lines).encode(encoding))


KINDS = {
    "p.tsv": lambda path: as_text(path, "\t", "utf-8"),
    "p.txt": lambda path: as_text(path, "\t", "utf-16"),
    "p.csv": lambda path: as_text(path, ";", "utf-16"),
    "p.xls": lambda path: write_xls(path, {"Notes": [["x"]], "P": PRINTED}, hidden=("P",)),
    "p.ods": lambda path: write_ods(path, {"Notes": [["x"]], "P": PRINTED}),
    "p.parquet": lambda path: pd.DataFrame(PRINTED[3:9], columns=PRINTED[2]).to_parquet(path),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_number_that_is_hidden_elsewhere_is_found_in_every_kind_of_file(tmp_path, name):
    write(tmp_path, hidden={"lsoa21cd": CODES, "neet": ["c", 9, 12, 7, 5, 8]})
    (tmp_path / "neet.txt").write_text("Alternative text\nA map, of North, and South.\n\nOGL.\n")
    assert found(tmp_path) == []
    KINDS[name](tmp_path / name)
    assert found(tmp_path) == ["E01000001 neet"]


@pytest.mark.parametrize("name", ["x.zip", "x.xlsb", "x.numbers"])
def test_files_that_may_hold_tables_and_are_not_read_are_noted(tmp_path, name):
    write(tmp_path, hidden={"lsoa21cd": CODES, "neet": ["c", 9, 12, 7, 5, 8]})
    (tmp_path / name).write_bytes(b"PK")
    [note] = audit_folder(tmp_path).notes
    assert note.startswith(f"{name} is not read, and so not audited; ")


def test_tables_that_cannot_be_read_are_noted(tmp_path):
    write(tmp_path, neet="Area,Number\nNorth,c\nMid,c\nSouth,9\nTotal,24\n")
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 broken")
    [note] = audit_folder(tmp_path).notes
    assert note.startswith("broken.xlsx cannot be read")


def test_totals_that_contradict_are_noted(tmp_path):
    write(tmp_path, neet="Area,Number\nNorth,c\nMid,12\nSouth,19\nTotal,24\n")
    [note] = audit_folder(tmp_path).notes
    assert note == "The totals in neet.csv contradict each other; it is not audited."


def test_a_folder_that_is_absent_or_empty_is_refused(tmp_path):
    with pytest.raises(FileError, match="There is no folder"):
        audit_folder(tmp_path / "nowhere")
    with pytest.raises(FileError, match="No table in"):
        audit_folder(tmp_path)


def _span(given, hide, region):
    """How far apart the least and greatest number of a region are, by integer programmes."""
    totals = pd.concat([pd.get_dummies(given[level]) for level in ("county", "group")], axis=1)
    sums = LinearConstraint(totals.T.to_numpy(float), *[given["n"] @ totals.astype(int)] * 2)
    bounds = Bounds(given["n"].where(~hide, 1), given["n"].where(~hide, 99))
    aim = given["region"].eq(region).to_numpy(float)
    least, greatest = (
        milp(sign * aim, constraints=sums, bounds=bounds, integrality=np.ones(len(aim))).fun * sign
        for sign in (1, -1)
    )
    return greatest - least


def test_linked_tables_that_are_safe_one_by_one_are_not_safe_together(tmp_path, conformance):
    """A published instance: regions by county and size; a programme of its own agrees."""
    instance = pd.read_json(conformance / "suppression_instances.json", typ="series")
    names = ("region", "county", "group", "n")
    given = pd.DataFrame({name: instance["UserSupport_136"][name] for name in names})
    given["county"] = "County " + given["county"]
    small = given["n"] <= 3
    for secondary in ([], ["I"], ["I", "N"], ["N"]):
        hide = small | given["region"].isin(secondary)
        narrow = [name for name in given["region"][hide] if _span(given, hide, name) < 2]
        write(tmp_path, regions=given.assign(n=given["n"].astype(object).mask(hide, "*")))
        for level in ("county", "group"):
            write(tmp_path, **{f"by_{level}": given.groupby(level, as_index=False)["n"].sum()})
        exposed = [cell.split()[0] for cell in found(tmp_path, rule=Rule(counts_under=4))]
        assert [name.upper() for name in exposed] == sorted(narrow)


def test_command_tells_and_exits_with_one(tmp_path):
    write(tmp_path, neet="Area,Number\nNorth,c\nMid,12\nSouth,9\nTotal,24\n")
    done = CliRunner().invoke(main, ["audit", str(tmp_path)])
    assert done.exit_code == 1
    assert done.output.splitlines() == [
        "neet.csv: number of North: the total less its other parts by area.",
        "1 of 1 hidden counts can be worked out from 1 table of areas.",
    ]
    assert CliRunner().invoke(main, ["audit", str(tmp_path), "--rule", "3"]).exit_code == 0
    assert CliRunner().invoke(main, ["audit", str(tmp_path / "no")]).exit_code == 1


@pytest.mark.slow
def test_the_report_of_the_sample_gives_nothing_away(sampled):
    audit = audit_folder(sampled.out)
    assert audit.hidden > 1000
    assert {"tartan-rug.csv", "areas.gpkg, layer lsoa"} <= set(audit.tables)
    assert audit.lines == []


@pytest.mark.slow
def test_a_leak_planted_in_the_report_of_the_sample_is_found(sampled, tmp_path):
    for name in ("tartan-rug.csv", "areas.gpkg"):
        shutil.copy(sampled.out / name, tmp_path)
    rug = pd.read_csv(tmp_path / "tartan-rug.csv", dtype=str)
    hidden = rug.index[rug["state"].eq("suppressed") & rug["area_type"].eq("lsoa21")][0]
    rug.loc[hidden, ["state", "value"]] = "value", "12.5"
    rug.to_csv(tmp_path / "tartan-rug.csv", index=False)
    [line] = audit_folder(tmp_path).lines
    code = rug.loc[hidden, "area_code"]
    assert line.startswith("areas.gpkg, layer lsoa: ")
    assert line.endswith(f" of {code}: it is printed in tartan-rug.csv.")


@pytest.mark.slow
def test_one_of_two_hidden_lsoas_of_a_ward_printed_gives_the_other_away(sampled, tmp_path):
    shutil.copytree(sampled.out / "tables", tmp_path / "tables")
    rug = pd.read_csv(sampled.out / "tartan-rug.csv", dtype=str)
    ward = pd.read_csv(sampled.out / "tables/lsoas.csv").set_index("lsoa21cd")["wd24cd"]
    lsoas = rug[rug["area_type"].eq("lsoa21")]
    groups = lsoas.groupby(["indicator_id", lsoas["area_code"].map(ward)])
    two = groups["state"].transform(lambda state: (state == "suppressed").sum() == 2)
    known = groups["count"].transform(lambda count: count.isna().sum() == 2)
    shown = rug[rug["area_type"].eq("wd24") & rug["count"].notna()].set_index(
        ["indicator_id", "area_code"]
    )["count"]
    pairs = lsoas[two & known & lsoas["state"].eq("suppressed")]
    name, code, ours = next(
        (one.indicator_id, ward[one.area_code], pairs.index[at : at + 2])
        for at, one in enumerate(pairs.itertuples())
        if (one.indicator_id, ward[one.area_code]) in shown
    )
    rest = float(shown[name, code]) - groups.get_group((name, code))["count"].astype(float).sum()
    rug.loc[ours[0], ["state", "count"]] = "value", str(int(rest - 2))
    rug.to_csv(tmp_path / "tartan-rug.csv", index=False)
    [line] = audit_folder(tmp_path).lines
    assert line.endswith(
        f" of {rug.loc[ours[1], 'area_code']}: wd24 {code} less its other parts by lsoa21."
    )
