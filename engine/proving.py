"""What is proved of a procedure, in words: a sentence a verdict, Chinese and English; and which scenarios show what is tested.

Knows no files and no database: the command line and the pages print it.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from engine.procedure.plan import Plan
from engine.procedure.proofs import Claim, Proof, Verdict, proofs, with_tests
from engine.procedure.scenario import Act, Expect, Scenario
from engine.procedure.text import Text

VERDICTS: Mapping[Verdict, tuple[str, str]] = {
    "proved": ("已证明", "proved"),
    "tested": ("只试过", "only tested"),
    "failed": ("不成立", "fails"),
    "unknown": ("不知道", "not known"),
}
CLAIMS: Mapping[Claim, tuple[str, str]] = {
    "reachable": ("每一步都做得到", "every step can be reached"),
    "completable": ("总能做完", "a run can always be completed"),
    "deadlines_held": ("每个时限都有人管", "every deadline is held"),
    "deadlines_feasible": ("每个时限都来得及", "every deadline can be met"),
    "bands": ("界限一层套一层", "limits lie one inside the other"),
}
_NOT_ASKED = ("（没有查现在有没有人担任）", " (whether anybody holds the roles now was not asked)")
_SENTENCES: Mapping[str, tuple[str, str]] = {
    # reachable
    "always": ("{steps}：没有条件，总要做。", "{steps}: asked in every run."),
    "witness": ("{steps}：例如 {witness} 时要做。", "{steps}: asked for example when {witness}."),
    "impossible": (
        "{steps}：试遍 {tried} 种情形，没有一种要做这一步。改它的条件（看 {names}），或删掉这一步。",
        "{steps}: never asked in any of {tried} cases. Change its condition (on {names}), or remove the step.",
    ),
    "too_many": ("{steps}情形超过 {most} 种，没有试遍。", "{steps}more than {most} cases, not all tried."),
    "scenarios": ("{steps}没有证明，场景走到过：{scenarios}。", "{steps}not proved; scenarios get there: {scenarios}."),
    # completable
    "exhaustive": (
        "{combinations} 种情形试遍：前面的都做了，后面的做不做总能知道，没有互相等的。",
        "All {combinations} cases tried: once what comes before is done, it is known whether a step applies; none waits.",
    ),
    "in_order": (
        "情形超过 {most} 种，按结构证明：条件只看前面的步骤，照顺序做，没有互相等的。",
        "More than {most} cases, proved by structure: conditions only look back, so done in order no step waits for another.",
    ),
    "waits_for_later": ("{steps}：条件要看后面才有的，永远等不到。", "{steps}: waits for what only comes later."),
    "undecided": ("{steps}：前面都做了，还是不知道做不做。", "{steps}: undecided even when all before it is done."),
    "doers.proved": ("每一步都有人可以做。", "Somebody may do each step."),
    "receivers.proved": ("{steps}：交出去有人接。", "{steps}: there is somebody to receive."),
    "deviations.proved": (
        "{steps}：出了偏差都有了结的办法（复测、补做或接受）。",
        "{steps}: each deviation can be settled (measured again, done after all, or accepted).",
    ),
    "nobody_does": ("{steps}：没有人担任 {roles}，这一步没人能做。", "{steps}: nobody holds {roles}, so nobody can do it."),
    "nobody_receives": ("{steps}：没有人担任 {roles}，交出去没人接。", "{steps}: nobody holds {roles} to receive it."),
    "no_way_out": (
        "{steps}：出了偏差没有人能了结（要 {roles} 或有接受偏差权限的人）。",
        "{steps}: nobody could settle a deviation (it takes {roles}, or somebody who may accept deviations).",
    ),
    "reports_stay": (
        "有人报告问题就关不了：没有人有接受偏差的权限。",
        "What is reported could never be settled: nobody may accept deviations.",
    ),
    "closes": (
        "总有一种填法可以销项；填得不合的可以更正。",
        "Some answers always allow closing; others can be corrected to them.",
    ),
    "never_closes": (
        "怎样填都不能销项{witness}。改 close 的条件。",
        "No answers allow closing{witness}. Change the condition of close.",
    ),
    "closes_oddly": (
        "只有把签名标成没做、或读数超限时才能销项{witness}。",
        "It closes only with a signature marked as not done, or a reading out of limits{witness}.",
    ),
    "nobody_signs": ("没有人担任 {roles}，没人能签字销项。", "Nobody holds {roles} to sign the closing."),
    # deadlines
    "held.proved": ("{steps}：到期前后都有人管，有人知道。", "{steps}: somebody holds it and is told, at every moment."),
    "nobody_holds": ("{steps}：没有人担任 {roles}，时限没人管。", "{steps}: nobody holds {roles}, so nobody holds the deadline."),
    "nobody_told": (
        "{steps}：过期 {after} 要告诉 {roles}，但没有人担任。",
        "{steps}: {after} after the deadline {roles} are told, but nobody is.",
    ),
    "nobody_grants": (
        "{steps}：只有 {roles} 能批延期，但没有人担任。",
        "{steps}: only {roles} may grant more time, and nobody is.",
    ),
    "nothing_between": ("{steps}：中间没有要等的。", "{steps}: nothing in between takes time of its own."),
    "fits": ("{steps}：至少要 {least}，给了 {span}。", "{steps}: takes {least} at least, {span} are given."),
    "takes_longer": (
        "{steps}：照顺序做至少要 {least}（{waits}），只给了 {span}。放宽时限，或缩短等待。",
        "{steps}: done in order it takes {least} at least ({waits}), but only {span} are given. Allow more time, or wait less.",
    ),
    "over_at_start": ("{steps}：{at} 才开始，时限 {name} 已经过了。", "{steps}: begun at {at}, the deadline {name} has passed."),
    "start_not_known": (
        "{steps}：没有排定几点开始，算不出来。",
        "{steps}: when it begins is not scheduled, so this cannot be told.",
    ),
    "if_given_early": (
        "{steps}：{name} 至少在 {needed} 以后，就来得及。", "{steps}: can be met where {name} lies at least {needed} ahead.",
    ),
    "anchor_later": ("{steps}：时限从后面的 {name} 算起。", "{steps}: counts from {name}, which comes later."),
    # bands
    "checker": ("{parameters}：检查程序逐条核对过。", "{parameters}: the checker compares each."),
}  # fmt: skip
_STICKS_OUT = (
    "{steps}：参数 {parameter} 的 {limit} 越过了 {bound}。",
    "{steps}: {limit} of the parameter {parameter} is beyond {bound}.",
)
_MOST_NAMED = 5
_WHOLE = ("整个规程", "The whole run")


def scenarios_by_step(plan: Plan, passing: Iterable[Scenario], language: str = "zh") -> dict[str, tuple[str, ...]]:
    """The titles of the scenarios that act on each step without being refused; under "" those that end the run. All must pass."""
    found: dict[str, dict[str, None]] = {}
    for scenario in passing:
        for step in _acted_on(scenario):
            if step in plan.by_id or step == "":
                found.setdefault(step, {})[scenario.title.into(language)] = None
    return {step: tuple(titles) for step, titles in found.items()}


def proved(plan: Plan, held: frozenset[str] | None, passing: Iterable[Scenario], language: str = "zh") -> tuple[Proof, ...]:
    """The proofs of a procedure, those that scenarios only show marked as tested."""
    return with_tests(proofs(plan, held), scenarios_by_step(plan, passing, language))


def _acted_on(scenario: Scenario) -> Iterator[str]:
    if scenario.expect.refused is None:
        yield from scenario.answers
    yield from _shown(scenario.expect)
    for act in scenario.then:
        yield from _shown(act.expect)
        if act.expect.refused is None:
            yield from _steps_of(act)


def _shown(expect: Expect) -> Iterator[str]:
    yield from expect.asked
    yield from ("",) if expect.state in ("completed", "closed") else ()


def _steps_of(act: Act) -> Iterator[str]:
    value = getattr(act, act.name)
    if isinstance(value, dict):
        yield from value
    elif act.name in ("begin", "end", "hand", "receive", "sign", "start"):
        yield value


# -- sentences ------------------------------------------------------------------------------------------------------------


def verdict_word(verdict: Verdict, language: str) -> str:
    """The verdict in a word."""
    return _in(VERDICTS[verdict], language)


def claim_title(claim: Claim, language: str) -> str:
    """The claim in a few words."""
    return _in(CLAIMS[claim], language)


def sentence(plan: Plan, proof: Proof, language: str = "zh") -> str:
    """What a verdict rests on, or why it fails, in a sentence that names steps and roles by their titles."""
    pair = _SENTENCES.get(_key(proof), _STICKS_OUT)
    facts = {key: _spoken(plan, key, value, language) for key, value in proof.facts.items()}
    facts |= {"steps": _steps(plan, proof, language)} | _when(proof, facts.get("witness", ""), language)
    told = _in(pair, language).format_map(_Blank(facts))
    told += _in(_NOT_ASKED, language) if proof.facts["why"] == "not_asked" else ""
    return told + _more(plan, proof, language)


def _key(proof: Proof) -> str:
    why = str(proof.facts["why"])
    if why in ("held", "not_asked", "way_out"):
        return f"{proof.facts['part']}.proved" if proof.claim == "completable" else "held.proved"
    return why


def _more(plan: Plan, proof: Proof, language: str) -> str:
    """What else the facts hold that a supervisor should know."""
    found = ""
    if again := proof.facts.get("again"):
        pair = ("若要复测，要再等 {0}，先批延期。", " Measuring again takes {0}: then more time must be granted.")
        found += _in(pair, language).format(_spoken(plan, "again", again, language))
    if ends := proof.facts.get("last_shift_end"):
        found += _in(("当天最后一班 {0} 下班。", " The last shift of the day ends at {0}."), language).format(ends)
    if corrected := proof.facts.get("corrected"):
        pair = ("{1} 种情形里有 {0} 种要先更正。", " Of {1} cases {0} need an answer corrected first.")
        found += _in(pair, language).format(corrected, proof.facts["combinations"])
    return found


def _when(proof: Proof, witness: str, language: str) -> dict[str, str]:
    """What was fixed at the start, in brackets, where closing fails only then."""
    if proof.facts.get("part") != "closing" or not witness:
        return {}
    return {"witness": _in(("（{0} 时）", " (when {0})"), language).format(witness)}


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _in(pair: tuple[str, str], language: str) -> str:
    return pair[1] if language == "en" else pair[0]


def _steps(plan: Plan, proof: Proof, language: str) -> str:
    """The steps by title; a part of a sentence that may be about none begins with them and a colon."""
    if proof.facts["why"] in ("too_many", "scenarios"):
        return f"{_titles(plan, proof.steps, language)}{_in(('：', ': '), language)}" if proof.steps else ""
    if len(proof.steps) > _MOST_NAMED and proof.verdict == "proved":
        few, more = _titles(plan, proof.steps[:_MOST_NAMED], language), len(proof.steps) - _MOST_NAMED
        return few + _in((f"等 {len(proof.steps)} 步", f" and {more} more"), language)
    return _titles(plan, proof.steps, language) if proof.steps else _in(_WHOLE, language)


def _titles(plan: Plan, names: Iterable[str], language: str) -> str:
    return _in(("、", ", "), language).join(_title(plan, name, language) for name in names)


def _title(plan: Plan, name: str, language: str) -> str:
    known: dict[str, Text] = {key: role.title for key, role in plan.site.roles.items()}
    known |= {key: one.title for key, one in plan.procedure.parameters.items()}
    step = plan.fields.get(name)
    title = step.title if step is not None else known.get(name)
    return f"“{title.into(language)}”" if title is not None else name


def _spoken(plan: Plan, key: str, value: object, language: str) -> str:
    match value:
        case timedelta():
            return length(value, language)
        case Mapping() if key == "witness":
            pairs = (
                f"{_title(plan, str(name), language)} = {_value(plan, str(name), str(what), language)}"
                for name, what in value.items()
            )
            return _in(("，", ", "), language).join(pairs)
        case tuple():
            return _titles(plan, map(str, value), language)
        case str() if key in ("name", "parameter"):
            return _title(plan, value, language)
        case _:
            return str(value)


def _known(plan: Plan, name: str, value: str, language: str) -> str:
    return f"{_title(plan, name, language)} = {_value(plan, name, value, language)}"


_STANDINGS = {
    "open": ("还没填", "open"), "done": ("做了", "done"), "not_done": ("没做", "not done"), "other": ("其他", "another"),
    "not_applicable": ("不适用", "not applicable"), "answered": ("填了", "answered"), "unanswered": ("没有", "none"),
}  # fmt: skip


def _value(plan: Plan, name: str, value: str, language: str) -> str:
    """An option by its title, a standing by its word, a figure with its unit."""
    if value in _STANDINGS:
        return _in(_STANDINGS[value], language)
    step = plan.fields.get(name)
    options: Mapping[str, Text] = getattr(step, "options", {})
    if options:
        return "+".join(options[one].into(language) if one in options else one for one in value.split("+"))
    parameter = plan.parameter(step) if step is not None else None
    return f"{value} {parameter.unit.into(language)}".strip() if parameter else value


def length(span: timedelta, language: str) -> str:
    """A length of time in the largest units that say it exactly."""
    seconds = int(span.total_seconds())
    parts = []
    for size, zh, en in ((86400, "天", "d"), (3600, "小时", "h"), (60, "分钟", "min"), (1, "秒", "s")):
        count, seconds = divmod(seconds, size)
        parts += [f"{count} {en if language == 'en' else zh}"] if count else []
    return " ".join(parts) or _in(("0 分钟", "0 min"), language)
