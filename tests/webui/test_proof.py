"""The proof of the record on its page: verified, kept, downloaded; and what tablets ask for and tell."""

import io
import re
import time
import zipfile
from base64 import b64decode
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import text

from engine.evidence.sealed import opened
from engine.heads import Heads
from engine.ledger.checkpoints import Checkpoints
from engine.ledger.merkle import consistent
from engine.ledger.notes import signing_key
from engine.notices.channels import Webhook
from engine.notices.courier import words_of
from engine.notices.notice import Notice
from engine.receipts import Receipt
from engine.review.told import Told
from engine.run.commands import AttachPhotos, Command
from engine.run.proof_events import CheckpointAccepted, CheckpointDoubted
from engine.run.report_events import ReportMade
from engine.verifying import past

from .cast import House, Tablet

DAY = timedelta(days=1)
GONE = AttachPhotos("appearance", ("ab" * 32,))
DAYS = {"from": "2026-11-02", "until": "2026-11-02", "place": "", "procedure": ""}


def signed(house: House) -> int:
    """Sign what is recorded; of how many events."""
    made = Checkpoints(house.product.engine.ledger, signing_key(house.product.settings.data)).make(house.clock.now())
    assert made is not None
    return made.size


def worked(tablet: Tablet, location: str) -> str:
    """Wait for the work to be over; the page that tells of it."""
    id_ = location.partition("#")[0].rpartition("=")[2]
    deadline = time.monotonic() + 30
    while tablet.get(f"/review/proof/work/{id_}", HX_Request="true").headers.get("HX-Redirect") is None:
        assert time.monotonic() < deadline, "the work never ended"
        time.sleep(0.05)
    return tablet.get(location).text


def bundle_of(location: str) -> str:
    """Where the bundle lies whose work is told of there."""
    return location.partition("#")[0].replace("?work=", "/bundle/")


def verify(tablet: Tablet, scope: str = "whole") -> str:
    answer = tablet.post("/review/proof", scope=scope)
    assert answer.status_code == 303, answer.text
    return worked(tablet, answer.location)


def test_nothing_was_verified_yet(house: House) -> None:
    page = house.signed_on("yang").get("/review/proof").text
    assert "还没有核验过" in page
    assert "还没有检查点" in page
    assert "制作证据包" in page


def test_everything_fits_and_is_kept(house: House) -> None:
    desk, size = house.signed_on("yang"), signed(house)
    page = verify(desk)
    for words in ("全部相符", "个事件都是当初写下的样子", "1 个签名检查点都与事件相符", "列表与事件一致", "杨"):
        assert words in page
    (one,) = past(house.product.engine, 9)
    assert (one.found.events >= size, one.found.what, one.found.lists, one.by) == (True, "", (), "yang")
    assert "个以后的" in verify(desk, "since")
    assert [one.found.since for one in past(house.product.engine, 9)] == [size, 0]


def test_the_first_thing_that_is_wrong_is_named_with_its_run(house: House) -> None:
    tablet = house.signed_on("chen")
    run = tablet.start()
    log = house.product.engine.ledger.log
    first = log.stream(run)[0].seq
    with house.product.engine.ledger.write() as connection:
        connection.execute(text("DROP TRIGGER events_refuse_UPDATE"))
        connection.execute(text(f"UPDATE events SET body = replace(body, 'pool', 'pond') WHERE seq = {first}"))
    page = verify(house.signed_on("yang"))
    assert f"第 {first} 个事件：内容或前后的链接被改过" in page
    assert f'href="/runs/{run}/record"' in page
    assert "先把整个数据目录复制一份" in page


def test_a_list_that_says_something_else_is_named(house: House) -> None:
    with house.product.engine.ledger.write() as connection:
        connection.execute(text("UPDATE people SET name = 'x'"))
    assert "这些列表与事件不一致：people" in verify(house.signed_on("yang"))


def test_the_checkpoint_and_the_key_are_taken_away(house: House) -> None:
    desk, size = house.signed_on("yang"), signed(house)
    note, key = (desk.get(f"/review/proof/{name}.txt") for name in ("checkpoint", "key"))
    assert opened(note.text, key.text.strip()).split("\n")[1] == str(size)
    assert f"checkpoint-{size}.txt" in note.headers["Content-Disposition"]
    page = desk.get("/review/proof").text
    assert note.text.strip() in page
    assert 'aria-label="检查点的二维码"' in page


