"""How the files are served: whole, in part, compressed, not at all; and what surrounds them."""

import gzip
import json

import pytest
from django.urls import reverse

from reporting.definitions.periods import Month
from reporting.open_data import serving
from reporting.open_data.making import make_edition
from reporting.rollup.actions import recount_everything
from tests.factories import hanoi, make_units
from tests.reporting.helpers import dossier, offer, save

MADE = hanoi(2026, 11, 1, 3, 20)


@pytest.fixture
def edition(db, settings, tmp_path):
    settings.OPEN_DATA_DIR = tmp_path / "open-data"
    at = hanoi(2026, 10, 5)
    offering = offer(make_units().ward)
    save(*(dossier(offering, due_at=at, finished_at=at) for _ in range(40)))
    recount_everything()
    return make_edition(Month(2026, 10), at=MADE)


@pytest.fixture
def get(edition, client):
    def ask(name="ho-so-da-xong.csv", *, method="get", **headers):
        address = reverse("open_data:file", args=[edition.name, name])
        shown = {key.replace("_", "-"): value for key, value in headers.items()}
        answer = getattr(client, method)(address, headers=shown)
        answer.body = answer.getvalue()
        return answer

    return ask


def body(response):
    return response.body


def test_a_file_comes_whole_with_its_tag_its_date_and_its_length(edition, get):
    plain = (edition.folder / "ho-so-da-xong.csv").read_bytes()
    answer = get()
    assert (answer.status_code, body(answer)) == (200, plain)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Length"] == str(len(plain))
    assert answer.headers["ETag"] == f'"{edition.file("ho-so-da-xong.csv").sha256}"'
    assert answer.headers["Last-Modified"] == "Sat, 31 Oct 2026 20:20:00 GMT"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(("asked", "start"), [({}, 0), ({"Range": "bytes=5-9"}, 5)])
def test_a_file_is_handed_to_the_web_server_open_where_it_begins_so_that_a_slow_reader_keeps_no_thread(
    edition, rf, asked, start
):
    answer = serving.answer_with(rf.get("/", headers=asked), edition, edition.file("ho-so-da-xong.csv"))
    assert (answer.file_to_stream.fileno() > 0, answer.file_to_stream.tell()) == (True, start)
    answer.close()


def test_parts_put_together_are_the_whole(edition, get):
    plain = (edition.folder / "ho-so-da-xong.csv").read_bytes()
    parts = [get(Range=f"bytes={start}-{start + 999}") for start in range(0, len(plain), 1000)]
    assert {part.status_code for part in parts} == {206}
    assert parts[0].headers["Content-Range"] == f"bytes 0-999/{len(plain)}"
    assert b"".join(map(body, parts)) == plain
    assert body(get(Range="bytes=0-1,5-6")) == plain


def test_a_range_that_is_none_is_416_with_the_size(edition, get):
    size = edition.file("ho-so-da-xong.csv").size
    for wrong in (f"bytes={size}-", "bytes=x", "bytes=9-3"):
        answer = get(Range=wrong)
        assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{size}")


def test_a_download_continues_only_with_the_same_file(get):
    etag = get().headers["ETag"]
    assert get(Range="bytes=5-", If_Range=etag).status_code == 206
    assert get(Range="bytes=5-", If_Range="Sat, 31 Oct 2026 20:20:00 GMT").status_code == 206
    assert get(Range="bytes=5-", If_Range='"another"').status_code == 200


def test_whoever_has_it_gets_304_and_no_bytes(get):
    etag = get().headers["ETag"]
    answer = get(If_None_Match=etag)
    assert (answer.status_code, answer.headers["ETag"], answer.content) == (304, etag, b"")
    assert get(If_Modified_Since="Sat, 31 Oct 2026 20:20:00 GMT").status_code == 304
    assert get(If_Match='"another"').status_code == 412


def test_the_compressed_file_is_another_representation_with_its_own_tag_and_ranges(edition, get):
    plain = (edition.folder / "ho-so-da-xong.csv").read_bytes()
    answer = get(Accept_Encoding="br, gzip;q=0.8")
    packed = body(answer)
    assert gzip.decompress(packed) == plain
    assert (answer.headers["Content-Encoding"], answer.headers["Content-Length"]) == ("gzip", str(len(packed)))
    assert answer.headers["ETag"] != get().headers["ETag"]
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert body(get(Accept_Encoding="gzip", Range="bytes=10-")) == packed[10:]
    assert body(get(Accept_Encoding="gzip;q=0, identity")) == plain


def test_head_says_everything_and_sends_nothing(get):
    whole, head = get(), get(method="head", Range="bytes=0-3")
    assert (head.status_code, body(head)) == (200, b"")
    assert dict(head.headers) | {"X-Request-ID": ""} == dict(whole.headers) | {"X-Request-ID": ""}


def test_what_is_not_there_is_404_and_what_is_not_asked_for_405(edition, get, client):
    for name in ("edition.json", "passwd", "ho-so-da-xong.csv.gz", "..", "%2e%2e%2fedition.json"):
        assert get(name).status_code == 404
    for place in ("2026-10.2", "2026-9.1", ".making"):
        assert client.get(f"/so-lieu/du-lieu/{place}/ho-so-da-xong.csv").status_code == 404
    assert client.get("/so-lieu/du-lieu/moi-nhat/passwd").status_code == 404
    assert get(method="post").status_code == 405


def test_before_the_first_edition_the_page_says_so(db, client, settings, tmp_path):
    settings.OPEN_DATA_DIR = tmp_path / "none"
    assert "Chưa có bộ dữ liệu nào" in client.get(reverse("reporting:open_data")).content.decode()
    assert client.get("/so-lieu/du-lieu/dcat.jsonld").status_code == 404
    assert client.get("/so-lieu/du-lieu/moi-nhat/ho-so-da-xong.csv").status_code == 404


def test_the_newest_file_is_found_at_an_address_that_stays(edition, client):
    answer = client.get("/so-lieu/du-lieu/moi-nhat/ho-so-da-xong.csv")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/so-lieu/du-lieu/2026-10.1/ho-so-da-xong.csv")


def test_the_catalogue_names_every_table_with_its_checksum(edition, client):
    answer = client.get("/so-lieu/du-lieu/dcat.jsonld")
    entry = json.loads(answer.content)
    assert answer.headers["Content-Type"] == "application/ld+json"
    sums = {one["spdx:checksum"]["spdx:checksumValue"] for one in entry["dcat:distribution"]}
    assert sums == {file.sha256 for file in edition.files if file.table}
    assert entry["dcat:distribution"][0]["dcat:downloadURL"]["@id"].endswith(
        "/so-lieu/du-lieu/2026-10.1/ho-so-da-xong.csv"
    )
    package = json.loads((edition.folder / "datapackage.json").read_text(encoding="utf-8"))
    assert {one["hash"].removeprefix("sha256:") for one in package["resources"]} <= sums


def test_page_and_board_tell_the_editions_figures_and_ask_the_database_for_none_of_them(
    edition, client, django_assert_max_num_queries
):
    with django_assert_max_num_queries(1):  # the frame's desk
        page = client.get(reverse("reporting:open_data")).content.decode()
    board = client.get(reverse("reporting:public")).content.decode()
    english = client.get("/en/so-lieu/du-lieu/").content.decode()
    for content in (page, board):
        assert "40 trong 40 hồ sơ đã giải quyết là đúng hạn" in content
    assert "days_past_due" in page
    assert "Count again yourself" in english
