"""Every kind of step through its form: with htmx a small fragment that the page then shows too, without it the way back to the page."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from .cast import House, Tablet, plain
from .rich import PIN

MOST = 2048  # bytes of a tick's answer


def jpeg(colour: str = "blue") -> bytes:
    """A small photo."""
    held = BytesIO()
    Image.new("RGB", (40, 30), colour).save(held, "JPEG")
    return held.getvalue()


def picture(name: str = "a.jpg") -> tuple[BytesIO, str]:
    """A photo as a file of a form."""
    return BytesIO(jpeg()), name


@dataclass(slots=True)
class Pool:
    """A run of the procedure with every kind, and the tablets around it."""

    house: House
    run: str
    guard: Tablet
    others: dict[str, Tablet] = field(default_factory=dict)

    def by(self, person: str) -> Tablet:
        """The tablet of somebody else."""
        if person == "guard":
            return self.guard
        if person not in self.others:
            tablet = self.others[person] = self.house.tablet()
            assert tablet.sign_on(person, PIN).status_code == 303
        return self.others[person]

    def do(self, step: str, /, *, by: str = "guard", htmx: bool = True, **form: object) -> TestResponse:
        """Do something on a step."""
        return self.by(by).step(self.run, step, htmx=htmx, **form)

    def page(self, at: str = "", by: str = "guard") -> str:
        """The page of the run."""
        answer = self.by(by).get(f"/runs/{self.run}" + (f"?at={at}" if at else ""))
        assert answer.status_code == 200
        return answer.text

    @property
    def state(self) -> object:
        """The run's state."""
        return self.house.product.engine.run(self.run).state

    def kinds(self, count: int) -> list[str]:
        """The last events."""
        return self.house.kinds(self.run)[-count:]

    def wait(self, minutes: int) -> None:
        """Let time pass."""
        self.house.clock.put_forward(timedelta(minutes=minutes))

    @property
    def version(self) -> int:
        """How many events the run has."""
        return self.house.product.engine.run(self.run).state.version


@pytest.fixture
def pool(rich: House) -> Pool:
    """A run just started."""
    tablet = rich.tablet()
    assert tablet.sign_on("guard", PIN).status_code == 303
    return Pool(rich, tablet.start("pool/rich"), tablet)


# What is sent for each kind, by whom, and what is recorded by it. {} in a list stands for "again".
Sent = dict[str, object]
ANSWERS: list[tuple[str, str, Sent, str]] = [
    ("timed", "guard", {"typed": "done"}, "StepAnswered"),
    ("door", "guard", {"typed": "done"}, "StepAnswered"),
    ("machines", "guard", {"item": "one"}, "ItemTicked"),
    ("machines", "guard", {"item": "two"}, "ItemTicked"),
    ("chlorine", "guard", {"typed": "0.50"}, "StepAnswered"),
    ("caps", "guard", {"typed": "12"}, "StepAnswered"),
    ("dosing", "guard", {"typed": "some"}, "StepAnswered"),
    ("floats", "guard", {"typed": ["ring", "board"]}, "StepAnswered"),
    ("product", "guard", {"typed": "某某牌"}, "StepAnswered"),
    ("diary", "guard", {"typed": "一\n二"}, "StepAnswered"),
    ("report", "guard", {"typed": "2026-10-30"}, "StepAnswered"),
    ("present", "guard", {"typed": "mate"}, "StepAnswered"),
    ("surface", "guard", {"act": "answer", "files": picture}, "StepAnswered"),
    ("locked", "guard", {"typed": "done", "files": picture}, "StepAnswered"),
    ("circulation", "guard", {"act": "begin"}, "WaitStarted"),
    ("circulation", "guard", {"act": "end", "wait": 60}, "WaitEnded"),
    ("patrol", "guard", {"act": "begin"}, "RoundsStarted"),
    ("patrol", "guard", {"act": "round", "f.swimmers": "3", "f.seen": "好"}, "RoundDone"),
    ("patrol", "guard", {"act": "end"}, "RoundsStopped"),
    ("visitors", "guard", {"act": "row", "f.visitor": "王", "f.people": "2"}, "RowAdded"),
    ("sheet", "guard", {"f.story": "说过", "f.again": "0.5"}, "StepAnswered"),
    ("handed", "guard", {"act": "hand", "typed": "当心"}, "WorkHanded"),
    ("handed", "engineer", {"act": "receive"}, "WorkReceived"),
    ("rules", "guard", {"act": "answer"}, "StepAnswered"),
    ("signed", "guard", {"act": "sign", "pin": PIN, "files": picture}, "Signed"),
]


