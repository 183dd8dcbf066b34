"""`sop run`: a run in the terminal, prompts and all; recorded like any other, or rehearsed without recording."""

import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import click

from engine.cli import AUTHOR, USAGE
from engine.cli.asking import Terminal
from engine.cli.opening import data_options, product
from engine.cli.written import opened
from engine.procedure.field import Step
from engine.procedure.plan import bind, compile_plan
from engine.receipts import Receipt
from engine.run import commands
from engine.run.refusal import Refusal
from engine.run.rehearsal import Rehearsal
from engine.run.standing import Run
from engine.service import Engine


class Runner(Protocol):
    """A run that can be given commands."""

    actor: commands.Actor

    @property
    def run(self) -> Run:
        """The run as it stands."""
        ...

    def now(self) -> datetime:
        """The time now, in UTC."""
        ...

    def give(self, act: commands.Act) -> Refusal | None:
        """Give one command."""
        ...


class Rehearsed:
    """A run that is not recorded. The clock can be put forward."""

    def __init__(self, rehearsal: Rehearsal, actor: commands.Actor) -> None:
        self.rehearsal, self.actor = rehearsal, actor

    @property
    def run(self) -> Run:
        """The run as it stands."""
        assert self.rehearsal.run is not None
        return self.rehearsal.run

    def now(self) -> datetime:
        """The rehearsal's time."""
        return self.rehearsal.now

    def give(self, act: commands.Act) -> Refusal | None:
        """Give one command."""
        return self.rehearsal.give(act, self.actor)


class Recorded:
    """A run in the ledger."""

    def __init__(self, engine: Engine, run: str, actor: commands.Actor) -> None:
        self.engine, self.id, self.actor = engine, run, actor

    @property
    def run(self) -> Run:
        """The run as it stands."""
        return self.engine.run(self.id)

    def now(self) -> datetime:
        """The engine's time."""
        return self.engine.clock.now()

    def give(self, act: commands.Act) -> Refusal | None:
        """Give one command; durable when this returns None."""
        command = commands.Command(secrets.token_hex(16), self.id, self.actor, self.now(), act, self.run.state.version)
        outcome = self.engine.give(command)
        return None if isinstance(outcome, Receipt) else outcome


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
    inputs = terminal.fields(plan.procedure.inputs)
    refusal = rehearsal.start(actor, place or plan.procedure.place, inputs)
    if refusal is not None:
        terminal.refused(refusal)
        sys.exit(USAGE)
    runner = Rehearsed(rehearsal, actor)
    terminal.go_through(runner, put_forward=rehearsal.pass_time)


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
    run = id_ if plan is None else _started(engine, terminal, id_, place or plan.procedure.place, plan.procedure.inputs, actor)
    terminal.go_through(Recorded(engine, run, actor))


def _started(engine: Engine, terminal: Terminal, id_: str, place: str, inputs: tuple[Step, ...], actor: commands.Actor) -> str:
    act = commands.StartRun(id_, "", place, terminal.fields(inputs))
    outcome = engine.start(commands.Command(secrets.token_hex(16), "", actor, engine.clock.now(), act))
    if isinstance(outcome, Refusal):
        terminal.refused(outcome)
        sys.exit(USAGE)
    click.echo(f"run {outcome.run}")
    return outcome.run
