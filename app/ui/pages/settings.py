"""Settings: who works here, how the window looks, where the data are and how they are looked after."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from app.fieldwork.introduction import describe_user
from app.i18n import N_, _
from app.models.database import is_plain
from app.models.rows import Row, find_row
from app.paths import DataFolder
from app.settings import Settings
from app.ui.desk import Desk
from app.ui.labels import USER_ROLES, options
from app.ui.page import Page, page_layout
from app.ui.theme import px
from app.ui.widgets.basics import Card, ChipKind, PageHeader, button, chip, clear, column, label, row
from app.ui.widgets.choices import (
    SCALES,
    THEMES,
    country_programmes,
    number_formats,
    offered_languages,
    refill,
    show_choice,
)
from app.ui.widgets.copies_card import CopiesCard
from app.ui.widgets.fields import FormRow, choice_field, kept_text
from app.ui.widgets.segments import Segment, Segmented
from app.ui.widgets.self_test_card import SelfTestCard

_SHORTEST = 12  # letters


@dataclass(frozen=True, slots=True)
class Me:
    """The local user's row, and what country programmes there are: (id, words)."""

    user: Row
    programmes: list[tuple[str, str]]


class SettingsPage(Page):
    """Every change applies at once."""

    tables = frozenset({"user", "country_programme"})
    keys = ((N_("Tab"), N_("to the next setting")),)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.copies = CopiesCard(desk)
        self.self_test = SelfTestCard(desk)
        layout = page_layout(self)
        self.bin = button(_("Open the bin"), lambda: desk.go("bin"))
        layout.addWidget(PageHeader(_("Settings"), self.bin))
        columns = QHBoxLayout()
        columns.setSpacing(px(16))
        columns.addLayout(column(self._me(), self._window(), None, spacing=16), 1)
        columns.addLayout(column(self._data(), self.copies, self.self_test, None, spacing=16), 1)
        layout.addLayout(columns)
        layout.addStretch(1)

    def reload(self) -> None:
        by = self.desk.by
        self.desk.jobs.run_with_db(
            self, lambda db: Me(find_row(db, "user", by.user_id) or {}, country_programmes(db)), self._show
        )
        self.copies.reload()
        folder = self.desk.folder
        self.desk.jobs.run(self, lambda: protection(folder), self._show_protection)

    def _me(self) -> Card:
        card = Card(_("Me"))
        name_row, self.name = kept_text(
            self.desk,
            _("Short name"),
            lambda db, by, text: describe_user(db, by, name=text),
            hint=_("Shown beside what you write."),
        )
        self.name_row = name_row
        self.role = choice_field(options(USER_ROLES))
        self.role.currentIndexChanged.connect(lambda _index: self._describe(role=self.role.currentData()))
        self.programme = choice_field([], empty=_("Not said"))
        _may_shrink(self.programme)
        self.programme.currentIndexChanged.connect(
            lambda _index: self._describe(country_programme_id=self.programme.currentData())
        )
        for widget in (name_row, FormRow(_("Role"), self.role), FormRow(_("Country programme"), self.programme)):
            card.body.addWidget(widget)
        return card

    def _window(self) -> Card:
        card, now = Card(_("Window")), self.desk.settings
        self.language = choice_field(offered_languages())
        self.numbers = choice_field(number_formats(now.language))
        self.scale = choice_field([(str(scale), _("{n} %").format(n=scale)) for scale in SCALES])
        self.theme = Segmented([Segment(code, _(words)) for code, words in THEMES], _("Colours"))
        show_choice(self.language, now.language)
        show_choice(self.numbers, now.number_locale)
        show_choice(self.scale, str(min(SCALES, key=lambda scale: abs(scale - now.scale))))
        self.theme.show_value(now.theme)
        for combo in (self.language, self.numbers, self.scale):
            _may_shrink(combo)
        for field, changed in (
            (self.language, lambda: {"language": self.language.currentData(), "number_locale": ""}),
            (self.numbers, lambda: {"number_locale": self.numbers.currentData()}),
            (self.scale, lambda: {"scale": int(self.scale.currentData())}),
        ):
            field.currentIndexChanged.connect(lambda _index, changed=changed: self._set(changed))
        self.theme.chosen.connect(self._on_theme)
        for widget in (
            FormRow(_("Language"), self.language, hint=_("Reports are written in each factory's own language.")),
            FormRow(_("Numbers and dates"), self.numbers),
            FormRow(_("Colours"), self.theme),
            FormRow(_("Size of everything"), self.scale),
        ):
            card.body.addWidget(widget)
        return card

    def _data(self) -> Card:
        card = Card(_("Data"))
        path = label(str(self.desk.folder.root), "strong", wrap=True)
        path.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        path.setAccessibleName(_("Data folder"))
        self.protection = column(spacing=6)
        self.open_folder = button(_("Open the folder"), self._open_folder)
        card.body.addWidget(label(_("All data of this program are in this folder:"), "muted", wrap=True))
        card.body.addWidget(path)
        card.body.addLayout(self.protection)
        card.body.addLayout(row(self.open_folder, None))
        return card

    def _show(self, me: Me) -> None:
        self.name.show(str(me.user.get("name") or ""))
        show_choice(self.role, me.user.get("role"))
        refill(self.programme, me.programmes, empty=_("Not said"))
        show_choice(self.programme, me.user.get("country_programme_id"))

    def _show_protection(self, is_open: bool | None) -> None:
        clear(self.protection)
        if is_open is None:
            self.protection.addWidget(label(_("There are no data in it yet."), wrap=True))
            return
        words = (
            _("Whoever has this laptop can read the data. Close the window, then run `gemba data encrypt`.")
            if is_open
            else _("The data can only be read with their key.")
        )
        sign = chip(_("Not encrypted"), ChipKind.WARN) if is_open else chip(_("Encrypted"))
        self.protection.addLayout(row(sign, None))
        self.protection.addWidget(label(words, wrap=True))

    def _describe(self, **values: object) -> None:
        self.desk.write(self, lambda db, by: describe_user(db, by, **values))

    def _on_theme(self, code: str | None) -> None:
        if code is None:
            self.theme.show_value(self.desk.settings.theme)
        else:
            self._set(lambda: {"theme": code})

    def _set(self, changed: Callable[[], dict[str, object]]) -> None:
        self.desk.set(_with(self.desk.settings, changed()))

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.desk.folder.root)))


def _may_shrink(field: QComboBox) -> None:
    """Long options are cut in the field, not in the list; the page stays as wide as the window."""
    field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    field.setMinimumContentsLength(_SHORTEST)


def protection(folder: DataFolder) -> bool | None:
    """Whether anybody can read the records; None when there are none."""
    return is_plain(folder.records) if folder.records.exists() else None


def _with(settings: Settings, values: dict[str, object]) -> Settings:
    return replace(settings, **values)  # type: ignore[arg-type]
