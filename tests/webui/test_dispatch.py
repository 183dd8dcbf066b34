"""The application asks what Flask asks, in the same order, and finds the addresses that Flask finds."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Blueprint, Flask, after_this_request, request

from webui.dispatch import Application


def furnished(app: Flask) -> tuple[Flask, list[str]]:
    """An application that tells in which order it was asked."""
    asked: list[str] = []

    def tells(word: str) -> Callable[..., None]:
        return lambda *_: asked.append(word)

    pages = Blueprint("rooms", __name__)
    pages.url_value_preprocessor(tells("address of rooms"))
    pages.before_request(tells("before rooms"))
    pages.get("/rooms/<room>/", endpoint="show")(lambda room: room)
    pages.post("/rooms/<room>/keys", endpoint="keys")(lambda room: f"{room} {request.host}")
    app.get("/hall", endpoint="hall")(lambda: request.url)
    app.url_value_preprocessor(tells("address"))
    app.before_request(tells("before"))
    app.after_request(lambda answer: asked.append("after") or answer)
    app.after_request(lambda answer: asked.append("last after, first asked") or answer)
    pages.after_request(lambda answer: asked.append("after rooms") or answer)
    pages.teardown_request(tells("leaves rooms"))
    app.teardown_request(tells("leaves"))
    pages.before_request(lambda: after_this_request(lambda answer: asked.append("after this one") or answer) and None)
    app.register_blueprint(pages)
    return app, asked


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/hall"), ("GET", "/hall?a=1&b=%E6%B8%A9"), ("GET", "//hall"), ("POST", "/hall"), ("OPTIONS", "/hall"),
        ("GET", "/rooms/3/"), ("GET", "/rooms/3"), ("GET", "/rooms/3?at=s1"), ("POST", "/rooms/3/keys"), ("GET", "/rooms/3/keys"),
        ("HEAD", "/rooms/%E6%B8%A9/"), ("GET", "/nowhere"), ("GET", "/rooms/a%2Fb/"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "more",
    [
        {}, {"HTTP_HOST": "Desk.example:8080"}, {"HTTP_HOST": "[::1]:80"}, {"HTTP_HOST": "no host"}, {"HTTP_HOST": ""},
        {"HTTP_UPGRADE": "websocket", "HTTP_CONNECTION": "Upgrade"}, {"SCRIPT_NAME": "/below"}, {"wsgi.url_scheme": "https"},
    ],
)  # fmt: skip
def test_every_address_is_answered_as_flask_answers_it(method: str, path: str, more: dict[str, Any]) -> None:
    (found, asked), (other, expected) = (
        (app.test_client().open(path, method=method, environ_overrides=more), order)
        for app, order in (furnished(Application()), furnished(Flask("webui", static_folder=None)))
    )
    assert (found.status, found.data, list(found.headers), asked) == (other.status, other.data, list(other.headers), expected)


def test_guards_look_before_what_else_goes_before_and_may_answer() -> None:
    app = Application()
    _, asked = furnished(app)
    app.guard(lambda one: asked.append(f"guard of {one.path}"))
    app.guard(lambda one: ("stopped", 403) if one.is_write else None)
    client = app.test_client()
    assert client.get("/rooms/3/").text == "3"
    assert asked[:5] == ["address", "address of rooms", "guard of /rooms/3/", "before", "before rooms"]
    asked.clear()
    assert client.post("/rooms/3/keys").status_code == 403
    assert asked[:4] == ["address", "address of rooms", "guard of /rooms/3/keys", "after rooms"]
