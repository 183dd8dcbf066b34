"""A run as the terminal gives it commands: rehearsed without recording, or recorded in the ledger."""

import secrets
from datetime import datetime
from typing import Protocol

from engine.receipts import Receipt
from engine.run import commands
from engine.run.plainest import somebody
from engine.run.refusal import Refusal
from engine.run.rehearsal import Rehearsal
from engine.run.standing import Run
from engine.run.view import StepView
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

    def change_to(self, view: StepView) -> bool:
        """Let somebody go on who may do a step that is kept from this person; whether there is somebody."""
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

    def change_to(self, view: StepView) -> bool:
        """The next person of the step's role goes on."""
        before = self.actor
        self.actor = somebody(self.rehearsal, view.placed)
        return self.actor != before


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

    def change_to(self, view: StepView) -> bool:  # noqa: ARG002 - whoever else it is signs on by himself
        """Nobody: another person gives a PIN of his own."""
        return False
