"""Tests of the engine as one object on a real ledger."""
