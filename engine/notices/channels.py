"""Channels as an administrator writes them in channels.yaml: how to reach people, whom with what, and when not.

Strict models of what is written, and nothing else: where the file lies and what is wrong in it is `settings`' business.
"""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, SecretStr, StrictInt, StrictStr, Tag

from engine.notices.notice import Kind
from engine.procedure.amount import Clock
from engine.procedure.text import Id, Language, Written

ChannelKind = Literal["email", "webhook", "wecom", "dingtalk", "feishu"]
Security = Literal["none", "starttls", "tls"]
PORTS: dict[Security, int] = {"none": 25, "starttls": 587, "tls": 465}


class Quiet(Written):
    """Hours of every day, in the site's zone, in which only `except` goes out; the rest waits until they are over."""

    from_: Clock = Field(alias="from", description='When they begin, quoted: "22:00".')
    until: Clock = Field(description="When they end; they may run over midnight.")
    except_: tuple[Kind, ...] = Field(default=("critical",), alias="except", description="Kinds that go out all the same.")


class Digest(Written):
    """Kinds that are collected and sent as one message."""

    at: tuple[Clock, ...] = Field(min_length=1, description='When, in the site\'s zone, quoted: ["08:00"].')
    kinds: tuple[Kind, ...] = Field(min_length=1, description="The kinds that are collected.")


class Channel(Written):
    """What every channel may say."""

    language: Language = Field(default="zh", description="The language of what is sent.")
    kinds: tuple[Kind, ...] = Field(default=(), description="The kinds of notice that go out; none: all.")
    quiet: Quiet | None = Field(default=None, description="Hours in which it is quiet.")
    digest: Digest | None = Field(default=None, description="What is collected, and when it is sent.")

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles whose notices go out; none: all."""
        raise NotImplementedError


class Email(Channel):
    """Mail by an SMTP server."""

    kind: Literal["email"]
    server: StrictStr = Field(min_length=1, description="The SMTP server.")
    port: Annotated[StrictInt, Field(ge=1, le=65535)] | None = Field(default=None, description="Its port.")
    security: Security = Field(default="starttls", description="How the line is protected.")
    user: StrictStr | None = Field(default=None, description="Whom to sign on as.")
    password: SecretStr | None = Field(default=None, description="With which password.")
    password_file: StrictStr | None = Field(default=None, description="Or the file that holds it.")
    password_env: StrictStr | None = Field(default=None, description="Or the environment variable that holds it.")
    sender: StrictStr = Field(description="The address it comes from.")
    tells: dict[Id, tuple[StrictStr, ...]] = Field(min_length=1, description="Role -> addresses.")

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(self.tells)


class _Post(Channel):
    url: SecretStr | None = Field(default=None, description="The address to post to; it often holds a key.")
    url_file: StrictStr | None = Field(default=None, description="Or the file that holds it.")
    url_env: StrictStr | None = Field(default=None, description="Or the environment variable that holds it.")
    secret: SecretStr | None = Field(default=None, description="What messages are signed with.")
    secret_file: StrictStr | None = Field(default=None, description="Or the file that holds it.")
    secret_env: StrictStr | None = Field(default=None, description="Or the environment variable that holds it.")
    tells: tuple[Id, ...] = Field(default=(), description="The roles whose notices go there; none: all.")

    @property
    def roles(self) -> tuple[str, ...]:
        return self.tells


class Webhook(_Post):
    """A program of one's own, told in JSON."""

    kind: Literal["webhook"]


class WeCom(_Post):
    """A group robot of WeCom (企业微信). It knows no signature: the key is in the address."""

    kind: Literal["wecom"]


class DingTalk(_Post):
    """A group robot of DingTalk (钉钉)."""

    kind: Literal["dingtalk"]


class Feishu(_Post):
    """A group robot of Feishu (飞书)."""

    kind: Literal["feishu"]


class _Unknown(Written):
    """What names no kind there is: it exists so that the mistake is told where it is."""

    kind: ChannelKind

    model_config = {"extra": "allow"}


_KINDS = ("email", "webhook", "wecom", "dingtalk", "feishu")


def _kind(value: Any) -> str:
    found = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
    return found if found in _KINDS else "unknown"


Post = Webhook | WeCom | DingTalk | Feishu
AnyChannel = Email | Post
AnyWritten = Annotated[
    Annotated[Email, Tag("email")] | Annotated[Webhook, Tag("webhook")] | Annotated[WeCom, Tag("wecom")]
    | Annotated[DingTalk, Tag("dingtalk")] | Annotated[Feishu, Tag("feishu")] | Annotated[_Unknown, Tag("unknown")],
    Discriminator(_kind),
]  # fmt: skip


class ChannelsFile(Written):
    """The whole file: channels by id."""

    channels: dict[Id, AnyWritten] = Field(description="Channels, by id.")
