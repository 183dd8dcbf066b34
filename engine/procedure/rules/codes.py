"""Every code the rules can give; a test holds this list, the table in the package and the rules together."""

_CODES = """
    always-true book-field-clash by-outside-section cannot-deviate case-nobody-signs case-without-close
    case-without-number close-without-case contradicts-section contradicts-step count-crossed counting-needs-days
    closes-nothing rrule-never rrule-too-often
    critical-outside-plausible day-of-period deadline-before-start deadline-too-short deadline-without-holder due-anchor
    due-never-used duplicate-id empty-shift fact-does-not-fit field-not-in-book figure-of-nothing figure-of-what
    finish-before-start finish-twice gate-twice gives-no-list holiday-and-working later-reference limits-outside-critical
    limits-outside-plausible looser-than-statutory missed-before-finish names-itself never-reached never-true no-such-band
    no-unit not-in-field nothing-to-read one-of-many-rows open-question option-leads-nowhere overdue-tells-nobody
    overdue-without-due override-expired override-twice part-counts-and-lists part-shows-nothing personal-decides
    personal-without-retention photo-of-photo remeasure-needs-measure
    remeasure-without-limits reserved-id role-and-department role-cycle role-nobody-holds rounds-every rows-never-closed
    scenario-kind season-gap season-overlap test-does-not-fit too-few-decimals unknown-book unknown-card unknown-clause
    unknown-fact unknown-field unknown-input unknown-item unknown-name unknown-option unknown-parameter unknown-place
    unknown-procedure unknown-receiver unknown-role unknown-season unknown-shift unknown-step unused-parameter wait-unit
    wait-without-length when-inside-due word-needs-is
"""
CODES = frozenset(_CODES.split())
