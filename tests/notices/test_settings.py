"""channels.yaml: what may stand in it, and that every mistake is told with its place, in both languages, and no secret is."""

import re
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from engine.notices.channels import Email, Webhook
from engine.notices.settings import FILE, Channels, load, strangers
from tests.service.world import site

WHOLE = """\
channels:
  office:
    kind: email
    language: en
    server: smtp.example.com
    security: tls
    user: sop
    password_file: smtp-password
    sender: sop@example.com
    tells:
      lead: [li@example.com, wang@example.com]
  group:
    kind: wecom
    url_env: GROUP_URL
    tells: [guard]
    kinds: [critical, overdue]
    quiet: {from: "22:00", until: "06:30", except: [critical]}
    digest: {at: ["08:00"], kinds: [near, due]}
  program:
    kind: webhook
    url: http://127.0.0.1:9000/hook
    secret: geheim
"""


def written(folder: Path, text: str, **environment: str) -> Channels:
    (folder / FILE).write_text(text, encoding="utf-8")
    return load(folder, environment)


def only(folder: Path, text: str, **environment: str) -> str:
    found = written(folder, text, **environment)
    assert not found.by_id
    (mistake,) = found.mistakes
    assert mistake.render("zh") != mistake.render("en")
    return mistake.render("en").replace(f"{folder}/", "")


def test_no_file_is_no_channels(tmp_path: Path) -> None:
    assert load(tmp_path) == Channels()


def test_everything_that_may_be_written(tmp_path: Path) -> None:
    (tmp_path / "smtp-password").write_text("s3cret\n")
    found = written(tmp_path, WHOLE, GROUP_URL="https://example.com/send?key=1")
    assert not found.mistakes
    office, group, program = found.by_id.values()
    assert isinstance(office, Email)
    assert office.password
    assert office.password.get_secret_value() == "s3cret"
    assert office.roles == ("lead",)
    assert group.url.get_secret_value() == "https://example.com/send?key=1"  # type: ignore[union-attr]
    assert group.quiet
    assert isinstance(program, Webhook)
    assert program.secret
    assert "geheim" not in repr(found)
    assert "s3cret" not in repr(found)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("channels:\n  x:\n    kind: wecome\n    url: https://a.b\n", "unknown-word"),
        ("channels:\n  x:\n    url: https://a.b\n", "missing-key"),
        ("channels:\n  X1:\n    kind: wecom\n    url: https://a.b\n", "id-form"),
        ("channels:\n  x:\n    kind: wecom\n    url: https://a.b\n    kindz: [near]\n", "unknown-key"),
        ("channels:\n  x:\n    kind: wecom\n    url: https://a.b\n    kinds: [nigh]\n", "unknown-word"),
        ("channels:\n  x:\n    kind: wecom\n    url: https://a.b\n    language: fr\n", "unknown-word"),
        ("channels:\n  x:\n    kind: wecom\n    url: https://a.b\n    quiet: {from: 22:00, until: 6:30}\n", "clock-form"),
        ("channels:\n  x:\n    kind: wecom\n    url: https://a.b\n    digest: {at: [], kinds: [near]}\n", "too-few"),
        ("channels:\n  x:\n    kind: wecom\n    url: https://a.b\n    kind: feishu\n", "duplicate-key"),
        ("channels: [a]\n", "no-channels"),
        ("[a]\n", "no-channels"),
        ("", "empty-file"),
        ("channels:\n  x:\n    kind: wecom\n    url: https://a.b\nchanels: 1\n", "not-a-channel"),
        ("channels:\n  x:\n    kind: wecom\n", "no-url"),
        ("channels:\n  x:\n    kind: wecom\n    url: https://a.b\n    url_env: U\n", "two-secrets"),
        ("channels:\n  x:\n    kind: wecom\n    url_env: U\n", "no-secret-env"),
        ("channels:\n  x:\n    kind: wecom\n    url_file: u\n", "no-secret-file"),
        ("channels:\n  x:\n    kind: wecom\n    url: ftp://a.b\n", "url-form"),
        ("channels:\n  x:\n    kind: wecom\n    url: https://a.b:port/\n", "url-form"),
        ("channels:\n  x:\n    kind: wecom\n    url: https://a.b/ c\n", "url-form"),
        ("channels:\n  x:\n    kind: wecom\n    url: http://example.com/\n", "url-readable"),
        ('channels:\n  x:\n    kind: wecom\n    url: https://a.b\n    quiet: {from: "22:00", until: "22:00"}\n', "quiet-none"),
        ("channels:\n  x:\n    kind: email\n    server: s\n    sender: me\n    tells: {guard: [a@b.c]}\n", "address-form"),
        ('channels:\n  x:\n    kind: email\n    server: s\n    sender: a@b.c\n    tells: {guard: ["a@b.c\\nBcc: d@e.f"]}\n', "address-form"),
        ("channels:\n  x:\n    kind: email\n    server: s\n    sender: a@b.c\n    tells: {guard: []}\n", "no-address"),
        ("channels:\n  x:\n    kind: email\n    server: s:25\n    sender: a@b.c\n    tells: {guard: [a@b.c]}\n    port: 0\n", "out-of-range"),
        ("channels:\n  x:\n    kind: email\n    server: s/t\n    sender: a@b.c\n    tells: {guard: [a@b.c]}\n", "server-form"),
        ("channels:\n  x:\n    kind: email\n    server: s\n    sender: a@b.c\n    tells: {guard: [a@b.c]}\n    user: u\n", "half-sign-on"),
        (
            "channels:\n  x:\n    kind: email\n    server: s.example.com\n    sender: a@b.c\n    tells: {guard: [a@b.c]}\n"
            "    user: u\n    password: p\n    security: none\n",
            "password-readable",
        ),
    ],
)  # fmt: skip
def test_every_mistake_is_told(tmp_path: Path, text: str, told: str) -> None:
    shown = only(tmp_path, text)
    assert f"[{told}]" in shown
    assert "⟨" not in shown
    assert shown.startswith(f"{FILE}:")
    place = shown.split(":")[1]
    assert place.isdigit()


