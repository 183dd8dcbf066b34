"""What the port answers while `sop serve` makes ready: to everything, in both languages, that it is preparing, and how far it is.

Always 503 with Retry-After, so that nobody takes it for an answer: tablets keep what was typed, and programs ask again.
"""

import json
import threading
from base64 import b64encode
from contextlib import AbstractContextManager
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import ceil
from socketserver import TCPServer
from typing import Self

from engine.cli.renewing import how_far
from engine.ledger.rebuild import Progress

SOON = 3  # seconds after which a page asks again
_MOST = 60
_API = "/api/"
_PIECE = 1 << 16
_BEYOND = 64 * 1024 * 1024  # bytes of a request that nobody waits for

STYLE = """
:root{color-scheme:light dark;--paper:#f5f5f1;--sheet:#fff;--ink:#1b2423;--soft:#56625f;--accent:#0c645f}
@media (prefers-color-scheme:dark){:root{--paper:#121716;--sheet:#1b2221;--ink:#e9eeec;--soft:#a3b0ac;--accent:#62c9bd}}
body{margin:0;min-height:100dvh;display:grid;place-items:center;background:var(--paper);color:var(--ink);font:17px/1.6 system-ui,
-apple-system,"PingFang SC","Noto Sans SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif}
main{box-sizing:border-box;width:min(34rem,100% - 2rem);margin:1rem;padding:clamp(1.5rem,5vw,2.5rem);border-radius:20px;
background:var(--sheet);text-align:center}
h1{margin:0 0 .6rem;font-size:1.75rem;line-height:1.25}h2{margin:0 0 .6rem;font-size:1.1rem}p{margin:.4rem 0;text-wrap:pretty}
progress{width:100%;height:.75rem;margin:1.2rem 0 .6rem;accent-color:var(--accent)}.far{font-variant-numeric:tabular-nums}
[lang=en]{margin-top:1.6rem;color:var(--soft)}
"""
# Not by the browser alone: where it asks in the moment in which the port changes hands it would stay at its own error page.
SCRIPT = f"""
setInterval(async () => {{
  try {{
    const answer = await fetch(location.href, {{ cache: "no-store", headers: {{ Accept: "text/html" }} }});
    if (answer.status !== 503) {{ location.reload(); return; }}
    const told = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
    if (told) document.querySelector("main").replaceWith(told);
  }} catch {{ /* not there yet: asked again */ }}
}}, {SOON * 1000});
"""


def _hashed(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


_POLICY = f"default-src 'none'; style-src {_hashed(STYLE)}; script-src {_hashed(SCRIPT)}; connect-src 'self'"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": f"{_POLICY}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}

TITLE = {"zh": "正在准备", "en": "Getting ready"}
SAFE = {
    "zh": "已经记下的都在，什么都不会丢。这一页会自己打开。",
    "en": "Everything recorded is safe, nothing is lost. This page opens by itself.",
}
UNSAVED = {"zh": "没有保存", "en": "Not saved"}
AGAIN = {
    "zh": "服务器正在准备。您填的都还在：请退回上一页，过一会儿再点一次。",
    "en": "The server is getting ready. What you typed is still there: go back to the page before, and tap again in a while.",
}
SHORTLY = {
    "zh": "服务器正在准备。您填的都还在，请过一会儿再点一次。",
    "en": "The server is getting ready. What you typed is still here; tap again in a while.",
}
_LANGUAGES = {"zh": "zh-CN", "en": "en"}


def why(progress: Progress | None, language: str) -> str:
    """What is being prepared, in a sentence."""
    if progress is None or progress.stage == "done":
        return "服务器正在启动。" if language == "zh" else "The server is starting."
    if progress.stage == "waiting":
        return (
            "正在等另一台服务器整理列表。" if language == "zh" else "Another server is making the lists; this one waits for it."
        )
    if language == "zh":
        return "程序更新后第一次启动，正在按记录重新整理列表。"
    return "The first start after an update: the lists are being made anew from the record."


class _Server(ThreadingHTTPServer):
    def server_bind(self) -> None:
        """Without asking the network what this machine is called, which may take long."""
        TCPServer.server_bind(self)


