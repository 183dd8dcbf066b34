"""Complaints as people work on them, given to the engine directly: for pages that show cases, and not how they are filled in."""

from datetime import datetime

from engine.receipts import Receipt
from engine.run import commands as c
from engine.service import Engine

COMPLAINT = "complaint/intake"
FORM = {
    "happened_at": "2026-11-02T05:50",
    "happened_where": "3 号楼大堂",
    "complained_about": "设备部",
    "course": "空调不制冷，报修两次都没有人来。\n今天大堂里有二十八度。",
    "demand": "今天修好，并告诉我原因",
    "contact_name": "何女士",
    "contact_phone": "13800138000",
    "contact_way": "phone",
}
_COUNTER = iter(range(1, 1_000_000))


def act(engine: Engine, person: str, run: str, given: c.Act) -> str:
    """Something a person does; the run's id. It must be accepted."""
    actor = engine.actor(engine.directory.now().people[person])
    command = c.Command(f"casework{next(_COUNTER):08d}", run, actor, engine.clock.now(), given)
    outcome = engine.start(command) if isinstance(given, c.StartRun) else engine.give(command)
    assert isinstance(outcome, Receipt), outcome
    return outcome.run


def answer(engine: Engine, person: str, run: str, /, **typed: str) -> None:
    """Answer steps, each with one value."""
    for step, value in typed.items():
        act(engine, person, run, c.AnswerStep(step, value))


def complain(engine: Engine, severity: str = "serious", person: str = "wu", origin: str | None = None, **more: str) -> str:
    """A complaint, taken down and judged."""
    run = act(engine, person, "", c.StartRun(COMPLAINT, "", "service_centre", {"channel": "phone"}, linked_from=origin))
    act(engine, person, run, c.AnswerStep("opinion_form", fields=FORM | more))
    answer(engine, person, run, nature="effective", content="equipment", severity=severity)
    return run


def to_department(engine: Engine, run: str, person: str = "wu") -> None:
    """The complaint on its way to the engineers, who have not received it."""
    answer(engine, person, run, department="engineering")
    act(engine, person, run, c.Hand("to_engineering", "请马上派人"))


def ask_for_time(engine: Engine, run: str, person: str, step: str, until: datetime, reason: str) -> None:
    """Ask for more time."""
    act(engine, person, run, c.AskExtension(step, until, reason))
