"""Every act on a step of the five shipped procedures is answered small, before compression, in both languages."""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from werkzeug.test import TestResponse

from engine.demo import PEOPLE
from engine.procedure.field import Check, Person, Photo, Step
from engine.procedure.plan import Placed
from engine.procedure.step import Form, HandTo, Read, Register, Sign, Start, Wait
from engine.run.apart import kept_away
from engine.run.lists import items_of
from engine.run.plainest import plain_answer, plain_fields

from .cast import PINS, House, Tablet
from .tending import picture
from .test_kinds import MOST

PROCEDURES = ("pool/prep", "gym/opening", "meeting/setup", "centre/handover", "complaint/intake")


class Walk:
    """One run, each step done in turn by somebody who may, in the plainest passing way."""

    def __init__(self, house: House, procedure: str, language: str) -> None:
        self.house, self.engine, self.language = house, house.product.engine, language
        self.tablets: dict[str, Tablet] = {}
        plan = self.engine.plan(procedure)
        assert plan is not None
        self.plan = plan
        inputs = {f"f.{name}": value for name, value in self._fields(plan.procedure.inputs, "").items()}
        self.run = self._tablet(self._who(plan.steps[0].roles[0])).start(procedure, **inputs)

    def answers(self) -> Iterator[tuple[str, TestResponse]]:
        """What each act was answered with, by its step."""
        while placed := next((one for one in self.plan.steps if self.engine.run(self.run).is_asked(one.id)), None):
            if isinstance(placed.step, Start):
                return
            person = self._who(placed.roles[0], apart_from=placed)
            for form in self._acts(placed, person):
                by = form.pop("by", person)
                version = str(self.engine.run(self.run).state.version)
                yield placed.id, self._tablet(by).step(self.run, placed.id, v=version, **form)

    def _acts(self, placed: Placed, person: str) -> Iterator[dict[str, Any]]:
        step = placed.step
        files = {"files": [picture()]} if step.evidence else {}
        match step:
            case Check() if items := items_of(placed, self.engine.run(self.run).state):
                for item in items:
                    yield {"item": item}
            case Wait():
                yield {"act": "begin"}
                assert placed.length is not None
                self.house.clock.put_forward(placed.length)
                yield {"act": "end"}
            case Register():
                yield {"act": "row", **{f"f.{name}": value for name, value in self._fields(step.fields_, person).items()}}
            case HandTo():
                yield {"act": "hand", "typed": "-"}
                yield {"act": "receive", "by": self._who(placed.receivers[0], person)}
            case Sign():
                yield {"act": "sign", "pin": PINS[person]} | ({"files": [picture()]} if step.drawn else {})
            case Form():
                yield {f"f.{name}": value for name, value in self._fields(step.fields_, person).items()} | files
            case Read():
                yield {"act": "answer"}
            case Photo():
                yield {"act": "answer", "files": [picture()]}
            case Person():
                yield {"typed": person}
            case _:
                yield {"typed": _listed(plain_answer(step, self._now()))} | files

    def _now(self) -> Any:
        return SimpleNamespace(plan=self.plan, now=self.engine.clock.now())

    def _fields(self, fields: tuple[Step, ...], person: str) -> dict[str, Any]:
        found = {name: _listed(value) for name, value in plain_fields(fields, self._now()).items()}
        return found | {one.id: person for one in fields if isinstance(one, Person)}

    def _who(self, role: str, other_than: str = "", apart_from: Placed | None = None) -> str:
        roles = self.engine.site.all_roles
        able = (one.id for one in PEOPLE if role in roles(one.roles) and one.id != other_than)
        return next(one for one in able if apart_from is None or not kept_away(self.engine.run(self.run), apart_from, one))

    def _tablet(self, person: str) -> Tablet:
        if person not in self.tablets:
            self.tablets[person] = self.house.signed_on(person)
            self.tablets[person].post("/language", lang=self.language)
        return self.tablets[person]


def _listed(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("procedure", PROCEDURES)
def test_every_act_is_answered_small(house: House, procedure: str, language: str) -> None:
    sizes: list[tuple[int, str]] = []
    for step, answer in Walk(house, procedure, language).answers():
        assert answer.status_code == 200, (step, answer.text)
        sizes.append((len(answer.data), step))
    assert len(sizes) >= 12
    assert max(sizes)[0] <= MOST, sorted(sizes)[-5:]


def test_what_does_not_fit_is_asked_for(house: House) -> None:
    """The answer names the large step to open, and leaves the page's version where it was while something is left out."""
    walk = Walk(house, "complaint/intake", "zh")
    found = dict(walk.answers())
    assert found["seat"].headers["HX-Trigger-After-Settle"] == '{"more":{"step":"opinion_form"}}'
    assert 'class="step due"' in found["seat"].text
    assert "HX-Trigger-After-Settle" not in found["apology"].headers
    told = re.search(r'id="seen" name="v" value="(\d+)"', found["nature"].text)
    assert told
    rest = walk._tablet("wu").get(f"/runs/{walk.run}/changes?v={told[1]}", HX_Request="true")
    assert 'id="s-verified"' in rest.text
    assert 'id="s-verified"' not in found["nature"].text


def test_an_answer_does_not_hide_what_others_did_meanwhile(house: House) -> None:
    chen, lin = house.signed_on("chen"), house.signed_on("lin")
    run = chen.start()
    lin.step(run, "appearance", typed="done", seen="1")
    answer = chen.step(run, "room_temperature", typed="25", seen="1")  # the page has not heard of lin's tick
    assert 'id="seen" name="v" value="1"' in answer.text
    assert "HX-Trigger-After-Settle" in answer.headers
    assert 'id="s-appearance"' in chen.get(f"/runs/{run}/changes?v=1", HX_Request="true").text


def test_a_step_whose_time_has_come_is_sent_though_nobody_did_anything(house: House) -> None:
    chen = house.signed_on("chen")
    run = chen.start()
    version = house.product.engine.run(run).state.version
    assert chen.get(f"/runs/{run}/changes?v={version}").status_code == 204
    shown = chen.get(f"/runs/{run}/changes?v={version}&due=circulation&due=nothing&at=circulation", HX_Request="true")
    assert shown.text.startswith('<li id="s-circulation" class="step due open"')
