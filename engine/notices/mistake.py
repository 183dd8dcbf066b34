"""A mistake in channels.yaml that no model can see, as a diagnostic with its own sentences: found, expected, way out."""

import re
from collections.abc import Mapping

from engine.loading.diagnostic import Diagnostic, Level
from engine.loading.sentences import Language, Said, show
from engine.loading.source import Path, Source

_SENTENCES: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "unreadable": (
        ("cannot be read ({found})", "give the server's account the right to read it"),
        ("不能读取（{found}）", "让运行服务的账户可以读它"),
    ),
    "no-channels": (
        ('the file has no "channels:" with channels below it', "begin with the line channels: or remove the file"),
        ("文件里没有 channels: 和它下面的通道", "第一行写 channels: ，或者删掉这个文件"),
    ),
    "not-a-channel": (
        ('"{found}" stands beside "channels"; expected nothing there', "put it below channels:, two spaces further in"),
        ("“{found}”和 channels 并列；这里不应有别的", "移到 channels: 下面，多缩进两格"),
    ),
    "two-secrets": (
        ('"{found}" is given, and "{other}" too; expected one of them', "keep the one that holds"),
        ("“{found}”和“{other}”都写了；只应写一个", "留下对的那一个"),
    ),
    "no-url": (
        ('channel "{found}" has no address to post to', "write url:, url_file: or url_env:"),
        ("通道“{found}”没有写发送地址", "写 url: 、url_file: 或 url_env:"),
    ),
    "no-secret-file": (
        ('there is nothing to read in the file "{found}"', "write the secret into it, or name the right file"),
        ("文件“{found}”里没有可读的内容", "把密钥写进去，或改成对的文件名"),
    ),
    "no-secret-env": (
        ('the environment has no "{found}"', "set it where the server is started, or write ..._file: instead"),
        ("环境里没有“{found}”", "在启动服务的地方设好它，或改用 ..._file:"),
    ),
    "quiet-none": (
        ("quiet from {found} until {found}; expected two different times", "leave quiet out, or change one of them"),
        ("安静时段从 {found} 到 {found}；应为两个不同的时刻", "去掉 quiet，或改其中一个"),
    ),
    "url-form": (
        ("this is no address to post to; expected https://host/path", "copy the whole address in one line"),
        ("这不是可以发送的地址；应为 https://主机/路径", "从显示它的地方整段复制，写在一行"),
    ),
    "url-readable": (
        ("http:// to another network can be read on the way; expected https://", "write https://"),
        ("http:// 发往外网会被人看见；应为 https://", "改写成 https://"),
    ),
    "address-form": (
        ('"{found}" is no mail address; expected name@example.com', "write one address, without a name or brackets"),
        ("“{found}”不是邮箱地址；应如 name@example.com", "只写一个地址，不带姓名和括号"),
    ),
    "no-address": (
        ('role "{found}" has no address', "write at least one, or leave the role out"),
        ("岗位“{found}”没有地址", "至少写一个，或去掉这个岗位"),
    ),
    "server-form": (
        ('"{found}" is no name of a server; expected smtp.example.com', "write the name alone; the port stands under port:"),
        ("“{found}”不是服务器名；应如 smtp.example.com", "只写名字；端口写在 port: 下"),
    ),
    "half-sign-on": (
        ("of user and password only one is given; expected both or none", "add the other, or remove this one"),
        ("user 和 password 只写了一个；应两个都写或都不写", "补上另一个，或去掉这一个"),
    ),
    "password-readable": (
        ("security is none, and the password could be read on the way", "write starttls or tls"),
        ("security 是 none，密码在路上会被人看见", "改成 starttls 或 tls"),
    ),
    "unknown-role": (
        ('the site has no role "{found}": its notices go nowhere', "write {meant}"),
        ("site.yaml 里没有岗位“{found}”：发给它的通知没有人收", "改成 {meant}"),
    ),
}  # fmt: skip


HOLDS_SECRET = re.compile(r"\b(password|secret|url)\b[\"']?\s*[:：]")
"""A line whose text the terminal and its log must not show."""


class Slip(Diagnostic):
    """A diagnostic whose sentences are those of this module."""

    __slots__ = ()

    def _told(self, language: Language) -> Said:
        shown = {name: show(fact, language) for name, fact in self.facts.items()}
        said, way_out = (part.format_map(shown) for part in _SENTENCES[self.code][language == "zh"])
        return Said(said, way_out)


def slip(source: Source, path: Path, code: str, *, at_key: bool = False, level: Level = "error", **facts: object) -> Slip:
    """A mistake at a path of the file."""
    place = source.place(path, at_key=at_key)
    excerpt = source.excerpt(place)
    return Slip(source.file, place, code, facts, level, excerpt="" if HOLDS_SECRET.search(excerpt) else excerpt)
