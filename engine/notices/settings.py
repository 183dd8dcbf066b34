"""channels.yaml of the data folder, read: the channels with their secrets, and every mistake with its line and a way out.

It is never recorded: it holds secrets. A secret may stand in a file or in the environment instead; what is read from there is
never shown.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError

from engine.loading.diagnostic import Diagnostic, in_order
from engine.loading.explain import explain
from engine.loading.nearest import nearest
from engine.loading.sentences import Phrase
from engine.loading.source import Path as Spot
from engine.loading.source import Source, read
from engine.notices.channels import AnyChannel, ChannelsFile, Email
from engine.notices.mistake import HOLDS_SECRET, slip
from engine.procedure.site import Site

FILE = "channels.yaml"
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")
_URL = re.compile(r"[!-~]{1,2000}")
_LARGEST_SECRET = 4096  # bytes of a file that holds one


@dataclass(frozen=True, slots=True)
class Channels:
    """What the file says: channels by id, ready to be used where there are no mistakes."""

    by_id: Mapping[str, AnyChannel] = field(default_factory=dict)
    mistakes: tuple[Diagnostic, ...] = ()


def load(data: Path, environment: Mapping[str, str] = os.environ) -> Channels:
    """The channels of a data folder; none where the file is absent. Never raises for what is written there."""
    path = data / FILE
    try:
        source = read(path.read_bytes(), str(path))
    except FileNotFoundError:
        return Channels()
    except OSError as error:
        return Channels(mistakes=(slip(Source(str(path)), (), "unreadable", found=error.strerror or type(error).__name__),))
    if source.diagnostics:
        return Channels(mistakes=tuple(map(_discreet, in_order(source.diagnostics))))
    return _checked(source, data, environment)


def _checked(source: Source, data: Path, environment: Mapping[str, str]) -> Channels:
    if wrong := list(_top(source)):
        return Channels(mistakes=tuple(wrong))
    try:
        written = ChannelsFile.model_validate(source.tree)
    except ValidationError as error:
        return Channels(mistakes=tuple(map(_discreet, in_order(explain(error, ChannelsFile, source)))))
    ready: dict[str, AnyChannel] = {}
    mistakes: list[Diagnostic] = []
    for name, channel in written.channels.items():
        assert not isinstance(channel, Mapping)
        ready[name] = _with_secrets(name, channel, source, (data, environment), mistakes)  # type: ignore[arg-type]
        mistakes += _rules(name, ready[name], source)
    return Channels(mistakes=tuple(in_order(mistakes))) if mistakes else Channels(ready)


def _discreet(diagnostic: Diagnostic) -> Diagnostic:
    """Without what stands on a line that holds a secret."""
    if not HOLDS_SECRET.search(diagnostic.excerpt):
        return diagnostic
    hidden: dict[str, object] = {"found": "…", "out": Phrase("out_a_text")}
    facts = {name: hidden.get(name, fact) for name, fact in diagnostic.facts.items()}
    return replace(diagnostic, facts=facts, excerpt="")


def _top(source: Source) -> Iterator[Diagnostic]:
    """The one key of the file; below it the models know better."""
    if not isinstance(source.tree, Mapping) or not isinstance(source.tree.get("channels"), Mapping):
        yield slip(source, (), "no-channels")
        return
    for key in source.tree:
        if key != "channels":
            yield slip(source, (key,), "not-a-channel", at_key=True, found=key)


def _with_secrets(
    name: str, channel: AnyChannel, source: Source, where: tuple[Path, Mapping[str, str]], mistakes: list[Diagnostic]
) -> AnyChannel:
    """The channel with what its `…_file` and `…_env` point to."""
    found: dict[str, SecretStr] = {}
    for key in ("password",) if isinstance(channel, Email) else ("url", "secret"):
        spot: Spot = ("channels", name)
        given = [suffix for suffix in ("", "_file", "_env") if getattr(channel, key + suffix) is not None]
        if len(given) > 1:
            mistakes.append(
                slip(source, (*spot, key + given[1]), "two-secrets", at_key=True, found=key + given[1], other=key + given[0])
            )
        elif not given and key == "url":
            mistakes.append(slip(source, spot, "no-url", at_key=True, found=name))
        elif given and given[0]:
            secret = _fetched(getattr(channel, key + given[0]), given[0], where)
            if secret:
                found[key] = SecretStr(secret)
            else:
                what = getattr(channel, key + given[0])
                mistakes.append(slip(source, (*spot, key + given[0]), f"no-secret{given[0]}".replace("_", "-"), found=what))
    return channel.model_copy(update=found)


def _fetched(given: str, suffix: str, where: tuple[Path, Mapping[str, str]]) -> str:
    """The secret itself, without the line's end; empty where there is none. A file's name is seen from the data folder."""
    data, environment = where
    if suffix == "_env":
        return environment.get(given, "").strip()
    try:
        with (data / given).open(encoding="utf-8") as file:
            return file.read(_LARGEST_SECRET).strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _rules(name: str, channel: AnyChannel, source: Source) -> Iterator[Diagnostic]:
    spot: Spot = ("channels", name)
    quiet = channel.quiet
    if quiet is not None and quiet.from_ == quiet.until:
        yield slip(source, (*spot, "quiet", "until"), "quiet-none", found=f"{quiet.until:%H:%M}")
    if isinstance(channel, Email):
        yield from _mail_rules(channel, spot, source)
    elif channel.url is not None:
        url = channel.url.get_secret_value()
        key = next(key for key in ("url_file", "url_env", "url") if getattr(channel, key) is not None)
        if not _is_url(url):
            yield slip(source, (*spot, key), "url-form")
        elif urlsplit(url).scheme == "http" and not is_near(urlsplit(url).hostname or ""):
            yield slip(source, (*spot, key), "url-readable")


def _mail_rules(channel: Email, spot: Spot, source: Source) -> Iterator[Diagnostic]:
    if not _ADDRESS.fullmatch(channel.sender):
        yield slip(source, (*spot, "sender"), "address-form", found=channel.sender)
    for role, addresses in channel.tells.items():
        if not addresses:
            yield slip(source, (*spot, "tells", role), "no-address", found=role)
        for place, address in enumerate(addresses):
            if not _ADDRESS.fullmatch(address):
                yield slip(source, (*spot, "tells", role, place), "address-form", found=address)
    if not re.fullmatch(r"[A-Za-z0-9.:-]+", channel.server):
        yield slip(source, (*spot, "server"), "server-form", found=channel.server)
    if (channel.user is None) != (channel.password is None):
        yield slip(source, (*spot, "user"), "half-sign-on")
    if channel.security == "none" and channel.password is not None and not is_near(channel.server):
        yield slip(source, (*spot, "security"), "password-readable")


def _is_url(text: str) -> bool:
    try:
        url = urlsplit(text)
        return bool(
            _URL.fullmatch(text)
            and url.scheme in ("http", "https")
            and url.hostname
            and not url.fragment
            and not url.username
            and (url.port is None or url.port > 0)
        )
    except ValueError:  # a port that is none, a bracket left open
        return False


def is_near(host: str) -> bool:
    """Whether a host is this machine or a private address, which nobody outside reads."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return host == "localhost"


def strangers(channels: Channels, site: Site, data: Path) -> list[Diagnostic]:
    """Warnings for roles that the site does not have: their notices would go nowhere."""
    path = data / FILE
    found = []
    for name, channel in channels.by_id.items():
        for role in channel.roles:
            if role not in site.roles:
                source = read(path.read_bytes(), str(path))
                spot = ("channels", name, "tells", role if isinstance(channel, Email) else channel.roles.index(role))
                meant = nearest(role, list(site.roles))
                found.append(
                    slip(
                        source,
                        spot,
                        "unknown-role",
                        at_key=True,
                        level="warning",
                        found=role,
                        meant=meant or ", ".join(site.roles),
                    )
                )
    return in_order(found)
