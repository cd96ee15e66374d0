"""ONS lookups under their official headers: between vintages, and to wards and authorities."""

import pandas as pd
import pytest

from geo.errors import CodeError, FileError, TableError
from geo.sources.lookups import read_lookup, role_of

# One LSOA unchanged, one split into two, two merged into one.
VINTAGES = (
    "LSOA11CD,LSOA11NM,CHGIND,LSOA21CD,LSOA21NM,LAD22CD,LAD22NM\n"
    "E01000001,Ashfield 001A,U,E01000001,Ashfield 001A,E06000099,Ashfield\n"
    "E01000002,Ashfield 001B,S,E01034001,Ashfield 001E,E06000099,Ashfield\n"
    "E01000002,Ashfield 001B,S,E01034002,Ashfield 001F,E06000099,Ashfield\n"
    "E01000003,Ashfield 001C,M,E01034003,Ashfield 001G,E06000099,Ashfield\n"
    "E01000004,Ashfield 001D,M,E01034003,Ashfield 001G,E06000099,Ashfield\n"
)
WARDS = (
    "LSOA21NM,LSOA21CD,WD24NM,WD24CD,LAD24NM,LAD24CD\n"
    "Ashfield 001A,E01000001,Mill,E05000001,Ashfield,E06000099\n"
    "Ashfield 001B,E01000002,Bridge,E05000002,Ashfield,E06000099\n"
)


def saved(tmp_path, text, name="lookup.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_read_lookup_between_vintages_shares_each_source_equally(tmp_path):
    lookup = read_lookup(saved(tmp_path, VINTAGES))
    assert lookup["weight"].tolist() == [1, 0.5, 0.5, 1, 1]
    assert lookup.groupby("lsoa11cd")["weight"].sum().eq(1).all()
    assert lookup["chgind"].tolist() == ["U", "S", "S", "M", "M"]
    assert set(lookup) == {
        *("lsoa11cd", "lsoa11nm", "lsoa21cd", "lsoa21nm", "lad22cd", "lad22nm"),
        *("chgind", "weight"),
    }


def test_read_lookup_to_wards(tmp_path):
    lookup = read_lookup(saved(tmp_path, WARDS))
    assert set(lookup) == {"lsoa21cd", "lsoa21nm", "wd24cd", "wd24nm", "lad24cd", "lad24nm"}
    assert lookup["wd24nm"].tolist() == ["Mill", "Bridge"]


@pytest.mark.parametrize(
    "dress",
    [
        lambda text: "\ufeff" + text,
        str.lower,
        lambda text: text.replace("LSOA11CD", "F_LSOA11CD"),
        lambda text: text.replace("LSOA11CD", " LSOA11CD "),
    ],
    ids=["byte-order mark", "lower case", "F_", "white space"],
)
def test_read_lookup_finds_columns_in_any_form(tmp_path, dress):
    header, _, rows = VINTAGES.partition("\n")
    lookup = read_lookup(saved(tmp_path, f"{dress(header)}\n{rows}"))
    assert {"lsoa11cd", "lsoa11nm", "lsoa21cd", "chgind", "weight"} <= set(lookup)


def test_read_lookup_of_workbook_and_parquet(tmp_path):
    expected = read_lookup(saved(tmp_path, VINTAGES))
    table = pd.read_csv(tmp_path / "lookup.csv")
    table.to_parquet(tmp_path / "lookup.parquet")
    with pd.ExcelWriter(tmp_path / "lookup.xlsx", engine="openpyxl") as book:
        pd.DataFrame({"Note": ["LSOA11CD is a code"]}).to_excel(book, sheet_name="Notes")
        table.to_excel(book, sheet_name="Data", index=False, startrow=2)
    assert read_lookup(tmp_path / "lookup.parquet").equals(expected)
    assert read_lookup(tmp_path / "lookup.xlsx").equals(expected)


def test_read_lookup_of_output_areas_keeps_one_row_an_lsoa(tmp_path):
    text = (
        "OA21CD,LSOA21CD,MSOA21CD,LAD22CD,ObjectId\n"
        "E00000001,E01000001,E02000001,E06000099,1\n"
        "E00000002,E01000001,E02000001,E06000099,2\n"
    )
    lookup = read_lookup(saved(tmp_path, text))
    assert lookup.to_dict("list") == {
        "lsoa21cd": ["E01000001"],
        "msoa21cd": ["E02000001"],
        "lad22cd": ["E06000099"],
    }


def test_role_of_tells_what_is_linked():
    assert role_of(["LSOA21CD", "LSOA11CD", "CHGIND"]) == ("lsoa11", "lsoa21")
    assert role_of(["WD24CD", "LAD24CD", "LSOA21CD"]) == ("lsoa21", "wd24")
    assert role_of(["LSOA21CD", "LAD24CD"]) == ("lsoa21", "lad24")
    assert role_of(["WD24CD", "LAD24CD"]) is None
    assert role_of(["LSOA21CD", "LSOA21NM"]) is None


# What must be refused


def test_read_lookup_of_a_table_that_links_nothing(tmp_path):
    with pytest.raises(CodeError, match=r"is not a lookup \(columns: LSOA21CD, x\); one has two"):
        read_lookup(saved(tmp_path, "LSOA21CD,x\nE01000001,1\n"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"is empty \(0 bytes\)"),
        ("<!DOCTYPE html><title>Sign in</title>", "is a web page, not a table"),
        (VINTAGES[:200], "breaks off in its last row, which has 1 of 7 columns; download"),
        (VINTAGES.split("\n")[0], "has a header but no rows"),
        ("".join(f'"{row}"\n' for row in WARDS.splitlines()), "is one text in quotes"),
    ],
)
def test_read_lookup_of_what_is_no_whole_file(tmp_path, text, message):
    with pytest.raises(FileError, match=message):
        read_lookup(saved(tmp_path, text))


