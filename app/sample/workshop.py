"""Three scenes of a parts maker's hall: where paint is sprayed, who wears what, and which signs are up."""

import math
from random import Random

from app.sample.perspective import Box, Brush, Colour, shade
from app.sample.props import (
    BLACK,
    BLUE,
    GREEN,
    RED,
    STEEL,
    WHITE,
    YELLOW,
    Worker,
    paint_ban,
    paint_duty,
    paint_extinguisher,
    paint_helmet,
    paint_warning,
    paint_worker,
)
from app.sample.room import BACK, Look, paint_room

WALL = BACK - 0.01  # what hangs on the back wall
PAINT: Colour = (214, 96, 36)
OVERALL: Colour = (74, 108, 156)
SHIRTS: tuple[Colour, ...] = ((88, 122, 160), (168, 112, 66), (112, 130, 92))


def paint_spraying_before(brush: Brush, look: Look) -> None:
    chance = Random(look.seed)
    paint_room(brush, look)
    _rail(brush)
    for _ in range(26):
        spot = (3.4 * chance.random() - 0.9, 0.0, 3.6 + 2.6 * chance.random())
        brush.puddle(spot, 0.04 + 0.2 * chance.random() ** 2, (*shade(PAINT, 0.75 + 0.3 * chance.random()), 190))
    brush.shadows([(0.5, 5.3, 0.7), (1.75, 5.4, 0.3), (-2.3, 5.6, 0.4), (-1.75, 5.0, 0.35)])
    for x, z, height in ((-2.3, 5.6, 0.88), (-1.75, 5.0, 0.5)):
        brush.drum((x, 0, z), 0.3, height, (70, 96, 128))
        brush.oval((x, height, z), (0.26, 0.26 * (1.6 - height) / z), PAINT)
        for drip in range(4):
            left = x - 0.2 + 0.12 * drip
            brush.face((left, height - 0.42 + 0.09 * (drip % 3), left + 0.05, height - 0.05), z, PAINT, round_m=0.02)
    _trestle(brush)
    paint_worker(brush, Worker(1.75, 5.4, SHIRTS[1], hands=((-0.42, 1.2), (0.3, 0.95)), skin=1))
    _spray(brush)
    mist = [
        ((0.5, 1.35, 5.0), 1.0, 0.5),
        ((0.1, 1.8, 5.0), 0.9, 0.45),
        ((1.0, 2.2, 5.0), 1.3, 0.4),
        ((-1.0, 2.3, 5.0), 0.8, 0.3),
    ]
    brush.soft(mist, (224, 148, 98, 110), blur=0.035)
    brush.soft([((0, 2.2, 4.0), 3.6, 1.4)], (214, 186, 152, 110), blur=0.09)


def paint_spraying_after(brush: Brush, look: Look) -> None:
    paint_room(brush, look)
    _rail(brush)
    brush.flat((-1.0, 4.05, 2.95, 4.15), YELLOW)
    for x in (-1.0, 2.85):
        brush.flat((x, 4.05, x + 0.1, 7.4), YELLOW)
    _cubicle(brush)
    brush.shadows([(0.5, 5.3, 0.7), (1.75, 5.4, 0.3), (-2.15, 5.6, 0.75)], 60)
    _trestle(brush)
    worker = Worker(1.75, 5.4, (232, 236, 238), ((-0.42, 1.2), (0.3, 0.95)), 1, None, True, True, True)
    paint_worker(brush, worker)
    _spray(brush)
    _hood(brush)
    brush.box(Box(-2.15, 5.6, 1.5, 0.14, 0.8), YELLOW)
    for x in (-2.5, -1.8):
        brush.drum((x, 0.14, 5.6), 0.28, 0.8, (70, 96, 128))
        brush.oval((x, 0.94, 5.6), (0.28, 0.033), (150, 156, 162))
        paint_warning(brush, (x, 0.52, 5.6), 0.24)


def _rail(brush: Brush) -> None:
    """Parts that hang to dry, at the left of the hall."""
    brush.tube([(-3.5, 3.15, 7.4), (-1.2, 3.15, 7.4)], 0.07, (96, 102, 108))
    for index in range(4):
        x = -3.3 + 0.62 * index
        brush.tube([(x + 0.2, 3.12, 7.4), (x + 0.2, 2.75, 7.4)], 0.025, BLACK)
        brush.face((x, 2.35, x + 0.42, 2.78), 7.4, PAINT if index % 2 else (136, 142, 148), round_m=0.08)


