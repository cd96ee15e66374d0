"""Ask official servers with patience and suspicion: retries, limits, checks; whole answers only."""

import contextlib
import io
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Event
from typing import Any, BinaryIO

import requests
import urllib3

from geo.errors import FileError
from geo.sources.download.reach import Reach, is_final, not_reached, proxy_answer
from geo.sources.download.session import Session, host_of, printable

WAITS = (1.0, 2.0, 4.0, 8.0)  # seconds between tries, so five tries
FIRST_SECONDS, CONNECT_SECONDS, READ_SECONDS = 5.0, 10.0, 30.0
_MEGABYTE = 1_000_000
_CHUNK = 65_536
_BUSY = {408, 425, 429, 500, 502, 503, 504}
_MEANING = {
    401: "it wants a password, which open data does not need; a proxy or filter may ask for it",
    403: "it refuses; a filter of your network may stand between",
    404: "nothing is there any more, so the publisher may have moved it; put the file into the "
    "data folder by hand, or correct its address in geo/sources/sources.toml",
    407: "your proxy wants a name and password; put them into HTTPS_PROXY",
}

OnBytes = Callable[[int, int], None]


class _PassingError(Exception):
    """What may pass: a busy server, a lost connection."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


class Web:
    """A patient client that reaches only the hosts it was given, or one mirror of them.

    Parameters
    ----------
    hosts : sequence of str
        Hosts that may be asked, or be sent on to, over https only.
    base_url : str
        A mirror: ``https://host/path`` is asked for as ``<base_url>/host/path``.
    seconds : float
        Time limit for everything together.
    sleep, clock : callable
        For tests; waiting is broken off by ``stop``.

    Notes
    -----
    Proxies come from ``HTTPS_PROXY`` and ``NO_PROXY``, certificates of a network's own authority
    from ``REQUESTS_CA_BUNDLE`` or ``SSL_CERT_FILE``; certificates are always verified.
    """

    def __init__(
        self,
        hosts: tuple[str, ...],
        base_url: str = "",
        *,
        seconds: float = 1800,
        sleep: Callable[[float], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stopped = Event()
        self._sleep, self._clock = sleep or self._stopped.wait, clock
        self._seconds, self._end = seconds, clock() + seconds
        self._session = Session(hosts, base_url)
        self._reach = Reach()
        self._open: set[Any] = set()

    @property
    def nothing_reached(self) -> str:
        """Which host cannot be reached and why, where no host was; else nothing."""
        return self._reach.nothing

    def address(self, url: str) -> str:
        """Tell where an official address is asked for: there, or at the mirror.

        A name and password for the mirror are not in it, so it may be shown and kept.
        """
        return self._session.permitted(url)

    def json(self, url: str, form: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Fetch a JSON object, by POST where a form is given."""
        for wait in (*WAITS, None):
            body = self.content(url, form)
            try:
                found: Any = json.loads(body)
            except ValueError:
                found = None
            if not isinstance(found, dict):
                raise FileError(
                    f"{host_of(url)} answered with something that is not JSON; try later."
                )
            if wait is None or _error_code(found) not in _BUSY:
                break
            self._pause(wait, url)
        return found

    def content(self, url: str, form: Mapping[str, Any] | None = None) -> bytes:
        """Fetch what fits into memory."""
        sink = io.BytesIO()
        self._fetch(url, sink, form=form)
        return sink.getvalue()

    def part(self, url: str, start: int, stop: int) -> bytes:
        """Fetch the bytes from ``start`` to before ``stop`` of a large file."""
        sink = io.BytesIO()
        self._fetch(url, sink, part=(start, stop))
        return sink.getvalue()[: stop - start]

    def size(self, url: str) -> int:
        """Tell how many bytes a file has that can be fetched in parts."""
        with self._answer(self.address(url), None, {"Range": "bytes=0-0"}) as answer:
            total = answer.headers.get("Content-Range", "").rpartition("/")[2]
        if not total.isdecimal():
            raise FileError(
                f"{host_of(url)} no longer lets parts of its files be fetched; leave --with crime "
                "out."
            )
        return int(total)

    def download(
        self,
        url: str,
        path: Path,
        *,
        megabytes: int,
        on_bytes: OnBytes = lambda _done, _total: None,
    ) -> None:
        """Fetch a file; what breaks off is gone on with where the server allows that.

        Raises
        ------
        FileError
            If the server cannot be reached, refuses, sends a web page, breaks off again and
            again, is too slow, or sends more than ``megabytes``.
        """
        with path.open("wb") as sink:
            self._fetch(url, sink, megabytes=megabytes, on_bytes=on_bytes)

    def stop(self) -> None:
        """Break off waits and transfers, from another thread."""
        self._stopped.set()
        for raw in list(self._open):
            with contextlib.suppress(ValueError, RuntimeError, OSError):  # it has just ended
                raw.shutdown()  # wakes the thread that waits for it

    def __enter__(self) -> "Web":
        return self

    def __exit__(self, *_problem: object) -> None:
        self._session.close()

    def _fetch(
        self,
        url: str,
        sink: BinaryIO,
        *,
        form: Mapping[str, Any] | None = None,
        part: tuple[int, int] | None = None,
        megabytes: int = 100,
        on_bytes: OnBytes = lambda _done, _total: None,
    ) -> None:
        url, validator = self.address(url), ""
        offset, stop = part or (0, 0)
        for wait in (*WAITS, None):
            try:
                whole = False
                while not whole:  # a server may cap what it gives at a time
                    headers = {"Accept-Encoding": "identity"} if form is None else {}
                    if part:
                        headers["Range"] = f"bytes={offset + sink.tell()}-{stop - 1}"
                    elif validator and sink.tell():
                        headers |= {"Range": f"bytes={sink.tell()}-", "If-Range": validator}
                    with self._answer(url, form, headers) as answer:
                        validator = _validator(answer)
                        end = self._receive(answer, sink, part, megabytes, on_bytes)
                    whole = offset + sink.tell() >= (stop or end)
                return
            except requests.exceptions.SSLError as problem:
                raise FileError(
                    f"The certificate of {host_of(url)} is not trusted ({_reason(problem)}); if "
                    "your network has its own certificate authority, name its file in "
                    "REQUESTS_CA_BUNDLE or SSL_CERT_FILE."
                ) from problem
            except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema) as problem:
                raise FileError(
                    f"{host_of(url)} cannot be asked ({_reason(problem)}); correct --base-url or "
                    "HTTPS_PROXY."
                ) from problem
            except (
                requests.RequestException,
                urllib3.exceptions.HTTPError,
                _PassingError,
            ) as problem:
                self._put_off(problem, wait, url)

    def _put_off(self, problem: Exception, wait: float | None, url: str) -> None:
        """Wait before the next try; raise where there is none, or no network to try."""
        host, reason = host_of(url), _reason(problem)
        if (wait != WAITS[0] or is_final(problem)) and self._reach.note(host, problem, reason):
            raise not_reached(host, reason) from problem
        if wait is None:
            raise FileError(
                f"{host} could not be read in {len(WAITS) + 1} tries ({reason}); check the network "
                "and HTTPS_PROXY, or try later."
            ) from problem
        self._pause(max(wait, getattr(problem, "wait", 0.0)), url)

    def _answer(
        self, url: str, form: Mapping[str, Any] | None, headers: Mapping[str, str]
    ) -> requests.Response:
        self._go_on(url)
        self._reach.require(host_of(url))
        connect = CONNECT_SECONDS if self._reach.reached else FIRST_SECONDS
        read = max(0.1, min(READ_SECONDS, self._end - self._clock()))
        answer = self._session.request(
            "GET" if form is None else "POST",
            url,
            data=form,
            headers=headers,
            stream=True,
            timeout=(connect, read),
        )
        self._reach.reached = True
        if answer.status_code in _BUSY:
            retry = urllib3.Retry().get_retry_after(answer.raw) or 0.0
            answer.close()
            raise _PassingError(
                f"it answered {answer.status_code} {printable(answer.reason)}", retry
            )
        if answer.status_code not in (200, 206, 416):
            answer.close()
            meaning = _MEANING.get(answer.status_code, "that is not how it answered before")
            raise FileError(f"{host_of(url)} answered {answer.status_code}: {meaning}.")
        return answer

    def _receive(
        self,
        answer: requests.Response,
        sink: BinaryIO,
        part: tuple[int, int] | None,
        megabytes: int,
        on_bytes: OnBytes,
    ) -> int:
        """Add an answer to what is there, or begin anew where it is all of the file.

        Returns
        -------
        int
            With which byte the file ends, as far as the answer tells.
        """
        before, offset = sink.tell(), part[0] if part else 0
        if _start(answer) != offset + before:
            sink.seek(0)
            sink.truncate()
            if _start(answer) != offset:
                raise _PassingError("it sent another part than was asked for")
        total = _total(answer)
        _require_size(0 if part else total, megabytes, answer.url)
        _require_no_page(answer, b"")
        for chunk in self._chunks(answer):
            if sink.tell() + offset == 0:
                _require_no_page(answer, chunk)
            sink.write(chunk)
            _require_size(sink.tell(), megabytes, answer.url)
            on_bytes(sink.tell(), total)
        if answer.status_code == 206 and sink.tell() <= before:
            raise _PassingError("it gives parts of the file over again")
        return total

    def _chunks(self, answer: requests.Response) -> Iterator[bytes]:
        """Give what has arrived; larger reads would wait, past any limit, for a slow drip.

        urllib3 itself raises if fewer bytes arrive than were promised.
        """
        self._open.add(answer.raw)
        try:
            self._go_on(answer.url)  # stop() may have come before there was anything to break off
            while chunk := answer.raw.read1(_CHUNK, decode_content=True):
                yield chunk
                self._go_on(answer.url)
        finally:
            self._open.discard(answer.raw)

    def _pause(self, seconds: float, url: str) -> None:
        if self._clock() + seconds > self._end:
            raise FileError(
                f"{host_of(url)} asks for a wait of {seconds:.0f} seconds, which is beyond the "
                f"time limit of {self._seconds / 60:g} minutes; run again later, or raise "
                "--time-limit."
            )
        self._sleep(seconds)

    def _go_on(self, url: str) -> None:
        if self._stopped.is_set():
            raise FileError("Stopped.")
        if self._clock() > self._end:
            raise FileError(
                f"{host_of(url)} is too slow for the time limit of {self._seconds / 60:g} minutes; "
                "run again to fetch what is missing, or raise --time-limit."
            )