def test_a_bundle_of_a_period(house: House) -> None:
    house.signed_on("chen").start()
    desk = house.signed_on("yang")
    answer = desk.post("/review/proof/bundle", **DAYS)
    page = worked(desk, answer.location)
    assert "证据包好了：1 份记录" in page
    address = bundle_of(answer.location)
    data = desk.get(address).data
    assert "verify.py" in zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert house.signed_on("shen").get(address).status_code == 404, "only whoever asked for it"


def test_no_bundle_is_made_with_another_key(house: House) -> None:
    """Where the key that signed is missing: none is made anew, the pages say so, and nothing is signed."""
    run, desk = house.signed_on("chen").start(), house.signed_on("yang")
    assert "证据包好了" in worked(desk, desk.post("/review/proof/bundle", **DAYS).location)
    key = house.product.settings.data / "checkpoint.key"
    key.unlink()
    assert "没有签名" in worked(desk, desk.post("/review/proof/bundle", **DAYS).location)
    answer = desk.get(f"/runs/{run}/evidence.zip")
    assert answer.status_code == 409
    assert "checkpoint.key is missing" in answer.text
    assert desk.get("/review/proof/key.txt").status_code == 404
    assert desk.get("/checkpoint/key").text == "\n"
    assert not key.exists()


@pytest.fixture
def gone(house: House) -> str:
    """A run that names a photo which is not there."""
    run, engine = house.signed_on("chen").start(), house.product.engine
    attached = Command("gone1", run, engine.actor(engine.directory.now().people["chen"], "tablet"), engine.clock.now(), GONE)
    assert isinstance(engine.give(attached), Receipt)
    return run


def test_a_photo_that_is_gone_is_named_and_the_bundle_made_where_one_asks_for_it(house: House, gone: str) -> None:
    desk = house.signed_on("yang")
    page = worked(desk, desk.post("/review/proof/bundle", **DAYS | {"place": "pool"}).location)
    assert "缺失或损坏的照片有 1 张（abababababab…）" in page
    assert "证据包好了" not in page
    again = dict(re.findall(r'<input type="hidden" name="(from|until|place|procedure)" value="(.*?)">', page))
    assert again == DAYS | {"place": "pool"}
    answer = desk.post("/review/proof/bundle", gaps="1", **again)
    assert "写明缺 1 张照片" in worked(desk, answer.location)
    data = desk.get(bundle_of(answer.location)).data
    assert f"missing  photos/{'ab' * 32}.jpg" in zipfile.ZipFile(io.BytesIO(data)).read("manifest.txt").decode()


def test_so_is_one_of_a_single_record(house: House, gone: str) -> None:
    desk = house.signed_on("yang")
    answer = desk.get(f"/runs/{gone}/evidence.zip")
    assert answer.status_code == 409
    assert "ab" * 32 in answer.text
    assert f'href="/runs/{gone}/evidence.zip?gaps=1"' in answer.text
    made = desk.get(f"/runs/{gone}/evidence.zip?gaps=1")
    assert "missing  photos/" in zipfile.ZipFile(io.BytesIO(made.data)).read("manifest.txt").decode()
    assert not list((house.product.settings.data / "works").glob("evidence-*"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"until": "2026-11-01"}, "后一个不早于前一个"),
        ({"from": "x"}, "后一个不早于前一个"),
        ({"until": "9999-12-31"}, "后一个不早于前一个"),
        ({"from": "2020-01-01", "until": "2020-01-02"}, "没有这样的记录"),
        ({"procedure": "nobody/knows"}, "没有这样的记录"),
    ],
)
def test_a_period_that_is_none_stays_as_typed(house: House, change: dict[str, str], words: str) -> None:
    house.signed_on("chen").start()
    answer = house.signed_on("yang").post("/review/proof/bundle", **DAYS | change)
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{(DAYS | change)["from"]}"' in answer.text


def test_others_may_not(house: House) -> None:
    guard = house.signed_on("chen")
    for address in ("/review/proof", "/review/proof/key.txt", "/checkpoint/doubt"):
        assert guard.get(address).status_code == 403
    assert guard.post("/review/proof", scope="whole").status_code == 403
    assert guard.post("/review/proof/bundle", **DAYS).status_code == 403


# -- what tablets ask for


