"""Ask official servers with patience and suspicion: retries, limits, checks; whole answers only."""

import contextlib
import io
import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from threading import Event
from typing import Any, BinaryIO
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from geo.errors import FileError

CONNECTIONS = 4
WAITS = (1.0, 2.0, 4.0, 8.0)  # seconds between tries, so five tries
CONNECT_SECONDS, READ_SECONDS = 10.0, 30.0
_MEGABYTE = 1_000_000
_CHUNK = 65_536
_BUSY = {408, 425, 429, 500, 502, 503, 504}
_CA_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
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
        self._session = _Session(hosts, base_url)
        self._open: set[Any] = set()

    def address(self, url: str) -> str:
        """Tell where an official address is asked for: there, or at the mirror."""
        return self._session.permitted(url)

    def json(self, url: str, form: Mapping[str, Any] | None = None) -> dict:
        """Fetch a JSON object, by POST where a form is given."""
        for wait in (*WAITS, None):
            body = self.content(url, form)
            try:
                found = json.loads(body)
            except ValueError:
                found = None
            if not isinstance(found, dict):
                raise FileError(f"{_host(url)} answered with something that is not JSON.")
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
        return sink.getvalue()

    def size(self, url: str) -> int:
        """Tell how many bytes a file has that can be fetched in parts."""
        with self._answer(self.address(url), None, {"Range": "bytes=0-0"}) as answer:
            total = answer.headers.get("Content-Range", "").rpartition("/")[2]
        if not total.isdigit():
            raise FileError(f"{_host(url)} no longer lets parts of its files be fetched.")
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
        for wait in (*WAITS, None):
            headers = {"Accept-Encoding": "identity"} if form is None else {}
            if part:
                headers["Range"] = f"bytes={part[0] + sink.tell()}-{part[1] - 1}"
            elif validator and sink.tell():
                headers |= {"Range": f"bytes={sink.tell()}-", "If-Range": validator}
            try:
                with self._answer(url, form, headers) as answer:
                    validator = _validator(answer)
                    self._receive(answer, sink, part[0] if part else 0, megabytes, on_bytes)
                return
            except requests.exceptions.SSLError as problem:
                raise FileError(
                    f"The certificate of {_host(url)} is not trusted ({_reason(problem)}); if your "
                    "network has its own certificate authority, name its file in "
                    "REQUESTS_CA_BUNDLE or SSL_CERT_FILE."
                ) from problem
            except (
                requests.RequestException,
                urllib3.exceptions.HTTPError,
                _PassingError,
            ) as problem:
                if wait is None:
                    raise FileError(
                        f"{_host(url)} could not be read in {len(WAITS) + 1} tries "
                        f"({_reason(problem)}); check the network and HTTPS_PROXY, or try later."
                    ) from problem
                self._pause(max(wait, getattr(problem, "wait", 0.0)), url)

    def _answer(
        self, url: str, form: Mapping[str, Any] | None, headers: Mapping[str, str]
    ) -> requests.Response:
        self._go_on(url)
        read = max(0.1, min(READ_SECONDS, self._end - self._clock()))
        answer = self._session.request(
            "GET" if form is None else "POST",
            url,
            data=form,
            headers=headers,
            stream=True,
            timeout=(CONNECT_SECONDS, read),
        )
        if answer.status_code in _BUSY:
            retry = urllib3.Retry().get_retry_after(answer.raw) or 0.0
            answer.close()
            raise _PassingError(f"it answered {answer.status_code} {answer.reason}", retry)
        if answer.status_code not in (200, 206, 416):
            answer.close()
            meaning = _MEANING.get(answer.status_code, "that is not how it answered before")
            raise FileError(f"{_host(url)} answered {answer.status_code}: {meaning}.")
        return answer

    def _receive(
        self,
        answer: requests.Response,
        sink: BinaryIO,
        offset: int,
        megabytes: int,
        on_bytes: OnBytes,
    ) -> None:
        """Add an answer to what is there, or begin anew where it is all of the file."""
        if _start(answer) != offset + sink.tell():
            sink.seek(0)
            sink.truncate()
            if _start(answer) != offset:
                raise _PassingError("it sent another part than was asked for")
        begun, length = sink.tell(), int(answer.headers.get("Content-Length") or 0)
        total = begun + length if length and "Content-Encoding" not in answer.headers else 0
        _require_size(total, megabytes, answer.url)
        _require_no_page(answer, b"")
        for chunk in self._chunks(answer):
            if sink.tell() + offset == 0:
                _require_no_page(answer, chunk)
            sink.write(chunk)
            _require_size(sink.tell(), megabytes, answer.url)
            on_bytes(sink.tell(), total)

    def _chunks(self, answer: requests.Response) -> Iterator[bytes]:
        """Give what has arrived; larger reads would wait, past any limit, for a slow drip.

        urllib3 itself raises if fewer bytes arrive than were promised.
        """
        self._open.add(answer.raw)
        try:
            while chunk := answer.raw.read1(_CHUNK, decode_content=True):
                yield chunk
                self._go_on(answer.url)
        finally:
            self._open.discard(answer.raw)

    def _pause(self, seconds: float, url: str) -> None:
        if self._clock() + seconds > self._end:
            raise FileError(
                f"{_host(url)} asks for a wait of {seconds:.0f} seconds, which is beyond the time "
                f"limit of {self._seconds / 60:g} minutes; run again later, or raise --time-limit."
            )
        self._sleep(seconds)

    def _go_on(self, url: str) -> None:
        if self._stopped.is_set():
            raise FileError("Stopped.")
        if self._clock() > self._end:
            raise FileError(
                f"{_host(url)} is too slow for the time limit of {self._seconds / 60:g} minutes; "
                "run again to fetch what is missing, or raise --time-limit."
            )


