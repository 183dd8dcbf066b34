"""The network goes away in the middle of a reading: nothing typed is lost, the page says so, and it is saved exactly once."""

from urllib.parse import parse_qs

from playwright.sync_api import Request, Route, expect

from .tablet import Tablet
from .test_complaint import OPINION
from .typed import a_plain_form, a_reading


def test_a_reading_typed_without_network_is_saved_once(tablet: Tablet) -> None:
    gauge = a_reading(tablet)
    tablet.context.set_offline(True)
    gauge.locator(".go").tap()
    expect(tablet.page.locator("#banner")).to_contain_text("没有保存")
    expect(gauge.locator(".num")).to_have_value("25.5")
    tablet.page.wait_for_timeout(3500)  # polls fail meanwhile, and say nothing
    expect(gauge.locator(".num")).to_have_value("25.5")
    tablet.context.set_offline(False)
    tablet.send(gauge.locator(".go"))
    tablet.is_done("room_temperature")
    expect(tablet.page.locator("#banner")).to_be_empty()
    tablet.page.goto(f"/runs/{tablet.run}/record")
    step = tablet.page.locator(".recstep", has_text="室温")
    expect(step.locator(".entries > li")).to_have_count(1)
    expect(step).to_contain_text("25.5")


def test_an_answer_lost_on_the_way_is_sent_again_as_the_same(tablet: Tablet) -> None:
    """The server recorded it and the answer never came: the page says it is not saved, and the second try changes nothing."""
    tablet.sign_on("chen")
    tablet.start("pool/prep")
    tablet.is_started()
    sent: list[str] = []

    def lost(route: Route, request: Request) -> None:
        sent.append(_command(request))
        if len(sent) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    step = tablet.open("room_temperature").locator(".gauge")
    tablet.page.route("**/steps/room_temperature", lost)
    tablet.type_digits(step, step.locator(".num"), "25.5")
    step.locator(".go").tap()
    expect(tablet.page.locator("#banner")).to_contain_text("没有保存")
    expect(step.locator(".num")).to_have_value("25.5")
    tablet.send(step.locator(".go"))
    tablet.is_done("room_temperature")
    assert len(sent) == 2
    assert sent[0] == sent[1]
    tablet.page.goto(f"/runs/{tablet.run}/record")
    expect(tablet.page.locator(".recstep", has_text="室温").locator(".entries > li")).to_have_count(1)


def test_a_plain_form_stays_while_the_server_is_away(tablet: Tablet) -> None:
    """The tablet has its network and the server does not answer: the page stays, with all that was typed, and says it is not saved."""
    form, typed = a_plain_form(tablet)
    tablet.context.route("**", lambda route: route.abort())
    form.locator(".go").tap()
    expect(tablet.page.locator("#banner")).to_contain_text("没有保存")
    expect(typed).to_have_value("12")
    expect(form.locator(".go")).to_be_enabled()
    tablet.context.unroute_all()
    tablet.send(form.locator(".go"))
    expect(tablet.page.locator(".no").first).to_be_visible()  # it has reached the server, which asks for the rest
    expect(typed).to_have_value("12")


def test_what_was_typed_waits_for_whoever_typed_it(tablet: Tablet) -> None:
    """Half a form is there after the tablet was handed on and back, and after a reload; nobody else sees it, and recorded it is gone."""
    told = "大堂灯坏了三天没人修，" * 20
    tablet.sign_on("wu", "客户服务中心")
    tablet.start_asked("complaint/intake", {"channel": "phone"})
    tablet.go_to("opinion_form")
    tablet.fill_fields(tablet.step("opinion_form"), {"course": told, "contact_way": "phone", "contact_phone": "1380013"})
    tablet.switch_to("zheng")
    tablet.go_to("opinion_form")
    expect(tablet.step("opinion_form").locator('[name="f.course"]')).to_have_value("")
    tablet.switch_to("wu")
    for _ in range(2):
        tablet.go_to("opinion_form")
        found = tablet.step("opinion_form")
        expect(found.locator('[name="f.course"]')).to_have_value(told)
        expect(found.locator('[name="f.contact_way"][value="phone"]')).to_be_checked()
        expect(found.locator('[name="f.contact_phone"]')).to_have_value("1380013")
    tablet.fill("opinion_form", OPINION)
    tablet.is_done("opinion_form")
    assert tablet.page.evaluate("() => Object.keys(sessionStorage).filter((key) => key.startsWith('draft'))") == []


def test_a_row_that_was_added_does_not_come_back(tablet: Tablet) -> None:
    tablet.sign_on("zhao", "健身房")
    tablet.start("gym/opening")
    tablet.is_started()
    tablet.choose("repairs_needed", "some")
    row = {"repair_machine": "划船机", "repair_fault": "绳毛", "repair_for_now": "out_of_use", "repair_reported_to": "周督"}
    tablet.fill("repairs", row)
    tablet.go_to("repairs")
    expect(tablet.step("repairs").locator('[name="f.repair_machine"]')).to_have_value("")
    expect(tablet.step("repairs").locator("table")).to_contain_text("划船机")


def test_what_was_chosen_waits_too(tablet: Tablet) -> None:
    tablet.sign_on("zhao", "健身房")
    tablet.start("gym/opening")
    tablet.is_started()
    address = f"/runs/{tablet.run}?at=machines&panel=mark"
    tablet.page.goto(address)
    panel = tablet.step("machines").locator("form.panel")
    first = panel.locator('[name="bad"]').input_value()
    panel.locator('[name="bad_why"]').fill("拉绳起毛")
    tablet.page.goto(address)
    expect(panel.locator('[name="bad_why"]')).to_have_value("拉绳起毛")
    expect(panel.locator('[name="bad"]')).to_have_value(first)
    panel.locator('[name="bad"]').select_option("rowers")
    tablet.page.goto(address)
    expect(panel.locator('[name="bad"]')).to_have_value("rowers")


def test_a_double_tap_sends_once(tablet: Tablet) -> None:
    tablet.sign_on("chen")
    tablet.start("pool/prep")
    tablet.is_started()
    sent: list[str] = []
    tablet.page.on("request", lambda request: sent.append(_command(request)) if request.method == "POST" else None)
    tablet.open("appearance").locator("form .go").dblclick()
    tablet.is_done("appearance")
    tablet.page.wait_for_timeout(500)
    assert len(sent) == 1


def _command(request: Request) -> str:
    return parse_qs(request.post_data or "")["c"][0]
