"""Write the figures of a report, by as many processes as the machine has processors.

A process that helps gets what it draws from through a pipe, so nothing of it lies on a disk. It is
an interpreter of its own, not a fork (threads of other libraries may run) nor a pool (which runs
the caller's script anew, where that has no guard).
"""

import contextlib
import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from typing import BinaryIO

from geo.errors import FileError, TableError
from geo.notes import kept_on_error
from geo.report.evidence import Evidence
from geo.report.figures import FigureSet
from geo.report.progress import Progress
from geo.views.style import export

VARIABLE = "GEO_PROCESSES"
_MOST = 4
_TALLEST = 297.5
"""Height of a page of A4, in millimetres."""
_HELP = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from geo.report.drawing import help_draw; help_draw()"
)


def processes() -> int:
    """Count the processes that draw: one a processor, at most 4, or as ``GEO_PROCESSES`` says.

    Raises
    ------
    FileError
        If ``GEO_PROCESSES`` is no number of processes.
    """
    asked = os.environ.get(VARIABLE, "").strip()
    if not asked:
        allowed = getattr(os, "sched_getaffinity", None)
        return min(len(allowed(0)) if allowed else os.cpu_count() or 1, _MOST)
    if not (asked.isdecimal() and int(asked) >= 1):
        raise FileError(
            f"The environment variable {VARIABLE} is {asked!r}; allowed are whole numbers from 1, "
            "the processes that draw figures: set one of these, or unset it."
        )
    return int(asked)


@dataclass(frozen=True)
class Drawn:
    """What came of a figure: what was settled in drawing it, or why it is left out."""

    notes: tuple[str, ...] = ()
    left_out: str = ""


def write_figure(figures: FigureSet, name: str, folder: Path) -> Drawn:
    """Draw a figure and write its files, unless the data do not allow it or it is too tall."""
    told = figures.notes if figures.notes is not None else []
    told.clear()
    try:
        figure = figures[name]()
    except TableError as problem:
        return Drawn(left_out=f"The figure {name} is left out: {reason(problem)}")
    if (tall := figure.get_figheight() * 25.4) > _TALLEST:
        return Drawn(
            left_out=f"The figure {name} is left out: it would be {tall:.0f} mm tall, more than a "
            f"page of A4. geo figure PLACE {name} draws it, with the same --data."
        )
    notes = tuple(f"Figure {name}: {reason(words)}" for words in told)
    export.save_figure(figure, folder, name, small=name in figures.maps)
    return Drawn(notes)


def reason(problem: object) -> str:
    """Say what is the matter, without the advice after the semicolon, which is for callers."""
    return f"{str(problem).rsplit('; ', 1)[0].rstrip('.')}."


class Drawing:
    """The figures of a report, drawn while the rest of it is written.

    Parameters
    ----------
    helpers : iterable of Popen
        Processes that run `help_draw`; without any, all is drawn by the one that asks.
    """

    def __init__(self, helpers: Iterable[subprocess.Popen[bytes]] = ()) -> None:
        self._helpers = tuple(helpers)
        self._threads: list[Thread] = []
        self._names: deque[str] = deque()
        self._drawn: dict[str, Drawn] = {}

    def begin(self, figures: FigureSet, folder: Path) -> None:
        """Let the helpers draw; returns at once."""
        self._figures, self._folder = figures, folder
        self._names.extend(figures.makers)
        if self._helpers:
            light = replace(figures, evidence=figures.evidence.to_draw_from())
            sent = pickle.dumps((light, folder), pickle.HIGHEST_PROTOCOL)
            self._threads = [
                Thread(target=self._with_help_of, args=(helper, sent), daemon=True)
                for helper in self._helpers
            ]
        for thread in self._threads:
            thread.start()

    def end(self, evidence: Evidence, on_step: Progress) -> Evidence:
        """Draw what is not drawn yet; give the evidence with what was left out or settled."""
        notes = list(evidence.notes)
        with kept_on_error(notes):
            self._draw_the_rest(on_step)
            for thread in self._threads:
                thread.join()
            self._draw_the_rest(on_step)  # what a helper could not draw
        drawn = [self._drawn[name] for name in self._figures.makers]
        notes += [words for one in drawn for words in one.notes]
        undrawn = [one.left_out for one in drawn if one.left_out]
        return replace(
            evidence,
            notes=tuple(dict.fromkeys(notes)),
            left_out=(*evidence.left_out, *undrawn),
        )

    def _draw_the_rest(self, on_step: Progress) -> None:
        with contextlib.suppress(IndexError):
            while name := self._names.popleft():
                on_step(f"Drawing the figure {name}")
                self._drawn[name] = write_figure(self._figures, name, self._folder)

    def _with_help_of(self, helper: subprocess.Popen[bytes], sent: bytes) -> None:
        """Hand one figure after another to a helper; put back what it could not draw."""
        assert helper.stdin is not None
        assert helper.stdout is not None
        name = ""
        try:
            helper.stdin.write(sent)
            while name := self._names.popleft():
                pickle.dump(name, helper.stdin)
                helper.stdin.flush()
                drawn = pickle.load(helper.stdout)
                if drawn is None:
                    break
                self._drawn[name] = drawn
                name = ""
        except IndexError:
            name = ""
        except (OSError, EOFError, pickle.UnpicklingError):  # it died: nothing is lost but time
            pass
        if name:
            self._names.append(name)


@contextmanager
def drawing(wanted: bool) -> Iterator[Drawing]:
    """Start the processes that help to draw, and end them whatever happens."""
    number = processes() - 1 if wanted and sys.executable else 0
    helpers: list[subprocess.Popen[bytes]] = []
    try:
        for _ in range(number):
            helpers.append(_started())
        yield Drawing(helpers)
    finally:
        for helper in helpers:
            helper.kill()
            helper.communicate()


def _started() -> subprocess.Popen[bytes]:
    helper = subprocess.Popen(
        [sys.executable, "-c", _HELP],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    assert helper.stdin is not None
    pickle.dump(sys.path, helper.stdin)
    helper.stdin.flush()
    return helper


def help_draw() -> None:
    """Draw the figures that the process which started this one names, until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the other process ends this one
    answers: BinaryIO = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # no library writes between the answers
    asked = sys.stdin.buffer
    with contextlib.suppress(EOFError, BrokenPipeError):
        figures, folder = pickle.load(asked)
        while True:
            name = pickle.load(asked)
            try:
                drawn: Drawn | None = write_figure(figures, name, folder)
            except Exception:  # the other process draws it, and meets the problem
                drawn = None
            pickle.dump(drawn, answers)
            answers.flush()
