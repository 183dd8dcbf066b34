"""What holds on every page in every state: nothing anybody wrote is markup, nothing is inline, the headers are there."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from tests.shipped import copy_of

from .cast import House, opened
from .walking import visits

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
OUR_SCRIPTS = re.compile(
    r"/static/((app|conditions|drafts|drawing|heads|photos)\.js|vendor/[a-z_-]+(\.umd)?\.min\.js)\?v=[0-9a-f]{12}"
)


class Found(HTMLParser):
    """What a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.ids: list[str] = []
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if len(dict(attrs)) != len(attrs):
            self.wrong.append(f"<{tag}> says something twice")
        self.ids.extend(value or "" for name, value in attrs if name == "id")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.ids.extend(value or "" for name, value in attrs if name == "id")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing")


def is_page(answer: TestResponse) -> bool:
    """Whether an answer is a page or fragment of ours."""
    return answer.mimetype == "text/html" and not 300 <= answer.status_code < 400


def parsed(page: str) -> Found:
    """A page as a browser sees it."""
    found = Found()
    found.feed(page)
    found.close()
    return found


@pytest.fixture(scope="module")
def walked(furnished_richly: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[tuple[str, TestResponse, Found]]]:
    """Every page once."""

    folder = copy_of(furnished_richly, tmp_path_factory.mktemp("walk") / "data")
    with opened(folder) as rich:
        yield [(name, answer, parsed(answer.text)) for name, answer in visits(rich) if is_page(answer)]


Walked = list[tuple[str, TestResponse, Found]]


def test_the_walk_goes_everywhere(walked: Walked) -> None:
    assert len(walked) > 150
    kinds = {cls for _, answer, _ in walked for cls in re.findall(r'<body class="is-([a-z-]+)"', answer.text)}
    assert {"sign-on", "place", "board", "start", "run", "record", "records", "card", "fault", "printed"} <= kinds
    assert not [name for name, answer, _ in walked if answer.status_code >= 500]


def test_nothing_anybody_wrote_is_markup(walked: Walked) -> None:
    told = 0
    for name, answer, found in walked:
        assert "<script>alert" not in answer.text, name
        assert "<img src=x" not in answer.text, name
        assert not [attrs for _, attrs in found.tags if any(key.startswith("on") for key in attrs)], name
        assert not [attrs for tag, attrs in found.tags if tag == "img" and attrs.get("src") == "x"], name
        told += answer.text.count("&lt;script&gt;alert(1)")
    assert told > 500


def test_nothing_is_inline(walked: Walked) -> None:
    for name, answer, found in walked:
        assert not [tag for tag, attrs in found.tags if tag == "style" or "style" in attrs], name
        scripts = [attrs for tag, attrs in found.tags if tag == "script"]
        assert all(OUR_SCRIPTS.fullmatch(attrs.get("src") or "") for attrs in scripts), name
        assert not [v for _, attrs in found.tags for v in attrs.values() if v and v.strip().lower().startswith("javascript:")], (
            name
        )
        assert "hx-on" not in answer.text, name
        assert "eval(" not in answer.text, name


def test_nothing_comes_from_elsewhere(walked: Walked) -> None:
    for name, _, found in walked:
        links = [
            (attrs.get(key) or "/")
            for _, attrs in found.tags
            for key in ("src", "href", "action", "hx-get", "hx-post")
            if key in attrs
        ]
        assert not [link for link in links if not link.startswith(("/", "#")) or link.startswith("//")], name


def test_pages_are_well_formed(walked: Walked) -> None:
    for name, answer, found in walked:
        assert not found.wrong, (name, found.wrong)
        assert not found.open, name
        twice = {one for one in found.ids if found.ids.count(one) > 1}
        assert not twice, (name, twice)
        assert answer.content_type == "text/html; charset=utf-8"


def test_every_write_is_a_real_form_with_a_token(walked: Walked) -> None:
    for name, answer, found in walked:
        assert "hx-post" not in answer.text, name
        forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", answer.text, re.DOTALL)
        assert all(re.search(r'name="csrf_token" value="[^"]{20,}"', form) for form in forms), name
        assert not [attrs for tag, attrs in found.tags if tag == "form" and (attrs.get("method") or "get").lower() == "get"], name


def test_every_control_has_a_name_to_read_out(walked: Walked) -> None:
    for name, answer, found in walked:
        labels = {attrs.get("for") for tag, attrs in found.tags if tag == "label"}
        for tag, attrs in found.tags:
            if tag in ("input", "select", "textarea") and attrs.get("type") not in ("hidden", "radio", "checkbox", "file"):
                assert attrs.get("aria-label") or attrs.get("placeholder") or attrs.get("id") in labels, (name, attrs)
        assert not re.search(r"<button[^>]*></button>", answer.text), name


def test_pages_say_their_language_and_title(walked: Walked) -> None:
    for name, answer, _ in walked:
        if answer.text.startswith("<!doctype"):
            assert re.search(r'<html lang="(zh-CN|en)">', answer.text), name
            assert "<title></title>" not in answer.text, name
            assert "<title> ·" not in answer.text, name


def test_every_answer_carries_the_headers(walked: Walked) -> None:
    for name, answer, _ in walked:
        headers = answer.headers
        policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == "'self'", name
        assert policy["script-src"] == policy["style-src"] == "'self'", name
        assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'", name
        assert policy["form-action"] == "'self'", name
        assert "unsafe" not in headers["Content-Security-Policy"], name
        assert headers["X-Content-Type-Options"] == "nosniff", name
        assert headers["X-Frame-Options"] == "DENY", name
        assert headers["Referrer-Policy"] == "same-origin", name
        is_board = answer.request.path == "/" and answer.status_code == 200
        assert headers["Cache-Control"] == ("private, no-cache" if is_board else "no-store"), name
        assert "HX-Request" in headers["Vary"], name


def test_files_are_kept_for_ever_by_their_content(house: House) -> None:
    client = house.app.test_client()
    page = client.get("/sign-on", follow_redirects=True).text
    addresses = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    assert len(addresses) >= 5
    for address in addresses:
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Content-Encoding"] == "gzip" or len(answer.data) < 600
        again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304
        assert client.get(address.split("?")[0] + "?v=0").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "name",
    ["../wsgi.py", "..%2fwsgi.py", ".hidden", "vendor/../../wsgi.py", "vendor", "", "app.css/", "nothing.css", "a\\b"],
)
def test_no_other_file_is_given(house: House, name: str) -> None:
    assert house.app.test_client().get(f"/static/{name}").status_code in (308, 404)


def test_pages_are_compressed_and_fragments_left_alone(house: House) -> None:
    tablet = house.signed_on("chen")
    page = tablet.get("/", Accept_Encoding="gzip")
    assert page.headers["Content-Encoding"] == "gzip"
    assert {"Accept-Encoding", "HX-Request"} <= set(page.headers["Vary"].replace(" ", "").split(","))
    assert "Content-Encoding" not in tablet.get("/").headers