def _trestle(brush: Brush) -> None:
    for x in (0.0, 1.0):
        brush.tube([(x, 0.0, 5.1), (x, 0.8, 5.2)], 0.06, (90, 78, 66))
    brush.box(Box(0.5, 5.3, 1.3, 0.07, 0.7, y=0.8), (140, 116, 90))
    brush.face((0.12, 0.87, 0.88, 1.2), 5.1, (136, 142, 148), round_m=0.14)
    brush.face((0.44, 0.87, 0.88, 1.2), 5.1, PAINT, round_m=0.14)


def _spray(brush: Brush) -> None:
    hand = (1.33, 1.2, 5.3)
    brush.polygon([(1.18, 1.24, 5.3), (0.75, 1.36, 5.3), (0.75, 0.94, 5.3)], (*shade(PAINT, 1.2), 120))
    brush.tube([(1.34, 1.16, 5.3), hand, (1.18, 1.24, 5.3)], 0.05, BLACK)


def _cubicle(brush: Brush) -> None:
    """Three walls, a roof, and filters at the back that the air is drawn through."""
    inner: Colour = (222, 228, 232)
    left, right, near, far, top = -0.7, 2.6, 4.6, 7.2, 2.3
    brush.flat((left, near, right, far), (196, 200, 204))
    brush.face((left, 0, right, top), far, shade(inner, 0.94))
    brush.side((near, 0, far, top), left, shade(inner, 0.86))
    brush.side((near, 0, far, top), right, shade(inner, 0.98))
    brush.flat((left, near, right, far), shade(inner, 0.9), top)
    for row in range(3):
        for column in range(4):
            x, y = -0.4 + 0.72 * column, 0.25 + 0.66 * row
            brush.face((x, y, x + 0.64, y + 0.6), far, (168, 178, 186))
            for slat in range(5):
                brush.face((x + 0.04, y + 0.05 + 0.11 * slat, x + 0.6, y + 0.1 + 0.11 * slat), far, (128, 140, 150))
    brush.soft([((0.95, 2.1, 6.4), 1.5, 0.3)], (255, 255, 246, 120), blur=0.03)


def _hood(brush: Brush) -> None:
    """What stands nearer than the man inside: frame, lamp, and the hood with the duct that takes the mist out."""
    z, left, right = 4.55, -0.76, 2.66
    for x in (left + 0.06, right - 0.06):
        brush.face((x - 0.06, 0, x + 0.06, 2.2), z, STEEL)
        brush.face((x + 0.02, 0, x + 0.06, 2.2), z, shade(STEEL, 0.82))
    for strip in range(8):
        x = 0.55 + 0.1 * strip
        brush.face((x, 2.9, x + 0.1, 4.0), z, shade(STEEL, 1.12 - 0.06 * strip))
    for y in (3.0, 3.3):
        brush.face((0.5, y, 1.4, y + 0.05), z, shade(STEEL, 0.68))
    slope = [(left + 0.2, 2.55), (right - 0.2, 2.55), (1.4, 2.92), (0.5, 2.92)]
    brush.polygon([(x, y, z) for x, y in slope], shade(STEEL, 0.88))
    brush.face((left, 2.14, right, 2.58), z, shade(STEEL, 0.98))
    brush.face((left, 2.14, right, 2.2), z, (255, 252, 226))
    paint_duty(brush, (0.2, 2.39, z), 0.14, gear="mask")
    paint_warning(brush, (0.95, 2.37, z), 0.28)
    paint_duty(brush, (1.7, 2.39, z), 0.14, gear="goggles")


def paint_ppe_before(brush: Brush, look: Look) -> None:
    chance = Random(look.seed)
    paint_room(brush, look)
    for _ in range(9):
        spot = (5 * chance.random() - 2.4, 1.9 + 1.3 * chance.random(), WALL)
        brush.oval(spot, (0.1 + 0.22 * chance.random(), 0.05 + 0.09 * chance.random()), (120, 108, 90, 34))
    brush.face((0.5, 1.95, 2.0, 3.05), WALL, (255, 250, 235, 60))
    _crew(brush, is_equipped=False)
    _sparks(brush, chance)
    dust = [((-1.9, 1.2, 5.2), 0.7, 0.4), ((-1.4, 1.7, 5.2), 0.9, 0.4), ((0.3, 2.1, 5.0), 1.4, 0.35)]
    brush.soft(dust, (190, 180, 160, 130), blur=0.04)
    for _ in range(22):
        chip = (4.4 * chance.random() - 2.6, 0.0, 3.7 + 1.6 * chance.random())
        brush.puddle(chip, 0.02 + 0.05 * chance.random(), (104, 96, 84))


