"""Filling in a form as somebody would who reads its labels: legal answers, varied from walk to walk, and wrong ones on purpose."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import NoReturn

from .page_forms import Element, Fills, Form, Tab, forms_in

WORDS = ("测试", "13800138000", "1-101", "123X", "a@example.org")
FORMATS = {"date": "%Y-%m-%d", "time": "%H:%M", "datetime-local": "%Y-%m-%dT%H:%M"}
UNFILLED = ("end",)  # acts that want nothing of what stands beside their button
DEAD_END = "不能销项"  # what the page writes beside an option with which a case cannot be closed


class Stuck(AssertionError):
    """What a page does not let somebody do."""


@dataclass
class Memory:
    """What the walks of one procedure share: what was chosen, refused, entered wrongly, done; and the options aimed at."""

    chosen: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    tries: Counter[tuple[str, str]] = field(default_factory=Counter)
    aims: Mapping[str, set[str]] = field(default_factory=dict)
    erred: set[tuple[str, str]] = field(default_factory=set)
    refusals: int = 0
    steps: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)


class Filler:
    """What one walk types and chooses. `at` is the step it is at."""

    def __init__(self, memory: Memory, random: Random) -> None:
        self.memory, self.random = memory, random
        self.at, self.pin = "", ""

    def choose(self, name: str, options: Mapping[str, str]) -> str:
        """The option aimed at, or one of those taken least so far; none with which the page says it leads nowhere."""
        wanted = self.memory.aims.get(name or self.at, set()) & options.keys()
        pool = sorted(wanted) or [one for one, title in options.items() if DEAD_END not in title] or list(options)
        taken = {one: self.memory.chosen[self.at, name, one] for one in pool}
        found = self.random.choice([one for one in pool if taken[one] == min(taken.values())])
        self.memory.chosen[self.at, name, found] += 1
        return found

    def fill(self, form: Form, button: Element, tab: Tab, *, is_right: bool = False) -> Fills:
        """Something legal in everything that is filled in before this button is pressed; `is_right`: and within the limits."""
        fills: Fills = {}
        groups: dict[str, list[Element]] = {}
        for one in form.scope(button):
            if one.kind in ("radio", "checkbox"):
                groups.setdefault(one.name, []).append(one)
            else:
                fills[one] = [self._value(one, tab, is_right=is_right)]
        for name, several in groups.items():
            titles = {one.value: label.text if (label := one.within("label")) else "" for one in several}
            taken = titles.keys() if self._takes_all(several) else (self.choose(_field(name), titles),)
            fills |= {one: [one.value] if one.value in taken else [] for one in several}
        return fills

    def _takes_all(self, several: list[Element]) -> bool:
        """Of what may be ticked together, everything the first time and one thing afterwards."""
        self.memory.chosen[self.at, several[0].name, ""] += 1
        return several[0].kind == "checkbox" and self.memory.chosen[self.at, several[0].name, ""] == 1

    def _value(self, control: Element, tab: Tab, *, is_right: bool) -> str:
        tries = self.memory.tries[self.at, control.name]
        if control.kind == "password":
            return self.pin
        if control.kind == "select":
            options = {one.value: one.text for one in control.all("option") if one.value}
            return self.choose(_field(control.name), options) if options else ""
        if "num" in control.classes:
            several = numbers(control)
            return several[tries % len(several)] if is_right or tries else self.choose(control.name, dict.fromkeys(several, ""))
        if control.kind in FORMATS:
            is_ahead = control.within("div", "ahead") is not None
            days = (1, 2, 30) if is_ahead else (0, -1, 1)
            return f"{tab.local + timedelta(days=days[tries % 3]):{FORMATS[control.kind]}}"
        return WORDS[{"tel": 1, "email": 4}.get(control.attrs.get("inputmode", ""), tries % len(WORDS))]


def _field(name: str) -> str:
    return "" if name == "typed" else name.removeprefix("f.")


def spoil(form: Form, button: Element, fills: Fills) -> Element | None:
    """Make one thing wrong: a number that cannot be, or else something left empty that is not optional. None where nothing is."""
    victim = next(_victims(form.scope(button)), None)
    if victim is not None:
        fills |= {one: [] for one in fills if one.name == victim.name}
        fills[victim] = [wrong_number(victim)] if "num" in victim.classes else [] if victim.kind == "radio" else [""]
    return victim


def _victims(scope: list[Element]) -> Iterator[Element]:
    yield from (one for one in scope if "num" in one.classes)
    chosen = {one.name for one in scope if "checked" in one.attrs}  # a radio button cannot be taken back
    yield from (
        one for one in scope if one.kind not in ("checkbox", "select") and not _is_optional(one) and one.name not in chosen
    )
    yield from (one for one in scope if one.kind == "select" and any(not option.value for option in one.all("option")))


def _is_optional(control: Element) -> bool:
    box = control.within("div", "field")
    label = next(box.all("span", "label"), None) if box else None
    return label is not None and any(label.all("small"))


def numbers(control: Element) -> list[str]:
    """Numbers that fit: within the limits first, then out of them as far as the wider bounds allow."""
    low, high, least, most = (_figure(control, name) for name in ("low", "high", "plow", "phigh"))
    ends = [one for one in (low, high) if one is not None]
    some = [Decimal(1), Decimal(60), Decimal(0), least or Decimal(0)]
    if ends:
        middle = sum(ends) / len(ends)
        inside = middle.to_integral_value() if "data-whole" in control.attrs else round(middle, 1)
        some = [inside if (low or inside) <= inside <= (high or inside) else ends[0], *(one - 1 for one in ends), ends[-1] + 1]
    fit = [one for one in some if (least is None or one >= least) and (most is None or one <= most)]
    return [format(one, "f") for one in dict.fromkeys(fit)]


def wrong_number(control: Element) -> str:
    """What nobody can have read or counted."""
    most = _figure(control, "phigh")
    return "很多" if most is None else format(most + 1, "f")


def _figure(control: Element, name: str) -> Decimal | None:
    found = control.attrs.get(f"data-{name}", "")
    return Decimal(found) if found else None


class Typist:
    """Somebody at a tablet: fills in and sends, rightly and wrongly. Whatever a page does not let them do leaves them stuck."""

    def __init__(self, tab: Tab, memory: Memory, random: Random, procedure: str) -> None:
        self.tab, self.memory, self.procedure = tab, memory, procedure
        self.filler = Filler(memory, random)
        self.person = ""
        self.acts: list[str] = []

    @property
    def at(self) -> str:
        """The step they are at; "" where at none."""
        return self.filler.at

    def press(self, form: Form, button: Element, *, is_right: bool = False) -> None:
        """Press a button; the first time at this step with something wrong, to see it refused with everything typed still there."""
        key = (self.at, button.name + button.value)
        if key not in self.memory.erred:
            self.memory.erred.add(key)
            fills = self.filler.fill(form, button, self.tab)
            if button.value not in UNFILLED and spoil(form, button, fills) is not None:
                form, button = self.refused(form, button, fills)
        self.send(form, button, is_right=is_right)

    def refused(self, form: Form, button: Element | None, fills: Fills) -> tuple[Form, Element]:
        """Send what is wrong: it must be refused in words, and stand there as it was typed. The form as it is then."""
        assert button is not None
        self.tab.submit(form, button, fills)
        told = [one.text for one in self.tab.page.all("p") if one.attrs.get("role") == "alert"]
        told += [one.text for one in self.tab.page.all("span", "no")]
        if self.tab.status != 422 or not any(told):
            self.stuck(f"wrong, but answered {self.tab.status} {told}: {[(one.name, some) for one, some in fills.items()]}")
        self.memory.refusals += 1
        return self._same(form, button, fills)

    def _same(self, form: Form, button: Element, fills: Fills) -> tuple[Form, Element]:
        """The form as it came back, with everything that was typed."""
        pairs = ((one, one.like(button)) for one in forms_in(self.tab.page) if one.action == form.action)
        found, pressed = next(((one, like) for one, like in pairs if like), (None, None))
        if found is None or pressed is None:
            self.stuck("the form does not come back with its refusal")
        lost = [one.name for one, some in fills.items() if one.kind not in ("password", "file") and not found.keeps(one, some)]
        if lost:
            self.stuck(f"what was typed is lost: {lost}")
        return found, pressed

    def send(self, form: Form, button: Element | None, *, is_right: bool = False) -> None:
        """Fill in and send. What is refused is filled in otherwise, where the page says so or else everywhere."""
        assert button is not None
        for _ in WORDS:
            fills = self.filler.fill(form, button, self.tab, is_right=is_right)
            self.tab.submit(form, button, fills)
            if self.tab.status != 422:
                break
            wrong = {one.name for box in self.tab.page.all("div", "wrong") for one in box.walked() if one.name}
            for name in wrong or {one.name for one in fills}:
                self.memory.tries[self.at, name] += 1
            form, button = self._same(form, button, fills)
        if self.tab.status != 200:
            self.stuck(f"not accepted: {self.tab.status}")

    def form(self, action: str) -> Form:
        """The form that goes to this address."""
        found = next((one for one in forms_in(self.tab.page) if one.action == action), None)
        if found is None:
            self.stuck(f"there is no form {action}")
        return found

    def stuck(self, why: str) -> NoReturn:
        """Give up, and tell where and with what in sight."""
        page = self.tab.page
        main = next(page.all("li", "open"), None) or next(page.all("main"), page)
        bar = next(page.all("footer", "bar"), page)
        offered = [f"{one.text} ({one.name}={one.value})" for one in main.all("button")]
        raise Stuck(
            f"{self.procedure}, step {self.at or '-'}, {self.person}: {why}\nat {self.tab.url} ({self.tab.status})\n"
            f"it says: {main.text[:700]}\nit offers: {offered[:20]}\nthe bar: {bar.text[-300:]}\ndone before: {self.acts[-12:]}"
        )
