"""What the engine itself puts into a command before it is decided, never whoever asks: what is open, and what is judged."""

from collections.abc import Callable
from dataclasses import replace

from engine.ledger.chain import run_digest
from engine.ledger.log import Log
from engine.run import commands
from engine.run.standing import Run
from engine.stock import Stock, with_stock


def filled(run: Run, command: commands.Command, stock: Callable[[], Stock], log: Log) -> commands.Command:
    """The command with what is open at the site where a step reads it, and the run's digest where the run is judged."""
    act = command.act
    if isinstance(act, commands.ReturnRun | commands.ApproveRun):
        events = log.stream(run.state.run)[: run.state.version]
        return replace(command, act=replace(act, digest=run_digest(events).hex()))
    return with_stock(run, command, stock)
