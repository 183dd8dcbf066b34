"""Sentences for what the rules find in reports."""

SENTENCES: dict[str, dict[str, tuple[str, str]]] = {
    "unknown-fact": {
        "en": (
            'the rows of this part have no fact "{fact}"',
            "name what the product tells of them, or the id of a step or column that is asked in what `of` names",
        ),
        "zh": ("这一部分的数据里没有“{fact}”", "写系统自带的项, 或 of 里那些规程、登记簿所问的 id"),
    },
    "fact-does-not-fit": {
        "en": ('"{fact}" cannot be {use}', "possible: {possible}"),
        "zh": ("“{fact}”不能{use}", "可用: {possible}"),
    },
    "figure-of-what": {
        "en": ('a "{figure}" is worked out of a fact, and none is named', "add of: and the fact"),
        "zh": ("“{figure}”要从一项数据算出, 没有写是哪一项", "加上 of: 和那一项"),
    },
    "figure-of-nothing": {
        "en": ('a "{figure}" counts rows; it is not worked out of a fact', "take this key out"),
        "zh": ("“{figure}”数的是行数, 不从哪一项算出", "去掉这个键"),
    },
    "day-of-period": {
        "en": ('this means nothing in a report of each "{period}"', "take it out; a day has only `at`, a quarter begins with it"),
        "zh": ("“{period}”的报表用不上这一项", "去掉它; 日报只写 at, 季报从季度第一天算起"),
    },
    "part-shows-nothing": {
        "en": ('part "{part}" shows nothing', "give it figures, or columns"),
        "zh": ("部分“{part}”什么也没有显示", "写上 figures 或 columns"),
    },
    "part-counts-and-lists": {
        "en": ('part "{part}" both counts and lists', "make two parts of it, one with figures and one with columns"),
        "zh": ("部分“{part}”既计数又列表", "分成两个部分, 一个写 figures, 一个写 columns"),
    },
}
