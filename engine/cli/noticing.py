"""`sop notices`: what was told and how it was delivered; and a test message by a channel."""

import json
import secrets
import sys
from dataclasses import asdict
from datetime import datetime, tzinfo
from pathlib import Path

import click

from engine.bootstrap import Product
from engine.cli import AUTHOR
from engine.cli.opening import data_options, product
from engine.cli.telling import told_diagnostic
from engine.ledger.times import stamp
from engine.notices import queue
from engine.notices.channels import AnyChannel, Email
from engine.notices.courier import plan_of, send
from engine.notices.message import Message, Undelivered
from engine.notices.notice import Notice
from engine.notices.queue import Delivery
from engine.notices.settings import FILE, Channels, load, strangers
from engine.notices.wording import Words, held_by, worded
from engine.revisions import SITE
from engine.service import Engine
from engine.wording import Names


@click.command()
@click.option("--test", "tested", metavar="CHANNEL", help="Send a test message by this channel now, and say what was answered.")
@click.option("--limit", default=20, show_default=True, help="How many notices are listed.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="The language of the notices.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@data_options
def notices_command(tested: str | None, limit: int, lang: str, form: str, data: Path | None, database: str | None) -> None:
    """List the last notices and how each channel delivered them.

    Channels are written in channels.yaml in the data folder; see docs/notices.md.
    """
    with product(data=data, database=database) as opened:
        channels = without_mistakes(opened.settings.data)
        if tested is not None:
            _test(opened, channels, tested)
            return
        found = queue.latest(opened.engine.ledger, limit)
        if form == "json":
            click.echo(json.dumps([_facts(notice, deliveries) for notice, deliveries in found], ensure_ascii=False, indent=2))
            return
        for notice, deliveries in found:
            click.echo(_line(opened.engine, notice, lang))
            for delivery in deliveries:
                click.echo(f"    {delivery.channel}: {_told(delivery, opened.engine.site.zone)}")


def without_mistakes(data: Path) -> Channels:
    """The channels of a data folder; where there are mistakes they are told, and that is the end."""
    channels = load(data)
    for mistake in channels.mistakes:
        click.echo(told_diagnostic(mistake, "en"), err=True)
    if channels.mistakes:
        sys.exit(AUTHOR)
    return channels


def warn_of_strangers(opened: Product, channels: Channels) -> None:
    """Say which roles of the channels the site does not have."""
    if SITE in opened.engine.directory.now().published:
        for mistake in strangers(channels, opened.engine.site, opened.settings.data):
            click.echo(told_diagnostic(mistake, "en"), err=True)


def _test(opened: Product, channels: Channels, name: str) -> None:
    channel = channels.by_id.get(name)
    if channel is None:
        known = ", ".join(channels.by_id) or f"none; write them in {opened.settings.data / FILE}"
        raise click.UsageError(f"there is no channel {name}; there are: {known}")
    warn_of_strangers(opened, channels)
    message = _test_message(opened.engine, name, channel)
    try:
        answered = send(channel, message)
    except Undelivered as failure:
        click.echo(f"{name}: not delivered: {failure.reason}", err=True)
        sys.exit(AUTHOR)
    click.echo(f"{name}: delivered; the other side said: {answered.said}")
    if answered.refused:
        click.echo(f"{name}: not taken for: {answered.refused}", err=True)
        sys.exit(AUTHOR)


def _test_message(engine: Engine, name: str, channel: AnyChannel) -> Message:
    said = {
        "zh": "这是一条试发的消息，不用处理。收到它，说明通知可以送到这里。",
        "en": "This is a test; nothing to do. That you read it says notices arrive here.",
    }
    line = {"zh": "试发通知", "en": "Test of notices"}[channel.language]
    addresses = tuple(dict.fromkeys(a for some in channel.tells.values() for a in some)) if isinstance(channel, Email) else ()
    site = engine.site.name.into(channel.language) if SITE in engine.directory.now().published else ""
    words = Words(line, f"{line}\n\n{said[channel.language]}")
    return Message(f"test-{secrets.token_hex(8)}", name, words, engine.clock.now(), (), addresses, site)


def _line(engine: Engine, notice: Notice, lang: str) -> str:
    site = engine.site
    names = Names("en" if lang == "en" else "zh", site, plan_of(engine, notice), engine.directory.now().people)
    told_at = f"{notice.told_at.astimezone(site.zone):%Y-%m-%d %H:%M}"
    return f"{told_at}  {notice.kind:9}  {worded(notice, names).line}  -> {held_by(notice, names)}"


def _told(delivery: Delivery, zone: tzinfo) -> str:
    when = {"sent": delivery.sent_at, "waiting": delivery.try_at}.get(delivery.state)
    is_worth_telling = delivery.attempts > (1 if delivery.state == "sent" else 0)
    tries = f" after {delivery.attempts} {'try' if delivery.attempts == 1 else 'tries'}" if is_worth_telling else ""
    at = f" {'at' if delivery.state == 'sent' else 'until'} {when.astimezone(zone):%Y-%m-%d %H:%M:%S}" if when else ""
    return f"{delivery.state.replace('_', ' ')}{at}{tries}{f': {delivery.error}' if delivery.error else ''}"


def _facts(notice: Notice, deliveries: list[Delivery]) -> dict[str, object]:
    return _plain(asdict(notice)) | {"deliveries": [_plain(asdict(delivery)) for delivery in deliveries]}


def _plain(facts: dict[str, object]) -> dict[str, object]:
    return {name: stamp(value) if isinstance(value, datetime) else value for name, value in facts.items()}
