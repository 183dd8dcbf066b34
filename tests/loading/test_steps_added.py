"""Whatever the form adds to a shipped procedure, or settles of one of its steps, loads, and changes nothing else of the file."""

from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.editing_conditions import FIGURES, Line, Lines, choices, condition, lines_of
from engine.editing_figures import used_alone, without
from engine.editing_order import removed
from engine.editing_steps import NewFigure, NewStep, added, fresh_id, settled
from engine.loading.cache import Cache
from engine.loading.compiling import Compiled, compile_file, judge
from engine.loading.files import Found, look_through
from engine.loading.gathering import Gathering
from engine.loading.library import Library
from engine.loading.numbered import first_text
from engine.loading.source import read
from engine.procedure.condition import Condition
from engine.procedure.procedure import Procedure, walk
from engine.procedure.site import Site

from .edited import NAMES, SOPS

FEW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Sound to write, foolish to ask: the form tells it at the field.
UNMET = {"never-true", "never-reached", "contradicts-step", "contradicts-section"}
KINDS = ("check", "measure", "choose", "sign", "wait", "note", "photo", "count", "read", "person", "moment")
TEXTS = st.sampled_from(
    ["桑拿温度", "擦干净: 台面, 地面", "# 先看一眼", "是", "7", '真 "好" 的', "看 {x} 和 [y]", "'", "- 列", "a: b"]
)
TITLES = st.fixed_dictionaries(
    {"zh": TEXTS}, optional={"en": st.sampled_from(["Sauna temperature", "Yes", "No: never", "9 lives", "any"])}
)


@cache
def around() -> Gathering:
    """The shipped site and procedures."""
    return Gathering(look_through(SOPS), Cache(None))


@cache
def site() -> Site:
    """The shipped site."""
    found = Library.load(SOPS).site
    assert found is not None
    return found


def load(name: str, text: str) -> Compiled[Procedure]:
    """Compile and judge a text in a procedure's place, as the library does."""
    compiled = compile_file(Found("procedure", name, f"sops/{name}.yaml", text.encode()), Procedure, Cache(None))
    judge(compiled, around().ruling.procedure(name), "", Cache(None))
    return compiled


@cache
def shipped(file: str) -> tuple[str, Procedure, frozenset[str]]:
    """A shipped file: its text, what it says, what is told of it."""
    text = (SOPS / file).read_text(encoding="utf-8")
    loaded = load(file.removesuffix(".yaml"), text)
    assert loaded.model is not None
    return text, loaded.model, frozenset(one.code for one in loaded.diagnostics if one.level == "error")


def asked(data: st.DataObject, procedure: Procedure, step: str, *, is_after: bool) -> Lines:
    """Up to three lines of what is offered."""
    offered = [line for one in choices(procedure, site(), step, is_after=is_after) for line in one.lines]
    chosen = data.draw(st.lists(st.sampled_from(offered), max_size=3))
    lines = tuple(Line(one.name, one.how, "2.5" if one.how in FIGURES else one.word) for one in chosen)
    return Lines(lines, data.draw(st.sampled_from(["all", "any"])))


def described(data: st.DataObject, procedure: Procedure, after: str) -> NewStep:
    """A step as the form may describe it."""
    kind, title = data.draw(st.sampled_from(KINDS)), data.draw(TITLES)
    of_kind: dict[str, Any] = {"wait": {"at_least": "15 min"}, "read": {"text": "先看"}, "sign": {"meaning": "verified"}}
    listed = tuple(data.draw(st.lists(TITLES, min_size=2, max_size=4))) if kind in ("choose", "check") else ()
    whens: dict[str, Any] = {"when": condition(asked(data, procedure, after, is_after=True)), "by": data.draw(BY)}
    if kind != "measure":
        return NewStep(kind, title, of_kind.get(kind, {}), listed, settings=whens)
    ends: Any = data.draw(
        st.sampled_from([{"low": Decimal("0.40")}, {"low": Decimal(-5), "high": Decimal(5)}, {"high": Decimal(90)}])
    )
    policy: Any = data.draw(
        st.sampled_from(
            [{}, {"action": "调", "remeasure": {}}, {"action": {"zh": "调", "en": "Do: it"}, "remeasure": {"after": "15 min"}}]
        )
    )
    figure = NewFigure(title, data.draw(st.sampled_from(["", "°C", "mg/L", "%"])), {"limits": ends})
    return NewStep(kind, title, figure=figure, settings={**whens, **policy})


BY: st.SearchStrategy[Any] = st.sampled_from([None, ["lifeguard"], ["duty_head", "lifeguard"]])


def told(name: str, text: str) -> tuple[Procedure, set[str]]:
    """A text as loaded, with the codes of its errors."""
    loaded = load(name, text)
    assert loaded.model is not None, [one.render("en") for one in loaded.diagnostics]
    return loaded.model, {one.code for one in loaded.diagnostics if one.level == "error"}


