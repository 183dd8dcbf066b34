"""The interface for other programs over HTTP: who may, what is told when not, nothing but reading, and the document that says so."""

import re
import sys
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args
from urllib.parse import parse_qs, urlencode
from urllib.request import Request

import pytest
from flask.testing import FlaskClient
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.api.answers import Reading
from engine.api.asked import RunsAsked, asked
from engine.api.openapi import document
from engine.api.operations import BASE, OPERATIONS
from engine.api.written import tag_of
from engine.ledger.chain import canonical
from engine.ledger.outcomes import Unavailable
from engine.procedure.site import Site
from engine.review.find import Finder
from engine.review.search import WRONG, Compare
from engine.run.site_events import PersonChanged
from engine.tokens import MOST, Tokens
from tests.service.world import SITE
from webui import bearer
from webui.bearer import PER_MINUTE, Pace
from webui.present import asking

from .asking import a_token, ask, token, told
from .cast import House

__all__ = ["token"]

KEPT = Path(__file__).resolve().parents[2] / "docs" / "api" / "openapi.json"


def test_an_answer_is_canonical_and_leaves_nothing_behind(house: House, token: str) -> None:
    run = house.signed_on("chen").start()
    answer = ask(house, f"{BASE}/runs", token)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.data == canonical(answer.get_json())
    assert [one["run"] for one in answer.get_json()["items"]] == [run]
    assert answer.get_json()["as_of"] == house.events
    assert "Set-Cookie" not in answer.headers
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert (answer.headers["Cache-Control"], answer.headers["Vary"]) == ("private, no-cache", "Authorization")


def test_every_address_of_the_document_answers_and_no_other(house: House, token: str) -> None:
    run = house.signed_on("chen").start()
    rules = {rule.rule for rule in house.app.url_map.iter_rules() if rule.rule.startswith("/api/")}
    paths = {BASE + path.replace("{", "<").replace("}", ">") for path in document()["paths"]}
    assert rules == paths | {f"{BASE}/openapi.json"}
    for one in OPERATIONS:
        address = BASE + one.path.format(run=run, book="equipment_repairs")
        needed = "?parameter=free_chlorine" if one.id == "readings" else ""
        answer = ask(house, address + needed, token)
        assert answer.status_code == 200, answer.text
        one.answer.model_validate_json(answer.data)


def test_the_document_is_served_to_anybody_and_kept(house: House) -> None:
    answer = house.app.test_client().get(f"{BASE}/openapi.json")
    assert answer.text == KEPT.read_text(encoding="utf-8"), "run: sop schema api > docs/api/openapi.json"
    assert answer.get_json() == document()


def test_the_document_is_valid_openapi() -> None:
    validator = pytest.importorskip("openapi_spec_validator")
    validator.validate(document())
    parameters = [one for path in document()["paths"].values() for one in path["get"]["parameters"]]
    assert all(one["description"] for one in parameters)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_nothing_but_reading(house: House, token: str, method: str) -> None:
    before = house.events
    for address in (f"{BASE}/runs", f"{BASE}/openapi.json", f"{BASE}/nothing"):
        answer = FlaskClient(house.app, use_cookies=False).open(
            address, method=method, headers={"Authorization": f"Bearer {token}", "Origin": "https://evil.example"}
        )
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
        assert told(answer)["type"].endswith("#read-only")
    assert house.events == before


def test_a_head_has_the_headers_alone(house: House, token: str) -> None:
    answer = FlaskClient(house.app, use_cookies=False).head(f"{BASE}/runs", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["ETag"]


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Basic eDp5", "bearer sop_000000000000_" + "A" * 43, "Bearer \u00e9", "Bearer sop_"]
)
def test_without_a_right_token_nothing_is_read(house: House, header: str) -> None:
    for signed_on in (False, True):
        client = house.signed_on("zhou").client if signed_on else house.app.test_client()
        answer = client.get(f"{BASE}/runs", headers={"Authorization": header} if header else {})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        told(answer)


