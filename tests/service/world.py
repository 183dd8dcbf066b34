"""A small club on a real ledger: a clock moved by hand, a site with a few roles, and procedures that use every act."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from engine.ledger.store import Ledger, open_ledger
from engine.procedure.procedure import Procedure
from engine.procedure.site import Site
from engine.receipts import Outcome, Receipt
from engine.revisions import Revision, revision_of, site_revision
from engine.run import commands as c
from engine.run.commands import Act, Actor, Command
from engine.run.refusal import Refusal
from engine.service import Engine

MORNING = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)  # a Monday, eight o'clock in Shanghai
MIN = timedelta(minutes=1)
D = Decimal
PICTURE = "0" * 64
PICTURES = (PICTURE,)

SITE: dict[str, Any] = {
    "format": 1,
    "name": "试验会所",
    "timezone": "Asia/Shanghai",
    "places": {"pool": {"title": "泳池"}, "hall": {"title": "大厅"}},
    "roles": {
        "guard": {"title": "救生员"},
        "lead": {"title": "领班", "may": ["accept_deviations", "grant_extensions", "abandon_runs"], "includes": ["guard"]},
        "engineer": {"title": "工程"},
        "reviewer": {"title": "复核员", "may": ["review"]},
    },
}
CHLORINE: dict[str, Any] = {
    "title": "余氯",
    "unit": "mg/L",
    "limits": {"low": D("0.4"), "high": D("0.6")},
    "critical": {"low": D("0.2"), "high": D("1.0")},
}
LOW: dict[str, Any] = {"action": "补投", "remeasure": {"after": "15 min"}}
READING: dict[str, Any] = {"measure": "余氯", "id": "cl", "parameter": "chlorine"}
COLUMNS: list[dict[str, Any]] = [{"note": "名", "id": "who"}, {"count": "人", "id": "many", "required": False}]
WHOLE: list[dict[str, Any]] = [
    {"check": "清洁", "id": "tick"},
    {"check": "逐项", "id": "items", "items": {"one": "一", "two": "二"}},
    {"check": "拍照", "id": "shown", "evidence": "photo"},
    {"check": "备用", "id": "spare", "required": False},
    READING | {"on_deviation": LOW},
    {"wait": "循环", "id": "pump", "at_least": "60 min"},
    {"rounds": "巡", "id": "rounds", "every": "10 min", "steps": [{"check": "看", "id": "seen"}]},
    {"register": "访客", "id": "book", "book": "visitors", "fields": COLUMNS},
    {"hand_to": "交", "id": "hand", "to": ["engineer"]},
    {"start": "救援", "id": "linked", "procedure": "list"},
    {"check": "限时", "id": "timed", "due": {"within": "3 hour", "after": "start"}},
    {"sign": "签", "id": "sign"},
]  # fmt: skip
PROCEDURES: dict[str, dict[str, Any]] = {
    "whole": {"title": "全套", "steps": WHOLE, "parameters": {"chlorine": CHLORINE}},
    "list": {"title": "清单", "steps": [{"check": f"第{n}", "id": f"s{n}"} for n in range(8)]},
    "gate": {
        "title": "开池",
        "opens": {"place": "pool", "valid_for": "1 day"},
        "steps": [READING, {"check": "看", "id": "a", "due": {"within": "30 min", "after": "start"}}],
        "parameters": {"chlorine": CHLORINE},
    },
    "post": {"title": "交接", "kind": "handover", "steps": [{"sign": "接", "id": "took", "meaning": "received"}]},
    "case": {"title": "投诉", "number": "TS", "steps": [{"check": "记", "id": "a"}]},
}  # fmt: skip


class HandClock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time


def site() -> Site:
    return Site.model_validate(SITE)


def revision(id_: str, **changes: Any) -> Revision:
    """A procedure of this module as a revision, with changes."""
    written = {"format": 1, "place": "pool", "done_by": ["guard"]} | PROCEDURES[id_] | changes
    return revision_of(id_, Procedure.model_validate(written), site(), f"# {id_} {sorted(changes)}")


def actor(role: str = "guard", person: str = "", device: str = "tablet") -> Actor:
    """Somebody who holds `role` and what comes with it."""
    roles = site().all_roles((role,))
    may = frozenset(permission for name in roles for permission in site().roles[name].may)
    return Actor(person or role, person or role, roles, may, device)


@dataclass
class World:
    """An engine and how to speak to it in a test."""

    engine: Engine
    clock: HandClock
    url: str
    _ids: "count[int]" = field(default_factory=count)

    @classmethod
    def open(cls, url: str, clock: HandClock | None = None) -> "World":
        clock = clock or HandClock()
        return cls(Engine(open_ledger(url), clock), clock, url)

    @property
    def ledger(self) -> Ledger:
        return self.engine.ledger

    def settle(self) -> "World":
        """Publish the site and every procedure."""
        self.engine.publish([site_revision(site(), "# site"), *(revision(name) for name in PROCEDURES)], "boss")
        return self

    def beside(self) -> "World":
        """Another engine on the same database, as a second process has it."""
        return World.open(self.url, self.clock)

    def command(
        self, act: Act, run: str = "", by: str | Actor = "guard", *, id_: str = "", version: int | None = None
    ) -> Command:
        who = by if isinstance(by, Actor) else actor(by)
        return Command(id_ or f"{id(self)}-{next(self._ids)}", run, who, self.clock.now(), act, version)

    def start(self, procedure: str = "list", run: str = "", by: str | Actor = "guard", place: str = "pool") -> str:
        """Start a run that must be accepted; returns its id."""
        outcome = self.engine.start(self.command(c.StartRun(procedure, "", place), run, by))
        assert isinstance(outcome, Receipt), outcome
        return outcome.run

    def outcome(self, run: str, act: Act, by: str | Actor = "guard", *, version: int | None = None) -> Outcome:
        return self.engine.give(self.command(act, run, by, version=version))

    def give(self, run: str, act: Act, by: str | Actor = "guard") -> Receipt:
        """A command that must be accepted."""
        outcome = self.outcome(run, act, by)
        assert isinstance(outcome, Receipt), outcome
        return outcome

    def refused(self, run: str, act: Act, by: str | Actor = "guard") -> Refusal:
        """A command that must be refused."""
        outcome = self.outcome(run, act, by)
        assert isinstance(outcome, Refusal), outcome
        return outcome

    def size(self) -> int:
        """How many events there are."""
        return self.ledger.log.head().size

    def wait(self, length: timedelta) -> None:
        self.clock.time += length


Scene = tuple[Act, str, timedelta]


def whole_run() -> list[Scene]:
    """Acts that bring a run of `whole` to completion: every act but StartRun and Abandon. (act, by, time that passes before)."""
    now = timedelta()
    return [
        (c.AnswerStep("tick", "done"), "guard", now),
        (c.TickItem("items", "one", "not_done", "坏"), "guard", now),
        (c.TickItem("items", "one"), "guard", now),
        (c.TickItem("items", "two"), "guard", now),
        (c.AttachPhotos("shown", PICTURES), "guard", now),
        (c.AnswerStep("shown", "done"), "guard", now),
        (c.MarkStep("spare", "not_applicable", "没有"), "guard", now),
        (c.AnswerStep("cl", "0.3"), "guard", now),
        (c.ActOn("d12", "补投"), "guard", now),
        (c.Remeasure("d12", "0.5"), "guard", 15 * MIN),
        (c.AmendStep("tick", "再看一次", "done"), "guard", now),
        (c.ReportDeviation("地滑"), "guard", now),
        (c.AcceptDeviation("d17", "已拖"), "lead", now),
        (c.Begin("pump"), "guard", now),
        (c.End("pump"), "guard", 60 * MIN),
        (c.Begin("rounds"), "guard", now),
        (c.RecordRound("rounds", {"seen": "done"}), "guard", 10 * MIN),
        (c.End("rounds"), "guard", now),
        (c.AddRow("book", {"who": "李", "many": "2"}), "guard", now),
        (c.AmendStep("book", "写错", fields={"who": "王", "many": "3"}, row=1), "guard", now),
        (c.Hand("hand", "泵响"), "guard", now),
        (c.Receive("hand"), "engineer", now),
        (c.LinkRun("linked", "other", "list"), "guard", now),
        (c.AskExtension("timed", MORNING + timedelta(hours=8), "忙"), "guard", now),
        (c.RefuseExtension("timed", "抓紧"), "lead", now),
        (c.Extend("timed", MORNING + timedelta(hours=9), "忙"), "lead", now),
        (c.Hold("吃饭"), "guard", now),
        (c.Resume(), "guard", now),
        (c.AnswerStep("timed", "done"), "guard", now),
        (c.Sign("sign", verified=True), "guard", now),
        (c.Complete(), "guard", now),
        (c.AskReview("为什么晚？", "timed"), "reviewer", now),
        (c.AnswerReview("忙"), "guard", now),
        (c.ReturnRun("人数写错", "book"), "reviewer", now),
        (c.AmendStep("book", "改回", fields={"who": "王", "many": "2"}, row=1), "guard", now),
        (c.ApproveRun(verified=True, comment="已核对"), "reviewer", now),
    ]


def together(count_: int, work: Callable[[int], None]) -> None:
    """Run `work` in so many threads at once; the first error any of them met is raised here."""
    errors: list[BaseException] = []
    ready = threading.Barrier(count_, timeout=60)

    def guarded(number: int) -> None:
        try:
            ready.wait()
            work(number)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(number,), daemon=True) for number in range(count_)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
