"""The one home of the SQLite driver: SQLCipher's, and sqlite-utils on top of it. Import both from here."""

import sys

import sqlcipher3
from sqlcipher3 import dbapi2 as dbapi

# sqlite-utils prefers pysqlite3 to the standard library; under that name it gets SQLCipher's driver, and so catches
# SQLCipher's exceptions. It must stand before the first import of sqlite_utils.
sys.modules["pysqlite3"] = sqlcipher3
sys.modules["pysqlite3.dbapi2"] = dbapi

from sqlite_utils import Database, Migrations  # noqa: E402

__all__ = ["Database", "Migrations", "dbapi"]
