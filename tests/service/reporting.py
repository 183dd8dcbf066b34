"""A club whose days, months and quarters are reported: complaints with every kind of answer, a book, and the reports of both."""

from typing import Any

from engine.procedure.procedure import Procedure
from engine.procedure.report import Report, with_reports
from engine.procedure.site import Site
from engine.receipts import Receipt
from engine.revisions import revision_of, site_revision
from engine.run import commands as c

from . import world as base

BOOK: dict[str, Any] = {
    "title": "来电",
    "retention": "1 year",
    "fields": [{"note": "谁", "id": "caller"}, {"choose": "事", "id": "matter", "options": {"ask": "问", "book": "订"}}],
    "closing": [{"choose": "结果", "id": "ended", "options": {"done": "办了", "dropped": "不办"}}],
}
SITE: dict[str, Any] = base.SITE | {"books": {"calls": BOOK}}
CASE: dict[str, Any] = {
    "format": 1,
    "title": "投诉",
    "place": "hall",
    "done_by": ["guard"],
    "number": "TS",
    "parameters": {"noise": {"title": "噪声", "unit": "dB", "limits": {"high": base.D(60)}}},
    "inputs": [{"choose": "来源", "id": "channel", "options": {"phone": "电话", "visit": "来访"}}],
    "steps": [
        {"choose": "轻重", "id": "severity", "options": {"major": "重大", "minor": "轻微"}, "required": False},
        {"choose": "几样", "id": "kinds", "many": True, "options": {"x": "甲", "y": "乙"}, "required": False},
        {"measure": "噪声", "id": "noise", "parameter": "noise", "required": False},
        {
            "form": "记",
            "id": "form",
            "required": False,
            "fields": [{"note": "Was", "id": "what"}, {"count": "几人", "id": "many"}],
        },
        {"register": "来电", "id": "call", "book": "calls", "at_least": 0, "required": False},
    ],
}


def figure(id_: str, kind: str = "count", **more: Any) -> dict[str, Any]:
    return {"id": id_, "title": id_, "figure": kind, **more}


COUNTED: dict[str, Any] = {
    "id": "by_severity", "title": "按轻重", "source": "runs", "of": ["case"], "group_by": "severity",
    "figures": [
        figure("n"), figure("share", "share"), figure("done", where={"state": "completed"}),
        figure("phone", "share", where={"channel": "phone"}),
        figure("sum", "sum", of="many"), figure("median", "median", of="noise"), figure("most", "most", of="noise"),
        figure("least", "least", of="noise"), figure("late", where={"late": True}), figure("taken", "median", of="taken"),
    ],
}  # fmt: skip
PARTS: list[dict[str, Any]] = [
    COUNTED,
    {"id": "kinds", "title": "几样", "source": "runs", "of": ["case"], "group_by": "kinds", "figures": [figure("n")]},
    {"id": "over", "title": "办完", "source": "runs", "of": ["case"], "falls": "over", "figures": [figure("n")]},
    {"id": "open", "title": "没办完", "source": "runs", "of": ["case"], "falls": "open", "columns": ["number", "severity", "what"]},
    {"id": "rows", "title": "来电", "source": "rows", "of": ["calls"], "group_by": "matter", "figures": [figure("n")]},
    {"id": "open_rows", "title": "未了", "source": "rows", "of": ["calls"], "falls": "open", "columns": ["caller", "at"]},
    {"id": "settled", "title": "了结", "source": "rows", "of": ["calls"], "falls": "over", "group_by": "ended", "figures": [figure("n")]},
    {
        "id": "noise", "title": "噪声", "source": "readings", "where": {"parameter": "noise"}, "group_by": "band",
        "figures": [figure("n"), figure("median", "median", of="value")],
    },
    {"id": "deviations", "title": "偏差", "source": "deviations", "group_by": "cause", "figures": [figure("n")]},
    {"id": "missed", "title": "漏做", "source": "missed", "figures": [figure("n")]},
    {
        "id": "judged_calls", "title": "电话来的", "source": "runs", "of": ["case"], "group_by": "severity", "figures": [figure("n")],
        "where": {"channel": "phone", "severity": ["major", "minor"]},
    },
]  # fmt: skip
MONTH: dict[str, Any] = {
    "format": 1,
    "title": {"zh": "投诉月报", "en": "Complaints of the month"},
    "period": "month",
    "due": {"on": 3, "at": "18:00"},
    "made_by": ["guard"],
    "sign": [{"by": ["guard"], "meaning": "done"}, {"by": ["lead"], "meaning": "read"}],
    "tell": ["lead"],
    "parts": PARTS,
}
DAY: dict[str, Any] = MONTH | {"period": "day", "begins": {"at": "17:30"}, "due": {"at": "18:30"}, "parts": PARTS[2:3]}


def report(**changes: Any) -> Report:
    """The report of the month, with changes."""
    return Report.model_validate(MONTH | changes)


def site() -> Site:
    """The site with the book."""
    return Site.model_validate(SITE)


def case() -> Procedure:
    """The procedure that is reported on."""
    return Procedure.model_validate(CASE)


def reporting(world: base.World, **reports: Report) -> base.World:
    """Publish the site with these reports, and the procedure they are about."""
    whole, number = with_reports(site(), reports), len(world.engine.directory.now().issued.get("site", ()))
    world.engine.publish([site_revision(whole, f"# {number}"), revision_of("case", case(), site(), "# case")], "boss")
    return world


def begin(world: base.World, channel: str = "phone", by: str = "guard") -> str:
    """A complaint that has come in."""
    command = world.command(c.StartRun("case", "", "hall", inputs={"channel": channel}), "", by)
    outcome = world.engine.start(command)
    assert isinstance(outcome, Receipt), outcome
    return outcome.run
