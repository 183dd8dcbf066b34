"""The command line `sop`. Commands print and exit; everything else is the engine's.

Exit codes: 0 clean, 1 the author's problems (or a broken record), 2 wrong usage, 3 a fault of ours or of the machine.
"""

import sys

import click

from engine.ledger.notes import NotSigned
from engine.ledger.outcomes import Unavailable, UnsafeDatabase

AUTHOR, USAGE, FAULT = 1, 2, 3


class _Lazy(click.Group):
    """Commands by the module that holds them: a quick `sop check` does not load the web or the database."""

    where = {
        "check": "written", "test": "written", "schema": "written", "list": "written", "show": "written",
        "fmt": "formatting", "backtest": "backtesting", "prove": "proving",
        "run": "running", "publish": "ledgering", "verify": "ledgering", "rebuild": "ledgering",
        "checkpoint": "evidence", "evidence": "evidence", "export": "exporting",
        "user": "people", "serve": "serving", "notices": "noticing", "agenda": "agenda", "trace": "tracing", "diff": "differing",
        "report": "reporting",
    }  # fmt: skip

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.where)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        module = self.where.get(cmd_name)
        if module is None:
            return None
        loaded = __import__(f"engine.cli.{module}", fromlist=[cmd_name])
        found: click.Command = getattr(loaded, f"{cmd_name}_command")
        return found


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="sop-checklists")
def cli() -> None:
    """Standard operating procedures as tested, versioned files.

    Write them in YAML, check and test them, publish them, run them on tablets, and verify what was done.
    """


def main() -> None:
    """The console script: runs a command and turns faults into exit code 3 and one plain sentence."""
    try:
        cli.main(standalone_mode=True)
    except (UnsafeDatabase, NotSigned) as error:
        _fail(str(error))
    except Unavailable as error:
        _fail(f"The database cannot be used: {_first_line(error.reason)}. Nothing was saved; put that right and try again.")
    except OSError as error:  # a full disk, a file that may not be read
        if error.strerror is None:
            raise
        where = f"{error.filename} cannot be used ({error.strerror})" if error.filename else error.strerror
        _fail(f"{where}. Put that right and try again.")
    except Exception as error:
        if not _is_driver(error):
            raise
        told = _first_line(str(getattr(error, "orig", None) or error))
        _fail(f"The database is not as this program made it ({told}). Nothing was saved. What is wrong with it: sop verify")


def _is_driver(error: Exception) -> bool:
    """Whether a driver raised it, itself or through SQLAlchemy: only then one of them is loaded."""
    return any(kind.__module__.split(".")[0] in ("pysqlite3", "sqlite3", "psycopg") for kind in type(error).__mro__) or any(
        kind.__name__ == "DBAPIError" for kind in type(error).__mro__
    )


def _first_line(text: str) -> str:
    return text.partition("\n")[0]


def _fail(sentence: str) -> None:
    click.echo(f"sop: {sentence}", err=True)
    sys.exit(FAULT)
