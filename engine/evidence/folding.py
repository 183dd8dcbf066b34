"""A run played again from its events alone: what was answered, which deviations there were, who signed, whether it was completed.

Written apart from the product's own, which a test compares with it over every kind of event.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

State = dict[str, Any]

VALUED = ("step_answered", "step_marked", "wait_ended", "rounds_stopped", "work_received", "signed", "run_linked")


def replayed(events: list[State]) -> State:
    """The state after all events. Raises KeyError, TypeError or ValueError where they are no run."""
    first, body = events[0], events[0]["body"]
    if first["kind"] != "run_started":
        raise ValueError("a run begins with run_started")
    state: State = {
        "run": first["stream"], "number": body.get("number"), "procedure": body["procedure"], "revision": body["revision"],
        "site": body.get("site", ""), "place": body["place"], "title": body["title"], "inputs": body["inputs"],
        "status": "running", "reason": "", "version": first["stream_seq"], "started": marked(first), "finished": None,
        "late_since": None, "steps": {}, "deviations": {}, "signatures": [],
        "review": {"status": "open", "mark": None, "text": "", "step": "", "covers": 0},
    }  # fmt: skip
    for event in events[1:]:
        state["version"] = event["stream_seq"]
        if event["kind"] in JUDGED:
            state["review"] = judged(state["review"], event["kind"], event["body"], marked(event))
            continue
        if state["review"]["status"] == "approved":
            state["review"] = dict(state["review"], status="reopened")
        played(state, event["kind"], event["body"], marked(event))
    return state


JUDGED = {
    "review_asked": ("asked", "question"), "review_answered": ("answered", "text"), "run_returned": ("returned", "reason"),
    "run_approved": ("approved", "comment"),
}  # fmt: skip


def judged(review: State, kind: str, body: State, mark: State) -> State:
    """The review after a question, an answer, a return or an approval."""
    status, text = JUDGED[kind]
    review = dict(review, status=status, mark=mark, text=body.get(text, ""))
    if kind == "run_approved":
        return dict(review, step="", covers=body["version"])
    return review if kind == "review_answered" else dict(review, step=body.get("step", ""))


def marked(event: State) -> State:
    """Who did something, as event number `seq` of the run, when by the server."""
    return {"by": event["by"], "role": event["role"], "at": event["recorded_at"], "seq": event["stream_seq"]}


def played(state: State, kind: str, body: State, mark: State) -> None:
    """One event more."""
    if kind.startswith("deviation_") or kind == "step_remeasured":
        deviate(state, kind, body, mark)
    elif kind == "run_late":
        state["late_since"] = body["finish_by"]
    elif kind in ("run_held", "run_resumed"):
        state.update(status="held" if kind == "run_held" else "running", reason=body.get("reason", ""))
    elif kind == "run_completed":
        state.update(status="completed", finished=mark)
    elif kind == "run_abandoned":
        state.update(status="abandoned", finished=mark, reason=body["reason"])
    if kind == "signed":
        signature = {name: body[name] for name in ("step", "name", "meaning")}
        more = {"mark": mark, "covers": body["version"], "is_amended": False, "drawn": body.get("drawn", "")}
        state["signatures"].append(dict(signature, **more))
    if body.get("step") and kind != "row_settled" and not kind.startswith("deviation_"):
        take_back(state, kind, body, mark)
        step = state["steps"].setdefault(body["step"], new_step())
        state["steps"][body["step"]] = stepped(step, kind, body, mark)


def new_step() -> State:
    """A step of which nothing is recorded."""
    return {
        "outcome": None, "answer": None, "remeasured": None, "fields": {}, "photos": [], "items": {}, "rows": [], "reason": "",
        "begun_at": None, "ended_at": None, "handed": None, "note": "", "linked": [], "amendments": 0, "extended_to": None,
        "values": [],
    }  # fmt: skip


def deviate(state: State, kind: str, body: State, mark: State) -> None:
    """A deviation is raised, acted on, measured again, cleared or accepted."""
    if kind == "deviation_raised":
        state["deviations"][body["deviation"]] = {
            "step": body["step"], "cause": body["cause"], "band": body.get("band"), "raised": mark, "text": body.get("text", ""),
            "acted": None, "action": "", "readings": [], "closed": None, "closing": None, "reason": "",
        }  # fmt: skip
        return
    found = state["deviations"][body["deviation"]]
    if kind == "deviation_acted_on":
        found.update(acted=mark, action=body["text"])
    elif kind == "step_remeasured":
        found.update(acted=None, readings=found["readings"] + [body["answer"]])
    elif kind == "deviation_cleared":
        found.update(closed=mark, closing="cleared")
    elif kind == "deviation_accepted":
        found.update(closed=mark, closing="accepted", reason=body["reason"])


def take_back(state: State, kind: str, body: State, mark: State) -> None:
    """What one step's event changes elsewhere: newer readings of a form's fields are gone, signatures over it are marked."""
    step, row = state["steps"].get(body["step"], new_step()), body.get("row")
    lost = body.get("fields", {}) if kind == "step_answered" else ()
    since = None
    if kind == "step_amended":
        lost = () if row is not None else body.get("fields") or step["fields"]
        since = body["amends"] if row is not None else min(step["values"] + [body["amends"]])
    elif kind == "item_ticked" and body["outcome"] == "not_done" and body["item"] in step["items"]:
        since = min(step["values"] + [mark["seq"]])
    for name in lost:
        if name in state["steps"]:
            state["steps"][name]["remeasured"] = None
    for signature in state["signatures"]:
        if since is not None and since <= signature["covers"]:
            signature["is_amended"] = True


def stepped(step: State, kind: str, body: State, mark: State) -> State:
    """A step after one more event on it."""
    seq = mark["seq"]
    if kind == "step_answered":
        step.update(outcome="answered", reason="", answer=body.get("answer"), remeasured=None, fields=body.get("fields", {}))
        step["photos"] = step["photos"] + body.get("photos", [])
    elif kind == "item_ticked":
        step["items"] = dict(step["items"], **{body["item"]: body["outcome"]})
        step.update(outcome="answered" if body["is_last"] else step["outcome"], values=step["values"] + [seq])
    elif kind == "step_marked":
        step.update(outcome=body["outcome"], reason=body["reason"])
    elif kind == "photos_attached":
        step["photos"] = step["photos"] + body["photos"]
    elif kind == "step_remeasured":
        step.update(remeasured=body["answer"], values=step["values"] + [seq])
    elif kind == "step_amended":
        step = amended(step, body, mark)
    elif kind in ("wait_started", "rounds_started"):
        step["begun_at"] = mark["at"]
    elif kind in ("wait_ended", "rounds_stopped"):
        step.update(outcome="answered", ended_at=mark["at"], reason=body.get("reason", ""))
    elif kind in ("round_done", "round_missed", "row_added"):
        number, is_missed = body["row" if kind == "row_added" else "round"], kind == "round_missed"
        at = body["due"] if is_missed else mark["at"]
        row = {"number": number, "fields": body.get("fields", {}), "mark": mark, "at": at, "is_missed": is_missed}
        step["rows"] = step["rows"] + [row]
        if kind == "row_added":
            step.update(outcome=None, reason="")
    elif kind == "work_handed":
        step.update(handed=mark, note=body.get("note", ""))
    elif kind == "run_linked":
        step.update(outcome="answered", linked=step["linked"] + [body["run"]])
    elif kind == "due_extended":
        step["extended_to"] = body["until"]
    elif kind in ("work_received", "signed"):
        step["outcome"] = "answered"
    if kind in VALUED:
        step["values"] = [seq]
    return step


def amended(step: State, body: State, mark: State) -> State:
    """A step whose value, or a row of it, was corrected or taken back."""
    step["amendments"] += 1
    if body.get("row") is not None:
        fresh = {"fields": body.get("fields", {}), "mark": mark}
        step["rows"] = [dict(row, **fresh) if row["number"] == body["row"] else row for row in step["rows"]]
    elif body.get("answer") is None and not body.get("fields"):
        kept = {name: step[name] for name in ("rows", "amendments", "extended_to")}
        begun = step["begun_at"] if step["rows"] else None
        step = dict(new_step(), **kept, begun_at=begun, reason=body["reason"])
    else:
        step.update(outcome="answered", reason=body["reason"], values=[mark["seq"]], remeasured=None)
        step.update(answer=body.get("answer"), fields=body.get("fields", {}))
    return step


def unlike_revision(events: list[State], procedure: State) -> list[str]:
    """What the events say that the procedure they name does not."""
    return [f"event {number}: {what}" for number, what in departures(events, procedure)]


def departures(events: list[State], procedure: State) -> list[tuple[int, str]]:
    """Steps that the procedure lacks, limits and bands that are not its own; each with the number of the event in its run."""
    steps = {one["id"]: one for one in steps_of(procedure)}
    wrong: list[tuple[int, str]] = []
    for event in events:
        body, number = event["body"], event["stream_seq"]
        if body.get("step") and body["step"] not in steps:
            wrong.append((number, f"no step {body['step']} in the revision"))
        given = dict(body.get("inputs", {}), **body.get("fields", {}))
        if body.get("answer"):
            given[body["step"]] = body["answer"]
        for name, answer in sorted(given.items()):
            if not has_its_limits(answer, steps.get(name, {}), procedure):
                wrong.append((number, f"the limits or the band of {name} are not those of the revision"))
    return wrong


def steps_of(part: Any) -> list[State]:
    """Everything that has an id among the steps: steps, their fields, and what the run was started with."""
    if isinstance(part, list):
        return [step for one in part for step in steps_of(one)]
    if not isinstance(part, dict):
        return []
    inner = [one for name in ("inputs", "steps", "fields") for one in steps_of(part.get(name, []))]
    return ([part] if "id" in part else []) + inner


def has_its_limits(answer: State, step: State, procedure: State) -> bool:
    """Whether a reading carries the limits of its parameter, and the band that they give."""
    if "measure" not in step:
        return True
    parameter = procedure["parameters"][step["parameter"]]
    low, high = limits_of(parameter.get("limits") or {})
    value, critical = Decimal(answer["number"]), parameter.get("critical") or {}
    band = "no_limits" if low is None and high is None else "in_limits" if holds(value, low, high) else "out_of_limits"
    if not holds(value, decimal(critical.get("low")), decimal(critical.get("high"))):
        band = "critical"
    return (decimal(answer.get("low")), decimal(answer.get("high")), answer.get("band")) == (low, high, band)


def limits_of(limits: State) -> list[Any]:
    """The bounds that decide: about a target, or as written, with the tolerance applied."""
    slack = decimal(limits.get("tolerance")) or Decimal(0)
    low, high = (decimal(limits.get("target") or limits.get(name)) for name in ("low", "high"))
    return [None if low is None else low - slack, None if high is None else high + slack]


def decimal(text: Any) -> Any:
    """A figure as it is written; None where there is none."""
    return None if text is None else Decimal(str(text))


def holds(value: Decimal, low: Any, high: Any) -> bool:
    """Whether a value lies within, bounds included."""
    return (low is None or value >= low) and (high is None or value <= high)
