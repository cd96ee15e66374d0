"""Where requests may go: the hosts in ``sources.toml`` over https, or one mirror of them."""

import os
import re
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from urllib.parse import SplitResult, unquote, urljoin, urlsplit, urlunsplit

import requests

from geo.errors import FileError

CONNECTIONS = 4
_CA_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|\w[\w.-]*)(:\d+)?")


class Session(requests.Session):
    """A session that follows redirects to permitted addresses only, and keeps no cookies.

    Parameters
    ----------
    hosts : tuple of str
        Hosts that may be asked, or be sent on to, over https and its own port only.
    base_url : str
        A mirror; a name and password in it are sent to it, and are in no address given out.

    Raises
    ------
    FileError
        If the mirror is not an address, or a certificate bundle is not there.
    """

    def __init__(self, hosts: tuple[str, ...], base_url: str) -> None:
        super().__init__()
        self._hosts = hosts
        self._base = self._mirror(base_url) if base_url else ""
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

    def _mirror(self, base_url: str) -> str:
        """Take name and password out of the mirror's address, and see that it is one."""
        parts = _split(base_url)
        user, _, host = parts.netloc.rpartition("@")
        rest = parts.query + parts.fragment or "@" in parts.path
        if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or rest:
            shown = printable(re.sub(r"//.*@", "//", base_url))
            raise FileError(
                f"--base-url is '{shown}'; give an address that begins with https, such as "
                "https://mirror.example/data."
            )
        if user:
            name, _, password = user.partition(":")
            self.auth = (unquote(name), unquote(password))
        return urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))

    def permitted(self, url: str) -> str:
        """Return the address to ask at, or raise if it is none of those that may be asked."""
        parts = _split(url)
        if self._base and url.startswith(f"{self._base}/"):
            return url
        host = parts.hostname
        if parts.scheme == "https" and host in self._hosts and parts.port in (None, 443):
            official = urlunsplit(("https", host, parts.path, parts.query, ""))
            return f"{self._base}/{official.split('//', 1)[1]}" if self._base else official
        to = f"{parts.scheme}://{host_of(url)}" if host else "an address without a host"
        raise FileError(
            f"The request was sent on to {printable(to)}, and data are taken only over https from "
            "the hosts in geo/sources/sources.toml; if that is the sign-in page of your network, "
            "sign in with a browser and run again."
        )

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Tell where an answer sends the request on to, if it may be followed."""
        target = super().get_redirect_target(resp)
        if target is None:
            return None
        try:
            try:
                target = urljoin(resp.url, target)
            except ValueError:
                target = ""
            return self.permitted(target)
        except FileError:
            resp.close()
            raise


def _split(url: str) -> SplitResult:
    """Split an address; what is none, such as one with half a bracket, has no parts."""
    try:
        parts = urlsplit(url)
        _ = parts.port, parts.hostname
    except ValueError:
        return urlsplit("")
    return parts


def host_of(url: str) -> str:
    """Name the host of an address, without the name and password that may be in it."""
    return _split(url).netloc.rpartition("@")[2]


def printable(text: str) -> str:
    r"""Put what a server said on one line, without what would move about a terminal.

    Examples
    --------
    >>> printable("bad\n\x1b[2Jrequest ")
    'bad [2Jrequest'
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
