"""Asking official servers: the client, ArcGIS, Nomis, police.uk, and the list of sources."""

import base64
import gzip
import json
import os
import re
import ssl
from threading import Event, Thread

import geopandas as gpd
import pandas as pd
import pytest
import requests
import shapely

from geo.errors import FileError
from geo.sources.download import nomis, police, web
from geo.sources.download.arcgis import Portal
from geo.sources.download.obtain import Desk
from geo.sources.download.registry import Source, filled, from_toml, registry
from geo.sources.download.web import Web
from tests import servers
from tests.builders import squares

HOST = "assets.publishing.service.gov.uk"
ADDRESS = f"https://{HOST}/media/tiny.csv"
TINY = b"LSOA code,score\n" + b"".join(b"E0100000%d,%d\n" % (at, at) for at in range(1, 9))
BIG = b"LSOA code,score\n" + b"".join(b"E01%06d,7\n" % at for at in range(20_000))


@pytest.fixture(autouse=True)
def _plain_network(monkeypatch):
    """No proxy, bundle or mirror of the machine that runs the tests."""
    for name in list(os.environ):
        if re.search(r"(?i)_proxy$|ca_bundle|ssl_cert|GEO_FETCH", name):
            monkeypatch.delenv(name)


@pytest.fixture
def official():
    """A server of its own for a test, with two small files."""
    here = servers.Official(assets={"media/tiny.csv": TINY, "media/big.csv": BIG})
    server = servers.serve(here)
    yield here
    server.shutdown()
    server.server_close()


@pytest.fixture
def client(official):
    """A client whose waits are noted instead of waited."""
    made = Web((HOST,), official.url, sleep=lambda seconds: made.waits.append(seconds))
    made.waits = []
    with made:
        yield made


def _download(client, tmp_path, name="tiny.csv", megabytes=5):
    path = tmp_path / name
    with client:
        client.download(f"https://{HOST}/media/{name}", path, megabytes=megabytes)
    return path.read_bytes()


# --- The client ----------------------------------------------------------------------------------


def test_download_gives_the_file(client, tmp_path):
    assert _download(client, tmp_path) == TINY


def test_download_after_503_twice_waits_longer_each_time(official, client, tmp_path):
    official.fault("tiny", servers.status(503), servers.status(503))
    assert _download(client, tmp_path) == TINY
    assert client.waits == [1.0, 2.0]


def test_download_after_429_waits_as_long_as_asked(official, client, tmp_path):
    official.fault("tiny", servers.status(429, Retry_After="7"))
    assert _download(client, tmp_path) == TINY
    assert client.waits == [7.0]


def test_download_asked_to_wait_past_the_time_limit_gives_up_at_once(official, client, tmp_path):
    official.fault("tiny", servers.status(429, Retry_After="7200"))
    with pytest.raises(FileError, match="wait of 7200 seconds, which is beyond the time limit"):
        _download(client, tmp_path)
    assert client.waits == []


def test_download_from_a_server_that_stays_busy(official, client, tmp_path):
    official.fault("tiny", *[servers.status(503)] * 5)
    with pytest.raises(FileError, match=r"could not be read in 5 tries \(it answered 503"):
        _download(client, tmp_path)
    assert client.waits == [1.0, 2.0, 4.0, 8.0]


@pytest.mark.parametrize("reset", [False, True], ids=["cut", "reset"])
def test_download_that_breaks_off_goes_on_from_there(official, client, tmp_path, reset):
    arrived, path = Event(), tmp_path / "big.csv"
    official.fault("big", servers.breaks_off(BIG, 100_000, reset=arrived.wait if reset else None))
    client.download(
        f"https://{HOST}/media/big.csv",
        path,
        megabytes=5,
        on_bytes=lambda done, _total: arrived.set() if done >= 100_000 else None,
    )
    assert path.read_bytes() == BIG
    assert official.ranges == ["bytes=100000-"]


def test_download_that_breaks_off_begins_anew_where_parts_are_not_given(official, client, tmp_path):
    official.allow_ranges = False
    official.fault("big", servers.breaks_off(BIG, 100_000))
    assert _download(client, tmp_path, "big.csv") == BIG


