"""The one description of what is stored; DDL, triggers, validation, exports and the data dictionary come from it."""

from app.models.registry import assessments, figures, improvements, outcomes, photos, places, training, visits
from app.models.registry.field import Field, Kind, Merge, Sensitivity, Table

TABLES: tuple[Table, ...] = (
    *places.TABLES,
    *training.TABLES,
    *visits.TABLES,
    *assessments.TABLES,
    *improvements.TABLES,
    *photos.TABLES,
    *figures.TABLES,
    *outcomes.TABLES,
)
TABLE_BY_NAME = {table.name: table for table in TABLES}

__all__ = ["TABLES", "TABLE_BY_NAME", "Field", "Kind", "Merge", "Sensitivity", "Table"]
