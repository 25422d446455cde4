"""What one process of the server works with."""

from app.models.ids import Clock
from server.blobs import Blobs
from server.database import Database
from server.limits import Limit
from server.metrics import Metrics
from server.objects import objects_at, store_at
from server.segments import Segments
from server.settings import Settings
from server.spool import Spool


class Service:
    """Handed to every handler that has a parameter `service`. `secret`: what challenges are sealed with.

    No dataclass: the framework would take one apart to check it.
    """

    def __init__(self, settings: Settings, database: Database, secret: bytes, clock: Clock) -> None:
        """The database is open; the folders of photos are made when they are missing."""
        self.settings = settings
        self.database = database
        self.secret = secret
        self.clock = clock
        self.blobs = Blobs(database, Spool(settings.spool_folder), objects_at(settings.photo_place), self.now_ms)
        self.segments = Segments(database, store_at(settings.segment_place)[0], self.now_ms)
        self.metrics = Metrics()
        self.devices = Limit(per_second=20, burst=300)
        self.files = Limit(per_second=200, burst=3_000)  # photos come and go one by one
        self.strangers = Limit(per_second=20, burst=600)  # of one address: an office, or a network of mobile phones
        self.tidy_every_s = 600.0

    def now_ms(self) -> int:
        return int(self.clock.now().timestamp() * 1000)
