"""What a bundle says in words, Chinese with English beside it."""

from collections.abc import Mapping

README = """证据包 / Evidence bundle

怎样核对：在装有 Python 3.9 或更新版本的任何电脑上运行
    python3 -I verify.py 证据包.zip
不用安装别的，不用联网。先解压再核对也可以：python3 -I verify.py 文件夹
有人在包外另给了您公钥的，加上 --key 公钥；以前留过检查点的，加上 --checkpoint 文件。
要放心，请用自己另外得到的 verify.py（单位用 sop evidence --verifier 文件 给出，它的 SHA-256 在「复核」→「核验」页上）。

How to check: on any computer with Python 3.9 or newer run
    python3 -I verify.py BUNDLE.zip
It needs nothing else and no network. An unpacked folder will do as well: python3 -I verify.py FOLDER
Where you were given the public key by another way, add --key KEY; where you keep an earlier checkpoint, --checkpoint FILE.
To be safe use a verify.py that you got by another way (sop evidence --verifier FILE; Review > Proof shows its SHA-256).

包里有什么 / What is in it
    runs/*/record.html    给人看的记录 / the record, to read
    runs/*/events.jsonl   每个事件一行，散列所覆盖的就是这一行 / an event a line; its hash covers exactly that line
    runs/*/proofs.jsonl   每个事件在链和树中的位置 / each event's place in the chain and in the tree
    runs/*/sealed.json    个人信息及其盐，或何时删除（没有就无此文件） / personal values and salts, or when they were erased
    runs/*/rows.jsonl     检查之后了结登记时写的，和它们的 row_proofs.jsonl（没有就无此文件）
                          / what was written when rows were closed later, with row_proofs.jsonl (where there is any)
    runs/*/state.json     结果：回答、偏差、签名、是否完成 / the outcome: answers, deviations, signatures, completion
    revisions/            当时的规程和场所，原文与编译结果 / the procedure and site of that time, as written and as compiled
    photos/               照片，以内容的 SHA-256 命名 / photos, named by the SHA-256 of their bytes
    checkpoint.txt        签名的检查点（C2SP tlog-checkpoint） / the signed checkpoint
    key.txt               公钥（C2SP signed-note, Ed25519） / the public key
    keys/                 换过钥匙时：每次何时、谁、为什么，换之前的检查点，和记录接着写的证明（没换过就无此文件夹）
                          / where the key was changed: when, by whom, why, the checkpoint before, and the proof that
                          the record goes on from it (where it ever was)
    manifest.txt          每个文件的 SHA-256，已签名 / the SHA-256 of every file, signed
                          做包时就没有的照片写 missing 或 damaged / "missing" or "damaged": a photo that was gone by then
"""

NAME_THEN = "{then}（现名 {now} / now {now}）"
"""Somebody who is called otherwise now."""

KINDS: Mapping[str, tuple[str, str]] = {
    "run_started": ("开始", "started"), "step_answered": ("填写", "answered"), "item_ticked": ("勾选", "ticked"),
    "photos_attached": ("附照片", "photo added"), "step_marked": ("标记", "marked"), "step_amended": ("更正", "amended"),
    "deviation_raised": ("偏差", "deviation"), "deviation_acted_on": ("处置", "acted on"),
    "step_remeasured": ("复测", "measured again"), "deviation_cleared": ("偏差了结", "cleared"),
    "deviation_accepted": ("偏差接受", "accepted"), "wait_started": ("计时开始", "timed work begun"),
    "wait_ended": ("计时结束", "timed work ended"), "rounds_started": ("巡查开始", "rounds begun"),
    "round_done": ("巡查", "round"), "round_missed": ("漏巡", "round missed"), "rounds_stopped": ("巡查结束", "rounds ended"),
    "row_added": ("登记", "row added"), "work_handed": ("移交", "handed over"), "work_received": ("接收", "received"),
    "signed": ("签名", "signed"), "run_linked": ("关联", "linked"), "due_extended": ("延期", "extended"),
    "run_held": ("暂停", "on hold"), "run_resumed": ("继续", "resumed"), "run_completed": ("完成", "completed"),
    "review_asked": ("复核问", "review asked"), "review_answered": ("答复复核", "review answered"),
    "run_returned": ("退回更正", "returned"), "run_approved": ("复核通过", "approved"),
    "run_abandoned": ("作废", "abandoned"), "extension_asked": ("申请延期", "more time asked for"),
    "extension_refused": ("不准延期", "more time refused"), "due_neared": ("快到时限", "deadline near"),
    "due_missed": ("时限已过", "deadline missed"), "run_late": ("超时", "late"), "answer_proposed": ("提议", "proposed"),
    "row_closed": ("了结登记", "row closed"), "row_settled": ("登记已了结", "row settled"),
    "proposal_dismissed": ("不采用提议", "proposal dismissed"), "items_listed": ("列出", "listed"),
}  # fmt: skip
WORDS: Mapping[str, tuple[str, str]] = {
    "record": ("检查记录", "Record"), "steps": ("步骤", "Steps"), "deviations": ("偏差", "Deviations"),
    "signatures": ("签名", "Signatures"), "events": ("全部事件", "All events"),
    "closings": ("后来了结的登记", "Rows closed later"),
    "step": ("步骤", "Step"),
    "value": ("结果", "Result"), "cause": ("原因", "Cause"), "action": ("处置", "Action"), "closed": ("了结", "Closed"),
    "who": ("谁", "Who"), "when": ("何时", "When"), "what": ("什么", "What"), "detail": ("内容", "Details"),
    "name": ("姓名", "Name"), "meaning": ("含义", "Meaning"), "place": ("地点", "Place"), "number": ("编号", "Number"),
    "revision": ("规程版本", "Revision"), "started": ("开始", "Started"), "finished": ("结束", "Finished"),
    "status": ("状态", "State"),
    "running": ("进行中", "running"), "held": ("已暂停", "on hold"), "completed": ("已完成", "completed"),
    "abandoned": ("已作废", "abandoned"), "open": ("未了结", "open"), "noted": ("只作记录", "only noted"),
    "cleared": ("已消除", "cleared"),
    "accepted": ("已接受", "accepted"), "amended": ("签名后有更正", "amended after signing"), "system": ("系统", "the clock"),
    "answered": ("已填", "answered"), "not_done": ("未做", "not done"), "not_applicable": ("不适用", "not applicable"),
    "done": ("已完成", "done"), "read": ("已阅", "read"), "verified": ("已核实", "verified"), "approved": ("已批准", "approved"),
    "received": ("已接收", "received"), "in_limits": ("合格", "in limits"), "out_of_limits": ("超出范围", "out of limits"),
    "critical": ("严重超出", "critical"), "no_limits": ("无界限", "no limits"), "limits": ("界限", "limits"),
    "erased": ("已按规定删除", "erased"), "corrected": ("更正", "corrected"), "taken_back": ("已取消", "taken back"),
    "gone": ("照片在做证据包时就缺失或损坏", "photo missing or damaged when the bundle was made"),
    "off": (
        "最后不用做：按其他回答，这一步不问；填过的照留",
        "not needed in the end: by the other answers it is not asked; what was given stays",
    ),
    "late": ("超时", "late"), "out_of_order": ("顺序不对", "out of order"), "reported": ("报告", "reported"),
    "ended_early": ("提前结束", "ended early"), "missed_round": ("漏巡", "round missed"), "was": ("更正第", "amends no."),
}  # fmt: skip