def send(pool: Pool, step: str, by: str, sent: Sent, *, htmx: bool) -> TestResponse:
    """Give one of the answers above."""
    form = dict(sent)
    pool.wait(int(str(form.pop("wait", 0))))
    files = form.pop("files", None)
    more = {"files": [files()]} if callable(files) else {}
    return pool.do(step, by=by, htmx=htmx, v=str(pool.version), **form, **more)


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "no_script"])
def test_every_kind_from_start_to_completion(pool: Pool, htmx: bool) -> None:
    for step, by, sent, kind in ANSWERS:
        before = pool.version
        answer = send(pool, step, by, sent, htmx=htmx)
        assert pool.kinds(pool.version - before).count(kind) == 1, (step, answer.text)
        if htmx:
            is_shown_by_the_page(pool, answer, step, by)
        else:
            assert answer.status_code == 303
            assert answer.location.startswith(f"/runs/{pool.run}")
            assert pool.by(by).get(answer.location).status_code == 200
    settled = {placed.id for placed in pool.house.product.engine.run(pool.run).plan.steps} - {"other"}
    assert {step for step, _, _, _ in ANSWERS} == settled
    late = [d.id for d in pool.house.product.engine.run(pool.run).state.open_deviations() if d.event.blocks]
    assert not late
    done = pool.guard.post(f"/runs/{pool.run}/complete", v=str(pool.version))
    assert (done.status_code, done.location) == (303, f"/runs/{pool.run}/record")
    assert pool.guard.get(done.location).status_code == 200
    assert pool.house.product.engine.directory.now().gates["pool"].run == pool.run


def is_shown_by_the_page(pool: Pool, answer: TestResponse, step: str, by: str) -> None:
    """The fragment is small, and each of its parts stands in the page of the same person."""
    assert answer.status_code == 200, (step, answer.text)
    assert "HX-Request" in answer.headers["Vary"]
    parts = [part for part in re.split(r"(?=<li id=\"s-)|(?=<a id=\"p-)|(?=<footer id=)", answer.text) if part]
    assert parts[0].startswith(f'<li id="s-{step}"')
    pages = {}
    for part in parts:
        opened = re.match(r'<li id="s-([a-z_]+)" class="[^"]*\bopen\b', part)
        at = opened[1] if opened else ""
        if at not in pages:
            pages[at] = plain(pool.page(at, by))
        closed = plain(part)
        assert closed in pages[at] or (not opened and closed in plain(pool.page("door" if step != "door" else "diary", by))), part


def test_a_tick_is_answered_small(rich: House, house: House) -> None:
    tablet = rich.tablet()
    tablet.sign_on("guard", PIN)
    run = tablet.start("pool/plain")
    for step in ("one", "two", "three"):
        answer = tablet.step(run, step, typed="done")
        assert answer.status_code == 200
        assert len(answer.data) <= MOST, (step, len(answer.data))
    tablet = house.signed_on("chen")
    run = tablet.start()
    for step, form in SHIPPED:
        data = {"csrf_token": tablet.csrf, "c": f"{step}{len(str(form))}".replace("_", "") + "0" * 20, **form}
        headers = {"HX-Request": "true", "Accept-Encoding": "gzip"}
        answer = tablet.client.post(f"/runs/{run}/steps/{step}", data=data, headers=headers)
        assert answer.status_code == 200
        assert len(answer.data) <= MOST, (step, len(answer.data))  # as it goes over the wire


