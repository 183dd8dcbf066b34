"""Procedures drawn at random from the whole language: what nobody would write, the run core must bear."""

from decimal import Decimal
from random import Random
from typing import Any

from engine.procedure.plan import Plan, bind, compile_plan
from engine.procedure.procedure import Procedure
from engine.procedure.rules import check

from .building import Written
from .drawn_from import AROUND, BANDS, ROLES, TEXTS, WHERE

D = Decimal


class Drawing:
    """One procedure being drawn: what stands so far, and what it may refer to."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.tests: dict[str, list[Any]] = {
            "season": ["winter", "spring", ["winter", "spring"]],
            "weekday": ["mon", ["sat", "sun"]],
            "shift": ["early", "late"],
            "place": ["pool", "hall"],
        }
        self.moments: list[str] = []
        self.steps: list[str] = []
        self.lists: list[str] = []
        self.count = 0

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def some(self, *those: Any) -> list[Any]:
        return self.random.sample(those, self.random.randint(1, min(3, len(those))))

    def text(self) -> Any:
        zh = self.random.choice(TEXTS)
        return {"zh": zh, "en": self.random.choice(TEXTS)} if self.chance(0.3) else zh

    def procedure(self) -> Written:
        """The whole of it, as written."""
        is_case = self.chance(0.3)
        found: Written = {"format": 1, "title": self.text(), "place": "pool", "done_by": self.some(*ROLES), "retention": "1 year"}
        found["parameters"] = {f"p{n}": self.parameter() for n in range(self.random.randint(1, 4))} | {
            "long": {"title": "长", "unit": self.random.choice(["s", "min", "h"]), "limits": self.range(1, 90)}
        }
        self.parameters = found["parameters"]
        if inputs := [self.field(is_input=True) for _ in range(self.random.randint(0, 3))]:
            found["inputs"] = inputs
        if self.chance(0.2):
            found["in_order"] = True
        if self.chance(0.2):
            found["opens"] = {"place": "pool", "valid_for": "1 day"}
        found["steps"] = [self.item() for _ in range(self.random.choice([1, 1, 2, 4, 8, 20]))]
        if is_case:
            found |= {"kind": "case", "number": "TS", "close": {"when": self.condition(), "sign": [self.closing_sign()]}}
        if self.chance(0.3):
            found["schedule"] = [self.schedule() for _ in range(self.random.randint(1, 3))]
        return found

    def closing_sign(self) -> Written:
        return {"by": self.some(*ROLES)} | ({"when": self.condition()} if self.chance(0.5) else {})

    def schedule(self) -> Written:
        every = self.random.choice(["hour", "day", "weekday", "week", "month", "quarter"])
        found: Written = {"every": every, "at": self.random.choice(["00:00", "02:30", "23:59", "12:00"])}
        if every == "week":
            found["on"] = self.some("mon", "wed", "sun")
        if every in ("month", "quarter"):
            found["on"] = self.some(1, 15, 29, 30, 31)
        if every != "hour" and self.chance(0.5):
            found["within"] = self.random.choice(["30 min", "2 hours", "1 day", "1 month"])
        return found

    def range(self, low: int, high: int) -> Written:
        first, second = sorted(self.random.randint(low * 100, high * 100) for _ in range(2))
        ends = {"low": D(first) / 100, "high": D(second) / 100}
        if self.chance(0.2):
            return {"target": D(first) / 100, "tolerance": D(abs(second)) / 100}
        if self.chance(0.3):
            del ends[self.random.choice(["low", "high"])]
        return ends

    def parameter(self) -> Written:
        found: Written = {"title": self.text(), "unit": self.random.choice(["mg/L", "°C", "%", "个", "NTU"])}
        if self.chance(0.8):
            found["limits"] = self.range(-20, 20)
        if self.chance(0.3):
            found["critical"] = {"low": D("-40.5"), "high": D("40.123456789")}
        if self.chance(0.3):
            found["plausible"] = {"low": D(-1000), "high": D("999.999999999")}
        if self.chance(0.2):
            found["statutory"] = {"low": D(-10), "by": "GB 1"}
        return found

    # -- conditions

    def condition(self, depth: int = 0) -> Written:
        """Any tests of what stands before, nested."""
        found: Written = {}
        for name in self.random.sample(sorted(self.tests), self.random.choice([0, 1, 1, 2])):
            found[name] = self.random.choice(self.tests[name])
        for key in ("any", "all", "not") if depth < 3 else ():
            if self.chance(0.2):
                inner = [self.condition(depth + 1) for _ in range(self.random.randint(1, 2))]
                found[key] = inner[0] if key == "not" else inner
        return found or {self.random.choice(sorted(self.tests)): {"is": "answered"}}

    # -- steps

    def item(self) -> Written:
        if self.chance(0.25):
            section: Written = {"section": self.text(), "steps": [self.step() for _ in range(self.random.randint(1, 4))]}
            if self.chance(0.3):
                section["in_order"] = True
            return section
        return self.step()

    def step(self) -> Written:
        """One step of any kind with any of the common keys."""
        kind = self.random.choice(["field"] * 8 + ["wait", "rounds", "register", "form", "hand_to", "sign", "start", "read"])
        around = {"when": self.condition()} if self.steps and self.chance(0.35) else {}
        step = self.field() if kind == "field" else {kind: self.text(), "id": self.id()} | getattr(self, f"_{kind}")()
        id_ = step["id"]
        if kind != "field":
            self.tests[id_] = [{"is": "answered"}, {"is": "not_done"}, {"is": "not_applicable"}, {"is": "unanswered"}]
        step |= {**around, **self.common(kind)}
        self.steps.append(id_)
        return step

    def common(self, kind: str) -> Written:
        found: Written = {}
        if self.chance(0.2):
            found["required"] = False
        if self.chance(0.2):
            found["by"] = self.some(*ROLES)
        if self.steps and self.chance(0.15):
            found["by_other_than"] = [self.random.choice(self.steps)]
        if self.chance(0.15) and kind != "sign":
            found["evidence"] = "photo"
        if self.chance(0.3):
            found["due"] = [self.due() for _ in range(self.random.randint(1, 2))]
            found["overdue"] = {"notify": self.some(*ROLES), "then": {"after": "30 min", "notify": ["chief"]}}
            found["overdue"]["extend_by"] = ["chief"]
        if self.chance(0.2):
            found["on_deviation"] = {"action": self.text(), "notify": ["lead"], "accept_by": ["lead"]}
        if self.chance(0.1):
            found |= {"rules": [self.text()], "detail": self.text(), "covers": ["POOL-101"]}
        return found

    def due(self, depth: int = 0) -> Written:
        after = self.random.choice(["start", *self.steps])
        forms: list[Written] = [
            {"within": self.random.choice(["5 min", "2 hours", "3 days", "1 month"]), "after": after},
            {"same_day_as": after},
            {"by": self.random.choice(["00:00", "12:30", "23:59"])},
        ]
        if self.moments:
            moment = self.random.choice(self.moments)
            forms += [{"at": moment}, {"before": "1 day", "of": moment, "counting": "working_days"}]
        if depth < 2:
            forms.append({self.random.choice(["first_of", "last_of"]): [self.due(depth + 1), self.due(depth + 1)]})
        found = self.random.choice(forms)
        if depth == 0 and self.steps and self.chance(0.3):
            found = found | {"when": self.condition()}
        return found

    def id(self) -> str:
        self.count += 1
        return self.random.choice([f"s{self.count}", f"s_{self.count}" + "x" * 50])

    def field(self, *, is_input: bool = False) -> Written:
        kind = self.random.choice(["check", "measure", "count", "choose", "note", "moment", "person", "photo"])
        if is_input and kind in ("measure", "photo"):
            kind = "count"
        id_ = self.id()
        tests: list[Any] = [{"is": "answered"}, {"is": "unanswered"}, {"is": "not_applicable"}]
        found: Written = {kind: self.text(), "id": id_}
        match kind:
            case "check":
                tests += [True, False, {"is": "not_done"}]
                if not is_input and self.chance(0.3):
                    found["items"] = {f"i{n}": self.text() for n in range(self.random.randint(1, 4))}
                elif self.lists and not is_input and self.chance(0.4):
                    found["items_of"] = [self.random.choice(self.lists)]
            case "measure":
                found["parameter"] = self.random.choice(sorted(self.parameters))
                tests += [{"is": band} for band in BANDS] + [{"above": D(self.random.randint(-30, 30))}]
                if self.chance(0.4):
                    found["on_deviation"] = {"remeasure": {"after": self.random.choice(["1 min", "15 min"])}} | (
                        {"accept_by": ["lead"]} if self.chance(0.5) else {}
                    )
            case "count":
                tests += [{"at_least": 3}, {"below": 3}, 2]
                found |= {"at_most": 9} if self.chance(0.3) else {}
            case "choose":
                options = [f"o{n}" for n in range(self.random.randint(2, 4))]
                found |= {"options": {name: self.text() for name in options}}
                found |= {"many": True} if self.chance(0.3) else {}
                tests += [options[0], options[:2], options[-1]]
            case "note":
                found |= {"personal": True} if self.chance(0.1) else {}
                found |= {"pattern": self.random.choice(["phone", "room_number", "email"])} if self.chance(0.2) else {}
            case "moment":
                found["gives"] = self.random.choice(["date", "time", "date_and_time"])
                if found["gives"] != "time":
                    self.moments.append(id_)
            case "photo":
                found["at_least"] = self.random.randint(1, 2)
        if "personal" not in found:
            self.tests[id_] = tests
        return found

    def fields(self) -> list[Written]:
        """Fields of a form or round; the later may hang on the earlier."""
        found: list[Written] = []
        kept, outside = self.moments, self.tests
        self.tests = dict(outside)
        for _ in range(self.random.randint(1, 4)):
            when = {"when": self.condition()} if self.chance(0.25) else {}
            one = self.field() | when | ({"required": False} if self.chance(0.3) else {})
            for key in ("items", "items_of", "on_deviation"):
                one.pop(key, None)
            found.append(one)
        self.moments, inside = kept[:], self.tests
        self.tests = outside
        self.inside = {name: tests for name, tests in inside.items() if name not in outside}
        return found

    def _form(self) -> Written:
        found = {"fields": self.fields()}
        self.tests |= self.inside
        return found

    def _rounds(self) -> Written:
        return {
            "every": self.random.choice(["1 min", "10 min", "2 hours"]),
            "steps": self.fields(),
            "at_least": self.random.randint(0, 2),
        }

    def _register(self) -> Written:
        return {"fields": self.fields(), "book": "keys"} if self.chance(0.3) else self._book()

    def _book(self) -> Written:
        return {"book": self.random.choice(["keys"]), "at_least": self.random.randint(0, 2)}

    def _wait(self) -> Written:
        return {"parameter": "long"} if self.chance(0.5) else {"at_least": self.random.choice(["30 s", "10 min", "2 hours"])}

    def _hand_to(self) -> Written:
        return {"to": self.some("engineering", "lead", "clerk")}

    def _sign(self) -> Written:
        return {"meaning": self.random.choice(["read", "done", "verified", "approved", "received"]), "drawn": self.chance(0.2)}

    def _start(self) -> Written:
        return {"procedure": "repair"}

    def _read(self) -> Written:
        return self.random.choice([{"text": self.text()}, {"open_items": True}, {"happened": "shift"}])


def drawn(random: Random) -> tuple[Written, Plan]:
    """A procedure without errors and its plan: what the checker refuses of it is left out, until nothing is."""
    written = Drawing(random).procedure()
    while errors := [one.path for one in check(Procedure.model_validate(written), AROUND) if one.level == "error"]:
        _without(written, errors[0])
    whole = Procedure.model_validate(written)
    return written, compile_plan(bind(whole, WHERE), WHERE)


def _without(written: Written, path: tuple[str | int, ...]) -> None:
    """Take out what a mistake lies in: a key that may be left out, else the step."""
    holder: Any = written
    steps: list[tuple[list[Any], int]] = []
    for part in path:
        if part == "close":
            break
        if part in _OPTIONAL:
            del holder[part]
            return
        if isinstance(part, int) and len(holder) > 1:
            steps.append((holder, part))
        holder = holder[part]
    if steps:
        del steps[-1][0][steps[-1][1]]
    else:
        written |= {"steps": [{"check": "点", "id": "only"}], "kind": "checklist"}
        written.pop("close", None)


_OPTIONAL = {"when", "due", "overdue", "on_deviation", "by_other_than", "schedule", "critical", "plausible", "by"}
