"""The choice of a country, by its name in the window's language."""

from PySide6.QtWidgets import QComboBox

from app.i18n import _, window_language
from app.models.catalogue import load_countries
from app.models.search import folded
from app.ui.widgets.fields import choice_field


def country_name(code: str) -> str:
    """The name of an ISO 3166 code in the window's language; the code itself when nobody knows it."""
    return str(window_language().locale.territories.get(code, code))


def country_field(*, empty: str = "") -> QComboBox:
    """All countries by name, those with a programme first. Its data are codes; typing finds one. `empty`: the words for
    no country."""
    ours = {country.code for country in load_countries()}
    every = [
        (code, name)
        for code, name in window_language().locale.territories.items()
        if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}
    ]
    by_name = sorted(every, key=lambda one: folded(one[1]))
    first = [one for one in by_name if one[0] in ours]
    made = choice_field(first + [one for one in by_name if one[0] not in ours], empty=empty or _("Choose the country"))
    made.insertSeparator(len(first) + 1)
    made.setMaxVisibleItems(14)
    made.setMinimumContentsLength(12)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return made
