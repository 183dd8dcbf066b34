"""What is known of a draft before it is published: scenarios that fail say why and where, a real run becomes one."""

import re
from datetime import timedelta

import pytest

from engine.procedure.text import Language
from engine.run.refusal import CODES
from engine.wording import Names, gist

from .cast import House, Tablet
from .figuring import HIGH, NAME, desk, version
from .test_pages import parsed

HERE = f"/procedures/{NAME}/checks"


def put(house: House, *changes: tuple[str, str]) -> None:
    """The draft's scenarios with some words changed."""
    draft = desk(house).drafts.of(NAME)
    assert draft is not None
    file = f"{NAME}.test.yaml"
    text = draft.files[file]
    for old, new in changes:
        text = text.replace(old, new)
    desk(house).drafts.save(draft.id, draft.version, {**draft.files, file: text}, "zhou")


def seen(page: str) -> str:
    """What of a page people read."""
    return re.sub(r"<[^>]+>", " ", page[page.index("<main") :])


def run_of_the_morning(house: House) -> str:
    """A run with a chlorine that was too low, put right."""
    tablet = house.signed_on("chen")
    run = tablet.start()
    for step, typed in (("appearance", "done"), ("water_temperature", "27"), ("free_chlorine", "0.25")):
        assert tablet.step(run, step, typed=typed).status_code == 200
    house.clock.put_forward(timedelta(minutes=3))
    return run


def test_without_changes_all_is_well(supervisor: Tablet) -> None:
    page = supervisor.get(HERE).text
    assert "没有错误。" in page
    assert "22 个场景，0 个没有通过" in page
    assert "总能做完" in page
    assert "自查仪表，准时到岗" in page[page.index("步没有场景试过") :]
    assert "余氯到紧急线" in page[page.index("试过的步骤") :]


def test_a_changed_limit_fails_the_scenarios_that_rely_on_it(house: House, supervisor: Tablet) -> None:
    supervisor.post(f"/procedures/{NAME}/figures", version=version(supervisor), **{HIGH: "1.0"})
    page = supervisor.get(HERE).text
    assert "22 个场景，4 个没有通过" in page
    assert "余氯 · 读数：应为 不合格，实为 合格" in page
    assert "未了结的偏差：少了 余氯" in page
    found = re.search(
        r'余氯 · 读数：应为 不合格.*?给编写者.*?<a class="link" href="([^"]+)line=(\d+)"', page[page.index("余氯 0.2 和 1.0") :]
    )
    assert found
    draft = desk(house).drafts.of(NAME)
    assert draft is not None
    assert "free_chlorine: out_of_limits" in draft.files[f"{NAME}.test.yaml"].splitlines()[int(found[2]) - 1]
    supervisor.post("/language", lang="en")
    assert "Free chlorine · reading: expected Out of limits" in supervisor.get(HERE).text


def test_a_refusal_that_did_not_come_is_told_as_the_tablet_would(house: House, supervisor: Tablet) -> None:
    put(house, ("refused: may_not_accept", "refused: same_person"), ("refused: blocked", "refused: already_handed"))
    page = supervisor.get(HERE).text
    assert "应被拒绝（自己交出的不能自己签收），实为：只有物业部经理可以接受这条偏差。" in page
    assert "应被拒绝（对方已经签收了），实为：还不能完成，先处理：" in page
    assert not re.search("|".join(code for code in CODES if "_" in code), seen(page))
    supervisor.post("/language", lang="en")
    page = supervisor.get(HERE).text
    assert "expected to be refused (You handed this over, so another person receives it), but: Only" in page
    assert "Chlorine critical: the duty supervisor cannot let it pass" in page
    assert not re.search("|".join(code for code in CODES if "_" in code), seen(page))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_gist_of_every_refusal_is_a_sentence(language: Language) -> None:
    for code in CODES:
        told = gist(code, Names(language))
        assert told
        assert not re.search(r"[_{]|[。.]$", told)
    assert gist("implausible", Names(language)) in ("“…”像是输错了（应在 … 之间）", "“…” cannot be right (expected …)")


def test_a_step_that_should_be_asked_is_named(house: House, supervisor: Tablet) -> None:
    put(house, ("expect: {asked: [dosing_record, dosing_label], undecided", "expect: {not_asked: [dosing_record], undecided"))
    page = supervisor.get(HERE).text
    assert "记录品名与用量：应为 不用做，实为 要做" in page
    assert "not_asked" not in seen(page)