class _Session(requests.Session):
    """A session that follows redirects to permitted hosts only, and keeps no cookies."""

    def __init__(self, hosts: tuple[str, ...], base_url: str) -> None:
        super().__init__()
        self._hosts, self._base = hosts, base_url.rstrip("/")
        if self._base and urlsplit(self._base).scheme not in ("http", "https"):
            raise FileError(f"--base-url is {base_url!r}; give an address that begins with https.")
        self.max_redirects = 5
        self.headers["User-Agent"] = "geo-targeting (open data client)"
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.mount("https://", requests.adapters.HTTPAdapter(pool_maxsize=CONNECTIONS))
        for name in _CA_BUNDLES:
            if path := os.environ.get(name):
                if not Path(path).exists():
                    raise FileError(f"{name} names {path}, which does not exist; correct it.")
                self.verify = path
                break

    def permitted(self, url: str) -> str:
        """Return the address to ask at, or raise if it is none of the hosts that may be asked."""
        parts = urlsplit(url)
        if self._base and url.startswith(f"{self._base}/"):
            return url
        if parts.scheme == "https" and parts.hostname in self._hosts:
            rest = url.split("//", 1)[1]
            return f"{self._base}/{rest}" if self._base else url
        raise FileError(
            f"The request was sent on to {parts.scheme}://{parts.hostname}, and data are taken "
            "only over https from the hosts in geo/sources/sources.toml; if that is the sign-in "
            "page of your network, sign in with a browser and run again."
        )

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Tell where an answer sends the request on to, if it may be followed."""
        target = super().get_redirect_target(resp)
        if target is None:
            return None
        try:
            return self.permitted(urljoin(resp.url, target))
        except FileError:
            resp.close()
            raise


def _validator(answer: requests.Response) -> str:
    """Give what tells that a file is still the same, where the server lets parts be asked for."""
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


def _error_code(found: dict) -> object:
    error = found.get("error")
    return error.get("code") if isinstance(error, dict) else None


def _require_size(size: int, megabytes: int, url: str) -> None:
    if size > megabytes * _MEGABYTE:
        raise FileError(
            f"{_host(url)} sends more than {megabytes} MB, which is the limit for this file, so "
            "that it is not what was expected; nothing was kept of it."
        )


def _require_no_page(answer: requests.Response, start: bytes) -> None:
    page = "text/html" in answer.headers.get("Content-Type", "")
    if page or start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise FileError(
            f"{_host(answer.url)} answered with a web page instead of data; your network may want "
            "you to sign in first, so open the page in a browser, sign in and run again."
        )


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]


def _reason(problem: BaseException) -> str:
    """Put the innermost reason into a few words."""
    text = str(problem)
    for words, plain in (
        ("CERTIFICATE_VERIFY_FAILED", "it is signed by an unknown authority"),
        ("Cannot connect to proxy", "the proxy cannot be reached"),
        ("resolve", "its name is not known here"),
        ("refused", "the connection was refused"),
        ("timed out", "no answer in time"),
        ("IncompleteRead", "it broke off in the middle"),
        ("reset", "the connection was lost"),
        ("aborted", "the connection was lost"),
        ("Exceeded", "it sends the request round in circles"),
    ):
        if words in text:
            return plain
    return text[:120].rstrip(". ") or type(problem).__name__
