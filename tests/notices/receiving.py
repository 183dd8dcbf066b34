"""The other side, for real: an HTTP server that answers as it is told to, and an SMTP server that keeps what it is sent."""

import json
import os
import signal
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """`ways` are used one a request, the last again and again: ok, an HTTP status, or the name of a trouble."""

    ways: list[str] = field(default_factory=lambda: ["ok"])
    answer: dict[str, Any] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    port: int = 0
    kills: int = 0
    open: threading.Event = field(default_factory=threading.Event)
    door: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?key=K"

    @property
    def ids(self) -> list[str]:
        return [one.headers["x-sop-notice"] for one in self.received]

    def next_way(self, one: Received) -> str:
        with self.door:
            self.received.append(one)
            return self.ways.pop(0) if len(self.ways) > 1 else self.ways[0]


class _Answering(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        found = Received(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        way = self.receiver.next_way(found)
        getattr(self, f"_{way}", lambda: self._status(int(way)))()

    def _ok(self) -> None:
        self._told(200, json.dumps(self.receiver.answer).encode())

    def _status(self, status: int) -> None:
        self._told(status, b"{}")

    def _told(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if status // 100 == 3:
            self.send_header("Location", f"http://127.0.0.1:{self.receiver.port}/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _hang(self) -> None:
        self.receiver.open.wait(30)

    def _drip(self) -> None:
        try:
            for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"." * 1000:
                self.wfile.write(bytes([byte]))
                time.sleep(0.05)
        except OSError:
            return  # the other side had enough

    def _late(self) -> None:
        time.sleep(1.2)
        try:
            self._ok()
        except OSError:
            return

    def _garbage(self) -> None:
        self._told(200, b"<html>welcome</html>")

    def _shut(self) -> None:
        self.connection.close()

    def _kill(self) -> None:
        os.kill(self.receiver.kills, signal.SIGKILL)

    def log_message(self, *_: object) -> None:
        """Nothing: pytest shows what matters."""


@contextmanager
def receiver(*ways: str, tls: ssl.SSLContext | None = None, **answer: Any) -> Iterator[Receiver]:
    made = Receiver(list(ways) or ["ok"], answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Answering", (_Answering,), {"receiver": made}))
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.open.set()
        server.shutdown()
        thread.join(60)
        server.server_close()


@dataclass
class Postbox:
    """What an SMTP server was sent; `refuses` are addresses it does not know, `says` what it answers to the whole."""

    letters: list[Envelope] = field(default_factory=list)
    refuses: tuple[str, ...] = ()
    says: str = "250 OK"
    waits: float = 0
    port: int = 0

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        time.sleep(self.waits)
        if self.says.startswith("250"):
            self.letters.append(envelope)
        return self.says


@contextmanager
def postbox(tls: ssl.SSLContext | None = None, password: str | None = None, *, implicit: bool = False) -> Iterator[Postbox]:
    box = Postbox()

    def known(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        return AuthResult(handled=False, success=isinstance(given, LoginPassword) and given.password.decode() == password)

    options: dict[str, Any] = {} if password is None else {"authenticator": known, "auth_required": True}
    if tls and not implicit:
        options |= {"tls_context": tls, "require_starttls": True}
    elif password is not None:
        options |= {"auth_require_tls": False}
    controller = Controller(box, "127.0.0.1", 0, ready_timeout=10, ssl_context=tls if implicit else None, **options)
    controller.port = _free_port()
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
