"""A draft as it would be published: the folder with the draft's files in place of its own, and beside them what is in force.

So a draft never carries what others changed and did not publish: neither their texts nor their exceptions.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

from engine.directory import Directory
from engine.drafts import Files
from engine.folder import Folder
from engine.loading.diagnostic import Diagnostic
from engine.loading.library import Library
from engine.procedure.override import Override, overlaid, overrides_of
from engine.procedure.plan import Plan, bind, compile_plan
from engine.procedure.procedure import Procedure
from engine.procedure.site import Site
from engine.publishing import overlays_of, revisions, unread_of
from engine.revisions import SITE, Revision, revision_of, site_revision
from engine.service import Engine


def files_of(name: str) -> tuple[str, ...]:
    """The files in which a procedure or the site is written, by path below the folder."""
    return (f"{name}.yaml",) if name == SITE else (f"{name}.yaml", f"{name}.test.yaml")


def override_file(name: str) -> str:
    """The file of the site's overrides of a procedure, by path below the folder."""
    return f"overrides/{name}.yaml"


def owned_by(name: str) -> tuple[str, ...]:
    """Every file that goes with a procedure or the site from draft to publishing."""
    return files_of(name) if name == SITE else (*files_of(name), override_file(name))


@dataclass(frozen=True, slots=True)
class Examined:
    """A draft as it would be published. Without a procedure or site where it has errors."""

    diagnostics: tuple[Diagnostic, ...]
    written: Procedure | None  # as its file says
    procedure: Procedure | None  # with the site's overrides of today
    site: Site | None
    revisions: tuple[Revision, ...]
    library: Library

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """What must be put right first."""
        return tuple(one for one in self.diagnostics if one.level == "error")

    @property
    def bound(self) -> Procedure | None:
        """The procedure with the books' fields in it, as it would be published."""
        return bind(self.procedure, self.site) if self.procedure and self.site else None

    @property
    def plan(self) -> Plan | None:
        """The draft made ready to run."""
        bound = self.bound
        return compile_plan(bound, self.site) if bound and self.site else None


class Examiner:
    """Looks at the folder and at drafts in it. Safe to share between threads."""

    def __init__(self, engine: Engine, folder: Folder) -> None:
        self._engine, self._folder = engine, folder
        self._revisions: tuple[Library | None, Mapping[str, Revision]] = (None, {})

    def library(self) -> Library:
        """What lies in the folder now."""
        return self._folder.library(self.today())

    def today(self) -> date:
        """The day it is at the site."""
        now = self._engine.clock.now()
        is_known = SITE in self._engine.directory.now().published
        return now.astimezone(self._engine.site.zone).date() if is_known else now.date()

    def would_publish(self, library: Library) -> Mapping[str, Revision]:
        """What the folder would publish, by name; made once for each state of the folder."""
        known, made = self._revisions
        if known is not library:
            made = {one.procedure: one for one in revisions(library, self.today())}
            self._revisions = (library, made)
        return made

    def is_of(self, name: str, one: Diagnostic) -> bool:
        """Whether a mistake stands in one of the files of a procedure or of the site, with which its reports are published."""
        file = self.within(one)
        return file in owned_by(name) or (name == SITE and file.startswith("reports/"))

    def within(self, one: Diagnostic) -> str:
        """The file a mistake stands in, by path below the folder."""
        return one.file.removeprefix(f"{self._folder.path.as_posix()}/")

    def examine(self, name: str, files: Files) -> Examined:
        """What the checker says of a draft, and what would be published, beside everything else that is in force."""
        today = self.today()
        library = self._folder.with_drafts({**self._in_force(), **_given(name, files)}, today)
        unread = unread_of(library, name)
        diagnostics = tuple(one for one in library.diagnostics if self.is_of(name, one) or one.file in unread)
        is_good = not any(one.level == "error" for one in diagnostics)
        made = tuple(self._made(name, library)) if is_good and library.site is not None else ()
        written = library.procedures[name].procedure if name in library.procedures else None
        procedure = reduce(lambda one, more: overlaid(one, more, today), overlays_of(library, name), written) if written else None
        return Examined(diagnostics, written, procedure, library.site, made, library)

    def _in_force(self) -> Mapping[str, bytes]:
        """The texts in force of files that say something else."""
        published, library = self._engine.directory.now().published, self.library()
        found: dict[str, bytes] = {}
        for name, one in published.items():
            text = self._engine.shelf.text(one.digest)
            if library.text("site" if name == SITE else "procedure", name) != text:
                found[f"{name}.yaml"] = text.encode()
        return found

    def _made(self, name: str, library: Library) -> Iterator[Revision]:
        if name != SITE:
            yield from (one for one in revisions(library, self.today(), (name,)) if one.procedure == name)
        elif library.site is not None:
            yield site_revision(library.site, library.text("site", SITE))
            yield from self._changed_by_site(library, library.site, self._engine.directory.now())

    def _changed_by_site(self, library: Library, site: Site, directory: Directory) -> Iterator[Revision]:
        """The procedures in force that a draft of the site changes: with the overrides in force, not with those in the folder."""
        for name, published in directory.published.items():
            plan, loaded = self._engine.plan(name), library.procedures.get(name)
            if name == SITE or plan is None or loaded is None:
                continue
            as_in_force = overrides_of(plan.procedure)
            procedure = overlaid(loaded.procedure, as_in_force, date.min)  # whose day is over ends with its own draft
            one = revision_of(name, procedure, site, loaded.text, library.text("scenarios", name))
            if one.digest != published.digest:
                yield one

    # -- overrides ---------------------------------------------------------------------------------------------------------

    def others(self, name: str, library: Library) -> Mapping[str, Mapping[str, Override]]:
        """Overrides of a procedure that stand in files which are not its own, by file."""
        own = override_file(name).removesuffix(".yaml")
        speaking = {file: one.overrides[name] for file, one in library.overrides.items() if name in one.overrides and file != own}
        return {f"{file}.yaml": overrides for file, overrides in speaking.items()}

    def stray(self, names: Sequence[str], library: Library) -> Iterator[Diagnostic]:
        """Mistakes in files of overrides that are no procedure's own."""
        owned = {override_file(name) for name in names}
        for one in library.errors:
            file = self.within(one)
            if file.startswith("overrides/") and file not in owned:
                yield one


def _given(name: str, files: Files) -> Mapping[str, bytes | None]:
    """A draft's files as the loader takes them: an empty one beside the procedure is none."""
    return {file: text.encode() if text or file == f"{name}.yaml" else None for file, text in files.items()}
