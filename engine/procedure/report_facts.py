"""What the rows of each source of a report tell: facts that are always there, and the answers of procedures and books.

A fact has a kind that says what it may be used for, and a title. Pure: it is given the procedures and the site.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from engine.procedure.field import Check, Choose, Count, Measure, Moment, Note, Person, Step, is_personal
from engine.procedure.procedure import Procedure, walk
from engine.procedure.report import Part, Source
from engine.procedure.site import Site
from engine.procedure.step import Register, Rounds, fields_of
from engine.procedure.text import Text

Kind = Literal["word", "truth", "number", "span", "moment", "text", "person"]
TESTED: frozenset[Kind] = frozenset({"word", "truth"})
"""What can be tested and grouped by."""
ADDED: frozenset[Kind] = frozenset({"number", "span"})
"""What can be added up; a span is in whole minutes."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. `values`: the words it may be, with their titles; none where they are not known beforehand."""

    kind: Kind
    title: Text
    values: Mapping[str, Text] = field(default_factory=dict)
    is_answer: bool = False  # given by a procedure or book, not by the product
    unit: Text | None = None


def _text(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


_STATES = {
    "running": _text("进行中", "Running"),
    "held": _text("已暂停", "On hold"),
    "completed": _text("已完成", "Completed"),
    "abandoned": _text("已作废", "Abandoned"),
}
_DEVIATIONS = {
    "open": _text("未处理", "Open"),
    "acted": _text("已处置", "Acted on"),
    "cleared": _text("复测合格", "Cleared by a re-measure"),
    "done": _text("已补做", "Done after all"),
    "corrected": _text("已了结（更正）", "Settled by a correction"),
    "accepted": _text("已接受", "Accepted"),
    "noted": _text("只作记录", "Only noted"),
}
_CAUSES = {
    "out_of_limits": _text("超出范围", "Out of limits"),
    "critical": _text("到紧急线", "At the critical limit"),
    "not_done": _text("没做", "Not done"),
    "late": _text("超时", "Late"),
    "out_of_order": _text("次序不对", "Out of order"),
    "missed_round": _text("漏了一轮", "A round was missed"),
    "ended_early": _text("提前结束", "Ended early"),
    "reported": _text("报告异常", "Reported"),
}
_BANDS = {
    "in_limits": _text("合格", "In limits"),
    "out_of_limits": _text("超出范围", "Out of limits"),
    "critical": _text("紧急", "Critical"),
    "no_limits": _text("没有界限", "No limits"),
}
_AT = Fact("moment", _text("时间", "Time"))
_BY = Fact("person", _text("谁", "Who"))
_TAKEN = Fact("span", _text("用时", "Time taken"))
_NUMBER = Fact("text", _text("编号", "Number"))
_FIXED: Mapping[Source, Mapping[str, Fact]] = {
    "runs": {
        "number": _NUMBER,
        "state": Fact("word", _text("状态", "State"), _STATES),
        "begun_at": Fact("moment", _text("开始时间", "Begun at")),
        "begun_by": Fact("person", _text("谁开始的", "Begun by")),
        "over_at": Fact("moment", _text("结束时间", "Over at")),
        "taken": _TAKEN,
        "late": Fact("truth", _text("有超时", "Late")),
        "extended": Fact("truth", _text("批准过延期", "More time granted")),
        "deviations": Fact("number", _text("偏差", "Deviations")),
        "amendments": Fact("number", _text("更正", "Amendments")),
    },
    "rows": {
        "at": _AT,
        "by": _BY,
        "open": Fact("truth", _text("未了结", "Open")),
        "closed_at": Fact("moment", _text("了结时间", "Settled at")),
        "taken": _TAKEN,
    },
    "readings": {
        "at": _AT,
        "by": _BY,
        "step": Fact("word", _text("步骤", "Step")),
        "parameter": Fact("word", _text("测什么", "What was read")),
        "value": Fact("number", _text("读数", "Reading")),
        "unit": Fact("text", _text("单位", "Unit")),
        "band": Fact("word", _text("合格否", "Judged"), _BANDS),
    },
    "deviations": {
        "at": _AT,
        "by": _BY,
        "step": Fact("word", _text("步骤", "Step")),
        "cause": Fact("word", _text("原因", "Cause"), _CAUSES),
        "band": Fact("word", _text("合格否", "Judged"), _BANDS),
        "state": Fact("word", _text("处理到哪里", "State"), _DEVIATIONS),
        "closed_at": Fact("moment", _text("了结时间", "Settled at")),
        "taken": _TAKEN,
    },
    "missed": {"at": Fact("moment", _text("本应开始", "Was to begin at"))},
}
_KINDS: Mapping[type[Step], Kind] = {Measure: "number", Count: "number", Note: "text", Moment: "text", Person: "person"}


def facts_of(part: Part, procedures: Mapping[str, Procedure], site: Site) -> Mapping[str, Fact]:
    """Every fact that the rows of a part have, by id. Procedures and books it names that are not there give none."""
    places = {name: one.title for name, one in site.places.items()}
    found = {**_FIXED[part.source], "place": Fact("word", _text("地点", "Place"), places)}
    if part.source == "rows":
        books = {name: one.title for name, one in site.books.items()}
        found["book"] = Fact("word", _text("登记簿", "Book"), books)
        answers: Sequence[Step] = [*_of_books(part, site)]
    else:
        titles = {name: one.title for name, one in procedures.items()}
        found["procedure"] = Fact("word", _text("规程", "Procedure"), titles)
        answers = [*_of_runs(part, procedures)] if part.source == "runs" else []
    parameters = {name: one.title for each in _named(part, procedures) for name, one in each.parameters.items()}
    if part.source == "readings":
        found["parameter"] = Fact("word", _FIXED["readings"]["parameter"].title, parameters)
    for step in answers:
        found = _joined(found, step)
    return found


def _joined(found: Mapping[str, Fact], step: Step) -> dict[str, Fact]:
    """With one more answer; several procedures may ask the same with other options. What the product says comes first."""
    fact, known = fact_of(step), found.get(step.id)
    if fact is None or (known is not None and not known.is_answer):
        return dict(found)
    values = {**known.values, **fact.values} if known else fact.values
    return {**found, step.id: Fact(fact.kind, fact.title, values, True, fact.unit)}


def fact_of(step: Step) -> Fact | None:
    """What an answer to a step tells; None where reports do not ask for it: a document is kept, so it holds nothing personal."""
    if is_personal(step):
        return None
    if isinstance(step, Choose):
        return Fact("word", step.title, step.options, True)
    kind = _KINDS.get(type(step))
    return Fact(kind, step.title, {}, True, step.unit if isinstance(step, Count) else None) if kind else None


def _named(part: Part, procedures: Mapping[str, Procedure]) -> Iterator[Procedure]:
    yield from (one for name, one in procedures.items() if not part.of or name in part.of)


def _of_runs(part: Part, procedures: Mapping[str, Procedure]) -> Iterator[Step]:
    """The inputs, steps and fields of forms: what is answered once in a run. Only of procedures that the part names."""
    for name in part.of:
        procedure = procedures.get(name)
        if procedure is None:
            continue
        yield from procedure.inputs
        for _, step, _ in walk(procedure):
            if not isinstance(step, Rounds | Register | Check):
                yield from (step, *fields_of(step))


def _of_books(part: Part, site: Site) -> Iterator[Step]:
    for name in part.of:
        if name in site.books:
            yield from (*site.books[name].fields_, *site.books[name].closing)
