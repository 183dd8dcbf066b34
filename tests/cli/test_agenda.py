"""`sop agenda`: the coming times from the files alone, one a line."""

import json
from pathlib import Path

from .test_written import ROOT, sop

SOPS = str(ROOT / "sops")


def test_one_line_for_each_time_in_order() -> None:
    done = sop("agenda", SOPS, "--from", "2026-11-02", "--days", "2", "--place", "pool")
    assert done.exit_code == 0
    assert [line for line in done.stdout.splitlines() if "Pool preparation" in line] == [
        "2026-11-02 Mon 06:30-08:00  Pool preparation before opening  (Swimming pool; Lifeguard (pool attendant))",
        "2026-11-03 Tue 06:30-08:00  Pool preparation before opening  (Swimming pool; Lifeguard (pool attendant))",
    ]
    lines = sop("agenda", SOPS, "--from", "2026-11-02", "--days", "7", "--lang", "zh").stdout.splitlines()
    assert lines == sorted(lines, key=lambda line: line[:10] + line[15:20])
    assert any("泳池营业前准备" in line for line in lines)
    assert len(lines) >= 7 * 5


def test_for_tools() -> None:
    found = json.loads(sop("agenda", SOPS, "--from", "2026-11-02", "--days", "1", "--place", "pool", "--format", "json").stdout)
    assert found[:1] == [
        {
            "id": "pool/prep",
            "title": "Pool preparation before opening",
            "place": "pool",
            "by": ["lifeguard"],
            "starts_at": "2026-11-01T22:30:00+00:00",
            "finish_by": "2026-11-02T00:00:00+00:00",
            "missed_after": "2026-11-02T01:00:00+00:00",
        }
    ]


def test_one_file_alone_and_today() -> None:
    lines = sop("agenda", f"{SOPS}/gym/opening.yaml", "--days", "3").stdout.splitlines()
    assert len(lines) == 3
    assert all("Gym preparation before opening" in line for line in lines)


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    wrong = sop("agenda", SOPS, "--place", "nowhere")
    assert wrong.exit_code == 2
    assert "there is no place nowhere; there are: lobby" in wrong.output
    assert sop("agenda", SOPS, "--days", "0").exit_code == 2
    assert sop("agenda", SOPS, "--from", "tomorrow").exit_code == 2
    nothing = sop("agenda", str(tmp_path))
    assert nothing.exit_code == 2
    assert "no .yaml file" in nothing.output
    (tmp_path / "prep.yaml").write_text("format: 1\n", encoding="utf-8")
    assert "no usable site.yaml" in sop("agenda", str(tmp_path)).output
