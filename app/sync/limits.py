"""How much of photos and reports may go; rows always do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """`daily_bytes`: both ways, on one day; None for no limit. `thumbnails_only`: on a link that costs."""

    daily_bytes: int | None = None
    thumbnails_only: bool = False
