"""Sentences for files that cannot be read, or that use what the safe subset of YAML refuses."""

SENTENCES: dict[str, dict[str, tuple[str, str]]] = {
    "not-utf8": {
        "en": ("the file is not UTF-8 text (found {encoding})", "save it again with the encoding UTF-8"),
        "zh": ("文件不是 UTF-8 编码 (发现 {encoding})", "请用 UTF-8 编码重新保存"),
    },
    "file-too-large": {
        "en": ("the file has {size} KiB; a procedure may have {limit} KiB", "split it into several procedures"),
        "zh": ("文件有 {size} KiB; 一个规程最多 {limit} KiB", "请拆成几个规程"),
    },
    "too-many-lines": {
        "en": ("the file has {found} lines; a procedure may have {limit}", "split it into several procedures"),
        "zh": ("文件有 {found} 行; 一个规程最多 {limit} 行", "请拆成几个规程"),
    },
    "line-too-long": {
        "en": ("this line has {found} characters; a line may have {limit}", "break it into several lines"),
        "zh": ("这一行有 {found} 个字; 一行最多 {limit} 个字", "请分成几行"),
    },
    "text-too-long": {
        "en": ("this text has {found} characters; a text may have {limit}", "shorten it, or move it to a reference card"),
        "zh": ("这段文字有 {found} 个字; 最多 {limit} 个字", "请缩短, 或放到速查卡里"),
    },
    "too-many-nodes": {
        "en": ("the file holds more than {limit} keys and values", "split it into several procedures"),
        "zh": ("文件中的键和值超过 {limit} 个", "请拆成几个规程"),
    },
    "too-deep": {
        "en": (
            "things are nested more than {limit} levels deep here",
            "look for a bracket or dash too many; no procedure needs so many levels",
        ),
        "zh": ("这里嵌套超过 {limit} 层", "检查是否多写了括号或短横; 规程不需要这么多层"),
    },
    "hidden-character": {
        "en": ("this text holds a character that cannot be seen: {character}", "delete the text around it and type it again"),
        "zh": ("文字中有看不见的字符: {character}", "删掉这一处, 重新输入"),
    },
    "tab-indent": {
        "en": ("the line is indented with a tab; expected spaces", "replace the tab by spaces, two for each level"),
        "zh": ("这一行用制表符 (Tab) 缩进; 应使用空格", "把制表符换成空格, 每层两个"),
    },
    "wide-space-indent": {
        "en": (
            "the line is indented with a full-width space; expected ordinary spaces",
            "replace it by ordinary spaces, two for each level",
        ),
        "zh": ("这一行用全角空格缩进; 应使用普通空格", "换成半角空格, 每层两个"),
    },
    "tab-inside": {
        "en": ("there is a tab here; expected a space", "replace the tab by a space"),
        "zh": ("这里有制表符 (Tab); 应使用空格", "换成一个空格"),
    },
    "directive": {
        "en": ("a line beginning with % is not used in procedures", "delete this line"),
        "zh": ("规程文件不用以 % 开头的行", "删掉这一行"),
    },
    "two-documents": {
        "en": (
            "a second document begins here; a file holds one procedure",
            "move what follows to a file of its own, or delete the --- line",
        ),
        "zh": ("这里开始了第二个文档; 一个文件只写一个规程", "把后面的内容放到另一个文件, 或删掉 --- 这一行"),
    },
    "alias": {
        "en": (
            'found "{found}": a value beginning with * would be a reference, which procedures do not use',
            "write the value out; to begin a text with *, put it in quotes",
        ),
        "zh": ("发现“{found}”: 以 * 开头表示引用, 规程文件不用引用", "把内容写完整; 文字以 * 开头时请加引号"),
    },
    "anchor": {
        "en": (
            'found "{found}": a value beginning with & would be an anchor, which procedures do not use',
            "delete it; to begin a text with &, put it in quotes",
        ),
        "zh": ("发现“{found}”: 以 & 开头表示锚点, 规程文件不用锚点", "删掉它; 文字以 & 开头时请加引号"),
    },
    "tag": {
        "en": (
            'found "{found}": a value beginning with ! would be a tag, which procedures do not use',
            "delete it; to begin a text with !, put it in quotes",
        ),
        "zh": ("发现“{found}”: 以 ! 开头表示标签, 规程文件不用标签", "删掉它; 文字以 ! 开头时请加引号"),
    },
    "merge-key": {
        "en": ("found <<, which would copy keys from elsewhere; procedures do not use it", "write the keys out here"),
        "zh": ("发现 <<, 表示从别处复制各键; 规程文件不用这种写法", "把各键直接写在这里"),
    },
    "full-width-mark": {
        "en": ('found the full-width "{found}"; expected {expected}', "set the keyboard to English and type it again"),
        "zh": ("发现全角“{found}”; 应为半角 {expected}", "切换到英文输入法重新输入"),
    },
    "missing-blank": {
        "en": ('there is no space after "{mark}"', 'put a space after "{mark}"'),
        "zh": ("“{mark}”后面缺少空格", "在“{mark}”后面加一个空格"),
    },
    "missing-colon": {
        "en": (
            'found "{found}" where a key was expected, such as "title: …"',
            'write "key: value"; a text over several lines must be indented further than its key',
        ),
        "zh": ("“{found}”这里应是一个键, 例如 title: …", "写成“键: 值”; 多行文字要比它的键多缩进"),
    },
    "comma-in-text": {
        "en": (
            'found "{found}" after a comma, without a value',
            'put the whole text in quotes if the comma belongs to it, else write "key: value"',
        ),
        "zh": ("逗号后面的“{found}”没有值", "逗号属于文字时给整段文字加引号, 否则写成“键: 值”"),
    },
    "cut-by-hash": {
        "en": (
            '"{found}" would be left out: what follows a space and # is a comment',
            'put the whole text in quotes if this belongs to it, else write "# " with a space',
        ),
        "zh": ("“{found}”会被略去: 空格加 # 后面是备注", "属于文字时给整段文字加引号; 真是备注的, 在 # 后面加一个空格"),
    },
    "comma-in-number": {
        "en": (
            'found a comma inside a number: "{found}"',
            "write a point before decimals (70.5) and nothing between thousands (1500)",
        ),
        "zh": ("数字中有逗号: “{found}”", "小数用点 (70.5), 千位之间什么都不写 (1500)"),
    },
    "wrong-dash": {
        "en": ('this line begins with "{found}"; an entry of a list begins with "- "', "type an ordinary dash and a space"),
        "zh": ("这一行以“{found}”开头; 列表的每一项应以半角 “- ” 开头", "改成半角短横加一个空格"),
    },
    "stray-colon": {
        "en": ('a second ": " in the same line', "put the text in quotes if the colon belongs to it, or begin a new line"),
        "zh": ("同一行里出现了第二个“: ”", "冒号属于文字时请给文字加引号, 否则另起一行"),
    },
    "stray-dash": {
        "en": (
            "a list cannot begin in the middle of a line",
            'put the dash on a new line, or write the list as [one, two]; a text beginning with "- " needs quotes',
        ),
        "zh": ("列表不能从行中间开始", "把短横放到新的一行, 或写成 [甲, 乙]; 文字以“- ”开头时请加引号"),
    },
    "stray-mark": {
        "en": ('found "{found}" where a value was expected', "delete it, or put the text in quotes if it belongs to a text"),
        "zh": ("这里应是一个值, 却发现“{found}”", "删掉它; 属于文字时请给文字加引号"),
    },
    "bad-indent": {
        "en": (
            "this line begins in column {column}, which lines up with nothing above it",
            "begin it in the same column as its neighbours, or two spaces further in than what it belongs to",
        ),
        "zh": ("这一行从第 {column} 列开始, 与上面各行都对不齐", "与同级的行对齐, 或比所属的行多缩进两格"),
    },
    "text-after-quote": {
        "en": (
            "found more after the value has ended; expected the end of the line",
            "check the quotes: put the whole text inside one pair of quotes",
        ),
        "zh": ("值已经结束, 后面却还有内容", "检查引号: 整段文字放在一对引号里"),
    },
    "unclosed-quote": {
        "en": ("the quotation mark {quote} that begins here is never closed", "add {quote} at the end of the text"),
        "zh": ("从这里开始的引号 {quote} 没有结束", "在文字末尾补上 {quote}"),
    },
    "unclosed-bracket": {
        "en": (
            "the bracket {opening} that begins here is not closed properly",
            "add {closing} where it should end, and commas between the entries",
        ),
        "zh": ("从这里开始的括号 {opening} 没有正确结束", "在末尾补上 {closing}, 各项之间用逗号"),
    },
    "missing-comma": {
        "en": (
            "found the next entry of the bracket {opening} without a comma before it",
            "put a comma and a space between the entries, or quotes around a text that holds a colon",
        ),
        "zh": ("括号 {opening} 中这一项前面缺少逗号", "各项之间写“, ”; 文字中有冒号时请加引号"),
    },
    "bad-escape": {
        "en": ('the backslash before "{found}" has a special meaning between double quotes', "use single quotes instead: '…'"),
        "zh": ("双引号里的反斜杠有特殊含义, 后面不能是“{found}”", "改用单引号: '…'"),
    },
    "reserved-character": {
        "en": ('a text cannot begin with "{found}"', "put the text in quotes"),
        "zh": ("文字不能以“{found}”开头", "给文字加引号"),
    },
    "block-text-header": {
        "en": ("after | or > the line must end", "begin the text on the next line, two spaces further in"),
        "zh": ("| 或 > 后面不能再写内容", "文字从下一行开始, 多缩进两格"),
    },
    "yaml-syntax": {
        "en": ("the file cannot be read from here on", "compare this line and the one above with a procedure that works"),
        "zh": ("从这里开始无法读懂", "把这一行和上一行与正常的规程对照"),
    },
    "empty-file": {
        "en": ("the file is empty; expected a procedure", "begin with the line: format: 1"),
        "zh": ("文件是空的; 应写一个规程", "从这一行写起: format: 1"),
    },
    "key-not-text": {
        "en": (
            'found "{found}" as a key; a key must be a word',
            "begin it with a letter, like room_1; put a word such as true in quotes",
        ),
        "zh": ("键“{found}”不是文字; 键必须是一个词", "以字母开头, 写成 room_1 这样; true 之类的词要作名称时加引号"),
    },
    "duplicate-key": {
        "en": ('the key "{key}" is written twice', "{out}"),
        "zh": ("键“{key}”写了两次", "{out}"),
    },
    "empty-value": {
        "en": ("nothing is written here; expected a value", "write a value, or delete the line"),
        "zh": ("这里没有写值", "写上值, 或删掉这一行"),
    },
    "number-too-long": {
        "en": (
            "a number with {found} digits; at most {limit} are possible",
            "check the number, or put it in quotes if it is not meant to be counted with",
        ),
        "zh": ("这个数字有 {found} 位; 最多 {limit} 位", "检查数字; 不用来计算时请加引号"),
    },
    "not-finite": {
        "en": ('found "{found}", which is not a figure', "write a number, or leave the line out where there is no bound"),
        "zh": ("“{found}”不是数值", "写一个数字; 没有界限时删掉这一行"),
    },
    "leading-zero": {
        "en": ('the number "{found}" would lose its leading zero', 'put it in quotes to keep it as written: "{found}"'),
        "zh": ("数字“{found}”开头的 0 会丢失", '加引号保持原样: "{found}"'),
    },
    "number-form": {
        "en": (
            'found "{found}"; expected plain digits, such as 1500 or 0.5',
            "write the number out, or put it in quotes if it is a text",
        ),
        "zh": ("发现“{found}”; 应写普通数字, 如 1500 或 0.5", "把数字写完整; 是文字时请加引号"),
    },
}
