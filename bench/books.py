"""What a long register book costs: ``python -m bench.books [address] [--rows N]``.

Pages of the product over one book of so many rows: the first, a search that finds nothing, one that finds much, what is open;
each for somebody who oversees and for somebody who sees half.
"""

import argparse
import random
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import insert, text

from engine.bootstrap import Product, Settings, build
from engine.ledger import tables
from engine.ledger.booking import words_of
from engine.ledger.chain import canonical
from engine.procedure.site import Site
from engine.revisions import site_revision
from engine.run.answer import Answer
from engine.run.site_events import PersonAdded, PinChanged
from webui import create_app

BEGAN = datetime(2022, 1, 1, tzinfo=UTC)
OPEN = 200
PIN = "135790"
LETTERS = "伞帽包手机钥匙水杯泳镜毛巾衣服黑色白色蓝色红色充电器卡片证件书本玩具拖鞋眼镜耳机先生女士房号储物柜"
PAGES = {
    "the first page": "/books/lost",
    "a later page": "/books/lost?beyond=2023-01-01T00:00:00.000000Z~x~lost~1",
    "a search that finds nothing": "/books/lost?q=找不到的东西",
    "a search that finds a few": "/books/lost?q=3-1202",
    "a search that finds much": "/books/lost?q=前台",
    "two words and a year": "/books/lost?q=伞 黑&from=2023-01-01&until=2023-12-31",
    "what is open": "/books/lost/open",
    "what is open, searched": "/books/lost/open?q=12",
    "every book": "/books",
}


def site() -> Site:
    """A site with one book that two posts write into."""
    fields = [
        {"note": "物品", "id": "thing"},
        {"note": "房号", "id": "room"},
        {
            "choose": "放在哪",
            "id": "kept",
            "options": {"safe": {"zh": "保险柜", "en": "Safe"}, "desk": {"zh": "前台", "en": "Desk"}},
        },
    ]
    closing = [{"note": "谁领走的", "id": "taken_by"}]
    written: dict[str, Any] = {
        "format": 1, "name": "量", "timezone": "Asia/Shanghai", "places": {"hall": {"title": "大厅"}},
        "roles": {"desk": {"title": "前台"}, "boss": {"title": "督导", "may": ["see_now"]}},
        "books": {"lost": {"title": "失物登记簿", "fields": fields, "closing": closing, "retention": "3 years"}},
    }  # fmt: skip
    return Site.model_validate(written)


def opened(data: Path, database: str | None) -> Product:
    """The product with two people."""
    product = build(Settings(data=data, database=database))
    engine = product.engine
    engine.publish([site_revision(site(), "")], "bench")
    for person, role in (("li", "desk"), ("wang", "boss")):
        engine.pins.set(person, PIN, engine.clock.now())
        engine.note_all((PersonAdded(person, person, (role,), "zh"), PinChanged(person)), "bench")
    return product


def rows(count: int) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None, dict[str, Any]]]:
    """Rows of a book, a quarter of an hour apart, with what closed them and a signature; the last ones are open."""
    chance = random.Random(1)
    for number in range(count):
        at, run = BEGAN + timedelta(minutes=15 * number), f"{chance.getrandbits(64):016x}"
        thing, room = "".join(chance.choices(LETTERS, k=12)), f"{chance.randrange(1, 9)}-{chance.randrange(1000, 3999)}"
        fields = {"thing": Answer(thing, text=thing), "room": Answer(room, text=room), "kept": Answer("desk", options=("desk",))}
        key = {"run": run, "step": "lost", "row": "1"}
        body = {"step": "lost", "row": 1, "book": "lost", "fields": {name: _plain(one) for name, one in fields.items()}}
        said = canonical(body).decode()
        row = key | {"book": "lost", "at": at, "by": "li", "place": "hall", "fields": said, "words": words_of(fields, "li")}
        row |= {"parties": "cook" if number % 2 else "desk", "is_open": True}
        taker = Answer("李先生", text="李先生")
        ended = key | {"book": "lost", "at": at + timedelta(hours=5), "by": "li", "words": words_of({"taken_by": taker}, "li")}
        ended |= {"fields": canonical(key | {"fields": {"taken_by": _plain(taker)}}).decode()}
        signed = {"run": run, "seq": 9, "step": "sign", "by": "wang", "role": "boss", "at": at + timedelta(hours=6)}
        signed |= {"name": "王", "meaning": "verified", "drawn": ""}
        yield row, ended if number < count - OPEN else None, signed


def _plain(answer: Answer) -> dict[str, Any]:
    found: dict[str, Any] = {"typed": answer.typed}
    return found | ({"text": answer.text} if answer.text else {}) | ({"options": list(answer.options)} if answer.options else {})


def fill(product: Product, count: int) -> None:
    """Write the rows as the ledger's projections have them."""
    written = list(rows(count))
    with product.engine.ledger.write() as connection:
        for start in range(0, count, 5000):
            some = written[start : start + 5000]
            connection.execute(insert(tables.book_rows), [one for one, _, _ in some])
            if closings := [one for _, one, _ in some if one]:
                connection.execute(insert(tables.row_closings), closings)
            connection.execute(insert(tables.signatures), [one for _, _, one in some])
    if product.engine.ledger.url.get_backend_name() == "postgresql":
        with product.engine.ledger.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE book_rows"))


def took(work: Callable[[], object], rounds: int = 9) -> float:
    """Milliseconds: the median of several."""
    spent = []
    for _ in range(rounds):
        started = perf_counter()
        work()
        spent.append((perf_counter() - started) * 1e3)
    return median(spent)


def signed_on(product: Product, person: str) -> FlaskClient:
    """A client with somebody signed on."""
    client = create_app(product).test_client()
    with client.session_transaction() as session:
        session["place"], session["device"] = "hall", f"bench-{person}"
    page = client.get("/sign-on").text
    start = page.index('name="csrf_token" value="') + 25
    form = {"csrf_token": page[start : page.index('"', start)], "person": person, "pin": PIN}
    assert client.post("/sign-on", data=form).status_code == 303
    return client


def _get(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 200, address


def main() -> None:
    """Measure each page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", nargs="?", help="an empty database; a new SQLite file if not given")
    parser.add_argument("--rows", type=int, default=200_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        product = opened(Path(folder), given.address)
        fill(product, given.rows)
        clients = [signed_on(product, person) for person in ("wang", "li")]
        print(f"{product.engine.ledger.url.get_backend_name()}, {given.rows} rows, {OPEN} of them open; ms")
        print(f"{'':30} {'oversees':>9} {'sees half':>9}")
        for name, address in PAGES.items():
            spent = [took(lambda: _get(client, address)) for client in clients]  # noqa: B023
            print(f"{name:30} {spent[0]:9.1f} {spent[1]:9.1f}", flush=True)
        product.engine.ledger.close()


if __name__ == "__main__":
    main()
