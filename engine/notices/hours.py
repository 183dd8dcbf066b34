"""When a notice may go out by a channel: at once, when it is no longer quiet, or with the next digest. Only arithmetic."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.notices.channels import Channel, Digest, Email, Quiet

DAY = timedelta(days=1)
DAILY = Digest(at=(time(8),), kinds=("unreviewed", "report_made", "report_late"))
"""What mail tells once a day, as a list: of reports and records that wait there may be many at once, and none is in a hurry."""


def goes_out_at(channel: Channel, kind: str, now: datetime, zone: ZoneInfo) -> datetime:
    """When a notice of a kind, told now, goes out first."""
    digest = digest_of(channel, kind)
    return after_quiet(channel, kind, next_digest(digest, now, zone) if digest else now, zone)


def digest_of(channel: Channel, kind: str) -> Digest | None:
    """The digest that notices of a kind wait for; None for what goes at once.

    By mail that of each day, also where the channel's own names the kind; else the channel's own.
    """
    own = channel.digest
    if isinstance(channel, Email) and kind in DAILY.kinds:
        return DAILY.model_copy(update={"at": (min(own.at),)}) if own else DAILY
    return own if own is not None and kind in own.kinds else None


def after_quiet(channel: Channel, kind: str, at: datetime, zone: ZoneInfo) -> datetime:
    """`at`, or when it is no longer quiet."""
    if channel.quiet is None or kind in channel.quiet.except_:
        return at
    return quiet_until(channel.quiet, at, zone) or at


def quiet_until(quiet: Quiet, at: datetime, zone: ZoneInfo) -> datetime | None:
    """When the quiet in which `at` falls is over, in UTC and later than `at`; None where it is not quiet."""
    local = at.astimezone(zone)
    clock, day = local.time(), local.date()
    if quiet.from_ < quiet.until:
        is_quiet = quiet.from_ <= clock < quiet.until
    else:
        is_quiet = clock >= quiet.from_ or clock < quiet.until
        day += DAY if clock >= quiet.from_ else timedelta()
    return _coming(datetime.combine(day, quiet.until, zone), at) if is_quiet else None


def next_digest(digest: Digest, now: datetime, zone: ZoneInfo) -> datetime:
    """The first moment of the digest later than `now`, in UTC."""
    today = now.astimezone(zone).date()
    moments = (datetime.combine(today + day * DAY, at, zone).astimezone(UTC) for day in (0, 1) for at in digest.at)
    return min(moment for moment in moments if moment > now)


def _coming(local: datetime, after: datetime) -> datetime:
    """A time of the site's clock in UTC: the second one, on the night that has two, where the first is over."""
    first = local.replace(fold=0).astimezone(UTC)
    return first if first > after else local.replace(fold=1).astimezone(UTC)
