"""What differs by meaning: nothing left out, nothing told twice, and a move is a move."""

from itertools import combinations
from operator import eq
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.procedure.diff import (
    Added,
    Changed,
    Difference,
    Moved,
    Rekinded,
    Removed,
    Reordered,
    differences,
    site_differences,
)
from engine.procedure.diff.fields import same
from engine.procedure.diff.lists import by_key, by_likeness, moved
from engine.procedure.procedure import Procedure
from engine.procedure.step import Section
from engine.procedure.text import Text

from .mutating import leaves, mutated, shipped, tree
from .written import CASE, GONE, GOOD, SITE, D, change, site

STEPS = "steps.0.steps"
SHIPPED = shipped()[1]
PLACES = {id_: tuple(leaves(tree(procedure))) for id_, procedure in SHIPPED.items()}


def told(changes: dict[str, Any], data: dict[str, Any] = GOOD) -> list[tuple[object, ...]]:
    """The differences a change makes, short: kind, noun, id, and where or what."""
    return [brief(one) for one in differences(Procedure.model_validate(data), Procedure.model_validate(change(data, changes)))]


def brief(one: Difference) -> tuple[object, ...]:
    head = (type(one).__name__, one.what.noun, one.what.id)
    match one:
        case Changed():
            return (*head, ".".join(one.path), one.old, one.new)
        case Added():
            return (*head, one.after.id if one.after else None, one.same_as)
        case Removed():
            return (*head, one.same_as)
        case Moved():
            return (*head, one.after.id if one.after else None, one.is_elsewhere)
        case Rekinded():
            return (*head, one.old, one.new)
        case Reordered():
            return (*head, one.key, one.old, one.new)


@pytest.mark.parametrize("data", [GOOD, CASE], ids=["checklist", "case"])
def test_what_says_the_same_differs_in_nothing(data: dict[str, Any]) -> None:
    again = Procedure.model_validate_json(Procedure.model_validate(data).model_dump_json(by_alias=True))
    assert differences(Procedure.model_validate(data), again) == ()


def test_how_a_figure_is_written_is_no_difference() -> None:
    assert told({"parameters.chlorine.limits.high": D("0.60")}) == []
    assert told({f"{STEPS}.1.required": True}) == []  # the default, spelt out


@pytest.mark.parametrize("id_", SHIPPED)
def test_no_shipped_procedure_differs_from_itself(id_: str) -> None:
    again = Procedure.model_validate_json(SHIPPED[id_].model_dump_json(by_alias=True, exclude_unset=True))
    assert differences(SHIPPED[id_], again) == ()


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_one_place_changed_is_exactly_what_is_told(data: st.DataObject) -> None:
    id_ = data.draw(st.sampled_from(sorted(SHIPPED)))
    path, value = data.draw(st.sampled_from(PLACES[id_]))
    other = mutated(tree(SHIPPED[id_]), path, value)
    if other is None:  # nothing else may stand there
        return
    found = differences(SHIPPED[id_], other)
    if path[-1] == "id":
        assert sorted(type(one).__name__ for one in found) == ["Added", "Removed"]
        assert all(isinstance(one, Added | Removed) and one.same_as for one in found)
        return
    (one,) = found
    assert isinstance(one, Changed)
    assert not same(one.old, one.new)
    assert {part for part in one.path if part != "title"} <= {*path, "propose"}
    assert [type(back) for back in differences(other, SHIPPED[id_])] == [Changed]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(SHIPPED)), st.sampled_from(sorted(SHIPPED)))
def test_nothing_is_told_only_where_all_is_the_same(one: str, other: str) -> None:
    assert (differences(SHIPPED[one], SHIPPED[other]) == ()) is (one == other)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_several_places_changed_are_as_many_differences_or_fewer_and_never_none(data: st.DataObject) -> None:
    id_ = data.draw(st.sampled_from(sorted(SHIPPED)))
    other, count = SHIPPED[id_], 0
    for path, value in data.draw(st.lists(st.sampled_from(PLACES[id_]), min_size=2, max_size=4, unique=True)):
        if path[-1] != "id" and (next_one := mutated(tree(other), path, value)) is not None:
            other, count = next_one, count + 1
    assert (count > 0) == bool(differences(SHIPPED[id_], other))
    assert len(differences(SHIPPED[id_], other)) <= count


def swap(items: tuple[Any, ...], at: int) -> tuple[Any, ...]:
    return (*items[:at], items[at + 1], items[at], *items[at + 2 :])


