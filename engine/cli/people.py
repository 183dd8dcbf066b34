"""`sop user`: accounts from the command line, for whoever runs the server. The rules are those of the pages."""

import json
import secrets
import sys
from pathlib import Path
from typing import NoReturn

import click

from engine.accounts import (
    Accounts,
    Entry,
    Intake,
    Outcome,
    Refused,
    Saved,
    Unreadable,
    Wanted,
    intake,
    read,
    text_of,
    told,
    written,
)
from engine.cli.opening import data_options, product
from engine.directory import Person
from engine.people import is_pin
from engine.revisions import NoSiteError
from engine.run.commands import Actor
from engine.run.site_events import PinChanged
from engine.service import Engine

_WHO = Actor("command line", "command line", (), frozenset(("manage_people",)))
_AUTHOR = 1  # the exit code for what the file has wrong


@click.group("user")
def user_command() -> None:
    """People: list, add, change, set a PIN, disable. Accounts are disabled, never deleted or used again."""


@user_command.command("list")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@data_options
def list_people(form: str, data: Path | None, database: str | None) -> None:
    """List everybody."""
    with product(data=data, database=database) as opened:
        people = list(opened.engine.directory.now().people.values())
    if form == "json":
        click.echo(
            json.dumps(
                [{"id": p.id, "name": p.name, "roles": p.roles, "is_active": p.is_active} for p in people], ensure_ascii=False
            )
        )
        return
    for person in people:
        click.echo(f"{person.id:16} {person.name:12} {', '.join(person.roles)}{'' if person.is_active else '  (disabled)'}")


@user_command.command("add")
@click.argument("person")
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, help="A role of site.yaml; may be given more than once.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh")
@click.option("--place", help="The place whose tablet shows this person first.")
@click.option("--pin", help="Six digits; made and printed once where not given.")
@data_options
def add_person(
    person: str,
    name: str,
    roles: tuple[str, ...],
    lang: str,
    place: str | None,
    pin: str | None,
    data: Path | None,
    database: str | None,
) -> None:
    """Add somebody. PERSON is a short id that is never used again for anybody else."""
    with product(data=data, database=database) as opened:
        engine, chosen = opened.engine, _pin(pin)
        _needs_a_site(engine)
        _recorded(Accounts(engine).add(Wanted(person, name, roles, lang, place), _WHO, secrets.token_hex(16), with_code=False))
        engine.pins.set(person, chosen, engine.clock.now())
        engine.note(PinChanged(person), _WHO.person)
    click.echo(f"added {person}, PIN {chosen}" if pin is None else f"added {person}")


@user_command.command("change")
@click.argument("person")
@click.option("--name")
@click.option("--role", "roles", multiple=True, help="The new roles; all of them.")
@click.option("--lang", type=click.Choice(["zh", "en"]))
@click.option("--place")
@data_options
def change_person(
    person: str,
    name: str | None,
    roles: tuple[str, ...],
    lang: str | None,
    place: str | None,
    data: Path | None,
    database: str | None,
) -> None:
    """Change somebody's name, roles, language or place."""
    with product(data=data, database=database) as opened:
        engine = opened.engine
        _needs_a_site(engine)
        old = _somebody(engine, person)
        wanted = Wanted(person, name or old.name, roles or old.roles, lang or old.lang, place or old.place)
        if wanted.differs(old):
            _recorded(Accounts(engine).change(wanted, "", "", _WHO, secrets.token_hex(16)))
    click.echo(f"changed {person}")


@user_command.command("pin")
@click.argument("person")
@click.option("--pin", help="Six digits; made and printed once where not given.")
@data_options
def set_pin(person: str, pin: str | None, data: Path | None, database: str | None) -> None:
    """Set somebody's PIN."""
    with product(data=data, database=database) as opened:
        _somebody(opened.engine, person)
        chosen = _pin(pin)
        opened.engine.pins.set(person, chosen, opened.engine.clock.now())
        opened.engine.note(PinChanged(person), "command line")
    click.echo(f"PIN of {person}: {chosen}" if pin is None else f"PIN of {person} set")


@user_command.command("disable")
@click.argument("person")
@click.option("--reason", default="command line", help="Why; it is kept with the person.")
@data_options
def disable_person(person: str, reason: str, data: Path | None, database: str | None) -> None:
    """Disable an account. What the person recorded stays."""
    _activate(person, False, reason, data, database)
    click.echo(f"disabled {person}")


