"""Who may do what: every route with everybody, and every write without what a page of ours would send with it."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from webui import create_app

from .cast import HX, House, Tablet

CAST = {"operator": "chen", "stranger": "wu", "supervisor": "zhou", "reviewer": "yang"}  # a stranger has no part in the run
SEES = {"operator": True, "stranger": False, "supervisor": True, "reviewer": True}
PERMISSIONS = {
    "operator": "",
    "stranger": "",
    "supervisor": "see_now assign_work review publish manage_devices edit_cards edit_procedures export",
    "reviewer": "see_now review export",
}
FILLED = {
    "step": "appearance", "deviation": "d1", "card": "water_rescue", "act": "hold", "digest": "0" * 64, "procedure": "pool/prep",
    "name": "app.css", "place": "pool", "device": "device0", "code": "x", "row": 1, "book": "equipment_repairs", "person": "lin",
    "number": 1, "judgement": "approve", "work": "0" * 16, "hold": "0" * 16, "token": "0" * 12,
    "kind": "procedure", "parameter": "free_chlorine",
    "report": "complaint_month", "period": "2026-11", "edition": 1, "part": "totals", "line": "total", "column": 0,
}  # fmt: skip
OWN_EFFECT = ("session.sign_on_post", "session.sign_off_post")  # change who is signed on, and are tested in test_session


def routes(house: House) -> list[tuple[Rule, str]]:
    """Every route with every method of its own."""
    methods = [(rule, m) for rule in house.app.url_map.iter_rules() for m in sorted(rule.methods or ()) if m in ("GET", "POST")]
    assert len(methods) > 20
    return methods


def access(house: House, rule: Rule) -> str:
    """What a route declares."""
    return str(getattr(house.app.view_functions[rule.endpoint], "access", "undeclared"))


def filled(house: House, rule: Rule, run: str) -> str:
    """The address of a route for a run."""
    adapter = house.app.url_map.bind("localhost")
    values = {name: run if name == "run" else FILLED[name] for name in rule.arguments}
    if rule.endpoint == "runs.changes_view":
        values["v"] = "0"
    return adapter.build(rule.endpoint, values, method="POST" if "POST" in (rule.methods or ()) else "GET")


def asks_to_sign_on(answer: TestResponse) -> bool:
    """Whether the answer sends the visitor to the sign-on page."""
    return answer.status_code == 303 and answer.location.startswith("/sign-on")


@pytest.fixture
def run(house: House) -> str:
    """A run of the pool's checklist."""
    return house.signed_on("chen").start()


def test_every_route_says_who_it_is_for(house: House) -> None:
    permissions = {p for role in house.product.engine.site.roles.values() for p in role.may}
    declared = {one for rule, _ in routes(house) for one in access(house, rule).split()}
    assert declared <= {"all", "signed_on", "token"} | permissions
    assert {"all", "signed_on"} <= declared


def test_only_reading_and_posting(house: House) -> None:
    assert all((rule.methods or set()) <= {"GET", "HEAD", "OPTIONS", "POST"} for rule in house.app.url_map.iter_rules())


def test_nobody_gets_only_what_is_open_to_all(house: House, run: str) -> None:
    before = house.events
    for rule, method in routes(house):
        tablet = house.tablet()
        tablet.csrf = token_of(tablet.client)
        address = filled(house, rule, run)
        answer = tablet.post(address) if method == "POST" else tablet.get(address)
        if access(house, rule) == "token":
            assert answer.status_code == 401, rule
        elif access(house, rule) == "all":
            assert answer.status_code in (200, 303, 404, 422), (rule, answer.status_code)
        else:
            assert asks_to_sign_on(answer), (rule, method, answer.status_code)
            htmx = tablet.post(address, htmx=True) if method == "POST" else tablet.get(address, **HX)
            assert (htmx.status_code, htmx.headers["HX-Redirect"]) == (401, "/sign-on"), rule
    assert house.events == before


@pytest.mark.parametrize("role", CAST)
def test_everybody_gets_only_what_is_theirs(house: House, run: str, role: str) -> None:
    for rule, method in routes(house):
        if rule.endpoint in OWN_EFFECT or (method == "POST" and rule.endpoint == "runs.run_post"):
            continue
        tablet = signed_on_once(house, CAST[role])
        address = filled(house, rule, run)
        before = house.events
        answer = tablet.post(address) if method == "POST" else tablet.get(address)
        declared = access(house, rule)
        assert not asks_to_sign_on(answer), (rule, method)
        if declared == "token":
            assert answer.status_code == 401, rule  # whoever is signed on
        elif declared not in ("all", "signed_on"):
            assert (answer.status_code == 403) == set(declared.split()).isdisjoint(PERMISSIONS[role].split()), (rule, method)
        elif "run" in rule.arguments:
            assert (answer.status_code == 403) == (not SEES[role]), (rule, method, answer.status_code)
            assert SEES[role] or house.events == before, (rule, method)
        assert answer.status_code < 500, (rule, method)


