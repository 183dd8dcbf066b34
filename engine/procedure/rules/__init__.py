"""The semantic checks of what is written: a procedure, the site, overrides, scenarios and reports, each mistake as a `Problem`.

They know paths and facts only: no file, line or sentence. Paths are YAML paths as written; a single `due` has no index.

Where a name was probably misspelt, `near` holds the close matches, best first (maybe none), and `meant` the best, if any.
`facts` in brackets are there only sometimes. `^` after the level: the problem is at the key. `other` is the second party's path.

=========================  =========  ==================================================  =======================================
code                       level      facts                                               path; other
=========================  =========  ==================================================  =======================================
duplicate-id               error      id                                                  the second id; other: the first
reserved-id                error      id, reserved                                        the id
book-field-clash           error      id, book                                            a register's book; other: the id here
unknown-parameter          error      parameter, near[, meant][, book]                    the reference (a book's: the book key)
unknown-card               error      card, near[, meant]                                 the reference
unknown-book               error      book, near[, meant]                                 the reference
field-not-in-book          warning    field, book, near[, meant]                          the field's id
unknown-procedure          error      procedure, near[, meant]                            the reference
unknown-place              error      place, near[, meant]                                the reference
unknown-role               error      role, near[, meant]                                 the reference
unknown-receiver           error      receiver, near[, meant]                             entry of hand_to's `to`
unknown-shift              error      shift, near[, meant]                                the reference
unknown-season             error      season, near[, meant]                               the reference
unknown-clause             error      clause, near[, meant]                               the reference
unknown-name               error ^    name, near[, meant]                                 key in a condition, or value in a due
later-reference            error ^    name                                                the same; other: what comes later
names-itself               error ^    name                                                the same
one-of-many-rows           error ^    name, step                                          the same (a field of a book or rounds)
unknown-option             error      name, option, possible, near[, meant]               the test, or its entry in a list
word-needs-is              error      name, word                                          the test (`{x: in_limits}`)
test-does-not-fit          error      name, kind, test, fits                              the test
no-such-band               error      name, parameter, standing                           the test; other: the parameter
never-true                 error      names                                               the test or condition
always-true                warning    names                                               the test or condition
contradicts-section        error      id                                                  the step's `when`; other: the section's
contradicts-step           error      id, name                                            a `when`; other: that of the step named
never-reached              error      id, names                                           the `when`
option-leads-nowhere       note       name, option, used                                  the option
due-anchor                 error      name, kind, expected (moment, date)                 the name in the due
due-never-used             error      number (of the due in the list)                     the due; other: the one without `when`
counting-needs-days        error      span                                                `counting`
when-inside-due            error ^    -                                                   `when` of a part of first_of, last_of
overdue-without-due        error ^    -                                                   `overdue`
overdue-tells-nobody       error      -                                                   `overdue`
deadline-without-holder    error      roles                                               the due
deadline-too-short         error, or  span, least, waits                                  the due or schedule's finish; other: the
                           warning                                                        longest wait
deadline-before-start      error      by, at                                              due's `by`; other: the schedule's `at`
finish-before-start        error      at, finish                                          schedule's `finish_by`
missed-before-finish       error      missed, finish                                      schedule's `missed_after`
finish-twice               error      within, finish                                      schedule's `within`; other: `finish_by`
limits-outside-critical    error      parameter, side, limit, bound                       the bound; other: critical's
limits-outside-plausible   error      parameter, side, limit, bound                       the bound; other: plausible's
critical-outside-plausible error      parameter, side, limit, bound                       the bound; other: plausible's
too-few-decimals           error      parameter, decimals, figure                         the figure; other: `decimals`
looser-than-statutory      warning    parameter, limits, statutory, by, confirmed         `limits`, or `statutory` where there are
                                                                                          none; other: `statutory`
unused-parameter           warning ^  parameter                                           the parameter
wait-without-length        error      parameter                                           wait's `parameter`; other: the parameter
wait-unit                  error      parameter, unit, allowed                            the same
no-unit                    warning ^  parameter                                           the parameter
count-crossed              error      low, high                                           count's `at_least`
by-outside-section         note       by, section_by                                      step's `by`; other: the section's
role-nobody-holds          warning    role                                                the reference
gate-twice                 warning    place, procedure                                    opens' `place`
closes-nothing             warning    place                                               closes' `place`
rrule-never                error      rrule                                               schedule's `rrule`
rrule-too-often            error      rrule                                               the same
not-in-field               error ^    key, where (field, input)                           the key
open-question              note       question, ask, source (maybe empty)                 the question
close-without-case         error ^    -                                                   `close`
case-without-close         error      -                                                   `kind`
case-without-number        warning    -                                                   `kind`
case-nobody-signs          warning    -                                                   `close`
rounds-every               error      every, least, most                                  rounds' `every`
remeasure-needs-measure    error ^    kind                                                `remeasure`
remeasure-without-limits   error ^    parameter                                           `remeasure`; other: the parameter
cannot-deviate             error ^    kind                                                `on_deviation`
photo-of-photo             error      -                                                   `evidence`
nothing-to-read            error      -                                                   the step
gives-no-list              error      name, kind                                          entry of `items_of`; other: the step
rows-never-closed          error      book                                                entry of `open_rows`
role-cycle                 error      role                                                site: entry of `includes`
role-and-department        error ^    name                                                site: the department; other: the role
season-overlap             error ^    season, other_season                                site: the second season; other: first
season-gap                 warning    day (MM-DD, first without a season)                 site: `seasons`
empty-shift                error      at                                                  site: the shift's `end`
holiday-and-working        error      day                                                 site: entry of `working`
override-expired           warning    date, today                                         override: `expires` or `review`
unknown-fact               error, or  fact, near[, meant]                                 report: the reference
                           error ^
fact-does-not-fit          error, or  fact, use (grouped, tested, added), possible        report: the reference
                           error ^
figure-of-what             error      figure                                              report: the figure's kind
figure-of-nothing          error ^    figure                                              report: the figure's `of`
day-of-period              error      period                                              report: `on` or `at`
part-shows-nothing         error      part                                                report: the part
part-counts-and-lists      error ^    part                                                report: `columns`; other: `figures`
personal-without-retention error ^    id                                                  the field's `personal`
personal-decides           error, or  name                                                key in a condition, or value in a due
                           error ^
override-twice             error ^    parameter, procedure, files                         override: the parameter
unknown-step               error, or  step, near[, meant]                                 entry of `by_other_than`
                           error ^                                                        scenario: the name
unknown-input              error ^    input, near[, meant]                                scenario: the name
unknown-field              error ^    field, step, near[, meant]                          scenario: the name
unknown-item               error ^    item, step, near[, meant]                           scenario: the name
scenario-kind              error ^    step, kind, act, kinds                              scenario: the step's name
=========================  =========  ==================================================  =======================================
"""

