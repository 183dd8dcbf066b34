"""A draft's figures, times and texts as a form: grouped by what a supervisor looks for, each with what is in force beside it."""

from collections.abc import Iterable, Iterator, Mapping

from engine.editing import Spot
from engine.procedure.field import Step
from engine.procedure.parameter import Parameter
from engine.procedure.procedure import Procedure, walk
from engine.procedure.step import Section, with_fields
from engine.wording import Names
from webui.present.figure_cards import Card, Field, Group, Row, Shown
from webui.present.figure_labels import KINDS, UNITS, label_of, place_among
from webui.present.figure_roles import Roles
from webui.present.figure_steps import settled_in_words
from webui.present.schedule_lines import line_in_words
from webui.present.values import range_text
from webui.words import words

_OFFERED_EMPTY = ("detail", "note", "action", "finish_by", "missed_after", "warn", "low", "high")  # where nothing stands yet
_LEFT_OUT = ("rrule", "shift", "season", "by", "notify", "decimals", "lines")
_WIDE = 44  # columns that fit on a line of a text


class Form:
    """Makes the groups of one draft's form."""

    def __init__(
        self,
        procedure: Procedure,
        now: Mapping[str, Spot],
        in_force: Mapping[str, Spot] | None,
        shown: Shown,
        exceptions: Mapping[str, tuple[str, ...]],
        names: Names,
        users: Mapping[str, tuple[Step, ...]],
        roles: Roles,
    ) -> None:
        self._procedure, self._names, self._w, self._exceptions = procedure, names, words(names.language), exceptions
        self._now, self._in_force, self._shown, self._users, self._roles = now, in_force, shown, users, roles
        self._by_place: dict[str, list[Spot]] = {}
        for spot in now.values():
            if _is_offered(spot, now):
                self._by_place.setdefault(place_among(spot), []).append(spot)

    def groups(self) -> tuple[Group, ...]:
        """Everything, what is looked for most first; empty groups are left out, but for the times, where one may be added."""
        w = self._w
        found = (
            Group("limits", str(w.group_limits), tuple(self._parameters())),
            Group("times", str(w.group_times), tuple(self._times())),
            Group("steps", str(w.group_steps), tuple(self._steps())),
            Group("rules", str(w.group_rules), tuple(self._all_of("rules", str(w.rule)))),
            Group("about", str(w.group_about), tuple(self._about())),
        )
        return tuple(group for group in found if group.cards or group.id == "times")

    # -- cards

    def _parameters(self) -> Iterator[Card]:
        for id_, one in self._procedure.parameters.items():
            title = one.title.into(self._names.language)
            rows = tuple(self._bounds(f"parameters.{id_}", title, one))
            main = tuple(row for label, row in rows if label == "limits" or (label == "critical" and one.critical))
            more = tuple(row for label, row in rows if row not in main)
            of_it = [s for s in self._by_place.get(f"parameters.{id_}", ()) if s.kind in ("text", "line")]
            texts = self._rows([spot for spot in of_it if not spot.key.endswith((".unit", ".unit.zh"))], title)
            notes = (*self._statutory(one), *((one.note.into(self._names.language),) if one.note else ()), *self._used_by(id_))
            warnings = (*self._exceptions.get(id_, ()), *((str(self._w.looser),) if _is_looser(one) else ()))
            unused, unit = "" if self._users[id_] else id_, one.unit.into(self._names.language)
            yield Card(f"p-{id_}", title, unit, main, (*more, *texts), notes, warnings, unused=unused)

    def _used_by(self, figure: str) -> Iterator[str]:
        if found := self._users[figure]:
            titles = dict.fromkeys(step.title.into(self._names.language) for step in found)
            if len(titles) > 1 or self._procedure.parameters[figure].title.into(self._names.language) not in titles:
                yield str(self._w.measured_in).format(steps=self._names.listed(titles))

    def _bounds(self, key: str, title: str, one: Parameter) -> Iterator[tuple[str, Row]]:
        is_about = one.limits is not None and one.limits.target is not None
        for part, word in (("limits", "limits"), ("critical", "critical_lines"), ("plausible", "plausible_range")):
            ends = ("target", "tolerance") if part == "limits" and is_about else ("low", "high")
            label = str(getattr(self._w, word))
            fields = [self._field(self._now[f"{key}.{part}.{end}"], f"{title} {label}") for end in ends]
            if part == "limits" and not is_about and one.limits and one.limits.tolerance is not None:
                fields.append(self._field(self._now[f"{key}.{part}.tolerance"], f"{title} {label}"))
            if part == "limits":
                fields.append(self._field(self._now[f"{key}.unit" if f"{key}.unit" in self._now else f"{key}.unit.zh"], title))
            yield part, Row(label, tuple(fields))

    def _statutory(self, one: Parameter) -> Iterator[str]:
        if one.statutory:
            said = self._w.statutory_says if one.statutory.confirmed else self._w.statutory_unread
            yield str(said).format(by=one.statutory.by, range=range_text(one.statutory, one.unit.into(self._names.language)))

    def _times(self) -> Iterator[Card]:
        for index, line in enumerate(self._procedure.schedule):
            title = line_in_words(line, self._names)
            found = self._by_place.get(f"schedule.{index}", [])
            yield Card(f"t-{index}", title, str(self._w.schedule), self._rows(found, title), is_open=True, line=str(index))
        for step in with_fields(tuple(step for _, step, _ in walk(self._procedure))):
            title = step.title.into(self._names.language)
            if found := self._by_place.get(f"time @{step.id}", []):
                yield Card(f"t-{step.id}", title, "", self._rows(found, title), is_open=True)
        if found := self._by_place.get("opens", []):
            yield Card("t-opens", str(self._w.stays_open), "", self._rows(found, str(self._w.stays_open)), is_open=True)

    def _steps(self) -> Iterator[Card]:
        before: Section | None = None
        for (_, index, *_), step, section in walk(self._procedure):
            if section is not None and section is not before:
                title = section.title.into(self._names.language)
                texts = self._rows(self._by_place.get(f"steps.{index}", []), title)
                stays = self._staying(before)
                yield Card(f"sec-{index}", title, str(self._w.section), texts, dissolves=step.id, stays=stays)
            before = section
            title = step.title.into(self._names.language)
            found = [spot for one in with_fields((step,)) for spot in self._by_place.get(f"@{one.id}", [])]
            kind = str(getattr(self._w, KINDS[step.kind]))
            facts = settled_in_words(step, self._procedure, self._names)
            yield Card(
                f"s-{step.id}", title, kind, self._rows(found, title), step=step.id, facts=facts, takes=tuple(self._taken(step)),
                figures=tuple(self._measured(step)),
            )  # fmt: skip

    def _staying(self, before: Section | None) -> str:
        """Where a section's steps go when it is dissolved: to the one before it, or to none."""
        if before is None:
            return str(self._w.stay_alone)
        return str(self._w.stay_with).format(title=before.title.into(self._names.language))

    def _measured(self, step: Step) -> Iterator[tuple[str, str]]:
        """What a step measures: its unit and limits are looked for at the step, and stand on a card of their own."""
        own = {one.id for one in with_fields((step,))}
        for id_, found in self._users.items():
            if own & {one.id for one in found}:
                yield id_, self._procedure.parameters[id_].title.into(self._names.language)

    def _taken(self, step: Step) -> Iterator[str]:
        """What goes with a step when it is taken out."""
        own = {one.id for one in with_fields((step,))}
        alone = [id_ for id_, found in self._users.items() if found and {one.id for one in found} <= own]
        if alone:
            titles = (self._procedure.parameters[id_].title.into(self._names.language) for id_ in alone)
            yield str(self._w.takes_figures).format(figures=self._names.listed(titles))
        section = next((section for _, one, section in walk(self._procedure) if one.id == step.id), None)
        if section and len(section.steps) == 1:
            yield str(self._w.takes_section).format(title=section.title.into(self._names.language))

    def _all_of(self, place: str, title: str) -> Iterator[Card]:
        if found := self._by_place.get(place, []):
            yield Card(f"{place}-all", title, "", self._rows(found, title), is_open=True)

    def _about(self) -> Iterator[Card]:
        yield from self._all_of("about", str(self._w.name_and_purpose))
        for id_, card in self._procedure.cards.items():
            title = card.title.into(self._names.language)
            yield Card(f"c-{id_}", title, str(self._w.reference), self._rows(self._by_place.get(f"cards.{id_}", []), title))
        for one in self._procedure.questions:
            title = one.ask.into(self._names.language)
            found = [spot for spot in self._by_place.get(f"questions.{one.id}", []) if ".answer." in spot.key]
            yield Card(f"q-{one.id}", title, str(self._w.question_left_open), self._rows(found, str(self._w.answer)))
        for step in self._procedure.inputs:
            title = step.title.into(self._names.language)
            yield Card(
                f"i-{step.id}", title, str(self._w.asked_at_start), self._rows(self._by_place.get(f"@{step.id}", []), title)
            )

    # -- fields

    def _rows(self, found: Iterable[Spot], title: str) -> tuple[Row, ...]:
        """A row for each place; both languages of a text share one."""
        rows: dict[str, list[Field]] = {}
        labels: dict[str, str] = {}
        for spot in found:
            key = spot.key.rpartition(".")[0] if spot.kind == "text" else spot.key
            labels[key] = label_of(key, self._names.language)
            rows.setdefault(key, []).append(self._field(spot, title))
        return tuple(Row(labels[key], tuple(fields)) for key, fields in rows.items())

    def _field(self, spot: Spot, title: str) -> Field:
        typed = self._shown.typed.get(spot.key)
        value = (spot.current or "") if typed is None else typed
        old = self._in_force.get(spot.key) if self._in_force is not None else None
        was = None if self._in_force is None or (old is None and spot.key.startswith("@")) else (old.current or "") if old else ""
        label = self._label(spot)
        return Field(
            key=spot.key,
            label=label,
            name=f"{title} {label}",
            kind=_control(spot),
            value=value,
            was=was,
            is_changed=was is not None and was.strip() != value.replace("\r\n", "\n").strip(),
            wrong=self._shown.wrong.get(spot.key, ""),
            theirs=self._shown.theirs.get(spot.key),
            language={"zh": "zh-CN", "en": "en"}.get(spot.key.rpartition(".")[2], "") if spot.kind == "text" else "",
            options=self._options(spot),
            far=self._roles.far if spot.kind == "roles" else (),
            rows=min(8, sum(1 + width_of(line) // _WIDE for line in value.split("\n"))) if spot.kind == "text" else 1,
        )

    def _label(self, spot: Spot) -> str:
        if spot.kind == "text":
            is_chinese = spot.key.endswith(".zh")
            return f"{label_of(spot.key.rpartition('.')[0], self._names.language)} {'中文' if is_chinese else 'English'}"
        return label_of(spot.key, self._names.language)

    def _options(self, spot: Spot) -> tuple[tuple[str, str], ...]:
        w = self._w
        if spot.kind == "span":
            return tuple((unit, str(getattr(w, word))) for unit, word in UNITS)
        if spot.kind == "choice":
            return tuple((one, label_of(f"every.{one}", self._names.language)) for one in spot.options)
        if spot.kind == "roles":
            return self._roles.near
        if spot.key.endswith(".on") and not any(part.strip().isdecimal() for part in (spot.current or "").split(",")):
            days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
            return tuple((day, str(getattr(w, f"weekday_{n}"))) for n, day in enumerate(days))
        return ()


def _is_offered(spot: Spot, now: Mapping[str, Spot]) -> bool:
    """Whether a place is shown: what stands there, and of what could the few things that are often added."""
    parts = spot.key.split(".")
    if spot.kind == "text":
        *parts, _ = parts
        spot = now[".".join((*parts, "zh"))]
    if (parts[-1] in _LEFT_OUT and spot.kind != "clock") or "statutory" in parts:
        return False
    return spot.current is not None or (parts[-1] in _OFFERED_EMPTY and spot.kind != "words")


def width_of(text: str) -> int:
    """Columns a text takes: two for each Chinese character."""
    return sum(1 + (char > "\u2e80") for char in text)


def _control(spot: Spot) -> str:
    is_ticked = spot.kind == "roles" or (spot.key.endswith(".on") and spot.kind == "words")
    return "days" if is_ticked else spot.kind


def _is_looser(one: Parameter) -> bool:
    """Whether the limits let through what the law would not."""
    if one.statutory is None or one.limits is None:
        return False
    limits, law = one.limits.range, one.statutory
    is_lower = law.low is not None and (limits.low is None or limits.low < law.low)
    return is_lower or (law.high is not None and (limits.high is None or limits.high > law.high))
