"""Sections of the form dissolved, steps taken out: the others stay, a refusal is told in words, and what was typed is kept."""

import html
import re

from .cast import House, Tablet
from .step_forms import draft, sections
from .test_figures import NAME, text_of

FORM = f"/procedures/{NAME}/figures"


def test_its_steps_go_to_the_section_before_it(house: House, supervisor: Tablet) -> None:
    before = sections(house)
    *others, cleaned, opening = before
    page = html.unescape(supervisor.get(FORM).text)
    card = page[page.index(f'id="sec-{len(others) + 1}"') :]
    assert f"归到前面的「{cleaned}」" in card[: card.index("</details>")]
    act = re.search(r'value="(dissolve:[^"]+)"', card)
    assert act
    answer = supervisor.post(FORM, version="1", act=act[1])
    assert answer.status_code == 303
    assert sections(house) == {one: before[one] for one in others} | {cleaned: before[cleaned] + before[opening]}
    assert answer.location.endswith(f"#s-{before[opening][0]}")
    assert supervisor.post(FORM, version="2", act=act[1]).status_code == 404  # it begins no section any more


def test_the_first_leaves_its_steps_alone(house: House, supervisor: Tablet) -> None:
    first, *_ = before = sections(house)
    assert "不再属于哪一节" in supervisor.get(FORM).text
    assert supervisor.post(FORM, version="1", act=f"dissolve:{before[first][0]}").status_code == 303
    assert sections(house) == {"": before[first]} | {one: steps for one, steps in before.items() if one != first}


def test_what_would_bind_the_steps_otherwise_is_refused_with_what_was_typed(house: House, supervisor: Tablet) -> None:
    text = text_of(house)
    title = re.search(r"\n  - section: [^\n]+\n", text)
    assert title
    supervisor.post(f"/procedures/{NAME}/text", version="1", text=text.replace(title[0], f"{title[0]}    by: [duty_head]\n"))
    bound, step = text_of(house), next(iter(sections(house).values()))[0]
    version = str(draft(house).version)
    answer = supervisor.post(FORM, version=version, act=f"dissolve:{step}", **{"@ph.measure.zh": "酸碱度 甲"})
    assert answer.status_code == 422
    assert "这一节还写着由谁做" in answer.text
    assert "酸碱度 甲" in answer.text
    assert text_of(house) == bound


def test_a_step_taken_out_leads_to_the_one_beside_it(house: House, supervisor: Tablet) -> None:
    *_, last_but_one, last = (step for steps in sections(house).values() for step in steps)
    first, second = next(iter(sections(house).values()))[:2]
    answer = supervisor.post(FORM, version="1", act=f"remove:{first}")
    assert (answer.status_code, answer.location.partition("#")[2]) == (303, f"s-{second}")
    answer = supervisor.post(FORM, version="2", act=f"remove:{last}")
    assert (answer.status_code, answer.location.partition("#")[2]) == (303, f"s-{last_but_one}")
    assert supervisor.post(FORM, version="3", act=f"remove:{last}").status_code == 404
