"""Whether there is a network at all: told within seconds, where patience would help nobody."""

import re

import requests

from geo.errors import FileError

_NO_CONNECTION = ("Failed to establish a new connection", "Failed to resolve", "connect to proxy")
_BY_PROXY = re.compile(r"Tunnel connection failed: ((\d{3})[^'\")]*)")
_MAY_PASS = ("408", "425", "429", "5")
"""How the answers of a proxy begin that may be another later."""
_ENOUGH = 2
"""Hosts that cannot be reached, and no other was, before it is taken that none can."""


class Reach:
    """What was reached so far, and what was not; once anything was, patience is worth while."""

    def __init__(self) -> None:
        self.reached = False
        self._lost: dict[str, str] = {}

    def note(self, host: str, problem: BaseException, reason: str) -> bool:
        """Take note of a failure; give whether there was no connection, and never one before."""
        if self.reached or not _is_no_connection(problem):
            return False
        self._lost[host] = reason
        return True

    @property
    def nothing(self) -> str:
        """Say which host cannot be reached and why, where none was; else nothing."""
        host, reason = next(iter(self._lost.items()), ("", ""))
        return "" if self.reached or not host else f"{host} cannot be reached ({reason})"

    def require(self, host: str) -> None:
        """Raise where asking would only cost the time that others have lost already."""
        if not self.reached and (host in self._lost or len(self._lost) >= _ENOUGH):
            raise not_reached(host, self._lost.get(host) or next(iter(self._lost.values())))


def not_reached(host: str, reason: str) -> FileError:
    """Say that there is no connection to a host."""
    return FileError(
        f"{host} cannot be reached ({reason}); check the network and HTTPS_PROXY, or try later."
    )


def proxy_answer(problem: BaseException) -> str:
    """Give what a proxy answered that lets nothing through; nothing where there is no such answer.

    Examples
    --------
    >>> proxy_answer(OSError("Tunnel connection failed: 403 Forbidden"))
    '403 Forbidden'
    """
    found = _BY_PROXY.search(str(problem))
    return found[1].strip() if found else ""


def is_final(problem: BaseException) -> bool:
    """Whether another try would only cost time: nobody answered for long, or a proxy refuses."""
    answer = proxy_answer(problem)
    refuses = bool(answer) and not answer.startswith(_MAY_PASS)
    return refuses or isinstance(problem, requests.ConnectTimeout)


def _is_no_connection(problem: BaseException) -> bool:
    if proxy_answer(problem) or isinstance(problem, requests.ConnectTimeout):
        return is_final(problem)
    return any(words in str(problem) for words in _NO_CONNECTION)
