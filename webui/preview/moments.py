"""To which moment a preview is put: a season, a shift, a date and time. Pure; the clock itself is `engine.sandbox`'s."""

from datetime import date, datetime, timedelta

from engine.procedure.site import Season, Site

_FARTHEST = timedelta(days=5 * 366)


def in_season(site: Site, now: datetime, season: str) -> datetime | None:
    """The first day of a season at the same hour; `now` where it is that season already. None for an unknown one."""
    local, wanted = now.astimezone(site.zone), site.seasons.get(season)
    if wanted is None:
        return None
    if site.season(local.date()) == season:
        return now
    return datetime.combine(_first_day(wanted, local.date()), local.time(), site.zone)


def in_shift(site: Site, now: datetime, shift: str) -> datetime | None:
    """The beginning of a shift on the same day; `now` where it is that shift already. None for an unknown one."""
    local, wanted = now.astimezone(site.zone), site.shifts.get(shift)
    if wanted is None:
        return None
    if site.shift(local.time()) == shift:
        return now
    return datetime.combine(local.date(), wanted.start, site.zone)


def at_moment(site: Site, today: datetime, written: str) -> datetime | None:
    """A moment as a form writes it, in the site's zone. None for what is no moment, or more than five years from `today`."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    moment = moment.replace(tzinfo=site.zone) if moment.tzinfo is None else moment
    return moment if abs(moment - today) < _FARTHEST else None


def _first_day(season: Season, after: date) -> date:
    for year in range(after.year, after.year + 9):
        try:
            day = date.fromisoformat(f"{year}-{season.start}")
        except ValueError:
            continue  # 29 February
        if day > after:
            return day
    return after
