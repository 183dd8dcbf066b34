"""A backtest in words and as facts for tools: counts first, then the runs that are named."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from engine.procedure.amount import written
from engine.procedure.plan import Plan
from engine.procedure.text import Language
from engine.procedure.unit import Unit
from engine.review.backtest.report import Change, Finding, Key, Kind, Missing, Report, Verdict

_KINDS: dict[Kind, dict[str, str]] = {
    "becomes_deviation": {"zh": "会变成偏差", "en": "would become a deviation"},
    "stops_being_deviation": {"zh": "不再是偏差", "en": "would no longer be a deviation"},
    "changes_band": {"zh": "判定不同", "en": "would be judged otherwise"},
    "refused": {"zh": "这样填不会被接受", "en": "would not have been taken"},
    "not_comparable": {"zh": "单位不同，无法比较", "en": "in another unit, not comparable"},
    "asked": {"zh": "当时没问，会多问", "en": "would have been asked and was not"},
    "not_asked": {"zh": "当时问了，不会再问", "en": "was asked and would not be"},
    "gone": {"zh": "有记录，草稿里已没有", "en": "recorded, and no longer in the draft"},
    "not_completed": {"zh": "当时完成了，按草稿完不成", "en": "was completed and would not have been"},
    "missed": {"zh": "会超过时限", "en": "would have missed its deadline"},
    "kept": {"zh": "不再超过时限", "en": "would have kept its deadline"},
}
_LACKS = {
    "asked": {"zh": "没有做", "en": "not done"},
    "undecided": {"zh": "还不能确定是否要做", "en": "not yet known whether to be done"},
    "deviation": {"zh": "偏差没有了结", "en": "deviation not settled"},
    "close": {"zh": "结案条件不满足", "en": "conditions of closing do not hold"},
    "signature": {"zh": "缺签名", "en": "signature missing"},
}
_BANDS = {
    "in_limits": {"zh": "合格", "en": "in limits"},
    "out_of_limits": {"zh": "超出范围", "en": "out of limits"},
    "critical": {"zh": "紧急", "en": "critical"},
    "implausible": {"zh": "不可能的读数", "en": "implausible"},
    "no_limits": {"zh": "没有范围", "en": "without limits"},
}
_WHOLE = {"zh": "整个规程", "en": "the whole run"}


def told(report: Report, draft: Plan, language: Language, shown: int) -> Iterator[str]:
    """The report, line by line: what was counted, then `shown` runs for each count."""
    yield _heading(report, draft, language)
    if not report.is_different and not report.is_cancelled:
        yield {"zh": "没有任何不同", "en": "nothing would have been different"}[language]
    if report.left_out:
        said = {"zh": "读不出来、没有算进去的记录", "en": "runs that cannot be played, left out"}[language]
        yield f"  {said}: {', '.join(one.number or one.run for one in report.left_out)}"
    for kind in _KINDS:
        if found := report.of(kind):
            runs = {"zh": f"{report.runs[kind]} 次", "en": f"{report.runs[kind]} runs"}[language]
            yield f"  {_KINDS[kind][language]} ({runs})"
            yield from (f"    {count:>7}  {_step(step, draft, language)}" for step, count in found.items())
    for missing, count in report.lacking.most_common():
        yield f"    {count:>7}  · {_missing(missing, draft, language)}"
    for key in report.named:
        yield from _named(key, report, draft, language, shown)


def _heading(report: Report, draft: Plan, language: Language) -> str:
    zone = draft.site.zone
    days = f"{report.since.astimezone(zone):%Y-%m-%d %H:%M} – {report.until.astimezone(zone):%Y-%m-%d %H:%M}"
    title = draft.procedure.title.into(language)
    if report.is_cancelled:
        looked = {"zh": f"{report.total} 次里看了 {report.looked_at} 次就停下了", "en": f"stopped after {report.looked_at} of"}
        return f"{title} · {days} · {looked[language]}" + ("" if language == "zh" else f" {report.total} runs")
    return f"{title} · {days} · {report.total} " + {"zh": "次", "en": "runs"}[language]


def _step(step: str, draft: Plan, language: Language) -> str:
    found = draft.fields.get(step)
    return f"{found.title.into(language)} ({step})" if found else step or _WHOLE[language]


def _missing(missing: Missing, draft: Plan, language: Language) -> str:
    where = "" if missing.why == "close" else f"{_step(missing.step, draft, language)}: "
    return where + _LACKS[missing.why][language]


def _named(key: Key, report: Report, draft: Plan, language: Language, shown: int) -> Iterator[str]:
    yield ""
    yield f"{_KINDS[key[0]][language]} · {_step(key[1], draft, language)}"
    changes = report.named[key][:shown]
    for change in changes:
        run = change.run
        at = f"{run.started_at.astimezone(draft.site.zone):%Y-%m-%d %H:%M}"
        parts = (at, run.run, run.number or "", run.by, _what(change, draft, language))
        yield "  " + "  ".join(part for part in parts if part)
    if (more := report.counts[key] - len(changes)) > 0:
        yield {"zh": f"  …还有 {more}", "en": f"  … and {more} more"}[language]


def _what(change: Change, draft: Plan, language: Language) -> str:
    finding = change.finding
    if change.missing:
        return "; ".join(_missing(one, draft, language) for one in change.missing)
    if change.old_due or change.new_due:
        return f"{_local(change.old_due, draft)} → {_local(change.new_due, draft)}"
    value = f"{finding.value} {Unit.of(finding.unit).into(language)}".strip()
    verdicts = f"{_verdict(finding.old, language)} → {_verdict(finding.new, language)}" if finding.old or finding.new else ""
    entry = f"#{finding.entry}" if finding.entry else ""
    return "  ".join(part for part in (entry, value, verdicts, finding.why) if part)


def _local(moment: datetime | None, draft: Plan) -> str:
    return f"{moment.astimezone(draft.site.zone):%m-%d %H:%M}" if moment else "—"


def _verdict(verdict: Verdict | None, language: Language) -> str:
    if verdict is None:
        return "—"
    low, high = (written(end) if end is not None else "" for end in (verdict.low, verdict.high))
    limits = f"{low}–{high}" if low and high else f"≥ {low}" if low else f"≤ {high}" if high else ""
    band = _BANDS[verdict.band][language] if verdict.band else ""
    return f"{band} ({limits})" if band and limits else band or limits or "—"


def facts(report: Report) -> dict[str, Any]:
    """The report for tools: figures as text, moments in UTC."""
    return {
        "procedure": report.procedure,
        "since": _moment(report.since),
        "until": _moment(report.until),
        "runs": report.total,
        "looked_at": report.looked_at,
        "is_cancelled": report.is_cancelled,
        "is_different": report.is_different,
        "left_out": [one.run for one in report.left_out],
        "counts": [{"kind": kind, "step": step, "count": count} for (kind, step), count in report.counts.items()],
        "runs_by_kind": dict(report.runs),
        "lacking": [{"why": one.why, "step": one.step, "runs": count} for one, count in report.lacking.most_common()],
        "named": [_change(change) for change in report.changes()],
    }


def _change(change: Change) -> dict[str, Any]:
    run, finding = change.run, change.finding
    found: dict[str, Any] = {
        "kind": finding.kind,
        "step": finding.step,
        "run": run.run,
        "number": run.number,
        "started_at": _moment(run.started_at),
        "by": run.by,
    }
    found |= _details(finding)
    found |= {"missing": [{"why": one.why, "step": one.step} for one in change.missing]} if change.missing else {}
    times = {"old_due": _moment(change.old_due), "new_due": _moment(change.new_due)}
    return found | {name: value for name, value in times.items() if value}


def _details(finding: Finding) -> dict[str, Any]:
    texts = {"entry": finding.entry, "value": finding.value, "unit": str(finding.unit), "why": finding.why}
    found: dict[str, Any] = {name: value for name, value in texts.items() if value}
    if unit := Unit.of(finding.unit):
        found["unit_title"] = {"zh": str(unit), "en": unit.into("en")}
    for name, verdict in (("old", finding.old), ("new", finding.new)):
        if verdict is not None:
            ends = {"low": verdict.low, "high": verdict.high}
            found[name] = {"band": str(verdict.band) if verdict.band else None} | {
                key: None if end is None else written(end) for key, end in ends.items()
            }
    return found


def _moment(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None
