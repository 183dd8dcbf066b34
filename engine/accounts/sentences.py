"""What is said of accounts where something is not accepted: found, expected, way out. One place for the web and the terminal."""

from collections.abc import Iterable, Mapping

from engine.procedure.text import Language

_MOST_NAMED = 8
SENTENCES: Mapping[str, tuple[str, str]] = {
    # one field
    "id_empty": (
        "没有工号。每人写一个自己的，例如 li 或 0012。",
        "No id was given. Everybody needs one of their own, e.g. li or 0012.",
    ),
    "id_form": (
        "“{typed}”不能作工号。只用英文字母、数字和 _ . -，最多 40 个。",
        "“{typed}” cannot be an id. Use letters, digits and _ . - only, at most 40.",
    ),
    "id_reserved": (
        "“{typed}”是系统自己用的。请另取一个工号。",
        "“{typed}” is what the system itself signs with. Choose another id.",
    ),
    "id_taken": (
        "“{typed}”已经是{name}的工号，不再给别人用。请另取一个。",
        "“{typed}” is the id of {name} and is never used again. Choose another.",
    ),
    "id_similar": (
        "“{typed}”和{name}的工号“{other}”只差大小写。请另取一个，或照原样写。",
        "“{typed}” differs from the id “{other}” of {name} in capitals only. Choose another, or write it as it is.",
    ),
    "id_twice": (
        "第 {line} 行已经有“{typed}”。一个人只写一行，请删去一行。",
        "Line {line} has “{typed}” already. Keep one line of the two.",
    ),
    "name_known": (
        "没有工号，而已经有人叫{name}（工号 {ids}）。就是这个人，请在“工号”一列写上；是另一个人，请给他写一个新工号。",
        "No id was given, and there is a {name} already ({ids}). In a column “id”, write that for the same person, else another.",
    ),
    "name_twice": (
        "没有工号，而第 {line} 行也叫{name}。是两个人，请各写一个工号；是同一个人，请删去一行。",
        "No id was given, and line {line} has the name {name} too. Give each an id where they are two; else keep one line.",
    ),
    "name_empty": ("没有姓名。请填姓名。", "No name was given. Write the person's name."),
    "name_long": (
        "姓名有 {count} 个字，最多 {most} 个。请缩短。",
        "The name has {count} characters, at most {most}. Shorten it.",
    ),
    "name_form": ("姓名里有看不见的字符。请写在一行里。", "The name has characters that cannot be seen. Write it in one line."),
    "roles_empty": (
        "没有岗位。至少选一个，才知道这个人能做什么。",
        "No role was given. Choose at least one: it says what the person may do.",
    ),
    "role_unknown": ("没有“{typed}”这个岗位。可以写：{near}。", "There is no role “{typed}”. It could be: {near}."),
    "role_ambiguous": (
        "叫“{typed}”的岗位不止一个。请写代号：{ids}。",
        "More than one role is called “{typed}”. Write the id: {ids}.",
    ),
    "lang_unknown": (
        "“{typed}”不是这里的语言。请写 zh（中文）或 en（英文）。",
        "“{typed}” is no language here. Write zh (Chinese) or en.",
    ),
    "place_unknown": (
        "没有“{typed}”这个地点。可以写：{titles}，或空着。",
        "There is no place “{typed}”. It could be: {titles}, or nothing.",
    ),
    "cells_over": (
        "这一行比表头多 {count} 格。有逗号的内容请加引号。",
        "This line has {count} cells more than the heading. Put quotes around text that has commas.",
    ),
    # a whole table
    "no_text": ("没有内容。请粘贴表格，或选一个 CSV 文件。", "There is nothing in it. Paste a table, or choose a CSV file."),
    "encoding": (
        "第 {at} 个字节起读不出来，不是 UTF-8，也不是 GB18030。请在表格软件里另存为“CSV UTF-8”。",
        "From byte {at} on it is neither UTF-8 nor GB18030. Save it again as “CSV UTF-8”.",
    ),
    "no_header": (
        "第一行是“{typed}”，里面没有“工号”，也没有“姓名”。要写列名：工号,姓名,岗位,语言,地点（或 id,name,roles,lang,place）。",
        "The first line is “{typed}” and has neither a column “id” nor “name”. It names the columns: id,name,roles,lang,place.",
    ),
    "column_twice": ("“{typed}”这一列有两个。请删去一个。", "There are two columns “{typed}”. Remove one."),
    "size_over": (
        "文件太大，最多 8 MB。请只留这五列，或分成几个文件。",
        "The file is too large, at most 8 MB. Keep the five columns only, or divide it.",
    ),
    "not_csv": (
        "第 {line} 行的引号没有成对，后面读不下去。请补上或去掉引号。",
        "In line {line} a quote is not closed, so nothing after it can be read. Close it or take it out.",
    ),
    "rows_over": (
        "有 {count} 行，一次最多 {most} 行。请分成几个文件。",
        "There are {count} lines, at most {most} at once. Divide the file.",
    ),
    # the whole command
    "not_permitted": ("您没有管理人员的权限。请找管理员。", "You may not manage people. Ask an administrator."),
    "unknown": ("没有这个人。请回到名单里选。", "There is nobody with that id. Choose from the list."),
    "nothing_new": ("和现在一样，没有要改的。", "This is what it is already; nothing to change."),
    "overtaken": (
        "您改的时候，{by}在 {at} 也改了这个人。下面写着现在是什么；您填的还在，看过再保存。",
        "While you edited, {by} changed this person at {at}. Below is what it says now; what you typed is kept: look, then save.",
    ),
    "rows_overtaken": (
        "您看的时候，人员有了变化，还没有写入。下面是按现在的人员重新比较的结果，请再看一遍。",
        "People were changed while you looked, and nothing was written. This is compared anew: look once more.",
    ),
    "rows_wrong": (
        "还有 {count} 行不对，一行都没有写入。改好再导入。",
        "{count} lines are wrong; none was written. Mend them, then import again.",
    ),
    "reason_needed": ("请写一句原因，以后查得到。", "Say in a sentence why; it is kept with the person."),
    "last_manager": (
        "{name}是最后一位能管理人员的人，改了就没有人能再改。先让另一个人有这个权限。",
        "{name} is the last person who may manage people; afterwards nobody could. First give the permission to somebody else.",
    ),
    "is_disabled": ("{name}已停用，不能给代码。先启用。", "{name} is disabled and gets no code. Enable the account first."),
    "busy": ("同时有人在写，没有记下来。请再点一次。", "Others were writing at the same moment; nothing was saved. Try again."),
    # a code
    "code_wrong": (
        "代码不对，或已经用过、过了 24 小时。照纸条再输一次；还不行，请管理员再给一个。",
        "The code is wrong, used already or older than 24 hours. Type it once more from the slip, or ask for another.",
    ),
    "pin_form": (
        "PIN 要六位数字，不要全相同，也不要 123456 这样的顺序。",
        "A PIN has six digits, not all the same and not a run like 123456.",
    ),
    "pins_differ": ("两次输入的 PIN 不一样。请再输两次。", "The two PINs differ. Type both again."),
}


def told(code: str, facts: Mapping[str, object], language: Language) -> str:
    """A code with its facts as a sentence. KeyError for a code that has none; a test sees to it."""
    values = {name: _worded(value, language) for name, value in facts.items()}
    return SENTENCES[code][language == "en"].format_map(values)


def _worded(value: object, language: Language) -> str:
    if isinstance(value, list | tuple):
        return _listed(value, language)
    into = getattr(value, "into", None)
    return str(into(language) if into else value)


def _listed(values: Iterable[object], language: Language) -> str:
    named = [_worded(value, language) for value in values]
    more = ["…"] if len(named) > _MOST_NAMED else []
    return ("、" if language == "zh" else ", ").join([*named[:_MOST_NAMED], *more])
