"""What alembic runs: always on the connection, and in the transaction, of server/schema.py."""

from alembic import context

from server.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
