"""Reports as they are made, made anew, signed and told late: each an event, and each document kept under its digest.

A report is made once for each period, however many servers look. What is signed is exactly the document that was read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import cast

import orjson

from engine.drafting import draft_of
from engine.ledger.codec import decode
from engine.ledger.log import Batch, Conflict, DuplicateCommand, Misused
from engine.ledger.projections import site_rows
from engine.procedure.period import Span, due_of, named
from engine.procedure.report import Report
from engine.receipts import Outcome, Receipt
from engine.review.reports.content import Content, digest_of, written
from engine.review.reports.kept import Kept
from engine.review.reports.making import Making, made
from engine.revisions import SITE
from engine.run.commands import Actor
from engine.run.refusal import Refusal
from engine.run.report_events import ReportMade, ReportSigned
from engine.run.site_events import SiteEvent
from engine.run.visible import is_visible
from engine.service import Engine

_TRIES = 6
_LONGEST = 2000  # characters of what is said with a signature
Decided = tuple[SiteEvent, Content | None] | Refusal


def stream_of(report: str, period: str) -> str:
    """The stream of a report of a period; with spaces, so that it is no run's."""
    return f"report {report} {period}"


@dataclass(frozen=True, slots=True)
class Standing:
    """A report of a period as its events tell it: what stands, who signed that, and how many events there are."""

    version: int = 0
    made: ReportMade | None = None
    signed: Mapping[str, str] | None = None  # meaning -> whoever signed

    def after(self, event: SiteEvent, by: str) -> "Standing":
        """After one more event."""
        version = self.version + 1
        if isinstance(event, ReportMade):
            return Standing(version, event, {})
        if isinstance(event, ReportSigned) and self.made and event.content == self.made.content:
            return replace(self, version=version, signed={**(self.signed or {}), event.meaning: by})
        return replace(self, version=version)