def test_download_of_parts_that_are_capped_goes_on_to_the_end(official, client, tmp_path):
    parts = [servers.capped(TINY, 20)] * 9
    official.fault("tiny", servers.breaks_off(TINY, 40), *parts)
    assert _download(client, tmp_path) == TINY
    assert official.ranges == [f"bytes={at}-" for at in range(40, len(TINY), 20)]
    assert client.waits == [1.0]  # for what broke off, not for the parts


def test_download_of_parts_with_nothing_in_them_is_refused(official, client, tmp_path):
    parts = [servers.capped(TINY, 0)] * 4
    official.fault("tiny", servers.breaks_off(TINY, 40), *parts)
    with pytest.raises(FileError, match="in 5 tries"):
        _download(client, tmp_path)


def test_part_of_a_file_that_is_capped_is_read_whole(official, client):
    official.fault("big", *[servers.capped(BIG, 40)] * 3)
    assert client.part(f"https://{HOST}/media/big.csv", 100, 200) == BIG[100:200]
    assert official.ranges == ["bytes=100-199", "bytes=140-199", "bytes=180-199"]


def test_download_of_a_length_that_is_no_number_is_refused(official, client, tmp_path):
    def odd(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "abc")
        handler.end_headers()
        handler.wfile.write(TINY)
        handler.close_connection = True
        return True

    official.fault("tiny", *[odd] * 5)
    with pytest.raises(FileError, match="does not say in numbers how long the file is"):
        _download(client, tmp_path)


def test_download_of_a_file_that_changed_in_between_begins_anew(official, client, tmp_path):
    official.fault("big", servers.breaks_off(BIG + b"more", 100_000))
    assert _download(client, tmp_path, "big.csv") == BIG


def test_download_that_breaks_off_each_time_is_refused(official, client, tmp_path):
    official.fault("big", *[servers.breaks_off(BIG, 1000)] * 5)
    with pytest.raises(FileError, match="broke off"):
        _download(client, tmp_path, "big.csv")


@pytest.mark.parametrize("fault", [servers.page, servers.page_called_csv])
def test_download_of_a_sign_in_page_is_refused(official, client, tmp_path, fault):
    official.fault("tiny", fault)
    with pytest.raises(FileError, match="a web page instead of data; your network may want you to"):
        _download(client, tmp_path)
    assert client.waits == []


def test_download_sent_on_to_another_host_does_not_go_there(official, client, tmp_path):
    official.fault("tiny", servers.redirect("https://login.example/?back=1"))
    with pytest.raises(FileError, match="sent on to https://login.example, and data are"):
        _download(client, tmp_path)
    assert len(official.asked) == 1


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (f"https://{HOST}:8443/media/big.csv", f"sent on to https://{HOST}:8443, and"),
        ("file:///etc/passwd", "sent on to an address without a host, and"),
        ("http://[::1/", "sent on to an address without a host, and"),
        (f"https://{HOST}@login.example/", "sent on to https://login.example, and"),
    ],
)
def test_download_sent_on_elsewhere_is_refused(official, client, tmp_path, address, words):
    official.fault("tiny", servers.redirect(address))
    with pytest.raises(FileError, match=re.escape(words)):
        _download(client, tmp_path)
    assert len(official.asked) == 1


def test_client_asks_an_official_host_at_its_own_port_only():
    client = Web((HOST,))
    assert client.address(f"https://{HOST}:443/media/tiny.csv") == ADDRESS
    with pytest.raises(FileError, match="8443"):
        client.address(f"https://{HOST}:8443/media/tiny.csv")


def test_download_sent_on_within_the_allowed_hosts_goes_there(official, client, tmp_path):
    official.fault("tiny", servers.redirect(f"https://{HOST}/media/big.csv"))
    assert _download(client, tmp_path) == BIG


def test_download_sent_round_in_circles(official, client, tmp_path):
    official.fault("tiny", *[servers.redirect(ADDRESS)] * 30)
    with pytest.raises(FileError, match="round in circles"):
        _download(client, tmp_path)


def test_client_without_a_mirror_asks_over_https_only():
    for address in (f"http://{HOST}/media/tiny.csv", "https://elsewhere.example/tiny.csv"):
        with pytest.raises(FileError, match="only over https from the hosts"):
            Web((HOST,)).address(address)
    assert Web((HOST,)).address(ADDRESS) == ADDRESS