def is_kept(before: str, after: str) -> bool:
    """Whether every line of the old text stands in the new, in order."""
    lines = iter(after.split("\n"))
    return all(any(line == other for other in lines) for line in before.rstrip("\n").split("\n"))


@FEW
@given(st.data())
def test_a_step_added_loads_and_nothing_else_changes(data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(NAMES))
    text, procedure, known = shipped(file)
    after = data.draw(st.sampled_from([step.id for _, step, _ in walk(procedure)]))
    step = described(data, procedure, after)
    made, id_ = added(text, after, step)
    model, codes = told(file.removesuffix(".yaml"), made)
    assert codes - known <= UNMET
    assert is_kept(text, made) or "steps: [" in text
    ids = [one.id for _, one, _ in walk(model)]
    assert ids.index(id_) == ids.index(after) + 1
    back = without(removed(made, id_), used_alone(model, id_))
    assert read(back.encode(), "").tree == read(text.encode(), "").tree


@FEW
@given(st.data())
def test_a_condition_settled_reads_as_what_was_chosen(data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(NAMES))
    text, procedure, known = shipped(file)
    step = data.draw(st.sampled_from([step.id for _, step, _ in walk(procedure)]))
    lines = asked(data, procedure, step, is_after=False)
    made = settled(text, step, {"when": condition(lines), "by": data.draw(BY)})
    model, codes = told(file.removesuffix(".yaml"), made)
    assert codes - known <= UNMET
    found = next(one for _, one, _ in walk(model) if one.id == step)
    back = lines_of(found.when, choices(model, site(), step))
    assert back is not None
    assert set(back.lines) == set(lines.lines)
    assert len(back.lines) < 2 or back.join == lines.join


def test_no_condition_is_offered_on_what_is_about_a_person() -> None:
    _, procedure, _ = shipped("centre/enquiry.yaml")
    offered = {one.name for one in choices(procedure, site(), "search")}
    assert "asker" not in offered
    assert offered


QUICK = {"pool/prep.yaml", "gym/opening.yaml", "complaint/intake.yaml", "meeting/setup.yaml"}
EVERY = [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in NAMES]


@pytest.mark.parametrize("file", EVERY)
def test_settled_as_it_stands_is_the_same_to_the_character(file: str) -> None:
    text, procedure, _ = shipped(file)
    tree: Any = read(text.encode(), "").tree
    for path, step, _ in walk(procedure):
        here = tree
        for part in path:
            here = here[part]
        policy = here.get("on_deviation", {})
        stands = {key: here[key] for key in ("detail", "when", "by") if key in here} | {
            k: v for k, v in policy.items() if k != "start"
        }
        assert settled(text, step.id, stands) == text


@pytest.mark.parametrize("file", NAMES)
def test_conditions_with_lines_mean_the_same_written_anew(file: str) -> None:
    _, procedure, _ = shipped(file)
    for _, step, _ in walk(procedure):
        lines = lines_of(step.when, choices(procedure, site(), step.id))
        if step.when and lines:
            anew = condition(lines)
            offered = choices(procedure, site(), step.id)
            assert lines_of(Condition.model_validate(anew), offered) == lines


def test_the_first_step_of_an_empty_procedure_gives_way() -> None:
    text, id_ = added(first_text("桑拿", "pool", "lifeguard"), "step_1", NewStep("check", {"zh": "开门"}))
    assert (id_, text.count("- check:")) == ("step_1", 1)
    again, _ = added(text, id_, NewStep("check", {"zh": "关门"}))
    assert again.count("- check:") == 2


@pytest.mark.parametrize(
    ("title", "used", "expected"),
    [
        ({"zh": "水温", "en": "Water temperature (°C)"}, (), "water_temperature_c"),
        ({"zh": "水温", "en": "Water"}, ("water", "water_2"), "water_3"),
        ({"zh": "水温"}, ("step_1", "step_3"), "step_2"),
        ({"zh": "水温", "en": "24 hours"}, (), "step_1"),
        ({"zh": "水温", "en": "A very long title that goes on and on for ever"}, (), "a_very_long_title_that_goes_on_and_on"),
    ],
)
def test_ids_read_as_the_english_does(title: dict[str, str], used: tuple[str, ...], expected: str) -> None:
    assert fresh_id(title, used, "step") == expected


def test_what_the_form_does_not_offer_of_a_deviation_stays() -> None:
    text = (
        first_text("桑拿", "pool", "lifeguard").replace("第一步", "开门")
        + "    on_deviation: {action: 叫人, start: pool/rescue}  # 一定\n"
    )
    changed = settled(text, "step_1", {"action": "马上叫人", "notify": ["supervisor"]})
    assert "on_deviation: {action: 马上叫人, notify: [supervisor], start: pool/rescue}  # 一定" in changed
    assert "on_deviation: {start: pool/rescue}  # 一定" in settled(changed, "step_1", {"action": None, "notify": None})
