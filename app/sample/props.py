"""Things and people that stand in more than one scene."""

from dataclasses import dataclass

from app.sample.perspective import Box, Brush, Colour, Rect, shade

SKINS: tuple[Colour, ...] = ((150, 104, 72), (178, 128, 92), (120, 82, 58), (198, 150, 112))
CARTON: Colour = (190, 152, 104)
STEEL: Colour = (176, 182, 188)
YELLOW: Colour = (240, 196, 40)
BLUE: Colour = (24, 92, 170)
GREEN: Colour = (10, 134, 84)
RED: Colour = (200, 42, 40)
WHITE: Colour = (246, 247, 245)
BLACK: Colour = (32, 34, 38)


@dataclass(frozen=True, slots=True)
class Worker:
    """A person 1.7 m tall who looks at the camera. `hands`: where they are, (x from the middle, height) each, the left
    one of the picture first. `helmet` is its colour, None without one."""

    x: float
    z: float
    clothes: Colour
    hands: tuple[tuple[float, float], tuple[float, float]] = ((-0.3, 0.82), (0.3, 0.82))
    skin: int = 0
    helmet: Colour | None = None
    has_mask: bool = False
    has_goggles: bool = False
    is_covered: bool = False


def paint_worker(brush: Brush, who: Worker) -> None:
    x, z = who.x, who.z
    trousers = who.clothes if who.is_covered else (62, 70, 86)
    for side in (-1, 1):
        brush.oval((x + side * 0.13, 0.05, z - 0.04), (0.1, 0.055), (44, 42, 44))
        brush.tube([(x + side * 0.09, 0.84, z), (x + side * 0.12, 0.12, z)], 0.16, shade(trousers, 0.96 - side * 0.06))
    brush.tube([(x, 1.36, z), (x, 1.5, z)], 0.11, shade(SKINS[who.skin], 0.85))
    _trunk(brush, who)
    for side, (across, up) in zip((-1, 1), who.hands, strict=True):
        shoulder = (x + side * 0.205, 1.335, z)
        elbow = (x + (side * 0.27 + across) / 2 + side * 0.05, (1.335 + up) / 2 - 0.04, z)
        brush.tube([shoulder, elbow, (x + across, up, z)], 0.105, shade(who.clothes, 0.93 - side * 0.09))
        brush.oval((x + across, up, z), (0.058, 0.062), WHITE if who.is_covered else SKINS[who.skin])
    _head(brush, who)


def _trunk(brush: Brush, who: Worker) -> None:
    x, z = who.x, who.z
    outline = [
        (-0.19, 1.39),
        (-0.06, 1.43),
        (0.06, 1.43),
        (0.19, 1.39),
        (0.2, 1.1),
        (0.175, 0.8),
        (-0.175, 0.8),
        (-0.2, 1.1),
    ]
    brush.polygon([(x + across, up, z) for across, up in outline], who.clothes)
    brush.polygon([(x + across, up, z) for across, up in outline[2:6]], shade(who.clothes, 0.92))
    if not who.is_covered:
        brush.face((x - 0.18, 0.8, x + 0.18, 0.85), z, (52, 50, 50))


def _head(brush: Brush, who: Worker) -> None:
    x, y, z = who.x, 1.585, who.z
    skin = SKINS[who.skin]
    if who.is_covered:
        brush.oval((x, y, z), (0.135, 0.165), shade(who.clothes, 0.95))
    else:
        brush.oval((x, y + 0.035, z), (0.112, 0.122), (40, 32, 30))
    brush.oval((x, y - 0.015, z), (0.095, 0.122), skin)
    for side in (-1, 1):
        brush.oval((x + side * 0.037, y + 0.005, z), (0.012, 0.012), (38, 30, 28))
    brush.face((x - 0.03, y - 0.078, x + 0.03, y - 0.068), z, shade(skin, 0.6), round_m=0.005)
    if who.has_goggles:
        brush.face((x - 0.1, y - 0.02, x + 0.1, y + 0.035), z, (40, 60, 80), round_m=0.025)
        brush.face((x - 0.082, y - 0.01, x + 0.082, y + 0.025), z, (150, 205, 226), round_m=0.017)
    if who.has_mask:
        brush.face((x - 0.085, y - 0.125, x + 0.085, y - 0.025), z, WHITE, round_m=0.045)
        brush.oval((x + 0.03, y - 0.085, z), (0.02, 0.02), (190, 196, 200))
    if who.helmet:
        brush.draw.pieslice(_span(brush, (x - 0.13, y - 0.09, x + 0.13, y + 0.17), z), 180, 360, fill=who.helmet)
        brush.face((x - 0.15, y + 0.03, x + 0.15, y + 0.058), z, shade(who.helmet, 0.85), round_m=0.014)


def _span(brush: Brush, rect: Rect, z: float) -> tuple[float, float, float, float]:
    left, bottom = brush.point(rect[0], rect[1], z)
    right, top = brush.point(rect[2], rect[3], z)
    return left, top, right, bottom


def paint_helmet(brush: Brush, centre: tuple[float, float, float], colour: Colour, scale: float) -> None:
    """A helmet on a hook, `scale` times as large as a worn one."""
    x, y, z = centre
    brush.draw.pieslice(
        _span(brush, (x - 0.13 * scale, y - 0.13 * scale, x + 0.13 * scale, y + 0.13 * scale), z), 180, 360, fill=colour
    )
    brush.face((x - 0.155 * scale, y - 0.03 * scale, x + 0.155 * scale, y), z, shade(colour, 0.82), round_m=0.015)
    brush.face((x - 0.02 * scale, y, x + 0.02 * scale, y + 0.13 * scale), z, shade(colour, 0.9))


