"""What stands above the tablet of a preview: that nothing is recorded, as whom, and when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.procedure.plan import Plan
from engine.procedure.site import Season, Shift, Site
from engine.procedure.text import Language
from engine.sandbox import PIN, Preview, roles_of
from webui.preview.players import WHERE

Choice = tuple[str, str]
"""An id and its title."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A preview with everything that can be chosen around it."""

    id: str
    name: str
    title: str
    src: str  # what the tablet shows
    prefix: str
    csrf: str
    parties: tuple[Choice, ...]  # roles with a part in it
    others: tuple[Choice, ...]
    role: str
    seasons: tuple[Choice, ...]
    season: str
    shifts: tuple[Choice, ...]
    shift: str
    at: str  # as a form writes a moment, in the site's zone
    now: str
    zone: str
    pin: str
    sentence: str  # what was refused
    switched: str  # that another role plays on


def bar_of(
    preview: Preview,
    site: Site,
    plan: Plan | None,
    now: datetime,
    language: Language,
    csrf: str,
    back: str,
    sentence: str,
    switched: str = "",
) -> Bar:
    """The bar of a preview whose clock says `now`. The tablet opens on `back`, an address in the preview, or at its beginning."""
    local, prefix = now.astimezone(site.zone), f"{WHERE}{preview.id}"
    roles = [(id_, site.roles[id_].title.into(language)) for id_ in roles_of(plan, site)]
    parties = tuple(one for one in roles if plan is not None and one[0] in plan.parties)
    return Bar(
        id=preview.id,
        name=preview.name,
        title=(plan.procedure.title if plan else site.name).into(language),
        src=back if back.startswith(f"{prefix}/") and back.isprintable() else prefix + preview.opens_on,
        prefix=prefix,
        csrf=csrf,
        parties=parties,
        others=tuple(one for one in roles if one not in parties),
        role=preview.role,
        seasons=_titles(site.seasons, language),
        season=site.season(local.date()) or "",
        shifts=_titles(site.shifts, language),
        shift=site.shift(local.time()) or "",
        at=f"{local:%Y-%m-%dT%H:%M}",
        now=now.isoformat(timespec="milliseconds"),
        zone=site.timezone,
        pin=PIN,
        sentence=sentence,
        switched=switched,
    )


def _titles(table: Mapping[str, Season] | Mapping[str, Shift], language: Language) -> tuple[Choice, ...]:
    items: Iterable[tuple[str, Season | Shift]] = table.items()
    return tuple((id_, one.title.into(language)) for id_, one in items)
