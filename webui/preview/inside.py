"""What makes the product's application a preview: a part to play, no pages but the tablet's, and every address below its prefix.

Addresses are put right in the finished answer, not in templates: many are made in Python, and what is drawn by stencil is shared
with the real pages, which must never get an address of a preview.
"""

import re

from flask import Flask, Response, abort, request, session

from engine.procedure.text import Language
from engine.sandbox import Preview
from webui.visitor import product, sign_on

KEY = "sop.preview"
"""Where the WSGI environment holds the preview and the language of whoever plays it."""
TABLET = frozenset(
    ("assets", "install", "session", "board", "notices", "runs", "cards", "cases", "schedule", "duties", "rows", "books",
     "records", "photos", "printed")
)  # fmt: skip
"""The pages there are: a page added to the product is not in a preview until it stands here. Nothing of the desk ever does."""
_ADDRESS = re.compile(r'(?<=[\s"])((?:href|src|action|formaction|poster|hx-[a-z-]+)=")/(?!/|static/)')
_ADDRESSED = ("Location", "HX-Redirect", "HX-Location", "HX-Push-Url", "HX-Replace-Url")
_DAY = 86400


def furnish(app: Flask, prefix: str) -> None:
    """Make `app` a preview that lives below `prefix`."""
    app.config.update(SESSION_COOKIE_NAME="sop-preview", SESSION_COOKIE_PATH=f"{prefix}/", IDLE=_DAY, IS_PREVIEW=True)
    app.before_request(_play)

    def moved(response: Response) -> Response:
        return _below(prefix, response)

    app.after_request(moved)  # these run backwards: before the answer is compressed


def _play() -> None:
    """Be whoever the bar says, where the procedure is done. Whoever signs on as another by the tablet's own page stays that."""
    preview, language = _playing()
    if request.blueprint is not None and request.blueprint not in TABLET:
        abort(404)
    part = f"{preview.role} {preview.turn} {language}"
    if session.get("part") != part:
        sign_on(product().engine.directory.now().people[preview.role])
        session.update(part=part, place=preview.place, lang=language)


def _playing() -> tuple[Preview, Language]:
    preview, language = request.environ[KEY]
    assert isinstance(preview, Preview)
    return preview, language


def _below(prefix: str, response: Response) -> Response:
    for name in _ADDRESSED:
        address = response.headers.get(name, "")
        if address.startswith("/") and not address.startswith(f"{prefix}/"):
            response.headers[name] = prefix + address
    if response.mimetype == "text/html" and not response.direct_passthrough:
        response.set_data(_ADDRESS.sub(rf"\g<1>{prefix}/", response.get_data(as_text=True)))
    return response