def _validator(answer: requests.Response) -> str:
    """Give what tells that a file is still the same, where the server lets parts be asked for."""
    if "Content-Encoding" in answer.headers:  # parts would be of the compressed file
        return ""
    etag = answer.headers.get("ETag", "")
    strong = "" if etag.startswith("W/") else etag
    ranged = answer.status_code == 206 or answer.headers.get("Accept-Ranges") == "bytes"
    return (strong or answer.headers.get("Last-Modified", "")) if ranged else ""


def _start(answer: requests.Response) -> int:
    """Tell with which byte of the file an answer begins; -1 where it does not say so."""
    if answer.status_code == 200:
        return 0
    found = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
    return int(found[1]) if found and answer.status_code == 206 else -1


def _total(answer: requests.Response) -> int:
    """Tell how many bytes the file has of which this is all or a part; 0 if it is not told."""
    length = answer.headers.get("Content-Length", "0")
    if answer.status_code == 206:
        length = answer.headers.get("Content-Range", "").rpartition("/")[2]
    if not re.fullmatch(r"[0-9]{1,15}", length):
        raise _PassingError("it does not say in numbers how long the file is")
    return 0 if "Content-Encoding" in answer.headers else int(length)


def _error_code(found: dict[str, Any]) -> object:
    error = found.get("error")
    return error.get("code") if isinstance(error, dict) else None


