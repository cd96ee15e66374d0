"""What a check of the data folders reads and tells; the command is tested with the others."""

import re
from collections import Counter

import pandas as pd
import pytest

from geo.report import check
from geo.report.check import check_data, check_indicators, explain_file
from geo.report.indicator_list import write_template
from geo.sources import map_files, tabular
from geo.sources.folders import scan
from geo.sources.populations import resident_denominators
from geo.sources.sample import sample, write_sample


@pytest.fixture
def folder(tmp_path):
    """The sample's files; of its indicators only one, as a Census table that counts residents."""
    for path in write_sample(tmp_path):
        if path.stem == "indicators":
            path.unlink()
    census = {"area_type": "lsoa21", "indicator_id": resident_denominators()[0], "period": "2021"}
    counts = {"count": 80, "denominator": 1600, "value": 5.0}
    codes = pd.DataFrame({"area_code": sample().deprivation["lsoa21cd"]})
    codes.assign(**census, **counts).to_csv(tmp_path / "census.csv", index=False)
    return tmp_path


@pytest.fixture
def reads(monkeypatch):
    """How often each file was read whole, by name."""
    counted = Counter()
    for module, name in ((tabular, "_parsed"), (map_files, "_read_layer")):
        read = getattr(module, name)

        def once_more(path, *rest, read=read):
            counted[path.name] += 1
            return read(path, *rest)

        monkeypatch.setattr(module, name, once_more)
    return counted


@pytest.mark.slow
def test_check_reads_each_file_once_for_all_releases_and_all_that_it_holds(folder, reads):
    lines, good = check_data("sample", [folder], release="all")
    assert good, lines
    assert "census.csv: residents by LSOA 2021 and indicators" in lines
    findings = [one.partition(": ")[2] for one in lines if re.match("  20[12]", one)]
    assert len(set(findings)) == len(findings)
    assert [line for line in lines if "ready" in line] == [
        "Release 2025: 240 LSOAs of Sandmere, ready.",
        f"Release 2019: {len(sample().deprivation_2019)} LSOAs of Sandmere, ready.",
    ]
    assert {name: n for name, n in reads.items() if n != 1} == {}
    assert {"census.csv", "WD_2024_sample.geojson", "LSOA11_LSOA21_lookup.csv"} <= set(reads)


def test_check_looks_at_the_release_that_a_build_would_read(folder, monkeypatch):
    looked = []

    def look(known, _data, release, _indicators):
        looked.append(release.year)
        return check._Looked(release.year, (), (f"of {known.name}", "of all"), True)

    monkeypatch.setattr(check, "_look", look)
    lines, _ = check_data("sample", [folder])
    assert looked == [2025]
    assert lines[-3:-1] == ["  of Sandmere", "  of all"]
    assert lines[-1].startswith("Also here: the Indices of 2019, with which a build compares;")
    lines, _ = check_data("sample", [folder], release="all")
    assert looked == [2025, 2025, 2019]
    assert lines[-2:] == ["  2025 and 2019: of Sandmere", "  2025 and 2019: of all"]
    check_data("sample", [folder], release="2019")
    assert looked[-1] == 2019
    (folder / "IoD2025_File_7_sample.csv").unlink()
    lines, _ = check_data("sample", [folder])
    assert looked[-1] == 2019
    assert lines[-1] == "The Indices of 2025 are not here; build with --release 2019."


def test_check_of_a_release_that_is_not_here_says_so(folder):
    lines, good = check_data("sample", [folder], release=2010)
    assert not good
    assert any(one.startswith("Release 2010: cannot be built. The Indices") for one in lines)


def test_check_tells_the_notes_of_a_release_that_cannot_be_built(folder):
    for name in ("IoD2025_File_7_sample.csv", "LSOA11_LSOA21_lookup.csv"):
        (folder / name).unlink()
    (folder / "indicators").mkdir(exist_ok=True)
    (folder / "indicators" / "bare.csv").write_text("lsoa21cd,secret\nE01000001,7\n")
    lines, good = check_data("sample", [folder])
    assert not good
    at = next(i for i, line in enumerate(lines) if line.startswith("Release 2019: cannot be built"))
    assert "No lookup links lsoa11 to lsoa21" in lines[at]
    assert "bare.csv does not tell what its indicators are" in lines[at + 1]
    assert lines[at + 1].endswith("It is left out.")


