"""Page or fragment: the one module that knows htmx. Answers say `Vary: HX-Request`, because the same address gives both."""

import re
import secrets
from dataclasses import dataclass
from types import SimpleNamespace

from flask import Flask, Response, current_app, g, request
from htmx_flask import Htmx  # type: ignore[import-untyped]
from jinja2 import Environment, FileSystemBytecodeCache, StrictUndefined
from jinja2.ext import Extension

from engine.revisions import NoSiteError
from webui.assets import asset_url
from webui.exchange import Answer, Asked, asked
from webui.unbroken import unbroken
from webui.unreadable import HIDDEN
from webui.visitor import extensions, product, visitor
from webui.words import words

HTML = "text/html; charset=utf-8"
_LEFT_OUT = "left_out"
_BETWEEN = re.compile(r"(?:(?<=>)|(?<=%\}))\n(?=<|\{%)")
_INCLUDE = re.compile(r'\{% include "([a-z_/]+\.html)" %\}')


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page."""

    title: str
    site: str
    person: str
    place: str
    place_id: str
    language: str
    is_large: bool
    csrf: str
    is_demo: bool
    is_fault: bool
    kind: str  # which page, for the style sheet
    idle: int
    path: str
    zone: str  # the site's time zone: "now" on a form is the site's, wherever the tablet thinks it is
    clock: str  # the hour, for the demonstration's clock
    now: str  # the server's clock, for countdowns on tablets whose own is wrong
    left_out: tuple[str, ...]  # runs that the page would show and that cannot be played


class Tight(Extension):
    """Makes templates small and quick when they are compiled: the layout is taken out, and includes are written in place.

    An include at run time is a context and a generator of its own; a tick renders half a dozen.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Write includes in place and join lines: between tags without a blank. A blank within a line is meant, and stays."""
        whole = _INCLUDE.sub(lambda found: self.preprocess(self._source(found[1]), name, filename), source)
        lines = "\n".join(line.strip() for line in whole.splitlines() if line.strip())
        return _BETWEEN.sub("", lines).replace("\n", " ")

    def _source(self, name: str) -> str:
        assert self.environment.loader is not None
        return self.environment.loader.get_source(self.environment, name)[0]


class _Kept(FileSystemBytecodeCache):
    """Compiled templates, kept until they or what they include change: includes are written in place, so they count too."""

    def __init__(self, folder: str, environment: Environment) -> None:
        super().__init__(folder)
        self._tight = Tight(environment)

    def get_source_checksum(self, source: str) -> str:
        """The digest of a template as it is compiled."""
        return super().get_source_checksum(self._tight.preprocess(source, None))


def use_htmx(app: Flask) -> None:
    """Make the application htmx-aware and its templates strict."""
    Htmx(app)
    app.request_class = Asked  # htmx-flask puts its own there, which this one is of
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.auto_reload = False
    kept = app.extensions["product"].settings.data / "templates"
    kept.mkdir(parents=True, exist_ok=True)
    app.jinja_env.add_extension(Tight)
    app.jinja_env.bytecode_cache = _Kept(str(kept), app.jinja_env)
    app.jinja_env.globals["asset"] = asset_url
    app.jinja_env.filters["unbroken"] = unbroken
    # Templates read attributes of views and items of nothing, so plain `getattr` will do: five times quicker than Jinja's own,
    # and what is misspelt raises AttributeError at once.
    app.jinja_env.getattr = getattr  # type: ignore[method-assign, assignment]
    app.after_request(_vary)


def prepare(app: Flask) -> None:
    """Compile every template before the first request: sixteen tablets at once would each compile the same ones."""
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)


def _vary(response: Response) -> Response:
    if response.content_type == HTML:
        response.headers.add("Vary", "HX-Request, Cookie")
    return response


def is_fragment() -> bool:
    """Whether a fragment is asked for. A page restored from history is a whole page."""
    htmx = asked().htmx
    return bool(htmx) and not htmx.history_restore_request


def fresh_id() -> str:
    """A new command id."""
    return secrets.token_hex(10)


def leave_out(run: str) -> None:
    """Have the page say that this run cannot be played, and is not shown in full."""
    g.setdefault(_LEFT_OUT, {})[run] = None


def csrf() -> str:
    """The token that every form of this session carries."""
    return str(extensions()["tokens"].token())


def said() -> SimpleNamespace:
    """The catalogue in the visitor's language."""
    return words(visitor().language)


def rendered(template: str, /, **views: object) -> str:
    """A template as text, without the application's context: it gets its views and the words, nothing else."""
    return current_app.jinja_env.get_template(template).render(w=said(), **views)


def as_drawn(html: str | bytes, status: int = 200) -> Response:
    """What is drawn already."""
    return Answer(html, status, content_type=HTML)


def fragment(template: str, status: int = 200, /, **views: object) -> Response:
    """A fragment alone."""
    return as_drawn(rendered(template, **views), status)


def page(template: str, title: str, kind: str, status: int = 200, /, **views: object) -> Response:
    """A whole page."""
    return as_drawn(rendered(template, frame=frame(title, kind), **views), status)


def bare_page(template: str, title: str, kind: str, status: int, /, **views: object) -> Response:
    """A whole page that needs nothing of the engine."""
    return as_drawn(rendered(template, frame=frame(title, kind, is_fault=True), **views), status)


def frame(title: str, kind: str, *, is_fault: bool = False) -> Frame:
    """What stands around a page of this visitor; with `is_fault` nothing is asked of the engine."""
    seen = visitor()
    try:
        site = None if is_fault else product().engine.site
    except NoSiteError:
        site = None
    place, now = site.places.get(seen.place) if site and seen.place else None, product().engine.clock.now()
    return Frame(
        title=title,
        site=site.name.into(seen.language) if site else "",
        person=seen.person.name if seen.person else "",
        place=place.title.into(seen.language) if place else "",
        place_id=seen.place or "",
        language=seen.language,
        is_large=seen.is_large,
        csrf=csrf(),
        is_demo=product().settings.is_demo,
        is_fault=is_fault,
        kind=kind,
        idle=int(current_app.config["IDLE"]) if seen.person else 0,
        path=request.full_path.rstrip("?") if request.method == "GET" and not HIDDEN.search(request.path) else "/",
        zone=site.timezone if site else "UTC",
        clock=f"{now.astimezone(site.zone):%H:%M}" if site else "",
        now=now.isoformat(timespec="milliseconds"),
        left_out=tuple(g.get(_LEFT_OUT, ())),
    )