def _require_size(size: int, megabytes: int, url: str) -> None:
    if size > megabytes * _MEGABYTE:
        raise FileError(
            f"{host_of(url)} sends more than {megabytes} MB, which is the limit for this file, so "
            "that it is not what was expected; nothing was kept of it, so try later, or correct "
            "its address in geo/sources/sources.toml."
        )


def _require_no_page(answer: requests.Response, start: bytes) -> None:
    page = "text/html" in answer.headers.get("Content-Type", "")
    if page or start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise FileError(
            f"{host_of(answer.url)} answered with a web page instead of data; your network may "
            "want you to sign in first, so open the page in a browser, sign in and run again."
        )


def _reason(problem: BaseException) -> str:
    """Put the innermost reason into a few words."""
    text = str(problem)
    if answer := proxy_answer(problem):
        return f"the proxy answered {printable(answer)}"
    for words, plain in (
        ("CERTIFICATE_VERIFY_FAILED", "it is signed by an unknown authority"),
        ("connect to proxy", "the proxy cannot be reached"),
        ("resolve", "its name is not known here"),
        ("refused", "the connection was refused"),
        ("unreachable", "the network cannot be reached"),
        ("timed out", "no answer in time"),
        ("IncompleteRead", "it broke off in the middle"),
        ("reset", "the connection was lost"),
        ("aborted", "the connection was lost"),
        ("Exceeded", "it sends the request round in circles"),
    ):
        if words in text:
            return plain
    return printable(text)[:120].rstrip(". ") or type(problem).__name__
