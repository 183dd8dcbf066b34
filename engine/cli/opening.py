"""Opening the product for a command, and closing it again; options that several commands share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from engine.bootstrap import Product, Settings, build
from engine.cli.renewing import Telling


class _NewFile(click.Path):
    """A file to write, in a folder that is there; what exists and is no ordinary file (a device, a pipe) is not replaced."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path = Path(str(super().convert(value, param, ctx)))
        if not path.absolute().parent.is_dir():
            self.fail(f"there is no folder {path.absolute().parent} to write {path.name} into", param, ctx)
        if path.exists() and not path.is_file():
            self.fail(f"{path} is no ordinary file; name a file to write", param, ctx)
        return path


NEW_FILE = _NewFile()


def data_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--data, --database: where the ledger is."""
    command = click.option(
        "--database",
        help="SQLAlchemy URL, e.g. postgresql+psycopg://sop@/sop; default: SQLite in the data folder. [SOP_DATABASE]",
    )(command)
    return click.option(
        "--data", type=click.Path(file_okay=False, path_type=Path), help="The data folder. [SOP_DATA, default: data]"
    )(command)


def settings_of(data: Path | None, database: str | None) -> Settings:
    """Where the ledger is. Wrong usage where there is none."""
    settings = Settings.from_environment(data=data, database=database)
    if not settings.has_ledger:
        raise click.UsageError(f"there is no ledger in {settings.database or settings.data}; give --data or --database")
    return settings


@contextmanager
def product(*, data: Path | None = None, database: str | None = None, begins: bool = False) -> Iterator[Product]:
    """The product, open; closed at the end. Where there is no ledger that is wrong usage, unless the command `begins` one."""
    settings = Settings.from_environment(data=data, database=database) if begins else settings_of(data, database)
    if not settings.has_ledger:
        click.echo(f"a new record begins in {settings.database or settings.data}", err=True)
    opened = build(settings, tell=Telling())
    try:
        yield opened
    finally:
        opened.engine.ledger.close()
