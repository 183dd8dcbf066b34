"""Acts drawn at random on a run of any procedure: mostly sense, some nonsense."""

from collections.abc import Mapping
from datetime import timedelta
from random import Random

from engine.procedure.field import Check, Choose, Count, Measure, Moment, Note, Person, Photo, Step
from engine.procedure.step import Form, HandTo, Read, Register, Rounds, Sign, Start, Wait, fields_of
from engine.run import commands as c
from engine.run.answer import Typed
from engine.run.lists import items_of
from engine.run.standing import Run

PICTURES = tuple(str(n) * 64 for n in range(3))


class Acting:
    """Draws acts on a run: mostly sense, some nonsense."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def act(self, run: Run) -> c.Act:
        """Something that somebody may try."""
        pick = self.random.random()
        names = list(run.plan.by_id)
        asked = [name for name in names if run.is_asked(name)]
        if pick < 0.15 and run.state.deviations:
            name = self.random.choice(list(run.state.deviations))
            deviation = run.state.deviations[name]
            return self.random.choice(
                [
                    c.ActOn(name, "已处理"),
                    c.Remeasure(name, self.reading()),
                    c.AcceptDeviation(name, "知道"),
                    c.Remeasure(name, "0"),
                ]
                + ([c.ActOn(name, "")] if deviation.acted else [])
            )
        if pick < 0.25:
            return self.random.choice(
                [
                    c.Complete(), c.Resume(), c.Hold("等") if self.random.random() < 0.2 else c.Resume(), c.Resume(), c.Sign("", verified=True),
                    c.ReportDeviation("异响"), c.Abandon("关门") if self.random.random() < 0.05 else c.Resume(),
                ]
            )  # fmt: skip
        name = self.random.choice(asked if asked and pick < 0.85 else names)
        return self.on(run, name)

    def on(self, run: Run, name: str) -> c.Act:
        """An act on one step."""
        placed, state = run.plan.by_id[name], run.state.step(name)
        step, pick = placed.step, self.random.random()
        if pick < 0.08:
            return c.MarkStep(name, self.random.choice(["not_done", "not_applicable"]), self.random.choice(["停电", ""]))  # type: ignore[arg-type]
        if pick < 0.2:
            row = self.random.choice([None, 0, 1]) if isinstance(step, Register | Rounds) else None
            withdraw = self.random.random() < 0.4
            return c.AmendStep(name, "看错", self.typed(step), self.fields(fields_of(step)), withdraw, row)
        if pick < 0.23:
            until = run.state.started_by.at + timedelta(hours=self.random.randint(-2, 90))
            return self.random.choice(
                [c.Extend(name, until, "忙"), c.AskExtension(name, until, "忙"), c.RefuseExtension(name, "不")]
            )
        if pick < 0.3 or (step.evidence and not state.photos and pick < 0.8):
            return c.AttachPhotos(name, PICTURES[: self.random.randint(0, 2)])
        match step:
            case Check() if items := items_of(placed, run.state, run.plan.fields):
                return c.TickItem(name, self.random.choice([*items, "zz"]), self.random.choice(["done", "not_done"]), "坏")  # type: ignore[arg-type]
            case Wait():
                return c.Begin(name) if state.begun_at is None else c.End(name, self.random.choice(["", "急"]))
            case Rounds():
                if state.begun_at is None:
                    return c.Begin(name)
                return self.random.choice(
                    [c.RecordRound(name, self.fields(step.steps)), c.End(name, self.random.choice(["", "急"]))]
                )
            case Register():
                return c.AddRow(name, self.fields(step.fields_))
            case HandTo():
                return self.random.choice([c.Hand(name, ""), c.Receive(name)])
            case Sign():
                return c.Sign(name, verified=self.random.random() < 0.9, drawn=PICTURES[0] if step.drawn else "")
            case Start():
                return c.LinkRun(name, "r1", step.procedure)
            case Form() | Read():
                return c.AnswerStep(name, fields=self.fields(fields_of(step)))
            case _:
                return c.AnswerStep(name, self.typed(step))

    def reading(self) -> str:
        return self.random.choice(["0", "-5", "３．５", "12.75", "39.999999999", "-999", "41", "", "1e3", "−7"])

    def typed(self, step: Step) -> Typed:
        """What somebody types into a step or field: mostly sense."""
        match step:
            case Measure():
                return self.reading()
            case Count():
                return self.random.choice(["0", "2", "3", "9", "10", "x"])
            case Choose():
                some = self.random.sample(list(step.options), self.random.randint(1, 2))
                return tuple(some if step.many else some[:1])
            case Note():
                sense = {"phone": "13800138000", "room_number": "1-101", "email": "a@example.org"}.get(
                    step.pattern or "", "少三条"
                )
                return self.random.choice([sense, sense, "", "\u202e"])
            case Moment():
                day, clock = (
                    self.random.choice(["2026-11-02", "2027-02-28", "2028-02-29"]),
                    self.random.choice(["00:00", "23:59"]),
                )
                return {"date": day, "time": clock}.get(step.gives, f"{day}T{clock}")
            case Person():
                return self.random.choice(["li", ""])
            case Photo():
                return PICTURES[: self.random.randint(0, 3)]
            case _:
                return self.random.choice(["done", "done", "not_done"])

    def fields(self, fields: tuple[Step, ...]) -> Mapping[str, Typed]:
        return {one.id: self.typed(one) for one in fields if one.required or self.random.random() < 0.5}
