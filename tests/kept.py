"""What every house of a test would work out anew from the same content, worked out once; and PINs that cost less."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from argon2 import PasswordHasher
from ruamel.yaml.events import Event
from sqlalchemy import URL, Connection, Engine, event, inspect, select
from werkzeug.routing import BaseConverter, Rule
from werkzeug.routing.rules import RulePart

from engine import people
from engine.ledger import schema, sqlite, tables
from engine.loading import library
from engine.loading.cache import Cache
from engine.loading.gate import Gate
from engine.procedure.plan import Plan
from engine.procedure.procedure import Card
from engine.procedure.report import ReportingSite
from engine.revisions import Shelf
from tests.shipped import compiled


@contextmanager
def quick_pins() -> Iterator[None]:
    """PINs hashed the same way with less work: hundreds of sign-ons would else be most of these tests' time."""
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(people, "_HASHER", quick)
        people._nobody.cache_clear()
        yield
    people._nobody.cache_clear()


class _Statements(dict[tuple[object, ...], object]):
    """What statements compile to, whichever engine asks: SQLAlchemy's keys begin with the engine's own dialect."""

    def get(self, key: tuple[object, ...], default: object = None) -> object:  # type: ignore[override]
        """What it compiles to."""
        return super().get(key[1:], default)

    def __setitem__(self, key: tuple[object, ...], compiled: object) -> None:
        """Keep it."""
        super().__setitem__(key[1:], compiled)


@contextmanager
def statements_kept() -> Iterator[None]:
    """A statement is compiled to SQLite's SQL by the first ledger that asks for it: most tests open one of their own."""
    made, kept = sqlite._engine, _Statements()

    def engine(url: URL, begin: str, is_reader: bool) -> Engine:
        one = made(url, begin, is_reader)
        one._compiled_cache = kept  # type: ignore[assignment]
        return one

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sqlite, "_engine", engine)
        yield


class _Shared(Cache):
    """Keeps what other folders use."""

    def prune(self) -> None:
        """Drop nothing."""


@contextmanager
def migrations_kept() -> Iterator[None]:
    """What Alembic does to an empty database is done to the next one of its kind statement by statement, without Alembic.

    The first of each kind is migrated, and so is every one that holds anything already.
    """
    migrated = schema._migrate
    kept: dict[tuple[str, str], list[tuple[str, Any]]] = {}

    def migrate(connection: Connection) -> None:
        kind = (connection.dialect.name, schema.SCHEMA)
        if inspect(connection).get_table_names():
            migrated(connection)
        elif known := kept.get(kind):
            for statement, parameters in known:
                connection.exec_driver_sql(statement, parameters or None)
        else:
            kept[kind] = _migrated(connection, migrated)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(schema, "_migrate", migrate)
        yield


def _migrated(connection: Connection, migrate: Callable[[Connection], None]) -> list[tuple[str, Any]]:
    """Migrate, and tell every statement that this took."""
    said: list[tuple[str, Any]] = []

    def hear(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA")):
            said.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", hear)
    try:
        migrate(connection)
    finally:
        event.remove(connection, "before_cursor_execute", hear)
    return said


_TEXTS = 128  # kept read: the shipped ones and what tests make of them


@contextmanager
def readings_kept() -> Iterator[None]:
    """A text of YAML is taken apart once: test after test begins with the same procedure, or makes the same change in it."""
    parsed = Gate._parse
    kept: OrderedDict[str, list[Event]] = OrderedDict()

    def parse(text: str) -> Iterator[Event]:
        if text in kept:
            kept.move_to_end(text)
            yield from kept[text]
            return
        events = []
        for one in parsed(text):
            events.append(one)
            yield one
        kept[text] = events  # only what was read to its end, without a mistake
        while len(kept) > _TEXTS:
            kept.popitem(last=False)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Gate, "_parse", staticmethod(parse))
        yield