def test_slow_drip_ends_at_the_time_limit(official, tmp_path):
    """The limit holds for the whole, although no single read is too slow."""
    ended, late, path = Event(), Event(), tmp_path / "big.csv"
    official.fault("big", servers.stalls(BIG, 100, ended))
    clock = lambda: 61.0 if late.is_set() else 0.0  # noqa: E731
    client = Web((HOST,), official.url, seconds=60, clock=clock)
    with pytest.raises(FileError, match="too slow for the time limit of 1 minutes"), client:
        client.download(
            f"https://{HOST}/media/big.csv",
            path,
            megabytes=5,
            on_bytes=lambda _done, _total: late.set(),
        )
    ended.set()
    assert 0 < path.stat().st_size <= 100


def test_server_that_says_nothing_is_given_up(official, monkeypatch, client, tmp_path):
    monkeypatch.setattr(web, "READ_SECONDS", 0.1)
    ended = Event()
    official.fault("tiny", *[lambda _handler: ended.wait()] * 5)
    with pytest.raises(FileError, match="no answer in time"):
        _download(client, tmp_path)
    ended.set()


@pytest.mark.parametrize("told", [True, False], ids=["length told", "length not told"])
def test_download_larger_than_allowed_is_refused(official, client, tmp_path, told):
    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        handler.close_connection = True
        handler.wfile.write(b"x" * 1_200_000)
        return True

    official.assets["media/tiny.csv"] = b"x" * 1_200_000
    official.fault("tiny", *([] if told else [endless]))
    with pytest.raises(FileError, match="more than 1 MB, which is the limit for this file"):
        _download(client, tmp_path, megabytes=1)


@pytest.mark.parametrize(
    ("code", "words"),
    [(404, "nothing is there any more"), (403, "it refuses"), (407, "your proxy"), (418, "418")],
)
def test_download_refused_by_status_is_not_tried_again(official, client, tmp_path, code, words):
    official.fault("tiny", servers.status(code))
    with pytest.raises(FileError, match=words):
        _download(client, tmp_path)
    assert client.waits == []


def test_server_that_is_not_there(tmp_path):
    client = Web((HOST,), "http://127.0.0.1:9", sleep=lambda _: None)
    with pytest.raises(FileError, match="the connection was refused"):
        _download(client, tmp_path)


def test_json_that_is_compressed_is_read(official, client):
    def squeezed(handler):
        handler.send(gzip.compress(b'{"rows": 3}'), "application/json", Content_Encoding="gzip")
        return True

    official.fault("tiny", squeezed)
    assert client.json(ADDRESS) == {"rows": 3}


@pytest.fixture
def nowhere(monkeypatch):
    """A client that no host answers, each for a reason of its own; asked notes who was."""
    asked, reasons = [], {}

    def lost(_self, _method, url, **_):
        asked.append(url.split("/")[2])
        raise reasons.get(asked[-1], requests.ConnectionError("Failed to resolve 'x'"))

    monkeypatch.setattr("geo.sources.download.session.Session.request", lost)
    client = Web(("a.uk", "b.uk", "c.uk"), sleep=lambda seconds: client.waits.append(seconds))
    client.waits, client.asked, client.reasons = [], asked, reasons
    return client


def test_without_a_network_one_more_try_is_made_and_then_none(nowhere):
    with pytest.raises(FileError, match=r"a.uk cannot be reached \(its name is not known"):
        nowhere.content("https://a.uk/x")
    assert (nowhere.asked, nowhere.waits) == (["a.uk"] * 2, [1.0])
    with pytest.raises(FileError, match="a.uk cannot be reached"):
        nowhere.content("https://a.uk/y")
    with pytest.raises(FileError, match="b.uk cannot be reached"):
        nowhere.content("https://b.uk/x")
    assert nowhere.asked == ["a.uk"] * 2 + ["b.uk"] * 2
    with pytest.raises(FileError, match="c.uk cannot be reached"):
        nowhere.content("https://c.uk/x")
    assert len(nowhere.asked) == 4
    assert nowhere.nothing_reached == "a.uk cannot be reached (its name is not known here)"


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (requests.ConnectTimeout("timed out"), "no answer in time"),
        (
            requests.exceptions.ProxyError(
                "to proxy', OSError('Tunnel connection failed: 403 No')"
            ),
            "the proxy answered 403 No",
        ),
    ],
)
def test_a_host_that_surely_is_not_reached_is_not_tried_again(nowhere, problem, words):
    nowhere.reasons["a.uk"] = problem
    with pytest.raises(FileError, match=rf"a.uk cannot be reached \({words}\)"):
        nowhere.content("https://a.uk/x")
    assert nowhere.waits == []


