"""A report as written: its period, when it is due, who signs it, and parts that count or list what the product knows.

A part takes rows of one source that fall into the period, and either lists them (`columns`) or counts them (`figures`, for each
value of `group_by` where that is given). What a row tells is in `report_facts`; how a period lies in time in `period`.
"""

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt, StrictStr

from engine.procedure.amount import Clock
from engine.procedure.site import Site
from engine.procedure.text import ClauseId, Id, Text, Written

Period = Literal["day", "month", "quarter"]
Source = Literal["runs", "rows", "readings", "deviations", "missed"]
Falls = Literal["begun", "over", "open"]
FigureKind = Literal["count", "share", "sum", "median", "most", "least"]
Meaning = Literal["read", "done", "verified", "approved"]
Word = Annotated[StrictStr, Field(min_length=1, max_length=120)]
Test = Annotated[tuple[Word, ...], Field(min_length=1)] | Word | StrictBool
OF_FACT: frozenset[FigureKind] = frozenset({"sum", "median", "most", "least"})
"""The figures that are worked out of a fact of each row."""


class Begins(Written):
    """When a period begins; the next one begins as it ends."""

    on: Annotated[StrictInt, Field(ge=1, le=31)] | None = Field(
        default=None, description="The day of the month; in a shorter month its last. Of months only; the first where not given."
    )
    at: Clock | None = Field(default=None, description='The time of day, quoted: "17:30"; midnight where not given.')


class ReportDue(Written):
    """When it must be signed: the first such time after its period."""

    on: Annotated[StrictInt, Field(ge=1, le=31)] | None = Field(
        default=None, description="The day of the month; in a shorter month its last. Of months and quarters."
    )
    at: Clock = Field(description='The time of day, quoted: "18:00".')


class Signing(Written):
    """A signature it takes."""

    by: tuple[Id, ...] = Field(min_length=1, description="Roles, one of which signs.")
    meaning: Meaning = Field(default="done", description="What the signature means.")


class Figure(Written):
    """A figure of a part, worked out of its rows or of those for which `where` holds."""

    id: Id
    title: Text = Field(description="What it says.")
    figure: FigureKind = Field(description="count, share (of the rows, in per cent), sum, median, most or least.")
    of: Id | None = Field(default=None, description="The fact that sum, median, most and least are worked out of.")
    where: dict[Id, Test] = Field(default={}, description="Only of these rows: a fact, and what it must be.")


class Part(Written):
    """A table or list of the report."""

    id: Id
    title: Text = Field(description="Its heading.")
    detail: Text | None = Field(default=None, description="What must be known to read it.")
    source: Source = Field(description="runs, rows (of books), readings, deviations, or missed times.")
    of: tuple[Word, ...] = Field(default=(), description="Procedures, of rows books; all where not given.")
    falls: Falls = Field(
        default="begun",
        description="What makes a row one of the period: that it was begun in it, was over in it, or was open at its end.",
    )
    where: dict[Id, Test] = Field(default={}, description="Only these rows: a fact, and what it must be.")
    group_by: Id | None = Field(default=None, description="The fact by whose values the figures are told, one line each.")
    figures: tuple[Figure, ...] = Field(default=(), description="What is counted.")
    columns: tuple[Id, ...] = Field(default=(), description="The facts that are listed, one line for each row.")
    covers: tuple[ClauseId, ...] = Field(default=(), description="Clauses of the source document.")


class Report(Written):
    """A report made on schedule, signed and kept, `format: 1`."""

    format: Literal[1] = Field(description="The version of this language; always 1.")
    title: Text = Field(description="What it is called.")
    purpose: Text | None = Field(default=None, description="One line: what it is for.")
    period: Period = Field(description="What it is made of: each day, month or quarter.")
    begins: Begins = Field(default=Begins(), description="When its period begins, where that is not the calendar's.")
    due: ReportDue = Field(description="By when it must be signed.")
    made_by: tuple[Id, ...] = Field(min_length=1, description="Roles that may make it anew from later data.")
    sign: tuple[Signing, ...] = Field(min_length=1, description="The signatures it takes, in order, each of another person.")
    tell: tuple[Id, ...] = Field(default=(), description="Roles that are told when it is not signed in time.")
    seen_by: tuple[Id, ...] = Field(default=(), description="More roles that may read it.")
    covers: tuple[ClauseId, ...] = Field(default=(), description="Clauses of the source document.")
    parts: tuple[Part, ...] = Field(min_length=1, description="Its tables and lists, in order.")

    @property
    def readers(self) -> frozenset[str]:
        """The roles that may read it without the permission to review."""
        signers = {role for one in self.sign for role in one.by}
        return frozenset({*self.made_by, *signers, *self.tell, *self.seen_by})


class ReportingSite(Site):
    """A site with the reports that are made there. Made by publishing, never written: `site.yaml` says nothing of reports."""

    reports: dict[Id, Report] = Field(default={}, description="The reports, by id.")


def with_reports(site: Site, reports: dict[str, Report]) -> Site:
    """The site as it is published with these reports; itself where there are none."""
    if not reports:
        return site
    whole = ReportingSite.model_validate_json(site.model_dump_json(by_alias=True, exclude_unset=True))
    return whole.model_copy(update={"reports": reports})
