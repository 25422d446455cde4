"""All functions of the expression language by name, but those that choose what to evaluate: see compiler.py."""

from collections.abc import Mapping

from app.checklists.expressions.functions.dates import DATE_FUNCTIONS
from app.checklists.expressions.functions.function import Function
from app.checklists.expressions.functions.nodes import NODE_FUNCTIONS
from app.checklists.expressions.functions.numbers import NUMBER_FUNCTIONS
from app.checklists.expressions.functions.places import PLACE_FUNCTIONS
from app.checklists.expressions.functions.selects import SELECT_FUNCTIONS
from app.checklists.expressions.functions.texts import TEXT_FUNCTIONS

FUNCTIONS: Mapping[str, Function] = {
    **TEXT_FUNCTIONS,
    **NUMBER_FUNCTIONS,
    **DATE_FUNCTIONS,
    **SELECT_FUNCTIONS,
    **NODE_FUNCTIONS,
    **PLACE_FUNCTIONS,
}
