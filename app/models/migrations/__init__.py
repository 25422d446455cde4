"""The steps that bring any store to today's shape, oldest first; each is frozen once released."""

from app.models.driver import Migrations
from app.models.migrations import m0001_first_schema, m0002_checklists_offered_from, m0003_sync

migrations = Migrations("gemba")
migrations(name="m0001_first_schema")(m0001_first_schema.apply)
migrations(name="m0002_checklists_offered_from")(m0002_checklists_offered_from.apply)
migrations(name="m0003_sync")(m0003_sync.apply)

KNOWN = ("m0001_first_schema", "m0002_checklists_offered_from", "m0003_sync")
