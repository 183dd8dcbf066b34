"""Books as whoever reviews leafs through them: how long rows are kept, and the ways to search, print and export."""

import re

from .cast import House
from .reporting import LIST


def test_a_book_says_until_when_its_oldest_row_is_kept_and_leads_to_its_export(house: House) -> None:
    engine, tablet = house.product.engine, house.signed_on("zhou")
    assert "最早的一行" not in tablet.get("/books/equipment_repairs").text
    book = next(name for name, one in engine.site.books.items() if name == "lobby_faults")
    page = tablet.get(f"/books/{book}").text
    address = f"/review/exports?view=book%3A{book}"
    assert f'href="{address}"' in page
    assert f'<option value="book:{book}" selected>' in tablet.get(address).text
    assert "/review/exports" not in house.signed_on("wu").get(f"/books/{book}").text


def test_from_a_books_page_a_reviewer_reaches_search_print_export_and_what_is_told_of_keeping(house: House) -> None:
    tablet = house.signed_on("yang")
    assert 'href="/books"' in tablet.get(LIST).text
    page = tablet.get("/books/lobby_faults?q=灯&from=2026-11-01&until=2026-11-30").text
    assert 'type="search" name="q" value="灯"' in page
    assert 'formaction="/books/lobby_faults/print"' in page
    export = re.search(r'href="(/review/exports[^"]+)"', page)
    assert export
    asked = tablet.get(export[1].replace("&amp;", "&")).text
    assert 'name="from" value="2026-11-01"' in asked
    assert 'name="words" value="灯"' in asked
    assert 'href="/review/retention"' in page
    assert tablet.get("/review/retention").status_code == 200
    printed = tablet.get("/books/lobby_faults/print?q=灯&only=open").text
    assert "只印查到的：<b>“灯”</b>" in printed
    assert "只看未了的" in printed
    assert "只印查到的" not in tablet.get("/books/lobby_faults/print").text
    assert "/review/retention" not in house.signed_on("wu").get("/books/lobby_faults").text
