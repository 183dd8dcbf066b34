"""What every refusal says, Chinese and English, by its code; and the words for what its facts name."""

from collections.abc import Mapping

SENTENCES: Mapping[str, tuple[str, str]] = {
    # the run
    "already_started": ("这次检查已经开始了。请在“今日”里打开它。", "This run has already started. Open it from Today."),
    "run_over": (
        "这次检查已经{state}，不能再改。要更正请联系主管。",
        "This run is {state} and can no longer be changed. Ask a supervisor.",
    ),
    "run_held": ("这次检查已暂停。先点“继续”，再填写。", "This run is on hold. Tap Resume first."),
    "not_held": ("这次检查没有暂停，可以直接填写。", "This run is not on hold; just go on."),
    "blocked": ("还不能完成，先处理：{steps}", "Not finished yet. First: {steps}"),
    "not_permitted": (
        "您没有“{permission}”的权限。请找有权限的人来做。",
        "This takes the permission “{permission}”. Ask somebody who holds it.",
    ),
    # the step
    "unknown_step": ("找不到这一步。请刷新页面。", "There is no such step. Reload the page."),
    "wrong_kind": ("这一步不能这样填。请刷新页面再试。", "This step is not answered that way. Reload the page and try again."),
    "wrong_role": ("这一步由{roles}来做。请让当班的人登录后填写。", "This is for: {roles}. Let somebody in that role sign on."),
    "does_not_apply": ("按前面的回答，这一步不用做。", "By the earlier answers this step is not needed."),
    "undecided": (
        "要先回答：{names}，才知道这一步做不做。",
        "First answer: {names}. Only then is it known whether this applies.",
    ),
    "already_answered": ("这一步已经有人填过了。要改请点“更正”。", "This step is already answered. Use Correct to change it."),
    "not_answered": ("这一步还没有填，没有可更正的。直接填写就行。", "Nothing is recorded here yet. Just answer it."),
    "stale": (
        "您填写时，别人刚改过这一步。请看两边的值，选一个。",
        "Somebody changed this step meanwhile. See both values and choose.",
    ),
    "earlier_open": ("签名前先做完：{steps}", "Before signing, finish: {steps}"),
    # review
    "not_over": ("这份还没有做完，做完才能复核。", "This is not finished yet; it can be reviewed once it is."),
    "own_run": (
        "{person}自己填过这份，或者答复、了结过里面的事，不能由本人复核。请别的复核员来。",
        "{person} recorded, answered or closed something in this one; somebody else must review it.",
    ),
    "run_changed": (
        "您看的时候，这份又有了改动。请先看新的内容，再决定。",
        "This one has changed since you read it. Look at what is new, then decide.",
    ),
    "nothing_asked": (
        "复核没有问什么，也没有退回，不用答复。",
        "The review asked nothing and returned nothing; no answer is wanted.",
    ),
    "already_returned": ("这份已经退回，等当班的人更正。", "This one is returned already and waits to be put right."),
    "not_clean": (
        "这份有偏差、更正或别的要看的，不能一起通过。请单独打开。",
        "There is something to look at in this one; open it by itself.",
    ),
    "cannot_be_read": (
        "这份记录读不出来，没有通过。请打开它，它会说明是哪一条。",
        "This record cannot be played, so it is not approved. Open it: it says which event it is.",
    ),
    "none_chosen": (
        "还没有勾选。先勾选要删除的，再写原因、输 PIN。",
        "Nothing is ticked. Tick what is to be erased, then give a reason and your PIN.",
    ),
    "nothing_to_erase": (
        "这里已经没有可以删除的个人信息，可能别人刚删过。请重新查找。",
        "There is nothing personal left to erase here; somebody may just have done it. Search again.",
    ),
    "unplayable": (
        "其中有一份记录读不出来，现在不能删除。请先全部核验，打开那份记录，它会说明是哪一条。",
        "One of these records cannot be played, so nothing is erased. Open it: it says which event it is.",
    ),
    "held": (
        "其中有的内容被保全（{reason}），不能删除。先解除保全，或不勾选它。",
        "A hold keeps some of this ({reason}), so it cannot be erased. Lift the hold, or do not tick that part.",
    ),
    "hold_on_no_run": (
        "没有这份记录，没有保全。请核对编码或单号：写错了就什么也没有保全。",
        "There is no such run, and nothing is on hold. Check its id or number: with a wrong one nothing would be kept.",
    ),
    "hold_on_nothing": (
        "还没有写保全什么。请写检查记录、登记簿、规程或日期中的至少一项。",
        "Say what is to be kept: a run, a book, a procedure or days, at least one of them.",
    ),
    "period_backwards": (
        "日期不对：结束的一天在开始之前，或不是日期。请改日期。",
        "The days do not fit: the last lies before the first, or one is no date. Change them.",
    ),
    "no_such_hold": (
        "这条保全不存在，或已经解除。请刷新页面看现在的情形。",
        "There is no such hold, or it was lifted already. Reload the page to see how things stand.",
    ),
    "none_ticked": (
        "还没有勾选。先勾选要通过的，再输 PIN。",
        "Nothing is ticked. Tick what is to be approved, then give your PIN.",
    ),
    "unknown_run": ("找不到这份，或者还没有做完。请刷新页面。", "There is no such run, or it is not finished. Reload the page."),
    "already_approved": ("这份已经复核通过，之后没有改动。", "This one is approved already and has not changed since."),
    # reports
    "unknown_report": ("没有这份报表，或者已经停用。", "There is no such report, or it is in use no longer."),
    "report_changed": (
        "您看的时候，这份报表重新做过了。请先看新的数字。",
        "This report was made anew since you read it. Look at its figures first.",
    ),
    "report_same": (
        "数字和现在这份一样，不用重做。",
        "The figures are those of this one; there is nothing to make anew.",
    ),
    "signed_before": (
        "您已经在这份上签过名，这一栏要由另一位签。",
        "You have signed this one already; this signature is another person's.",
    ),
    # what was typed
    "empty": ("还没有填。", "Nothing was given yet."),
    "reason_needed": ("请写一句原因。", "Give a reason, one sentence will do."),
    "reading_empty": ("还没有填数字。", "No figure was given."),
    "reading_comma": (
        "“{typed}”里有逗号。小数点请用“.”，例如 7.4；千位不用逗号，例如 1000。",
        "“{typed}” has a comma. Use a point, e.g. 7.4, and nothing between thousands, e.g. 1000.",
    ),
    "reading_exponent": ("“{typed}”请写成普通数字，例如 1000。", "Write “{typed}” as a plain number, e.g. 1000."),
    "reading_not_a_number": ("“{typed}”不是数字。只填数字，例如 12。", "“{typed}” is not a number. Digits only, e.g. 12."),
    "implausible": (
        "“{typed} {unit}”像是输错了（应在 {range} 之间）。看清楚再填一次；没有记录下来。",
        "“{typed} {unit}” cannot be right (expected {range}). Look again and retype; nothing was recorded.",
    ),
    "not_whole": ("“{typed}”要填整数，例如 12。", "“{typed}” must be a whole number, e.g. 12."),
    "count_range": ("要填 {range} 之间的数。看清楚再填一次。", "The number must be within {range}. Look again and retype."),
    "unknown_option": ("没有“{option}”这个选项。请从列出的里选。", "There is no option “{option}”. Choose one that is shown."),
    "one_option": ("这里只能选一个。", "Choose only one here."),
    "unknown_item": ("清单里没有这一项。请刷新页面。", "That is not on the list. Reload the page."),
    "item_needed": ("先选是哪一项，再写原因。", "First choose which item it is, then give the reason."),
    "too_long": ("写得太长了，最多 {most} 个字。请缩短。", "That is too long, at most {most} characters. Shorten it."),
    "pattern": ("格式不对。{pattern}", "That does not look right. {pattern}"),
    "moment_ahead": (
        "这个时间还没到（现在是 {now}）。填已经发生的时间。",
        "That is still to come (it is {now}). Give when it happened.",
    ),
    "moment": ("时间没看懂。{gives}", "That time was not understood. {gives}"),
    "photo": ("照片没有收好。请再拍一次。", "The photo was not received. Take it again."),
    "photos_missing": ("至少要 {least} 张照片。请再拍。", "At least {least} {least:photo is|photos are} needed. Take more."),
    "evidence_needed": ("这一步要附照片。先拍照，再记录。", "This step needs a photo. Take it first, then record."),
    "no_value": ("这一步不用填值。请刷新页面。", "No value is asked here. Reload the page."),
    "fields": ("有 {count} 处没填好，见标红的格子。", "{count} of the fields need another look; they are marked."),
    # deviations
    "unknown_deviation": ("找不到这条偏差。请刷新页面。", "There is no such deviation. Reload the page."),
    "deviation_closed": ("这条偏差已经了结，不用再处理。", "This deviation is already closed. Nothing more to do."),
    "act_first": ("先做处置并写下做了什么：{action}", "First act, and write down what you did: {action}"),
    "remeasure_too_early": ("还没到复测时间，{ready_at} 起可以复测。", "Too early to measure again; from {ready_at}."),
    "no_remeasure": (
        "这条偏差不用复测。写下处置，或请主管接受。",
        "No new reading is asked here. Write what you did, or have it accepted.",
    ),
    "may_not_accept": ("只有{roles}可以接受这条偏差。", "Only {roles} may accept this deviation."),
    # time
    "not_begun": ("还没开始计时。先点“开始”。", "The clock is not running yet. Tap Start first."),
    "already_begun": ("已经开始计时了。", "The clock is already running."),
    "too_early": (
        "还没到时间，{ready_at} 才够。真要提前结束，请写原因。",
        "Not long enough yet; it is at {ready_at}. To end early, give a reason.",
    ),
    "rounds_missing": ("至少要记 {least} 次才能结束。", "At least {least} entries are needed before it can stop."),
    "not_later": ("新的时限要晚于现在的时限（{until}）。", "The new deadline must be later than the present one ({until})."),
    "not_asked": ("这里没有人申请延期，或者已经答复了。", "Nobody is asking for more time here, or it was answered already."),
    "not_proposed": ("这里没有待定的建议，或者已经有人处理了。", "Nothing is proposed here, or somebody dealt with it already."),
    # hands
    "not_handed": ("还没有人交过来。请交班人先点“交出”。", "Nothing was handed over yet. The other person hands over first."),
    "already_handed": ("对方已经签收了。", "It has already been received."),
    "same_person": (
        "自己交出的不能自己签收。请接收人登录后点“签收”。",
        "You handed this over, so another person receives it. Let them sign on.",
    ),
    "another_does_it": (
        "“{names}”是{person}做的，这一步要由另一个人来做。请另一个人登录后再填；填错了要改，也由另一个人来改。",
        "“{names}” was done by {person}, so this is for somebody else, also to correct it. Let another person sign on.",
    ),
    "pin_needed": ("签名要再输一次 PIN。", "Signing takes your PIN once more."),
    "drawing_needed": ("这里还要手写签名。请在框里签上名字。", "A drawn signature is asked for here. Sign in the box."),
    "already_signed": ("这里已经签过名了。", "This is already signed."),
    # the engine and the door
    "not_published": (
        "这份规程还没有发布，不能开始。请找主管发布。",
        "This procedure is not published yet. Ask a supervisor to publish it.",
    ),
    "row_closed": ("已经有人了结了这一条。请刷新页面。", "Somebody has closed this already. Reload the page."),
    "busy": (
        "同时有人在写同一张单，没有记下来。请再点一次。",
        "Others were writing at the same moment; nothing was saved. Tap again.",
    ),
    # publishing
    "no_note": ("请写一句为什么改，以后查得到。", "Say in a sentence why; it is kept with the revision."),
    "nothing_new": ("和现在使用的一样，没有要发布的。", "This is what is in use already; there is nothing to publish."),
    "overtaken": (
        "您改的时候，别人发布了“{procedure}”的新版。您的草稿还在，先看差别再发布。",
        "“{procedure}” was published anew while you edited. Your draft is kept: see the difference first.",
    ),
    "file_changed": (
        "文件在别处改过（git 或编辑器）。先看差别，再接着改。",
        "The file was changed elsewhere. Look at the difference, then go on.",
    ),
    "has_errors": ("还有 {count} 处错误，改好才能发布。", "{count} {count:mistake is|mistakes are} left; put them right first."),
    "scenarios_fail": (
        "场景不再成立：{titles}。改规程，改场景，或说明原因搁置。",
        "Scenarios fail: {titles}. Mend one side, or set them aside.",
    ),
    "still_named": (
        "别的规程或报表还用这个名字：{titles}。先改那些，再改名。",
        "Other procedures or reports call it by this name: {titles}. Change those first.",
    ),
    "in_the_past": (
        "生效时间要晚于现在。要马上生效，就不填时间。",
        "The time must lie ahead. For at once leave it empty.",
    ),
    "own_proposal": (
        "自己提的要由另一位来批准。请找有发布批准权限的同事。",
        "You proposed this yourself; another person approves it.",
    ),
    "not_open": (
        "这份提交已经批准、生效或撤回。请刷新页面。",
        "This was approved, published or withdrawn already. Reload.",
    ),
    "name_taken": ("“{name}”已经有规程用过，请换一个名字。", "“{name}” is or was a procedure's name; choose another."),
    "pin_wrong": ("PIN 不对，请再输。", "That PIN is not right. Try again."),
    "pin_locked": (
        "PIN 错了 {failures} 次，{seconds} 秒以后再试。忘了请找管理员。",
        "Wrong PIN {failures} {failures:time|times}; try again in {seconds} s. Forgotten it? Ask an administrator.",
    ),
    "misused": (
        "这次提交和先前的重复但内容不同，没有记下来。请刷新页面。",
        "This was sent before with other content; nothing was saved. Reload the page.",
    ),
    "too_large": ("照片太大，最多 12 MB。", "The photo is too large, at most 12 MB."),
    "not_an_image": ("这个文件不是照片（只收 JPEG、PNG、WebP）。", "That file is not a photo (JPEG, PNG or WebP only)."),
    "too_many_pixels": (
        "照片尺寸太大。请把相机分辨率调低再拍。",
        "The picture has too many pixels. Lower the camera's resolution.",
    ),
    "took_too_long": (
        "照片处理超时，没有记下来。请再拍一次。",
        "The photo took too long to process and was not saved. Take it again.",
    ),
}

STATES = {
    "completed": ("完成", "completed"),
    "abandoned": ("作废", "abandoned"),
    "running": ("开始", "running"),
    "held": ("暂停", "on hold"),
}
PATTERNS = {
    "phone": ("电话只填数字，例如 13800138000。", "A telephone number, digits only, e.g. 13800138000."),
    "room_number": ("房号例如 3-1202。", "A room number, e.g. 3-1202."),
    "id_last4": ("填证件号后四位。", "The last four characters of the ID."),
    "email": ("邮箱例如 name@example.com。", "An e-mail address, e.g. name@example.com."),
}
FORMS = {
    "date": ("日期写成 2026-11-02。", "Write the date as 2026-11-02."),
    "time": ("时间写成 06:30。", "Write the time as 06:30."),
    "date_and_time": ("写成 2026-11-02 06:30。", "Write it as 2026-11-02 06:30."),
}
PERMISSIONS = {
    "accept_deviations": ("接受偏差", "accept deviations"),
    "grant_extensions": ("批准延期", "grant extensions"),
    "abandon_runs": ("作废记录", "abandon runs"),
    "publish": ("发布规程", "publish"),
    "approve_publishing": ("批准发布", "approve publishing"),
    "review": ("复核记录", "review records"),
}