SHIPPED: list[tuple[str, dict[str, str]]] = [
    ("appearance", {"typed": "done"}),
    ("shift_diary", {"act": "answer"}),
    ("rescue_equipment", {"item": "ring"}),
    ("rescue_equipment", {"item": "phone"}),
    ("water_temperature", {"typed": "27"}),
    ("room_temperature", {"typed": "27"}),
    ("free_chlorine", {"typed": "0.5"}),
    ("ph", {"typed": "9.1"}),
]


def test_a_deviation_is_acted_on_and_measured_again(pool: Pool) -> None:
    low = pool.do("chlorine", typed="0.25")
    assert low.status_code == 200
    assert "0.25 mg/L" in low.text
    assert "补投" in low.text
    deviation = pool.house.product.engine.run(pool.run).state.open_deviations()[0].id
    address = f"/runs/{pool.run}/deviations/{deviation}"
    assert 'value="remeasure"' not in low.text
    first = pool.guard.post(address, htmx=True, act="remeasure", typed="0.5")
    assert "先做处置" in first.text, first.text
    empty = pool.guard.post(address, htmx=True, act="act_on", text=" ")
    assert (empty.status_code, "请写一句您做了什么" in empty.text) == (422, True)
    assert pool.guard.post(address, htmx=True, act="act_on", text="投了<i>半瓶").status_code == 200
    early = pool.guard.post(address, htmx=True, act="remeasure", typed="0.5")
    assert (early.status_code, "还没到复测时间" in early.text) == (422, True)
    pool.wait(16)
    assert 'value="remeasure"' in pool.page("chlorine")
    still = pool.guard.post(address, htmx=True, act="remeasure", typed="0.3")
    assert still.status_code == 200
    assert pool.guard.post(address, htmx=True, act="act_on", text="又投了").status_code == 200  # it asks for another action
    pool.wait(16)
    typo = pool.guard.post(address, htmx=True, act="remeasure", typed="0.5x")
    assert (typo.status_code, 'value="0.5x"' in typo.text) == (422, True)
    done = pool.guard.post(address, htmx=True, act="remeasure", typed="0.50")
    assert done.status_code == 200, done.text
    assert "了结" in done.text or "了结" in pool.page("chlorine")
    assert "投了&lt;i&gt;半瓶" in pool.guard.get(f"/runs/{pool.run}/record").text
    assert not pool.house.product.engine.run(pool.run).state.open_deviations()
    again = pool.guard.post(address, htmx=True, act="act_on", text="x")
    assert (again.status_code, "已经了结" in again.text) == (422, True)


def test_a_deviation_is_accepted_by_those_who_may(pool: Pool) -> None:
    pool.do("chlorine", typed="0.25")
    deviation = pool.house.product.engine.run(pool.run).state.open_deviations()[0].id
    address = f"/runs/{pool.run}/deviations/{deviation}"
    mine = pool.guard.post(address, htmx=True, act="accept", text="算了")
    assert (mine.status_code, "领班" in mine.text) == (422, True)
    lead = pool.by("lead")
    assert "接受" in pool.page("chlorine", "lead")
    empty = lead.post(address, htmx=True, act="accept", text="")
    assert empty.status_code == 422
    assert lead.post(address, htmx=False, act="accept", text="知道").status_code == 303
    assert pool.kinds(1) == ["DeviationAccepted"]


def test_something_wrong_is_reported_and_settled(pool: Pool) -> None:
    assert pool.guard.post(f"/runs/{pool.run}/report", text="地滑<script>").status_code == 303
    page = pool.page()
    assert "地滑&lt;script&gt;" in page
    deviation = pool.house.product.engine.run(pool.run).state.open_deviations()[0].id
    address = f"/runs/{pool.run}/deviations/{deviation}"
    refused = pool.by("lead").post(address, htmx=True, act="accept", text="")
    assert refused.status_code == 422
    assert refused.text.startswith('<section id="reported"')
    noted = pool.guard.post(address, htmx=True, act="act_on", text="擦了")
    assert noted.status_code == 200
    assert "擦了" in noted.text
    assert pool.by("lead").post(address, htmx=False, act="accept", text="知道").status_code == 303


