"""What procedures are drawn from: a site, its roles, texts that nobody would write."""

from engine.procedure.rules import Neighbour, Surroundings
from engine.procedure.site import Site

from .building import SITE, Written

ROLES = ("guard", "lead", "chief", "engineer", "clerk")
TEXTS = (
    "点",
    "检查 #1: “全部”",
    "ﬀ é 🏊 𠮷",
    "x" * 300,
    "多行\n第二行",
    "{zh: 不是}",
    "- 破折号",
    "=1+1",
    "<b>&amp;</b>",
    "%s {0}",
)
BOOKS: Written = {
    "visitors": SITE["books"]["visitors"],
    "keys": {
        "title": "钥匙",
        "retention": "1 month",
        "fields": [{"choose": "哪把", "id": "key", "options": {"a": "甲", "b": "乙"}}, {"check": "已还", "id": "is_back"}],
        "closing": [{"moment": "归还", "id": "back_at", "gives": "time"}],
    },
}
SEASONS: Written = {
    "winter": {"title": "冬", "start": "11-01", "end": "03-31"},
    "spring": {"title": "春", "start": "04-01", "end": "06-15"},
}
WHERE = Site.model_validate(SITE | {"books": BOOKS, "seasons": SEASONS})
AROUND = Surroundings(site=WHERE, clauses=frozenset({"POOL-101"}), procedures={"repair": Neighbour()}, own="drawn")
BANDS = ("in_limits", "out_of_limits", "critical")
