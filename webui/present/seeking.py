"""The form of a search: what it offers. What a search names that is there no more is offered too, and said to be gone."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace

from engine.procedure.field import Choose, Count, Moment, Note, Person
from engine.procedure.procedure import Procedure
from engine.procedure.text import Language
from engine.review.search import REVIEWS, STATES, WRONG
from engine.wording import Names
from webui.present.asking import Asked
from webui.present.faces import Option
from webui.present.runlist import Ground
from webui.words import words

ORDERS = ("new", "old", "risk")


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers."""

    places: tuple[Option, ...]
    procedures: tuple[Option, ...]
    people: tuple[Option, ...]
    subjects: tuple[tuple[str, tuple[Option, ...]], ...]  # what was answered, in groups
    states: tuple[Option, ...]
    reviews: tuple[Option, ...]
    wrongs: tuple[Option, ...]
    orders: tuple[Option, ...]
    gone: str  # what the search names that is in use no more, as a sentence


@dataclass(frozen=True, slots=True)
class _Known:
    """Titles by id: of what is in use, and of what no longer is; and which of them a search names."""

    used: Mapping[str, str]
    former: Mapping[str, str]
    wanted: str

    @property
    def gone(self) -> Mapping[str, str]:
        """What is in use no more, with whatever the search names that nobody knows: sent again, the form must not drop it."""
        is_strange = self.wanted and self.wanted not in self.used and self.wanted not in self.former
        return {**self.former, self.wanted: self.wanted} if is_strange else self.former

    def options(self, w: SimpleNamespace) -> tuple[Option, ...]:
        """All of it, to choose from."""
        used = (Option(id_, title) for id_, title in self.used.items())
        return (*used, *(Option(id_, str(w.find_gone).format(title=title)) for id_, title in self.gone.items()))


def choices(ground: Ground, asked: Asked, former: Mapping[str, str]) -> Choices:
    """What the form offers; options of questions only once a procedure is chosen.

    `former`: procedures that are in use no more, with their titles; their runs are found as before.
    """
    names, w = ground.names, words(ground.names.language)
    known = (_places(names, asked), _procedures(ground, asked, former), _people(names, asked))
    gone = [one.gone[one.wanted] for one in known if one.wanted in one.gone]
    places, procedures, people = (one.options(w) for one in known)
    return Choices(
        places=places,
        procedures=procedures,
        people=people,
        gone=str(w.find_gone_told).format(names=names.listed(gone)) if gone else "",
        subjects=tuple(_subjects(ground, asked)),
        states=tuple(Option(one, str(getattr(w, f"state_{one}"))) for one in STATES),
        reviews=tuple(Option(one, str(getattr(w, f"review_is_{one}"))) for one in REVIEWS),
        wrongs=tuple(Option(one, wrong_word(one, names.language)) for one in WRONG),
        orders=tuple(Option(one, str(getattr(w, f"find_order_{one}"))) for one in ORDERS),
    )


def _places(names: Names, asked: Asked) -> _Known:
    places = names.site.places if names.site else {}
    return _Known({name: one.title.into(names.language) for name, one in places.items()}, {}, asked.place)


def _procedures(ground: Ground, asked: Asked, former: Mapping[str, str]) -> _Known:
    titles = {name: plan.procedure.title.into(ground.names.language) for name, plan in ground.plans.items() if name not in former}
    return _Known(dict(sorted(titles.items(), key=lambda pair: pair[1])), former, asked.procedure)


def _people(names: Names, asked: Asked) -> _Known:
    people = sorted((names.people or {}).values(), key=lambda one: one.name)
    here, left = ({one.id: one.name for one in people if one.is_active is is_here} for is_here in (True, False))
    return _Known(here, left, asked.person)


def wrong_word(wrong: str, language: str) -> str:
    """What went wrong, in words."""
    w = words("en" if language == "en" else "zh")
    return str(getattr(w, f"find_wrong_{wrong}" if wrong in ("any", "open", "noted") else f"cause_{wrong}"))


def _subjects(ground: Ground, asked: Asked) -> Iterator[tuple[str, tuple[Option, ...]]]:
    groups = list(_answered(ground, asked))
    offered = {one.id for _, options in groups for one in options}
    yield from groups
    if lost := [one.subject for one in asked.conditions if one.subject not in offered]:
        yield str(words(ground.names.language).find_gone_group), tuple(Option(one, one.partition(":")[2]) for one in lost)


def _answered(ground: Ground, asked: Asked) -> Iterator[tuple[str, tuple[Option, ...]]]:
    w, language = words(ground.names.language), ground.names.language
    plans = {name: plan for name, plan in ground.plans.items() if asked.procedure in ("", name)}
    figures = figures_of([plan.procedure for plan in plans.values()], language)
    if figures:
        yield str(w.find_figures), tuple(Option(*pair) for pair in sorted(figures.items(), key=lambda pair: pair[1]))
    if not asked.procedure:
        return
    for step in (step for plan in plans.values() for step in plan.fields.values() if isinstance(step, Choose)):
        options = (Option(f"o:{step.id}:{id_}", title.into(language)) for id_, title in step.options.items())
        yield step.title.into(language), tuple(options)
    others = [step for plan in plans.values() for step in plan.fields.values()]
    yield from _named(ground, [step for step in others if isinstance(step, Person)])
    for group, kind, kinds in ((w.find_counts, "r", Count), (w.find_texts, "t", (Note, Moment)), (w.find_names, "n", Person)):
        found = tuple(Option(f"{kind}:{step.id}", step.title.into(language)) for step in others if isinstance(step, kinds))
        if found:
            yield str(group), found


def _named(ground: Ground, steps: Iterable[Person]) -> Iterator[tuple[str, tuple[Option, ...]]]:
    """The people who may stand in an answer, whoever left the staff last."""
    w, people = words(ground.names.language), sorted((ground.names.people or {}).values(), key=lambda one: one.name)
    titles = {one.id: one.name if one.is_active else str(w.find_gone).format(title=one.name) for one in people}
    order = sorted(people, key=lambda one: not one.is_active)
    for step in steps:
        yield step.title.into(ground.names.language), tuple(Option(f"p:{step.id}:{one.id}", titles[one.id]) for one in order)


def figures_of(procedures: Iterable[Procedure], language: Language) -> dict[str, str]:
    """Parameters by the value of their option; two that read alike say whose they are."""
    written: dict[str, str] = {}
    whose: defaultdict[str, list[str]] = defaultdict(list)
    for procedure in procedures:
        for name, one in procedure.parameters.items():
            written[f"r:{name}"] = f"{one.title.into(language)}{f' ({one.unit.into(language)})' if one.unit else ''}"
            whose[f"r:{name}"].append(procedure.title.into(language))
    often, comma = Counter(written.values()), ", " if language == "en" else "、"
    return {id_: f"{text} · {comma.join(whose[id_])}" if often[text] > 1 else text for id_, text in written.items()}
