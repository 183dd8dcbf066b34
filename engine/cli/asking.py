"""Asking in the terminal: one prompt for each kind of step, refusals in words, and what can be typed at any prompt."""

import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import click

from engine.cli.runner import Runner
from engine.cli.telling import told_limits
from engine.procedure.field import Check, Choose, Photo, Step
from engine.procedure.plan import Plan
from engine.procedure.step import Form, HandTo, Read, Register, Rounds, Sign, Start, Wait
from engine.run import commands
from engine.run.answer import Typed, shown
from engine.run.lists import items_of
from engine.run.refusal import Refusal
from engine.run.view import DeviationView, StepView, view_run
from engine.wording import Names, phrase, told

HELP = {
    "zh": "直接输入答案；- 没做（写原因）；/ 不适用（写原因）；. 先跳过；! 报告异常；q 退出（已记录的都在）",
    "en": "type the answer; - not done; / not applicable; . later; ! report something wrong; q leave (nothing recorded is lost)",
}
_MARKS = {"-": "not_done", "/": "not_applicable"}


class Leave(Exception):
    """The person leaves the terminal; everything recorded stays."""


class Terminal:
    """Prompts and prints, in one language."""

    def __init__(self, lang: str, check_pin: Callable[[str], bool] | None = None) -> None:
        self.lang, self._check_pin = lang, check_pin
        self._prompts = 0

    def say(self, zh: str, en: str) -> None:
        """Print in the terminal's language."""
        click.echo(zh if self.lang == "zh" else en)

    def ask(self, text: str) -> str:
        """One line; `?` explains, `q` leaves."""
        while True:
            self._prompts += 1
            typed: str = click.prompt(text, default="", show_default=False, prompt_suffix=" › ")
            if typed == "?":
                click.echo(HELP[self.lang])
            elif typed == "q":
                raise Leave
            else:
                return typed

    def pin(self) -> bool:
        """Ask the PIN, unseen where somebody types; whether it is right. Always right in a rehearsal."""
        is_typed = sys.stdin.isatty()
        return self._check_pin is None or self._check_pin(click.prompt("PIN", hide_input=is_typed, prompt_suffix=" › "))

    @contextmanager
    def may_leave(self) -> Iterator[None]:
        """Let the person leave at any prompt; everything recorded stays."""
        try:
            yield
        except (Leave, click.Abort):
            self.say("已离开，记录都在。", "Left; everything recorded is kept.")

    def refused(self, refusal: Refusal) -> None:
        """A refusal in words."""
        click.secho(f"  ✗ {told(refusal, self.lang)}", fg="yellow")

    def fields(self, fields: Iterable[Step], plan: Plan | None = None) -> dict[str, Typed]:
        """Ask every field of a form, a row or a start."""
        return {field.id: self.value(field, plan) for field in fields}

    def value(self, step: Step, plan: Plan | None = None) -> Typed:
        """Ask for one value."""
        match step:
            case Choose():
                return self._options(step)
            case Check():
                return (
                    "done" if self.ask(f"  {step.title.into(self.lang)} (y/n)").lower() in ("y", "yes", "是", "1") else "not_done"
                )
            case _:
                parameter = plan.parameter(step) if plan else None
                limits = f" [{told_limits(parameter, self.lang)}]" if parameter else ""
                star = "" if step.required else " ()"
                return self.ask(f"  {step.title.into(self.lang)}{limits}{star}")

    def _options(self, step: Choose) -> Typed:
        options = list(step.options)
        for number, option in enumerate(options, 1):
            click.echo(f"    {number}. {step.options[option].into(self.lang)}")
        typed = self.ask(f"  {step.title.into(self.lang)}")
        chosen = [part for part in typed.replace("，", ",").split(",") if part.strip()]
        return tuple(options[int(c) - 1] if c.strip().isdigit() and 0 < int(c) <= len(options) else c.strip() for c in chosen)

    def go_through(self, runner: Runner, put_forward: Callable[[timedelta], None] | None = None) -> None:
        """Go through a run until it is over, everything left waits, or the person leaves."""
        skipped: set[str] = set()
        with self.may_leave():
            while not runner.run.state.is_over:
                view = view_run(runner.run, runner.actor, runner.now())
                deviation = next((d for s in view.steps for d in s.deviations if d.acts & {"act_on", "remeasure"}), None)
                step = next((s for s in view.steps if not s.is_settled and s.acts and s.placed.id not in skipped), None)
                if deviation is not None and deviation.deviation.id not in skipped and deviation.deviation.event.blocks:
                    self._deviation(runner, deviation, skipped, put_forward)
                elif step is not None:
                    self._step(runner, step, skipped, put_forward)
                elif not self._goes_on(runner, view.steps, skipped) and not self._complete(runner):
                    return

    def _goes_on(self, runner: Runner, steps: Iterable[StepView], skipped: Collection[str]) -> bool:
        """Say which steps are left for another person; whether one goes on, as in a rehearsal."""
        waiting = (view for view in steps if view.kept_away and not view.is_settled and view.status != "undecided")
        left = [view for view in waiting if view.placed.id not in skipped]
        for view in left:
            facts = {"person": runner.actor.name, "names": (view.kept_away,)}
            click.echo(f"\n● {view.placed.step.title.into(self.lang)}")
            names = Names("en" if self.lang == "en" else "zh", runner.run.plan.site, runner.run.plan)
            click.secho(f"  {phrase('another_does_it', facts, names)}", fg="yellow")
        if not left or not runner.change_to(left[0]):
            return False
        self.say(f"  排练：接下来由 {runner.actor.name} 来做", f"  rehearsing: {runner.actor.name} goes on")
        return True

    def _complete(self, runner: Runner) -> bool:
        refusal = runner.give(commands.Complete())
        if refusal is not None:
            self.refused(refusal)
            return False
        self.say("完成 ✓", "Completed ✓")
        return True

    def _step(self, runner: Runner, view: StepView, skipped: set[str], put_forward: Callable[[timedelta], None] | None) -> None:
        step = view.placed.step
        click.secho(f"\n● {step.title.into(self.lang)}", bold=True)
        if step.detail:
            click.echo(f"  {step.detail.into(self.lang)}")
        for rule in step.rules:
            click.echo(f"  ※ {rule.rule.into(self.lang)}")
        if isinstance(step, Wait) and "end" in view.acts and view.ready_at and runner.now() < view.ready_at:
            self._wait(runner, view, view.ready_at, skipped, put_forward)
            return
        is_timed = isinstance(step, Wait | Rounds) and view.state.outcome is None
        if step.evidence and not view.state.photos and not is_timed:
            self.say("  照片请在页面上拍", "  take the photo on the page")
            skipped.add(step.id)
            return
        before, version = self._prompts, runner.run.state.version
        for act in self._acts(runner, view, skipped):
            refusal = runner.give(act)
            if refusal is not None:
                self.refused(refusal)
                break
        if runner.run.state.version == version and (self._prompts == before or isinstance(step, HandTo | Sign | Start)):
            skipped.add(step.id)  # nothing was asked and nothing happened: it would go round for ever
            return
        answer = runner.run.state.step(step.id).current
        if answer is not None and answer.band is not None:
            click.echo(f"  {shown(answer)}: {answer.band}")

    def _wait(
        self,
        runner: Runner,
        view: StepView,
        ready: datetime,
        skipped: set[str],
        put_forward: Callable[[timedelta], None] | None,
    ) -> None:
        left = ready - runner.now()
        minutes = f"{left.total_seconds() / 60:.0f} min"
        if put_forward is not None:
            self.say(f"  还要 {minutes}；排练中，时间直接往前拨", f"  {minutes} to go; rehearsing, so the clock is put forward")
            put_forward(left)
            return
        typed = self.ask(f"  {minutes} … (. / -)")
        if typed == "-":
            refusal = runner.give(commands.End(view.placed.id, self.ask("  reason" if self.lang == "en" else "  原因")))
            if refusal is not None:
                self.refused(refusal)
        else:
            skipped.add(view.placed.id)

    def _acts(self, runner: Runner, view: StepView, skipped: set[str]) -> Iterator[commands.Act]:
        step, name = view.placed.step, view.placed.id
        match step:
            case Check() if items := items_of(view.placed, runner.run.state, runner.run.plan.fields):
                for item, title in items.items():
                    if view.state.items.get(item) is None:
                        typed = self.ask(f"  {title.into(self.lang)} (↵ ✓)")
                        outcome = (
                            commands.TickItem(name, item, "not_done", typed.lstrip("- "))
                            if typed
                            else commands.TickItem(name, item)
                        )
                        yield outcome
            case Wait() | Rounds():
                yield commands.Begin(name) if "begin" in view.acts else self._end_or_round(step, name, runner.run.plan)
            case Form():
                yield commands.AnswerStep(name, fields=self.fields(step.fields_, runner.run.plan))
            case Register():
                yield commands.AddRow(name, self.fields(step.fields_, runner.run.plan))
            case HandTo():
                yield commands.Receive(name) if "receive" in view.acts else commands.Hand(name, self.ask("  …"))
                skipped.add(name)
            case Sign() if step.drawn:
                self.say("  手写签名请在页面上签", "  draw the signature on the page")
                skipped.add(name)
            case Sign():
                yield commands.Sign(name, verified=self.pin())
            case Start():
                self.say("  请在页面上启动关联规程", "  start the linked procedure on the page")
                skipped.add(name)
            case _:
                yield from self._one(runner, step, name, skipped)

    def _end_or_round(self, step: Step, name: str, plan: Plan) -> commands.Act:
        if isinstance(step, Rounds):
            typed = self.ask("  ↵ round / x stop" if self.lang == "en" else "  ↵ 记一轮 / x 结束")
            return commands.End(name) if typed == "x" else commands.RecordRound(name, self.fields(step.steps, plan))
        return commands.End(name)

    def _one(self, runner: Runner, step: Step, name: str, skipped: set[str]) -> Iterator[commands.Act]:
        if isinstance(step, Photo) or step.evidence:
            self.say("  照片请在页面上拍", "  take the photo on the page")
            skipped.add(name)
            return
        if isinstance(step, Check | Read):
            typed: Typed = self.ask("  ↵ ✓") or "done"
        else:
            typed = self.value(step, runner.run.plan)
        word = typed if isinstance(typed, str) else (typed[0] if typed else "")
        if word in _MARKS:
            reason = self.ask("  reason" if self.lang == "en" else "  原因")
            yield commands.MarkStep(name, "not_done" if word == "-" else "not_applicable", reason)
        elif word == "!":
            yield commands.ReportDeviation(self.ask("  what is wrong" if self.lang == "en" else "  什么异常"))
        elif word == ".":
            skipped.add(name)
        else:
            yield commands.AnswerStep(name, typed)

    def _deviation(
        self, runner: Runner, view: DeviationView, skipped: set[str], put_forward: Callable[[timedelta], None] | None
    ) -> None:
        deviation = view.deviation
        title = runner.run.plan.fields[deviation.step].title.into(self.lang) if deviation.step else ""
        click.secho(f"\n▲ {title}: {deviation.cause} {deviation.event.text}", fg="red", bold=True)
        if deviation.event.action and deviation.acted is None:
            click.echo(f"  → {deviation.event.action}")
            typed = self.ask("  what did you do" if self.lang == "en" else "  已采取的措施")
            act: commands.Act = commands.ActOn(deviation.id, typed)
        elif "remeasure" in view.acts:
            act = commands.Remeasure(deviation.id, self.value(runner.run.plan.fields[deviation.step], runner.run.plan))
        else:
            if put_forward is not None and view.ready_at is not None and runner.now() < view.ready_at:
                put_forward(view.ready_at - runner.now())
                return
            skipped.add(deviation.id)
            return
        refusal = runner.give(act)
        if refusal is not None:
            self.refused(refusal)
