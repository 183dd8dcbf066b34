"""Commands on the ledger: publish, verify, rebuild."""

import json
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from engine.cli import AUTHOR
from engine.cli.folders import opened
from engine.cli.opening import data_options, product, settings_of
from engine.cli.telling import told_diagnostic
from engine.proposals import Proposals, Wanted
from engine.publishing import revisions
from engine.revisions import SITE, Revision
from engine.run.commands import Actor
from engine.run.refusal import Refusal
from engine.service import Engine
from engine.wording import told


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--sops", type=click.Path(exists=True, path_type=Path), default="sops", help="The folder of procedures.")
@click.option("--note", default="", help="Why, in a sentence; kept with the revision.")
@click.option("--by", default="command line", help="Who publishes; kept with the revision.")
@data_options
def publish_command(ids: tuple[str, ...], sops: Path, note: str, by: str, data: Path | None, database: str | None) -> None:
    """Publish procedures: every one of the folder that is without errors, or those named.

    Runs that are open stay on the revision they began with. Broken files are told, and never hide the good ones. Where the
    site asks for four eyes they are proposed, for somebody else to approve on the pages.
    """
    library, _ = opened(sops)
    for error in library.errors:
        click.echo(told_diagnostic(error, "en"), err=True)
    unknown = [id_ for id_ in ids if id_ not in library.procedures]
    if unknown:
        raise click.UsageError(f"no usable procedure {', '.join(unknown)} in {sops}; see: sop check {sops}")
    with product(data=data, database=database, begins=True) as opened_product:
        engine = opened_product.engine
        is_first = SITE not in engine.directory.now().published
        found = revisions(library, engine.clock.now().date(), ids, is_first=is_first)
        if renamed := [one.procedure for one in found if engine.renamed.present(one.procedure) != one.procedure]:
            raise click.UsageError(_renamed(renamed[0], engine.renamed.present(renamed[0])))
        asks = not is_first and engine.site.four_eyes
        changed = _proposed(engine, found, by, note) if asks else engine.publish(found, by, note)
    for revision in changed:
        click.echo(f"{'proposed' if asks else 'published'} {revision.procedure} {revision.digest[:12]}")
    click.echo(f"{len(changed)} {'proposed' if asks else 'published'}, {len(found) - len(changed)} unchanged", err=True)
    sys.exit(AUTHOR if library.errors and not ids else 0)


def _renamed(name: str, now: str) -> str:
    return f"{name} was renamed and is {now} now; take what its file says over into {now}.yaml, and the file {name}.yaml away"


def _proposed(engine: Engine, found: Sequence[Revision], by: str, note: str) -> list[Revision]:
    """Propose what differs from what is in force; what was."""
    published = engine.directory.now().published
    base = {one.procedure: published[one.procedure].digest if one.procedure in published else "" for one in found}
    changed = [one for one in found if base[one.procedure] != one.digest]
    if changed:
        actor = Actor(by, by, (), frozenset({"publish"}))
        wanted = Wanted(changed, {one.procedure: base[one.procedure] for one in changed}, note or "command line")
        outcome = Proposals(engine).propose(wanted, actor, secrets.token_hex(16))
        if isinstance(outcome, Refusal):
            raise click.ClickException(told(outcome, "en"))
    return changed


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option(
    "--checkpoint",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint that was kept elsewhere: the record must go on from it.",
)
@click.option("--since-checkpoint", is_flag=True, help="Only what followed the newest checkpoint: quick, and often.")
@data_options
def verify_command(form: str, file: Path | None, since_checkpoint: bool, data: Path | None, database: str | None) -> None:
    """Verify the record: the chain of every event, the signed checkpoints, revisions, photos, and that the lists say what the
    events say.

    Exit 0 when all is as it was written; 1 and the first broken event otherwise; 3 where the database is not to be had.
    """
    from engine.cli import verifying

    if file and since_checkpoint:
        raise click.UsageError("give --checkpoint or --since-checkpoint: one looks at everything, the other at what is new")
    settings = settings_of(data, database)
    if since_checkpoint:
        told = verifying.verify_since(settings)
    else:
        told = verifying.verify(settings, verifying.kept_elsewhere(file, settings) if file else None)
    if form == "json":
        click.echo(json.dumps(told.facts, indent=2))
    else:
        for line in told.lines:
            click.echo(line)
    sys.exit(AUTHOR if told.is_broken else 0)


@click.command()
@data_options
def rebuild_command(data: Path | None, database: str | None) -> None:
    """Make the lists anew from the events. The server should be stopped."""
    from engine import bootstrap
    from engine.cli.renewing import Telling
    from engine.ledger.codec import UNPLAYABLE
    from engine.ledger.rebuild import rebuild

    with product(data=data, database=database) as opened_product:
        try:
            rebuild(opened_product.engine.ledger, opened_product.engine.plan_of, bootstrap.opened, Telling())
        except UNPLAYABLE as error:
            what = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
            click.echo(f"sop: the events cannot be played again ({what}); the lists stay as they were.", err=True)
            click.echo("What is wrong: sop verify", err=True)
            sys.exit(AUTHOR)
    click.echo("rebuilt from the events")
