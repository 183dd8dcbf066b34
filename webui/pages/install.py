"""Installing on a tablet: the manifest, the service worker with its shell, and the page shown without network.

Nothing here asks who is there: what a tablet keeps is the same for everybody who uses it.
"""

from functools import cache
from hashlib import sha256
from importlib.resources import files

import orjson
from flask import Blueprint, Response, current_app, request, url_for

from webui.assets import asset_url
from webui.visitor import has_site, open_to_all, product
from webui.words import LANGUAGES, words

pages = Blueprint("install", __name__)
SHELL = (
    "app.css",
    "app.js",
    "heads.js",
    "vendor/htmx.min.js",
    "vendor/idiomorph-ext.min.js",
    "icon.svg",
)  # what the layout asks for
_PAPER = "#f5f5f1"  # as in app.css: the screen while the app starts, and the strip above it
_ICONS = (("192", "192x192", "any"), ("512", "512x512", "any"), ("512-maskable", "512x512", "maskable"))


@pages.get("/manifest.webmanifest")
@open_to_all
def manifest() -> Response:
    """What the tablet calls the app, and how it looks among others. Chinese: browsers ask without saying who is there."""
    w = words("zh")
    site = product().engine.site.name.into("zh") if has_site() else ""
    told = {
        "id": "/",
        "name": f"{site} {w.app_name}".strip(),
        "short_name": w.app_name,
        "lang": "zh-CN",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": _PAPER,
        "background_color": _PAPER,
        "icons": [
            {"src": asset_url(f"icons/{name}.png"), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in _ICONS
        ],
    }
    return _kept_current(orjson.dumps(told), "application/manifest+json; charset=utf-8")


@pages.get("/sw.js")
@open_to_all
def worker() -> Response:
    """The service worker, preceded by what it keeps. Another version has other bytes, so a browser sees that it is new."""
    offline = url_for("install.offline_page")
    kept = [asset_url(name) for name in SHELL]
    source = _source()
    version = sha256(b"\n".join((source, _offline().encode(), *(address.encode() for address in kept)))).hexdigest()[:12]
    shell = orjson.dumps({"version": version, "files": kept, "offline": offline})
    return _kept_current(b"const SHELL = " + shell + b";\n" + source, "text/javascript; charset=utf-8")


@pages.get("/offline")
@open_to_all
def offline_page() -> Response:
    """What the worker shows where there is no network: in both languages, as it cannot know who will read it."""
    return Response(_offline(), content_type="text/html; charset=utf-8")


def _offline() -> str:
    return current_app.jinja_env.get_template("install/offline.html").render(both=[words(one) for one in LANGUAGES])


@cache
def _source() -> bytes:
    return files("webui").joinpath("static", "sw.js").read_bytes()


def _kept_current(body: bytes, media: str) -> Response:
    """An answer that a browser may keep but asks about each time."""
    response = Response(body, content_type=media)
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response
