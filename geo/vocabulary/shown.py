"""How values show themselves in a notebook, and arguments in a command that can be pasted."""

from collections.abc import Iterable
from html import escape
from pathlib import Path


def quoted(word: str | Path) -> str:
    """Write an argument so that it can be pasted, also where a folder's name has spaces.

    Examples
    --------
    >>> quoted("my data"), quoted("england")
    ('"my data"', 'england')
    """
    return f'"{word}"' if " " in str(word) else str(word)


def in_lines(title: str, lines: Iterable[str], link: tuple[str, str] | None = None) -> str:
    """Lay a title and lines out for a notebook's cell, and a link to a file below them.

    Parameters
    ----------
    title : str
    lines : iterable of str
        Words, not HTML.
    link : (str, str), optional
        Address and words.

    Examples
    --------
    >>> in_lines("Crewe & Nantwich", ["1 of 2"])
    '<div><strong>Crewe &amp; Nantwich</strong><ul><li>1 of 2</li></ul></div>'
    """
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    below = "" if link is None else f'<p><a href="{escape(link[0])}">{escape(link[1])}</a></p>'
    return f"<div><strong>{escape(title)}</strong><ul>{items}</ul>{below}</div>"
