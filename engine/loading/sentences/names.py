"""Sentences for what the rules find about names, their order, and conditions.

`meant`, where a rule gives it, replaces the way out by "did you mean".
"""

SENTENCES: dict[str, dict[str, tuple[str, str]]] = {
    # names
    "duplicate-id": {
        "en": ('the id "{id}" is used twice', "give one of the two another id"),
        "zh": ("id“{id}”用了两次", "给其中一个换个 id"),
    },
    "reserved-id": {
        "en": ('"{id}" cannot be an id; the word has a meaning of its own here (reserved: {reserved})', "choose another id"),
        "zh": ("“{id}”不能作 id; 这个词另有用途 (保留词: {reserved})", "换一个 id"),
    },
    "book-field-clash": {
        "en": ('the book "{book}" has a field "{id}", and this procedure uses the same id', "give the step here another id"),
        "zh": ("登记簿“{book}”有栏目“{id}”, 本规程也用了这个 id", "给这里的步骤换个 id"),
    },
    "unknown-parameter": {
        "en": ('there is no parameter "{parameter}"', "add it under parameters, or name one that is there"),
        "zh": ("没有参数“{parameter}”", "在 parameters 下补上, 或改用已有的参数"),
    },
    "unknown-card": {
        "en": ('there is no reference card "{card}"', "add it under cards, here or in site.yaml"),
        "zh": ("没有速查卡“{card}”", "在本规程或 site.yaml 的 cards 下补上"),
    },
    "unknown-book": {
        "en": ('there is no register book "{book}" in site.yaml', "add it under books in site.yaml, or name one that is there"),
        "zh": ("site.yaml 里没有登记簿“{book}”", "在 site.yaml 的 books 下补上, 或改用已有的登记簿"),
    },
    "field-not-in-book": {
        "en": ('the book "{book}" has no field "{field}"', "use the book's own fields, or add this one to the book in site.yaml"),
        "zh": ("登记簿“{book}”没有栏目“{field}”", "改用登记簿已有的栏目, 或在 site.yaml 的登记簿里补上"),
    },
    "unknown-procedure": {
        "en": ('there is no procedure "{procedure}"', "write the path of its file without .yaml"),
        "zh": ("没有规程“{procedure}”", "写它的文件路径, 不带 .yaml"),
    },
    "unknown-place": {
        "en": ('there is no place "{place}" in site.yaml', "add it under places in site.yaml, or name one that is there"),
        "zh": ("site.yaml 里没有地点“{place}”", "在 site.yaml 的 places 下补上, 或改用已有的地点"),
    },
    "unknown-role": {
        "en": ('there is no role "{role}" in site.yaml', "add it under roles in site.yaml, or name one that is there"),
        "zh": ("site.yaml 里没有岗位“{role}”", "在 site.yaml 的 roles 下补上, 或改用已有的岗位"),
    },
    "unknown-receiver": {
        "en": (
            'there is no role or department "{receiver}" in site.yaml',
            "add it under roles or departments, or name one that is there",
        ),
        "zh": ("site.yaml 里没有岗位或部门“{receiver}”", "在 roles 或 departments 下补上, 或改用已有的"),
    },
    "unknown-shift": {
        "en": ('there is no shift "{shift}" in site.yaml', "add it under shifts in site.yaml, or name one that is there"),
        "zh": ("site.yaml 里没有班次“{shift}”", "在 site.yaml 的 shifts 下补上, 或改用已有的班次"),
    },
    "unknown-season": {
        "en": ('there is no season "{season}" in site.yaml', "add it under seasons in site.yaml, or name one that is there"),
        "zh": ("site.yaml 里没有季节“{season}”", "在 site.yaml 的 seasons 下补上, 或改用已有的季节"),
    },
    "unknown-clause": {
        "en": ('there is no clause "{clause}" in the source document', "look the number up in clauses.yaml"),
        "zh": ("原文件没有条款“{clause}”", "在 clauses.yaml 里核对条款号"),
    },
    "unknown-name": {
        "en": (
            '"{name}" is no step, input or fact',
            "name an earlier step or input by its id, or one of: season, weekday, place, shift",
        ),
        "zh": ("“{name}”不是步骤、开始时问的问题或已知事实", "写前面步骤或问题的 id, 或 season、weekday、place、shift"),
    },
    # order and conditions
    "later-reference": {
        "en": ('"{name}" comes later; only what comes earlier can decide', "move this step below it, or name an earlier step"),
        "zh": ("“{name}”在后面; 只能用前面的步骤作条件", "把这一步移到它后面, 或改用前面的步骤"),
    },
    "names-itself": {
        "en": ('"{name}" depends on itself', "name an earlier step instead"),
        "zh": ("“{name}”依赖自己", "改用前面的步骤"),
    },
    "one-of-many-rows": {
        "en": (
            '"{name}" has a value in every row or round of "{step}", so it is not one answer',
            'name "{step}" itself, or a step outside it',
        ),
        "zh": ("“{name}”在“{step}”的每一行都有一个值, 不是一个答案", "改用“{step}”本身, 或它外面的步骤"),
    },
    "unknown-option": {
        "en": ('"{name}" has no option "{option}"', "possible: {possible}"),
        "zh": ("“{name}”没有选项“{option}”", "可选: {possible}"),
    },
    "word-needs-is": {
        "en": ('"{word}" says how "{name}" stands, not what was answered', "write {{{name}: {{is: {word}}}}}"),
        "zh": ("“{word}”说的是“{name}”的状态, 不是答案", "写成 {{{name}: {{is: {word}}}}}"),
    },
    "test-does-not-fit": {
        "en": ('"{name}" is {kind}, which cannot be tested with {test}', "possible: {fits}"),
        "zh": ("“{name}”是{kind}, 不能用 {test} 判断", "可用: {fits}"),
    },
    "no-such-band": {
        "en": (
            '"{name}" can never be {standing}: parameter "{parameter}" has no such bounds',
            "add the bounds to the parameter, or test something else",
        ),
        "zh": ("“{name}”不可能是 {standing}: 参数“{parameter}”没有这种界限", "给参数补上界限, 或改用别的条件"),
    },
    "never-true": {
        "en": ("this condition can never be true (it looks at {names})", "compare what it asks for with what is possible"),
        "zh": ("这个条件永远不成立 (涉及 {names})", "对照可能的答案改正"),
    },
    "always-true": {
        "en": ("this condition is always true (it looks at {names})", "delete it, or write what it should tell apart"),
        "zh": ("这个条件总是成立 (涉及 {names})", "删掉它, 或写出真正要区分的情况"),
    },
    "contradicts-section": {
        "en": (
            'step "{id}" can never be asked: its condition and that of its section exclude each other',
            "change one of the two conditions",
        ),
        "zh": ("步骤“{id}”永远不会出现: 它的条件与所在分节的条件矛盾", "改其中一个条件"),
    },
    "contradicts-step": {
        "en": (
            'this can never be asked: "{name}", which it needs, is asked only in other cases',
            "change one of the two conditions",
        ),
        "zh": ("这里永远不会出现: 它需要的“{name}”只在别的情况下出现", "改其中一个条件"),
    },
    "never-reached": {
        "en": ('step "{id}" can never be reached (its conditions look at {names})', "compare its conditions with each other"),
        "zh": ("步骤“{id}”永远到不了 (条件涉及 {names})", "检查这些条件是否互相矛盾"),
    },
    "option-leads-nowhere": {
        "en": (
            'nothing follows from option "{option}" of "{name}", while other options lead somewhere (used: {used})',
            "add what should follow, or leave it if nothing should",
        ),
        "zh": ("“{name}”的选项“{option}”之后没有内容, 其他选项有 (已用: {used})", "补上后续内容; 本来没有就不用改"),
    },
}
