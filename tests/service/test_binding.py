"""PIN hashes are bound to their person by a key outside the database: put there or moved without it, they open nothing."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from engine.accounts.codes import code_row, redeem
from engine.binding import FILE, UNBOUND, Binding
from engine.bootstrap import Product, Settings, build
from engine.cli.serving import warn_of_pins
from engine.ledger import tables
from engine.people import Pins, hashed
from engine.run.site_events import PersonAdded
from engine.verifying import look_through
from tests.service.world import MORNING

PIN, OTHER, CODE = "260608", "802614", "48151623"
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


def opened(folder: Path) -> Product:
    return build(Settings(sops=folder / "sops", data=folder))


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    found = opened(tmp_path)
    for person, pin in (("li", PIN), ("wang", OTHER)):
        found.engine.note(PersonAdded(person, person.title(), (), "zh"), "boss")
        found.engine.pins.set(person, pin, MORNING)
    yield found
    found.engine.ledger.close()


def kept(product: Product) -> dict[str, str]:
    with product.engine.ledger.engine.connect() as connection:
        return {row.person: row.pin_hash for row in connection.execute(select(tables.credentials))}


def put(product: Product, person: str, pin_hash: str) -> None:
    """What somebody does who may write to the database."""
    with product.engine.ledger.write() as connection:
        connection.execute(update(tables.credentials).where(tables.credentials.c.person == person).values(pin_hash=pin_hash))


def fits(product: Product, person: str, pin: str) -> bool:
    return product.engine.pins.check(person, "tab", pin, MORNING).is_right


def test_the_hash_of_a_known_pin_put_in_anothers_place_opens_nothing(product: Product, tmp_path: Path) -> None:
    assert fits(product, "li", PIN)
    for forged in (
        kept(product)["wang"],
        hashed(OTHER),
        f"bound:{'0' * 64}:{hashed(OTHER)}",
        Binding(b"x").bound("li", hashed(OTHER)),
    ):
        put(product, "li", forged)
        assert not fits(product, "li", OTHER), forged
        assert not product.engine.pins.has("li")
        found = look_through(product.engine, tmp_path, lambda _: None)
        assert "the PIN of li was not kept with this data folder's pins.key" in getattr(found, "what", ""), found
    assert fits(product, "wang", OTHER)


def test_a_one_time_code_is_bound_too(product: Product) -> None:
    engine = product.engine
    for person in ("li", "wang"):
        with engine.ledger.write() as connection:
            connection.execute(tables.credentials.insert(), code_row(engine, person, CODE, MORNING))
    put(product, "code li", kept(product)["code wang"])
    assert not redeem(engine, "li", CODE, PIN, "tab", "tab").is_set
    assert redeem(engine, "wang", CODE, PIN, "tab", "tab").checked is not None


def test_pins_of_before_are_bound_once(product: Product, tmp_path: Path) -> None:
    plain = {person: whole.rpartition(":")[2] for person, whole in kept(product).items()}
    for person, pin_hash in plain.items():
        put(product, person, pin_hash)
    product.engine.ledger.close()
    (tmp_path / FILE).unlink()
    first = opened(tmp_path)
    assert fits(first, "li", PIN)
    assert fits(first, "wang", OTHER)
    put(first, "li", plain["li"])  # only once: what lies there plain from now on, nobody bound
    first.engine.ledger.close()
    second = opened(tmp_path)
    assert not fits(second, "li", PIN)
    assert fits(second, "wang", OTHER)
    second.engine.ledger.close()


def test_what_was_interrupted_is_done_by_the_next_start(product: Product, tmp_path: Path) -> None:
    product.engine.ledger.close()
    (tmp_path / FILE).rename(tmp_path / f"{FILE}.coming")  # as if the machine had stopped before the key had its name
    again = opened(tmp_path)
    assert fits(again, "li", PIN)
    assert sorted(path.name for path in tmp_path.glob(f"{FILE}*")) == [FILE]
    again.engine.ledger.close()


def test_a_lost_key_is_said_at_the_start_and_a_new_pin_is_the_way_out(
    product: Product, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    product.engine.ledger.close()
    (tmp_path / FILE).unlink()
    again = opened(tmp_path)
    warn_of_pins(again)
    told = capsys.readouterr().err
    assert "the PIN of li, wang was not kept with" in told
    assert "sop user pin PERSON" in told
    assert not fits(again, "li", PIN)
    again.engine.pins.set("li", PIN, MORNING)
    assert fits(again, "li", PIN)
    assert again.engine.pins.foreign() == ("wang",)
    again.engine.ledger.close()


def test_the_key_is_its_owners_only(product: Product, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert (tmp_path / FILE).read_text().strip() not in repr(kept(product))


def test_a_shared_pin_is_bound_to_each(product: Product) -> None:
    product.engine.pins.share("li", ("ma", "hu"), MORNING)
    assert fits(product, "ma", PIN)
    put(product, "hu", kept(product)["ma"])
    assert not fits(product, "hu", PIN)


def test_an_engine_without_a_folder_keeps_them_plain(product: Product) -> None:
    pins = Pins(product.engine.ledger)
    pins.set("li", PIN, MORNING)
    assert kept(product)["li"].startswith("$argon2id$")
    assert pins.check("li", "tab", PIN, MORNING).is_right


@given(NAMES, NAMES, st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_only_the_same_person_and_key_open(one: str, other: str, key: bytes, another: bytes) -> None:
    kept = Binding(key).bound(one, "$argon2id$v=19$x")
    assert (Binding(key).opened(other, kept) == "$argon2id$v=19$x") is (one == other)
    assert (Binding(another).opened(one, kept) is not None) is (key == another)
    assert Binding(key).opened(one, "$argon2id$v=19$x") is None
    assert UNBOUND.opened(one, "$argon2id$v=19$x") == "$argon2id$v=19$x"