@pytest.mark.parametrize(
    "problem",
    [
        requests.ConnectionError("Connection reset by peer"),
        requests.ReadTimeout("timed out"),
        requests.exceptions.ProxyError("Unable to connect to proxy: Tunnel connection failed: 503"),
    ],
)
def test_what_was_reached_is_asked_with_patience(nowhere, problem):
    nowhere.reasons["a.uk"] = problem
    with pytest.raises(FileError, match="in 5 tries"):
        nowhere.content("https://a.uk/x")
    assert nowhere.waits == [1.0, 2.0, 4.0, 8.0]


def test_once_a_host_has_answered_others_are_asked_with_patience(client, monkeypatch):
    client.content(f"https://{HOST}/media/tiny.csv")
    lost = requests.ConnectionError("Failed to resolve 'x'")
    monkeypatch.setattr(client._session, "request", lambda *_, **__: (_ for _ in ()).throw(lost))
    with pytest.raises(FileError, match="in 5 tries"):
        client.content(f"https://{HOST}/media/tiny.csv")
    assert client.waits == [1.0, 2.0, 4.0, 8.0]


def test_json_that_is_none_is_refused(official, client):
    official.fault("tiny", servers.body(b"[1, 2]"))
    with pytest.raises(FileError, match="not JSON"):
        client.json(ADDRESS)


@pytest.mark.parametrize(
    "address",
    [
        "mirror.local",
        "https://",
        "http://[::1",
        "http://local host:1/",
        "http://host:port/",
        "http://host/?key=1",
        "ftp://host/",
    ],
)
def test_mirror_that_is_no_address_is_refused(address):
    with pytest.raises(FileError, match="--base-url is .*; give an address that begins with https"):
        Web((HOST,), address)


def test_password_of_the_mirror_is_sent_to_it_and_shown_nowhere(official, tmp_path):
    login = official.url.replace("//", "//bob:se%20kret@")
    with Web((HOST,), login, sleep=lambda _: None) as client:
        assert _download(client, tmp_path) == TINY
        assert client.address(ADDRESS) == f"{official.url}/{HOST}/media/tiny.csv"
        official.fault("tiny", *[servers.status(503)] * 5)
        with pytest.raises(FileError) as problem:
            _download(client, tmp_path)
    assert set(official.logins) == {"Basic " + base64.b64encode(b"bob:se kret").decode()}
    assert "kret" not in str(problem.value)
    with pytest.raises(FileError, match="--base-url is 'ftp://host'"):
        Web((HOST,), "ftp://bob:sekret@host")


@pytest.fixture(scope="module")
def authority():
    trustme = pytest.importorskip("trustme")
    return trustme.CA()


@pytest.fixture
def secure(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    here = servers.Official(assets={"media/tiny.csv": TINY})
    server = servers.serve(here, context)
    yield here
    server.shutdown()
    server.server_close()


def test_certificate_of_an_unknown_authority_is_refused(secure, tmp_path):
    with pytest.raises(FileError, match="is not trusted .* unknown authority.*REQUESTS_CA_BUNDLE"):
        _download(Web((HOST,), secure.url), tmp_path)
    assert secure.asked == []


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_certificate_bundle_of_the_network_is_used(secure, authority, tmp_path, monkeypatch, name):
    bundle = tmp_path / "network.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv(name, str(bundle))
    assert _download(Web((HOST,), secure.url), tmp_path) == TINY


def test_certificate_bundle_that_is_missing_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "no.pem"))
    with pytest.raises(FileError, match="SSL_CERT_FILE names .*no.pem, which does not exist"):
        Web((HOST,))


