"""Whoever works through a checklist on the page, step by step, in the plainest way where a test does not say otherwise.

It asks the engine only which step comes next and of what kind it is; everything is done by taps and typing.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, expect

from engine.procedure.field import Check, Choose, Measure, Photo, Step
from engine.procedure.field import Person as PersonStep
from engine.procedure.plan import Placed
from engine.procedure.step import Form, HandTo, Read, Register, Rounds, Sign, Start, Wait
from engine.run.plainest import plain_answer
from engine.run.standing import Run

from .house import House
from .tablet import Tablet, scrawl

MOST = 80  # steps of one checklist
OPEN = re.compile(r"\bopen\b")


@dataclass(slots=True)
class Day:
    """The clubhouse with everybody's tablet."""

    house: House
    make: Callable[..., Tablet]
    places: Mapping[str, str]  # where each person's tablet stands
    runs: dict[str, str] = field(default_factory=dict)  # the last run of each procedure
    _tablets: dict[str, Tablet] = field(default_factory=dict)

    def at(self, person: str, path: str = "/") -> Tablet:
        """Somebody's tablet, signed on, showing a page."""
        if person not in self._tablets:
            self._tablets[person] = self.make()
            self._tablets[person].sign_on(person, self.places[person])
        tablet = self._tablets[person]
        tablet.page.goto(path)
        return tablet

    def begin(self, person: str, procedure: str, **inputs: str) -> Tablet:
        """Start a checklist from the board."""
        tablet = self.at(person)
        tablet.start(procedure)
        if inputs:
            form = tablet.page.locator(".sheet form")
            tablet.fill_fields(form, inputs)
            tablet.send(form.locator(".go"))
        tablet.is_started()
        self.runs[procedure] = tablet.run
        return tablet

    def run(self, procedure: str) -> Run:
        """A run as it stands."""
        return self.house.product.engine.run(self.runs[procedure])

    def work(self, person: str, procedure: str, given: Mapping[str, Any] | None = None, until: str = "") -> Tablet:
        """Do every required step that is this person's, up to one, or all of them."""
        tablet = self.at(person, f"/runs/{self.runs[procedure]}")
        tablet.run = self.runs[procedure]
        for _ in range(MOST):
            placed = self._next(person, procedure)
            if placed is None or placed.id == until:
                return tablet
            Work(self, tablet, placed, person, given or {}).do()
        raise AssertionError(f"{procedure} does not end")

    def enter(self, person: str, procedure: str, step: str, given: Mapping[str, Any] | None = None) -> None:
        """Write one row into a register that may have any number."""
        tablet = self.at(person, f"/runs/{self.runs[procedure]}?at={step}")
        tablet.run = self.runs[procedure]
        rows = len(self.run(procedure).state.step(step).rows)
        Work(self, tablet, self.run(procedure).plan.by_id[step], person, given or {}).do()
        assert len(self.run(procedure).state.step(step).rows) == rows + 1
        expect(tablet.step(step)).to_have_class(OPEN)  # ready for the next

    def finish(self, person: str, procedure: str) -> None:
        """Complete a run."""
        tablet = self.at(person, f"/runs/{self.runs[procedure]}")
        tablet.run = self.runs[procedure]
        tablet.complete()
        self.put_away(procedure)

    def put_away(self, procedure: str) -> None:
        """Tablets that still show a run that is over move on to its record by themselves; wait until they have."""
        run = self.runs[procedure]
        for tablet in self._tablets.values():
            if f"/runs/{run}" in tablet.page.url:
                tablet.arrives(f"/runs/{run}/record")

    def roles(self, person: str) -> tuple[str, ...]:
        """What somebody may do."""
        engine = self.house.product.engine
        return engine.site.all_roles(engine.directory.now().people[person].roles)

    def _next(self, person: str, procedure: str) -> Placed | None:
        run, roles = self.run(procedure), self.roles(person)
        asked = (placed for placed in run.plan.steps if placed.step.required and run.is_asked(placed.id))
        mine = (placed for placed in asked if not run.state.step(placed.id).handed)  # what is handed over waits for its receiver
        first = next((placed for placed in mine if set(placed.roles) & set(roles)), None)
        if first is None or not isinstance(first.step, Sign):
            return first
        earlier = run.plan.steps[: first.index]
        return first if not any(run.is_asked(one.id) and one.step.required for one in earlier) else None


