"""`sop trace`: from each clause of the source document to what carries it out, as a page for people or as JSON."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from engine.cli import AUTHOR
from engine.cli.folders import FOLDER, opened
from engine.cli.telling import told_limits
from engine.loading.library import Library
from engine.loading.tracing import SITE, Home, Traced, trace

_MOST = 4  # homes shown of one clause
_HEAD = """# Traceability: from each clause of the customer's document to what carries it out

Made by `sop trace sops`; a test compares. A clause counts as carried out where it is cited in the form that its kind asks for
(`engine/procedure/tracing.py`): a reading by a `measure` step or its parameter, a deadline by a step with `due`, a rule by a
place where staff see it. "Tried by" names a scenario of `sop test` that acts on that very step, and how many do.
"""


@click.command()
@click.argument("path", type=FOLDER, default="sops")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="text (Markdown), or json for tools.")
def trace_command(path: Path, form: str) -> None:
    """Show for each clause of the source document what carries it out, and which scenario tries it.

    Exit 0 when every clause is carried out in the form its kind asks for, 1 otherwise.
    """
    library, _ = opened(path)
    found = trace(library)
    if form == "json":
        click.echo(json.dumps([_as_json(one) for one in found], ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(told_trace(library, found)))
    sys.exit(0 if all(one.is_carried_out for one in found) else AUTHOR)


def told_trace(library: Library, found: Sequence[Traced]) -> Iterator[str]:
    """The page, line by line."""
    yield _HEAD
    carried = sum(one.is_carried_out for one in found)
    yield f"{carried} of {len(found)} clauses are carried out, by {len(library.procedures)} procedures and the site."
    part = ""
    for one in found:
        prefix = one.id.partition("-")[0]
        if prefix != part:
            part = prefix
            yield f"\n## {part}\n\n| clause | kind | what it asks | carried out by | tried by |\n|---|---|---|---|---|"
        yield f"| {one.id} | {one.clause.kind} | {one.clause.says} | {_homes(library, one)} | {_tried(one)} |"


def _homes(library: Library, one: Traced) -> str:
    fitting = [home for home in one.homes if home.citation.fits(one.clause.kind)]
    if not fitting:
        return "**nothing**"
    more = f"<br>and {len(fitting) - _MOST} more" if len(fitting) > _MOST else ""
    return "<br>".join(_home(library, home) for home in fitting[:_MOST]) + more


def _home(library: Library, home: Home) -> str:
    citation, link = home.citation, f"[{home.file}](../sops/{home.file}.yaml)"
    title = (
        citation.title.zh
        if citation.title.into("en") == citation.title.zh
        else f"{citation.title.zh} {citation.title.into('en')}"
    )
    name = f" `{citation.id}`" if citation.id else ""
    return _cell(f"{link} {citation.form}{name} {title}{_figure(library, home)}")


def _figure(library: Library, home: Home) -> str:
    loaded = library.procedures.get(home.file) if home.file != SITE else None
    parameter = loaded.procedure.parameters.get(home.citation.id) if loaded and home.citation.form == "parameter" else None
    return f" ({told_limits(parameter, 'en')})" if parameter else ""


def _tried(one: Traced) -> str:
    titles = list(dict.fromkeys(title for home in one.homes for title in home.tried_by))
    if not titles:
        return "—"
    return _cell(titles[0] + (f" and {len(titles) - 1} more" if len(titles) > 1 else ""))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _as_json(one: Traced) -> dict[str, object]:
    homes = [
        {
            "file": home.file,
            "form": home.citation.form,
            "id": home.citation.id,
            "title": home.citation.title.zh,
            "fits": home.citation.fits(one.clause.kind),
            "scenarios": home.tried_by,
        }
        for home in one.homes
    ]
    return {"clause": one.id, "kind": one.clause.kind, "carried_out": one.is_carried_out, "homes": homes}