class Preparing(AbstractContextManager["Preparing"]):
    """Answers at the port until it is left. Told of progress, it shows it. Raises OSError where the port is taken."""

    def __init__(self, host: str, port: int) -> None:
        self._progress: Progress | None = None
        self._server = _Server((host, port), lambda *given: _Answer(self, *given))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def tell(self, progress: Progress) -> None:
        """How far it is now."""
        self._progress = progress

    @property
    def seconds(self) -> int:
        """After so many it is worth asking again."""
        left = self._progress.left if self._progress else None
        return min(max(ceil(left or 0), SOON), _MOST)

    def page(self, is_write: bool) -> str:
        """The page, which asks again by itself unless something was sent: then what was typed lies on the page before."""
        again = "" if is_write else f'<script>{SCRIPT}</script><noscript><meta http-equiv="refresh" content="{SOON}"></noscript>'
        said = "".join(self._said(language, is_write) for language in _LANGUAGES)
        return (
            '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, '
            f'initial-scale=1"><meta name="color-scheme" content="light dark">{again}<title>{TITLE["zh"]} · {TITLE["en"]}</title>'
            f"<style>{STYLE}</style></head><body><main>{said}</main></body></html>\n"
        )

    def _said(self, language: str, is_write: bool) -> str:
        heading, head = ("h1", TITLE) if language == "zh" else ("h2", TITLE)
        told = [SAFE[language]]
        if is_write:
            head, told = UNSAVED, [AGAIN[language]]
        lines = "".join(f"<p>{escape(line)}</p>" for line in (why(self._progress, language), *told))
        return f'<div lang="{_LANGUAGES[language]}"><{heading}>{head[language]}</{heading}>{self._far(language)}{lines}</div>'

    def _far(self, language: str) -> str:
        progress = self._progress
        if progress is None or progress.stage not in ("events", "indexes"):
            return ""
        bar = f'<progress value="{progress.events}" max="{progress.total}"></progress>' if language == "zh" else ""
        return f'{bar}<p class="far">{escape(how_far(progress, language))}</p>'

    def fragment(self, is_write: bool) -> str:
        """What is shown on a page that is open already, above what was typed."""
        title, text = (UNSAVED, SHORTLY) if is_write else (TITLE, SHORTLY)
        said = " ".join(f'<span lang="{_LANGUAGES[one]}"><b>{title[one]}</b> {escape(text[one])}</span>' for one in _LANGUAGES)
        return f'<div class="banner bad" data-kind="{"write" if is_write else "read"}"><p>{said}</p></div>'

    def problem(self) -> str:
        """What other programs are told (RFC 9457)."""
        found, expected = "a server that is getting ready", "a server that is ready"
        way_out = "Try again after as long as Retry-After says."
        told = {
            "type": f"{_API}v1/openapi.json#unavailable", "title": "Not available", "status": 503,
            "detail": f"Found: {found}. Expected: {expected}. {way_out}", "found": found, "expected": expected,
            "way_out": way_out, "mistakes": [],
        }  # fmt: skip
        return json.dumps(told)


class _Answer(BaseHTTPRequestHandler):
    """503 to whatever is asked."""

    timeout = 20
    server_version, sys_version = "sop", ""

    def __init__(self, preparing: Preparing, *given: object) -> None:
        self._preparing = preparing
        super().__init__(*given)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Say that it is preparing."""
        self._take()
        kind, text, more = self._told()
        body = text.encode()
        self.send_response(503)
        told = {
            "Content-Type": f"{kind}; charset=utf-8",
            "Content-Length": str(len(body)),
            "Retry-After": str(self._preparing.seconds),
        }
        for name, value in (HEADERS | told | more).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET  # noqa: N815 - as the library calls them

    def _told(self) -> tuple[str, str, dict[str, str]]:
        """The type of the answer, its text, and headers beside."""
        is_write = self.command not in ("GET", "HEAD")
        if self.path.startswith(_API):
            return "application/problem+json", self._preparing.problem(), {}
        if self.headers.get("HX-Request") and not self.headers.get("HX-History-Restore-Request"):
            return "text/html", self._preparing.fragment(is_write), {"HX-Retarget": "#banner", "HX-Reswap": "innerHTML"}
        if is_write or "text/html" in self.headers.get("Accept", ""):
            return "text/html", self._preparing.page(is_write), {}
        return "text/plain", f"{TITLE['zh']} · {TITLE['en']}\n", {}

    def _take(self) -> None:
        """Read what was sent, and drop it: else the connection breaks before whoever sent it has read the answer."""
        left = min(int(told) if (told := self.headers.get("Content-Length", "")).isascii() and told.isdigit() else 0, _BEYOND)
        while left and (piece := self.rfile.read(min(left, _PIECE))):
            left -= len(piece)

    def log_message(self, *_: object) -> None:
        """Nothing: the terminal says how far it is."""