@dataclass(slots=True)
class Work:
    """One step."""

    day: Day
    tablet: Tablet
    placed: Placed
    person: str
    given: Mapping[str, Any]

    def do(self) -> None:
        """Do it, and see that it is done."""
        step, tablet = self.placed.step, self.tablet
        match step:
            case Check():
                tablet.tick(step.id)
            case Measure():
                tablet.measure(step.id, self._value(step))
                tablet.is_done(step.id)
            case Choose(many=False):
                tablet.choose(step.id, self._value(step))
            case PersonStep():
                self._send(tablet.open(step.id).locator(".choices .opt").first)
            case Photo() | Choose():
                found = tablet.open(step.id)
                self._field(found, step, "photo" if isinstance(step, Photo) else "typed", self._value(step))
                self._send(found.locator("form .go").first)
            case Read():
                self._send(tablet.open(step.id).locator('[value="answer"]'))
            case Form() | Register():
                found = tablet.open(step.id)
                self._fields(found, step.fields_)
                self._send(found.locator("form .go").first)
            case Wait():
                assert self.placed.length is not None
                tablet.wait_out(step.id)
                self.day.house.wait(self.placed.length)
                tablet.go_to(step.id)
                tablet.end(step.id)
            case Rounds():
                self._rounds(step)
            case HandTo():
                tablet.hand(step.id)
            case Sign():
                tablet.sign(step.id, self.person)
            case Start():
                self._start(step)
            case _:
                tablet.write(step.id, self._value(step))

    def _send(self, button: Locator) -> None:
        self.tablet.send(button)
        run = self.day.house.product.engine.run(self.tablet.run)
        assert not run.is_asked(self.placed.id), (self.placed.id, self.tablet.step(self.placed.id).inner_text())

    def _value(self, step: Step) -> str:
        if step.id in self.given:
            return str(self.given[step.id])
        found = plain_answer(step, self)  # type: ignore[arg-type]
        return found if isinstance(found, str) else found[0]

    @property
    def plan(self) -> Any:
        """What the plainest answers are made from, as `now` is."""
        return self.day.house.product.engine.run(self.tablet.run).plan

    @property
    def now(self) -> Any:
        """The time at the clubhouse."""
        return self.day.house.product.engine.clock.now()

    def _fields(self, found: Locator, fields: tuple[Step, ...]) -> None:
        for one in fields:
            is_hidden = one.when is not None and found.locator(f'.field[data-name="{one.id}"]').is_hidden()
            if (one.required or one.id in self.given) and not is_hidden:
                self._field(found, one, f"f.{one.id}", self._value(one))

    def _field(self, found: Locator, one: Step, name: str, value: str) -> None:
        control = found.locator(f'[name="{name}"]')
        match one:
            case Photo(drawn=True):
                self.tablet.draw(found)
            case Photo():
                control.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": scrawl()})
            case PersonStep():
                control.select_option(index=1) if one.id not in self.given else control.select_option(value)
            case Choose() | Check():
                found.locator(f'.pick:has([name="{name}"][value="{value}"])').tap()
            case _:
                control.fill(value)

    def _rounds(self, step: Rounds) -> None:
        tablet = self.tablet
        tablet.send(tablet.open(step.id).locator('[name="act"][value="begin"]'))
        for _ in range(max(step.at_least, 1)):
            self.day.house.wait(step.every.least)
            tablet.go_to(step.id)
            found = tablet.open(step.id)
            self._fields(found, step.steps)
            tablet.send(found.locator('[name="act"][value="round"]'))
        self._send(tablet.open(step.id).locator('[name="act"][value="end"]'))

    def _start(self, step: Start) -> None:
        """Start the linked checklist; what this run knows is filled in already."""
        tablet, origin = self.tablet, self.tablet.run
        one_tap = tablet.open(step.id).locator('form[action^="/start/"] .go')
        if one_tap.count():
            tablet.send(one_tap)
        else:
            self._start_with_answers(step)
        tablet.is_started()
        self.day.runs[step.procedure] = tablet.run
        tablet.run = origin
        tablet.go_to()
        expect(tablet.step(step.id)).to_be_visible()

    def _start_with_answers(self, step: Start) -> None:
        tablet = self.tablet
        tablet.step(step.id).locator("a.go").tap()
        tablet.arrives("/start/")
        form = tablet.page.locator(".sheet form")
        for one in self.day.house.product.engine.plan(step.procedure).procedure.inputs:  # type: ignore[union-attr]
            if not form.locator(f'[name="f.{one.id}"]').first.input_value():
                self._field(form, one, f"f.{one.id}", self._value(one))
        tablet.send(form.locator(".go"))
