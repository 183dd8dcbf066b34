"""The short way in and out: what is read and sent is what Werkzeug reads and sends, and half a form is none."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask, Request, Response
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.exceptions import ClientDisconnected

from webui.exchange import Answer, Asked

FORM = "application/x-www-form-urlencoded"
TYPED = st.text(max_size=12)


def asked(body: bytes, **more: Any) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/", "SERVER_NAME": "desk", "SERVER_PORT": "80", "wsgi.url_scheme": "http",
        "CONTENT_TYPE": FORM, "CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body), **more,
    }  # fmt: skip


def read(kind: type[Request], body: bytes, **more: Any) -> list[tuple[str, list[str]]]:
    with Flask(__name__).app_context():
        return sorted(kind(asked(body, **more)).form.lists())


@given(st.binary(max_size=60) | st.text("a=&+%;\x00温20CF", max_size=30).map(str.encode))
@example(b"")
@example(b"a&b=&=c&&a=1=2&a=3")
@example(b"t=%E6%B8%A9+%ff%2&t=+%2B%26%3d")
@example("t=温".encode())
def test_any_body_is_read_as_werkzeug_reads_it(body: bytes) -> None:
    assert read(Asked, body) == read(Request, body)


@given(st.lists(st.tuples(TYPED, TYPED), max_size=6))
def test_what_was_typed_is_what_is_read(typed: list[tuple[str, str]]) -> None:
    found = read(Asked, urlencode(typed).encode(), CONTENT_TYPE=f"{FORM}; charset=UTF-8")
    assert found == sorted((name, [value for one, value in typed if one == name]) for name in {name for name, _ in typed})


@pytest.mark.parametrize(
    "more",
    [
        {"CONTENT_TYPE": "multipart/form-data; boundary=x"}, {"CONTENT_TYPE": "text/plain"}, {"CONTENT_TYPE": ""},
        {"CONTENT_LENGTH": ""}, {"CONTENT_LENGTH": "+3"}, {"CONTENT_LENGTH": "-3"}, {"CONTENT_LENGTH": "many"},
        {"HTTP_TRANSFER_ENCODING": "chunked"}, {"CONTENT_TYPE": FORM.upper()}, {"CONTENT_LENGTH": "2"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [1, 20_000, 200_000])
def test_what_is_no_short_form_goes_as_before(more: dict[str, str], size: int) -> None:
    body = b"a=" + b"x" * size
    assert read(Asked, body, **more) == read(Request, body, **more)
    assert read(Asked, body, **more, **{"wsgi.input_terminated": True}) == (
        read(Request, body, **more, **{"wsgi.input_terminated": True})
        if more.get("CONTENT_LENGTH") != "2"  # a server that says more than it announced: what was announced is read
        else [("a", [""])]
    )


def test_a_form_that_comes_in_pieces_is_read_to_its_end() -> None:
    class Slow(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 1, 3))

    body = b"typed=23.5&csrf_token=abc"
    assert read(Asked, body, **{"wsgi.input": Slow(body)}) == [("csrf_token", ["abc"]), ("typed", ["23.5"])]


class Gone(BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        raise OSError


@pytest.mark.parametrize("stream", [BytesIO(b"typed=23"), BytesIO(), Gone()])
@pytest.mark.parametrize("more", [{}, {"wsgi.input_terminated": True}])
def test_half_a_form_is_refused(stream: BytesIO, more: dict[str, Any]) -> None:
    with pytest.raises(ClientDisconnected):
        read(Asked, b"typed=23.5", **{"wsgi.input": stream}, **more)


def sent(answer: Response, method: str = "GET") -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
    started: list[Any] = []
    body = answer({"REQUEST_METHOD": method, "wsgi.url_scheme": "http", "HTTP_HOST": "desk"}, lambda *of: started.extend(of))  # type: ignore[arg-type,func-returns-value]
    return body, *started


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
@pytest.mark.parametrize(
    ("body", "more"),
    [
        ("温度", {}), (b"", {}), (["a", "b"], {}), ("ab", {"streamed": True}), ("", {"status": 204}), ("x", {"status": 304}),
        ("x", {"status": 422}), ("", {"headers": {"Location": "/温"}}), (b"x", {"content_type": "image/png"}),
    ],
)  # fmt: skip
def test_an_answer_says_what_flask_s_own_says(body: str | bytes | list[str], more: dict[str, Any], method: str) -> None:
    (found, *said), (other, *expected) = (
        sent(
            kind(iter(body) if "streamed" in more else body, **{name: more[name] for name in more if name != "streamed"}), method
        )  # type: ignore[arg-type]
        for kind in (Answer, Response)
    )
    assert (b"".join(found), said) == (b"".join(other), expected)


def test_a_whole_answer_is_a_list_and_what_is_to_be_closed_is_closed() -> None:
    assert sent(Answer("温度"))[0] == ["温度".encode()]
    closed: list[bool] = []
    answer = Answer("x")
    answer.call_on_close(lambda: closed.append(True))
    body = sent(answer)[0]
    assert not isinstance(body, list)
    body.close()  # type: ignore[attr-defined]
    assert closed == [True]
