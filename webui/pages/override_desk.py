"""A procedure with the site's exceptions from it, as the pages of exceptions look at it: as wanted next, in force, elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from flask import abort

from engine.authoring import Diagnostic, Entry, Examined, override_file
from engine.drafts import Files
from engine.procedure.override import Override, overrides_of
from engine.procedure.parameter import Parameter
from engine.procedure.procedure import Procedure
from engine.revisions import SITE
from webui.pages.procedures import authoring, entry_or_404
from webui.present.overrides import Standing
from webui.visitor import product


@dataclass(frozen=True, slots=True)
class Desk:
    """A procedure with its draft, or what its files say, as the checker sees it."""

    entry: Entry
    files: Files
    examined: Examined
    procedure: Procedure

    @property
    def name(self) -> str:
        """The procedure's name."""
        return self.entry.name

    @property
    def file(self) -> str:
        """The file of its exceptions."""
        return override_file(self.name)

    @property
    def text(self) -> str:
        """What that says; "" where there is none."""
        return self.files.get(self.file, "")

    @property
    def seen(self) -> str:
        """By which a form knows the exceptions it was made from."""
        return sha256(self.text.encode()).hexdigest()[:16]

    @property
    def own(self) -> Mapping[str, Override]:
        """The exceptions in its file, by parameter."""
        found = self.examined.library.overrides.get(self.file.removesuffix(".yaml"))
        return found.overrides.get(self.name, {}) if found else {}

    @property
    def mistakes(self) -> tuple[Diagnostic, ...]:
        """What is wrong in that file."""
        return tuple(one for one in self.examined.errors if authoring().stands_in(one, self.file))


def desk_of(name: str) -> Desk:
    """The procedure of that name; 404 where there is none, and for the site."""
    entry = entry_or_404(name)
    try:
        files = entry.draft.files if entry.draft else authoring().texts(name)
    except (KeyError, ValueError):
        abort(404)
    examined = authoring().examine(name, files)
    procedure = examined.written or entry.procedure
    if name == SITE or procedure is None:
        abort(404)
    return Desk(entry, files, examined, procedure)


def standing_of(entry: Entry, examined: Examined) -> Standing:
    """The exceptions of a procedure as they are wanted next, in force, and written in other files."""
    plan = product().engine.plan(entry.name)
    found = examined.library.overrides.get(override_file(entry.name).removesuffix(".yaml"))
    others = authoring().overrides_elsewhere(entry.name)
    elsewhere = {key: (file, one) for file, some in others.items() for key, one in some.items()}
    wanted = found.overrides.get(entry.name, {}) if found else {}
    return Standing(wanted, overrides_of(plan.procedure) if plan else {}, elsewhere)


def parameter_of(desk: Desk, parameter: str) -> Parameter:
    """The parameter, where the desk may write an exception for it."""
    return abort(404) if parameter in elsewhere_of(desk) else desk.procedure.parameters.get(parameter) or abort(404)


def elsewhere_of(desk: Desk) -> frozenset[str]:
    """Parameters whose exception stands in another file."""
    return frozenset(key for some in authoring().overrides_elsewhere(desk.name).values() for key in some)
