"""The families that reports are set in: known without the report engine, which takes an eighth of a second to load."""

from pathlib import Path

# The order of fallback. Latin first; Chinese last, for it is large and has characters of the other scripts as well.
FAMILIES = (
    "NotoSans",
    "NotoSansArabic",
    "NotoSansBengali",
    "NotoSansDevanagari",
    "NotoSansKhmer",
    "NotoSansThai",
    "NotoSansLao",
    "NotoSansMyanmar",
    "NotoSansTamil",
    "NotoSansTelugu",
    "NotoSansHebrew",
    "NotoSansSC",
)
WEIGHTS = ("Regular", "Bold")


def missing_fonts(folder: Path) -> list[str]:
    """Names of the fonts that `folder` lacks, regular ones first; empty when all are there."""
    names = [f"{family}-{weight}" for weight in WEIGHTS for family in FAMILIES]
    return [name for name in names if not (folder / f"{name}.ttf").is_file()]