def paint_ppe_after(brush: Brush, look: Look) -> None:
    paint_room(brush, look)
    _gear_board(brush)
    for index, gear in enumerate(("helmet", "mask", "goggles")):
        paint_duty(brush, (-3.2 + 0.85 * index, 2.75, WALL), 0.36, gear=gear)
    _crew(brush, is_equipped=True)


def _gear_board(brush: Brush) -> None:
    """Helmets, goggles and masks, six of each, in reach of everybody."""
    brush.face((-0.75, 1.95, 3.35, 3.6), WALL, shade(BLUE, 0.6), round_m=0.05)
    brush.face((-0.68, 2.02, 3.28, 3.53), WALL, (112, 146, 178), round_m=0.03)
    for level in (2.08, 2.54, 3.02):
        brush.face((-0.6, level, 3.2, level + 0.04), WALL, shade(BLUE, 0.6))
    for index in range(6):
        x = -0.3 + 0.64 * index
        paint_helmet(brush, (x, 3.1, WALL), (YELLOW, WHITE, RED)[index % 3], 1.4)
        brush.face((x - 0.22, 2.64, x + 0.22, 2.86), WALL, (36, 50, 66), round_m=0.09)
        brush.face((x - 0.17, 2.69, x + 0.17, 2.81), WALL, (176, 222, 236), round_m=0.05)
        brush.oval((x, 2.3, WALL), (0.18, 0.15), WHITE)
        brush.oval((x, 2.27, WALL), (0.06, 0.06), (130, 140, 150))


def _crew(brush: Brush, *, is_equipped: bool) -> None:
    """Three people at work, one of them at the grinder."""
    brush.shadows([(-1.85, 5.5, 1.0), (-1.75, 5.9, 0.3), (0.15, 5.0, 0.3), (1.95, 5.3, 0.3), (3.2, 6.2, 0.6)])
    helmets = (YELLOW, WHITE, YELLOW) if is_equipped else (None, None, None)
    clothes = (OVERALL, OVERALL, OVERALL) if is_equipped else SHIRTS
    places = (
        (-1.75, 5.9, ((-0.25, 1.12), (0.2, 1.12))),
        (0.15, 5.0, ((-0.3, 0.84), (0.3, 0.84))),
        (1.95, 5.3, ((-0.2, 1.0), (0.2, 1.05))),
    )
    gear = (None, None, is_equipped, is_equipped)
    for index, (x, z, hands) in enumerate(places):
        paint_worker(brush, Worker(x, z, clothes[index], hands, index, helmets[index], bool(gear[2]), bool(gear[3])))
        if index == 0:
            _grinder(brush)
    brush.box(Box(1.95, 5.0, 0.5, 0.12, 0.3, y=0.94), (150, 156, 162))
    brush.box(Box(3.2, 6.2, 0.9, 0.7, 0.7), (120, 128, 124))


def _grinder(brush: Brush) -> None:
    for x in (-2.6, -1.1):
        brush.box(Box(x, 5.4, 0.1, 0.82, 0.6), (96, 100, 106))
    brush.box(Box(-1.85, 5.4, 1.7, 0.08, 0.7, y=0.82), (146, 118, 86))
    brush.box(Box(-1.75, 5.3, 0.4, 0.22, 0.2, y=0.9), (70, 110, 96))
    for x in (-2.05, -1.45):
        brush.oval((x, 1.02, 5.25), (0.05, 0.14), (90, 92, 98))


def _sparks(brush: Brush, chance: Random) -> None:
    for _ in range(26):
        reach, rise = 0.15 + 0.75 * chance.random(), 0.35 * (chance.random() - 0.65)
        start = (-2.05 - reach * 0.6, 1.04 + rise * 0.6, 5.2)
        brush.tube([start, (-2.05 - reach, 1.04 + rise, 5.2)], 0.012, (255, 206, 96))


def paint_signs_before(brush: Brush, look: Look) -> None:
    chance = Random(look.seed)
    paint_room(brush, look)
    for _ in range(9):
        oil = (-1.6 + 4.2 * chance.random(), 0.0, 3.6 + 1.6 * chance.random())
        brush.puddle(oil, 0.06 + 0.22 * chance.random(), (62, 58, 52, 120))
    brush.shadows([(1.1, 6.4, 1.7), (-2.0, 5.2, 0.3)])
    _press(brush, shade((104, 132, 118), 0.94))
    paint_worker(brush, Worker(-2.0, 5.2, SHIRTS[0], skin=3))


