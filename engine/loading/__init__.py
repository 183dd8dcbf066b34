"""How text becomes a procedure: bytes pass the `gate`, become a `source` with places, models and rules judge it.

The `library` holds what came through.

An author's mistake is a diagnostic with file, line and column; its words are in `sentences`.
"""
