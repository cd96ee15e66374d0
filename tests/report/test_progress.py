"""How far a build is: honest about time, shown on terminals and in notebooks, silent in pipes."""

import ast
import itertools
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import geo
from geo.report.parts import PARTS
from geo.report.progress import _STEPS, Pace, in_notebook, on_terminal

REPORT = Path(geo.__file__).parent / "report"
STEPS = [
    *("Looking through the data folders", "Reading a.csv", "Reading b.csv"),
    *("Assigning LSOAs to their groups", "Summing and comparing the indicators"),
    *("Writing the tables", "Writing whom to serve first", "Writing the layers for QGIS"),
    *("Drawing the interactive map", "Writing the Tartan Rug", "Writing a page for each group"),
    *("Drawing the figure deprivation", "Drawing the figure gap"),
    "Writing the page that leads to all",
]


def paced(steps, speed, parts=PARTS):
    """Follow a build whose steps take their usual time by a factor; give share and time left."""
    now = 0.0
    pace = Pace(parts, clock=lambda: now)
    found = []
    for words in steps:
        pace.step(words)
        found.append((pace.share, pace.left))
        now += speed * next(of[0] / of[1] for name, of in _STEPS.items() if words.startswith(name))
    return found


def test_share_only_grows_and_no_time_is_told_before_a_tenth_is_done():
    shares = [share for share, _ in paced(STEPS, 3)]
    assert shares[0] == 0
    assert all(one <= other < 1 for one, other in itertools.pairwise(shares))
    assert all(not left for share, left in paced(STEPS, 3) if share < 0.1)


def test_time_left_follows_how_fast_this_machine_is():
    at = STEPS.index("Drawing the interactive map")
    slow, fast = (paced(STEPS, speed)[at][1] for speed in (10, 1))
    assert slow.endswith("min left")
    assert int(slow.split()[1]) == pytest.approx(5, abs=1)
    assert fast.endswith("s left")
    assert int(fast.split()[1]) == pytest.approx(28, abs=8)


def test_a_step_that_takes_longer_than_thought_makes_no_promise():
    now = 0.0
    pace = Pace(clock=lambda: now)
    pace.step("Summing and comparing the indicators")
    now = 18.0
    pace.step("Writing the tables")
    assert pace.left.startswith("about ")
    now = 10_000.0
    assert pace.left == ""


def test_steps_that_are_not_taken_count_for_nothing():
    of_map = [*STEPS[:5], "Drawing the interactive map", STEPS[-1]]
    share = paced(of_map, 1, ["map"])[5][0]
    assert share > 0.8
    sample = paced(["Drawing the synthetic borough", *STEPS[3:]], 1)
    assert sample[1][0] < 0.1


def test_every_step_that_is_told_is_known():
    told = [
        node.args[0].value
        for name in ("build.py", "evidence.py")
        for node in ast.walk(ast.parse((REPORT / name).read_text("utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in ("on_step", "step")
        and isinstance(node.args[0], ast.Constant)
    ]
    assert len(told) > 10
    assert not [words for words in told if not words.startswith(tuple(_STEPS))]


@pytest.mark.slow
def test_every_step_of_a_build_is_known_and_in_order(sampled):
    known = [next(name for name in _STEPS if words.startswith(name)) for words in sampled.steps]
    order = list(_STEPS)
    assert [order.index(name) for name in known] == sorted(order.index(name) for name in known)


def test_a_pipe_gets_no_byte():
    code = (
        "from geo.report.progress import on_terminal\n"
        "with on_terminal() as step:\n    step('Writing the tables')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")


def test_a_terminal_shows_step_and_bar(monkeypatch, capsys):
    monkeypatch.setenv("FORCE_COLOR", "1")
    with on_terminal() as step:
        step("Writing the tables")
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Writing the tables" in shown.err


def test_a_notebook_has_one_line_that_ends_with_the_time_taken(monkeypatch):
    shown = []
    handle = SimpleNamespace(update=lambda data, raw: shown.append((data["text/plain"], raw)))
    monkeypatch.setattr("IPython.get_ipython", lambda: SimpleNamespace(kernel=True))
    monkeypatch.setattr("IPython.display.display", lambda *_, **__: handle)
    with in_notebook(["tables"]) as step:
        step("Summing and comparing the indicators")
        step("Writing the tables")
    assert re.match(r"Writing the tables, 8\d%", shown[1][0])
    assert shown[-1][0] == "Took 0 s"


def test_elsewhere_nothing_is_shown(capsys):
    with in_notebook() as step:
        step("Writing the tables")
    assert capsys.readouterr() == ("", "")
