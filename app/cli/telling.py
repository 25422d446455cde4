"""How a command says that it could not be done: in words, or as JSON when asked for."""

import json
import sys
from dataclasses import dataclass

from app.cli.exits import code_of
from app.errors import AppError
from app.messages import message


@dataclass(frozen=True, slots=True)
class Teller:
    as_json: bool

    def trouble(self, error: AppError) -> int:
        """A known trouble; its exit code."""
        words = message(error)
        return self(type(error).__name__, code_of(error), words.says, words.details)

    def __call__(self, kind: str, code: int, says: str, details: str = "") -> int:
        if self.as_json:
            facts = {"error": kind, "code": code, "says": says, "details": details}
            sys.stderr.write(json.dumps(facts, ensure_ascii=False) + "\n")
        else:
            sys.stderr.write("\n".join(filter(None, (says, details))) + "\n")
        return code
