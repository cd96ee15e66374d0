"""How far a build is, and about how much longer it takes: on a terminal and in a notebook."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from geo.report.parts import PARTS

Progress = Callable[[str], None]

_STEPS: dict[str, tuple[float, int, str]] = {
    "Drawing the synthetic borough": (2, 1, ""),
    "Looking through the data folders": (2, 1, ""),
    "Reading ": (6, 11, ""),
    "Assigning LSOAs": (0.4, 1, ""),
    "Summing and comparing": (18, 1, ""),
    "Writing the tables": (1, 1, "tables"),
    "Writing whom to serve first": (0.6, 1, "tables"),
    "Writing the layers": (1, 1, "tables"),
    "Drawing the interactive map": (1.5, 1, "map"),
    "Writing the Tartan Rug": (7.5, 1, "rug"),
    "Writing a page for each group": (1.6, 1, "rug"),
    "Writing sentences to use": (0.6, 1, "tables"),
    "Drawing the figure": (16, 9, "figures"),
    "Writing the page that leads to all": (1, 1, ""),
}
"""How each step begins; its seconds in a build of Cheshire East on two processors, in how many
parts, and of which part of the report."""
_SURE = 0.1
"""Share of the work that is to be done before a guess of the rest is worth anything."""


class Pace:
    """Tells from the steps so far what share of the work is done, and how long the rest takes.

    Other places and machines take other times, but about the same share for each step: the time so
    far is set against the share so far. Steps that turn out not to be taken count for nothing.

    Parameters
    ----------
    parts : iterable of str
        Parts of the report that are built.
    clock : callable
        Gives seconds.

    Examples
    --------
    >>> seconds = iter([0, 10, 100, 101])
    >>> pace = Pace(["tables"], clock=lambda: next(seconds))
    >>> pace.step("Summing and comparing the indicators")
    >>> pace.step("Writing the tables")
    >>> round(pace.share, 2), pace.left
    (0.81, 'about 22 s left')
    """

    def __init__(
        self, parts: Iterable[str] = PARTS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        kept = {"", *parts}
        self._ahead = {name: of[:2] for name, of in _STEPS.items() if of[2] in kept}
        self._clock, self._began = clock, clock()
        self._at, self._done, self._now, self._taken = self._began, 0.0, "", 0

    def step(self, words: str) -> None:
        """Take note of a step that begins."""
        name = next((one for one in self._ahead if words.startswith(one)), "")
        if name and name == self._now:
            self._taken += 1
        elif name:
            self._done += self._ahead[self._now][0] if self._now else 0
            names = list(self._ahead)
            for gone in names[: names.index(name)]:
                del self._ahead[gone]
            self._now, self._taken = name, 0
        self._at = self._clock()

    @property
    def share(self) -> float:
        """What share of the work is done."""
        if not self._now:
            return 0.0
        seconds, parts = self._ahead[self._now]
        within = seconds * min(self._taken / parts, 0.95)
        return (self._done + within) / (self._done + sum(one for one, _ in self._ahead.values()))

    @property
    def left(self) -> str:
        """How much longer it takes, in words; nothing where that is not known."""
        share = self.share
        if share < _SURE:
            return ""
        then = (self._at - self._began) / share * (1 - share)
        seconds = then - (self._clock() - self._at)
        if seconds < 10:
            return "a few seconds left" if seconds > 0 else ""
        return (
            f"about {seconds / 60:.0f} min left" if seconds > 90 else f"about {seconds:.0f} s left"
        )


@contextmanager
def on_terminal(parts: Iterable[str] = PARTS) -> Iterator[Progress]:
    """Show step, bar and time left on a terminal; nothing where output goes to a file."""
    from rich.console import Console
    from rich.progress import BarColumn, ProgressColumn, TaskProgressColumn, TextColumn
    from rich.progress import Progress as Bar
    from rich.text import Text

    pace = Pace(parts)

    class Left(ProgressColumn):
        max_refresh = 1.0

        def render(self, task: Any) -> Text:  # noqa: ARG002 - rich gives it
            return Text(pace.left)

    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), Left()
    shown = console.is_terminal
    with Bar(*columns, console=console, disable=not shown, transient=True) as bar:
        task = bar.add_task("Starting", total=1.0)

        def on_step(words: str) -> None:
            pace.step(words)
            bar.update(task, description=words, completed=pace.share)

        yield on_step


@contextmanager
def in_notebook(parts: Iterable[str] = PARTS) -> Iterator[Progress]:
    """Show step, share and time left below a notebook's cell, one line; elsewhere nothing."""
    ipython = sys.modules.get("IPython")  # not loaded, where this is no notebook
    if ipython is None or not hasattr(ipython.get_ipython(), "kernel"):
        yield lambda _: None
        return
    import IPython.display

    pace, began = Pace(parts), time.monotonic()
    display: Any = IPython.display.display
    line = display({"text/plain": "Starting"}, raw=True, display_id=True)

    def on_step(words: str) -> None:
        pace.step(words)
        told = ", ".join(part for part in (words, f"{pace.share:.0%}", pace.left) if part)
        line.update({"text/plain": told}, raw=True)

    try:
        yield on_step
    finally:
        line.update({"text/plain": f"Took {time.monotonic() - began:.0f} s"}, raw=True)
