"""XML becomes rows as it is read: each element of a name one, with what stands around it."""

import csv
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import FileError, TableError
from geo.records.xml_rows import elements_of, rows_of

CHILD = """<Child><ChildIdentifiers><LAchildID>{0}</LAchildID><PersonBirthDate>2015-01-0{0}\
</PersonBirthDate></ChildIdentifiers><CINdetails><CINreferralDate>2023-05-0{0}</CINreferralDate>\
<CINclosureDate>2023-09-01</CINclosureDate><ChildProtectionPlans><CPPstartDate>2023-06-01\
</CPPstartDate><CPPendDate>2023-07-01</CPPendDate></ChildProtectionPlans><ChildProtectionPlans>\
<CPPstartDate>2023-08-01</CPPstartDate></ChildProtectionPlans></CINdetails><CINdetails>\
<CINreferralDate>2024-01-01</CINreferralDate><ChildProtectionPlans><CPPstartDate> 2024-02-01\n\
</CPPstartDate></ChildProtectionPlans></CINdetails></Child>"""
MESSAGE = (
    "<?xml version='1.0' encoding='utf-8'?>\n<x:Message xmlns:x='urn:it'><Header><ReferenceDate>"
    "2024-03-31</ReferenceDate></Header><Children>{}</Children></x:Message>"
)
WHOLE = MESSAGE.format(CHILD.format(1) + CHILD.format(2))


def rows(folder, element, columns, text=WHOLE):
    path = folder / "it.xml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    made = io.StringIO(newline="")
    rows_of(path, element, columns, made)
    return [line.split(",") for line in made.getvalue().splitlines()]


def test_a_row_has_what_stands_in_it_and_around_it_and_nothing_of_its_siblings(tmp_path):
    columns = ["LAchildID", "CINclosureDate", "CPPstartDate", "CPPendDate"]
    assert rows(tmp_path, "ChildProtectionPlans", columns) == [
        columns,
        ["1", "2023-09-01", "2023-06-01", "2023-07-01"],
        ["1", "2023-09-01", "2023-08-01", ""],
        ["1", "", "2024-02-01", ""],
        ["2", "2023-09-01", "2023-06-01", "2023-07-01"],
        ["2", "2023-09-01", "2023-08-01", ""],
        ["2", "", "2024-02-01", ""],
    ]
    columns = ["CINreferralDate", "CINclosureDate", "ReferenceDate", "PersonBirthDate"]
    found = rows(tmp_path, "CINdetails", columns)
    assert found[1] == ["2023-05-01", "2023-09-01", "2024-03-31", "2015-01-01"]
    assert found[2] == ["2024-01-01", "", "2024-03-31", "2015-01-01"]


def test_elements_are_told_with_what_stands_directly_in_them(tmp_path):
    (tmp_path / "it.xml").write_text(WHOLE)
    found = elements_of(tmp_path / "it.xml")
    assert found["CINdetails"] == {"CINreferralDate", "CINclosureDate"}
    assert found["ChildIdentifiers"] == {"LAchildID", "PersonBirthDate"}
    assert "LAchildID" not in found


BOMB = (
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]>"
    "<x><CINdetails><LAchildID>&b;</LAchildID></CINdetails></x>"
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (WHOLE[:500], r"it.xml is cut short or no XML \(line 2\); export it again"),
        (WHOLE.replace("</Child>", "", 1), "cut short or no XML"),
        (BOMB, "defines words of its own"),
        (b"\xff\xfenothing", "cut short or no XML"),
        (MESSAGE.format(""), "no element CINdetails"),
    ],
)
def test_what_cannot_be_read_is_told_without_what_stands_in_it(tmp_path, text, words):
    with pytest.raises(FileError, match=words) as told:
        rows(tmp_path, "CINdetails", ["LAchildID"], text)
    assert "2023" not in str(told.value)


def test_an_element_that_is_not_there_is_told_with_one_like_it(tmp_path):
    with pytest.raises(TableError, match=r"no LAchildId in .*\(did you mean LAchildID\?\)"):
        rows(tmp_path, "CINdetails", ["LAchildId"])


def test_an_element_that_a_return_may_lack_is_blank(tmp_path):
    path = tmp_path / "it.xml"
    path.write_text(WHOLE)
    made = io.StringIO(newline="")
    rows_of(path, "CINdetails", ["LAchildID", "ReasonForClosure"], made, {"ReasonForClosure"})
    assert made.getvalue().splitlines()[1] == "1,"


@pytest.mark.slow
def test_a_large_file_is_read_as_it_comes(tmp_path):
    path = tmp_path / "large.xml"
    start, end = MESSAGE.split("{}")
    with path.open("w") as file:
        file.write(start)
        for _ in range(20_000):
            file.write(CHILD.format(1))
        file.write(end)
    code = (
        "import resource, pathlib, io, sys; from geo.records.xml_rows import rows_of\n"
        f"path = pathlib.Path({str(path)!r})\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "with open(path.with_suffix('.csv'), 'w') as out:\n"
        "    rows_of(path, 'ChildProtectionPlans', ['LAchildID', 'CPPstartDate'], out)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    with path.with_suffix(".csv").open() as made:
        assert sum(1 for _ in made) == 60_001
    assert int(done.stdout) < 8_000  # kB, of a file of 15 MB


NAMES = st.sampled_from(["a", "b", "c", "Row"])
TREES = st.recursive(
    st.tuples(NAMES, st.sampled_from(["", "1", "x & y"])),
    lambda inner: st.tuples(NAMES, st.lists(inner, min_size=1, max_size=4)),
    max_leaves=25,
)


def built(tree):
    name, inside = tree
    node = ElementTree.Element(name)
    if isinstance(inside, str):
        node.text = inside
    else:
        node.extend(built(one) for one in inside)
    return node


def leaves(children):
    """Text by name of what stands in elements side by side, of those of one name in the last."""
    last = {}
    for child in children:
        last.pop(child.tag, None)
        if child.tag != "Row":
            last[child.tag] = child
    out = {}
    for child in last.values():
        inside = [one for one in child if one.tag != "Row"]
        own = {child.tag: child.text} if child.text else {}
        out |= leaves(child) if inside else own
    return out


def expected(node, around=()):
    """Rows in the order in which they end, each as a dictionary."""
    for at, child in enumerate(node):
        before = [one for one in node[:at] if one.tag != child.tag]
        yield from expected(child, (*around, before))
    if node.tag == "Row":
        said = {}
        for before in around:
            said |= leaves(before)
        yield said | leaves(node)


@given(TREES)
@settings(max_examples=60)
def test_rows_are_those_of_the_whole_tree(tree):
    root = built(("root", [tree, ("Row", [("a", "1")]), ("b", "2"), ("c", "3")]))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "it.xml")
        path.write_bytes(ElementTree.tostring(root))
        made = io.StringIO(newline="")
        rows_of(path, "Row", ["a", "b", "c"], made, {"a", "b", "c"})
    made.seek(0)
    found = list(csv.DictReader(made))
    assert found == [{name: row.get(name, "") for name in "abc"} for row in expected(root)]
