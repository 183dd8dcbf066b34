"""Where events live: append-only, hash-chained, durable, on SQLite or PostgreSQL.

``log`` appends and reads and states the promises; ``store`` opens a database; ``chain`` makes the canonical form and checks it;
``audit`` checks a whole database without SQLAlchemy. It knows bytes and rows, never what an event means.
"""