@pytest.mark.parametrize("id_", SHIPPED)
def test_two_neighbours_swapped_are_one_move(id_: str) -> None:
    procedure = SHIPPED[id_]
    for at in range(len(procedure.steps) - 1):
        found = differences(procedure, procedure.model_copy(update={"steps": swap(procedure.steps, at)}))
        assert [type(one) for one in found] == [Moved]
    for number, part in enumerate(procedure.steps):
        if isinstance(part, Section):
            for at in range(len(part.steps) - 1):
                turned = part.model_copy(update={"steps": swap(part.steps, at)})
                steps = (*procedure.steps[:number], turned, *procedure.steps[number + 1 :])
                (one,) = differences(procedure, procedure.model_copy(update={"steps": steps}))
                assert isinstance(one, Moved)
                assert not one.is_elsewhere


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(SHIPPED)), st.data())
def test_one_step_taken_elsewhere_is_one_move_that_says_where(id_: str, data: st.DataObject) -> None:
    parts = [part for part in SHIPPED[id_].steps if isinstance(part, Section) and len(part.steps) > 1]
    if not parts:
        return
    part = data.draw(st.sampled_from(parts))
    at, to = data.draw(st.permutations(range(len(part.steps))))[:2]
    rest = [step for place, step in enumerate(part.steps) if place != at]
    rest.insert(to, part.steps[at])
    steps = tuple(part.model_copy(update={"steps": tuple(rest)}) if one is part else one for one in SHIPPED[id_].steps)
    (one,) = differences(SHIPPED[id_], SHIPPED[id_].model_copy(update={"steps": steps}))
    assert isinstance(one, Moved)
    now = [step.id for step in rest]
    place = now.index(one.what.id)
    assert (one.after.id if one.after else None) == (now[place - 1] if place else None)


SAUNA = {"check": "桑拿", "id": "sauna"}
CASES: list[tuple[str, dict[str, Any], list[tuple[object, ...]]]] = [
    ("a limit", {"parameters.chlorine.limits.high": D("1.0")},
     [("Changed", "parameter", "chlorine", "limits.high", D("0.6"), D("1.0"))]),
    ("a law's figure is read", {"parameters.chlorine.statutory.confirmed": True},
     [("Changed", "parameter", "chlorine", "statutory.confirmed", False, True)]),
    ("a step at the end", {"steps.11": SAUNA}, [("Added", "step", "sauna", "signed", None)]),
    ("a step gone", {"steps.7": GONE}, [("Removed", "step", "view", None)]),
    ("a form gone takes its fields along", {"steps.1": GONE},
     [("Removed", "step", "opinion", None)]),
    ("another id and nothing else", {"steps.7.id": "sight"},
     [("Removed", "step", "view", "sight"), ("Added", "step", "sight", "equipment", "view")]),
    ("another id of a form moves none of its fields", {"steps.1.id": "words"},
     [("Removed", "step", "opinion", "words"), ("Added", "step", "words", "1", "opinion")]),
    ("another kind", {f"{STEPS}.1": {"check": "pH", "id": "acidity"}},
     [("Rekinded", "step", "acidity", "measure", "check"), ("Changed", "step", "acidity", "parameter", "ph", None)]),
    ("an option", {f"{STEPS}.2.options.alum": "明矾"}, [("Added", "option", "alum", None, None)]),
    ("an option's id", {f"{STEPS}.2.options.none": GONE, f"{STEPS}.2.options.nothing": "不"},
     [("Removed", "option", "none", "nothing"), ("Added", "option", "nothing", None, "none")]),
    ("an item's title", {"steps.6.items.rope": "粗绳"}, [("Changed", "item", "rope", "title", Text(zh="绳"), Text(zh="粗绳"))]),
    ("a field", {"steps.1.fields.2": {"note": "说明", "id": "remarks"}}, [("Added", "field", "remarks", "happened", None)]),
    ("an input", {"inputs.0.at_most": 400}, [("Changed", "input", "guests", "at_most", 500, 400)]),
    ("a rule is worded anew", {"rules.1.rule": "有礼貌"},
     [("Changed", "rule", "2", "rule", Text(zh="礼貌"), Text(zh="有礼貌"))]),
    ("a rule", {"rules.2": "慢走"}, [("Added", "rule", "3", "2", None)]),
    ("rules change places", {"rules": [{"rule": "礼貌", "covers": ["POOL-204"]}, "安静"]},
     [("Moved", "rule", "1", None, False)]),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_told(changes: dict[str, Any], expected: list[tuple[object, ...]]) -> None:
    assert told(changes) == expected


def test_a_line_of_the_schedule_is_known_again() -> None:
    (one,) = told({"schedule.1.finish_by": "00:45"})
    assert one[:4] == ("Changed", "line", "2", "finish_by")
    both = told({"schedule.0.at": "06:00", "schedule.1.at": "22:00"})
    assert [one[:4] for one in both] == [("Changed", "line", "1", "at"), ("Changed", "line", "2", "at")]
    assert told({"schedule.0": GONE}) == [("Removed", "line", "1", None)]


def test_a_tick_is_not_a_one() -> None:
    (one,) = told({"steps.3.steps.1.when": {"lamps": 1}})
    assert one[:4] == ("Changed", "field", "warmth", "when")


def test_the_order_of_options_counts_and_that_of_tests_does_not() -> None:
    options = GOOD["steps"][0]["steps"][2]["options"]
    turned = dict(reversed(options.items()))
    assert told({f"{STEPS}.2.options": turned}) == [("Reordered", "step", "dosing", "options", tuple(options), tuple(turned))]
    when = GOOD["steps"][0]["steps"][3]["when"]
    assert told({f"{STEPS}.3.when": dict(reversed(when.items()))}) == []


def test_a_section_renamed_keeps_its_steps_and_one_taken_apart_moves_them() -> None:
    assert told({"steps.0.section": "水"}) == [("Changed", "section", "1", "title", Text(zh="水质"), Text(zh="水"))]
    section = GOOD["steps"][0]
    first = section | {"steps": section["steps"][:4]}
    second = {"section": "循环", "steps": section["steps"][4:]}
    found = told({"steps": [first, second, *GOOD["steps"][1:]]})
    assert found == [("Added", "section", "2", "1", None), ("Moved", "step", "circulation", None, True)]


def test_a_field_made_a_step_is_moved() -> None:
    form = GOOD["steps"][1] | {"fields": GOOD["steps"][1]["fields"][:1]}
    found = told({"steps.1": form, "steps.11": GOOD["steps"][1]["fields"][1]})
    assert found == [("Moved", "step", "happened", "signed", True)]


def test_a_draft_with_an_id_twice_is_compared_all_the_same() -> None:
    assert told({"steps.11": GOOD["steps"][7]}) == [("Added", "step", "view", "signed", None)]


def test_when_a_case_may_be_closed() -> None:
    assert told({"close.sign.1": GONE}, CASE) == [("Removed", "signature", "2", None)]
    assert told({"close.sign.0.by": ["engineer"]}, CASE)[0][:4] == ("Changed", "signature", "1", "by")
    assert told({"close": GONE}, CASE)[0][:4] == ("Changed", "procedure", "", "close")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"roles.lifeguard.may": ["publish"]}, ("Changed", "role", "lifeguard", "may", (), ("publish",))),
        ({"four_eyes": True}, ("Changed", "site", "", "four_eyes", False, True)),
        ({"roles.guest": {"title": "来宾"}}, ("Added", "role", "guest", None, None)),
        ({"places.gym": GONE}, ("Removed", "place", "gym", None)),
        ({"books.keys.fields.0.note": "房"}, ("Changed", "column", "room", "title", Text(zh="房号"), Text(zh="房"))),
        ({"books.keys.closing": [{"note": "还", "id": "back"}]}, ("Added", "closing", "back", None, None)),
        ({"cards.rescue.text": "呼救"}, ("Changed", "card", "rescue", "text", Text(zh="先呼救"), Text(zh="呼救"))),
        ({"dilutions.bleach.parts": 100}, ("Changed", "dilution", "bleach", "parts", D(200), D(100))),
    ],
)
def test_what_differs_at_a_site(changes: dict[str, Any], expected: tuple[object, ...]) -> None:
    assert [brief(one) for one in site_differences(site(), site(changes))] == [expected]
    assert site_differences(site(), site()) == ()


