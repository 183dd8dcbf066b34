"""Sending by HTTP: a signed webhook, and the group robots of WeCom, DingTalk and Feishu.

Redirects are not followed; an answer counts when the other side says in its own way that it has the message.
"""

import base64
import hmac
import ssl
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

import orjson

from engine.ledger.chain import canonical
from engine.ledger.times import stamp
from engine.notices.channels import DingTalk, Feishu, Post, Webhook, WeCom
from engine.notices.line import Line
from engine.notices.message import SECONDS, Answered, Message, Undelivered
from engine.notices.notice import Notice
from engine.notices.wording import one_line

_MOST_READ = 64 * 1024  # bytes of an answer
_WECOM_BYTES = 2048  # of a text; developer.work.weixin.qq.com/document/path/91770
_ROBOT_BYTES = 16_000  # DingTalk and Feishu take about 20 kB of request


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes


def post(channel: Post, message: Message) -> Answered:
    """Send a message. Raises Undelivered."""
    assert channel.url is not None  # settings without one are refused
    url = channel.url.get_secret_value()
    secret = channel.secret.get_secret_value() if channel.secret else ""
    now = time.time()  # the other side compares it with its own clock
    match channel:
        case Webhook():
            return _webhook(url, secret, message, int(now))
        case WeCom():
            text = {"content": _robot_text(message, _WECOM_BYTES)}
            return _judged(_request(url, orjson.dumps({"msgtype": "text", "text": text})), ("errcode",), "errmsg")
        case DingTalk():
            text = {"content": _robot_text(message, _ROBOT_BYTES)}
            body = orjson.dumps({"msgtype": "text", "text": text, "msgUuid": message.id[:64]})
            return _judged(_request(_dingtalk_url(url, secret, int(now * 1000)), body), ("errcode",), "errmsg")
        case Feishu():
            whole = {"msg_type": "text", "content": {"text": _robot_text(message, _ROBOT_BYTES)}}
            body = orjson.dumps(_feishu_signature(secret, int(now)) | whole)
            return _judged(_request(url, body), ("code", "StatusCode"), "msg")


def signature(secret: str, now: int, body: bytes) -> str:
    """What a webhook is signed with: the time, and the HMAC-SHA256 of the time, a point and the body."""
    return f"t={now},v1={hmac.digest(secret.encode(), f'{now}.'.encode() + body, 'sha256').hex()}"


def _webhook(url: str, secret: str, message: Message, now: int) -> Answered:
    body = canonical(
        {
            "id": message.id, "line": message.words.line, "text": message.words.text,
            "notices": [_plain(notice) for notice in message.notices],
        }
    )  # fmt: skip
    headers = {"X-SOP-Notice": quote(message.id, safe=":/ ")} | (
        {"X-SOP-Signature": signature(secret, now, body)} if secret else {}
    )
    answer = _request(url, body, headers)
    return Answered(f"HTTP {answer.status}")


def _plain(notice: Notice) -> dict[str, Any]:
    return {name: stamp(value) if isinstance(value, datetime) else value for name, value in asdict(notice).items()}


def _robot_text(message: Message, most: int) -> str:
    """The text for a group: nobody is called by what staff have typed, and it is cut where the robot would refuse it."""
    text = message.words.text.replace("<", "＜")
    encoded = text.encode()
    return text if len(encoded) <= most else encoded[: most - 3].decode(errors="ignore") + "…"


def _dingtalk_url(url: str, secret: str, now: int) -> str:
    """Signed as open.dingtalk.com says: the time in ms and the secret, signed with the secret, in the query."""
    if not secret:
        return url
    sign = base64.b64encode(hmac.digest(secret.encode(), f"{now}\n{secret}".encode(), "sha256")).decode()
    return f"{url}{'&' if '?' in url else '?'}timestamp={now}&sign={quote_plus(sign)}"


def _feishu_signature(secret: str, now: int) -> dict[str, str]:
    """Signed as open.feishu.cn says: nothing, signed with the time in seconds and the secret, in the body."""
    if not secret:
        return {}
    sign = base64.b64encode(hmac.digest(f"{now}\n{secret}".encode(), b"", "sha256")).decode()
    return {"timestamp": str(now), "sign": sign}


def _judged(answer: _Answer, codes: tuple[str, ...], words: str) -> Answered:
    """A robot answers 200 to everything; what became of the message is a code in the body."""
    try:
        told = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        told = None
    name = next((name for name in codes if name in told), None) if isinstance(told, Mapping) else None
    if not isinstance(told, Mapping) or name is None:
        raise Undelivered(f"the answer says nothing of the message: {_shown(answer.body)}")
    code = told[name]
    reason = told.get(words) or told.get("StatusMessage")
    said = one_line(f"{name} {code}: {reason}" if reason else f"{name} {code}", 200)
    if code != 0 or isinstance(code, bool):
        raise Undelivered(said)
    return Answered(said)


def _shown(body: bytes) -> str:
    return one_line(body[:200].decode(errors="replace"), 100) or "nothing"


def _request(url: str, body: bytes, headers: Mapping[str, str] | None = None) -> _Answer:
    """POST JSON; the answer where it is a 2xx. Raises Undelivered."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    whole = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "sop-checklists", "Connection": "close"} | dict(
        headers or {}
    )
    with Line(SECONDS, HTTPException, ValueError) as line:
        connection = (HTTPSConnection if parts.scheme == "https" else HTTPConnection)(host, port)
        sock = line.connect(host, port)
        try:
            secure = ssl.create_default_context().wrap_socket(sock, server_hostname=host) if parts.scheme == "https" else sock
            connection.sock = secure
            connection.request("POST", target, body, whole)
            answer = connection.getresponse()
            read = answer.read(_MOST_READ)
            line.must_hold()
        finally:
            connection.close()
            sock.close()
    if answer.status // 100 != 2:
        followed = "; redirects are not followed" if answer.status // 100 == 3 else ""
        is_down = answer.status >= 500 or answer.status == 429
        raise Undelivered(one_line(f"HTTP {answer.status} {answer.reason}{followed}", 200), is_down=is_down)
    return _Answer(answer.status, read)
