"""What a remark on a form is, apart from what finds it: the words for it load with every start."""

from dataclasses import dataclass
from enum import StrEnum


class Doubt(StrEnum):
    """What a remark is about."""

    NO_VERSION = "no-version"
    NO_TRANSLATION = "no-translation"
    NEVER_SHOWN = "never-shown"
    NO_SUCH_CHOICE = "no-such-choice"
    TAKES_NO_ANSWER = "takes-no-answer"
    NO_FILE = "no-file"
    COLUMN_IGNORED = "column-ignored"
    WEIGHT_WITHOUT_RULE = "weight-without-rule"
    UNKNOWN_POINT = "unknown-point"
    UNKNOWN_MODULE = "unknown-module"


@dataclass(frozen=True, slots=True)
class Remark:
    """`names` are the rows it is about, in the form's order: questions and groups, of choices their list and name;
    none for the settings. `detail` is the language, the choice, the file, the kind that is meant."""

    doubt: Doubt
    sheet: str
    column: str
    names: tuple[str, ...] = ()
    detail: str = ""