TITLES = [".".join(map(str, path)) for path, _ in leaves(change(SITE, {})) if path[-1] in ("title", "name", "text", "rule")]


@pytest.mark.parametrize("path", TITLES)
def test_no_title_of_a_site_is_left_out(path: str) -> None:
    (one,) = site_differences(site(), site({path: "别的"}))
    assert isinstance(one, Changed)
    assert one.new == Text(zh="别的")


@given(st.permutations(range(9)))
def test_the_fewest_are_moved(order: list[int]) -> None:
    shift = moved(by_key(list(range(9)), order).pairs)
    stay = [value for place, value in enumerate(order) if place not in shift]
    assert stay == sorted(stay)
    weighed = moved(by_key(list(range(9)), order).pairs, [1] * 9)
    assert len(weighed) == len(shift)  # two ways to count agree
    assert not any(_is_rising(order, keep) for keep in combinations(range(9), len(stay) + 1))


def _is_rising(order: list[int], keep: tuple[int, ...]) -> bool:
    kept = [order[place] for place in keep]
    return kept == sorted(kept)


@given(st.lists(st.text("ab", max_size=3), max_size=6), st.lists(st.text("ab", max_size=3), max_size=6))
def test_every_entry_is_paired_once_or_left_over(old: list[str], new: list[str]) -> None:
    for paired in (by_key(old, new), by_likeness(old, new, eq, lambda a, b: float(a[:1] == b[:1]))):
        assert sorted([*(i for i, _ in paired.pairs), *paired.removed]) == list(range(len(old)))
        assert sorted([*(j for _, j in paired.pairs), *paired.added]) == list(range(len(new)))
