"""Signatures of people who are not on the staff: drawn with the finger as a step or in a form, a photo of paper without script."""

from io import BytesIO

import pytest

from .cast import HX, House, Tablet
from .tending import jpeg, picture


@pytest.fixture
def run(desk: Tablet) -> str:
    """A shift just begun."""
    return desk.start("hall/shift")


def opened(tablet: Tablet, run: str, step: str) -> str:
    """A step, open, as a fragment."""
    return tablet.get(f"/runs/{run}/steps/{step}", HX_Request="true").text


def test_there_is_a_pad_and_a_file_for_when_there_is_no_script(desk: Tablet, run: str) -> None:
    shown = opened(desk, run, "guest")
    assert shown.count("data-drawing=") == 1
    assert shown.count('type="file" name="photo"') == 1
    assert "拍下纸上的签名" in shown
    assert 'enctype="multipart/form-data"' in shown
    form = opened(desk, run, "receipt")
    assert form.count("data-drawing=") == 1
    assert 'id="receipt-taker" type="file" name="f.taker"' in form
    page = desk.get(f"/runs/{run}").text
    assert "drawing.js" in page
    assert "drawing.js" not in desk.get(f"/runs/{desk.start('hall/other')}").text


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "no_script"])
def test_a_drawn_signature_is_kept_shown_recorded_and_printed(hall: House, desk: Tablet, run: str, htmx: bool) -> None:
    empty = desk.step(run, "guest", htmx=htmx, act="answer")
    assert empty.status_code == 422
    answer = desk.step(run, "guest", htmx=htmx, act="answer", files=[picture("signature.png")])
    assert answer.status_code == (200 if htmx else 303)
    kept = hall.product.engine.run(run).state.step("guest").answer
    assert kept is not None
    ink = f'<img class="ink" src="/photos/{kept.options[0]}" alt="手写签名"'
    shown = opened(desk, run, "guest")
    assert ink in shown
    assert "data-drawing" not in shown  # it is signed; taking it back is one touch away
    assert 'name="quick"' in shown
    assert ink in desk.get(f"/runs/{run}/record").text
    sheet = desk.get(f"/runs/{run}/forms/guest").text
    assert f'<img class="a4-ink" src="/photos/{kept.options[0]}"' in sheet


def test_so_is_one_in_a_form(hall: House, desk: Tablet, run: str) -> None:
    data = {
        "csrf_token": desk.csrf,
        "c": "e" * 32,
        "f.item": "伞",
        "f.taker": picture("a.png"),
        "f.scene": (BytesIO(jpeg("red")), "b.jpg"),
    }
    answer = desk.client.post(f"/runs/{run}/steps/receipt", data=data, headers=HX, content_type="multipart/form-data")
    assert answer.status_code == 200
    fields = hall.product.engine.run(run).state.step("receipt").fields
    taker, scene = fields["taker"].options[0], fields["scene"].options[0]
    for page in (opened(desk, run, "receipt"), desk.get(f"/runs/{run}/record").text):
        assert f'<img class="ink" src="/photos/{taker}" alt="手写签名"' in page
        assert f'<img src="/photos/{scene}/small"' in page
    sheet = desk.get(f"/runs/{run}/forms/receipt").text
    assert f'<img class="a4-ink" src="/photos/{taker}"' in sheet
    assert f'<img class="a4-ink" src="/photos/{scene}"' not in sheet


def test_unsigned_paper_has_a_line_to_sign_on(desk: Tablet, run: str) -> None:
    sheet = desk.get(f"/runs/{run}/forms/guest").text
    start = sheet.index("客人签名")
    cell = sheet[start : sheet.index("</tr>", start)]
    assert "签名：" in cell
    assert "a4-blank" in cell
