"""The first tables, as they stood: the statements are in the folder beside this file, one file a database."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None

_STATEMENTS = Path(__file__).parent / "m0001_first"


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for statement in (_STATEMENTS / f"{dialect}.sql").read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            op.get_bind().exec_driver_sql(statement)