@pytest.mark.parametrize("role", ["stranger", "reviewer", "supervisor"])
@pytest.mark.parametrize("act", ["hold", "complete", "abandon", "report", "sign"])
def test_the_run_itself_is_for_those_with_a_part_in_it(house: House, run: str, role: str, act: str) -> None:
    tablet, before = house.signed_on(CAST[role]), house.events
    answer = tablet.post(f"/runs/{run}/{act}", why="x", text="x", pin="815309" if role == "supervisor" else "569031")
    if (role, act) in (("supervisor", "abandon"), ("supervisor", "report"), ("reviewer", "report")):
        assert answer.status_code == 303  # holds the permission; and whoever sees the run may report what is wrong
        return
    assert answer.status_code == (403 if role == "stranger" else 422)
    assert house.events == before


def test_who_oversees_sees_but_does_not_do(house: House, run: str) -> None:
    for person in ("yang", "zhou"):
        tablet, before = house.signed_on(person), house.events
        assert tablet.get(f"/runs/{run}").status_code == 200
        answer = tablet.step(run, "appearance", typed="done")
        assert answer.status_code == 422
        assert "救生员" in answer.text
        assert house.events == before


def test_starting_is_for_those_who_do_it(house: House) -> None:
    for person in ("wu", "zhou", "yang"):
        tablet, before = house.signed_on(person), house.events
        assert tablet.post("/start/pool/prep").status_code == 403
        assert house.events == before


def posts(house: House, run: str) -> Iterator[str]:
    """The address of every write."""
    return (filled(house, rule, run) for rule, method in routes(house) if method == "POST")


def test_a_write_without_its_token_is_refused(house: House, run: str) -> None:
    tablet = house.signed_on("chen")
    good, before = tablet.csrf, house.events
    for address in posts(house, run):
        for wrong in ("", "x", good[:-2], token_of(house.tablet().client)):
            tablet.csrf = wrong
            answer = tablet.post(address, typed="done", why="x", text="x", person="chen", pin="260608", place="gym", lang="en")
            assert answer.status_code == 400, (address, wrong)
    assert house.events == before
    tablet.csrf = good
    assert tablet.step(run, "appearance", typed="done").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:81"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_write_from_elsewhere_is_refused(house: House, run: str, headers: dict[str, str]) -> None:
    tablet, before = house.signed_on("chen"), house.events
    for address in posts(house, run):
        form = {"csrf_token": tablet.csrf, "c": "a" * 32, "typed": "done", "why": "x", "text": "x", "place": "gym"}
        assert tablet.client.post(address, data=form, headers=headers).status_code == 403, address
    assert house.events == before


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {}]
)
def test_a_write_from_our_own_pages_is_taken(house: House, run: str, headers: dict[str, str]) -> None:
    tablet = house.signed_on("chen")
    form = {"csrf_token": tablet.csrf, "c": "a" * 32, "typed": "done"}
    assert tablet.client.post(f"/runs/{run}/steps/appearance", data=form, headers=headers).status_code == 303


def test_the_token_ends_with_the_sign_on(house: House, run: str) -> None:
    tablet = house.signed_on("chen")
    old = tablet.csrf
    tablet.post("/sign-off")
    tablet.sign_on("lin")
    tablet.csrf = old
    assert tablet.step(run, "appearance", typed="done").status_code == 400


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused_in_words(house: House, run: str, method: str) -> None:
    tablet = house.signed_on("chen")
    for address in ("/", f"/runs/{run}", f"/runs/{run}/steps/appearance", "/sign-on"):
        answer = getattr(tablet.client, method)(address)
        assert answer.status_code in (400, 405), address


@pytest.mark.parametrize(
    ("method", "address"), [("post", "/"), ("post", "/runs/{run}"), ("get", "/sign-off"), ("get", "/runs/{run}/hold")]
)
def test_a_wrong_method_says_which_are_right(house: House, run: str, method: str, address: str) -> None:
    tablet = house.signed_on("chen")
    full = address.format(run=run)
    answer = tablet.post(full) if method == "post" else tablet.get(full)
    assert answer.status_code == 405
    assert answer.headers["Allow"]
    assert "不能这样打开" in answer.text


def test_two_applications_do_not_share_sessions(house: House, run: str) -> None:
    other = create_app(house.product)
    assert other is not house.app
    assert asks_to_sign_on(other.test_client().get(f"/runs/{run}"))


_SIGNED_ON: dict[tuple[int, str], Tablet] = {}


def signed_on_once(house: House, person: str) -> Tablet:
    """A tablet of this person, kept for the test: signing on takes a tenth of a second."""
    kept = next((t for t in (_SIGNED_ON.get((id(house), person)),) if t and t.house is house), None)
    if kept is None:
        kept = _SIGNED_ON[id(house), person] = house.signed_on(person)
    return kept


def token_of(client: FlaskClient) -> str:
    """A token of a session in which nobody is signed on."""
    text = client.get("/sign-on").text
    start = text.index('name="csrf_token" value="') + 25
    return text[start : text.index('"', start)]