def test_a_wait_ends_early_only_with_a_reason(pool: Pool) -> None:
    pool.do("circulation", act="begin")
    refused = pool.do("circulation", act="end")
    assert (refused.status_code, "还没到时间，07:30" in refused.text) == (422, True)
    answer = pool.do("circulation", act="end", why="停电")
    assert answer.status_code == 200
    assert pool.kinds(2) == ["WaitEnded", "DeviationRaised"]


def test_missed_rounds_are_told(pool: Pool) -> None:
    pool.do("patrol", act="begin")
    pool.wait(25)
    answer = pool.do("patrol", act="round", **{"f.swimmers": "3"})
    assert answer.status_code == 200
    assert "RoundMissed" in pool.kinds(5)
    faulty = pool.do("patrol", act="round", **{"f.swimmers": "三个"})
    assert (faulty.status_code, 'value="三个"' in faulty.text) == (422, True)


def test_a_form_keeps_everything_typed_and_tells_every_fault(pool: Pool) -> None:
    answer = pool.do("sheet", **{"f.story": "", "f.again": "0,5"})
    assert answer.status_code == 422
    assert "有 2 处没填好" in answer.text
    assert "有逗号" in answer.text
    assert 'value="0,5"' in answer.text
    assert answer.text.count('class="field wrong"') == 2
    assert pool.version == 1


def test_a_photo_in_a_form(pool: Pool) -> None:
    data = {
        "csrf_token": pool.guard.csrf, "c": "a" * 32, "f.story": "说过", "f.again": "0.5", "f.scene": picture(),
    }  # fmt: skip
    answer = pool.guard.client.post(f"/runs/{pool.run}/steps/sheet", data=data, content_type="multipart/form-data")
    assert answer.status_code == 303
    fields = pool.house.product.engine.run(pool.run).state.step("sheet").fields
    assert len(fields["scene"].options) == 1
    assert pool.house.product.photos.path(fields["scene"].options[0])


@pytest.mark.parametrize("person", ["nobody", "lead", "<script>", "auditor"])
def test_only_staff_in_the_role_is_taken_as_a_person(pool: Pool, person: str) -> None:
    answer = pool.do("present", typed=person)
    assert answer.status_code == 422
    assert pool.version == 1


def test_handing_over_takes_two(pool: Pool) -> None:
    early = pool.do("handed", by="engineer", act="receive")
    assert (early.status_code, "还没有人交过来" in early.text) == (422, True)
    pool.do("handed", act="hand", typed="当心")
    own = pool.do("handed", act="receive")
    assert own.status_code == 422
    page = pool.page("handed", "engineer")
    assert "当心" in page
    assert 'value="receive"' in page


def test_a_linked_run_is_started_and_linked(pool: Pool) -> None:
    page = pool.page("other")
    assert f"/start/pool/other?from={pool.run}&amp;step=other" in page
    asked = pool.guard.get(f"/start/pool/other?from={pool.run}&step=other").text
    assert f'name="from" value="{pool.run}"' in asked
    form = {"from": pool.run, "step": "other", "f.reason": "漏水", "f.many": "2"}
    faulty = pool.guard.post("/start/pool/other", **{**form, "f.many": "二"})
    assert (faulty.status_code, 'value="二"' in faulty.text, 'value="漏水"' in faulty.text) == (422, True, True)
    assert f'name="from" value="{pool.run}"' in faulty.text
    answer = pool.guard.post("/start/pool/other", **form)
    assert answer.status_code == 303
    linked = answer.location.rsplit("/", 1)[1]
    assert pool.house.product.engine.run(pool.run).state.step("other").linked == (linked,)
    assert pool.run in pool.guard.get(f"/runs/{linked}/record").text


@pytest.mark.parametrize("step", ["", "door", "nothing", "../x"])
def test_a_run_cannot_be_linked_to_a_step_that_does_not_ask_for_it(pool: Pool, step: str) -> None:
    before = pool.house.events
    form = {"from": pool.run, "step": step, "f.reason": "漏水", "f.many": "2"}
    assert pool.guard.post("/start/pool/other", **form).status_code in (404, 422)
    assert pool.house.events == before


