"""The Indices of four releases under their official headers, and every way they can be wrong."""

import openpyxl
import pandas as pd
import pytest

from geo.errors import CodeError, FileError, TableError
from geo.sources.deprivation import columns_read, is_indices, join, read_deprivation, release_in
from geo.vocabulary.releases import INDICES

MOST = "(where 1 is most deprived)"
TENTH = "(where 1 is most deprived 10% of LSOAs)"
IMD = "Index of Multiple Deprivation (IMD)"

# Ranks at the edges of the first deciles: 33,755 / 10 = 3,375.5, so rank 3,375 is the last of 1.
CODES = ["E01000001", "E01000002", "E01000003", "E01000004"]
RANKS = [1, 3375, 3376, 33755]
DECILES = [1, 1, 2, 10]


def labels(lsoa, authority):
    return {
        f"LSOA code ({lsoa})": CODES,
        f"LSOA name ({lsoa})": ["Ashfield 001A", "Ashfield 001B", "Ashfield 001C", "Ashfield 001D"],
        f"Local Authority District code ({authority})": ["E06000099"] * 4,
        f"Local Authority District name ({authority})": ["Ashfield"] * 4,
    }


def file_1(lsoa="2021", authority="2024", ranks=RANKS, deciles=DECILES):
    measures = {f"{IMD} Rank {MOST}": ranks, f"{IMD} Decile {TENTH}": deciles}
    return pd.DataFrame(labels(lsoa, authority) | measures)


def file_5():
    scores = {f"{IMD} Score": [80.5, 40.1, 39.9, 0.6], "Income Score (rate)": [0.5, 0.3, 0.2, 0.0]}
    return pd.DataFrame(labels("2021", "2024") | scores)


def saved(table, tmp_path, name="indices.csv", **options):
    table.to_csv(tmp_path / name, index=False, **options)
    return tmp_path / name


def workbook(table, tmp_path, name="File_1.xlsx"):
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    for row in (["Indices of Deprivation 2025"], ["LSOA", "Lower-layer Super Output Area"]):
        book.active.append(row)
    sheet = book.create_sheet("IMD25")
    sheet.append(["File 1: Index of Multiple Deprivation"])
    sheet.append([])
    for row in [list(table.columns), *table.to_numpy().tolist()]:
        sheet.append(row)
    book.save(tmp_path / name)
    return tmp_path / name


def test_read_deprivation_gives_ons_names_and_whole_ranks(tmp_path):
    result = read_deprivation(saved(file_1(), tmp_path))
    names = ["lsoa21cd", "release", "lsoa21nm", "lad24cd", "lad24nm", "imd_rank", "imd_decile"]
    assert list(result.columns) == names
    assert result["lsoa21cd"].tolist() == CODES
    assert result["imd_rank"].tolist() == RANKS
    assert result["imd_decile"].tolist() == DECILES
    assert (result["release"] == 2025).all()
    assert {str(result[c].dtype) for c in ("imd_rank", "imd_decile")} == {"int64"}


@pytest.mark.parametrize(
    ("lsoa", "authority", "release", "last"),
    [("2021", "2024", 2025, 33755), ("2011", "2019", 2019, 32844), ("2011", "2013", 2015, 32844)],
)
def test_read_deprivation_tells_the_release(tmp_path, lsoa, authority, release, last):
    path = saved(file_1(lsoa, authority, ranks=[1, 2, 3, last], deciles=[1, 1, 1, 10]), tmp_path)
    result = read_deprivation(path)
    assert result["release"].unique().tolist() == [release]
    assert result.columns[0] == f"lsoa{lsoa[2:]}cd"
    assert read_deprivation(path, release=release).equals(result)


def test_read_deprivation_of_2010_derives_deciles(tmp_path):
    """ID2010 has no deciles: 32,482 / 10 = 3,248.2, so ranks 3,248 and 3,249 part the first two."""
    table = pd.DataFrame(
        {
            "LSOA CODE": CODES,
            "PRE 2009 LA CODE": ["00AA"] * 4,
            "GOR NAME": ["London"] * 4,
            "IMD SCORE": [87.8, 41.0, 40.9, 0.5],
            f"RANK OF IMD SCORE {MOST}": [1, 3248, 3249, 32482],
            "INCOME SCORE": [0.7, 0.3, 0.2, 0.0],
            f"RANK OF INCOME SCORE {MOST}": [16241, 16242, 29233, 29234],
        }
    )
    result = read_deprivation(saved(table, tmp_path))
    assert result.columns[0] == "lsoa01cd"
    assert result["imd_decile"].tolist() == [1, 1, 2, 10]
    assert result["income_decile"].tolist() == [5, 6, 9, 10]
    assert str(result["imd_decile"].dtype) == "int64"
    assert set(result["release"]) == {2010}


