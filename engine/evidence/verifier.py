"""Checks an evidence bundle. Python 3.9 or newer, nothing else, no network.

核对证据包，只需要 Python 3.9 或更新版本，不用安装别的，不用联网：

    python3 -I verify.py BUNDLE [--key KEY] [--checkpoint FILE]

BUNDLE is the zip file or the folder it was unpacked into. Exit code 0: everything fits; 1: something was changed or is missing,
and is named; 2: wrong usage. KEY is the public key that the house gave you by another way, or a file with it; without it
the bundle's own is used. FILE is a checkpoint of the house that you keep: a bundle older than that, or of another record, is
told.
-I keeps Python from running what lies beside this file (-I：旁边的文件不会被当作程序运行).
"""

from __future__ import annotations

import json
import sys
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

from engine.evidence.folding import replayed, unlike_revision
from engine.evidence.given import asked, is_key, own_key, signed_head
from engine.evidence.kept import check_kept
from engine.evidence.rekeyed import believed, check_keys
from engine.evidence.reopening import reopened
from engine.evidence.sealed import event_fault, opened
from engine.evidence.telling import erased_at, told, zone_of
from engine.evidence.unpacking import BROKEN, Bundle, read, shown

GAPS = {"missing": ("缺失", "missing"), "damaged": ("损坏", "damaged")}
KEY_UNCHECKED = (
    "公钥是不是该单位的，请与另外得到的比对（--key） / that the key is the house's: compare with one you got another way (--key)",
)
UNCHECKED = (
    "record.html 的文字，它只是给人看的，以 events.jsonl 为准 / the words of record.html, made for reading: events.jsonl decides",
    "现场是否真的如所记 / that things were as they were recorded: only that the record was not changed",
    "服务器的钟是否准，签名人的 PIN 是否外泄 / that the server's clock was right, and that nobody else knew a signer's PIN",
    "证据包以外还有没有别的检查，或哪条登记的了结 / whether there are other runs, or closings of rows, that it does not hold",
    "做包以后这次检查又发生了什么 / what happened to a run after the bundle was made",
    "编号是哪一个人 / which person an id stands for",
)


def check_manifest(bundle: Bundle, key: str) -> bool:
    """Every file is the one that the signed manifest lists, and no other is there. False where the key did not sign it."""
    try:
        lines = opened(bundle.text("manifest.txt"), key).split("\n")[1:-1]
        listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    except BROKEN as error:
        bundle.wrong("manifest.txt", "不是用这个公钥签的清单", f"not the manifest that this key signed ({error})")
        return False
    stated(bundle, listed)
    for name in sorted({*listed, *bundle.files} - {"manifest.txt"}):
        if name in bundle.gone:
            bundle.wrong(name, "清单说缺，包里却有", "said to be missing, but here") if name in bundle.files else None
        elif name not in bundle.files:
            bundle.wrong(name, "缺少", "missing")
        elif name not in listed:
            bundle.wrong(name, "清单里没有", "not in the manifest")
        elif sha256(bundle.files[name]).hexdigest() != listed[name]:
            bundle.wrong(name, "被改动", "changed: not the content that the manifest lists")
    return True


def stated(bundle: Bundle, listed: dict[str, str]) -> None:
    """The photos that the house could not give any more, and said so when it signed the list."""
    for name, why in sorted(listed.items()):
        if why in GAPS and name.startswith("photos/"):
            zh, en = GAPS[why]
            bundle.gone.append(name)
            bundle.gaps.append(f"{name}：做证据包时这张照片就已{zh} / this photo was {en} when the bundle was made")


def check_key(bundle: Bundle) -> None:
    """The key is one line."""
    text = bundle.files.get("key.txt", b"")
    if not (text.endswith(b"\n") and is_key(text[:-1])):
        bundle.wrong("key.txt", "不是公钥，或被改动", "no public key, or changed")


def check_checkpoint(bundle: Bundle, key: str) -> tuple[int, bytes]:
    """Size and root of the record when the bundle was made, as signed."""
    try:
        return signed_head(bundle.text("checkpoint.txt"), key)
    except BROKEN as error:
        bundle.wrong("checkpoint.txt", "不是用这个公钥签的检查点", f"not a checkpoint that this key signed ({error})")
        return 0, b""


def check_revisions(bundle: Bundle) -> None:
    """Every revision is named by the digest of its content."""
    for name in sorted(name for name in bundle.files if name.startswith("revisions/") and name.endswith("/compiled.json")):
        digest, source = name.split("/")[1], name.replace("compiled.json", "source.yaml")
        if sha256(bundle.files[name] + b"\x00" + bundle.files.get(source, b"")).hexdigest() != digest:
            bundle.wrong(name, "规程版本与它的编号不符", "the revision is not the content that its digest names")


