"""`outbox.jnl`: a second copy of sealed work that the server has not confirmed, outside of the database."""

from app.models.driver import Database


class Journal:
    def write(self, db: Database) -> None:
        """Add what is sealed and not in the file yet; begin anew when the server has confirmed all."""
