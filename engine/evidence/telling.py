"""A run in a few lines, each time in UTC as it was signed and by the site's own clock. Needs nothing but Python."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.evidence.unpacking import BROKEN, Bundle

MEANINGS = {"read": "已阅", "done": "已完成", "verified": "已核实", "approved": "已批准", "received": "已接收"}
STATES = {"running": "进行中", "held": "已暂停", "completed": "已完成", "abandoned": "已作废"}
NOTED = ("late", "out_of_order", "missed_round")


class Clock:
    """Times by the clock of a zone; where the zone, or all that is known of zones, is missing here, in UTC, and that is said."""

    def __init__(self, zone: str) -> None:
        self.name, self.zone = zone, zone_known(zone)

    def at(self, text: str) -> str:
        """A time as it was signed, and the same on the site's clock."""
        if not text or self.zone is None:
            return text
        local = datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(self.zone).isoformat(sep=" ", timespec="seconds")
        return f"{local[:19]} {local[19:]} ({text})"

    def said(self) -> list[str]:
        """Which clock it is."""
        if self.zone is not None:
            return [f"  时间 / times: {self.name} (UTC)"]
        zh = f"时间都是 UTC；这台电脑没有 {self.name} 的时区资料" if self.name else "时间都是 UTC"
        return [f"  {zh} / all times are UTC" + (f"; this computer knows nothing of {self.name}" if self.name else "")]


def zone_known(zone: str) -> ZoneInfo | None:
    """A time zone by name; None where this computer has no such zone, or no zones at all."""
    try:
        return ZoneInfo(zone) if zone else None
    except (ValueError, KeyError, OSError):
        return None


def is_unsettled(deviation: dict[str, Any]) -> bool:
    """Whether it still wants something: neither cleared nor accepted, and not only noted."""
    return deviation["closed"] is None and deviation["cause"] not in NOTED


def erased_at(bundle: Bundle, run: str) -> list[str]:
    """When each personal value of a run that is gone was erased."""
    name = f"runs/{run}/sealed.json"
    return [one["erased_at"] for one in bundle.json(name).values() if one.get("erased_at")] if name in bundle.files else []


def zone_of(bundle: Bundle, state: dict[str, Any]) -> str:
    """The time zone of the site when the run was begun, by its revision; empty where that is not there or cannot be read."""
    try:
        return str(bundle.json("revisions/{}/compiled.json".format(state["site"]))["timezone"])
    except BROKEN:
        return ""


def reached(events: list[Any], clock: Clock) -> list[str]:
    """How far the record of a run had come: what was judged and corrected up to its last event."""
    kinds = [one["kind"] for one in events]
    passed, sent_back, corrected = (kinds.count(kind) for kind in ("run_approved", "run_returned", "step_amended"))
    zh = f"复核通过 {passed} 次，退回 {sent_back} 次，更正 {corrected} 次；最后一个事件"
    en = f"approvals {passed}, returns {sent_back}, corrections {corrected}; last event"
    return [f"  {zh} / {en}: {clock.at(events[-1]['recorded_at'])}"]


def told(state: dict[str, Any], erased: list[str], zone: str, events: list[Any]) -> list[str]:
    """A run in a few lines: how it ended, its deviations, how far it had come, who signed, what was erased."""
    clock, title = Clock(zone), " ".join(part for part in (state["title"], state["number"]) if part)
    finished, raised = state["finished"] or {"at": ""}, len(state["deviations"])
    count, is_open = state["version"], sum(map(is_unsettled, state["deviations"].values()))
    status = f"{STATES[state['status']]} / {state['status']}"
    lines = [
        f"{title} ({state['procedure']}, {state['run']})",
        *clock.said(),
        "  {}: {} – {}".format(status, clock.at(state["started"]["at"]), clock.at(finished["at"])),
        f"  {count} 个事件，{raised} 个偏差（{is_open} 个未了结） / {count} events, {raised} deviations ({is_open} open)",
        *reached(events, clock),
    ]
    for one in state["signatures"]:
        late = "；签名后有更正 / amended after signing" if one["is_amended"] else ""
        words = (
            one["name"],
            one["mark"]["role"],
            MEANINGS.get(one["meaning"], ""),
            one["meaning"],
            clock.at(one["mark"]["at"]),
            late,
        )
        lines.append("  签名 / signed: {} ({}), {} / {}, {}{}".format(*words))
    if erased:
        lines.append(f"  {len(erased)} 项个人信息已按规定删除 / personal values erased, {clock.at(max(erased))}")
    return lines
