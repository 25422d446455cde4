"""Codes that a newer server may add to: an unknown one is kept and shown as it is, never an error."""

from enum import StrEnum


class OpenEnum(StrEnum):
    """Like a StrEnum, but `Kind("hologram")` gives a member of that value, which iteration does not show."""

    @classmethod
    def _missing_(cls, value: object) -> "OpenEnum | None":
        if not isinstance(value, str):
            return None
        unknown = str.__new__(cls, value)
        unknown._name_ = value
        unknown._value_ = value
        return unknown