def test_check_tells_by_which_columns_and_what_was_repaired(folder):
    path = folder / "LSOA21_WD24_LAD24_lookup.csv"
    path.write_text(path.read_text().replace("E01900001,", " e01900001,") + ",,,,,\n")
    lines, good = check_data("sample", [folder])
    assert good, lines
    at = lines.index("LSOA21_WD24_LAD24_lookup.csv: lookup from LSOA 2021 to ward 2024")
    assert lines[at + 1] == "  by LSOA21CD, WD24CD"
    assert any("1 of 240 codes LSOA21CD" in line for line in lines)
    assert any("1 blank rows" in line for line in lines)


def test_explain_says_what_a_file_is_or_why_not(tmp_path):
    (tmp_path / "links.csv").write_text("LSOA21CD,WD24CD\nE01000001,E05000001\n")
    assert explain_file("sample", tmp_path / "links.csv")[:2] == [
        "links.csv: lookup from LSOA 2021 to ward 2024",
        "  by LSOA21CD, WD24CD",
    ]
    (tmp_path / "mine.csv").write_text("LSOA21CD,children\nE01000001,5\n")
    told = "\n".join(explain_file("sample", tmp_path / "mine.csv"))
    assert "mine.csv: not recognised" in told
    assert "lookup: no, it lacks" in told


def test_check_tells_what_is_wrong_with_each_file_of_indicators(tmp_path):
    template, _ = write_template(tmp_path / "good")
    bad = tmp_path / "bad"
    write_template(bad)
    catalogue = (bad / "indicators.toml").read_text("utf-8")
    wrong = catalogue.replace('"low_is_good"', '"lower_is_better"', 1)
    (bad / "indicators.toml").write_text(wrong, "utf-8")
    text = (bad / "indicators.csv").read_text("utf-8")
    (bad / "indicators.csv").write_text(text.replace("27,1450", "many,1450"), "utf-8")
    lines, good = check_data("sample", [], [tmp_path / "good", bad])
    assert not good
    at = next(i for i, line in enumerate(lines) if line.startswith(str(template)))
    assert lines[at] == f"{template}: 7 indicators, 10 rows, by LSOA 2021"
    assert "  early_help: 1 row, 2024/25, a rate: counts of residents 0-17" in lines[at:]
    assert "  house_price_to_earnings: 1 row, 2024, a value" in lines[at:]
    problems = [line for line in lines if "bad" in line]
    assert any("lower_is_better" in line and "allowed is one of" in line for line in problems)
    assert any("'many'" in line or "no number" in line for line in problems)


@pytest.mark.slow
def test_check_knows_areas_by_the_lookups_of_the_data_folder(folder, tmp_path_factory):
    """A file that tells no year of its codes is read as a build with the same data reads it."""
    own = tmp_path_factory.mktemp("own")
    code = sample().deprivation["lsoa21cd"].iat[0]
    (own / "x.csv").write_text(f"LSOA code,period,indicator_id,count\n{code},2024,early_help,7\n")
    write_template(own / "template")[1].replace(own / "indicators.toml")
    lines, _ = check_indicators([own / "x.csv"])
    assert "does not tell of which year its lsoa codes are" in lines[0]
    lines, good = check_indicators([own / "x.csv"], scan([folder]))
    assert good, lines
    assert lines[0] == f"{own / 'x.csv'}: 1 indicator, 1 row, by LSOA 2021"


def test_check_looks_at_indicators_with_the_place(folder):
    own = folder / "own"
    own.mkdir()
    code = sample().deprivation["lsoa21cd"].iat[0]
    text = (write_template(own)[0]).read_text("utf-8").replace("E01018386", code)
    kept = [line for line in text.splitlines() if "E010183" not in line or code in line]
    (own / "indicators.csv").write_text("\n".join(kept) + "\n", "utf-8")
    lines, good = check_data("sample", [folder], [own])
    assert good, lines
    assert any("indicators.csv" in line and "1 match" in line for line in lines)
