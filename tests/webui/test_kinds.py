"""Every kind of step through its form: with htmx a small fragment that the page then shows too, without it the way back to the page."""

import re
from io import BytesIO

import pytest
from werkzeug.test import TestResponse

from .cast import House, plain
from .rich import PIN
from .tending import Pool, jpeg, picture, pool

__all__ = ["pool"]

MOST = 2048  # bytes of a tick's answer
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