@pytest.mark.parametrize(
    "dress",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("LSOA code (2021)", '"LSOA code\n (2021) "'),
        lambda text: text.replace(" Rank ", "  Rank  "),
        lambda text: text.replace("10% of LSOAs)", "10% of LSO"),
        lambda text: text.replace("LSOA code (2021)", "lsoa21cd"),
        lambda text: text.replace("\n", "\r\n"),
    ],
    ids=["byte-order mark", "line break", "white space", "cut off", "ONS name", "Windows"],
)
def test_read_deprivation_under_headers_as_they_occur(tmp_path, dress):
    expected = read_deprivation(saved(file_1(), tmp_path))
    text = dress((tmp_path / "indices.csv").read_text())
    (tmp_path / "dressed.csv").write_text(text, newline="")
    assert read_deprivation(tmp_path / "dressed.csv").equals(expected)


def test_read_deprivation_of_a_workbook_with_notes_first(tmp_path):
    expected = read_deprivation(saved(file_1(), tmp_path))
    assert read_deprivation(workbook(file_1(), tmp_path)).equals(expected)


def test_read_deprivation_of_parquet_and_text_path(tmp_path):
    expected = read_deprivation(saved(file_1(), tmp_path))
    file_1().to_parquet(tmp_path / "indices.parquet")
    assert read_deprivation(str(tmp_path / "indices.parquet")).equals(expected)


def test_read_deprivation_takes_commas_between_thousands(tmp_path):
    expected = read_deprivation(saved(file_1(), tmp_path))
    path = saved(file_1(ranks=["1", "3,375", "3,376", "33,755"]), tmp_path)
    assert read_deprivation(path).equals(expected)


def test_read_deprivation_joins_file_1_and_file_5_by_code(tmp_path):
    first = saved(file_1(), tmp_path, "File_1.csv")
    fifth = saved(file_5().iloc[::-1], tmp_path, "File_5.csv")
    result = read_deprivation([first, fifth])
    assert result["lsoa21cd"].tolist() == CODES
    assert result["imd_score"].tolist() == [80.5, 40.1, 39.9, 0.6]
    assert result["imd_rank"].tolist() == RANKS
    assert result.columns.is_unique


def test_join_leaves_its_parts_alone(tmp_path):
    paths = saved(file_1(), tmp_path, "1.csv"), saved(file_5(), tmp_path, "5.csv")
    parts = {path: read_deprivation(path) for path in paths}
    before = {path: part.copy() for path, part in parts.items()}
    join(parts)
    assert all(parts[path].equals(before[path]) for path in paths)


def test_columns_read_maps_every_measure_of_the_2025_header(real_data):
    header = pd.read_csv(real_data / "samples" / "IoD2025_File_7_first_rows.csv", nrows=0).columns
    found = columns_read(list(header))
    measures = {f"{index}_{what}" for index in INDICES for what in ("score", "rank", "decile")}
    people = {"population", "children", "older_people", "working_age"}
    assert set(found.values()) == measures | people


def test_columns_read_of_the_full_2010_header():
    headers = [
        "LSOA CODE",
        "POST 2009 LA CODE",
        "GOR CODE",
        "IMD SCORE",
        f"RANK OF IMD SCORE {MOST}",
        "EDUCATION SKILLS AND TRAINING SCORE",
        f"RANK OF EDUCATION SKILLS AND TRAINING SCORE {MOST}",
        "CRIME AND DISORDER SCORE",
        "Children/Young People Sub-domain Score",
        "Skills Sub-domain Score",
        "IDACI score",
        f"Rank of IDACI {MOST}",
        "IDAOPI score",
        f"Rank of Outdoors Sub-domain {MOST}",
    ]
    assert list(columns_read(headers).values()) == [
        "imd_score",
        "imd_rank",
        "education_score",
        "education_rank",
        "crime_score",
        "children_young_people_score",
        "adult_skills_score",
        "idaci_score",
        "idaci_rank",
        "idaopi_score",
        "outdoors_rank",
    ]


def test_is_indices_knows_other_tables_from_them():
    assert is_indices(list(file_1().columns))
    assert is_indices(["LSOA code (2021)", "Total population: mid 2022", "Dependent Children 0-15"])
    assert not is_indices(["LSOA21CD", "WD24CD", "WD24NM"])
    assert not is_indices(["LAD24CD", f"{IMD} Rank {MOST}"])
    assert not is_indices(["lsoa21_code", "income_domain_numerator", "connectivity_score"])


def test_release_in_says_none_where_headers_do_not_tell():
    assert release_in(["lsoa11cd", "imd_rank"]) is None
    assert release_in(["lsoa11cd", "lsoa21cd", "imd_rank"]) is None


# What must be refused


