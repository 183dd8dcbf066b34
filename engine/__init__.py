"""The engine behind the checklists: four nouns and one shell.

procedure  what is written: language models, plans, rules. Pure.
run        what happens: commands in, events or a refusal out; state, standing, view. Pure.
loading    how text becomes a procedure: the safe gate, places, diagnostics, the library.
ledger     where events live: appended durably, chained, projected.
review     what can be asked of the projections.

`service.Engine` is the only shell: load, fold, decide, append. `bootstrap.build` puts it together, `cli` is the command `sop`,
and the web (`webui`) is a client of `Engine`, never the other way round.
"""
