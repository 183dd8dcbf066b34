"""`sop run`: a run in the terminal, prompts and all; recorded like any other, or rehearsed without recording."""

import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from engine.cli import AUTHOR, USAGE
from engine.cli.asking import Terminal
from engine.cli.folders import opened
from engine.cli.opening import data_options, product
from engine.cli.runner import Recorded, Rehearsed
from engine.playing import UnknownRun
from engine.procedure.plan import bind, compile_plan
from engine.procedure.procedure import Procedure
from engine.revisions import SITE
from engine.run import commands
from engine.run.refusal import Refusal
from engine.run.rehearsal import Rehearsal
from engine.service import Engine


@click.command()
@click.argument("id_", metavar="ID")
@click.option("--as", "person", help="Who runs it: a person's id; the PIN is asked.")
@click.option("--rehearse", is_flag=True, help="Record nothing: try the procedure as it is in the folder.")
@click.option("--role", help="Rehearse in this role; default: the first of done_by.")
@click.option("--place", help="Where; default: the procedure's own place.")
@click.option(
    "--sops", type=click.Path(exists=True, path_type=Path), default="sops", help="The folder of procedures, for --rehearse."
)
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh")
@data_options
def run_command(
    id_: str, person: str | None, rehearse: bool, role: str | None, place: str | None, sops: Path, lang: str,
    data: Path | None, database: str | None,
) -> None:  # fmt: skip
    """Run a procedure in the terminal.

    ID is a procedure (pool/prep) or, to go on with it, a run. Type ? at any prompt for what can be typed.
    """
    if rehearse:
        _rehearse(id_, sops, role, place, lang)
        return
    if person is None:
        raise click.UsageError("say who runs it with --as PERSON, or try it with --rehearse")
    with product(data=data, database=database) as opened_product:
        _record(opened_product.engine, id_, person, place, lang)


def _rehearse(id_: str, sops: Path, role: str | None, place: str | None, lang: str) -> None:
    library, _ = opened(sops)
    loaded = library.procedures.get(id_)
    if loaded is None or library.site is None:
        known = ", ".join(sorted(library.procedures))
        click.echo(f"sop: there is no usable procedure {id_!r} in {sops}; there are: {known}", err=True)
        sys.exit(AUTHOR if id_ in library.broken else USAGE)
    plan = compile_plan(bind(loaded.procedure, library.site), library.site)
    if role is not None and role not in library.site.roles:
        raise click.UsageError(f"there is no role {role}; there are: {', '.join(library.site.roles)}")
    rehearsal = Rehearsal(plan, datetime.now(UTC))
    actor = rehearsal.actor(role or plan.procedure.done_by[0])
    terminal = Terminal(lang)
    with terminal.may_leave():
        refusal = rehearsal.start(actor, place or plan.procedure.place, terminal.fields(plan.procedure.inputs))
        if refusal is not None:
            terminal.refused(refusal)
            sys.exit(USAGE)
        terminal.go_through(Rehearsed(rehearsal, actor), put_forward=rehearsal.pass_time)


def _record(engine: Engine, id_: str, person: str, place: str | None, lang: str) -> None:
    found = engine.directory.now().people.get(person)
    if found is None or not found.is_active:
        raise click.UsageError(f"there is nobody active with the id {person}; see: sop user list")
    terminal = Terminal(lang, check_pin=lambda pin: engine.pins.check(person, "terminal", pin, engine.clock.now()).is_right)
    if not terminal.pin():
        click.echo("sop: the PIN is wrong", err=True)
        sys.exit(USAGE)
    actor = engine.actor(found, "terminal")
    plan = engine.plan(id_)
    if plan is None and not _is_run(engine, id_):
        known = ", ".join(sorted(engine.directory.now().published.keys() - {SITE}))
        raise click.UsageError(f"there is neither a run {id_} nor a procedure {id_} in use; there are: {known or 'none'}")
    with terminal.may_leave():
        run = _started(engine, terminal, id_, place, plan.procedure, actor) if plan else id_
        terminal.go_through(Recorded(engine, run, actor))


def _is_run(engine: Engine, id_: str) -> bool:
    try:
        engine.run(id_)
    except UnknownRun:
        return False
    return True


def _started(engine: Engine, terminal: Terminal, id_: str, place: str | None, procedure: Procedure, actor: commands.Actor) -> str:
    act = commands.StartRun(id_, "", place or procedure.place, terminal.fields(procedure.inputs))
    outcome = engine.start(commands.Command(secrets.token_hex(16), "", actor, engine.clock.now(), act))
    if isinstance(outcome, Refusal):
        terminal.refused(outcome)
        sys.exit(USAGE)
    click.echo(f"run {outcome.run}")
    return outcome.run
