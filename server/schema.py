"""Making the tables of an empty database."""

from server.database import Database
from server.tables import METADATA


def create_schema(database: Database) -> None:
    """All tables of today at once; what is there already stays."""
    with database.engine.begin() as connection:
        METADATA.create_all(connection)