def paint_signs_after(brush: Brush, look: Look) -> None:
    paint_room(brush, look)
    _walkway(brush)
    _hazard_border(brush)
    paint_ban(brush, (-0.9, 2.85, WALL), 0.34)
    paint_warning(brush, (-1.75, 2.8, WALL), 0.72)
    for index, gear in enumerate(("helmet", "goggles")):
        paint_duty(brush, (-3.4 + 0.8 * index, 2.85, WALL), 0.34, gear=gear)
    paint_extinguisher(brush, -1.3, WALL)
    brush.shadows([(1.1, 6.4, 1.7), (-2.0, 5.2, 0.3)], 70)
    _press(brush, (104, 132, 118))
    _guard(brush)
    paint_warning(brush, (0.62, 2.62, 5.64), 0.42)
    paint_warning(brush, (0.3, 0.5, 5.64), 0.3)
    paint_worker(brush, Worker(-2.0, 5.2, OVERALL, skin=3, helmet=YELLOW, has_goggles=True))


def _press(brush: Brush, colour: Colour) -> None:
    brush.box(Box(1.1, 6.4, 2.6, 0.95, 1.5), colour)
    for x in (0.1, 2.1):
        brush.box(Box(x, 6.4, 0.5, 1.25, 1.3, y=0.95), shade(colour, 0.92))
    brush.box(Box(1.1, 6.4, 0.9, 0.5, 0.7, y=1.7), (150, 156, 160))
    brush.box(Box(1.1, 6.3, 1.3, 0.1, 1.1, y=0.95), (120, 124, 130))
    brush.box(Box(1.1, 6.4, 2.6, 0.75, 1.5, y=2.2), colour)
    for radius, tint in ((0.5, (64, 70, 76)), (0.42, (132, 138, 144)), (0.1, (64, 70, 76))):
        brush.oval((2.2, 1.85, 5.62), (radius, radius), tint)
    for angle in (0.5, 1.55, 2.6):
        across, up = 0.4 * math.cos(angle), 0.4 * math.sin(angle)
        brush.tube([(2.2 - across, 1.85 - up, 5.62), (2.2 + across, 1.85 + up, 5.62)], 0.06, (84, 90, 96))
    brush.oval((2.2, 0.55, 5.62), (0.2, 0.2), (84, 90, 96))
    for across in (-1, 1):
        brush.tube([(2.2 + 0.46 * across, 1.75, 5.62), (2.2 + 0.19 * across, 0.55, 5.62)], 0.06, BLACK)
    brush.face((-0.1, 1.15, 0.26, 1.7), 5.63, (214, 216, 212), round_m=0.03)
    for row, light in enumerate((RED, YELLOW, GREEN)):
        brush.oval((0.08, 1.58 - 0.16 * row, 5.62), (0.055, 0.055), light)


def _guard(brush: Brush) -> None:
    """A yellow cage over flywheel and belt."""
    left, low, right, high = 1.6, 0.25, 2.8, 2.45
    brush.face((left, low, right, high), 5.6, (240, 196, 40, 90), round_m=0.06)
    for step in range(9):
        x = left + (right - left) * step / 8
        brush.tube([(x, low, 5.6), (x, high, 5.6)], 0.025, YELLOW)
    for step in range(14):
        y = low + (high - low) * step / 13
        brush.tube([(left, y, 5.6), (right, y, 5.6)], 0.025, YELLOW)
    paint_warning(brush, (2.2, 1.6, 5.58), 0.46)


def _walkway(brush: Brush) -> None:
    brush.flat((-3.4, 2.0, -1.2, 8.0), (*GREEN, 105))
    for x in (-3.4, -1.3):
        brush.flat((x, 2.0, x + 0.1, 8.0), WHITE)


def _hazard_border(brush: Brush) -> None:
    """Yellow and black bars on the floor round the machine."""
    brush.flat((-0.65, 4.75, 2.95, 4.97), YELLOW)
    for bar in range(12):
        x = -0.65 + 0.3 * bar
        corners = [(x, 4.75), (x + 0.15, 4.75), (x + 0.27, 4.97), (x + 0.12, 4.97)]
        brush.polygon([(across, 0.0, away) for across, away in corners], BLACK)
    for left in (-0.65, 2.75):
        brush.flat((left, 4.97, left + 0.2, 7.3), YELLOW)
        for bar in range(8):
            z = 4.97 + 0.3 * bar
            brush.polygon(
                [(left, 0, z), (left + 0.2, 0, z + 0.08), (left + 0.2, 0, z + 0.22), (left, 0, z + 0.14)], BLACK
            )