def test_proxy_of_the_network_is_used(official, monkeypatch, tmp_path):
    monkeypatch.setenv("HTTP_PROXY", official.url)
    assert _download(Web((HOST,), "http://mirror.invalid"), tmp_path) == TINY
    assert official.asked == [f"GET http://mirror.invalid/{HOST}/media/tiny.csv"]


def test_stop_breaks_off_a_transfer_that_hangs(official, tmp_path):
    ended, arrived, said = Event(), Event(), []
    official.fault("big", servers.stalls(BIG, 1000, ended))
    client = Web((HOST,), official.url)

    def run():
        with pytest.raises(FileError) as problem, client:
            client.download(
                f"https://{HOST}/media/big.csv",
                tmp_path / "big.csv",
                megabytes=5,
                on_bytes=lambda _done, _total: arrived.set(),
            )
        said.append(str(problem.value))

    thread = Thread(target=run)
    thread.start()
    arrived.wait()
    client.stop()
    thread.join()  # had it not been broken off, the read would end with other words
    ended.set()
    assert said == ["Stopped."]


# --- ArcGIS --------------------------------------------------------------------------------------

LAYER = Source(
    name="lsoa21",
    title="LSOAs",
    kind="boundaries",
    file="lsoa21.gpkg",
    columns=("lsoa21cd", "lsoa21nm"),
    attribution=("ons",),
    services=(r"LSOA_Boundaries_{detail}(_V\d+)?",),
    pinned=("LSOA_Boundaries_BGC_V1", "LSOA_Boundaries_BSC_V4"),
)


def _lsoas(count):
    codes = [f"E01{at:06}" for at in range(count)]
    areas = squares(codes, "LSOA21CD", size=10)
    return areas.assign(LSOA21NM=[f"Testshire {code[-4:]}" for code in codes])


@pytest.fixture
def portal(official):
    with Web(("services1.arcgis.com",), official.url, sleep=lambda _: None) as client:
        yield Portal(client, f"https:/{servers.ARCGIS}")


def _rows(portal, **wishes):
    return portal.layer(LAYER, detail="BGC").rows(["lsoa21cd", "lsoa21nm"], **wishes)


