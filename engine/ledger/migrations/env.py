"""Alembic's way in: it runs on the connection that ``schema.upgrade`` hands over, inside that transaction."""

from alembic import context

from engine.ledger.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,  # the caller's transaction holds all of it, on both databases
)
context.run_migrations()