class Reports:
    """The reports of one site. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self.kept = engine, Kept(engine.ledger)

    @property
    def definitions(self) -> Mapping[str, Report]:
        """The reports in force, by id; none before anything is published."""
        return self._engine.site.reports if SITE in self._engine.directory.now().published else {}

    def first_at(self, report: str) -> datetime | None:
        """Since when a report is made without a break; None where it is in force no more."""
        found: datetime | None = None
        for one in reversed(self._engine.directory.now().issued.get(SITE, ())):
            if report not in self._engine.shelf.site(one.digest).reports:
                break
            found = one.at
        return found

    def span(self, report: str, period: str) -> Span:
        """A period by its name. Raises KeyError for a report that is not in force, ValueError for no such period."""
        return named(self.definitions[report], period, self._engine.site.zone)

    def as_it_stands(self, report: str, span: Span) -> Content:
        """What a report of a period says now; nothing is kept. Raises KeyError for a report that is not in force."""
        return self._content(report, span, "", 1, "")

    def _content(self, report: str, span: Span, by: str, edition: int, reason: str) -> Content:
        engine = self._engine
        directory = engine.directory.catch_up()
        plans = {name: engine.last_plan(name) for name in (*directory.published, *directory.retired)}
        making = Making(
            id=report,
            report=self.definitions[report],
            span=span,
            site=engine.site,
            revision=directory.published[SITE].digest,
            procedures={name: plan.procedure for name, plan in plans.items() if plan is not None},
            renamed=engine.renamed,
            people={id_: person.name for id_, person in directory.people.items()},
            now=engine.clock.now(),
            by=by,
            edition=edition,
            reason=reason,
        )
        return made(engine.ledger, making)

    # -- made ----------------------------------------------------------------------------------------------------------------

    def make(self, report: str, span: Span) -> bool:
        """Make a report whose period is over; whether it was this server that did. Raises Unavailable."""
        log, name = self._engine.ledger.log, f"report {report} {span.name}"
        if log.receipt(name) is not None:
            return False
        content = self._content(report, span, "", 1, "")
        event = self._made(content, written(content))
        try:
            log.append(self._batch(event, "", None, name, bytes(32), content, span.until))
        except DuplicateCommand:
            return False  # another server was first
        return True

    def make_anew(self, report: str, period: str, seen: str, reason: str, actor: Actor, command_id: str) -> Outcome:
        """Make a report again from what is known now; `seen` is the document that was read.

        What nobody signed is replaced; of what was signed it is another edition, and takes a reason. Refused with
        `unknown_report`, `wrong_role`, `report_changed`, `reason_needed`, `report_same`. Raises Misused, Unavailable.
        """

        def decide(standing: Standing) -> Decided:
            definition, before = self.definitions.get(report), standing.made
            if definition is None or before is None:
                return Refusal("unknown_report")
            if set(actor.roles).isdisjoint(definition.made_by):
                return Refusal("wrong_role", facts={"roles": definition.made_by})
            if seen != before.content:
                return Refusal("report_changed")
            if standing.signed and not is_visible(reason):
                return Refusal("reason_needed")
            edition = before.edition + (1 if standing.signed else 0)
            content = self._content(report, self.span(report, period), actor.person, edition, reason.strip()[:_LONGEST])
            kept = self.kept.content(before.content)
            if kept is not None and (kept.tables, kept.definition) == (content.tables, content.definition):
                return Refusal("report_same")
            return self._made(content, written(content)), content

        return self._do(report, period, actor, command_id, ("make", report, period, seen, reason), decide)

    def _made(self, content: Content, text: str) -> ReportMade:
        definition = content.report_as_written
        return ReportMade(
            report=content.report,
            period=content.period,
            since=content.since,
            until=content.until,
            due=due_of(definition, self.span(content.report, content.period), self._engine.site.zone),
            content=digest_of(text),
            signs=tuple(one.meaning for one in definition.sign),
            signers=tuple(dict.fromkeys(role for one in definition.sign for role in one.by)),
            edition=content.edition,
            reason=content.reason,
        )

    # -- signed --------------------------------------------------------------------------------------------------------------

    def sign(self, report: str, period: str, seen: str, comment: str, actor: Actor, command_id: str) -> Outcome:
        """Sign the document that was read; the PIN has been checked. Its definition says who signs, and in which order.

        Refused with `unknown_report`, `report_changed`, `already_signed`, `wrong_role`, `signed_before`. Raises Misused,
        Unavailable.
        """

        def decide(standing: Standing) -> Decided:
            content = self.kept.content(standing.made.content) if standing.made else None
            if standing.made is None or content is None:
                return Refusal("unknown_report")
            if seen != standing.made.content:
                return Refusal("report_changed")
            signed = standing.signed or {}
            line = next((one for one in content.report_as_written.sign if one.meaning not in signed), None)
            if line is None:
                return Refusal("already_signed")
            role = next((role for role in actor.roles if role in line.by), None)
            if role is None:
                return Refusal("wrong_role", facts={"roles": line.by})
            if actor.person in signed.values():
                return Refusal("signed_before")
            said = comment.strip()[:_LONGEST]
            return ReportSigned(report, period, seen, actor.name, role, line.meaning, said), None

        return self._do(report, period, actor, command_id, ("sign", report, period, seen, comment), decide)

    # -- deciding and recording ----------------------------------------------------------------------------------------------

    def standing(self, report: str, period: str) -> Standing:
        """A report of a period as it stands."""
        found = Standing()
        for one in self._engine.ledger.log.stream(stream_of(report, period)):
            found = found.after(cast(SiteEvent, decode(one.kind, one.format, one.body)), one.by)
        return found

    def _do(
        self,
        report: str,
        period: str,
        actor: Actor,
        command_id: str,
        content: Sequence[object],
        decide: Callable[[Standing], Decided],
    ) -> Outcome:
        """Decide on the report as it stands and record it, if nobody wrote between the two."""
        log, digest = self._engine.ledger.log, sha256(orjson.dumps((actor.person, *content))).digest()
        receipt = Receipt(command_id, "", 0, "", ())
        if (earlier := log.receipt(command_id)) is not None:
            if earlier.digest != digest:
                raise Misused(command_id)
            return receipt
        for _ in range(_TRIES):
            standing, now = self.standing(report, period), self._engine.clock.now()
            decided = decide(standing)
            if isinstance(decided, Refusal):
                return decided
            event, document = decided
            try:
                log.append(self._batch(event, actor.person, standing.version, command_id, digest, document, now, actor))
            except Conflict:
                continue
            except DuplicateCommand:
                return receipt  # sent twice at once: the other one was recorded
            return receipt
        return Refusal("busy")

    def _batch(
        self,
        event: SiteEvent,
        by: str,
        after: int | None,
        command_id: str,
        digest: bytes,
        document: Content | None,
        at: datetime,
        actor: Actor | None = None,
    ) -> Batch:
        now = self._engine.clock.now()
        role = getattr(event, "role", "")
        draft = draft_of(event, by, role, actor.device if actor else "", at, now)
        rows = dict(site_rows(event, now, by))
        if document is not None and isinstance(event, ReportMade):
            rows["report_contents"] = [{"digest": event.content, "content": written(document)}]
        stream = stream_of(getattr(event, "report", ""), getattr(event, "period", ""))
        receipt = Receipt(command_id, "", 0, "", ()).body()
        return Batch(stream, after, command_id, digest, (draft,), receipt, rows)