def test_what_was_tried_is_not_tried_again(supervisor: Tablet, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.authoring import Authoring

    asked: list[str] = []
    play = Authoring.try_scenarios
    monkeypatch.setattr(Authoring, "try_scenarios", lambda self, examined, name: asked.append(name) or play(self, examined, name))
    supervisor.get(HERE)
    supervisor.get(HERE)
    assert asked == [NAME]
    supervisor.post(f"/procedures/{NAME}/figures", version=version(supervisor), **{HIGH: "0.7"})
    supervisor.get(HERE)
    assert asked == [NAME, NAME]


def test_with_mistakes_nothing_is_played(house: House, supervisor: Tablet) -> None:
    draft = desk(house).drafts.of(NAME)
    assert draft is not None
    desk(house).drafts.save(draft.id, draft.version, {**draft.files, f"{NAME}.yaml": "format: 1\ntitel: x\n"}, "zhou")
    page = supervisor.get(HERE).text
    assert "titel" in page
    assert "先改好上面的错误" in page


def spoilt(house: House, *changes: tuple[str, str]) -> None:
    """The draft's text with some words changed."""
    draft = desk(house).drafts.of(NAME)
    assert draft is not None
    text = draft.files[f"{NAME}.yaml"]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    desk(house).drafts.save(draft.id, draft.version, {**draft.files, f"{NAME}.yaml": text}, "zhou")


def findings_of(page: str) -> list[tuple[str, str, str]]:
    """Title, way to the place and name of the act of each finding."""
    return re.findall(r'<b><a class="link" href="([^"]+)">([^<]+)</a></b><a class="plain" href="\1">([^<]+)</a>', page)


def test_a_finding_names_what_it_is_about_and_leads_there(house: House, supervisor: Tablet) -> None:
    spoilt(house, ("limits: {low: 0.4, high: 0.6}", "limits: {low: 0.4, high: 0.2}"))
    page = supervisor.get(HERE).text
    assert (f"/procedures/{NAME}/figures#p-free_chlorine", "余氯", "去改数字") in findings_of(page)
    assert "下限 0.4 高于上限 0.2。对调两个数，或改正写错的那个。" in page
    outside = re.sub(r"<details.*?</details>", "", page, flags=re.DOTALL)
    assert "free_chlorine" not in seen(outside)
    assert "crossed" not in seen(outside)
    assert re.search(r"给编写者</summary><p><code>pool/prep\.yaml:\d+:\d+ \[crossed\]", page)


def test_a_step_that_fails_is_named_by_its_title(house: House, supervisor: Tablet) -> None:
    spoilt(house, ("parameter: free_chlorine", "parameter: free_clorine"))
    page = supervisor.get(HERE).text
    assert (f"/procedures/{NAME}/figures#s-free_chlorine", "余氯", "去改") in findings_of(page)
    assert "free_clorine" in page
    assert "「余氯」" in page[page.index("free_clorine") :]  # what was probably meant, by its title


def test_hints_are_open_and_say_what_to_do(supervisor: Tablet) -> None:
    page = supervisor.get(HERE).text
    outside = seen(re.sub(r"<details.*?</details>", "", page, flags=re.DOTALL))
    assert "参数「pH 值」允许 6.5–8.5，比 GB 37488-2019 的 7.0–7.8 宽" in outside
    assert "收紧合格范围；要保留时请负责人决定" in outside
    assert "chemical_name" not in outside
    assert ("/procedures/pool/prep/figures#q-chemical_name", "去答复") in [(href, act) for href, _, act in findings_of(page)]
    supervisor.post("/language", lang="en")
    assert "Parameter “pH” allows 6.5–8.5" in supervisor.get(HERE).text


def test_without_a_draft_nothing_is_offered_to_be_changed(house: House) -> None:
    page = house.signed_on("zhou").get(HERE).text
    assert "比 GB 37488-2019" in page
    assert "/figures#" not in page
    assert "去改数字" not in page


def test_a_real_run_becomes_a_scenario(house: House, supervisor: Tablet) -> None:
    run = run_of_the_morning(house)
    assert f'value="{run}"' in supervisor.get(HERE).text
    answer = supervisor.post(f"{HERE}/from-run", run=run)
    assert answer.status_code == 303
    found = re.fullmatch(rf"/procedures/{NAME}/text\?part=scenarios&line=(\d+)", answer.location)
    assert found
    draft = desk(house).drafts.of(NAME)
    assert draft is not None
    written = draft.files[f"{NAME}.test.yaml"]
    made = "\n".join(written.splitlines()[int(found[1]) - 1 :])
    assert made.startswith("  - scenario: {zh: 照 2026-11-02 06:30")
    assert "free_chlorine: 0.25" in made
    assert "陈海" not in made
    assert "23 个场景，0 个没有通过" in supervisor.get(HERE).text


def test_runs_of_others_and_none_at_all(house: House, supervisor: Tablet) -> None:
    other = house.signed_on("chen").start("pool/patrol")
    assert supervisor.post(f"{HERE}/from-run", run=other).status_code == 404
    assert supervisor.post(f"{HERE}/from-run", run="0" * 16).status_code == 404
    empty = supervisor.post(f"{HERE}/from-run")
    assert empty.status_code == 422
    assert "请选一张单" in empty.text


def test_without_a_draft_the_file_is_looked_at(house: House) -> None:
    tablet = house.signed_on("zhou")
    page = tablet.get("/procedures/pool/closing/checks")
    assert page.status_code == 200
    assert "没有错误。" in page.text
    assert tablet.post("/procedures/pool/closing/checks/from-run", run="x").status_code == 404


def test_who_may_not_and_what_is_not_there(house: House, supervisor: Tablet) -> None:
    for person in ("chen", "yang"):
        other = house.signed_on(person)
        assert other.get(HERE).status_code == 403
        assert other.post(f"{HERE}/from-run", run="x").status_code == 403
    assert supervisor.get("/procedures/pool/nothing/checks").status_code == 404


def test_pages_are_sound(house: House, supervisor: Tablet) -> None:
    run_of_the_morning(house)
    supervisor.post(f"/procedures/{NAME}/figures", version=version(supervisor), **{HIGH: "1.0"})
    found = parsed(supervisor.get(HERE).text)
    assert not found.wrong
    assert not found.open
    assert len(set(found.ids)) == len(found.ids)
