"""Commands for what is written: check, test, schema, list, show. They need no database."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from engine.cli import AUTHOR, USAGE
from engine.cli.folders import FOLDER, opened, within
from engine.cli.telling import told_diagnostic, told_procedure, told_unmet
from engine.loading.diagnostic import Diagnostic
from engine.loading.trial import Tried, try_scenarios


def shared(command: Callable[..., Any]) -> Callable[..., Any]:
    """--format and --lang."""
    command = click.option("--lang", type=click.Choice(["en", "zh"]), default="en", help="The language of sentences.")(command)
    return click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="text, or json for tools.")(
        command
    )


@click.command()
@click.argument("path", type=FOLDER, default="sops")
@click.option("--no-cache", is_flag=True, help="Read every file anew.")
@shared
def check_command(path: Path, no_cache: bool, form: str, lang: str) -> None:
    """Check procedures: every mistake with its place and the way out.

    PATH is a folder of procedures or one file in it. Exit 0 when nothing is wrong (warnings are allowed), 1 otherwise.
    """
    library, ids = opened(path, not no_cache)
    found = within(library, path)
    if form == "json":
        click.echo(json.dumps([one.to_json("zh" if lang == "zh" else "en") for one in found], ensure_ascii=False, indent=2))
    else:
        if found:
            click.echo("\n".join(told_diagnostic(one, lang) for one in found))
        click.echo(_summary(len(ids), found), err=True)
        if library.site is None and not any("site.yaml" in one.file for one in found):
            click.echo(
                f"places, roles and books are not checked: there is no site.yaml in {library.folder} or above it", err=True
            )
    sys.exit(AUTHOR if any(one.level == "error" for one in found) else 0)


def _summary(checked: int, found: Sequence[Diagnostic]) -> str:
    counts = {level: sum(1 for one in found if one.level == level) for level in ("error", "warning", "note")}
    told = ", ".join(f"{count} {level}{'s' if count != 1 else ''}" for level, count in counts.items() if count)
    what = f"{checked} procedure{'s' if checked != 1 else ''} checked" if checked else "checked"
    return f"{what}: {told or 'nothing wrong'}"


@click.command()
@click.argument("path", type=FOLDER, default="sops")
@shared
def test_command(path: Path, form: str, lang: str) -> None:
    """Play the scenarios (*.test.yaml) on the real engine with a fixed clock.

    Exit 0 when every scenario holds, 1 otherwise.
    """
    library, ids = opened(path)
    tried = list(try_scenarios(library, ids)) if ids else []
    errors = [one for one in within(library, path) if one.level == "error"]
    if form == "json":
        click.echo(json.dumps([_as_json(one, lang) for one in tried], ensure_ascii=False, indent=2))
    else:
        _tell(tried, errors, lang)
    sys.exit(AUTHOR if errors or any(one.misses for one in tried) else 0)


def _tell(tried: Sequence[Tried], errors: Sequence[Diagnostic], lang: str) -> None:
    for error in errors:
        click.echo(told_diagnostic(error, lang))
    for one in tried:
        for miss in one.misses:
            click.echo(
                f"{one.file}:{miss.place.line}:{miss.place.column}: 「{one.title.into(lang)}」 {told_unmet(miss.unmet, lang)}"
            )
    for one in tried:
        if one.set_aside:
            click.echo(
                f"{one.file}:{one.place.line}:{one.place.column}: 「{one.title.into(lang)}」 set aside: {one.set_aside}", err=True
            )
    failed, aside = sum(1 for one in tried if one.misses), sum(1 for one in tried if one.set_aside)
    more = f", {aside} set aside" if aside else ""
    click.echo(f"{len(tried) - failed - aside} passed, {failed} failed{more}", err=True)


def _as_json(one: Tried, lang: str) -> dict[str, Any]:
    misses = [{"line": m.place.line, "column": m.place.column, "message": told_unmet(m.unmet, lang)} for m in one.misses]
    return {
        "procedure": one.procedure,
        "file": one.file,
        "line": one.place.line,
        "scenario": one.title.into(lang),
        "misses": misses,
    } | ({"set_aside": one.set_aside} if one.set_aside else {})


@click.command()
@click.argument("kind", type=click.Choice(["procedure", "site", "scenarios", "overrides", "report", "api"]), default="procedure")
def schema_command(kind: str) -> None:
    """Print the JSON Schema of what is written, for editors (VS Code's YAML server completes and validates with it).

    `sop schema api` prints the OpenAPI document of what other programs read.
    """
    if kind == "api":
        from engine.api.openapi import document_text

        click.echo(document_text(), nl=False)
        return
    from engine.procedure.schema import schema

    click.echo(json.dumps(schema(kind), ensure_ascii=False, indent=2))


@click.command()
@click.argument("path", type=FOLDER, default="sops")
@shared
def list_command(path: Path, form: str, lang: str) -> None:
    """List the procedures of a folder."""
    library, ids = opened(path)
    rows = [
        {
            "id": id_,
            "title": loaded.procedure.title.into(lang),
            "place": loaded.procedure.place,
            "done_by": list(loaded.procedure.done_by),
            "scenarios": len(library.scenarios.get(id_, ())),
            "revision": loaded.digest,
        }
        for id_, loaded in library.procedures.items()
        if id_ in ids
    ]
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(f"{row['id']:24} {str(row['revision'])[:12]}  {row['title']}  ({row['place']}, {row['scenarios']} scenarios)")
    for broken in sorted(library.broken.intersection(ids)):
        click.echo(f"{broken:24} broken, see: sop check {path}")


@click.command()
@click.argument("id_", metavar="ID")
@click.option("--sops", type=FOLDER, default="sops", help="The folder of procedures.")
@shared
def show_command(id_: str, sops: Path, form: str, lang: str) -> None:
    """Show one procedure as people read it: steps, figures, deadlines, who does what."""
    library, _ = opened(sops)
    loaded = library.procedures.get(id_)
    if loaded is None or library.site is None:
        known = ", ".join(sorted(library.procedures)) or "none"
        click.echo(f"sop: there is no usable procedure {id_!r} in {sops}; there are: {known}", err=True)
        sys.exit(USAGE)
    if form == "json":
        click.echo(loaded.procedure.model_dump_json(by_alias=True, exclude_unset=True, indent=2))
        return
    for line in told_procedure(loaded.procedure, library.site, lang):
        click.echo(line)