@pytest.mark.parametrize("flag", ["top", "properties"])
@pytest.mark.parametrize(("limit", "short"), [(1000, False), (2000, False), (1000, True)])
def test_layer_of_several_pages_is_read_whole(official, portal, limit, short, flag):
    areas = _lsoas(4100)
    layer = servers.Layer(areas.drop(columns="geometry"), limit, flag, short)
    official.layers = {"LSOA_Boundaries_BGC_V1": layer}
    table = _rows(portal)
    assert table["lsoa21cd"].tolist() == areas["LSOA21CD"].tolist()
    queries = [one for one in official.asked if one.endswith("/query")]
    assert len(queries) == 1 + -(-4100 // (500 if short else limit))  # the count, then the pages


@pytest.mark.parametrize("spelling", ["lsoa21cd", "LSOA21CD", "F_LSOA21CD", "Lsoa21Cd"])
def test_layer_with_other_spellings_of_fields_is_read(official, portal, spelling):
    rows = _lsoas(3).drop(columns="geometry").rename(columns={"LSOA21CD": spelling})
    official.layers = {"LSOA_Boundaries_BGC_V1": servers.Layer(rows)}
    assert _rows(portal)["lsoa21cd"].tolist() == ["E01000000", "E01000001", "E01000002"]


def test_layer_without_a_field_says_which_there_are(official, portal):
    rows = pd.DataFrame({"LSOA11CD": ["E01000000"], "LSOA21NM": ["x"]})
    official.layers = {"LSOA_Boundaries_BGC_V1": servers.Layer(rows)}
    with pytest.raises(FileError, match=r"has no field LSOA21CD \(fields: LSOA11CD, LSOA21NM"):
        _rows(portal)


def test_service_that_was_renamed_is_found_by_its_pattern(official, portal):
    old, new = (servers.Layer(_lsoas(n).drop(columns="geometry")) for n in (2, 3))
    names = ["LSOA_Boundaries_BGC_V9", "LSOA_Boundaries_BGC_V10", "LSOA_Boundaries_BFC_V11"]
    official.layers = dict(zip(names, (old, new, old), strict=True))
    assert portal.layer(LAYER, detail="BGC").service == "LSOA_Boundaries_BGC_V10"
    assert len(_rows(portal)) == 3


def test_service_is_found_by_its_pinned_name_where_the_list_is_refused(official, portal):
    official.hidden_services = True
    official.layers = {"LSOA_Boundaries_BGC_V1": servers.Layer(_lsoas(2))}
    assert portal.layer(LAYER, detail="BGC").service == "LSOA_Boundaries_BGC_V1"


def test_service_that_is_gone_says_what_to_do(portal):
    with pytest.raises(FileError, match="400: Invalid URL.*sources.toml, or put the file into"):
        portal.layer(LAYER, detail="BGC")
    with pytest.raises(FileError, match="no service fits"):
        portal.layer(LAYER, detail="BFC")


def test_error_body_under_status_200_is_told(official, portal):
    official.layers = {"LSOA_Boundaries_BGC_V1": servers.Layer(_lsoas(2))}
    error = {"error": {"code": 400, "message": "Cannot perform query.", "details": ["Too long"]}}
    official.fault("/query", servers.body(json.dumps(error).encode()))
    with pytest.raises(FileError, match=r"an error \(400: Cannot perform query. Too long\)"):
        _rows(portal)


def test_error_body_is_told_on_one_line_without_control_characters(official, portal):
    official.layers = {"LSOA_Boundaries_BGC_V1": servers.Layer(_lsoas(2))}
    error = {"error": {"code": "4\x1b", "message": "bad\n\x1b[2Jquery", "details": 5}}
    official.fault("/query", servers.body(json.dumps(error).encode()))
    with pytest.raises(FileError, match=r"an error \(4: bad \[2Jquery\); try later") as problem:
        _rows(portal)
    assert str(problem.value).isprintable()


def test_error_body_of_a_busy_server_is_tried_again(official, portal):
    official.layers = {"LSOA_Boundaries_BGC_V1": servers.Layer(_lsoas(2))}
    busy = servers.body(b'{"error": {"code": 503, "message": "Busy"}}')
    official.fault("/query", busy, busy)
    assert len(_rows(portal)) == 2


def test_layer_that_gives_fewer_rows_than_it_counts_is_refused(official, portal):
    official.layers = {"LSOA_Boundaries_BGC_V1": servers.Layer(_lsoas(5), hide=2)}
    with pytest.raises(FileError, match="gave 3 of the 5 rows that it counts"):
        _rows(portal)


@pytest.mark.parametrize("flag", ["top", "properties"])
def test_layer_that_has_more_rows_than_it_counts_is_refused(official, portal, flag):
    rows = _lsoas(5).drop(columns="geometry")
    layer = servers.Layer(rows, limit=3, flag=flag, uncounted=2)
    official.layers = {"LSOA_Boundaries_BGC_V1": layer}
    with pytest.raises(FileError, match="gave 5 of the 3 rows that it counts"):
        _rows(portal)


def test_page_that_repeats_a_row_of_the_one_before_is_refused(official, portal):
    """The number of rows is right, and one row is lacking."""
    sent = []

    def again(answer, form):
        if form.get("resultOffset") == "3":
            answer["features"][0] = sent[-1]
        sent.extend(answer.get("features", []))

    rows = _lsoas(6).drop(columns="geometry")
    official.layers = {"LSOA_Boundaries_BGC_V1": servers.Layer(rows, limit=3, spoil=again)}
    with pytest.raises(FileError, match=r"gave rows twice \(of E01000002\), .* try later"):
        _rows(portal)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("count", None, "without a number as its 'count'"),
        ("count", -1, "without a number as its 'count'"),
        ("features", None, "without a list as its 'features'"),
        ("features", [1, 2], "without a list as its 'features'"),
        ("features", [{"attributes": None}, {}], "without a list as its 'rows'"),
        ("features", [{"attributes": {}}, {"attributes": {"LSOA21NM": "x"}}], "field lsoa21cd"),
        ("fields", None, "without a list as its 'fields'"),
        ("maxRecordCount", "many", "without a number as its 'maxRecordCount'"),
    ],
)
def test_layer_that_answers_in_another_form_is_refused(official, portal, name, value, words):
    def spoil(answer, _form):
        if name in answer:
            answer[name] = value

    rows = _lsoas(2).drop(columns="geometry")
    official.layers = {"LSOA_Boundaries_BGC_V1": servers.Layer(rows, spoil=spoil)}
    with pytest.raises(FileError, match=words):
        _rows(portal)


