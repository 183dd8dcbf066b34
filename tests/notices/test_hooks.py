"""Posting: signatures as the other side computes them, what counts as an answer, and that nobody can hold the line."""

import base64
import hashlib
import hmac
import json
import re
import socket
import ssl
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from engine.notices.channels import Post
from engine.notices.hooks import post
from engine.notices.message import Message, Undelivered
from engine.notices.wording import Words

from .receiving import Receiver, receiver
from .telling import MORNING, channel

WORDS = Words("紧急：余氯", "紧急：余氯\n\n地点：泳池")
MESSAGE = Message("r1:7", "one", WORDS, MORNING)
ROBOTS = [
    ("wecom", {"errcode": 0, "errmsg": "ok"}),
    ("dingtalk", {"errcode": 0, "errmsg": "ok"}),
    ("feishu", {"code": 0, "msg": "success"}),
]


def to(kind: str, other: Receiver, **written: str) -> Post:
    return channel(kind, url=other.url, **written)  # type: ignore[return-value]


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.notices.hooks.SECONDS", 0.7)


def test_a_webhook_is_signed_over_time_and_body() -> None:
    with receiver() as other:
        answered = post(to("webhook", other, secret="geheim"), MESSAGE)
    got = other.received[0]
    match = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", got.headers["x-sop-signature"])
    assert match
    assert abs(int(match[1]) - time.time()) < 30
    assert match[2] == hmac.new(b"geheim", match[1].encode() + b"." + got.body, hashlib.sha256).hexdigest()
    assert got.headers["x-sop-notice"] == "r1:7"
    assert got.body == json.dumps(got.json, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert got.json == {"id": "r1:7", "line": WORDS.line, "text": WORDS.text, "notices": []}
    assert got.path == "/hook?key=K"
    assert answered.said == "HTTP 200"


def test_a_webhook_without_secret_is_not_signed() -> None:
    with receiver() as other:
        post(to("webhook", other), MESSAGE)
    assert "x-sop-signature" not in other.received[0].headers


def test_wecom_is_told_a_text() -> None:
    with receiver(errcode=0, errmsg="ok") as other:
        assert post(to("wecom", other), MESSAGE).said == "errcode 0: ok"
    assert other.received[0].json == {"msgtype": "text", "text": {"content": WORDS.text}}


def test_a_robot_that_says_no_more_than_its_code_is_told_so() -> None:
    with receiver(errcode=0) as other:
        assert post(to("wecom", other), MESSAGE).said == "errcode 0"


def test_dingtalk_is_signed_in_its_address() -> None:
    with receiver(errcode=0, errmsg="ok") as other:
        post(to("dingtalk", other, secret="SEC1"), MESSAGE)
    asked = parse_qs(urlsplit(other.received[0].path).query)
    stamp = asked["timestamp"][0]
    assert abs(int(stamp) / 1000 - time.time()) < 30
    assert asked["sign"] == [base64.b64encode(hmac.new(b"SEC1", f"{stamp}\nSEC1".encode(), hashlib.sha256).digest()).decode()]
    assert asked["key"] == ["K"]
    assert other.received[0].json["text"] == {"content": WORDS.text}


def test_feishu_is_signed_in_its_body() -> None:
    with receiver(code=0, msg="success") as other:
        post(to("feishu", other, secret="F1"), MESSAGE)
    got = other.received[0].json
    assert abs(int(got["timestamp"]) - time.time()) < 30
    assert got["sign"] == base64.b64encode(hmac.new(f"{got['timestamp']}\nF1".encode(), b"", hashlib.sha256).digest()).decode()
    assert (got["msg_type"], got["content"]) == ("text", {"text": WORDS.text})


def test_the_older_answer_of_feishu_counts() -> None:
    with receiver(StatusCode=0, StatusMessage="success") as other:
        assert post(to("feishu", other), MESSAGE).said == "StatusCode 0: success"


@pytest.mark.parametrize(
    ("kind", "answer", "reason"),
    [
        ("wecom", {"errcode": 93000, "errmsg": "invalid webhook url"}, "errcode 93000: invalid webhook url"),
        ("dingtalk", {"errcode": 310000, "errmsg": "sign not match"}, "errcode 310000: sign not match"),
        ("feishu", {"code": 19021, "msg": "sign match fail"}, "code 19021: sign match fail"),
        ("wecom", {"errcode": "0"}, "errcode 0"),
        ("feishu", {"code": False, "msg": "x"}, "code False: x"),
        ("wecom", {}, "says nothing of the message: {}"),
    ],
)
def test_a_robot_that_says_no_has_not_got_it(kind: str, answer: dict[str, object], reason: str) -> None:
    with receiver(**answer) as other, pytest.raises(Undelivered) as failed:
        post(to(kind, other), MESSAGE)
    assert reason.strip() in failed.value.reason
    assert not failed.value.is_down


@pytest.mark.parametrize(("kind", "answer"), ROBOTS)
def test_a_page_is_no_answer_of_a_robot(kind: str, answer: dict[str, object]) -> None:
    with receiver("garbage", **answer) as other, pytest.raises(Undelivered, match="says nothing of the message: <html>"):
        post(to(kind, other), MESSAGE)


@pytest.mark.parametrize(
    ("way", "reason", "is_down"),
    [
        ("500", "HTTP 500 Internal Server Error", True),
        ("404", "HTTP 404 Not Found", False),
        ("429", "HTTP 429 Too Many Requests", True),
        ("302", "HTTP 302 Found; redirects are not followed", False),
        ("hang", "no answer within 0.7 s", True),
        ("drip", "no answer within 0.7 s", True),
        ("late", "no answer within 0.7 s", True),
        ("shut", "RemoteDisconnected", True),
    ],
)
def test_every_trouble_has_its_reason_and_ends_in_time(way: str, reason: str, is_down: bool) -> None:
    with receiver(way) as other:
        began = time.monotonic()
        with pytest.raises(Undelivered) as failed:
            post(to("webhook", other), MESSAGE)
        assert time.monotonic() - began < 10
    assert reason in failed.value.reason
    assert failed.value.is_down is is_down
    assert len(other.received) == 1


def test_nobody_listening_is_told() -> None:
    with receiver() as other:
        pass
    with pytest.raises(Undelivered, match="Connection refused"):
        post(to("webhook", other), MESSAGE)


def test_a_reason_never_holds_the_key() -> None:
    for way in ("500", "302", "hang", "garbage"):
        with receiver(way) as other, pytest.raises(Undelivered) as failed:
            post(to("wecom", other), MESSAGE)
        assert "key=" not in failed.value.reason


def test_what_staff_typed_calls_nobody() -> None:
    hostile = Message("r1:7", "one", Words("a", '<@all> <at user_id="all"></at>'), MORNING)
    with receiver(errcode=0, code=0) as other:
        for kind in ("wecom", "dingtalk", "feishu"):
            post(to(kind, other), hostile)
    assert all(b"<" not in got.body for got in other.received)


def test_a_long_text_is_cut_where_wecom_would_refuse_it() -> None:
    with receiver(errcode=0) as other:
        post(to("wecom", other), Message("r1:7", "one", Words("a", "余氯" * 1000), MORNING))
    content = other.received[0].json["text"]["content"]
    assert 2040 < len(content.encode()) <= 2048
    assert content.endswith("…")


def test_an_id_cannot_add_a_header() -> None:
    with receiver() as other:
        post(to("webhook", other), Message("r1\r\nX-Evil: 1", "one", WORDS, MORNING))
    assert "x-evil" not in other.received[0].headers


def test_a_certificate_must_be_trusted(monkeypatch: pytest.MonkeyPatch, certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with receiver(tls=context) as other:
        secure = channel("webhook", url=f"https://localhost:{other.port}/")
        with pytest.raises(Undelivered, match="could not be protected"):
            post(secure, MESSAGE)  # type: ignore[arg-type]
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert post(secure, MESSAGE).said == "HTTP 200"  # type: ignore[arg-type]


def test_a_server_that_never_protects_the_line_is_left() -> None:
    """A plain server that hangs answers no TLS greeting: the handshake too is within the time."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        began = time.monotonic()
        with pytest.raises(Undelivered, match="no answer within"):
            post(channel("webhook", url=f"https://127.0.0.1:{silent.getsockname()[1]}/"), MESSAGE)  # type: ignore[arg-type]
        assert time.monotonic() - began < 10
