"""`sop serve`: prepare the first start, then hand over to the WSGI server."""

import gc
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from engine.binding import FILE
from engine.bootstrap import Product, Settings, build
from engine.cli import USAGE
from engine.cli.allocating import give_back, thrifty
from engine.cli.noticing import warn_of_strangers, without_mistakes
from engine.cli.opening import data_options
from engine.cli.preparing import Preparing
from engine.cli.renewing import Telling
from engine.cli.telling import told_diagnostic
from engine.ledger.rebuild import Progress, Tell
from engine.loading.library import Library
from engine.people import FIRST
from engine.publishing import revisions
from engine.revisions import SITE

WORKERS = min(len(os.sched_getaffinity(0)), 4)
PATIENCE = 10
"""Seconds that a process gets to finish what it answers once it is told to end; one that is told twice at once may never end."""
_Begin = Callable[[], Callable[..., Any]]
"""Begins the application in a process that is to answer, and gives it."""


@click.command()
@click.option("--demo", is_flag=True, help="With the demonstration's people (printed PINs) and a clock that can be put forward.")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="The address to listen on; 0.0.0.0 for tablets in the house."
)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=WORKERS, show_default="one for each core, at most 4", help="Processes that answer.")
@click.option("--threads", default=24, show_default=True, help="Requests that each of them works on at once.")
@click.option(
    "--sops",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of procedures. [SOP_SOPS, default: sops]",
)
@data_options
def serve_command(
    demo: bool, host: str, port: int, workers: int, threads: int, sops: Path | None, data: Path | None, database: str | None
) -> None:
    """Start the server.

    At the very first start the procedures of the folder are published; later changes wait for `sop publish`. Without --demo
    the first administrator signs on with a one-time code that is printed here.
    """
    thrifty()
    settings = Settings.from_environment(sops=sops, data=data, database=database, is_demo=demo or None)
    with _listening(host, port) as preparing:
        channels = without_mistakes(settings.data)
        product = build(settings, tell=_told_by(preparing))
        try:
            _prepare(product)
            warn_of_strangers(product, channels)
            begin = _put_together(product)
        finally:
            product.engine.ledger.close()
    click.echo(f"open http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}/", err=True)  # noqa: S104
    _hand_over(begin, host, port, workers, threads)


def _listening(host: str, port: int) -> Preparing:
    try:
        return Preparing(host, port)
    except OSError as error:
        click.echo(f"sop: cannot listen on {host}:{port} ({error.strerror}); try another with --port", err=True)
        sys.exit(USAGE)


def _told_by(preparing: Preparing) -> Tell:
    """Whom to tell how far it is: whoever asks at the port, and the terminal."""
    says = Telling()

    def tell(progress: Progress) -> None:
        preparing.tell(progress)
        says(progress)

    return tell


def _prepare(product: Product) -> None:
    """First start: publish what is clean, add the demonstration's people, print the one-time code."""
    engine, settings = product.engine, product.settings
    if SITE not in engine.directory.now().published:
        library = Library.load(settings.sops, settings.cache)  # the first look at the texts has them ready
        for error in library.errors:
            click.echo(told_diagnostic(error, "en"), err=True)
        published = engine.publish(revisions(library, engine.clock.now().date(), is_first=True), "first start", "as shipped")
        click.echo(f"published {max(len(published) - 1, 0)} procedures of {settings.sops}", err=True)
    if settings.is_demo and SITE in engine.directory.now().published:
        from engine.demo import add_people

        add_people(engine)
        click.echo("DEMO: everybody's PIN is shown on the sign-on page; never use this for real work", err=True)
    elif not engine.directory.now().people:
        code = engine.pins.one_time_code(engine.clock.now())
        click.echo(f"first administrator: open /first and enter the one-time code {code}", err=True)
    elif engine.pins.has(FIRST):
        engine.pins.forget(FIRST)
    warn_of_pins(product)


def warn_of_pins(product: Product) -> None:
    """Say whose PIN nobody can sign on with: the key is another than it was kept with, or somebody wrote to the database."""
    if people := product.engine.pins.foreign():
        told = f"the PIN of {', '.join(people)} was not kept with {product.settings.data / FILE} and does not fit"
        click.echo(f"{told}: put that file back from the backup, or set another: sop user pin PERSON", err=True)


def _put_together(product: Product) -> _Begin:
    """Put the pages together, while the port is still answered."""
    serving = import_module("webui.serving")
    return partial(serving.begin, serving.put_together(product))


def _hand_over(begin: _Begin, host: str, port: int, workers: int, threads: int) -> None:
    """Become the WSGI server (see docs/decisions for which and why). Its processes are forks, and share what is loaded: no
    connection is open."""
    gc.collect()
    give_back()  # a first start compiles every procedure and every template
    gc.freeze()  # else each process copies what it shares as soon as it looks for what nobody needs any more
    _end_when_told()
    # Its warning that there are more threads than cores would puzzle whoever starts this: they wait for the disk, not for a core.
    server = Granian(
        "webui.wsgi:app", address=host, port=port, interface=Interfaces.WSGI, workers=workers, respawn_failed_workers=True,
        blocking_threads=threads, websockets=False, log_level=LogLevels.error, workers_kill_timeout=PATIENCE,
    )  # fmt: skip

    def forgive() -> None:
        """Where all were told to end at once, one that was faster than the first did nothing wrong."""
        if server.interrupt_signal:
            server.interrupt_children.clear()

    server.on_shutdown(forgive)
    server.serve(target_loader=begin, wrap_loader=False)


def _end_when_told() -> None:
    """Let each fork end by SIGTERM from its first moment: it takes a second until the WSGI server listens to signals in it.

    Until then it would have the first process's way of taking them, which does nothing there: the fork would miss that it is to
    end, and the first process wait for it for ever. Ctrl-C reaches every process of a terminal: forks leave it to the first one,
    which ends them, so that none is told twice.
    """
    held = partial(signal.pthread_sigmask, signal.SIG_BLOCK, [signal.SIGTERM])
    let = partial(signal.pthread_sigmask, signal.SIG_UNBLOCK, [signal.SIGTERM])

    def begin() -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])  # also once the WSGI server asks for it; threads take it over
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        let()

    os.register_at_fork(before=held, after_in_parent=let, after_in_child=begin)