@pytest.mark.parametrize(
    "shape", [None, {}, {"rings": []}, {"rings": "oops"}, {"rings": [["a"]]}, 5]
)
def test_areas_without_a_shape_are_refused_by_name(official, portal, shape):
    def spoil(answer, _form):
        for one in answer.get("features", [])[1:2]:
            one["geometry"] = shape

    official.layers = {"LSOA_Boundaries_BGC_V1": servers.Layer(_lsoas(3), spoil=spoil)}
    with pytest.raises(FileError, match=r"no shape for 1 of 3 areas \(E01000001\)"):
        _rows(portal, geometry=True)


@pytest.mark.parametrize("gone", ["geometryType", "spatialReference", "fields", "geometry"])
def test_shapes_that_do_not_come_are_refused(official, portal, gone):
    def spoil(answer, _form):
        if "features" in answer:
            answer.pop(gone, None)
            for one in answer["features"]:
                one.pop(gone, None)

    official.layers = {"LSOA_Boundaries_BGC_V1": servers.Layer(_lsoas(3), spoil=spoil)}
    with pytest.raises(FileError, match="no shape|unknown grid|without a list as its 'fields'"):
        _rows(portal, geometry=True)


def test_long_list_of_codes_goes_by_post(official, portal):
    areas = _lsoas(1500)
    official.layers = {"LSOA_Boundaries_BGC_V1": servers.Layer(areas)}
    codes = areas["LSOA21CD"].tolist()[:1200]
    assert _rows(portal, key="lsoa21cd", codes=codes)["lsoa21cd"].tolist() == codes
    assert max(map(len, official.asked)) < 200
    assert {one.split()[0] for one in official.asked} == {"POST"}


def test_shapes_arrive_without_loss(official, portal):
    third = shapely.box(1 / 3, 0, 10, 10)
    island = shapely.MultiPolygon([third, shapely.box(20, 0, 30, 10)])
    holed = shapely.box(100, 100, 110, 110) - shapely.box(102 + 1 / 7, 102, 104, 104)
    areas = _lsoas(2).set_geometry([island, holed], crs=27700)
    official.layers = {"LSOA_Boundaries_BGC_V1": servers.Layer(areas, limit=1)}
    table = _rows(portal, geometry=True)
    assert isinstance(table, gpd.GeoDataFrame)
    assert table.crs.to_epsg() == 27700
    assert list(shapely.normalize(table.geometry)) == list(shapely.normalize(areas.geometry))


def test_shapes_in_another_grid_are_refused(official, portal):
    official.layers = {"LSOA_Boundaries_BGC_V1": servers.Layer(_lsoas(2), grid=3857)}
    with pytest.raises(FileError, match="sent its shapes in 3857, not in EPSG:27700"):
        _rows(portal, geometry=True)


# --- Nomis and police ----------------------------------------------------------------------------


def _nomis(official, rows, columns=("geography_code", "obs_value"), limit=25_000):
    official.nomis, official.nomis_limit = {"NM_1": lambda _: rows}, limit
    url = f"https:/{servers.NOMIS}/NM_1.data.csv"
    with Web(("www.nomisweb.co.uk",), official.url, sleep=lambda _: None) as client:
        return nomis.table(client, url, {"date": "latest"}, columns)


def test_nomis_table_longer_than_a_page_is_read_whole(official):
    rows = [{"geography_code": f"E01{at:06}", "obs_value": at} for at in range(7)]
    assert _nomis(official, rows, limit=3)["obs_value"].tolist() == list(range(7))
    assert [re.search(r"RecordOffset=(\d+)", one)[1] for one in official.asked] == ["0", "3", "6"]


def test_nomis_table_that_is_cut_short_is_refused(official):
    rows = [{"geography_code": "E01000001", "obs_value": 1}] * 4
    official.fault("Offset=2", servers.body(b"GEOGRAPHY_CODE,OBS_VALUE,RECORD_COUNT\n", "text/csv"))
    with pytest.raises(FileError, match="Nomis gave 2 of the 4 rows"):
        _nomis(official, rows, limit=2)