@pytest.mark.parametrize("end", ["expired", "revoked", "disabled", "another role"])
def test_a_token_that_works_no_more_says_why(house: House, token: str, end: str) -> None:
    engine, tokens = house.product.engine, Tokens(house.product.engine.ledger)
    assert ask(house, f"{BASE}/runs", token).status_code == 200
    if end == "expired":
        house.clock.put_forward(timedelta(days=30))
    elif end == "revoked":
        tokens.revoke(tokens.every()[0], engine.clock.now(), "admin")
    else:
        roles = ("supervisor",) if end == "disabled" else ("lifeguard",)
        engine.note(PersonChanged("zhou", "周督", roles, "zh", end != "disabled"), "admin")
    answer = ask(house, f"{BASE}/runs", token)
    wanted = {"expired": (401, "expired-token"), "revoked": (401, "revoked-token")}.get(end, (403, "not-allowed"))
    assert (answer.status_code, told(answer)["type"].split("#")[1]) == wanted


def test_the_day_of_use_is_noted_and_no_event(house: House, token: str) -> None:
    before = house.events
    ask(house, f"{BASE}/places", token)
    house.clock.put_forward(timedelta(hours=18))  # past midnight at the site
    ask(house, f"{BASE}/places", token)
    assert str(Tokens(house.product.engine.ledger).every()[0].used_on) == "2026-11-03"
    assert house.events == before
    assert "最近用于 2026-11-03" in house.signed_on("zhou").get("/api-tokens").text


def test_what_is_unchanged_is_not_sent_again(house: House, token: str) -> None:
    chen = house.signed_on("chen")
    run = chen.start()
    first = ask(house, f"{BASE}/runs", token)
    tag = first.headers["ETag"]
    house.signed_on("wu").post("/sign-off")
    again = ask(house, f"{BASE}/runs", token, If_None_Match=tag)
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    chen.step(run, "appearance", typed="done")
    later = ask(house, f"{BASE}/runs", token, If_None_Match=tag)
    assert later.status_code == 200
    assert later.headers["ETag"] != tag
    assert (
        ask(house, f"{BASE}/places", token, If_None_Match=ask(house, f"{BASE}/places", token).headers["ETag"]).status_code == 304
    )


def test_nothing_of_an_answer_stands_before_as_of() -> None:
    assert all(min(one.answer.model_fields) == "as_of" for one in OPERATIONS)
    assert tag_of(b'{"as_of":1,"items":[]}') == tag_of(b'{"as_of":23,"items":[]}') != tag_of(b'{"as_of":1,"items":[2]}')


