"""What other programs are refused, on both databases: what is not understood, what there is none of, pages of another question."""

from typing import Any

import pytest

from engine.api.refused import Refused
from engine.api.source import Source

from .reading import PAGED, read, source

__all__ = ["source"]


@pytest.mark.parametrize(
    ("id_", "given_", "parameter"),
    [
        ("runs", {"limit": "0"}, "limit"), ("runs", {"limit": "1001"}, "limit"), ("runs", {"limit": "x"}, "limit"),
        ("runs", {"after": "x"}, "after"), ("readings", {"parameter": "chlorine", "after": "x~y"}, "after"), ("readings", {"parameter": "zzz"}, "parameter"),
        ("deviations", {"procedure": "zzz"}, "procedure"), ("occurrences", {"place": "zzz"}, "place"), ("runs", {"person": "zzz"}, "person"),
        ("readings", {}, "parameter"), ("readings", {"parameter": ""}, "parameter"), ("occurrences", {"after": "2026-01-01T00:00:00Z~x~y"}, "after"),
        ("runs", {"from": "2026-13-01"}, "from"), ("runs", {"from": "2026-11-02T08:00:00"}, "from"), ("runs", {"until": "1999-01-01"}, "until"),
        ("notices", {"kind": "gossip"}, "kind"), ("notices", {"after": "x"}, "after"), ("runs", {"places": "pool"}, "places"), ("runs", {"state": "done"}, "state"), ("runs", {"place": ["pool", "hall"]}, "place"),
        ("runs", {"what": "r:chlorine"}, "fig"), ("runs", {"what": "r:chlorine", "fig": "1e3"}, "fig"),
        ("runs", {"what": "r:chlorine", "cmp": "between", "fig": "1"}, "high"), ("runs", {"what": "o:who:x"}, "what"),
        ("runs", {"what": "x"}, "what"), ("runs", {"what": "r:chlorine", "cmp": "near", "fig": "1"}, "cmp"), ("places", {"limit": "1"}, "limit"),
        ("runs", {"what": "r:chlorine", "cmp": "between", "fig": "0.7", "high": "0.3"}, "high"),
        *((id_, {"from": "2026-11-05", "until": "2026-11-01"} | more, "until") for id_, more in (("runs", {}), ("deviations", {}), ("occurrences", {}), ("notices", {}), ("readings", {"parameter": "chlorine"}))),
        ("runs", {"from": "2026-11-05T08:00:00Z", "until": "2026-11-05T07:59:59Z"}, "until"), ("runs", {"from": "2026-11-06", "until": "2026-11-05T07:00:00Z"}, "until"),
        ("runs", {"words": "泵" * 201}, "words"),
        ("runs", {"what": "r:zzz", "fig": "1"}, "what"), ("runs", {"what": ["r:chlorine", "r:zzz"], "fig": ["1", "2"]}, "what"),
        ("runs", {"procedure": "gate", "what": "o:zzz:yes"}, "what"), ("runs", {"procedure": "gate", "what": "o:guests:maybe"}, "what"),
        ("runs", {"procedure": "whole", "what": "o:cl:yes"}, "what"), ("runs", {"fig": "0.6"}, "fig"), ("runs", {"cmp": "above"}, "cmp"),
        ("runs", {"what": "r:chlorine", "fig": ["0.6", "0.7"]}, "fig"), ("runs", {"high": "1"}, "high"),
        ("runs", {"revision": "zzz"}, "revision"), ("revisions", {"procedure": "zzz"}, "procedure"), ("deviations", {"cause": "zzz"}, "cause"),
        ("deviations", {"state": "zzz"}, "state"), ("runs", {"review": "zzz"}, "review"), ("runs", {"wrong": "zzz"}, "wrong"), ("runs", {"order": "zzz"}, "order"),
        ("notices", {"procedure": "zzz"}, "procedure"), ("notices", {"place": "zzz"}, "place"), ("notices", {"run": "zzz"}, "run"),
        ("occurrences", {"procedure": "zzz"}, "procedure"), ("occurrences", {"outcome": "zzz"}, "outcome"), ("readings", {"parameter": "chlorine", "place": "zzz"}, "place"),
        *((id_, {"limit": limit} | more, "limit") for limit in ("-1", "1e9", "1000000000", "0", "") for id_, more in (("notices", {}), ("people", {}), ("procedures", {})) if limit),
        *((id_, {"after": "zzz"}, "after") for id_ in ("procedures", "people", "revisions", "occurrences", "deviations")),
        ("runs", {"what": ["r:chlorine"] * 7, "fig": ["1"] * 7}, "what"), ("revisions", {"after": "-1"}, "after"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_and_says_where(
    source: Source, id_: str, given_: dict[str, Any], parameter: str
) -> None:
    with pytest.raises(Refused) as refused:
        read(source, id_, **given_)
    fault = refused.value.faults[0]
    assert fault.parameter == parameter
    assert fault.found is not None
    assert fault.expected


def test_what_there_is_none_of_is_told_with_what_there_is(source: Source) -> None:
    for id_, given_, told in (
        ("runs", {"what": "r:zzz", "fig": "1"}, "r:chlorine"), ("runs", {"procedure": "gate", "what": "o:zzz:yes"}, "none"),
        ("runs", {"procedure": "case", "what": "o:guests:zzz"}, "one of: o:guests:no, o:guests:yes"),
        ("runs", {"place": "zzz"}, "pool"), ("deviations", {"cause": "zzz"}, "out_of_limits"), ("runs", {"places": "pool"}, "place, procedure"),
        ("run", {"colour": "red"}, "there are none"), ("places", {"colour": "red"}, "there are none"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            read(source, id_, {"run": "x"} if id_ == "run" else None, **given_)
        assert told in refused.value.faults[0].expected, (id_, given_)
    with pytest.raises(Refused) as refused:
        read(source, "rows", {"book": "none"})
    assert refused.value.faults[0].expected == "one of: visitors"


def test_what_was_in_use_once_is_no_mistake(source: Source) -> None:
    assert read(source, "revisions", procedure="site")["items"]
    assert read(source, "runs", procedure="gate", what="o:guests:yes")["items"]  # asked no more
    assert read(source, "notices", procedure="list")["as_of"]
    (first, *_) = read(source, "runs")["items"]
    assert read(source, "runs", revision=first["revision"])["items"]
    assert read(source, "readings", parameter="many")["items"]  # counted: a step and no parameter


def test_of_a_time_to_come_there_is_nothing_yet(source: Source) -> None:
    for id_, more in (
        ("runs", {}),
        ("deviations", {}),
        ("occurrences", {}),
        ("notices", {}),
        ("readings", {"parameter": "chlorine"}),
    ):
        found = read(source, id_, **more, **{"from": "2199-12-31"})
        assert (found["items"], found["next"]) == ([], None)
        assert read(source, id_, **more, until="2199-12-31")["items"]


CURSORS: list[tuple[str, dict[str, str]]] = [
    *PAGED, ("runs", {"place": "pool"}), ("runs", {"until": "2199-01-01"}), ("readings", {"parameter": "many"}), ("deviations", {"place": "pool"}),
]  # fmt: skip


@pytest.mark.parametrize(("id_", "given_"), CURSORS, ids=str)
def test_a_page_of_one_question_goes_on_with_no_other(source: Source, id_: str, given_: dict[str, str]) -> None:
    after = read(source, id_, limit=1, **given_)["next"]
    assert read(source, id_, limit=3, after=after, **given_)["items"]
    assert read(source, id_, limit=3, after=after, **given_, **({} if "order" in given_ or id_ != "runs" else {"order": "new"}))
    for other, asked in CURSORS:
        if (other, asked) != (id_, given_):
            with pytest.raises(Refused) as refused:
                read(source, other, after=after, **asked)
            assert refused.value.faults[0].parameter == "after"
    for wrong in (
        after[:-1] if id_ == "runs" and not given_ else "x",
        after[1:],
        f" {after}",
        after.partition("~")[2],
        after[:9],
    ):
        with pytest.raises(Refused):
            read(source, id_, after=wrong, **(given_ if wrong != after[:-1] else {"place": "hall"}))


@pytest.mark.parametrize(("id_", "path"), [("run", {"run": "none"}), ("rows", {"book": "none"})])
def test_what_is_not_there(source: Source, id_: str, path: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        read(source, id_, path)
    assert refused.value.is_missing
