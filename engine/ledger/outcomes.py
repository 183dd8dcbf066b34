"""Every way in which the ledger says no. Each exception carries facts; sentences are made where people read them."""

from engine.ledger.entries import Receipt


class Conflict(Exception):
    """The stream moved on since the decision was made; nothing of this batch was written."""

    def __init__(self, stream: str, expected: int, found: int) -> None:
        super().__init__(stream, expected, found)
        self.stream = stream
        self.expected = expected
        self.found = found


class DuplicateCommand(Exception):
    """The same command, same content, was recorded before; ``receipt`` is the original one."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(receipt)
        self.receipt = receipt


class Misused(Exception):
    """The command id is taken by a command with other content."""

    def __init__(self, command_id: str) -> None:
        super().__init__(command_id)
        self.command_id = command_id


class Rejected(Exception):
    """A batch the database or the canonical form does not admit: a fault of the caller. Nothing of it was written."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unavailable(Exception):
    """The database cannot be used now (disk full, locked, gone). Repeat the same command later.

    Nothing is half-written. When the connection was lost during the commit itself the whole batch may have been
    written; repeating the command then yields its receipt.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnsafeDatabase(Exception):
    """This database cannot keep the promises; ``problem`` is one of the keys of ``SENTENCES``, ``found`` what was met."""

    SENTENCES = {
        "version": "SQLite {found} can damage a database with several connections; at least 3.51.3 is needed. "
        "Install the pysqlite3 package, which brings one.",
        "memory": "A ledger in memory is lost at the next stop; give a file instead of {found}.",
        "wal": "The database answered journal mode {found} instead of wal; keep it on a local disk.",
        "synchronous": "The database answered synchronous={found} instead of 2 (FULL); acknowledged entries could be lost.",
        "encoding": "The database keeps text as {found} instead of UTF8; create it anew with encoding UTF8.",
        "backend": "Ledgers live in SQLite or PostgreSQL, not in {found}.",
        "schema": "The database has schema {found}, which this version of the program does not know; use a newer version.",
    }

    def __init__(self, problem: str, found: str) -> None:
        super().__init__(problem, found)
        self.problem = problem
        self.found = found

    def __str__(self) -> str:
        return self.SENTENCES[self.problem].format(found=self.found)
