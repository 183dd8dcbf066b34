"""What the engine itself puts into a command before it is decided, never whoever asks: what is open, and what is judged; and
what it knows of whoever asks that stands in no event of the run.
"""

from collections.abc import Callable
from dataclasses import replace

from engine.ledger.chain import run_digest
from engine.ledger.log import Log
from engine.ledger.store import Ledger
from engine.review.queries import Queries
from engine.run import commands
from engine.run.refusal import Refusal
from engine.run.standing import Run
from engine.stock import Stock, with_stock


def filled(run: Run, command: commands.Command, stock: Callable[[], Stock], log: Log) -> commands.Command:
    """The command with what is open at the site where a step reads it, and the run's digest where the run is judged."""
    act = command.act
    if isinstance(act, commands.ReturnRun | commands.ApproveRun):
        events = log.stream(run.state.run)[: run.state.version]
        return replace(command, act=replace(act, digest=run_digest(events).hex()))
    return with_stock(run, command, stock)


def closer(command: commands.Command, ledger: Ledger) -> Refusal | None:
    """A refusal where a run is judged by somebody who closed a row that it wrote."""
    actor, is_judged = command.actor, isinstance(command.act, commands.AskReview | commands.ReturnRun | commands.ApproveRun)
    if is_judged and "review" in actor.may and Queries(ledger).has_closed(command.run, actor.person):
        return Refusal("own_run", facts={"person": actor.name})
    return None