def paint_warning(brush: Brush, centre: tuple[float, float, float], size: float) -> None:
    """A yellow triangle with an exclamation mark; `size`: metres of a side."""
    x, y, z = centre
    for share, colour in ((1.0, BLACK), (0.8, YELLOW)):
        half, low = size / 2 * share, y - size * 0.29 * share
        brush.polygon([(x - half, low, z), (x + half, low, z), (x, low + half * 1.732, z)], colour)
    brush.face((x - size * 0.035, y - size * 0.06, x + size * 0.035, y + size * 0.27), z, BLACK, round_m=size * 0.03)
    brush.oval((x, y - size * 0.14, z), (size * 0.045, size * 0.045), BLACK)


def paint_duty(brush: Brush, centre: tuple[float, float, float], radius: float, *, gear: str) -> None:
    """A blue disc with a white head that wears `gear`: `helmet`, `mask` or `goggles`."""
    x, y, z = centre
    brush.oval(centre, (radius * 1.06, radius * 1.06), WHITE)
    brush.oval(centre, (radius, radius), BLUE)
    brush.oval((x, y - radius * 0.05, z), (radius * 0.4, radius * 0.5), WHITE)
    brush.face((x - radius * 0.2, y - radius * 0.8, x + radius * 0.2, y - radius * 0.4), z, WHITE)
    if gear == "helmet":
        brush.oval((x, y + radius * 0.42, z), (radius * 0.46, radius * 0.32), BLUE)
        brush.oval((x, y + radius * 0.36, z), (radius * 0.4, radius * 0.3), WHITE)
        brush.face((x - radius * 0.56, y + radius * 0.16, x + radius * 0.56, y + radius * 0.26), z, BLUE)
    elif gear == "mask":
        brush.face(_around(x, y - radius * 0.26, radius * 0.34, radius * 0.24), z, BLUE, round_m=radius * 0.14)
        brush.face(_around(x, y - radius * 0.26, radius * 0.24, radius * 0.14), z, WHITE, round_m=radius * 0.1)
    else:
        brush.face(_around(x, y + radius * 0.05, radius * 0.46, radius * 0.16), z, BLUE, round_m=radius * 0.1)
        for side in (-1, 1):
            brush.oval((x + side * radius * 0.2, y + radius * 0.05, z), (radius * 0.13, radius * 0.1), WHITE)


def paint_ban(brush: Brush, centre: tuple[float, float, float], radius: float) -> None:
    """No smoking: a cigarette in a red ring with a bar."""
    x, y, z = centre
    brush.oval(centre, (radius, radius), RED)
    brush.oval(centre, (radius * 0.8, radius * 0.8), WHITE)
    brush.face(_around(x, y, radius * 0.5, radius * 0.1), z, BLACK)
    brush.face((x + radius * 0.3, y - radius * 0.1, x + radius * 0.5, y + radius * 0.1), z, (226, 120, 40))
    brush.tube(
        [(x - radius * 0.56, y + radius * 0.56, z), (x + radius * 0.56, y - radius * 0.56, z)], radius * 0.17, RED
    )


def _around(x: float, y: float, across: float, up: float) -> Rect:
    return x - across, y - up, x + across, y + up


def paint_extinguisher(brush: Brush, x: float, z: float) -> None:
    """On its bracket on the wall, with the red sign above it."""
    brush.face((x - 0.17, 1.75, x + 0.17, 2.1), z, RED, round_m=0.02)
    brush.face((x - 0.06, 1.79, x + 0.04, 1.98), z, WHITE, round_m=0.04)
    brush.tube([(x - 0.01, 2.02, z), (x + 0.09, 1.99, z), (x + 0.1, 1.86, z)], 0.025, WHITE)
    brush.face((x - 0.1, 0.62, x + 0.1, 1.2), z, RED, round_m=0.07)
    brush.face((x - 0.1, 0.82, x + 0.1, 0.98), z, (236, 228, 210))
    brush.face((x - 0.035, 1.18, x + 0.035, 1.28), z, BLACK)
    brush.tube([(x + 0.03, 1.25, z), (x + 0.16, 1.16, z), (x + 0.15, 0.86, z)], 0.03, BLACK)


def paint_carton(brush: Brush, box: Box, colour: Colour = CARTON) -> None:
    """A carton with its strip of tape on the lid."""
    brush.box(box, colour)
    if box.y + box.height < 1.5:
        lid = Box(box.x, box.z, box.width, 0.002, box.depth * 0.16, y=box.y + box.height, yaw=box.yaw)
        brush.box(lid, shade(colour, 1.12))


def paint_label(brush: Brush, rect: Rect, z: float, colour: Colour) -> None:
    """A tag with a coloured mark and two lines of no writing."""
    x0, y0, x1, y1 = rect
    width, height = x1 - x0, y1 - y0
    brush.face(rect, z, WHITE, round_m=height * 0.1)
    brush.face((x0 + width * 0.08, y0 + height * 0.18, x0 + width * 0.34, y1 - height * 0.18), z, colour)
    for line in (0.28, 0.58):
        brush.face(
            (x0 + width * 0.44, y0 + height * line, x1 - width * 0.1, y0 + height * (line + 0.14)), z, (90, 94, 100)
        )
