"""Alembic's entry: our own connection, inside the transaction that `upgrade` opened."""

from alembic import context

from connector.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=False)
context.run_migrations()
