"""Measurements: each figure of the quality targets beside its bare limit, in one run. `python -m bench` runs them all."""
