"""What is sent: a message with an id that stays the same however often it is sent, and the one way in which sending fails."""

from dataclasses import dataclass
from datetime import datetime

from engine.notices.notice import Notice
from engine.notices.wording import Words

SECONDS = 10.0  # for the whole of one sending, whatever the other side does


@dataclass(frozen=True, slots=True)
class Message:
    """Words for the other side, the notices they tell, and the addresses they go to where a channel has addresses."""

    id: str
    channel: str
    words: Words
    at: datetime
    notices: tuple[Notice, ...] = ()
    addresses: tuple[str, ...] = ()
    site: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """The other side has it. `said` are its words; `refused` names those of the addresses it did not take."""

    said: str
    refused: str = ""


class Undelivered(Exception):
    """The other side does not have it, or did not say so. `is_down`: the channel itself is the trouble, not this message."""

    def __init__(self, reason: str, *, is_down: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.is_down = reason, is_down
