"""Who looks at a run, when, in which language: what every view of one answer shares, so that it is worked out once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace

from engine.directory import Person
from engine.procedure.text import Text
from engine.run.commands import Actor
from engine.run.lists import items_of
from engine.run.refusal import Refusal
from engine.run.standing import Run
from engine.wording import Names, phrase, told
from webui.present.faces import Face, Option, faces_of
from webui.words import words


@dataclass(frozen=True, slots=True)
class Mistake:
    """What was refused: the sentence, what stays in the fields, which fields are at fault, and whether somebody was faster."""

    sentence: str = ""
    typed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    is_stale: bool = False
    deviation: str = ""
    act: str = ""
    wants_reason: bool = False

    @property
    def is_beside(self) -> bool:
        """Whether the sentence stands beside the reason that is asked for, and not above everything."""
        return self.wants_reason and self.act in _REASONED

    def first(self, name: str) -> str:
        """What was typed in a field."""
        found = self.typed.get(name, ())
        return found[0] if found else ""


NO_MISTAKE = Mistake()
_REASONED = frozenset(
    ("amend", "dismiss", "extend", "ask", "refuse", "end", "not_done", "not_applicable", "item_not_done", "withdraw_row")
)


@dataclass(frozen=True, slots=True)
class Way:
    """What something elsewhere is called, and its address; empty for those who may not see it."""

    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A procedure that may be started from here. `asks`: something is asked first, or somebody else has to start it."""

    title: str
    asks: bool


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What lies outside the run that is looked at: other runs by id, procedures by name; None where nothing is known of them.

    `device` is what a tablet is called; "" where it has no name.
    """

    run: Callable[[str], Way | None] = lambda _: None
    offer: Callable[[str], Offer | None] = lambda _: None
    device: Callable[[str], str] = lambda _: ""


NOTHING_ELSE = Elsewhere()


@dataclass(frozen=True, slots=True)
class Look:
    """One person looking at one run at one moment. `fresh` makes the command id of each form shown."""

    run: Run
    actor: Actor
    now: datetime
    names: Names
    csrf: str
    fresh: Callable[[], str]
    faces: Mapping[str, Face]
    w: SimpleNamespace
    elsewhere: Elsewhere = NOTHING_ELSE

    @classmethod
    def at(
        cls,
        run: Run,
        actor: Actor,
        now: datetime,
        people: Mapping[str, Person],
        csrf: str,
        fresh: Callable[[], str],
        language: str,
        elsewhere: Elsewhere = NOTHING_ELSE,
    ) -> "Look":
        """A look at `run` in `language`."""
        names = Names("en" if language == "en" else "zh", run.plan.site, run.plan, people)
        return cls(run, actor, now, names, csrf, fresh, faces_of(run.plan, names), words(names.language), elsewhere)

    def text(self, text: Text | None) -> str:
        """A written text in this look's language; empty where there is none."""
        return text.into(self.names.language) if text else ""

    def by(self, person: str) -> str:
        """Who did something, by name: nobody is the clock, which lets deadlines and rounds pass."""
        return self.names.person(person) if person else str(self.w.the_clock)

    def other(self, run: str) -> Way:
        """Another run by its title and number or time; one that is not known by the beginning of its id."""
        return self.elsewhere.run(run) or Way(f"{self.w.linked_run} {run[:8]}", f"/runs/{run}")

    def items(self, step: str) -> tuple[Option, ...]:
        """What is ticked item by item at a step: as its face says, or as earlier steps of the run listed it."""
        face = self.faces[step]
        if not face.is_listed:
            return face.options if face.kind == "check" else ()
        found = items_of(self.run.plan.by_id[step], self.run.state, self.run.plan.fields, self.names.person)
        return tuple(Option(name, title.into(self.names.language)) for name, title in found.items())

    def ready_word(self, kind: str) -> str:
        """What is said of a wait whose time is over, or of rounds of which one is due."""
        return str(self.w.round_now if kind == "rounds" else self.w.time_is_up)


def mistake_of(
    refusal: Refusal, names: Names, typed: Mapping[str, tuple[str, ...]], act: str = "", deviation: str = ""
) -> Mistake:
    """A refusal as the person sees it, with what was typed kept."""
    given = refusal.facts.get("faults")
    faults = {name: phrase(one.code, one.facts, names) for name, one in given.items()} if isinstance(given, Mapping) else {}
    code, is_deed = refusal.code, (act, refusal.code) == ("act_on", "reason_needed")
    sentence = str(words(names.language).say_what_you_did) if is_deed else told(refusal, names.language, names)
    return Mistake(
        sentence,
        typed,
        faults,
        code == "stale",
        deviation,
        act,
        wants_reason=code in ("reason_needed", "too_early", "item_needed"),
    )
