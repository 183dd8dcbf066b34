"""Register books where one works: what is open leads there and back, and a row is closed where it stands."""

import re

import pytest

from .cast import Tablet
from .leafing import run

__all__ = ["run"]


def test_a_register_leads_to_what_is_open_and_back(desk: Tablet, run: str) -> None:
    page = desk.get(f"/runs/{run}?at=found").text
    assert "簿上未了的 2 行" in page
    assert f'href="/books/lost/open?from={run}.found"' in page
    listed = desk.get(f"/books/lost/open?from={run}.found").text
    assert f'href="/runs/{run}?at=found#s-found"' in listed


def test_a_row_is_found_and_closed_where_it_stands(desk: Tablet, run: str) -> None:
    came = f"from={run}.found"
    page = desk.get(f"/books/lost/open?{came}&q=1202").text
    assert "伞" not in page
    touched = re.search(r'href="(/books/lost/open\?[^"]*row=[^"#]*)#', page)
    assert touched
    opened = desk.get(touched[1].replace("&amp;", "&")).text
    back = re.search(r'name="back" value="([^"]+)"', opened)
    assert back
    assert opened.count('name="f.taken_by"') == 1
    told = back[1].replace("&amp;", "&")
    assert desk.post(f"/rows/{run}/found/2", back=told, **{"f.taken_by": " "}).status_code == 422
    refused = desk.post(f"/rows/{run}/found/2", back=told, **{"f.taken_by": " "}).text
    assert 'name="back"' in refused
    closed = desk.post(f"/rows/{run}/found/2", back=told, **{"f.taken_by": "客人"})
    assert (closed.status_code, closed.location) == (303, told)
    assert came in told
    assert "帽" not in desk.get(told).text


@pytest.mark.parametrize(
    "back",
    ["https://evil.example/", "//evil.example/books/lost/open", "/books/kept/open", "/books/lost/open\r\nX: y", "/books/lost/open/../x",
     "/books/lost/open?x=<script>", "/books/lost/openx"],
)  # fmt: skip
def test_nobody_is_sent_elsewhere(desk: Tablet, run: str, back: str) -> None:
    answer = desk.post(f"/rows/{run}/found/1", back=back, **{"f.taken_by": "客人"})
    assert (answer.status_code, answer.location) == (303, f"/rows/{run}/found/1")


@pytest.mark.parametrize(
    "query", ["row=x", "row={run}.found.99", "row={run}.found.1&from=//x.example", "from={run}.found<script>", "beyond=x"]
)
def test_odd_addresses_show_the_list(desk: Tablet, run: str, query: str) -> None:
    page = desk.get(f"/books/lost/open?{query.format(run=run)}")
    assert page.status_code == 200
    assert "伞" in page.text
    assert 'href="//' not in page.text
    assert "found<script>" not in page.text


def test_a_long_list_of_what_is_open_goes_on(desk: Tablet, run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webui.pages.books._OPEN_PAGE", 1)
    page = desk.get("/books/lost/open").text
    assert "帽" not in page
    more = re.search(r'class="chip" href="([^"]+)">后面还有', page)
    assert more
    later = desk.get(more[1].replace("&amp;", "&")).text
    assert "帽" in later
    assert "伞" not in later
