"""The two clocks of an event, the device's and the server's: how far apart they were, and whether the device's jumped back."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from engine.run.events import Happened, ItemsListed
from webui.present.looking import Look
from webui.present.values import length_text, stamp

MENTIONED = timedelta(minutes=1)
"""A device's clock may be off by this much without being mentioned."""
FLAGGED = timedelta(minutes=2)
"""Off by more than this, somebody should look at the device's clock, or ask why it was recorded later."""
_JITTER = timedelta(seconds=1)  # by which a clock that is kept right may be set back


@dataclass(frozen=True, slots=True)
class DeviceClock:
    """What a device's clock said, where that is worth a word, and what is odd about it."""

    at: str = ""
    told: str = ""
    is_flagged: bool = False


PLAIN = DeviceClock()


@dataclass(slots=True)
class DeviceClocks:
    """The clocks of the devices of one run, followed from event to event."""

    look: Look
    _last: dict[str, datetime] = field(default_factory=dict)

    def of(self, one: Happened) -> DeviceClock:
        """What is said of an event's clocks. Time itself has no device, and what is open the server looked up."""
        if not one.by or isinstance(one.event, ItemsListed):
            return PLAIN
        before = self._last.get(one.device)
        self._last[one.device] = one.occurred_at
        has_jumped = before is not None and before - one.occurred_at > _JITTER
        off = one.occurred_at - one.recorded_at
        if not has_jumped and abs(off) <= MENTIONED:
            return PLAIN
        told = [self._offset(off)] if abs(off) > MENTIONED else []
        told += [str(self.look.w.clock_jumped)] if has_jumped else []
        return DeviceClock(stamp(one.occurred_at, self.look.names), " · ".join(told), has_jumped or abs(off) > FLAGGED)

    def _offset(self, off: timedelta) -> str:
        w = self.look.w
        length = _exact(abs(off), self.look.names.language == "zh") or length_text(abs(off), self.look.names)
        return str(w.clock_behind if off < timedelta() else w.clock_ahead).format(length=length)


def _exact(length: timedelta, zh: bool) -> str:
    """Minutes and seconds; "" from an hour on."""
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    if minutes >= 60:
        return ""
    rest = f" {seconds} {'秒' if zh else 's'}" if seconds else ""
    return f"{minutes} {'分' if zh else 'min'}{rest}"
