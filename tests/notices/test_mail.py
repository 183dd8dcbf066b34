"""Mail: what arrives on a real SMTP server, and what becomes of what does not."""

import email
import email.policy
import ssl
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from engine.notices.channels import Email
from engine.notices.mail import mail, written
from engine.notices.message import Message, Undelivered
from engine.notices.wording import Words

from .receiving import Postbox, postbox
from .telling import MORNING, channel

WORDS = Words("紧急：余氯", "紧急：余氯\n\n地点：泳池")
TO = ("li@example.com", "wang@example.com")
MESSAGE = Message("r1:7", "one", WORDS, MORNING, (), TO, "试验会所")


def to(box: Postbox, **more: Any) -> Email:
    plain = {
        "server": "localhost",
        "port": box.port,
        "security": "none",
        "sender": "sop@example.com",
        "tells": {"guard": list(TO)},
    }
    return channel("email", **plain | more)  # type: ignore[return-value]


def only(box: Postbox) -> EmailMessage:
    (letter,) = box.letters
    assert isinstance(letter.content, bytes)
    return email.message_from_bytes(letter.content, policy=email.policy.default)  # type: ignore[return-value]


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.notices.mail.SECONDS", 1.0)


def test_a_letter_arrives_whole() -> None:
    with postbox() as box:
        answered = mail(to(box), MESSAGE)
    letter = only(box)
    assert (answered.said, answered.refused) == ("250 accepted", "")
    assert box.letters[0].rcpt_tos == list(TO)
    assert letter["Subject"] == "紧急：余氯"
    assert letter["From"] == "试验会所 <sop@example.com>"
    assert letter["To"] == "li@example.com, wang@example.com"
    assert letter.get_content().replace("\r\n", "\n") == "紧急：余氯\n\n地点：泳池\n"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime == MORNING


def test_a_repetition_has_the_same_id_and_another_message_has_not() -> None:
    box = Postbox(port=25)
    later = Message("r1:7", "one", Words("b", "b"), MORNING.replace(hour=9), (), TO)
    names = [written(to(box), message)["Message-ID"] for message in (MESSAGE, later)]
    assert names[0] == names[1]
    assert written(to(box), Message("r1:8", "one", WORDS, MORNING, (), TO))["Message-ID"] != names[0]
    assert written(to(box), Message("r1:7", "two", WORDS, MORNING, (), TO))["Message-ID"] != names[0]


@pytest.mark.parametrize("typed", ["a\r\nBcc: evil@example.com", "a\nX: y", "a\x00b", "a\u2028b", "\u202egnp.exe", "a" * 5000])
def test_no_text_adds_a_header(typed: str) -> None:
    hostile = Message("r1\r\nX: y", "one", Words(typed, typed), MORNING, (), TO, typed)
    with postbox() as box:
        mail(to(box), hostile)
    letter = only(box)
    assert set(letter.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
    } - (set() if letter["Content-Transfer-Encoding"] else {"Content-Transfer-Encoding"})  # fmt: skip
    assert box.letters[0].rcpt_tos == list(TO)
    assert "\u202e" not in letter["Subject"]


def test_who_is_not_known_is_named_and_the_others_have_it() -> None:
    with postbox() as box:
        box.refuses = (TO[1],)
        answered = mail(to(box), MESSAGE)
    assert box.letters[0].rcpt_tos == [TO[0]]
    assert answered.refused == "wang@example.com: 550 no such mailbox"


def test_nobody_known_is_not_delivered() -> None:
    with postbox() as box:
        box.refuses = TO
        with pytest.raises(Undelivered, match=r"li@example\.com: 550 no such mailbox") as failed:
            mail(to(box), MESSAGE)
    assert not failed.value.is_down


def test_a_letter_that_is_refused_is_not_delivered() -> None:
    with postbox() as box:
        box.says = "554 looks like spam"
        with pytest.raises(Undelivered, match="554 looks like spam") as failed:
            mail(to(box), MESSAGE)
    assert not failed.value.is_down


def test_a_server_that_does_not_answer_is_left_in_time() -> None:
    with postbox() as box:
        box.waits = 1.5
        began = time.monotonic()
        with pytest.raises(Undelivered, match="no answer within 1 s") as failed:
            mail(to(box), MESSAGE)
        assert time.monotonic() - began < 1.4
    assert failed.value.is_down


def test_nobody_listening_is_told() -> None:
    with postbox() as box:
        pass
    with pytest.raises(Undelivered, match="Connection refused"):
        mail(to(box), MESSAGE)


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # the server does not know that the line is protected already
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_protected_line_with_a_password(security: str, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with postbox(context, "geheim", implicit=security == "tls") as box:
        known = to(box, security=security, user="sop", password="geheim")
        with pytest.raises(Undelivered, match="could not be protected"):
            mail(known, MESSAGE)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        mail(known, MESSAGE)
        monkeypatch.setattr("engine.notices.mail.SECONDS", 10.0)  # the server takes its time over a wrong password
        with pytest.raises(Undelivered, match="535"):
            mail(to(box, security=security, user="sop", password="falsch"), MESSAGE)
    assert only(box)["Subject"] == "紧急：余氯"


def test_a_line_that_was_to_be_protected_is_never_left_open() -> None:
    with postbox() as box, pytest.raises(Undelivered, match="STARTTLS"):
        mail(to(box, security="starttls"), MESSAGE)
    assert not box.letters
