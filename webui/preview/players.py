"""The previews that are open in this process: each an application like the product's, the longest unused closed first."""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

from flask import Flask

from engine.bootstrap import Product
from engine.sandbox import Preview, Sandbox
from engine.watch import EVERY, Watch
from webui.preview.inside import furnish

WHERE = "/preview/"
_MOST = 3  # open in one process; another opens again within a tenth of a second
_Key = tuple[str, int]


class Player:
    """One preview, open. What its clock is due to do is recorded by whoever asks for a page, at most every few seconds."""

    def __init__(self, product: Product, preview: Preview) -> None:
        from webui import create_app  # which mounts the previews, and so this

        self.app: Flask = create_app(product)
        furnish(self.app, str(PurePosixPath(WHERE, preview.id)))
        self.users, self.is_dropped = 0, False
        self._engine, self._watch = product.engine, Watch(product.engine)
        self._turn, self._looked = threading.Lock(), 0.0

    def pass_time(self) -> None:
        """What the clock does elsewhere in a thread of its own."""
        if time.monotonic() - self._looked < EVERY or not self._turn.acquire(blocking=False):
            return
        try:
            self._watch.catch_up()
            self._looked = time.monotonic()
        finally:
            self._turn.release()

    def close(self) -> None:
        """Let go of its ledger."""
        self._engine.ledger.close()


class Players:
    """Opens previews, and closes them once nobody is in them. Safe to share between threads."""

    def __init__(self, sandbox: Sandbox, most: int = _MOST) -> None:
        self._sandbox, self._most = sandbox, most
        self._lock = threading.Lock()
        self._open: OrderedDict[_Key, Player] = OrderedDict()

    @contextmanager
    def using(self, preview: Preview) -> Iterator[Player]:
        """The preview's player, which stays open for as long as it is used. FileNotFoundError where it has gone meanwhile."""
        player = self._taken(preview)
        try:
            yield player
        finally:
            self._given_back(player)

    def close(self) -> None:
        """Close every one."""
        with self._lock:
            for key in list(self._open):
                self._drop(key)

    def _taken(self, preview: Preview) -> Player:
        key = (preview.id, preview.turn)
        with self._lock:
            player = self._open.get(key)
            if player is None:
                self._make_room(preview)
                player = self._open[key] = Player(self._sandbox.open(preview), preview)
            self._open.move_to_end(key)
            player.users += 1
            return player

    def _make_room(self, preview: Preview) -> None:
        for key in [key for key in self._open if key[0] == preview.id]:
            self._drop(key)  # an earlier turn of the same one
        while len(self._open) >= self._most:
            self._drop(next(iter(self._open)))

    def _drop(self, key: _Key) -> None:
        player = self._open.pop(key)
        player.is_dropped = True
        if not player.users:
            player.close()

    def _given_back(self, player: Player) -> None:
        with self._lock:
            player.users -= 1
            if player.is_dropped and not player.users:
                player.close()
