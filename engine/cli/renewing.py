"""What the terminal says while the lists are made anew, in both languages: at once, then now and then, and when it is done."""

import threading
import time
from math import ceil

import click

from engine.ledger.rebuild import Progress

EVERY = 5.0  # seconds between two lines
_PATIENCE = 2.0  # seconds after which it is said that another server is at it


def how_far(progress: Progress, language: str) -> str:
    """So many of how many, and how long it takes still."""
    done, total = f"{progress.events:,}", f"{progress.total:,}"
    if progress.stage == "indexes":
        return f"{total} 条都已处理，最后建索引" if language == "zh" else f"All {total} events are done; indexes come last"
    told = f"已处理 {done} 条，共 {total} 条" if language == "zh" else f"{done} of {total} events"
    return told if progress.left is None else f"{told}{_left(progress.left, language)}"


def _left(seconds: float, language: str) -> str:
    minutes = ceil(seconds / 60)
    if minutes <= 1:
        return "，不到 1 分钟" if language == "zh" else ", less than a minute left"
    return f"，约剩 {minutes} 分钟" if language == "zh" else f", about {minutes} minutes left"


class Telling:
    """Takes the progress and says what is worth a line."""

    def __init__(self) -> None:
        self._said = -EVERY
        self._waiting: threading.Timer | None = None
        self._is_begun = False

    def __call__(self, progress: Progress) -> None:
        """Say it, unless something was said just now. Nothing of an empty ledger."""
        self._wait_no_more()
        if not progress.total:
            return
        match progress.stage:
            case "waiting":
                self._waiting = threading.Timer(_PATIENCE, _wait)
                self._waiting.daemon = True
                self._waiting.start()
            case "done":
                if self._is_begun:
                    _say(f"列表已整理好，用了 {progress.seconds:.0f} 秒", f"the lists are made, in {progress.seconds:.0f} s")
            case _:
                self._far(progress)

    def _far(self, progress: Progress) -> None:
        if not self._is_begun:
            self._is_begun = True
            _say(
                f"按 {progress.total:,} 条记录重新整理列表；记录本身不动，什么都不会丢",
                f"the lists are made anew from {progress.total:,} events; the record itself is not touched, nothing is lost",
            )
        now = time.monotonic()
        if progress.events and (now - self._said >= EVERY or progress.stage == "indexes"):
            self._said = now
            _say(how_far(progress, "zh"), how_far(progress, "en"))

    def _wait_no_more(self) -> None:
        if self._waiting:
            self._waiting.cancel()
            self._waiting = None


def _wait() -> None:
    _say("另一台服务器正在整理列表，等它做完", "another server is making the lists; waiting for it")


def _say(zh: str, en: str) -> None:
    click.echo(f"{zh} · {en}", err=True)
