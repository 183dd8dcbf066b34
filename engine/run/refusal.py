"""Refusals: an operator's command not accepted, as a code and facts. The words are made where people read them.

Every code that `decide` can give is listed here with the facts it carries; a test holds the list complete.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

CODES: Mapping[str, str] = {
    # the run
    "already_started": "run",
    "run_over": "state",
    "run_held": "",
    "not_held": "",
    "blocked": "steps: what is in the way, deviations: open ones",
    "not_permitted": "permission",
    # the step
    "unknown_step": "step",
    "wrong_kind": "step, kind",
    "wrong_role": "roles",
    "does_not_apply": "step",
    "undecided": "step, names: the answers it waits for",
    "already_answered": "step",
    "not_answered": "step",
    "stale": "step, version",
    "earlier_open": "steps",
    # what was typed
    "empty": "",
    "reason_needed": "",
    "reading_empty": "typed",
    "reading_comma": "typed",
    "reading_exponent": "typed",
    "reading_not_a_number": "typed",
    "implausible": "typed, low, high, unit",
    "not_whole": "typed",
    "count_range": "low, high",
    "unknown_option": "option",
    "one_option": "",
    "unknown_item": "item",
    "too_long": "most",
    "pattern": "pattern",
    "moment": "gives",
    "moment_ahead": "now",
    "photo": "",
    "photos_missing": "least",
    "evidence_needed": "",
    "no_value": "kind",
    "fields": "faults: field -> (code, facts)",
    # deviations
    "unknown_deviation": "deviation",
    "deviation_closed": "deviation",
    "act_first": "action",
    "remeasure_too_early": "ready_at",
    "no_remeasure": "deviation",
    "may_not_accept": "roles",
    # time
    "not_begun": "step",
    "already_begun": "step",
    "too_early": "ready_at",
    "rounds_missing": "least",
    "not_later": "until",
    "not_asked": "step",
    "not_proposed": "step",
    # hands
    "not_handed": "step",
    "already_handed": "step",
    "same_person": "person",
    "another_does_it": "person, names: the step that person did",
    "pin_needed": "",
    "drawing_needed": "",
    "already_signed": "step",
    # review
    "not_over": "state",
    "own_run": "person",
    "run_changed": "version",
    "nothing_asked": "",
    "already_returned": "",
    "already_approved": "",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a command was not accepted. `step` is where the person is looking."""

    code: str
    step: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
