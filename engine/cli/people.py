"""`sop user`: accounts from the command line, for whoever runs the server."""

import json
import secrets
from pathlib import Path

import click

from engine.cli.opening import data_options, product
from engine.directory import Person
from engine.people import is_pin
from engine.revisions import NoSiteError
from engine.run.site_events import PersonAdded, PersonChanged, PinChanged
from engine.service import Engine


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
    if not person.isascii() or not person.replace("_", "").isalnum() or len(person) > 40:
        raise click.UsageError(f"{person!r} is not an id: use letters, digits and _, at most 40")
    with product(data=data, database=database) as opened:
        engine = opened.engine
        if person in engine.directory.now().people:
            raise click.UsageError(f"{person} exists already")
        _must_exist(engine, roles, place)
        chosen = _pin(pin)
        engine.pins.set(person, chosen, engine.clock.now())
        engine.note_all((PersonAdded(person, name, roles, lang, place), PinChanged(person)), "command line")
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
        found = _somebody(engine, person)
        _must_exist(engine, roles, place)
        changed = PersonChanged(
            person, name or found.name, roles or found.roles, lang or found.lang, found.is_active, place or found.place
        )
        engine.note(changed, "command line")
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
@data_options
def disable_person(person: str, data: Path | None, database: str | None) -> None:
    """Disable an account. What the person recorded stays."""
    _activate(person, False, data, database)
    click.echo(f"disabled {person}")


@user_command.command("enable")
@click.argument("person")
@data_options
def enable_person(person: str, data: Path | None, database: str | None) -> None:
    """Enable an account again, for the same person."""
    _activate(person, True, data, database)
    click.echo(f"enabled {person}")


def _activate(person: str, is_active: bool, data: Path | None, database: str | None) -> None:
    with product(data=data, database=database) as opened:
        found = _somebody(opened.engine, person)
        event = PersonChanged(person, found.name, found.roles, found.lang, is_active, found.place)
        opened.engine.note(event, "command line")


def _somebody(engine: Engine, person: str) -> Person:
    found = engine.directory.now().people.get(person)
    if found is None:
        raise click.UsageError(f"there is nobody with the id {person}; see: sop user list")
    return found


def _must_exist(engine: Engine, roles: tuple[str, ...], place: str | None) -> None:
    try:
        site = engine.site
    except NoSiteError:
        raise click.UsageError("nothing is published yet, so there are no roles; first: sop publish") from None
    for role in roles:
        if role not in site.roles:
            raise click.UsageError(f"there is no role {role}; there are: {', '.join(site.roles)}")
    if place is not None and place not in site.places:
        raise click.UsageError(f"there is no place {place}; there are: {', '.join(site.places)}")


def _pin(given: str | None) -> str:
    if given is None:
        return next(pin for pin in iter(lambda: f"{secrets.randbelow(10**6):06d}", None) if is_pin(pin))
    if not is_pin(given):
        raise click.UsageError("a PIN has six digits, not all the same and not a run like 123456")
    return given
