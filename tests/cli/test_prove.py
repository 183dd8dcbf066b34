"""`sop prove`: what is proved, tested, failed or unknown of the procedures of a folder, and how it exits."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.cli import cli
from engine.loading.library import Library
from engine.procedure.plan import bind, compile_plan
from engine.procedure.proofs import Proof
from engine.proving import claim_title, length, proved, scenarios_by_step, sentence, verdict_word

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = str(ROOT / "sops")


def sop(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The site, and one procedure with its scenarios, to spoil."""
    (tmp_path / "pool").mkdir()
    for name in ("site.yaml", "pool/prep.yaml", "pool/prep.test.yaml"):
        shutil.copy(ROOT / "sops" / name, tmp_path / name)
    return tmp_path


def test_one_procedure_is_proved() -> None:
    done = sop("prove", "pool/prep", "--sops", SHIPPED)
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[1:] == [
        "  every step can be reached: proved",
        "  a run can always be completed: proved",
        "  every deadline can be met: proved",
        "  limits lie one inside the other: proved",
    ]


def test_in_chinese_with_what_it_rests_on() -> None:
    done = sop("prove", "pool/prep", "--sops", SHIPPED, "--language", "zh", "--all")
    assert "已证明: 整个规程：至少要 50 分钟，给了 1 小时 30 分钟。" in done.stdout
    assert "已证明: “记录品名与用量”：例如 “按化验结果，是否投药” = 投消毒剂 时要做。" in done.stdout
    assert "没有查现在有没有人担任" in done.stdout


ROUNDS = """\
format: 1
title: {zh: 看守, en: Watch}
place: pool
done_by: [lifeguard]
steps:
  - check: {zh: 到岗, en: At the post}
    id: there
  - rounds: {zh: 巡视, en: Rounds}
    id: walk
    every: 10 min
    at_least: 4
    steps:
      - {check: {zh: 都好, en: All well}, id: well}
  - check: {zh: 报告, en: Report}
    id: report
    due: {within: 20 min, after: there}
"""


def test_a_deadline_that_cannot_be_met_fails_with_both_figures(folder: Path) -> None:
    """The checker, which knows waits only, lets it pass."""
    (folder / "pool" / "watch.yaml").write_text(ROUNDS, encoding="utf-8")
    assert sop("check", str(folder), "--no-cache").exit_code == 0
    done = sop("prove", "pool/watch", "--sops", str(folder))
    assert done.exit_code == 1
    assert "every deadline can be met: fails" in done.stdout
    assert "“Report”: done in order it takes 30 min at least (“Rounds”), but only 20 min are given." in done.stdout


def test_json_names_claims_verdicts_and_facts(folder: Path) -> None:
    found = json.loads(sop("prove", "pool/prep", "--sops", str(folder), "--format", "json").stdout)
    (one,) = found
    assert one["procedure"] == "pool/prep"
    assert {proof["verdict"] for proof in one["proofs"]} == {"proved"}
    assert {proof["claim"] for proof in one["proofs"]} == {"reachable", "completable", "deadlines_feasible", "bands"}
    witnesses = [proof["facts"]["witness"] for proof in one["proofs"] if "witness" in proof["facts"]]
    assert {"dosing": "disinfectant"} in witnesses
    window = next(proof for proof in one["proofs"] if proof["facts"].get("form") == "schedule")
    assert (window["facts"]["span"], window["facts"]["least"]) == (5400, 3000)


def test_a_broken_file_is_named_and_others_are_proved(folder: Path) -> None:
    (folder / "pool" / "bad.yaml").write_text("format: 1\n", encoding="utf-8")
    done = sop("prove", "--sops", str(folder))
    assert done.exit_code == 1
    assert "pool/bad: broken" in done.stderr
    assert "every step can be reached: proved" in done.stdout


def test_usage_is_two(folder: Path) -> None:
    assert sop("prove", "pool/nothing", "--sops", str(folder)).exit_code == 2
    (folder / "site.yaml").unlink()
    assert sop("prove", "--sops", str(folder)).exit_code == 2


# -- the words and the scenarios behind them ------------------------------------------------------------------------------


def test_scenarios_that_pass_say_which_steps_they_reach(folder: Path) -> None:
    library = Library.load(folder)
    assert library.site is not None
    plan = compile_plan(bind(library.procedures["pool/prep"].procedure, library.site), library.site)
    scenarios = library.scenarios["pool/prep"]
    found = scenarios_by_step(plan, scenarios, "en")
    assert "All in order, signed and completed: the pool opens" in found[""]
    assert "All in order, signed and completed: the pool opens" in found["free_chlorine"]
    assert found.keys() <= {"", *plan.by_id}
    assert all(proof.verdict == "proved" for proof in proved(plan, None, scenarios))


FAILURES = [
    Proof("reachable", "failed", ("ph",), {"why": "impossible", "tried": 7, "names": ("dosing",)}),
    Proof("reachable", "unknown", ("ph",), {"why": "too_many", "most": 20000}),
    Proof("reachable", "tested", ("ph",), {"why": "scenarios", "scenarios": ("一例",), "most": 20000}),
    Proof("completable", "failed", ("ph",), {"part": "doers", "why": "nobody_does", "roles": ("lifeguard",)}),
    Proof("completable", "failed", (), {"part": "closing", "why": "never_closes", "witness": {"season": "winter"}}),
    Proof("completable", "unknown", (), {"part": "closing", "why": "too_many", "most": 20000}),
    Proof("deadlines_held", "failed", ("ph",), {"why": "nobody_receives", "roles": ("lifeguard",)}),
    Proof("bands", "failed", ("ph",), {"why": "limits-outside-critical", "parameter": "ph", "limit": 9, "bound": 8}),
]


@pytest.mark.parametrize("proof", FAILURES, ids=lambda proof: f"{proof.claim}-{proof.facts['why']}")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_reason_has_a_sentence_without_gaps(folder: Path, proof: Proof, language: str) -> None:
    library = Library.load(folder)
    assert library.site is not None
    plan = compile_plan(library.procedures["pool/prep"].procedure, library.site)
    told = sentence(plan, proof, language)
    assert told.endswith(("。", "."))
    assert "{" not in told
    assert not told.startswith((":", "：", " "))
    assert str(proof.facts.get("tried", "7")) in told or "tried" not in proof.facts
    assert claim_title(proof.claim, language)
    assert verdict_word(proof.verdict, language)


def test_lengths_are_exact() -> None:
    assert length(timedelta(days=1, minutes=5), "en") == "1 d 5 min"
    assert length(timedelta(hours=2), "zh") == "2 小时"
    assert length(timedelta(), "en") == "0 min"