def test_read_deprivation_of_another_release(tmp_path):
    path = saved(file_1("2011", "2019", [1, 2, 3, 32844], [1, 1, 1, 10]), tmp_path)
    with pytest.raises(
        FileError, match=r"is the Indices of 2019 \(on lsoa11 .*\), not of 2025; gi"
    ):
        read_deprivation(path, release=2025)


def test_read_deprivation_with_codes_of_a_vintage_the_release_does_not_stand_on(tmp_path):
    table = pd.DataFrame({"lsoa11cd": CODES, "imd_rank": RANKS, "imd_decile": DECILES})
    path = saved(table, tmp_path)
    with pytest.raises(
        CodeError, match="has lsoa11 codes, but the Indices of 2025 stand on lsoa21"
    ):
        read_deprivation(path, release=2025)
    with pytest.raises(
        CodeError, match="has lsoa11 codes, but the Indices of 2010 stand on lsoa01"
    ):
        read_deprivation(path, release=2010)


def test_read_deprivation_takes_the_codes_of_its_own_vintage_of_two(tmp_path):
    table = pd.DataFrame({"lsoa11cd": ["E01009999"] * 4, "lsoa21cd": CODES, "imd_rank": RANKS})
    result = read_deprivation(saved(table, tmp_path), release=2025)
    assert result["lsoa21cd"].tolist() == CODES


def test_read_deprivation_of_an_untold_release_asks_for_it(tmp_path):
    table = pd.DataFrame({"lsoa11cd": CODES, "imd_rank": [1, 2, 3, 32844]})
    path = saved(table, tmp_path)
    with pytest.raises(FileError, match=r"do not tell which release .* release=2025\), 2019, 2015"):
        read_deprivation(path)
    assert set(read_deprivation(path, release=2015)["release"]) == {2015}
    told = saved(table.assign(release=2019), tmp_path, "told.csv")
    assert set(read_deprivation(told)["release"]) == {2019}
    for odd in (1999, "latest"):
        with pytest.raises(FileError, match="do not tell which release"):
            read_deprivation(saved(table.assign(release=odd), tmp_path, "odd.csv"))


def test_read_deprivation_with_no_such_release(tmp_path):
    with pytest.raises(
        FileError, match="no release 2007 of the Indices; allowed are 2025, 2019, 2"
    ):
        read_deprivation(saved(file_1(), tmp_path), release=2007)


def test_read_deprivation_of_no_file_at_all():
    with pytest.raises(FileError, match="No file of the Indices was given; give File 7"):
        read_deprivation([])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", r"is no file of the Indices of Deprivation \(columns: a, b\); give File 7"),
        ("", r"is empty \(0 bytes\)"),
        ("<html>Sign in</html>", "is a web page, not a table"),
        ("LSOA code (2021),IMD Rank\n", "has a header but no rows"),
        ('"LSOA code (2021),IMD Rank"\n"E01000001,1"\n', "is one text in quotes"),
        ("LSOA code (2021),IMD Rank\nE01000001,1\nE01", "breaks off in its last row"),
    ],
)
def test_read_deprivation_of_what_is_no_whole_file(tmp_path, text, message):
    (tmp_path / "indices.csv").write_text(text)
    with pytest.raises(FileError, match=rf"indices\.csv.*{message}"):
        read_deprivation(tmp_path / "indices.csv")


def test_read_deprivation_of_a_missing_file(tmp_path):
    with pytest.raises(FileError, match=r"There is no file .*File_7\.csv"):
        read_deprivation(tmp_path / "File_7.csv")


@pytest.mark.parametrize(
    ("code", "nation"),
    [("W01000001", "Wales"), ("S01006506", "Scotland"), ("95AA01S1", "Northern Ireland")],
)
def test_read_deprivation_of_other_nations(tmp_path, code, nation):
    table = file_1()
    table.iloc[1, 0] = code
    with pytest.raises(
        CodeError, match=rf"1 of 4 rows in .* are in {nation} \({code}\); .* take th"
    ):
        read_deprivation(saved(table, tmp_path))


