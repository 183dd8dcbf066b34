"""What people call things, in one language: steps, options, figures and cards of both revisions, roles and places of the site."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.procedure.procedure import Procedure, walk
from engine.procedure.site import Site
from engine.procedure.step import with_fields
from engine.procedure.text import Language, Text

_FACTS: Mapping[str, tuple[str, str]] = {
    "season": ("季节", "season"), "weekday": ("星期", "weekday"), "place": ("地点", "place"), "shift": ("班次", "shift"),
    "start": ("开始", "start"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Naming:
    """Titles by id. What nothing has a title for reads as its id."""

    language: Language
    site: Site | None = None
    titles: Mapping[str, Text] = field(default_factory=dict)  # steps, fields and inputs
    options: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)  # of each choose
    parameters: Mapping[str, Text] = field(default_factory=dict)
    cards: Mapping[str, Text] = field(default_factory=dict)
    procedures: Mapping[str, Text] = field(default_factory=dict)

    def say(self, zh: str, en: str) -> str:
        """Whichever of the two is in this language."""
        return en if self.language == "en" else zh

    def pair(self, pair: tuple[str, str]) -> str:
        """Whichever of a pair of Chinese and English is in this language."""
        return self.say(*pair)

    def text(self, text: Text) -> str:
        """A text in this language."""
        return text.into(self.language)

    def quoted(self, text: str) -> str:
        """A title as it stands in a sentence."""
        return self.say(f"「{text}」", f"“{text}”")

    def listed(self, texts: Iterable[str]) -> str:
        """Several as one."""
        return self.say("、", ", ").join(texts)

    def step(self, id_: str) -> str:
        """A step, field, input or fact, as it stands in a sentence."""
        if id_ in self.titles:
            return self.quoted(self.text(self.titles[id_]))
        return self.pair(_FACTS[id_]) if id_ in _FACTS else id_

    def of_site(self, table: str, id_: str) -> str:
        """An entry of the site: of its places, roles, departments, shifts, seasons, books."""
        found = getattr(self.site, table, {}).get(id_)
        return self.text(found.title) if found else id_

    def role(self, id_: str) -> str:
        """A role, or a department that receives."""
        is_department = self.site is not None and id_ not in self.site.roles and id_ in self.site.departments
        return self.of_site("departments" if is_department else "roles", id_)

    def titled(self, table: Mapping[str, Text], id_: str) -> str:
        """A title, or the id where there is none."""
        return self.text(table[id_]) if id_ in table else id_


def naming(
    language: Language,
    site: Site | None = None,
    procedures: Iterable[Procedure] = (),
    titles: Mapping[str, Text] | None = None,
) -> Naming:
    """Names for differences between `procedures`, the older first: where both have a title, the newer one's is used.

    `titles` are those of other procedures, by id.
    """
    steps: dict[str, Text] = {}
    options: dict[str, dict[str, Text]] = {}
    parameters: dict[str, Text] = {}
    cards = {id_: card.title for id_, card in (site.cards if site else {}).items()}
    for procedure in procedures:
        for step in with_fields((*procedure.inputs, *(step for _, step, _ in walk(procedure)))):
            steps[step.id] = step.title
            options.setdefault(step.id, {}).update(getattr(step, "options", {}))
        parameters |= {id_: parameter.title for id_, parameter in procedure.parameters.items()}
        cards |= {id_: card.title for id_, card in procedure.cards.items()}
    return Naming(language, site, steps, options, parameters, cards, titles or {})
