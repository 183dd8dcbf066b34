"""Conditions on what was answered, asked by a program over HTTP as the page that finds runs asks them."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from engine.api.operations import BASE
from engine.procedure.procedure import Procedure
from engine.review import find_elsewhere
from engine.revisions import revision_of

from .asking import a_token, ask, told
from .cast import House
from .judging import WRITTEN

ASKED: list[object] = [
    {"choose": "类别", "id": "nature", "options": {"yes": "有", "no": "没有"}},
    {"form": "谁", "id": "whom", "fields": [{"person": "谁看池", "id": "who"}]},
    {"note": "客人", "id": "guest", "personal": True, "required": False},
    {"choose": "客人的年纪", "id": "age", "personal": True, "required": False, "options": {"young": "小", "old": "大"}},
    {"person": "陪同的人", "id": "with_them", "personal": True, "required": False},
    {"moment": "什么时候", "id": "seen", "gives": "date", "required": False},
    {"count": "几人", "id": "swimmers", "required": False},
]


def publish(house: House, asked: list[object]) -> None:
    engine = house.product.engine
    procedure = Procedure.model_validate(WRITTEN | {"steps": [*asked, *WRITTEN["steps"]]})  # type: ignore[misc]
    engine.publish([revision_of("pool/round", procedure, engine.site, f"# {len(asked)}")], "test")


@pytest.fixture
def round_(house: House) -> str:
    publish(house, ASKED)
    chen = house.signed_on("chen")
    run = chen.start("pool/round")
    chen.step(run, "nature", typed="yes")
    chen.step(run, "whom", **{"f.who": "lin"})
    chen.step(run, "guest", typed="王女士")
    chen.step(run, "age", typed="young")
    chen.step(run, "with_them", typed="lin")
    chen.step(run, "seen", typed="2026-11-02")
    chen.step(run, "said", typed="一切正常")
    return run


Finding = Callable[..., list[str] | str]


@pytest.fixture
def found(house: House, round_: str) -> Finding:
    """The runs that are found; or what is expected in the place of the condition."""
    token = a_token(house)

    def find(what: str, figure: str = "", **more: str) -> list[str] | str:
        address = urlencode({"procedure": "pool/round", "what": what} | ({"fig": figure} if figure else {}) | more)
        answer = ask(house, f"{BASE}/runs?{address}", token)
        if answer.status_code == 200:
            return [one["run"] for one in answer.get_json()["items"]]
        assert answer.status_code == 400
        said = told(answer)
        assert said["found"] == f"what={what}"
        return str(said["expected"])

    return find


@pytest.mark.parametrize(
    ("what", "figure", "other"),
    [
        ("o:nature:yes", "", ("o:nature:no", "")),
        ("p:who:lin", "", ("p:who:chen", "")),
        ("n:who", "林", ("n:who", "陈海")),
        ("n:who", "lin", ("n:who", "nobody")),
        ("t:said", "正常", ("t:said", "异响")),
        ("t:seen", "2026-11", ("t:seen", "2026-12")),
    ],
)
def test_each_is_answered(found: Finding, round_: str, what: str, figure: str, other: tuple[str, str]) -> None:
    assert found(what, figure) == [round_]
    assert found(what, figure, cmp="", high="") == [round_], "as the page writes its address"
    assert found(*other) == []


@pytest.mark.parametrize(
    ("what", "figure", "expected"),
    [
        ("t:nothing", "x", "one of: t:said, t:seen"),
        ("t:who", "x", "one of: t:said, t:seen"),
        ("t:swimmers", "3", "one of: t:said, t:seen"),
        ("n:said", "x", "one of: n:who"),
        ("p:said:lin", "", "one of: p:who:PERSON"),
        ("o:said:yes", "", "one of: o:nature:no, o:nature:yes"),
        ("o:nature:perhaps", "", "one of: o:nature:no, o:nature:yes"),
    ],
)
def test_what_is_no_such_step_is_told_with_those_there_are(found: Finding, what: str, figure: str, expected: str) -> None:
    assert found(what, figure) == expected


def test_somebody_nobody_knows_is_told(found: Finding) -> None:
    said = found("p:who:zzz")
    assert isinstance(said, str)
    assert said.startswith("in the place of zzz one of: ")
    assert "lin" in said


@pytest.mark.parametrize(
    ("what", "figure"),
    [
        ("t:guest", "王女士"),
        ("t:guest", "李"),
        ("o:age:young", ""),
        ("o:age:old", ""),
        ("p:with_them:lin", ""),
        ("n:with_them", "林"),
    ],
)
def test_nothing_is_told_about_a_person(found: Finding, what: str, figure: str) -> None:
    said = found(what, figure)
    assert isinstance(said, str)
    assert said.startswith("nothing about a person, which no program is given; one of: ")
    assert what.split(":")[1] not in said.partition("one of: ")[2]


def test_a_step_that_is_there_no_more_is_asked_for_as_long_as_it_was_answered(house: House, found: Finding, round_: str) -> None:
    publish(house, [ASKED[0]])
    assert found("p:who:lin") == [round_]
    assert found("t:seen", "2026") == [round_]
    for what, figure in (("t:guest", "王女士"), ("n:with_them", "林"), ("o:age:young", "")):
        assert str(found(what, figure)).startswith("nothing about a person")
    assert found("t:nothing", "x") == "one of: t:said"


def test_a_procedure_nobody_has_tells_nothing(house: House) -> None:
    answer = ask(house, f"{BASE}/runs?procedure=none&what=p:who:lin", a_token(house))
    assert answer.status_code == 400
    assert told(answer)["found"] == "procedure=none"


@pytest.mark.parametrize("few", [0, 4000])
def test_words_are_not_looked_for_in_what_is_about_a_person(
    house: House, round_: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor in a field that is personal no more; people find it on the page."""
    monkeypatch.setattr(find_elsewhere, "FEW", few)
    token = a_token(house)

    def by(words: str) -> list[str]:
        answer = ask(house, f"{BASE}/runs?{urlencode({'words': words})}", token)
        return [one["run"] for one in answer.get_json()["items"]]

    for _ in range(2):
        assert (by("王女士"), by("一切正常"), by("一切正常 王女士")) == ([], [round_], [])
        publish(house, [{"note": "客人", "id": "guest", "required": False}])
    assert f"/runs/{round_}/record" in house.signed_on("yang").get("/review/runs?words=王女士").text
