"""What a server is told when it starts."""

import os
from dataclasses import dataclass
from pathlib import Path

# Where processes count together: the name is that of the library that counts, which reads it when it is imported.
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_NAMES = {
    "database": "GEMBA_SERVER_DATABASE",
    "data": "GEMBA_SERVER_DATA",
    "photos": "GEMBA_SERVER_PHOTOS",
    "proxy": "GEMBA_SERVER_PROXY",
    "spool": "GEMBA_SERVER_SPOOL",
}
THIS_MACHINE = "127.0.0.1,::1"
_SECRET_FILE = "secret"


@dataclass(frozen=True, slots=True)
class Settings:
    """`data`: the server's own folder. `database`: a URL; empty: SQLite in that folder. `photos`: a folder or an
    `s3://bucket/prefix`; empty: a folder in that folder. `proxy`: addresses or networks with commas between, whose
    X-Forwarded-For is believed. `spool`: a folder of uploads under way, the same for every machine; empty: in that
    folder."""

    data: Path
    database: str = ""
    photos: str = ""
    proxy: str = THIS_MACHINE
    spool: str = ""

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.data.absolute() / 'server.db'}"

    @property
    def photo_place(self) -> str:
        return self.photos or str(self.data.absolute() / "photos")

    @property
    def spool_folder(self) -> Path:
        return Path(self.spool) if self.spool else self.data / "spool"

    @property
    def segment_place(self) -> str:
        """Beside the photos, since every process must find there what another one has put there."""
        return f"{self.photo_place.rstrip('/')}/segments"

    @property
    def secret_file(self) -> Path:
        """What challenges are sealed with; every process of a server has the same."""
        return self.data / _SECRET_FILE

    def to_environment(self) -> None:
        """For the processes that this one starts; a list of processes does not show it."""
        os.environ |= {
            _NAMES["data"]: str(self.data.absolute()),
            _NAMES["database"]: self.database,
            _NAMES["photos"]: self.photos,
            _NAMES["proxy"]: self.proxy,
            _NAMES["spool"]: self.spool and str(Path(self.spool).absolute()),
        }


def settings_of_environment() -> Settings:
    """From variables that begin with GEMBA_SERVER_. Raises KeyError without GEMBA_SERVER_DATA."""
    told = {field: os.environ[name] for field, name in _NAMES.items() if name in os.environ}
    return Settings(Path(told.pop("data")), **told)
