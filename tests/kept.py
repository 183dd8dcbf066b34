"""What every house of a test would work out anew from the same content, worked out once; and PINs that cost less."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from argon2 import PasswordHasher
from werkzeug.routing import Rule

from engine import people
from engine.loading import library
from engine.loading.cache import Cache
from engine.procedure.plan import Plan
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


class _Shared(Cache):
    """Keeps what other folders use."""

    def prune(self) -> None:
        """Drop nothing."""


@contextmanager
def texts_kept() -> Iterator[None]:
    """Who loads without a cache uses the tests' own: the same sixty files would be read anew by every command."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(library, "Cache", lambda folder: Cache(folder) if folder else _Shared(compiled()))
        yield


@contextmanager
def plans_kept() -> Iterator[None]:
    """A plan is compiled by the first house that asks for it: its key is the digests of all that it is made from.

    Those of previews are left alone: a preview takes its plans along when it goes, and is tested to.
    """
    compiled = Shelf.plan
    kept: dict[tuple[str, str], Plan] = {}

    def plan(shelf: Shelf, digest: str, site_digest: str) -> Plan:
        key = (digest, site_digest)
        if "/previews/" in str(shelf._ledger.engine.url):
            return compiled(shelf, digest, site_digest)
        if key in kept and key not in shelf._plans:
            shelf.row(digest)  # KeyError where this house has none
            shelf.row(site_digest)
            shelf._plans[key] = kept[key]
        kept[key] = found = compiled(shelf, digest, site_digest)
        return found

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Shelf, "plan", plan)
        yield


@contextmanager
def addresses_kept() -> Iterator[None]:
    """The code that builds an address is made from its parts alone, and making it is most of what making an app costs."""
    compiled = Rule._compile_builder
    kept: dict[tuple[str, tuple[tuple[bool, str], ...], bool], Callable[..., tuple[str, str]]] = {}

    def builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if rule.defaults:
            return compiled(rule, append_unknown)
        key = (rule.rule, tuple(rule._trace), append_unknown)
        if key not in kept:
            kept[key] = compiled(rule, append_unknown)
        return kept[key]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Rule, "_compile_builder", builder)
        yield