from collections.abc import Callable, Iterator

from engine.procedure.problem import Problem
from engine.procedure.procedure import Procedure
from engine.procedure.rules import (
    clauses,
    completeness,
    deadlines,
    figures,
    fitting,
    names,
    options,
    people,
    personal,
    reach,
    schedules,
    truth,
)
from engine.procedure.rules.codes import CODES
from engine.procedure.rules.draft import Draft
from engine.procedure.rules.overrides import check_overlay
from engine.procedure.rules.reports import Around, check_report
from engine.procedure.rules.scenarios import check_scenarios
from engine.procedure.rules.site import check_site
from engine.procedure.rules.surroundings import Neighbour, Surroundings, guessed

__all__ = [
    "CODES", "RULES", "Around", "Neighbour", "Surroundings", "check", "check_overlay", "check_report", "check_scenarios",
    "check_site",
]  # fmt: skip

RULES: tuple[Callable[[Draft], Iterator[Problem]], ...] = (
    *names.RULES,
    *fitting.RULES,
    *truth.RULES,
    *reach.RULES,
    *options.RULES,
    *deadlines.RULES,
    *schedules.RULES,
    *figures.RULES,
    *people.RULES,
    *personal.RULES,
    *clauses.RULES,
    *completeness.RULES,
)


def check(procedure: Procedure, surroundings: Surroundings) -> list[Problem]:
    """Every mistake in a procedure, in no particular order. Never raises for what an author wrote."""
    draft = Draft(procedure, surroundings)
    return guessed(problem for rule in RULES for problem in rule(draft))
