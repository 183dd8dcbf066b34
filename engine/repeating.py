"""A command that is sent again: a double tap, a lost answer, a retry. It gets its original receipt; one that asks for something
else under the same id is a misuse.
"""

import structlog

from engine.ledger.log import Misused
from engine.ledger.store import Ledger
from engine.ledger.vault import told_otherwise
from engine.receipts import Receipt, digest_of
from engine.run.commands import Command

log = structlog.get_logger()


def earlier(ledger: Ledger, command: Command, digest: bytes) -> Receipt | None:
    """The original receipt of a command that was recorded before. Raises Misused."""
    receipt = ledger.log.receipt(command.command_id)
    if receipt is None:
        return None
    if receipt.digest != digest:
        raise misused(command)
    return again(ledger, command, receipt.body)


def again(ledger: Ledger, command: Command, body: bytes) -> Receipt:
    """The original receipt, where the personal values, which the digest leaves out, are the same too. Raises Misused."""
    receipt = Receipt.of(command.command_id, body)
    if told_otherwise(ledger, receipt.run, command.command_id, digest_of(command)):
        raise misused(command)
    return receipt


def misused(command: Command) -> Misused:
    """The misuse, told in the log."""
    log.warning("command_id_misused", command=command.command_id, person=command.actor.person)
    return Misused(command.command_id)