def check_photos(bundle: Bundle) -> None:
    """Every photo is named by the digest of its bytes."""
    for name in sorted(name for name in bundle.files if name.startswith("photos/")):
        if name != f"photos/{sha256(bundle.files[name]).hexdigest()}.jpg":
            bundle.wrong(name, "照片与它的编号不符", "the photo is not the one that its digest names")


def check_run(bundle: Bundle, run: str, checkpoint: tuple[int, bytes]) -> dict[str, Any]:
    """Hashes, chain, proofs, what is named, and the run played again. Returns the state it reaches."""
    file = f"runs/{run}/events.jsonl"
    events = [read(line) for line in bundle.lines(file)]
    proofs = [read(line) for line in bundle.lines(f"runs/{run}/proofs.jsonl")]
    if len(events) != len(proofs):
        bundle.wrong(file, "事件与证明的数目不同", f"{len(events)} events, but {len(proofs)} proofs")
    before = {"seq": -1, "hash": ""}
    for number, (line, event, proof) in enumerate(zip(bundle.lines(file), events, proofs), 1):  # noqa: B905 - Python 3.9
        what = event_fault(line, event, proof, before, checkpoint)
        if not what and (event["stream"] != run or event["stream_seq"] != number):
            what = "not the one that is due"
        if what:
            bundle.wrong(file, f"第 {number} 个事件不对", f"event {number} of the run: {what}")
        before = proof
    check_judged(bundle, file, events)
    closings = check_closings(bundle, run, events, checkpoint)
    values = f"runs/{run}/sealed.json"
    for what in reopened([*events, *closings], bundle.json(values) if values in bundle.files else {}):
        bundle.wrong(values, "个人信息与事件不符", what)
    check_named(bundle, file, [*events, *closings])
    state = replayed(events)
    written = bundle.json(f"runs/{run}/state.json")
    for name in sorted({*state, *written}):
        if state.get(name) != written.get(name):
            bundle.wrong(f"runs/{run}/state.json", f"重放得到的 {name} 不同", f"played again, the run has another {name}")
    procedure = bundle.json("revisions/{}/compiled.json".format(state["revision"]))
    for what in unlike_revision(events, procedure):
        bundle.wrong(file, "与规程版本不符", what)
    return state


def check_closings(bundle: Bundle, run: str, events: list[Any], checkpoint: tuple[int, bytes]) -> list[Any]:
    """What was written when rows of the run were closed: content, proof, and that the run wrote such a row. Returns all of it."""
    file, proven = f"runs/{run}/rows.jsonl", f"runs/{run}/row_proofs.jsonl"
    if file not in bundle.files and proven not in bundle.files:
        check_settled(bundle, f"runs/{run}/events.jsonl", events, [])
        return []
    closings, proofs = [read(line) for line in bundle.lines(file)], [read(line) for line in bundle.lines(proven)]
    if len(closings) != len(proofs):
        bundle.wrong(file, "事件与证明的数目不同", f"{len(closings)} events, but {len(proofs)} proofs")
    written = {(one["body"]["step"], one["body"]["row"]) for one in events if one["kind"] == "row_added"}
    before = {"seq": -1, "hash": ""}
    for number, (line, event, proof) in enumerate(zip(bundle.lines(file), closings, proofs), 1):  # noqa: B905 - Python 3.9
        what, body = event_fault(line, event, proof, before, checkpoint), event["body"]
        row = (body.get("step"), body.get("row"))
        place = (event["stream"], event["stream_seq"], body.get("run"))
        is_its = event["kind"] == "row_closed" and place == ("row {} {} {}".format(run, *row), 1, run) and row in written
        if not what and not is_its:
            what = "it closes no row of this run"
        if what:
            bundle.wrong(file, f"第 {number} 次了结不对", f"closing {number}: {what}")
        before = proof
    check_settled(bundle, file, events, closings)
    return closings


def check_settled(bundle: Bundle, file: str, events: list[Any], closings: list[Any]) -> None:
    """Each closing that the run tells of is there, and is the one it tells of."""
    plain = {"sort_keys": True, "ensure_ascii": False, "separators": (",", ":")}
    known = {sha256(json.dumps(one["body"], **plain).encode("utf-8")).hexdigest() for one in closings}  # type: ignore[arg-type]
    for event in events:
        if event["kind"] == "row_settled" and event["body"]["digest"] not in known:
            row = "{step} #{row}".format(**event["body"])
            bundle.wrong(file, f"缺了结 {row}", f"what closed row {row} is not here, or not the one that the run tells of")


