"""The command line `sop`. Commands print and exit; everything else is the engine's.

Exit codes: 0 clean, 1 the author's problems (or a broken record), 2 wrong usage, 3 a fault of ours or of the machine, 130 stopped
by Ctrl-C. Whoever reads the output may stop reading: the command ends with the same code.
"""

import signal
import sys
import traceback
from contextlib import suppress

import click

from engine.cli.streams import let_go, make_bearable
from engine.ledger.notes import NotSigned
from engine.ledger.outcomes import Unavailable, UnsafeDatabase

AUTHOR, USAGE, FAULT, STOPPED = 1, 2, 3, 130  # 130: as shells say that a command was stopped by Ctrl-C


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
    """The console script: runs a command. Faults become exit code 3 and a sentence, Ctrl-C 130, as shells say it."""
    make_bearable()
    pressed: list[int] = []
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda *_: _interrupt(pressed))
    try:
        code = _ended(pressed)
    except Exception as error:
        code = _stopped() if pressed else _faulted(error)
    sys.exit(code if let_go() else FAULT)


def _interrupt(pressed: list[int]) -> None:
    """Ctrl-C is noted too: while modules are loaded it comes out of some of them as a fault."""
    pressed.append(signal.SIGINT)
    raise KeyboardInterrupt


def _ended(pressed: list[int]) -> int:
    """Run the command, and say how it ended."""
    try:
        code = cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except KeyboardInterrupt:
        return _stopped()
    except click.Abort:
        if pressed:
            return _stopped()
        _tell("there is nothing more to read where an answer was asked for; run it in a terminal")
        return USAGE
    return code if isinstance(code, int) else 0


def _stopped() -> int:
    _tell("stopped")
    return STOPPED


def _faulted(error: Exception) -> int:
    """Say what is wrong, ours or the machine's; how it came to it where nobody but its makers can put it right."""
    match error:
        case UnsafeDatabase() | NotSigned():
            _tell(str(error))
        case Unavailable():
            _tell(f"The database cannot be used: {_first_line(error.reason)}. Nothing was saved; put that right and try again.")
        case OSError() if error.strerror is not None:  # a full disk, a file that may not be read
            where = f"{error.filename} cannot be used ({error.strerror})" if error.filename else error.strerror
            _tell(f"{where}. Put that right and try again.")
        case _ if _is_driver(error):
            told = _first_line(str(getattr(error, "orig", None) or error))
            _tell(f"The database is not as this program made it ({told}). Nothing was saved. What is wrong with it: sop verify")
        case _:
            with suppress(OSError):
                traceback.print_exception(error)
            _tell(f"this program made a mistake ({type(error).__name__}); give what stands above to whoever looks after it")
    return FAULT


def _is_driver(error: Exception) -> bool:
    """Whether a driver raised it, itself or through SQLAlchemy: only then one of them is loaded."""
    return any(kind.__module__.split(".")[0] in ("pysqlite3", "sqlite3", "psycopg") for kind in type(error).__mro__) or any(
        kind.__name__ == "DBAPIError" for kind in type(error).__mro__
    )


def _first_line(text: str) -> str:
    return text.partition("\n")[0]


def _tell(sentence: str) -> None:
    with suppress(OSError):  # where nobody can be told, the exit code still says it
        click.echo(f"sop: {sentence}", err=True)
