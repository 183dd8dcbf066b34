"""The first administrator: nobody is there yet, and whoever started the product has a code that is good once."""

from pathlib import Path

from engine.people import FIRST
from engine.run.site_events import SignOnRefused

from .cast import MORNING, House, opened, token
from .test_session import refusals


def test_once_only_with_the_code(tmp_path: Path) -> None:
    with opened(tmp_path / "data") as house:
        client, engine = house.app.test_client(), house.product.engine
        code = engine.pins.one_time_code(MORNING)
        assert client.get("/").location.startswith("/sign-on")
        assert client.get("/sign-on").location == "/first"
        form = {"csrf_token": token(client.get("/first").text), "code": code, "name": " 管 ", "pin": "802614", "again": "802614"}
        for change, words in (
            ({"code": "00000000"}, "代码不对"),
            ({"name": " "}, "请填姓名"),
            ({"name": "长" * 41}, "请填姓名"),
            ({"name": "a\nb"}, "请填姓名"),
            ({"name": "\u2800"}, "请填姓名"),
            ({"again": "802615"}, "两次输入的 PIN 不一样"),
            ({"pin": "123456"}, "六位数字"),
            ({"pin": "111111"}, "六位数字"),
            ({"pin": "１２３４５７"}, "六位数字"),
        ):
            answer = client.post("/first", data={**form, **change})
            assert answer.status_code == 422
            assert words in answer.text
            assert (f'value="{code}"' in answer.text) == ("code" not in change)  # only a wrong one is typed anew
            assert house.events == 0
        made = client.post("/first", data={**form, "code": f" {code[:4]} {code[4:]}"})
        assert (made.status_code, made.location) == (303, "/")
        assert [p.name for p in engine.directory.now().people.values()] == ["管"]
        assert client.get("/").status_code == 200
        assert client.get("/first").status_code == 404
        form["csrf_token"] = token(client.get("/").text)
        assert client.post("/first", data=form).status_code == 404
        assert not engine.pins.has(FIRST)


def test_guessing_the_code_is_slowed(tmp_path: Path) -> None:
    with opened(tmp_path / "data") as house:
        client, engine = house.app.test_client(), house.product.engine
        code = engine.pins.one_time_code(MORNING)
        form = {"csrf_token": token(client.get("/first").text), "code": "1", "name": "管", "pin": "802614", "again": "802614"}
        for _ in range(3):
            answer = client.post("/first", data=form)
        assert "秒以后再试" in answer.text
        assert client.post("/first", data={**form, "code": code}).status_code == 422
        assert set(refusals(house)) == {SignOnRefused(FIRST, 3)}


def test_not_where_there_are_people(house: House) -> None:
    client = house.app.test_client()
    assert client.get("/first").status_code == 404