@user_command.command("enable")
@click.argument("person")
@click.option("--reason", default="command line", help="Why; it is kept with the person.")
@data_options
def enable_person(person: str, reason: str, data: Path | None, database: str | None) -> None:
    """Enable an account again, for the same person."""
    _activate(person, True, reason, data, database)
    click.echo(f"enabled {person}")


@user_command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Write without asking.")
@data_options
def import_people(file: Path, yes: bool, data: Path | None, database: str | None) -> None:
    """Add and change everybody a CSV file names: columns id, name, roles, lang, place. All or nothing.

    New people get a one-time code, printed once, with which they set a PIN of their own on a tablet.
    Whoever has no id in the file is given one.
    """
    text = text_of(file.read_bytes())
    sheet = text if isinstance(text, Unreadable) else read(text)
    if isinstance(sheet, Unreadable):
        _fail(f"{file.name}: {told(sheet.code, sheet.facts, 'en')}")
    with product(data=data, database=database) as opened:
        engine = opened.engine
        _needs_a_site(engine)
        found = intake(sheet, engine.directory.now().people, engine.site)
        _tell(found, file)
        if not found.counts["new"] + found.counts["changed"]:
            return
        if not yes:
            click.confirm("Write this?", abort=True)
        _slips(engine, _recorded(Accounts(engine).take_in(sheet, found.digest, _WHO, secrets.token_hex(16))))


@user_command.command("export")
@data_options
def export_people(data: Path | None, database: str | None) -> None:
    """Everybody as CSV, as `sop user import` reads it."""
    with product(data=data, database=database) as opened:
        click.echo(written(opened.engine.directory.now().people.values()), nl=False)


def _tell(found: Intake, file: Path) -> None:
    """What the file would change, and what is wrong in it; ends here where anything is."""
    for entry in found.entries:
        if entry.state in ("new", "changed"):
            click.echo(f"{entry.state:9} {entry.wanted.id:16} {_change(entry)}")
        for fault in entry.faults:
            click.echo(f"{file.name}:{entry.line}: {told(fault.code, fault.facts, 'en')}", err=True)
    if found.ignored:
        click.echo(f"not used: {', '.join(found.ignored)}", err=True)
    click.echo(", ".join(f"{count} {state}" for state, count in found.counts.items()))
    if found.counts["wrong"]:
        _fail(told("rows_wrong", {"count": found.counts["wrong"]}, "en"))


def _change(entry: Entry) -> str:
    one, old = entry.wanted, entry.before
    new = (one.name, ",".join(one.roles), one.lang, one.place or "-")
    was = (old.name, ",".join(old.roles), old.lang, old.place or "-") if old else new
    return "  ".join(now if now == before else f"{before} -> {now}" for now, before in zip(new, was, strict=True))


def _slips(engine: Engine, saved: Saved) -> None:
    people = engine.directory.now().people
    for person, code in saved.codes.items():
        click.echo(f"{person:16} {people[person].name:12} code {code[:4]} {code[4:]}")
    if saved.until is not None:
        click.echo(f"codes are good until {saved.until.astimezone(engine.site.zone):%Y-%m-%d %H:%M}, once each")


def _activate(person: str, is_active: bool, reason: str, data: Path | None, database: str | None) -> None:
    with product(data=data, database=database) as opened:
        engine = opened.engine
        if _somebody(engine, person).is_active != is_active:
            _needs_a_site(engine)
            _recorded(Accounts(engine).activate(person, is_active, reason, _WHO, secrets.token_hex(16)))


def _recorded(outcome: Outcome) -> Saved:
    """The outcome where it was recorded; else the mistake is told and nothing goes on."""
    if isinstance(outcome, Refused):
        raise click.UsageError(told(outcome.code, outcome.facts, "en"))
    return outcome


def _fail(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(_AUTHOR)


def _somebody(engine: Engine, person: str) -> Person:
    found = engine.directory.now().people.get(person)
    if found is None:
        raise click.UsageError(f"there is nobody with the id {person}; see: sop user list")
    return found


def _needs_a_site(engine: Engine) -> None:
    try:
        _ = engine.site
    except NoSiteError:
        raise click.UsageError("nothing is published yet, so there are no roles; first: sop publish") from None


def _pin(given: str | None) -> str:
    if given is None:
        return next(pin for pin in iter(lambda: f"{secrets.randbelow(10**6):06d}", None) if is_pin(pin))
    if not is_pin(given):
        raise click.UsageError("a PIN has six digits, not all the same and not a run like 123456")
    return given
