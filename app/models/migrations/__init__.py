"""The steps that bring any store to today's shape, oldest first; each is frozen once released."""

from app.models.driver import Migrations
from app.models.migrations import m0001_first_schema

migrations = Migrations("gemba")
migrations(name="m0001_first_schema")(m0001_first_schema.apply)

KNOWN = ("m0001_first_schema",)
