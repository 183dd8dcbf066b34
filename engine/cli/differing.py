"""`sop diff`: what is different, in words and as text: the folder against what is published, two revisions, or two files."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from engine.changes import Line, group_title, grouped, told, unified
from engine.cli import AUTHOR
from engine.cli.comparing import Compared, Side, facts
from engine.cli.folders import opened
from engine.cli.opening import data_options, product, settings_of
from engine.cli.telling import told_diagnostic
from engine.loading.cache import Cache
from engine.loading.compiling import compile_file
from engine.loading.files import Found, Kind
from engine.loading.library import Library
from engine.procedure.override import Overridden
from engine.procedure.procedure import Procedure
from engine.procedure.report import ReportingSite
from engine.procedure.site import Site
from engine.procedure.text import Language
from engine.publishing import revisions
from engine.revisions import SITE, Revision
from engine.service import Engine

PUBLISHED = "published"
_DIGEST = re.compile(r"[0-9a-f]{6,64}")
_COLOURS = {"-": "red", "+": "green", "@": "cyan"}


@click.command()
@click.argument("things", nargs=-1, metavar="[ID]... | REVISION REVISION | FILE FILE")
@click.option("--sops", type=click.Path(exists=True, path_type=Path), default="sops", help="The folder of procedures.")
@click.option("--against", default=PUBLISHED, show_default=True, metavar="REVISION", help="Compare with this revision instead.")
@click.option("--language", "--lang", type=click.Choice(["en", "zh"]), default="en", help="The language of sentences.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="text, or json for tools.")
@click.option("--text", "is_text", is_flag=True, help="Also the lines of the files that differ.")
@data_options
def diff_command(
    things: tuple[str, ...], sops: Path, against: str, language: Language, form: str, is_text: bool, data: Path | None,
    database: str | None,
) -> None:  # fmt: skip
    """Tell what is different, in words: the folder against what is published, for every procedure or those named.

    Two revisions (their first six digits or more) or two files are compared with each other. Exit 0 where nothing differs, not
    even comments; 1 where something does or a file is broken; 2 for wrong usage.
    """
    if len(things) == 2 and all(Path(thing).is_file() for thing in things):
        found, broken = _files(Path(things[0]), Path(things[1])), False
    else:
        found, broken = _kept(things, sops, against, data, database)
    found = [one for one in found if one.is_different]
    if form == "json":
        click.echo(json.dumps([facts(one, is_text=is_text) for one in found], ensure_ascii=False, indent=2))
    else:
        for one in found:
            _tell(one, language, is_text=is_text)
        click.echo(f"{len(found)} differ" if found else "no difference", err=True)
    sys.exit(AUTHOR if found or broken else 0)


# -- what is compared --------------------------------------------------------------------------------------------------


def _files(old: Path, new: Path) -> list[Compared]:
    """Two files. What is wrong with either is told, and nothing compared."""
    sides = [_side(path) for path in (old, new)]
    models = {type(side.model) for side in sides}
    if len(models) != 1:
        raise click.UsageError(f"{old} and {new} are not of the same kind: a procedure and a site")
    return [Compared(new.as_posix(), sides[0], sides[1], _site_around(new))]


def _side(path: Path) -> Side:
    model: type[Procedure] | type[Site] = Site if path.name == "site.yaml" else Procedure
    kind: Kind = "site" if model is Site else "procedure"
    compiled = compile_file(Found(kind, path.stem, path.as_posix(), path.read_bytes()), model, Cache(None))
    if not isinstance(compiled.model, Procedure | Site):
        for diagnostic in compiled.diagnostics:
            click.echo(told_diagnostic(diagnostic, "en"), err=True)
        sys.exit(AUTHOR)
    return Side(compiled.model, compiled.found.data.decode("utf-8-sig"), compiled.digest)


def _site_around(path: Path) -> Site | None:
    root = next((parent for parent in path.resolve().parents if (parent / "site.yaml").exists()), None)
    return Library.load(root).site if root else None


def _kept(
    things: tuple[str, ...], sops: Path, against: str, data: Path | None, database: str | None
) -> tuple[list[Compared], bool]:
    settings_of(data, database)  # before the folder is read
    library, _ = opened(sops)
    with product(data=data, database=database) as opened_product:
        engine = opened_product.engine
        if len(things) == 2 and all(_DIGEST.fullmatch(thing) and thing not in library.procedures for thing in things):
            return [_revisions(engine, *(_revision(engine, thing) for thing in things))], False
        wanted = "" if against == PUBLISHED else against
        things = _things_of(_revision(engine, wanted), things) if wanted else things
        broken = _told_broken(library, things)
        return (list(_folder(engine, library, things, wanted)) if library.site else []), broken


def _revision(engine: Engine, prefix: str) -> tuple[str, str]:
    """The procedure and digest of the one revision that begins so."""
    issued = engine.directory.catch_up().issued
    found = {one.digest: name for name, ones in issued.items() for one in ones if one.digest.startswith(prefix)}
    if len(found) != 1:
        raise click.UsageError(f"{'no revision begins' if not found else f'{len(found)} revisions begin'} with {prefix}")
    ((digest, procedure),) = found.items()
    return procedure, digest


def _things_of(revision: tuple[str, str], things: tuple[str, ...]) -> tuple[str, ...]:
    if things and things != (revision[0],):
        raise click.UsageError(
            f"{revision[1][:12]} is a revision of {revision[0]}; it cannot be compared with {', '.join(things)}"
        )
    return (revision[0],)


def _revisions(engine: Engine, old: tuple[str, str], new: tuple[str, str]) -> Compared:
    if old[0] != new[0]:
        raise click.UsageError(f"{old[1][:12]} is a revision of {old[0]}, {new[1][:12]} one of {new[0]}")
    return Compared(new[0], _published(engine, *old), _published(engine, *new), engine.site)


def _published(engine: Engine, procedure: str, digest: str) -> Side:
    model = engine.shelf.site(digest) if procedure == SITE else engine.plan_of(digest).procedure
    return Side(model, engine.shelf.text(digest), digest)


def _told_broken(library: Library, things: tuple[str, ...]) -> bool:
    """Tell what is wrong with the files asked for; they cannot be compared, and never hide the others."""
    names = {f"{library.folder.as_posix()}/{thing}.yaml" for thing in things}
    errors = [one for one in library.errors if not things or one.file in names or one.file.endswith("/site.yaml")]
    for error in errors:
        click.echo(told_diagnostic(error, "en"), err=True)
    return bool(errors)


def _folder(engine: Engine, library: Library, things: tuple[str, ...], against: str) -> Iterator[Compared]:
    """Each file beside what is published of it; what is published and has no file any more at the end."""
    published = {name: one.digest for name, one in engine.directory.catch_up().published.items()}
    drafts = {one.procedure: one for one in revisions(library, engine.clock.now().date())}
    known = drafts.keys() | published.keys() | library.broken
    if unknown := [thing for thing in things if thing not in known]:
        raise click.UsageError(f"no procedure {', '.join(unknown)} in {library.folder}; see: sop list {library.folder}")
    if against:
        published[things[0]] = _revision(engine, against)[1]
    for name in [name for name in (*drafts, *sorted(published.keys() - drafts.keys())) if not things or name in things]:
        if name in library.broken or (name in drafts and drafts[name].digest == published.get(name)):
            continue  # told by its diagnostics, or nothing to tell
        old = _published(engine, name, published[name]) if name in published else None
        yield Compared(name, old, _draft(drafts[name]) if name in drafts else None, library.site)


def _draft(revision: Revision) -> Side:
    model: type[Procedure] | type[Site] = ReportingSite if revision.procedure == SITE else Overridden
    return Side(model.model_validate_json(revision.compiled), revision.source, revision.digest)


# -- how it is told ----------------------------------------------------------------------------------------------------


def _tell(one: Compared, language: Language, *, is_text: bool) -> None:
    names = one.names(language)
    click.echo(f"{one.id}  {one.title(names)}".rstrip())
    if state := one.state_words(names):
        click.echo(f"  {state}")
    for group, differences in grouped(one.differences):
        click.echo(f"  {group_title(group, language)}")
        for difference in differences:
            click.echo(f"    {told(difference, names)}")
    if is_text and one.old and one.new:
        for line in unified(one.old.text, one.new.text):
            click.echo("".join(_shown(line)))


def _shown(line: Line) -> Iterator[str]:
    """A line of the text, the changed words in bold on a terminal."""
    colour = _COLOURS.get(line.mark)
    yield click.style("" if line.mark == "@" else line.mark, fg=colour)
    for segment in line.segments:
        yield click.style(segment.text, fg=colour, bold=segment.is_changed)
    if not line.is_ended:
        yield "\n\\ No newline at end of file"
