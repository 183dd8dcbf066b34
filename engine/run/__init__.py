"""What happens. Pure: `decide` turns a command into events or a refusal, `state` folds them, `standing` says where a run is.

Clock, ids and actor are arguments. `view` is what pages and terminals show; `rehearsal`, `plainest` and `play` run procedures in
memory for scenarios and tests.
"""
