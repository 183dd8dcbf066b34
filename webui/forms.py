"""From a submitted form to the act of a command.

What a value means is the engine's business; here only the names of inputs are known.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from engine.procedure.field import Choose
from engine.procedure.plan import Placed
from engine.procedure.step import Step, fields_of
from engine.run import commands
from engine.run.answer import Typed
from engine.run.refusal import Refusal

Given = Mapping[str, tuple[str, ...]]
COUNTED = (
    commands.AnswerStep, commands.MarkStep, commands.AmendStep, commands.Sign, commands.Receive, commands.End, commands.Extend
)  # fmt: skip


def first(given: Given, name: str) -> str:
    """The first value of an input; "" where there is none."""
    found = given.get(name, ())
    return found[0] if found else ""


def day_of(text: str) -> date | None:
    """A day as a date field gives it, 2026-11-02; None for anything else, and for years that no record has."""
    try:
        found = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    return found if found and 2000 <= found.year < 2200 else None


def moment_of(text: str) -> datetime | None:
    """An instant as a hidden field gives it back; None for anything else, and for one without its zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def act_name(given: Given) -> str:
    """Which button was pressed. A button that carries a value of its own answers, ticks or takes back."""
    named = first(given, "act")
    if named:
        return named
    return "tick" if first(given, "item") else "withdraw" if first(given, "quick") else "answer"


def fields_given(placed: Placed, given: Given) -> dict[str, Typed]:
    """The fields of a form, row or round, as typed; of photos the digests, which stand in the form once they are kept."""
    return fields_typed(fields_of(placed.step), given)


def fields_typed(fields: Iterable[Step], given: Given) -> dict[str, Typed]:
    """Fields as typed, wherever they are asked."""
    return {field.id: _typed(given, f"f.{field.id}", many=_is_many(field)) for field in fields}


def _is_many(field: Step) -> bool:
    return field.kind == "photo" or (isinstance(field, Choose) and field.many)


def _typed(given: Given, name: str, *, many: bool) -> Typed:
    return given.get(name, ()) if many else first(given, name)


def step_act(
    placed: Placed, given: Given, photos: tuple[str, ...], zone: ZoneInfo, *, verified: bool = False
) -> commands.Act | Refusal:
    """The act a step's form asks for; a Refusal where it asks for nothing known."""
    step, why = placed.id, first(given, "why")
    match act_name(given):
        case "answer" if placed.step.kind == "photo":
            return commands.AnswerStep(step, photos)
        case "answer":
            typed = _typed(given, "typed", many=_is_many(placed.step))
            return commands.AnswerStep(step, typed, fields_given(placed, given), photos)
        case "tick":
            return commands.TickItem(step, first(given, "item"))
        case "item_not_done" if not first(given, "bad"):
            return Refusal("item_needed", step)
        case "item_not_done":
            return commands.TickItem(step, first(given, "bad"), "not_done", first(given, "bad_why"))
        case "not_done":
            return commands.MarkStep(step, "not_done", why)
        case "not_applicable":
            return commands.MarkStep(step, "not_applicable", why)
        case "amend" | "keep_mine" if placed.step.kind == "photo":
            return commands.AmendStep(step, why, photos)
        case "amend" | "keep_mine":
            typed = _typed(given, "typed", many=_is_many(placed.step))
            return commands.AmendStep(step, why, typed, fields_given(placed, given))
        case "withdraw":
            return commands.AmendStep(step, first(given, "quick") or why, withdraw=True)
        case "withdraw_row":
            return commands.AmendStep(step, why, withdraw=True, row=_number(first(given, "row")))
        case "attach":
            return commands.AttachPhotos(step, photos)
        case _:
            return _working_act(placed, given, photos, zone, verified)


def _working_act(placed: Placed, given: Given, photos: tuple[str, ...], zone: ZoneInfo, verified: bool) -> commands.Act | Refusal:
    step, why = placed.id, first(given, "why")
    match act_name(given):
        case "begin":
            return commands.Begin(step)
        case "end":
            return commands.End(step, why)
        case "round":
            return commands.RecordRound(step, fields_given(placed, given))
        case "row":
            return commands.AddRow(step, fields_given(placed, given))
        case "hand":
            return commands.Hand(step, first(given, "typed"))
        case "receive":
            return commands.Receive(step)
        case "sign":
            return commands.Sign(step, verified, photos[0] if photos else "")
        case _:
            return _timely_act(step, given, zone)


def _timely_act(step: str, given: Given, zone: ZoneInfo) -> commands.Act | Refusal:
    name, why = act_name(given), first(given, "why")
    match name:
        case "extend" | "ask":
            until = _moment(first(given, "until"), zone)
            if until is None:
                return Refusal("moment", step, {"gives": "date_and_time"})
            return commands.Extend(step, until, why) if name == "extend" else commands.AskExtension(step, until, why)
        case "refuse":
            return commands.RefuseExtension(step, why)
        case "dismiss":
            return commands.DismissProposal(step, why)
        case _:
            return Refusal("wrong_kind", step)


def deviation_act(deviation: str, given: Given) -> commands.Act | Refusal:
    """The act a deviation's form asks for."""
    match act_name(given):
        case "act_on":
            return commands.ActOn(deviation, first(given, "text"))
        case "remeasure" | "answer":
            return commands.Remeasure(deviation, first(given, "typed"))
        case "accept":
            return commands.AcceptDeviation(deviation, first(given, "text"))
        case _:
            return Refusal("wrong_kind")


def run_act(name: str, given: Given, *, verified: bool = False) -> commands.Act | Refusal:
    """The act asked of the run itself."""
    match name:
        case "hold":
            return commands.Hold(first(given, "why"))
        case "resume":
            return commands.Resume()
        case "complete":
            return commands.Complete()
        case "abandon":
            return commands.Abandon(first(given, "why"))
        case "report":
            return commands.ReportDeviation(first(given, "text"))
        case "sign":
            return commands.Sign("", verified)
        case "answer":
            return commands.AnswerReview(first(given, "text"))
        case _:
            return Refusal("wrong_kind")


def seen_version(act: commands.Act, given: Given) -> int | None:
    """The version the person saw, where it matters.

    Items of one list, rows and entries of two people never contradict each other, so for those it is left out.
    """
    version = _number(first(given, "v"))
    return version if isinstance(act, COUNTED) else None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.strip().replace(" ", "T"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)
