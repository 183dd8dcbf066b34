"""Sending by mail. A repeated message has the same Message-ID, so that programs that read mail know it as one."""

import smtplib
import socket
import ssl
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256

from engine.notices.channels import PORTS, Email
from engine.notices.line import Line
from engine.notices.message import SECONDS, Answered, Message, Undelivered
from engine.notices.wording import one_line

_SAID = 200  # characters of what a server says


class _Session(smtplib.SMTP):
    """An SMTP session over a line that is cut in time."""

    def __init__(self, line: Line, channel: Email) -> None:
        self._line, self._is_tls = line, channel.security == "tls"
        name = socket.gethostname() or "localhost"  # smtplib's own way asks the name service, which may take its time
        super().__init__(channel.server, channel.port or PORTS[channel.security], name)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002
        made = self._line.connect(host, port)
        return ssl.create_default_context().wrap_socket(made, server_hostname=host) if self._is_tls else made


def mail(channel: Email, message: Message) -> Answered:
    """Send a message. Raises Undelivered."""
    letter = written(channel, message)
    with Line(SECONDS) as line:
        session: _Session | None = None
        try:
            session = _Session(line, channel)
            answered = _sent(session, channel, letter)
            with suppress(OSError):  # it is accepted; how the server takes its leave changes nothing
                session.quit()
            return answered
        except smtplib.SMTPRecipientsRefused as error:
            raise Undelivered(_refused(error.recipients)) from error
        except smtplib.SMTPResponseException as error:
            raise Undelivered(_answer(error.smtp_code, error.smtp_error), is_down=_is_down(error)) from error
        except smtplib.SMTPNotSupportedError as error:
            raise Undelivered(one_line(str(error), _SAID), is_down=True) from error
        finally:
            if session is not None:
                session.close()


def _sent(session: _Session, channel: Email, letter: EmailMessage) -> Answered:
    if channel.security == "starttls":
        session.starttls(context=ssl.create_default_context())
    if channel.user is not None and channel.password is not None:
        session.login(channel.user, channel.password.get_secret_value())
    refused = session.send_message(letter)
    return Answered("250 accepted", _refused(refused) if refused else "")


def written(channel: Email, message: Message) -> EmailMessage:
    """The message as a letter."""
    letter = EmailMessage()
    digest = sha256("\n".join((message.channel, message.id)).encode()).hexdigest()[:32]
    letter["From"] = Address(one_line(message.site, 60), addr_spec=channel.sender)
    letter["To"] = ", ".join(message.addresses)
    letter["Subject"] = one_line(message.words.line)
    letter["Date"] = format_datetime(message.at)
    letter["Message-ID"] = f"<{digest}@{channel.sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(message.words.text + "\n")
    return letter


def _is_down(error: smtplib.SMTPResponseException) -> bool:
    return not isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError)


def _refused(answers: dict[str, tuple[int, bytes]]) -> str:
    return one_line("; ".join(f"{address}: {_answer(*said)}" for address, said in answers.items()), _SAID)


def _answer(code: int, said: bytes | str) -> str:
    return one_line(f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}", _SAID)
