"""Tokens: right, wrong, expired, revoked; kept as a hash alone; made and revoked as events; on both databases."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from engine.ledger import tables
from engine.tokens import MOST, Tokens, TooMany

from .on_each import world
from .world import MIN, MORNING, World, together

__all__ = ["world"]
DAY = date(2026, 11, 2)


@pytest.fixture
def tokens(world: World) -> Tokens:
    return Tokens(world.ledger)


def a_token(tokens: Tokens, person: str = "lead", command: str = "c1", days: str = "30") -> str:
    made = tokens.make("月报", person, days, MORNING, command, "desk")
    assert made is not None
    return made


def test_a_token_is_good_until_it_expires(tokens: Tokens) -> None:
    text = a_token(tokens)
    shown = tokens.shown(text, MORNING)
    assert (shown.standing, shown.token and shown.token.person, shown.token and shown.token.scope) == ("good", "lead", ("read",))
    assert tokens.shown(text, MORNING + timedelta(days=30) - MIN).standing == "good"
    assert tokens.shown(text, MORNING + timedelta(days=30)).standing == "expired"


@pytest.mark.parametrize("spoilt", ["", "x", "sop_", "last", "first", "case", "longer", "other"])
def test_a_wrong_token_is_unknown(tokens: Tokens, spoilt: str) -> None:
    text, other = a_token(tokens), a_token(tokens, command="c2")
    head, id_, secret = text.split("_", 2)
    wrong = {
        "last": text[:-1] + ("A" if text[-1] != "A" else "B"), "first": f"{head}_{id_}_{'A' if secret[0] != 'A' else 'B'}{secret[1:]}",
        "case": f"{head}_{id_}_{secret.swapcase()}", "longer": f"{text}A", "other": f"{head}_{other.split('_')[1]}_{secret}",
    }.get(spoilt, spoilt)  # fmt: skip
    assert tokens.shown(wrong, MORNING).standing == "unknown"
    assert tokens.shown(wrong, MORNING).token is None


def test_a_revoked_token_works_no_more_and_is_revoked_once(tokens: Tokens, world: World) -> None:
    text = a_token(tokens)
    (token,) = tokens.every()
    before = world.size()
    for minute in (1, 2):
        tokens.revoke(token, MORNING + minute * MIN, "boss", "desk")
    assert world.size() == before + 1
    shown = tokens.shown(text, MORNING + 3 * MIN)
    assert (shown.standing, shown.token and shown.token.revoked_at) == ("revoked", MORNING + MIN)
    assert world.engine.differing_lists() == ()


def test_both_are_events_and_nothing_kept_says_the_secret(tokens: Tokens, world: World) -> None:
    text = a_token(tokens)
    tokens.revoke(tokens.every()[0], MORNING + MIN, "boss", "desk")
    told = [(one.kind, one.by, one.device) for one in world.ledger.log.stream("site") if one.kind.startswith("token")]
    assert told == [("token_made", "lead", "desk"), ("token_revoked", "boss", "desk")]
    secret = text.split("_", 2)[2]
    with world.ledger.engine.connect() as connection:
        kept = [repr(connection.execute(select(table)).all()) for table in tables.metadata.sorted_tables]
    assert not [one for one in kept if secret in one or text in one]


def test_the_same_command_makes_one_and_shows_it_once(tokens: Tokens) -> None:
    a_token(tokens)
    assert tokens.make("月报", "lead", "30", MORNING + MIN, "c1", "desk") is None
    assert len(tokens.every()) == 1


def test_nobody_has_too_many(tokens: Tokens) -> None:
    for number in range(MOST):
        a_token(tokens, command=f"c{number}")
    with pytest.raises(TooMany):
        tokens.make("月报", "lead", "30", MORNING, "one more")
    a_token(tokens, "boss", "another's")
    assert tokens.make("月报", "lead", "30", MORNING + timedelta(days=31), "when they are over") is not None


def test_a_day_of_use_is_noted_once_and_never_backwards(tokens: Tokens, world: World) -> None:
    text, before = a_token(tokens), world.size()

    def used(day: date) -> date | None:
        token = tokens.shown(text, MORNING).token
        assert token is not None
        tokens.note_use(token, day)
        return tokens.every()[0].used_on

    assert tokens.every()[0].used_on is None
    assert [used(day) for day in (DAY, DAY, DAY + timedelta(1), DAY)] == [DAY, DAY, DAY + timedelta(1), DAY + timedelta(1)]
    assert world.size() == before  # no event


def test_many_at_once(tokens: Tokens) -> None:
    together(8, lambda number: a_token(tokens, f"p{number}", f"c{number}"))
    assert len(tokens.every()) == 8
