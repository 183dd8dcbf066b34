"""`sop fmt`: white space of procedures in normal form, nothing else."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from engine.cli import AUTHOR
from engine.cli.folders import FOLDER
from engine.cli.telling import told_diagnostic
from engine.cli.written import shared
from engine.loading.diagnostic import Diagnostic
from engine.loading.edit.saving import replace_file
from engine.loading.edit.spacing import Refused, in_normal_form
from engine.loading.files import look_through


@click.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=FOLDER)
@click.option("--check", "is_check", is_flag=True, help="Change nothing; exit 1 where something would be changed.")
@shared
def fmt_command(paths: tuple[Path, ...], is_check: bool, form: str, lang: str) -> None:
    """Tidy white space: spaces at a line's end, tabs, line ends, blank lines in a row, the end of the file.

    PATH is a file or a folder of them, sops where none is given. Texts, comments and indentation stay as they are. A file that
    cannot be read as YAML is told and left alone. Exit 0 when nothing is wrong, 1 for such a file, or with --check.
    """
    changed: list[str] = []
    told: list[Diagnostic | str] = []
    for path in paths or (Path("sops"),):
        for each in _files(path):
            if isinstance(each, Diagnostic):
                told.append(each)
            else:
                _tidy(each, is_check, changed, told)
    _tell(changed, told, is_check, form, lang)
    sys.exit(AUTHOR if told or (is_check and changed) else 0)


def _files(path: Path) -> Iterator[Path | Diagnostic]:
    if path.is_file():
        yield path
        return
    folder = look_through(path)
    yield from (Path(found.file) for found in folder.found)
    yield from folder.diagnostics


def _tidy(path: Path, is_check: bool, changed: list[str], told: list[Diagnostic | str]) -> None:
    try:
        data = path.read_bytes()
        tidy = in_normal_form(data, path.as_posix())
        if tidy != data and not is_check:
            replace_file(path, data, tidy)
    except Refused as refused:
        told += refused.diagnostics or (f"{path}: its white space means something; left as it is",)
    except OSError as error:
        told.append(f"{path}: {error.strerror or 'changed meanwhile'}; left as it is, run sop fmt again")
    else:
        changed += [path.as_posix()] if tidy != data else []


def _tell(changed: Sequence[str], told: Sequence[Diagnostic | str], is_check: bool, form: str, lang: str) -> None:
    if form == "json":
        wrong = [one.to_json("zh" if lang == "zh" else "en") if isinstance(one, Diagnostic) else one for one in told]
        click.echo(json.dumps({"changed": changed, "wrong": wrong}, ensure_ascii=False, indent=2))
        return
    for one in told:
        click.echo(told_diagnostic(one, lang) if isinstance(one, Diagnostic) else one)
    for name in changed:
        click.echo(f"{name}: {'would be tidied' if is_check else 'tidied'}")