def test_more_time_is_granted_by_those_who_may(pool: Pool) -> None:
    assert pool.do("timed", act="extend", until="2026-11-02T09:00", why="忙").status_code == 422
    page = pool.by("lead").get(f"/runs/{pool.run}?at=timed&panel=extend").text
    assert 'name="until"' in page
    for until, words in (("", "时间没看懂"), ("明天", "时间没看懂"), ("2026-11-02T06:40", "要晚于现在的时限")):
        refused = pool.do("timed", by="lead", act="extend", until=until, why="忙")
        assert (refused.status_code, words in refused.text) == (422, True), until
    assert pool.do("timed", by="lead", act="extend", until="2026-11-02T09:00", why="忙").status_code == 200
    assert pool.kinds(1) == ["DueExtended"]


def test_photos_are_added_to_any_step(pool: Pool) -> None:
    pool.do("door", typed="done")
    panel = pool.guard.get(f"/runs/{pool.run}/steps/door?panel=photo", HX_Request="true")
    assert 'enctype="multipart/form-data"' in panel.text
    answer = pool.do("door", act="attach", files=[picture(), (BytesIO(jpeg("red")), "b.jpg")])
    assert answer.status_code == 200
    digests = pool.house.product.engine.run(pool.run).state.step("door").photos
    assert len(digests) == 2
    for address in (f"/photos/{digests[0]}", f"/photos/{digests[0]}/small"):
        shown = pool.guard.get(address)
        assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert digests[1] in pool.guard.get(f"/runs/{pool.run}/record").text


def test_holding_and_going_on(pool: Pool) -> None:
    refused = pool.guard.post(f"/runs/{pool.run}/hold", why=" ")
    assert refused.status_code == 422
    assert "请写一句原因" in bar(refused.text)
    assert pool.guard.post(f"/runs/{pool.run}/hold", why="吃饭").status_code == 303
    assert "吃饭" in pool.page()
    held = pool.do("door", typed="done")
    assert (held.status_code, "已暂停" in held.text) == (422, True)
    assert pool.guard.post(f"/runs/{pool.run}/resume").status_code == 303
    assert pool.do("door", typed="done").status_code == 200


def bar(page: str) -> str:
    """The completion bar of a page."""
    return page[page.index('<footer id="bar"') :]


def test_completing_too_early_says_in_the_bar_what_is_missing(pool: Pool) -> None:
    refused = pool.guard.post(f"/runs/{pool.run}/complete", v="1")
    assert refused.status_code == 422
    assert "还不能完成" in bar(refused.text)
    assert refused.text.count("还不能完成") == 1
    assert pool.version == 1


def test_abandoning(pool: Pool) -> None:
    pool.do("door", typed="done")
    refused = pool.guard.post(f"/runs/{pool.run}/abandon", why="误开")
    assert (refused.status_code, "没有“作废记录”的权限" in bar(refused.text)) == (422, True)
    assert pool.by("lead").post(f"/runs/{pool.run}/abandon", why="误开").location == f"/runs/{pool.run}/record"
    over = pool.do("door", quick="点错了")
    assert over.status_code == 422
    gone = pool.guard.get(f"/runs/{pool.run}/changes?v=1", HX_Request="true")
    assert (gone.status_code, gone.headers["HX-Redirect"]) == (204, f"/runs/{pool.run}/record")


def test_what_others_did_arrives(pool: Pool) -> None:
    assert pool.guard.get(f"/runs/{pool.run}/changes?v=1").status_code == 204
    pool.do("dosing", by="mate", typed="some")
    answer = pool.guard.get(f"/runs/{pool.run}/changes?v=1", HX_Request="true", X_Poll="1")
    assert answer.status_code == 200
    assert 'id="s-dosing"' in answer.text
    assert 'id="s-product"' in answer.text  # asked now, because of the answer
    for wrong in ("", "x", "-1", "1e3", "９", "9" * 30):
        assert pool.guard.get(f"/runs/{pool.run}/changes?v={wrong}").status_code == 400