def check_judged(bundle: Bundle, file: str, events: list[Any]) -> None:
    """An approval or a return binds to the run as it was: SHA-256 over the leaves of its events up to `version`."""
    leaves = [sha256(b"\x00" + line).digest() for line in bundle.lines(file)]
    for number, event in enumerate(events, 1):
        if event["kind"] in ("run_approved", "run_returned"):
            covered, body = leaves[: event["body"]["version"]], event["body"]
            if not 0 < body["version"] < number or sha256(b"".join(covered)).hexdigest() != body["digest"]:
                zh, en = ("复核通过", "approval") if event["kind"] == "run_approved" else ("退回", "return")
                what = f"event {number} of the run: the {en} is of other events"
                bundle.wrong(file, f"第 {number} 个事件：{zh}的不是这些事件", what)


def check_named(bundle: Bundle, file: str, events: list[Any]) -> None:
    """What the events name is in the bundle: revisions and photos. A pair of quotes marks a digest, wherever it stands."""
    first = events[0]["body"]
    wanted = [f"revisions/{first[name]}/compiled.json" for name in ("revision", "site") if first.get(name)]
    for event in events:
        wanted += [f"photos/{digest}.jpg" for digest in pictures(event["body"], "")]
    for name in sorted(set(wanted) - {*bundle.files, *bundle.gone}):
        bundle.wrong(file, f"所指的 {name} 不在包里", f"names {name}, which is not in the bundle")


def pictures(part: Any, key: str) -> list[str]:
    """The digests of the photos that an event names."""
    if isinstance(part, dict):
        return [digest for name, value in part.items() for digest in pictures(value, name)]
    if isinstance(part, list):
        return [digest for value in part for digest in pictures(value, key)]
    is_digest = isinstance(part, str) and len(part) == 64 and not part.strip("0123456789abcdef")
    return [part] if is_digest and key in ("photos", "drawn", "options") else []


def checked(bundle: Bundle, key: str, kept: Path | None = None) -> list[str]:
    """Check everything; what can be told of the runs. Of a bundle that another key signed there is nothing more to say."""
    check_key(bundle)
    if not check_manifest(bundle, key) and key != own_key(bundle):
        return ["清单不是用给出的公钥签的，其余没有再查 / the key that was given did not sign the manifest: no more was checked"]
    checkpoint = check_checkpoint(bundle, key)
    lines = [f"检查点 / checkpoint: {checkpoint[0]} 个事件 / events, {b64encode(checkpoint[1]).decode()}"]
    lines += check_keys(bundle, checkpoint)
    lines += check_kept(bundle, kept, checkpoint) if kept else []
    check_revisions(bundle)
    check_photos(bundle)
    runs = sorted(name.split("/")[1] for name in bundle.files if name.startswith("runs/") and name.endswith("/events.jsonl"))
    if not runs:
        bundle.wrong("runs", "一次检查也没有", "holds no run at all")
    for run in runs:
        try:
            state = check_run(bundle, run, checkpoint)
            events = [read(line) for line in bundle.lines(f"runs/{run}/events.jsonl")]
            lines += told(state, erased_at(bundle, run), zone_of(bundle, state), events)
        except BROKEN as error:
            bundle.wrong(f"runs/{run}", "读不懂", f"cannot be understood ({type(error).__name__}: {error})")
    return lines


def main(arguments: list[str]) -> int:
    """Check a bundle and tell what was found."""
    given = asked(arguments)
    absent = [one for one in (given[0], given[1]["--checkpoint"]) if one and not Path(one).exists()] if given else []
    if given is None or absent:
        print(__doc__ if given is None else f"没有这个文件 / there is no {shown(absent[0])}")
        return 2
    key = given[1]["--key"]
    if key and not is_key(key.encode("utf-8", "replace")):
        print(f"这不是公钥，是不是抄错了 / not a public key, perhaps mistyped: {shown(key[:200])}")
        return 2
    bundle = Bundle(Path(given[0]))
    told_, by = given[1]["--checkpoint"], believed(bundle, key) if key else own_key(bundle)
    lines = checked(bundle, by, Path(told_) if told_ else None)
    unchecked = UNCHECKED if key else (*KEY_UNCHECKED, *UNCHECKED)
    lines += [f"公钥 / key: {by}", *(f"没有核对 / not checked: {one}" for one in unchecked)]
    lines += [f"缺照片 / GAP  {one}" for one in bundle.gaps] + [f"不符 / WRONG  {one}" for one in bundle.found]
    for line in (*lines, outcome(bundle)):
        print(shown(line))
    return 1 if bundle.found or bundle.gaps else 0


def outcome(bundle: Bundle) -> str:
    """What came of it, in a line."""
    found, gaps = len(bundle.found), len(bundle.gaps)
    if found:
        return f"有 {found} 处不符 / {found} findings"
    if gaps:
        return f"其余全部相符；做证据包时就缺 {gaps} 张照片 / everything else fits; photos missing when it was made: {gaps}"
    return "全部相符 / everything fits"


if __name__ == "__main__":
    getattr(sys.stdout, "reconfigure", lambda **_: None)(encoding="utf-8", errors="replace")
    sys.exit(main(sys.argv))