@pytest.mark.parametrize(
    ("codes", "error", "message"),
    [
        (
            ["E01000001", "E01000001", *CODES[2:]],
            CodeError,
            r"more than once .*\(E01000001\)",
        ),
        ([None, *CODES[1:]], CodeError, "1 of 4 rows in .* have no lsoa21cd"),
        (["E02000001", *CODES[1:]], TableError, r"lsoa21cd E02000001, allowed are English LSOA co"),
        ([11, 12, 13, 14], TableError, "4 of 4 rows have lsoa21cd 11, 12, 13 and 1 more, allowed"),
    ],
)
def test_read_deprivation_with_wrong_codes(tmp_path, codes, error, message):
    table = file_1()
    table["LSOA code (2021)"] = codes
    with pytest.raises(error, match=message):
        read_deprivation(saved(table, tmp_path))


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("Decile", 0, "imd_decile 0 for E01000002, allowed are whole numbers from 1 to 10"),
        ("Decile", 11, "imd_decile 11 for E01000002, allowed are whole numbers from 1 to 10"),
        ("Decile", 1.5, "imd_decile 1.5 for E01000002, allowed are whole"),
        ("Decile", None, "imd_decile nan for E01000002, missing values are not allowed"),
        ("Rank", 33756, "imd_rank 33756 for E01000002, allowed are whole numbers from 1 to 33755"),
        ("Rank", 0, "imd_rank 0 for E01000002, allowed are whole numbers from 1 to 33755"),
        ("Rank", None, "imd_rank nan for E01000002, missing values are not allowed"),
        ("Rank", "c", "have no number as imd_rank .'c' for E01000002."),
        ("Decile", 2, r"imd_decile that does not follow .* \(E01000002: rank 3375, decile 2\)"),
    ],
)
def test_read_deprivation_with_a_wrong_value(tmp_path, column, value, message):
    table = file_1()
    header = next(h for h in table if f" {column} " in h)
    table[header] = table[header].astype(object)
    table.loc[1, header] = value
    with pytest.raises(TableError, match=rf"indices\.csv.*{message}|{message}.*indices\.csv"):
        read_deprivation(saved(table, tmp_path))


def test_read_deprivation_with_deciles_counted_from_the_other_end(tmp_path):
    path = saved(file_1(deciles=[10, 10, 9, 1]), tmp_path)
    with pytest.raises(
        TableError, match="4 of 4 rows .* decile 1 must be the most deprived tenth of"
    ):
        read_deprivation(path)


def test_read_deprivation_of_files_that_repeat_a_column_names_both(tmp_path):
    paths = [saved(file_1(), tmp_path, name) for name in ("File_1.csv", "File_7.csv")]
    message = r"File_7\.csv repeats imd_decile, imd_rank from .*File_1\.csv; keep one"
    with pytest.raises(FileError, match=message):
        read_deprivation(paths)


def test_read_deprivation_of_files_of_two_releases(tmp_path):
    new = saved(file_1(), tmp_path, "new.csv")
    old = saved(file_1("2011", "2019", [1, 2, 3, 32844], [1, 1, 1, 10]), tmp_path, "old.csv")
    with pytest.raises(FileError, match=r"old\.csv is the Indices of 2019 and .*new\.csv of 2025"):
        read_deprivation([new, old])


def test_read_deprivation_of_files_of_different_extent(tmp_path):
    first = saved(file_1(), tmp_path, "1.csv")
    fifth = saved(file_5().head(3), tmp_path, "5.csv")
    with pytest.raises(CodeError, match=r"cover different LSOAs \(1 are in one only: E01000004\)"):
        read_deprivation([first, fifth])


# Real files


@pytest.mark.parametrize(
    ("name", "release", "vintage", "count"),
    [
        ("IoD2025_ranks_scores_deciles.csv", 2025, "lsoa21", 33_755),
        ("IoD2019_ranks_deciles.csv", 2019, "lsoa11", 32_844),
        ("IoD2015_imd.csv", 2015, "lsoa11", 32_844),
        ("ID2010_1871702_columns.csv", 2010, "lsoa01", 32_482),
    ],
)
def test_read_deprivation_of_england(real_data, name, release, vintage, count):
    result = read_deprivation(real_data / "england" / name)
    assert len(result) == count
    assert result[f"{vintage}cd"].is_unique
    assert set(result["release"]) == {release}
    tenths = result["imd_decile"].value_counts()
    assert tenths.max() - tenths.min() <= 2  # ties apart, ten equal parts


def test_read_deprivation_of_file_7_rows(real_data):
    result = read_deprivation(real_data / "samples" / "IoD2025_File_7_first_rows.csv")
    first = result.set_index("lsoa21cd").loc["E01018386"]
    assert (first["imd_score"], first["imd_rank"], first["imd_decile"]) == (6.641, 29032, 9)
    assert (first["children_young_people_decile"], first["outdoors_rank"]) == (9, 15847)
    assert (first["population"], first["children"]) == (2518, 519)
    assert (first["older_people"], first["working_age"]) == (667, 1449)


def test_scores_that_rise_with_the_rank_are_refused_within_a_file_and_between_two(tmp_path):
    scores = [80.5, 39.9, 40.1, 0.6]
    both = file_1().assign(**{f"{IMD} Score": scores})
    with pytest.raises(
        TableError, match=r"1 of 4 LSOAs .* higher imd_score .*\(E01000003\).*rank 1"
    ):
        read_deprivation(saved(both, tmp_path))
    apart = file_5().assign(**{f"{IMD} Score": scores})
    with pytest.raises(TableError, match="higher imd_score"):
        read_deprivation([saved(file_1(), tmp_path), saved(apart, tmp_path, "scores.csv")])