def test_a_tablet_gets_the_proof_from_what_it_kept(house: House) -> None:
    tablet = house.tablet()
    assert tablet.get("/checkpoint").text == ""
    older = signed(house)
    before = tablet.get("/checkpoint").text
    house.signed_on("chen").start()
    newer = signed(house)
    after, key = tablet.get("/checkpoint").text, tablet.get("/checkpoint/key").text.strip()
    roots = [b64decode(opened(note, key).split("\n")[2]) for note in (before, after)]
    told = tablet.get(f"/checkpoint/consistency?from={older}&to={newer}").get_json()
    assert consistent(older, roots[0], newer, roots[1], [b64decode(node) for node in told["proof"]])
    for wrong in (f"from={older - 1}&to={newer}", f"from={newer}&to={older}", "from=x&to=y", ""):
        assert tablet.get(f"/checkpoint/consistency?{wrong}").status_code == 404


def test_what_a_tablet_doubts_is_recorded_once_and_accepted_with_a_reason(house: House) -> None:
    lead = house.signed_on("yang")
    for _ in range(2):
        assert lead.post("/checkpoint/doubts", why="shorter", kept="a\nb", seen="").status_code == 204
    answer = lead.post("/checkpoint/doubt", why="shorter", size="7", reason=" ")
    assert answer.status_code == 422
    assert "请写明原因" in answer.text
    assert lead.post("/checkpoint/doubt", why="shorter", size="7", reason="恢复了备份").status_code == 303
    assert "data-head-settled" in lead.get("/checkpoint/doubt").text
    assert "data-head-settled" not in lead.get("/checkpoint/doubt").text
    assert "”停止提交：" not in lead.get("/").text, "it is settled"
    told = _events(house)
    assert told == [CheckpointDoubted("shorter", "a\nb"), CheckpointAccepted("shorter", "恢复了备份", 7)]
    assert "恢复了备份" in lead.get("/review/proof").text


def test_those_who_review_are_told_of_a_doubt_once_until_it_is_settled(house: House) -> None:
    tablet, desk = house.signed_on("chen"), house.signed_on("zhou")
    for seen in ("", "", "a\nb"):  # told again, and with a newer checkpoint
        tablet.post("/checkpoint/doubts", why="shorter", kept="a\nb", seen=seen)
    (told,) = _doubted(house)
    assert (told.kind, told.place, told.text, told.run) == ("doubted", "pool", "shorter chen", None)
    assert all("review" in house.product.engine.site.roles[role].may for role in told.roles)
    board = desk.get("/").text
    assert f"平板“{told.number}”停止提交：服务器的记录比它见过的短" in board
    assert 'href="/review/proof#doubts"' in board
    assert "当时登录：陈" in board
    channel = Webhook.model_validate({"kind": "webhook", "url": "https://example.com", "language": "en"})
    sent = words_of(house.product.engine, [told], channel).text
    for words in (
        "sends nothing more: the server's record is shorter",
        "Place: ",
        "Signed on there: 陈",
        "sign on at this tablet",
    ):
        assert words in sent
    assert "”停止提交：" not in tablet.get("/").text, "not to those who could do nothing about it"
    Heads(house.product.engine, house.product.settings.data).accept(
        CheckpointAccepted("shorter", "备份", 7), told.notice.split(" ")[1], "zhou", "c" * 32
    )
    assert "”停止提交：" not in desk.get("/").text
    house.clock.put_forward(timedelta(minutes=1))
    tablet.post("/checkpoint/doubts", why="forked", kept="a\nb", seen="")
    assert len(_doubted(house)) == 2, "another doubt is told anew"
    assert "不是从它见过的接着写的" in desk.get("/").text
    assert house.product.engine.differing_lists() == ()


def _doubted(house: House) -> list[Notice]:
    found = Told(house.product.engine.ledger).newest("", ("manager", "supervisor", "reviewer"), house.clock.now() - DAY, 50)
    return [Notice.of(row) for row in found if row["kind"] == "doubted"]


def _events(house: House) -> Sequence[object]:
    return [one.event for one in Heads(house.product.engine, house.product.settings.data).doubts(9)][::-1]


@pytest.mark.parametrize("told", [{"why": "other"}, {"why": "key", "kept": "x" * 1001}, {"why": "key", "seen": "\x01"}])
def test_what_is_no_doubt_is_refused(house: House, told: dict[str, str]) -> None:
    assert house.signed_on("yang").post("/checkpoint/doubts", **told).status_code == 422


def test_what_is_wrong_is_told_in_the_language_of_the_page(house: House) -> None:
    desk, engine = house.signed_on("yang"), house.product.engine
    now = house.clock.now()
    engine.note(ReportMade("month", "2026-10", now, now, now, "0" * 64, ("done",), ("lead",)), "yang")
    assert f"报表 {'0' * 64} 不见了" in verify(desk)
    desk.post("/language", lang="en", next="/review/proof")
    assert f"report {'0' * 64} is not kept" in desk.get("/review/proof").text
