"""Colours, type and measures: the tokens, and what Qt is given of them. The look lives here and in style.qss."""

import re
from dataclasses import asdict, dataclass

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from app.paths import fonts_folder, resource

SMALLEST_SCALE, LARGEST_SCALE = 80, 200  # percent
_FAMILY = "Noto Sans"
_SCALE = "gemba_scale"
_TOKENS = "gemba_tokens"


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme, by use; pairs that stand on each other have a contrast of 4.5:1 or better."""

    page: str
    card: str
    text: str
    muted: str
    line: str
    control: str
    accent: str
    on_accent: str
    accent_soft: str
    accent_text: str
    warn_soft: str
    warn_text: str
    bad: str
    on_bad: str
    bad_soft: str
    bad_text: str
    rail: str
    rail_text: str
    rail_active: str
    on_rail: str
    rail_focus: str


LIGHT = Tokens(
    page="#f4f6f8", card="#ffffff", text="#1b2733", muted="#566573", line="#dfe5ea", control="#7b8a97",
    accent="#0d7a6b", on_accent="#ffffff", accent_soft="#e7f3f1", accent_text="#0b665a",
    warn_soft="#fdf1dc", warn_text="#7a4f00", bad="#b93a2a", on_bad="#ffffff", bad_soft="#fde8e6", bad_text="#9c2719",
    rail="#0f2a33", rail_text="#c9d8dd", rail_active="#17505c", on_rail="#ffffff", rail_focus="#7fdccb",
)  # fmt: skip
DARK = Tokens(
    page="#11181d", card="#192229", text="#e6edf2", muted="#9fb0bc", line="#2c3942", control="#6b7c88",
    accent="#2fb39f", on_accent="#06231f", accent_soft="#12352f", accent_text="#7fdccb",
    warn_soft="#3a2c10", warn_text="#f0c36a", bad="#e0685a", on_bad="#2a0a06", bad_soft="#41201c", bad_text="#ffb1a6",
    rail="#0b1418", rail_text="#b7c7cd", rail_active="#143b44", on_rail="#ffffff", rail_focus="#7fdccb",
)  # fmt: skip


def dress(application: QApplication, tokens: Tokens, *, scale: int = 100) -> None:
    """Give the application colours, font and style sheet. Widgets made afterwards take their measures from `scale`."""
    scale = min(LARGEST_SCALE, max(SMALLEST_SCALE, scale))
    application.setProperty(_SCALE, scale)
    application.setProperty(_TOKENS, "dark" if tokens is DARK else "light")
    application.setStyle(QStyleFactory.create("Fusion"))
    application.setPalette(_palette(tokens))
    for path in sorted(fonts_folder().glob("*.ttf")) if _FAMILY not in QFontDatabase.families() else ():
        QFontDatabase.addApplicationFont(str(path))
    font = QFont(_FAMILY)
    font.setPixelSize(px(13))
    application.setFont(font)
    application.setStyleSheet(style_sheet(tokens, scale))


def style_sheet(tokens: Tokens, scale: int) -> str:
    text = resource("style.qss").read_text(encoding="utf-8").replace("$icons", resource("icons").as_posix())
    for name, colour in sorted(asdict(tokens).items(), key=lambda item: -len(item[0])):
        text = text.replace(f"${name}", colour)
    return re.sub(r"<(\d+)>", lambda found: f"{max(1, round(int(found[1]) * scale / 100))}px", text)


def px(pixels: int) -> int:
    """`pixels` of the design at the window's scale."""
    scale = QApplication.instance().property(_SCALE) or 100  # type: ignore[union-attr]
    return max(1, round(pixels * int(scale) / 100)) if pixels else 0


def tokens() -> Tokens:
    """Those the window wears now: for what is painted and not styled."""
    return DARK if QApplication.instance().property(_TOKENS) == "dark" else LIGHT  # type: ignore[union-attr]


def is_dark_wanted() -> bool:
    """What the system asks for."""
    return QApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    shares = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _palette(tokens: Tokens) -> QPalette:
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, colour in {
        roles.Window: tokens.page,
        roles.Base: tokens.card,
        roles.AlternateBase: tokens.page,
        roles.WindowText: tokens.text,
        roles.Text: tokens.text,
        roles.ButtonText: tokens.text,
        roles.Button: tokens.card,
        roles.PlaceholderText: tokens.muted,
        roles.Highlight: tokens.accent,
        roles.HighlightedText: tokens.on_accent,
        roles.Link: tokens.accent_text,
        roles.ToolTipBase: tokens.rail,
        roles.ToolTipText: tokens.on_rail,
    }.items():
        palette.setColor(role, QColor(colour))
    return palette
