"""QR codes, the cards of places that show them, the list of enrolled tablets, and the sheet for the wall."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from types import SimpleNamespace
from urllib.parse import urlsplit

from engine.devices import SCREEN, Device
from engine.procedure.site import Site

_BORDER = 4  # modules of white around a code: cameras need them
_HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code: its width in modules, the outline of the dark ones as an SVG path, and the address it says."""

    size: int
    path: str
    address: str


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """A place with the code that is good now, if there is one, and until when."""

    id: str
    title: str
    qr: Qr | None
    until: str
    tablets: int


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A tablet that is enrolled, or was `until` then."""

    id: str
    title: str
    place: str
    since: str
    is_this: bool
    until: str = ""


@dataclass(frozen=True, slots=True)
class WallCode:
    """A code on the sheet for the wall: what it opens."""

    title: str
    qr: Qr


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet for the wall of a place: the code of its board, and one for each of its procedures."""

    place: str
    board: Qr
    codes: tuple[WallCode, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A code shown to whoever asked for it: where it leads, and when it ends."""

    address: str
    expires_at: datetime


def qr_of(address: str) -> Qr:
    """The QR code of an address: dark squares in one row become one stroke."""
    import segno  # large, and a code is drawn on few days

    rows = [bytes(row) for row in segno.make_qr(address, error="m").matrix_iter(border=_BORDER)]
    return Qr(len(rows), "".join(_strokes(y, row) for y, row in enumerate(rows)), address)


def _strokes(y: int, row: bytes) -> str:
    found, x = "", 0
    for is_dark, squares in groupby(row):
        length = len(list(squares))
        found += f"M{x} {y}h{length}v1h-{length}z" if is_dark else ""
        x += length
    return found


def place_cards(site: Site, shown: Mapping[str, Shown], devices: Iterable[Device], w: SimpleNamespace) -> tuple[PlaceCard, ...]:
    """Every place of the site, and the wall screens last; `shown` has the codes that are good now, by place."""
    standing = [device.place for device in devices if device.is_enrolled]
    titles = {id_: place.title.into(w.language) for id_, place in site.places.items()} | {SCREEN: str(w.wall_screen)}
    return tuple(
        PlaceCard(
            id_,
            title,
            qr_of(shown[id_].address) if id_ in shown else None,
            f"{shown[id_].expires_at.astimezone(site.zone):%H:%M}" if id_ in shown else "",
            standing.count(id_),
        )
        for id_, title in titles.items()
    )


def device_rows(site: Site, devices: Iterable[Device], this: str, w: SimpleNamespace) -> tuple[DeviceRow, ...]:
    """The tablets that are enrolled, by place in the site's order, the newest last."""
    order = list(site.places)
    enrolled = [device for device in devices if device.is_enrolled]
    enrolled.sort(key=lambda one: (order.index(one.place) if one.place in order else len(order), one.enrolled_at))
    return tuple(device_row(site, one, this, w) for one in enrolled)


def revoked_rows(site: Site, devices: Iterable[Device], w: SimpleNamespace) -> tuple[DeviceRow, ...]:
    """The tablets that were revoked, the last first: whoever looks for a stolen one finds it here."""
    gone = sorted((one for one in devices if one.revoked_at), key=lambda one: (one.revoked_at, one.id), reverse=True)
    return tuple(device_row(site, one, "", w) for one in gone)


def device_row(site: Site, device: Device, this: str, w: SimpleNamespace) -> DeviceRow:
    """A tablet as the list tells it."""
    place = site.places.get(device.place or "")
    where = place.title.into(w.language) if place else device.place or str(w.wall_screen)
    since, until = (f"{at.astimezone(site.zone):%Y-%m-%d %H:%M}" if at else "" for at in (device.enrolled_at, device.revoked_at))
    return DeviceRow(device.id, device.title or str(w.unnamed_tablet), where, since, device.id == this, until)


def is_out_of_reach(address: str) -> bool:
    """Whether an address means this very machine, so that a tablet that scans it finds nothing."""
    return urlsplit(address).hostname in _HERE