def test_read_lookup_of_a_missing_file(tmp_path):
    with pytest.raises(FileError, match=r"There is no file .*lookup\.csv; check"):
        read_lookup(tmp_path / "lookup.csv")


def test_read_lookup_with_a_code_missing(tmp_path):
    with pytest.raises(CodeError, match="1 of 5 rows in .* have no lsoa21cd; complete them"):
        read_lookup(saved(tmp_path, VINTAGES.replace("E01034001", "")))
    with pytest.raises(CodeError, match="1 of 2 rows in .* have no wd24cd; complete them"):
        read_lookup(saved(tmp_path, WARDS.replace("E05000002", "")))


@pytest.mark.parametrize("wrong", ["E0103400", "Ashfield", "12"])
def test_read_lookup_with_what_is_no_code(tmp_path, wrong):
    message = rf"1 of 5 rows in .* have the lsoa21cd {wrong}; allowed are a letter and eight"
    with pytest.raises(TableError, match=message):
        read_lookup(saved(tmp_path, VINTAGES.replace("E01034001", wrong)))


def test_read_lookup_with_a_link_twice(tmp_path):
    again = "E01000001,Ashfield 001A,U,E01000001,Ashfield 001A,E06000098,Elsewhere\n"
    with pytest.raises(CodeError, match=r"1 links stand more than once in .* \(E01000001\); keep"):
        read_lookup(saved(tmp_path, VINTAGES + again))


def test_read_lookup_with_an_lsoa_in_two_wards(tmp_path):
    again = "Ashfield 001A,E01000001,Bridge,E05000002,Ashfield,E06000099\n"
    with pytest.raises(CodeError, match=r"1 lsoa21cd code stands more than once .*\(E01000001\)"):
        read_lookup(saved(tmp_path, WARDS + again))


def test_read_lookup_with_an_unknown_change_indicator(tmp_path):
    with pytest.raises(
        TableError, match="has the change indicators Q; allowed are U .unchanged., S"
    ):
        read_lookup(saved(tmp_path, VINTAGES.replace(",U,", ",Q,")))


# Real files


@pytest.mark.parametrize(
    ("name", "source", "target", "sources", "targets"),
    [
        ("LSOA11_LSOA21_LAD22_EW_LU.csv", "lsoa11", "lsoa21", 32_844, 33_755),
        ("LSOA01_LSOA11_EW_LU.csv", "lsoa01", "lsoa11", 32_482, 32_840),  # it lacks four
    ],
)
def test_read_lookup_of_england_between_vintages(real_data, name, source, target, sources, targets):
    lookup = read_lookup(real_data / "england" / name)
    assert lookup[f"{source}cd"].nunique() == sources
    assert lookup[f"{target}cd"].nunique() == targets
    assert lookup.groupby(f"{source}cd")["weight"].sum().to_numpy() == pytest.approx(1)
    assert lookup.loc[lookup["chgind"] == "U", "weight"].eq(1).all()


def test_read_lookup_of_england_to_wards(real_data):
    lookup = read_lookup(real_data / "england" / "LSOA21_WD24_LAD24_EW_LU.csv")
    assert len(lookup) == 33_755
    borough = lookup[lookup["lad24cd"] == "E06000049"]
    assert (len(borough), borough["wd24cd"].nunique()) == (244, 52)