@pytest.mark.parametrize(
    ("address", "status", "kind", "found"),
    [
        ("/runs?limit=1001", 400, "not-understood", "limit=1001"), ("/runs?colour=red", 400, "not-understood", "colour=red"),
        ("/runs/nothing", 404, "not-there", "run=nothing"), ("/registers/x/rows", 404, "not-there", "book=x"),
        ("/nothing", 404, "not-there", "an address where nothing lies"), ("/readings", 400, "not-understood", "parameter=nothing"),
        ("/runs?what=r:x&cmp=above&fig=y", 400, "not-understood", "fig=y"), ("/runs/x?run=y", 400, "not-understood", "run=['y']"),
        ("/runs?place=zzz", 400, "not-understood", "place=zzz"), ("/runs?person=zzz", 400, "not-understood", "person=zzz"),
        ("/readings?parameter=zzz", 400, "not-understood", "parameter=zzz"),
        ("/deviations?procedure=zzz", 400, "not-understood", "procedure=zzz"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_told(house: House, token: str, address: str, status: int, kind: str, found: str) -> None:
    answer = ask(house, BASE + address, token)
    assert answer.status_code == status
    said = told(answer)
    assert (said["type"], said["found"]) == (f"{BASE}/openapi.json#{kind}", found)


@pytest.mark.parametrize(("fault", "status"), [(Unavailable("locked"), 503), (RuntimeError("x"), 500)])
def test_a_failure_is_told_as_one(
    house: House, token: str, monkeypatch: pytest.MonkeyPatch, fault: Exception, status: int
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(Finder, "page", fail)
    answer = ask(house, f"{BASE}/runs", token)
    assert answer.status_code == status
    said = told(answer)
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert ("reference" in said["found"]) == (status == 500)


def test_too_many_requests_are_told_when_to_go_on(house: House, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bearer, "PER_MINUTE", 2)
    other = a_token(house, "yang")
    answers = [ask(house, f"{BASE}/places", token) for _ in range(3)]
    if answers[2].status_code == 200:  # a minute began between them
        answers = [ask(house, f"{BASE}/places", token) for _ in range(3)]
    assert answers[2].status_code == 429
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60
    told(answers[2])
    assert ask(house, f"{BASE}/places", other).status_code == 200


def test_each_token_has_its_own_pace_and_a_new_minute_begins_anew() -> None:
    now = [60.5]
    pace = Pace(lambda: now[0])
    assert [pace.wait("a") for _ in range(PER_MINUTE)] == [0] * PER_MINUTE
    assert pace.wait("a") == 60
    assert pace.wait("b") == 0
    now[0] = 119.9
    assert pace.wait("a") == 1
    now[0] = 120.0
    assert pace.wait("a") == 0


def test_a_large_answer_is_compressed(house: House, token: str) -> None:
    answer = ask(house, f"{BASE}/registers", token, Accept_Encoding="gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["ETag"] == ask(house, f"{BASE}/registers", token).headers["ETag"]


def test_the_example_in_the_documentation_runs(house: House, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", (KEPT.parents[1] / "api.md").read_text(encoding="utf-8"), re.DOTALL)
    made: list[list[Any]] = []
    frames = SimpleNamespace(DataFrame=lambda rows: made.append(list(rows)) or ())

    def opened(request: Request) -> BytesIO:
        answer = ask(house, request.full_url.removeprefix("http://sop"), request.headers["Authorization"].split()[1])
        assert answer.status_code == 200, answer.text
        return BytesIO(answer.data)

    monkeypatch.setitem(sys.modules, "pandas", frames)
    monkeypatch.setattr("urllib.request.urlopen", opened)
    monkeypatch.setenv("SOP_ADDRESS", "http://sop")
    monkeypatch.setenv("SOP_TOKEN", token)
    exec(compile(example, "api.md", "exec"), {})
    assert made == [[]]


def test_what_the_documentation_names_is_there() -> None:
    text = (KEPT.parents[1] / "api.md").read_text(encoding="utf-8")
    named = {one for row in re.findall(r"^\| (`/.*?) \|", text, re.MULTILINE) for one in re.findall(r"`(/[^`?]*)", row)}
    assert named == set(document()["paths"])
    (columns,) = re.findall(r"FromRecords\(Rows, \{(.*?)\}", text)
    assert set(re.findall(r'"(\w+)"', columns)) <= set(Reading.model_fields)
    assert f"{PER_MINUTE} requests a minute" in text
    assert f"{MOST} tokens a" in text


FIGURES = st.sampled_from(["0.6", "0", "-1.50", "7.2"])
CONDITIONS = st.one_of(
    st.builds(asking.Condition, st.just("r:ph"), st.just("between"), FIGURES, FIGURES),
    st.builds(
        asking.Condition, st.just("r:ph"), st.sampled_from([one for one in get_args(Compare) if one != "between"]), FIGURES
    ),
    st.builds(asking.Condition, st.just("o:who:wang")),
)
DAYS = st.sampled_from(["", "2026-11-02", "2026-12-31"])
FORMS = st.builds(
    asking.Asked,
    place=st.sampled_from(["", "pool"]), procedure=st.sampled_from(["pool/prep", "gym/opening"]), revision=st.sampled_from(["", "a" * 64]),
    since=DAYS, until=DAYS, person=st.sampled_from(["", "chen"]), state=st.sampled_from(["", "running", "abandoned"]),
    review=st.sampled_from(["", "open", "approved", "reopened"]), wrong=st.sampled_from(["", *WRONG]), words=st.sampled_from(["", "异响 泵"]),
    late=st.sampled_from(["", "1"]), amended=st.sampled_from(["", "1"]), order=st.sampled_from(["new", "old", "risk"]),
    conditions=st.lists(CONDITIONS, max_size=6).map(tuple),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(form=FORMS)
def test_what_the_page_that_finds_runs_asks_is_asked_here_by_the_same_address(form: asking.Asked) -> None:
    assume(not (form.is_backwards or form.is_crossed))  # there nothing can be found: the page says so, the API refuses
    site = Site.model_validate(SITE)
    address = parse_qs(urlencode(form.pairs()), keep_blank_values=True)
    assert asked(RunsAsked, address, {}).search(site) == form.search(site)
