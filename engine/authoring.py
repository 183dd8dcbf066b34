"""What a supervisor works on: every procedure with its file, its draft and what is in force; a draft examined as it would be
published; and the way from one to the other.

Files and ledger end in the same place: what is published from here is written to its file too, if nobody changed that meanwhile;
a file that somebody changed elsewhere is shown as a difference that waits to be published.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.directory import Directory, Proposal, Retired
from engine.drafts import Base, Draft, Drafts, Files, Overtaken
from engine.editing_steps import fresh_id
from engine.examining import Examined, Examiner, files_of, override_file, owned_by
from engine.folder import ABSENT, Folder, digest_of
from engine.loading.diagnostic import Diagnostic
from engine.loading.edit import Edit, edited
from engine.loading.library import Library
from engine.loading.numbered import first_text
from engine.loading.trial import Tried, try_scenarios
from engine.overriding import under_another_name, with_exactly
from engine.procedure.override import Override, overrides_of
from engine.procedure.procedure import Procedure
from engine.procedure.step import Section
from engine.procedure.text import Text
from engine.proposals import Proposals, Wanted
from engine.receipts import Outcome, Receipt
from engine.revisions import SITE, Published, published_form
from engine.run.commands import Actor
from engine.run.refusal import Refusal
from engine.service import Engine

__all__ = [  # pages know what is written by these alone
    "Authoring", "Diagnostic", "Entry", "Examined", "Tried", "files_of", "override_file",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """A procedure as the list of them shows it, or the site itself."""

    name: str
    procedure: Procedure | None  # as the file has it, or else what is in force
    published: Published | None
    retired: Retired | None
    draft: Draft | None
    proposal: Proposal | None
    errors: tuple[Diagnostic, ...]  # of the file
    is_waiting: bool  # the file says something else than what is in force


class Authoring:
    """The supervisor's workbench. Safe to share between threads."""

    def __init__(self, engine: Engine, folder: Folder) -> None:
        self._engine, self.folder, self._examiner = engine, folder, Examiner(engine, folder)
        self.drafts, self.proposals = Drafts(engine.ledger, engine.clock), Proposals(engine)

    # -- what there is -----------------------------------------------------------------------------------------------------

    def entries(self) -> tuple[Entry, ...]:
        """The site, then every procedure of the folder, in force, retired or begun as a draft, by name."""
        directory, library = self._engine.directory.catch_up(), self._examiner.library()
        drafts = {one.name: one for one in self.drafts.all_open()}
        names = {*library.procedures, *library.broken, *directory.published, *directory.retired, *drafts, SITE}
        ordered = sorted(names, key=lambda name: (name != SITE, name))
        stray = tuple(self._examiner.stray(ordered, library))
        entries = (self._entry(name, directory, library, drafts.get(name)) for name in ordered)
        return tuple(replace(one, errors=(*one.errors, *stray)) if one.name == SITE else one for one in entries)

    def entry(self, name: str) -> Entry | None:
        """One of them; None where there is no such thing."""
        return next((one for one in self.entries() if one.name == name), None)

    def diagnostics(self) -> Sequence[Diagnostic]:
        """Everything that is wrong in the folder now, whoever wrote it."""
        return self._examiner.library().errors

    def _entry(self, name: str, directory: Directory, library: Library, draft: Draft | None) -> Entry:
        loaded, published = library.procedures.get(name), directory.published.get(name)
        plan = self._engine.plan(name) if published and loaded is None else None
        proposed = (one for one in directory.proposals.values() if one.state in ("open", "approved") and name in one.revisions)
        revision = self._examiner.would_publish(library).get(name)
        return Entry(
            name=name,
            procedure=loaded.procedure if loaded else plan.procedure if plan else None,
            published=published,
            retired=directory.retired.get(name),
            draft=draft,
            proposal=next(proposed, None),
            errors=tuple(one for one in library.errors if self._examiner.is_of(name, one)),
            is_waiting=revision is not None and (published is None or published.digest != revision.digest),
        )

    # -- drafts ------------------------------------------------------------------------------------------------------------

    def begin(self, name: str, by: str) -> Draft:
        """A draft of what the file says; where there is no file, of what is in force. KeyError where there is neither."""
        return self.drafts.of(name) or self.drafts.begin(name, self.texts(name), self.base(name), by)

    def texts(self, name: str) -> Files:
        """What the files say; where there are none, what is in force. KeyError where there is neither."""
        texts = {file: data.decode("utf-8-sig") for file in owned_by(name) if (data := self.folder.read(file)) is not None}
        if f"{name}.yaml" not in texts:
            texts = {f"{name}.yaml": self._engine.shelf.text(self._engine.directory.now().published[name].digest), **texts}
        return texts

    def begin_new(self, name: str, files: Files, by: str) -> Draft | Refusal:
        """A draft of a procedure that does not exist yet. Refused with `name_taken`."""
        if name in self._taken() or self.folder.read(f"{name}.yaml") is not None:
            return Refusal("name_taken", facts={"name": name})
        return self.drafts.begin(name, files, self.base(name), by)

    def free_name(self, place: str, title: str) -> str:
        """A name for a new procedure that nothing has: in the folder of most procedures of its place, after its title."""
        loaded = self._examiner.library().procedures.items()
        there = (name.rpartition("/")[0] for name, one in loaded if one.procedure.place == place)
        folder = next((most for most, _ in Counter(filter(None, there)).most_common(1)), place)
        used = (name.removeprefix(f"{folder}/") for name in self._taken())
        return f"{folder}/{fresh_id({'en': title}, used, 'procedure')}"

    def _taken(self) -> set[str]:
        """The names that stand for something, or once did."""
        directory, library = self._engine.directory.catch_up(), self._examiner.library()
        former = {old for names in directory.former.values() for old in names}
        drafts = (one.name for one in self.drafts.all_open())
        return {*library.procedures, *library.broken, *directory.published, *directory.retired, *former, *drafts}

    def begin_from(self, name: str, digest: str, by: str, note: str) -> Draft:
        """A draft with the text of an old revision; what an open draft says is kept among its versions."""
        draft = self.begin(name, by)
        row = self._engine.shelf.row(digest)
        files = {f"{name}.yaml": str(row["source"])} | ({f"{name}.test.yaml": str(row["scenarios"])} if row["scenarios"] else {})
        files |= self._overrides_then(name, digest, draft.files)
        saved = self.drafts.save(draft.id, draft.version, {**draft.files, **files}, by, note)
        return saved if isinstance(saved, Draft) else saved.current

    def _overrides_then(self, name: str, digest: str, files: Files) -> dict[str, str]:
        """The file of the overrides that an old revision was made with, but for those that stand in other files."""
        elsewhere = {key for one in self._examiner.others(name, self._examiner.library()).values() for key in one}
        then = overrides_of(published_form(str(self._engine.shelf.row(digest)["compiled"])))
        wanted = {key: one for key, one in then.items() if key not in elsewhere}
        before = files.get(override_file(name), "")
        text = with_exactly(before, name, wanted)
        return {override_file(name): text} if text != before else {}

    def rename(self, name: str, new: str, reason: str, actor: Actor, command_id: str) -> Outcome:
        """Let a procedure go by another name, and move its files and its draft.

        Refused with `still_named` where a file of something else names it: it would be wrong from then on.
        """
        if naming := tuple(_naming(self._examiner.library(), name, self.overrides_elsewhere(name))):
            return Refusal("still_named", facts={"titles": naming})
        draft = self.drafts.of(name)
        is_overtaken = draft is not None and any(self.changed_since(draft))
        outcome = self.proposals.rename(name, new, reason, actor, command_id)
        if isinstance(outcome, Receipt):
            texts = {file: self.folder.read(file) for file in owned_by(name)}
            moved = {_called(file, name, new): data for file, data in texts.items() if data is not None}
            if (overrides := texts[override_file(name)]) is not None:
                moved[override_file(new)] = under_another_name(overrides.decode(), name, new).encode()
            gone = dict.fromkeys(file for file, data in texts.items() if data is not None)
            self.folder.write({**moved, **gone}, {file: digest_of(data) for file, data in texts.items()})
            if draft is not None:
                base = _base_called(draft.base, name, new) if is_overtaken else self.base(new)
                self.drafts.rename(draft.id, new, base, lambda files: _files_called(files, name, new))
        return outcome

    def first_text(self, title: str, place: str, role: str, pasted: str) -> str:
        """The text of a new procedure, empty or from a list that was pasted."""
        return first_text(title, place, role, pasted)

    def retitled(self, text: str, title: str, place: str) -> str:
        """The text of a procedure under another title, in both languages, and at a place."""
        return edited(text, [Edit(("title",), title), Edit(("place",), place)])

    def base(self, name: str) -> Base:
        """What is in force and in the folder now."""
        published = self._engine.directory.catch_up().published
        others = () if name == SITE else self._examiner.others(name, self._examiner.library())
        digests = {file: digest_of(self.folder.read(file)) for file in (*owned_by(name), *others)}
        return Base({name: published[name].digest if name in published else ""}, digests)

    def changed_since(self, draft: Draft) -> tuple[bool, bool]:
        """Whether, since the draft began, something else was published, and the file was changed elsewhere."""
        now = self.base(draft.name)
        return now.published != draft.base.published, _present(now.files) != _present(draft.base.files)

    def examine(self, name: str, files: Files) -> Examined:
        """What the checker says of a draft, and what would be published, beside everything else that is in force."""
        return self._examiner.examine(name, files)

    def stands_in(self, one: Diagnostic, file: str) -> bool:
        """Whether a mistake stands in a file, by path below the folder."""
        return self._examiner.within(one) == file

    def overrides_elsewhere(self, name: str) -> Mapping[str, Mapping[str, Override]]:
        """Overrides of a procedure that stand in other files than its own, by file: they are changed there."""
        return self._examiner.others(name, self._examiner.library())

    def try_scenarios(self, examined: Examined, name: str) -> list[Tried]:
        """Play the scenarios of a draft."""
        return list(try_scenarios(examined.library, () if name == SITE else (name,)))

    def set_aside(self, draft: Draft, why: str, by: str) -> Draft | Overtaken:
        """Set the scenarios aside that fail on a draft, each with the reason: what they demand is not wanted any more."""
        file = f"{draft.name}.test.yaml"
        failed = [one for one in self.try_scenarios(self.examine(draft.name, draft.files), draft.name) if one.misses]
        edits = [Edit(("scenarios", one.index, "set_aside"), why, after=("scenario",)) for one in failed]
        text = edited(draft.files[file], edits)
        return self.drafts.save(draft.id, draft.version, {**draft.files, file: text}, by, why)

    def no_longer_played(self, examined: Examined, name: str) -> tuple[Text, ...]:
        """The titles of the scenarios that are played now, and would not be once the draft is published."""
        now, then = (_played(one, name) for one in (self._examiner.library(), examined.library))
        return tuple(title for title in now if title not in then)

    # -- publishing --------------------------------------------------------------------------------------------------------

    def propose(self, draft: Draft, note: str, takes_effect: datetime | None, actor: Actor, command_id: str) -> Outcome:
        """Propose a draft; published at once where the site asks for no second person.

        Refused with `has_errors`, `scenarios_fail`, `file_changed`, and whatever `Proposals.propose` refuses.
        """
        _, is_file_changed = self.changed_since(draft)
        if is_file_changed:
            return Refusal("file_changed")
        examined = self.examine(draft.name, draft.files)
        if examined.errors or not examined.revisions:
            return Refusal("has_errors", facts={"faults": {str(n): "" for n in range(len(examined.errors))}})
        failed = [one for one in self.try_scenarios(examined, draft.name) if one.misses]
        if failed:
            return Refusal("scenarios_fail", facts={"titles": tuple(one.title for one in failed)})
        published = self._engine.directory.catch_up().published
        names = [one.procedure for one in examined.revisions]
        base = {name: published[name].digest if name in published else "" for name in names} | dict(draft.base.published)
        wanted = Wanted(examined.revisions, base, note, takes_effect, draft.id)
        outcome = self.proposals.propose(wanted, actor, command_id)
        if isinstance(outcome, Receipt):
            self.drafts.close(draft.id, "proposed")
            self.settle()
        return outcome

    def settle(self) -> int:
        """Write the files of drafts whose proposals took effect, and open again those that were turned down; how many."""
        made = {one.draft: one for one in self._engine.directory.catch_up().proposals.values() if one.draft}
        return sum(self._settle(one, made.get(one.id)) for one in self.drafts.all_open() if one.state == "proposed")

    def _settle(self, draft: Draft, proposal: Proposal | None) -> bool:
        if proposal is None or proposal.state in ("open", "approved"):
            return False
        if proposal.state == "withdrawn":
            self.drafts.close(draft.id, "open")
        else:
            files = {file: text.encode() if text else None for file, text in draft.files.items()}
            self.folder.write(files, draft.base.files)  # where it cannot be, the list shows that the file differs
            self.drafts.close(draft.id, "published")
        return True


