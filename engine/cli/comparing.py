"""Two sides of a comparison, as `sop diff` tells them: in which state, by what title, and as facts for tools."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from engine.changes import Naming, group_of, naming, summary, told, unified
from engine.procedure.amount import Span, written
from engine.procedure.diff import Added, Changed, Difference, Moved, Rekinded, Removed, Reordered, differences, site_differences
from engine.procedure.procedure import Procedure
from engine.procedure.site import Site
from engine.procedure.text import Language, Written


@dataclass(frozen=True, slots=True)
class Side:
    """One side: what it means, how it is written, and the name of exactly that."""

    model: Procedure | Site
    text: str
    digest: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Something compared. Without `old` it was never published, without `new` it has no file any more."""

    id: str
    old: Side | None
    new: Side | None
    site: Site | None

    @property
    def is_different(self) -> bool:
        """Whether anything differs, comments included."""
        return self.old is None or self.new is None or self.old.digest != self.new.digest

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What differs in meaning."""
        match self.old and self.old.model, self.new and self.new.model:
            case Procedure() as old, Procedure() as new:
                return differences(old, new)
            case Site() as old, Site() as new:
                return site_differences(old, new)
            case _:
                return ()

    @property
    def state(self) -> str:
        """new, missing, changed, or layout where only comments or layout differ."""
        if self.old is None or self.new is None:
            return "new" if self.old is None else "missing"
        return "changed" if self.differences else "layout"

    def names(self, language: Language) -> Naming:
        """Names for the differences."""
        sides = [side.model for side in (self.old, self.new) if side]
        newest = next((model for model in reversed(sides) if isinstance(model, Site)), self.site)
        return naming(language, newest, [model for model in sides if isinstance(model, Procedure)])

    def title(self, names: Naming) -> str:
        """What it is called."""
        side = self.new or self.old
        model = side.model if side else None
        return names.text(model.title) if isinstance(model, Procedure) else ""

    def state_words(self, names: Naming) -> str:
        """The state in words; nothing where the differences speak."""
        return {
            "new": names.say("还没有发布过", "not published yet"),
            "missing": names.say("已发布，文件夹里没有这个文件", "published, and there is no such file in the folder"),
            "layout": names.say("意思没有变，只有注释或排版不同", "the same in meaning; only comments or layout differ"),
        }.get(self.state, "")


def facts(one: Compared, *, is_text: bool) -> dict[str, Any]:
    """The comparison for tools; words in both languages."""
    zh, en = one.names("zh"), one.names("en")
    found: dict[str, Any] = {
        "id": one.id,
        "state": one.state,
        "old": one.old.digest if one.old else None,
        "new": one.new.digest if one.new else None,
        "summary": {"zh": summary(one.differences, "zh", zh), "en": summary(one.differences, "en", en)},
        "differences": [_difference(each, zh, en) for each in one.differences],
    }
    if is_text and one.old and one.new:
        found["text"] = [
            {"mark": line.mark, "old": line.old, "new": line.new, "segments": [[s.text, s.is_changed] for s in line.segments]}
            for line in unified(one.old.text, one.new.text)
        ]
    return found


def _difference(one: Difference, zh: Naming, en: Naming) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": type(one).__name__.lower(), "noun": one.what.noun, "id": one.what.id}
    found |= {"within": one.what.within.id} if one.what.within and one.what.within.id else {}
    match one:
        case Changed():
            found |= {"path": list(one.path), "old": _plain(one.old), "new": _plain(one.new)}
        case Added():
            found |= {"after": one.after.id if one.after else None, "same_as": one.same_as}
        case Removed():
            found |= {"same_as": one.same_as}
        case Moved():
            found |= {"after": one.after.id if one.after else None}
        case Rekinded():
            found |= {"old": one.old, "new": one.new}
        case Reordered():
            found |= {"key": one.key, "old": list(one.old), "new": list(one.new)}
    return found | {"group": group_of(one), "words": {"zh": told(one, zh), "en": told(one, en)}}


def _plain(value: Any) -> Any:
    """A value as JSON holds it, spelt as an author writes it; figures as text, so that nothing is rounded."""
    match value:
        case Decimal():
            return written(value)
        case Span():
            return str(value)
        case time():
            return f"{value:%H:%M}"
        case date():
            return value.isoformat()
        case tuple():
            return [_plain(one) for one in value]
        case Written():
            return value.model_dump(mode="json", by_alias=True, exclude_unset=True)
        case _:
            return value
