"""A run walked by nothing but what its pages offer: forms are read from the HTML, filled in, and sent as a browser would without script.

The walker asks neither engine nor procedure what to do next, nor who is to do it. Where a page does not say, it is stuck, and tells
the procedure, the step, the person and what the page offered.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from .cast import House
from .page_filling import Memory, Typist
from .page_forms import Element, Form, Tab, forms_in

TURNS = 500  # of one walk; a run that needs more goes round in circles
IDLE_TURNS = 12  # one after the other in which nothing was recorded
SETTLED = frozenset(("done", "skipped", "later", "off"))
PARTIAL = ("begin", "round", "hand", "item")  # acts after which a step wants more
STAGES = {"act": "act_on", "remeasure": "remeasure", "accept": "accept"}


class Walk(Typist):
    """One walk of one procedure. `pins` are what the staff knows by heart."""

    def __init__(self, house: House, procedure: str, pins: Mapping[str, str], memory: Memory, random: Random) -> None:
        super().__init__(Tab(house.app.test_client()), memory, random, procedure)
        self.house, self.pins, self.run = house, pins, ""
        self.done: set[str] = set()  # steps that were answered here
        self.passed: set[str] = set()  # steps at which nothing is left to do
        self.amended: list[str] = []

    def begin(self, person: str, place: str) -> None:
        """Say where the tablet is, sign on, start from the board."""
        self.tab.get("/place")
        form = self.form("/place")
        self.send(form, form.button("place", place))
        self._sign_on(person)
        address = f"/start/{self.procedure}"
        if (link := self.tab.page.link(address)) is not None:
            self.tab.get(link)
        self.press(form := self.form(address), form.buttons[0])
        self.run = self.tab.url.removeprefix("/runs/")

    def drive(self) -> None:
        """Do what the page asks, until the run is complete."""
        quiet = 0
        for _ in range(TURNS):
            if self.tab.url.endswith("/record"):
                return
            before = len(self.acts)
            self._turn()
            quiet = quiet + 1 if len(self.acts) == before else 0
            if quiet > IDLE_TURNS:
                self.stuck("nothing more can be recorded")
        self.stuck("it never ends")

    def _turn(self) -> None:
        steps = list(self.tab.page.all("li", "step"))
        self.memory.steps.update(_name(one) for one in steps)
        asked = (one for one in steps if one.classes.isdisjoint(SETTLED) and "hidden" not in one.attrs)
        step = next((one for one in asked if _name(one) not in self.passed), None)
        self.filler.at = _name(step) if step else ""
        if step is None:
            self._close()
        else:
            self._work(step if "open" in step.classes else self._opened(step))

    def _opened(self, step: Element) -> Element:
        self.tab.get(step.one("a", "line").attrs["href"])
        found = self._here()
        if "open" not in found.classes:
            self.stuck("the step does not open")
        return found

    def _here(self) -> Element:
        return next(one for one in self.tab.page.all("li", "step") if _name(one) == self.at)

    # -- one step

    def _work(self, step: Element) -> None:
        if self._put_right(step) or self._wait(step) or self._start_linked(step):
            return
        for form in self._own_forms(step):
            if (button := self._button(form)) is not None:
                self._act(form, button)
                return
        if self.at in self.done:
            self.passed.add(self.at)
        elif not self._ask_another(step):
            self.stuck("nothing is offered, and nobody else is named")

    def _own_forms(self, step: Element) -> list[Form]:
        """The forms of the step itself, without those about its time."""
        found = [one for one in forms_in(step) if one.action.endswith(f"/steps/{self.at}")]
        return [one for one in found if "panel" not in one.element.classes]

    def _button(self, form: Form) -> Element | None:
        """The button that does the step: of choices the one taken least so far, of a list's items the next."""
        shown = [one for one in form.buttons if one.within("details") is None and not {"tick", "deviation"} <= one.classes]
        if not shown or (self.at in self.done and shown[0].name != "item"):
            return None
        if all(one.name == "typed" for one in shown):
            return form.button("typed", self.filler.choose("", {one.value: one.text for one in shown}))
        enough = f"{self.at} round"
        return form.button("act", "end") if shown[0].value == "round" and self.acts.count(enough) > 1 else shown[0]

    def _act(self, form: Form, button: Element) -> None:
        what = button.value if button.name == "act" else button.name or "answer"
        if what == "item" or (button.value == "done" and not self.memory.refusals):
            form, button = self._say_badly_why_not(button)
        self.press(form, button)
        self.acts.append(f"{self.at} {what}")
        items = self._here().all("button", "tick") if what == "item" else iter(())
        if what not in PARTIAL or (what == "item" and all("deviation" in one.classes for one in items)):
            self._has_done()

    def _say_badly_why_not(self, button: Element) -> tuple[Form, Element]:
        """Say that something cannot be done, without a reason; back to the form that does it."""
        key = (self.at, "mark")
        link = next((a.attrs["href"] for a in self._here().all("a") if a.attrs["href"].endswith("panel=mark")), "")
        if link and key not in self.memory.erred:
            self.memory.erred.add(key)
            self.tab.get(link)
            panel = Form(self._here().one("form", "panel"))
            value = "item_not_done" if button.name == "item" else "not_done"
            picked = {one: [list(one.all("option"))[-1].value] for one in panel.controls if one.tag == "select"}
            self.refused(panel, panel.button("act", value), picked)
            self.tab.get(f"/runs/{self.run}?at={self.at}")
        form = next(one for one in self._own_forms(self._here()) if one.like(button))
        return form, form.like(button) or button

    def _has_done(self) -> None:
        self.done.add(self.at)
        self.memory.done.add(self.at)

    def _put_right(self, step: Element) -> bool:
        """Act on a deviation, measure again, have it accepted: whether anything was done."""
        for trouble in step.all("div", "trouble"):
            value = next((value for stage, value in STAGES.items() if stage in trouble.classes), "")
            form, button = next(((f, b) for f in forms_in(trouble) if (b := f.button("act", value))), (None, None))
            if value and form and button:
                self.press(form, button, is_right=True)
                self.acts.append(f"{self.at} {value}")
                return True
            if value and self._ask_another(trouble):
                return True
        return False

    def _wait(self, step: Element) -> bool:
        """Let as much time pass as the page says: for the pump, the next round, the next reading."""
        times = (one for box in step.all("p") if box.classes & {"timer", "say"} for one in box.all("time"))
        until = next((one.attrs["data-until"] for one in times if "data-until" in one.attrs), "")
        if not until or (left := datetime.fromisoformat(until) - self.tab.now) <= timedelta():
            return False
        self.house.clock.put_forward(left + timedelta(seconds=1))
        self.house.product.engine.pass_time(self.run)
        self.tab.get(f"/runs/{self.run}?at={self.at}")
        return True

    def _start_linked(self, step: Element) -> bool:
        links = (one.attrs["href"] for one in step.all("a", "go"))
        link = next((one for one in links if one.startswith("/start/")), "")
        form = next((one for one in forms_in(step) if one.action.startswith("/start/")), None)  # nothing is asked first: one tap
        if self.at in self.done or not (link or form):
            return False
        if link:
            self.tab.get(link)
            form = self.form(link.split("?")[0])
        assert form is not None
        self.press(form, form.buttons[0])
        self.acts.append(f"{self.at} start")
        self._has_done()
        self._come_back(f"/runs/{self.run}")
        return True

    # -- closing

    def _close(self) -> None:
        bar = self.tab.page.one("footer", "bar")
        for form in forms_in(bar):
            self.press(form, form.buttons[0])
            self.acts.append(form.action.rsplit("/", 1)[1])
            return
        if not self._ask_another(bar):
            self._change_the_mind()

    def _change_the_mind(self) -> None:
        """A case that may not be closed as it was decided: whoever decided something last decides it otherwise."""
        settled = [one for one in self.tab.page.all("li", "step") if "done" in one.classes][::-1]
        for step in sorted(settled, key=lambda one: self.amended.count(_name(one))):
            self.filler.at = _name(step)
            note = step.one("small").text
            self._opened(step)
            form = self._deciding()
            if form is None and self._ask_another(step, note):
                self._opened(self._here())
                form = self._deciding()
            if form is not None:
                self.amended.append(self.at)
                self.send(form, form.button("act", "amend"))
                self.acts.append(f"{self.at} amend")
                self.passed.clear()
                return
        self.stuck("it may not be closed, and nothing can be decided otherwise")

    def _deciding(self) -> Form | None:
        choices = (one for one in self._own_forms(self._here()) if any(c.kind == "radio" for c in one.controls))
        return next((one for one in choices if one.button("act", "amend")), None)

    # -- other people

    def _ask_another(self, where: Element, named: str = "") -> bool:
        """Sign on whoever the page says it is for, by role or by name. False where it says nobody else."""
        told = named or " ".join(one.text for one in where.walked() if one.classes & {"say", "help", "way"})
        if not told:
            return False
        back, here = self.tab.url, self.person
        self.send(form := self.form("/sign-off"), form.buttons[0])
        tiles = {one.one("input").value: one for one in self.tab.page.all("label", "tile")}
        roles = {one: tile.one("small").text.split("、") for one, tile in tiles.items()}
        wanted = [role for role in {role for some in roles.values() for role in some} if role in told]
        wanted = [role for role in wanted if not any(role != other and role in other for other in wanted)]
        if named:
            able = [one for one, tile in tiles.items() if tile.one("span", "name").text in named]
        else:
            able = [one for one, some in roles.items() if not set(wanted).isdisjoint(some)]
        able = [one for one in able if one != here]
        self._sign_on(able[0] if able else here)
        self._come_back(back)
        return bool(able)

    def _sign_on(self, person: str) -> None:
        if not self.tab.url.startswith("/sign-on"):
            self.tab.get("/sign-on")
        self.person, self.filler.pin = person, self.pins[person]
        form = self.form("/sign-on")
        fills = {one: [person] if one.value == person else [] for one in form.controls if one.name == "person"}
        self.tab.submit(form, form.buttons[0], fills | {one: [self.pins[person]] for one in form.controls if one.name == "pin"})
        if self.tab.status != 200 or self.tab.url.startswith("/sign-on"):
            self.stuck("cannot sign on")

    def _come_back(self, address: str = "") -> None:
        """To the run, by the board as a person would; there to an address of its own."""
        if self.tab.url != "/":
            self.tab.get("/")
        link = self.tab.page.link(f"/runs/{self.run}") or self.tab.page.link(f"/cases/{self.run}")
        if link is None:
            self.stuck("the board does not lead to the run")
        self.tab.get(address or link)


def _name(step: Element) -> str:
    return step.id.removeprefix("s-")
