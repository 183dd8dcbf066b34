"""Runs as they are found, and one run with what stands out in it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Table, select

from engine.api import answers
from engine.api.asked import RunAsked, RunsAsked
from engine.api.known import check_names
from engine.api.lists import deviation_of, readings_of
from engine.api.refused import not_there, wrong_cursor
from engine.api.source import Source, page_of, pick
from engine.ledger import tables
from engine.review.find import Finder
from engine.review.remarks import personal_in
from engine.review.search import Key
from engine.revisions import SITE

_RUN = tuple(name for name in answers.Run.model_fields if name not in ("title", "holders", "review"))
_SIGNATURE = tuple(answers.Signature.model_fields)


def runs(source: Source, asked: RunsAsked) -> answers.Runs:
    """The runs of a search. Raises Refused."""
    check_names(source, asked)
    as_of, after = source.as_of, Key.read(asked.after)
    if asked.after and after is None:
        raise wrong_cursor(asked.after)
    search = replace(asked.search(source.engine.site), unseen=_personal(source) if asked.words else ())
    found = Finder(source.engine.ledger, source.engine.renamed).page(search, after, asked.limit + 1)
    shown, next_ = page_of(found, asked.limit, lambda one: str(one.key))
    known = {row["run"]: row for row in _of_runs(source, tables.runs, [one.row.run for one in shown])}
    items = tuple(run_of(known[one.row.run]) for one in shown)
    return answers.Runs(as_of=as_of, next=next_, items=items)


def _personal(source: Source) -> tuple[str, ...]:
    """Every field that is personal, or was in any revision: whether words stand in it would tell what it holds."""
    issued = source.engine.directory.now().issued
    plans = (source.engine.plan_of(one.digest) for name, each in issued.items() if name != SITE for one in each)
    return tuple(sorted({field for plan in plans for field in personal_in(plan)}))


def run(source: Source, asked: RunAsked) -> answers.RunSummary:
    """One run. Raises Refused where there is none."""
    as_of = source.as_of
    found = _of_runs(source, tables.runs, [asked.run])
    if not found:
        raise not_there("run", asked.run, "the id of a run, as /api/v1/runs gives it")
    readings, deviations, signatures = (
        _of_runs(source, table, [asked.run]) for table in (tables.readings, tables.deviations, tables.signatures)
    )
    return answers.RunSummary(
        as_of=as_of,
        run=run_of(found[0]),
        readings=readings_of(source, sorted(readings, key=lambda row: (row["at"], row["step"], row["entry"]))),
        deviations=tuple(deviation_of(row) for row in sorted(deviations, key=lambda row: (row["raised_at"], row["deviation"]))),
        signatures=tuple(
            answers.Signature(**pick(row, _SIGNATURE)) for row in sorted(signatures, key=lambda row: int(row["seq"]))
        ),
        record=f"/runs/{asked.run}/record.json",
    )


def run_of(row: Mapping[str, Any]) -> answers.Run:
    """A run from its row."""
    holders = tuple(one for one in (row["holder"] or "").split(",") if one)
    return answers.Run(**pick(row, _RUN), title=row["title_zh"], holders=holders, review=row["review"] or None)


def _of_runs(source: Source, table: Table, runs: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    return source.rows(select(table).where(table.c.run.in_(runs))) if runs else ()
