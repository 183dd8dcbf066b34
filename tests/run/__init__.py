"""Tests of the pure run core: commands, decisions, events, state, standing, deadlines."""