def _played(library: Library, name: str) -> list[Text]:
    return [one.title for one in library.scenarios.get(name, ()) if one.set_aside is None]


def _naming(library: Library, name: str, overrides: Iterable[str]) -> Iterator[str]:
    """The other files that name a procedure: those that start it, reports of it, overrides of it."""
    yield from (other for other, one in library.procedures.items() if other != name and _starts(one.procedure, name))
    yield from (f"reports/{id_}" for id_, report in library.reports.items() if any(name in part.of for part in report.parts))
    yield from overrides


def _called(file: str, name: str, new: str) -> str:
    """A file's path, as it is where the procedure it is of goes by another name."""
    return dict(zip(owned_by(name), owned_by(new), strict=True)).get(file, file)


def _files_called(files: Files, name: str, new: str) -> Files:
    moved = {_called(file, name, new): text for file, text in files.items()}
    overrides = moved.get(override_file(new))
    return {**moved, override_file(new): under_another_name(overrides, name, new)} if overrides else moved


def _base_called(base: Base, name: str, new: str) -> Base:
    published = {new if one == name else one: digest for one, digest in base.published.items()}
    return Base(published, {_called(file, name, new): digest for file, digest in base.files.items()})


def _starts(procedure: Procedure, name: str) -> bool:
    steps = (step for item in procedure.steps for step in (item.steps if isinstance(item, Section) else (item,)))
    return any(getattr(step, "procedure", None) == name for step in steps)


def _present(files: Mapping[str, str]) -> Mapping[str, str]:
    """Digests of the files that are there: a draft begun before a kind of file was known says nothing of it."""
    return {file: digest for file, digest in files.items() if digest != ABSENT}