def test_what_it_looks_like(tmp_path: Path) -> None:
    assert only(tmp_path, "channels:\n  x:\n    kind: wecome\n    url: https://a.b\n") == snapshot(
        """\
channels.yaml:3:11: "kind" of "x" of "channels" is the text "wecome"; expected "email", "webhook", "wecom", "dingtalk" or "feishu"; did you mean "wecom"? [unknown-word]
  |
3 |     kind: wecome
  |           ^~~~~~\
"""
    )


@pytest.mark.parametrize(
    "text",
    [
        "channels:\n  x:\n    kind: webhook\n    url: https://a.b\n    secret: 13579\n",
        "channels:\n  x:\n    kind: webhook\n    url: https://a.b\n    secret: 013579\n",
        "channels:\n  x:\n    kind: webhook\n    url: https://a.b\n    secret: [13579]\n",
        "channels:\n  x: {kind: webhook, url: 'https://13579 b', kinds: [near]}\n",
        "channels:\n  x:\n    kind: webhook\n    url: http://example.com/13579\n",
    ],
)
def test_no_mistake_shows_a_secret(tmp_path: Path, text: str) -> None:
    found = written(tmp_path, text)
    assert found.mistakes
    for mistake in found.mistakes:
        for language in ("en", "zh"):
            assert "13579" not in mistake.render(language)  # type: ignore[arg-type]


DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "notices.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("example", re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL))
def test_examples_of_the_document_may_be_written(tmp_path: Path, example: str) -> None:
    for name in re.findall(r"_file: (\S+)", example):
        (tmp_path / name).write_text("https://example.com/")
    found = written(tmp_path, example, **dict.fromkeys(re.findall(r"_env: (\w+)", example), "https://example.com/"))
    assert [mistake.headline() for mistake in found.mistakes] == []
    assert found.by_id


def test_a_role_that_is_none_is_told_as_a_warning(tmp_path: Path) -> None:
    found = written(tmp_path, "channels:\n  x:\n    kind: wecom\n    url: https://a.b\n    tells: [lead, gaurd]\n")
    (warning,) = strangers(found, site(), tmp_path)
    assert warning.render("en").replace(f"{tmp_path}/", "").split("\n")[0] == (
        'channels.yaml:5:19: warning: the site has no role "gaurd": its notices go nowhere; write guard [unknown-role]'
    )
    assert warning.level == "warning"
    found = written(tmp_path, "channels: {x: {kind: wecom, url: 'https://a.b/?key=13579', tells: [gaurd]}}\n")
    assert "13579" not in strangers(found, site(), tmp_path)[0].render("en")
