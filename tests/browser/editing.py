"""A page with one editor and nothing else, under the product's own headers; the checker and the site's names are stand-ins."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Response, abort, request
from playwright.sync_api import Browser, Locator, Page
from werkzeug.serving import make_server

from engine.procedure.schema import schema
from webui import assets
from webui.dispatch import Application
from webui.wire import guard_wire

from .house import Quiet

Opens = Callable[..., Page]
SHIPPED = Path(__file__).parents[2] / "sops"
SCRIPTS = (
    "vendor/codemirror.min.js", "editor_words.js", "editor_place.js", "editor_schema.js", "editor_keeping.js", "editor_enter.js", "editor_look.js", "editor.js",
)  # fmt: skip
NAMES = {
    "roles": [{"id": "lifeguard", "title": "救生员"}, {"id": "supervisor", "title": "主管"}], "books": ["pool_dosing"],
    "places": ["pool"], "cards": ["water_rescue"], "procedures": ["pool/rescue"],
}  # fmt: skip
_PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>x</title>
<link rel="icon" href="/static/icon.svg"><link rel="stylesheet" href="/static/app.css">{scripts}</head><body data-who="周督"><main><h1>流程 Procedure</h1>
<form method="post" action="/sent"><input type="hidden" name="csrf_token" value="token"><label for="text">流程 Procedure</label>
<textarea id="text" name="text" rows="20" data-editor="yaml" data-check="/check" data-schema="/schema/{kind}" data-names="/names"
 data-draft="d1" data-version="{version}">
{text}</textarea><button>保存 Save</button></form></main></body></html>"""


@dataclass
class Desk:
    """What the page shows and what it has sent."""

    text: str = "title: 晨检\n"
    version: int = 3
    kind: str = "procedure"
    language: str = "zh-CN"
    is_down: bool = False
    tokens: list[str] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)


def _findings(text: str) -> list[dict[str, Any]]:
    """Every `limts`, counted in characters as the real checker does."""
    return [
        {
            "line": number, "column": line.index("limts") + 1, "end_column": line.index("limts") + 6, "level": "error",
            "message": "没有 limts 这个键", "way_out": "您是想写 limits 吗？", "code": "unknown-key",
        }
        for number, line in enumerate(text.split("\n"), 1) if "limts" in line
    ]  # fmt: skip


def _application(desk: Desk) -> Application:
    app = Application()
    app.config["SECRET_KEY"] = "x"
    guard_wire(app)
    app.add_url_rule("/static/<path:name>", view_func=assets.static_file)
    scripts = "".join(f'<script defer src="/static/{name}"></script>' for name in SCRIPTS)

    @app.get("/")
    def page() -> str:
        text = desk.text.replace("&", "&amp;").replace("<", "&lt;")
        return _PAGE.format(scripts=scripts, text=text, version=desk.version, kind=desk.kind, language=desk.language)

    @app.post("/check")
    def check() -> Response:
        if desk.is_down:
            abort(503)
        desk.tokens.append(request.headers.get("X-CSRFToken", ""))
        desk.checked.append(request.form["text"].replace("\r\n", "\n"))
        found = {"diagnostics": _findings(desk.checked[-1]), "version": int(request.form["version"])}
        return Response(json.dumps(found), mimetype="application/json")

    @app.get("/schema/<kind>")
    def schema_(kind: str) -> dict[str, Any]:
        return schema(kind)

    @app.get("/favicon.ico")
    def icon() -> tuple[str, int]:
        return "", 204

    @app.get("/names")
    def names() -> dict[str, Any]:
        return NAMES

    @app.post("/sent")
    def sent() -> str:
        desk.sent.append(request.form["text"].replace("\r\n", "\n"))
        return "sent"

    return app


@contextmanager
def served(desk: Desk) -> Iterator[str]:
    """The page's address while it is served."""
    server = make_server("127.0.0.1", 0, _application(desk), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


@contextmanager
def opening(chromium: Browser, desk: Desk) -> Iterator[Opens]:
    """Opens the page, in windows of one context. Whatever the console complains about, also a breach of the policy, fails the test."""
    complaints: list[str] = []
    with served(desk) as address:
        context = chromium.new_context(viewport={"width": 1000, "height": 900}, locale="zh-CN", base_url=address)
        context.set_default_timeout(8000)

        def opened(is_meant: bool = False) -> Page:
            page = context.new_page()
            page.on("pageerror", lambda error: complaints.append(error.stack or str(error)))
            page.on("console", lambda one: complaints.append(one.text) if one.type == "error" and not is_meant else None)
            page.goto("/")
            page.locator(".cm-content").wait_for()
            return page

        yield opened
        context.close()
    assert complaints == []


def value(page: Page) -> str:
    """The text the form would send."""
    return str(page.evaluate("() => document.querySelector('textarea').value"))


def put(page: Page, text: str) -> None:
    """Put a text in, with the cursor where | stands."""
    page.evaluate(
        """([text, anchor]) => { const { editor } = document.querySelector(".editor");
           editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text }, selection: { anchor } }); editor.focus(); }""",
        [text.replace("|", "", 1), text.index("|")],
    )


def said(page: Page) -> Locator:
    """The line that says how many findings there are, or what the one gone to says."""
    return page.get_by_role("status").first