@contextmanager
def texts_kept() -> Iterator[None]:
    """Who loads without a cache uses the tests' own: the same sixty files would be read anew by every command."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(library, "Cache", lambda folder: Cache(folder) if folder else _Shared(compiled()))
        yield


@contextmanager
def plans_kept() -> Iterator[None]:
    """Plans, sites, cards and texts are made by the first house that asks for them: their key is the digests of all they are made from.

    Those of previews are left alone: a preview takes its plans along when it goes, and is tested to.
    """
    compiled, read, site, written = Shelf.plan, Shelf.cards, Shelf.site, Shelf.text
    plans: dict[tuple[str, str], Plan] = {}
    sites: dict[str, ReportingSite] = {}
    cards: dict[str, Mapping[str, Card]] = {}
    texts: dict[str, str] = {}

    def plan(shelf: Shelf, digest: str, site_digest: str) -> Plan:
        key = (digest, site_digest)
        if "/previews/" in str(shelf._ledger.engine.url):
            return compiled(shelf, digest, site_digest)
        if key in plans and key not in shelf._plans and {digest, site_digest} <= _digests(shelf, key):
            shelf._plans[key] = plans[key]
        plans[key] = found = compiled(shelf, digest, site_digest)
        return found

    def site_of(shelf: Shelf, digest: str) -> ReportingSite:
        if digest not in sites or digest not in _digests(shelf, (digest,)):
            sites[digest] = site(shelf, digest)
        return sites[digest]

    def text_of(shelf: Shelf, digest: str) -> str:
        if digest not in texts or digest not in _digests(shelf, (digest,)):
            texts[digest] = written(shelf, digest)
        return texts[digest]

    def cards_of(shelf: Shelf, digest: str) -> Mapping[str, Card]:
        if digest not in cards or digest not in _digests(shelf, (digest,)):
            cards[digest] = read(shelf, digest)  # KeyError where this house has none
        return cards[digest]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Shelf, "plan", plan)
        patched.setattr(Shelf, "site", site_of)
        patched.setattr(Shelf, "text", text_of)
        patched.setattr(Shelf, "cards", cards_of)
        yield


_HELD: WeakKeyDictionary[Shelf, frozenset[str]] = WeakKeyDictionary()


def _digests(shelf: Shelf, wanted: Collection[str]) -> frozenset[str]:
    """The revisions that a house has, asked of it anew where one that is wanted was not there before."""
    held = _HELD.get(shelf, frozenset())
    if not held.issuperset(wanted):
        with shelf._ledger.engine.connect() as connection:
            held = _HELD[shelf] = frozenset(connection.execute(select(tables.revisions.c.digest)).scalars())
    return held


@contextmanager
def addresses_kept() -> Iterator[None]:
    """The parts of an address, and the code that builds it, are made from its text alone, and are most of what making an app costs."""
    parsed, compiled = Rule._parse_rule, Rule._compile_builder
    parts: dict[str, tuple[list[RulePart], list[tuple[bool, str]], dict[str, BaseConverter]]] = {}
    kept: dict[tuple[str, tuple[tuple[bool, str], ...], bool], Callable[..., tuple[str, str]]] = {}

    def parse(rule: Rule, text: str) -> list[RulePart]:
        if text not in parts:
            before = len(rule._trace)
            found = list(parsed(rule, text))
            parts[text] = (found, rule._trace[before:], dict(rule._converters))
            return found
        found, trace, converters = parts[text]
        rule._trace.extend(trace)
        rule._converters.update(converters)
        rule.arguments.update(converters)
        return found

    def builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if rule.defaults:
            return compiled(rule, append_unknown)
        key = (rule.rule, tuple(rule._trace), append_unknown)
        if key not in kept:
            kept[key] = compiled(rule, append_unknown)
        return kept[key]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Rule, "_parse_rule", parse)
        patched.setattr(Rule, "_compile_builder", builder)
        yield
