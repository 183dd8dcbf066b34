"""`sop checkpoint renew-key`: another key for the checkpoints, with a reason, and never by itself."""

from pathlib import Path

import click

from engine.cli.opening import data_options, product
from engine.ledger.notes import KeyGone
from engine.rekeying import NotRenewed, Renewed, renew
from engine.service import Engine

_LONGEST = 1000
_WHY = {
    "unsigned": "nothing was signed yet: the first checkpoint makes its key by itself",
    "at_hand": "the key is at hand, so it is not lost: leave --lost out, and the old one signs that the new one follows",
    "another": "--old-key is not the public key by which the newest checkpoint was signed",
    "overtaken": "somebody else changed the key at the same time; nothing was done here. See: sop verify",
}


@click.command("renew-key")
@click.option("--reason", required=True, help="Why, in a sentence; whoever checks the record reads it.")
@click.option("--by", required=True, metavar="PERSON", help="Who does it: the id of somebody who may manage accounts.")
@click.option(
    "--lost", "is_lost", is_flag=True, help="The old key is lost for good: nothing vouches for the new one but the record."
)
@click.option("--old-key", default="", help="The old public key (of a bundle, say), where the record does not tell it.")
@data_options
def renew_key_command(reason: str, by: str, is_lost: bool, old_key: str, data: Path | None, database: str | None) -> None:
    """Sign checkpoints by a new key from now on. It is recorded, with who and why, and whoever checks the record is told.

    With the old key at hand that one signs that the new one follows. Where it is lost look for it in the backups first;
    with --lost every tablet stops until a supervisor has looked, as it does for any key that it does not know.
    """
    reason = reason.strip()
    if not reason or len(reason) > _LONGEST:
        raise click.UsageError(f"give a reason of at most {_LONGEST} characters: whoever checks the record asks for it")
    with product(data=data, database=database) as opened:
        _may(opened.engine, by)
        try:
            done = renew(opened.engine, opened.settings.data, reason, by, is_lost=is_lost, old_line=old_key.strip())
        except NotRenewed as error:
            raise click.UsageError(f"{_WHY[error.why]}; nothing was changed") from error
        except KeyGone as error:
            lost = "Nothing was changed. Where it is lost for good, say so: --lost"
            raise click.UsageError(f"{error}\n{lost}") from error
    for line in _told(done):
        click.echo(line)


def _may(engine: Engine, person: str) -> None:
    """Wrong usage unless it is somebody who works here and may manage accounts."""
    people, roles = engine.directory.now().people, engine.site.roles
    able = [
        one.id
        for one in people.values()
        if one.is_active and any("manage_people" in roles[r].may for r in one.roles if r in roles)
    ]
    if person not in able:
        raise click.UsageError(f"--by {person}: not one who may manage accounts; those are {', '.join(able) or 'nobody yet'}")


def _told(done: Renewed) -> tuple[str, ...]:
    how = (
        "signed by the old key"
        if done.is_handed_over
        else "NOT signed by the old key: tablets stop until a supervisor has looked"
    )
    return (
        f"old key {done.old}",
        f"new key {done.new}",
        f"{how}; in force from now on, first checkpoint: {done.first.size} events",
        f"{done.file}: back it up now, and give the new public key to whoever has the old one",
    )
