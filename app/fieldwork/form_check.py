"""A form of head office is looked at before it is taken in; kept apart, for reading XLSForms takes a while to load."""

import re
from dataclasses import dataclass
from pathlib import Path

from app.checklists.form_file import FormProblem, place
from app.checklists.items import Checklist
from app.checklists.lint import remarks_on
from app.checklists.remarks import Remark
from app.checklists.xlsform import examine
from app.errors import BadFile


@dataclass(frozen=True, slots=True)
class Examination:
    """What a file holds. `checklist` may be taken in: there are no troubles. `draft` is as much as could be read."""

    path: Path
    draft: Checklist | None
    troubles: tuple[BadFile, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def checklist(self) -> Checklist | None:
        return None if self.troubles else self.draft


def examine_form(path: Path) -> Examination:
    """Reads the form and says all that is wrong with it. Writes nothing, and raises nothing that a file can cause."""
    found = examine(path)
    troubles = list(found.troubles)
    if found.checklist and ("form_id" in found.left_open or re.search(r"\s", found.checklist.id)):
        troubles.append(BadFile(path, FormProblem.NO_ID, place("settings", 2, "form_id")))
    if found.checklist is None or troubles:
        return Examination(path, found.checklist, tuple(troubles))
    has_version = "version" not in found.left_open
    return Examination(path, found.checklist, (), remarks_on(found.checklist, has_version=has_version, beside=path))
