"""A load of clients that send requests over kept-alive connections and note how long each answer takes.

One thread, non-blocking sockets: it takes little of the machine from the server it measures.
"""

import heapq
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Request = bytes
Script = Iterator[tuple[float, Request, str]]  # wait before it (s), the request, what it is counted as


@dataclass(slots=True)
class Client:
    """One tablet: a connection and what it still has to send."""

    script: Script
    socket: socket.socket
    kind: str = ""
    sent_at: float = 0.0
    due_at: float = 0.0
    pending: bytes = b""
    received: bytearray = field(default_factory=bytearray)
    wanted: int = -1


@dataclass(slots=True)
class Outcome:
    """What a load measured: seconds by kind of request, statuses seen, and how long it all took."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)
    elapsed: float = 0.0

    def rate(self, kind: str) -> float:
        """Answers a second."""
        return len(self.seconds.get(kind, ())) / self.elapsed if self.elapsed else 0.0

    def percentile(self, kind: str, share: float) -> float:
        """Milliseconds within which `share` of the answers came."""
        found = sorted(self.seconds.get(kind, ()))
        return found[min(int(len(found) * share), len(found) - 1)] * 1000 if found else float("nan")


def run(address: tuple[str, int], scripts: list[Script], until: Callable[[float], bool]) -> Outcome:
    """Let every script run until it ends or `until(elapsed)`; each script is one client."""
    outcome, waiting, selector = Outcome(), list[tuple[float, int, Client]](), selectors.DefaultSelector()
    started = time.perf_counter()
    for number, script in enumerate(scripts):
        _schedule(Client(script, _connect(address)), waiting, started, number)
    active = 0
    while waiting or active:
        now = time.perf_counter()
        if until(now - started):
            break
        while waiting and waiting[0][0] <= now:
            client = heapq.heappop(waiting)[2]
            client.sent_at = time.perf_counter()
            client.socket.sendall(client.pending)
            selector.register(client.socket, selectors.EVENT_READ, client)
            active += 1
        pause = max(0.0, waiting[0][0] - time.perf_counter()) if waiting else 0.2
        for key, _ in selector.select(min(pause, 0.2)):
            client = key.data
            if _read(client, outcome):
                selector.unregister(client.socket)
                active -= 1
                _schedule(client, waiting, time.perf_counter(), id(client))
    outcome.elapsed = time.perf_counter() - started
    return outcome


def _connect(address: tuple[str, int]) -> socket.socket:
    connection = socket.create_connection(address, timeout=30)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _schedule(client: Client, waiting: list[tuple[float, int, Client]], now: float, number: int) -> None:
    step = next(client.script, None)
    if step is None:
        client.socket.close()
        return
    pause, client.pending, client.kind = step
    heapq.heappush(waiting, (now + pause, number, client))


def _read(client: Client, outcome: Outcome) -> bool:
    """Read what there is; True when the answer is whole."""
    chunk = client.socket.recv(65536)
    if not chunk:
        outcome.failures.append(f"{client.kind}: connection closed")
        client.received.clear()
        return True
    client.received += chunk
    head = client.received.find(b"\r\n\r\n")
    if head < 0:
        return False
    headers = bytes(client.received[:head]).lower()
    mark = headers.find(b"content-length:")
    length = int(headers[mark + 15 :].split(b"\r\n", 1)[0]) if mark >= 0 else 0
    if len(client.received) < head + 4 + length:
        return False
    status = headers.split(b" ", 2)[1].decode()
    outcome.seconds.setdefault(client.kind, []).append(time.perf_counter() - client.sent_at)
    outcome.statuses[status] = outcome.statuses.get(status, 0) + 1
    outcome.sizes[client.kind] = max(outcome.sizes.get(client.kind, 0), len(client.received))
    if status not in ("200", "204", "303", "304"):
        outcome.failures.append(
            f"{client.kind}: {status} {bytes(client.received[head + 4 : head + 300]).decode(errors='replace')}"
        )
    client.received.clear()
    return True


def post(path: str, form: str, cookie: str, host: str = "localhost") -> Request:
    """A POST of a form, as htmx sends it."""
    body = form.encode()
    return (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nHX-Request: true\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def get(path: str, cookie: str, etag: str = "", host: str = "localhost") -> Request:
    """A GET, conditional where an ETag is given."""
    known = f"If-None-Match: {etag}\r\n" if etag else ""
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n{known}\r\n".encode()
