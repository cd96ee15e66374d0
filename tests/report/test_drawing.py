"""Figures drawn by several processes: those of one, none lost, nobody left running."""

import os
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from geo.errors import FileError, TableError
from geo.report.drawing import VARIABLE, drawing, processes
from geo.views.style.page import Page

HERE = os.getpid()
NAMES = ("first", "second", "third", "tall", "none")


@dataclass(frozen=True)
class Known:
    """What stands for the evidence of a place."""

    notes: tuple[str, ...] = ("An LSOA was split.",)
    left_out: tuple[str, ...] = ()

    def to_draw_from(self):
        return self


@dataclass(frozen=True)
class Few:
    """Five figures; in the first process each waits until a helper has begun on one."""

    begun: Path
    fault: str = ""
    evidence: Known = Known()
    notes: list[str] = field(default_factory=list)
    maps: frozenset[str] = frozenset()

    @property
    def makers(self):
        return {name: partial(self._draw, name) for name in NAMES}

    def __getitem__(self, name):
        return self.makers[name]

    def _draw(self, name):
        if os.getpid() == self._home:
            self._wait()
        else:
            self.begun.write_text(name, "utf-8")
            if self.fault == "dies":
                os._exit(3)
        if self.fault == "fails" and name == "second":
            raise ValueError("a fault of the second")
        if name == "none":
            raise TableError("There is no row; give one.")
        self.notes.append(f"{name} was settled; give another.")
        figure = Page(60, 400 if name == "tall" else 40).figure
        figure.alt_text, figure.caption, figure.data = (
            name,
            "Source: none.",
            pd.DataFrame({"a": [1]}),
        )
        return figure

    @property
    def _home(self):
        return int((self.begun.parent / "home").read_text("utf-8"))

    def _wait(self):
        end = time.monotonic() + 60
        while self.begun.name != "nobody" and not self.begun.exists() and time.monotonic() < end:
            time.sleep(0.01)


def draw(folder, number, monkeypatch, begun="begun", fault=""):
    folder.mkdir()
    (folder / "home").write_text(str(HERE), "utf-8")
    monkeypatch.setenv(VARIABLE, str(number))
    figures, steps = Few(folder / begun, fault), []
    with drawing(True) as work:
        work.begin(figures, folder / "figures")
        told = work.end(figures.evidence, steps.append)
    files = {path.name: path.read_bytes() for path in (folder / "figures").iterdir()}
    return told, files, steps, (folder / begun).exists()


@pytest.fixture
def alone(tmp_path, monkeypatch):
    return draw(tmp_path / "alone", 1, monkeypatch, "nobody")


def test_figures_are_told_in_order_and_left_out_with_the_reason(alone):
    told, files, steps, helped = alone
    assert not helped
    assert steps == [f"Drawing the figure {name}" for name in NAMES]
    assert told.notes == (
        "An LSOA was split.",
        *(f"Figure {name}: {name} was settled." for name in NAMES[:3]),
    )
    assert told.left_out[0].startswith("The figure tall is left out: it would be 400 mm tall")
    assert told.left_out[1:] == ("The figure none is left out: There is no row.",)
    assert {name.partition(".")[0] for name in files} == set(NAMES[:3])


def test_two_processes_write_what_one_writes(alone, tmp_path, monkeypatch):
    told, files, _, helped = draw(tmp_path / "two", 2, monkeypatch)
    assert helped
    assert (told, files) == alone[:2]


def test_a_helper_that_dies_costs_no_figure(alone, tmp_path, monkeypatch):
    told, files, _, helped = draw(tmp_path / "two", 2, monkeypatch, fault="dies")
    assert helped
    assert (told, files) == alone[:2]


def test_a_fault_is_met_where_it_can_be_told(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="a fault of the second"):
        draw(tmp_path / "two", 2, monkeypatch, fault="fails")


def test_no_helper_outlives_the_work(monkeypatch):
    monkeypatch.setenv(VARIABLE, "3")
    helpers = ()

    def stopped():
        nonlocal helpers
        with drawing(True) as work:
            helpers = work._helpers
            assert [helper.poll() for helper in helpers] == [None, None]
            raise KeyError("stopped")

    with pytest.raises(KeyError):
        stopped()
    assert len(helpers) == 2
    assert all(helper.poll() is not None for helper in helpers)


def test_nobody_is_started_where_nothing_is_drawn(monkeypatch):
    monkeypatch.setenv(VARIABLE, "3")
    with drawing(False) as work:
        assert work._helpers == ()


def test_a_processor_has_a_process_and_no_more_than_four(monkeypatch):
    monkeypatch.delenv(VARIABLE)
    assert 1 <= processes() <= 4
    for asked in ("0", "-1", "two", "1.5"):
        monkeypatch.setenv(VARIABLE, asked)
        with pytest.raises(FileError, match=rf"GEO_PROCESSES is '{asked}'; allowed are whole"):
            processes()