def test_nomis_answering_nothing_is_told(official):
    with pytest.raises(FileError, match="Nomis answered with nothing, as it does when"):
        _nomis(official, None)


def test_nomis_answering_without_a_column_is_told(official):
    official.fault("NM_1", servers.body(b"GEOGRAPHY_CODE,RECORD_COUNT\nE01,1\n", "text/csv"))
    with pytest.raises(FileError, match="without the column obs_value"):
        _nomis(official, [])


@pytest.mark.parametrize("told", ["", "many", "-1"])
def test_nomis_that_does_not_count_its_rows_is_refused(official, told):
    table = f"GEOGRAPHY_CODE,OBS_VALUE,RECORD_COUNT\nE01000001,5,{told}\n"
    official.fault("NM_1", servers.body(table.encode(), "text/csv"))
    with pytest.raises(FileError, match="without the number of rows that there are"):
        _nomis(official, [])


@pytest.mark.parametrize(
    ("row", "value", "words"),
    [
        ({"geography_code": "a", "age": 1, "obs_value": 3}, 7, "rows of a more than once"),
        ({"geography_code": "c", "age": 1, "obs_value": 3}, 7, "only some of the categories of c"),
        (None, "x", "no count as a value of b"),
        (None, None, "no count as a value of b"),
        (None, -1, "no count as a value of b"),
    ],
)
def test_wide_of_what_is_not_whole_is_refused(row, value, words):
    rows = [
        {"geography_code": code, "age": age, "obs_value": number}
        for code, age, number in [("a", 1, 3), ("a", 2, 4), ("b", 1, 5), ("b", 2, value)]
    ]
    with pytest.raises(FileError, match=words):
        nomis.wide(pd.DataFrame([*rows, *([row] if row else [])]), "age")


def test_crimes_are_counted_from_parts_of_the_archive(official):
    archive = servers._crimes(["E01000001", "E01000001", "E01000002"])
    official.assets["data/archive/latest.zip"] = archive
    codes = {"lsoa21": ["E01000001", "E01000002", "E01000003"], "lsoa11": ["E01000001"]}
    url = "https://data.police.uk/data/archive/latest.zip"
    with Web(("data.police.uk",), official.url) as client:
        table = police.counts(client, url, ["Cheshire"], codes)
        with pytest.raises(FileError, match="no file of kent for 12 of the last 12 months"):
            police.counts(client, url, ["Kent"], codes)
    counted = table.set_index(["indicator_id", "area_code"])["count"]
    assert counted["crimes_recorded"].to_dict() == {
        "E01000001": 12,
        "E01000002": 12,
        "E01000003": 0,
    }
    assert counted["anti_social_behaviour", "E01000001"] == 12
    assert set(table["period"]) == {"2025-09 to 2026-08"}
    assert len(official.ranges) == len(official.asked)  # never the whole archive


# --- The registry --------------------------------------------------------------------------------


@pytest.mark.parametrize("source", registry().sources, ids=lambda source: source.name)
def test_registered_source_is_complete(source):
    known = registry()
    assert hasattr(Desk, f"_{source.kind}")
    assert source.attribution
    assert set(source.attribution) <= set(known.credits)
    assert bool(source.address) or bool(source.services) or bool(source.table)
    if source.address:
        Web(known.hosts).address(source.address)
    for pinned in source.pinned:
        fits = [
            re.fullmatch(filled(pattern, year=r"\d\d", detail=detail), pinned)
            for pattern in source.services
            for detail in known.details.values()
        ]
        assert any(fits), pinned


def test_registered_files_and_groups_are_unlike():
    files = [source.file for source in registry().sources]
    assert len(set(files)) == len(files)
    assert set(registry().groups) == {"census", "fingertips", "crime", "postcodes"}


def test_misspelt_entry_of_the_registry_is_noticed():
    text = (
        'hosts=[]\nservices=""\nnomis=""\nlicence=""\n[detail]\n[attribution]\n[source.x]\nfle=""'
    )
    with pytest.raises(TypeError, match="fle"):
        from_toml(text)
