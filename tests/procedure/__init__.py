"""Tests of the pure language: models, conditions and the rules on what is written."""
