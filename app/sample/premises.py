"""Three scenes elsewhere on the premises: the store, the emergency exit, and a restaurant's kitchen."""

import math
from random import Random

from app.sample.perspective import EYE, Box, Brush, Colour, shade
from app.sample.props import (
    BLACK,
    BLUE,
    CARTON,
    GREEN,
    RED,
    STEEL,
    WHITE,
    YELLOW,
    Worker,
    paint_carton,
    paint_extinguisher,
    paint_label,
    paint_worker,
)
from app.sample.room import BACK, HALF_WIDTH, HEIGHT, Look, paint_room

WALL = BACK - 0.01  # what hangs on the back wall
RACK: Colour = (38, 92, 150)
LEVELS = (0.12, 1.0, 1.88, 2.76)
GROUPS: tuple[Colour, ...] = (RED, BLUE, GREEN, YELLOW)
BINS: tuple[Colour, ...] = ((58, 140, 70), (36, 96, 170), (236, 190, 46), (112, 116, 122))
SCRAPS: tuple[Colour, ...] = (
    (116, 130, 66),
    (172, 112, 62),
    (126, 92, 62),
    (206, 194, 152),
    (140, 70, 54),
    (96, 108, 62),
)


def paint_storage_before(brush: Brush, look: Look) -> None:
    chance = Random(look.seed)
    paint_room(brush, look, has_windows=False)
    _side_rack(brush, [])
    _back_rack(brush, chance, is_tidy=False)
    heaps = sorted((_loose_carton(chance, index) for index in range(17)), key=lambda carton: -carton.z)
    for _ in range(12):
        paper = (4.4 * chance.random() - 2.2, 3.0 + 1.2 * chance.random())
        brush.flat((paper[0], paper[1], paper[0] + 0.2, paper[1] + 0.14), (228, 224, 212))
    brush.shadows([(carton.x, carton.z, carton.width * 0.75) for carton in heaps])
    for carton in heaps:
        paint_carton(brush, carton, shade(CARTON, 0.85 + 0.25 * chance.random()))
        if carton.z < 6 and chance.random() < 0.7:
            above = Box(
                carton.x + 0.06,
                carton.z,
                carton.width * 0.85,
                0.42,
                carton.depth * 0.85,
                carton.height,
                carton.yaw + 24,
            )
            paint_carton(brush, above, shade(CARTON, 0.9 + 0.2 * chance.random()))


def _loose_carton(chance: Random, index: int) -> Box:
    """One of a row of heaps that zigzags over the aisle, nearer with every index."""
    x = -2.2 + 4.4 * ((index * 0.37) % 1.0) + 0.3 * chance.random()
    z = 7.0 - 0.19 * index
    return Box(x, z, 0.6 + 0.35 * chance.random(), 0.4 + 0.35 * chance.random(), 0.6, yaw=80 * chance.random() - 40)


def paint_storage_after(brush: Brush, look: Look) -> None:
    chance = Random(look.seed)
    paint_room(brush, look, has_windows=False)
    for x in (-1.5, 1.4):
        brush.flat((x, 2.0, x + 0.1, 7.6), YELLOW)
    for z in (3.3, 4.9, 6.5):
        corners = [
            (-0.12, z),
            (0.12, z),
            (0.12, z + 0.5),
            (0.3, z + 0.5),
            (0, z + 0.9),
            (-0.3, z + 0.5),
            (-0.12, z + 0.5),
        ]
        brush.polygon([(across, 0.0, away) for across, away in corners], (*WHITE, 190))
    _back_rack(brush, chance, is_tidy=True)
    _side_rack(brush, [4.2 + 0.72 * place for place in range(5)])
    brush.shadows([(2.35, 5.5, 0.8)], 70)
    _pallet(brush, 2.35, 5.5)


def _side_rack(brush: Brush, places: list[float]) -> None:
    """Along the left wall, with one carton a place on each level, the far ones painted first."""
    left, right = -HALF_WIDTH + 0.05, -HALF_WIDTH + 0.95
    for level, low in enumerate(LEVELS):
        brush.box(Box((left + right) / 2, 5.8, right - left, 0.08, 4.0, y=low), shade(RACK, 1.1))
        for place in sorted(places, reverse=True):
            brush.box(Box(left + 0.48, place, 0.74, 0.55, 0.6, y=low + 0.08), CARTON)
            tag = (place - 0.16, low + 0.2, place + 0.16, low + 0.42)
            brush.side(tag, left + 0.86, WHITE)
            brush.side((place - 0.12, low + 0.25, place + 0.02, low + 0.37), left + 0.87, GROUPS[level])
    for z in (7.8, 5.8, 3.8):
        brush.box(Box(right, z, 0.08, 3.4, 0.08), RACK)


def _back_rack(brush: Brush, chance: Random, *, is_tidy: bool) -> None:
    z = 8.1
    # The outer ones first: a carton's visible side must not cover its neighbour nearer to the camera.
    places = sorted((-1.95 + 0.78 * place for place in range(7)), key=lambda x: -abs(x - brush.dodge))
    for level, low in enumerate(LEVELS):
        brush.box(Box(0.4, z, 5.6, 0.08, 0.7, y=low), shade(RACK, 1.1))
        for x in places:
            if is_tidy:
                brush.box(Box(x, z, 0.64, 0.56, 0.6, y=low + 0.08), CARTON)
                paint_label(brush, (x - 0.2, low + 0.24, x + 0.2, low + 0.46), z - 0.32, GROUPS[level])
            elif chance.random() < 0.5:
                carton = Box(
                    x,
                    z,
                    0.4 + 0.3 * chance.random(),
                    0.3 + 0.35 * chance.random(),
                    0.5,
                    low + 0.08,
                    50 * chance.random(),
                )
                brush.box(carton, shade(CARTON, 0.8 + 0.3 * chance.random()))
        if is_tidy:
            brush.face((-2.38, low - 0.02, 3.18, low + 0.1), z - 0.36, shade(GROUPS[level], 0.95))
    for x in (-2.4, 0.4, 3.2):
        brush.box(Box(x, z - 0.36, 0.09, 3.5, 0.06), RACK)


def _pallet(brush: Brush, x: float, z: float) -> None:
    """A full pallet in its own marked place."""
    brush.flat((x - 0.8, z - 0.75, x + 0.8, z + 0.75), YELLOW)
    brush.flat((x - 0.73, z - 0.67, x + 0.73, z + 0.67), (176, 174, 166))
    brush.box(Box(x, z, 1.3, 0.14, 1.1), (158, 122, 80))
    for away in (0.27, -0.27):
        for row in range(2):
            for across in (0.33, -0.33):
                paint_carton(brush, Box(x + across, z + away, 0.62, 0.44, 0.52, y=0.14 + 0.44 * row))
    paint_label(brush, (x - 0.2, 0.66, x + 0.2, 0.88), z - 0.54, BLUE)


def paint_exit_before(brush: Brush, look: Look) -> None:
    chance = Random(look.seed)
    paint_room(brush, look)
    _door(brush)
    brush.face((-0.5, 2.62, 0.5, 2.98), WALL, (108, 112, 108), round_m=0.03)
    brush.shadows(
        [(-0.7, 7.4, 0.9), (0.8, 7.2, 0.9), (-1.9, 6.4, 0.5), (0.2, 6.2, 0.6), (2.0, 7.0, 0.6), (1.05, 6.0, 0.25)]
    )
    for box in (
        Box(-0.7, 7.6, 0.9, 0.7, 0.7, yaw=8),
        Box(-0.6, 7.6, 0.75, 0.6, 0.6, 0.7, -12),
        Box(0.7, 7.5, 1.0, 0.85, 0.7, yaw=-6),
    ):
        paint_carton(brush, box, shade(CARTON, 0.85 + 0.25 * chance.random()))
    paint_carton(brush, Box(0.75, 7.5, 0.7, 0.5, 0.6, 0.85, 20), shade(CARTON, 1.05))
    _leaning_pallet(brush)
    brush.drum((-1.9, 0, 6.4), 0.3, 0.88, (150, 66, 50))
    paint_carton(brush, Box(0.2, 6.2, 0.8, 0.5, 0.6, yaw=32), shade(CARTON, 0.9))
    brush.drum((1.05, 0, 6.0), 0.2, 0.36, (200, 200, 196))
    cable = [(-4.1 + 0.2 * step, 0.0, 5.0 + 0.22 * math.sin(0.55 * step)) for step in range(42)]
    brush.tube(cable, 0.03, (46, 44, 46))


def paint_exit_after(brush: Brush, look: Look) -> None:
    paint_room(brush, look)
    brush.flat((-1.0, 2.0, 1.0, 6.7), (*GREEN, 120))
    for x in (-1.08, 1.0):
        brush.flat((x, 2.0, x + 0.08, 8.5), WHITE)
    for z in (3.0, 4.3, 5.6):
        corners = [
            (-0.14, z),
            (0.14, z),
            (0.14, z + 0.45),
            (0.36, z + 0.45),
            (0, z + 0.85),
            (-0.36, z + 0.45),
            (-0.14, z + 0.45),
        ]
        brush.polygon([(across, 0.0, away) for across, away in corners], WHITE)
    for bar in range(8):
        x = -0.98 + 0.25 * bar
        brush.polygon([(x, 0, 6.85), (x + 0.13, 0, 6.85), (x + 0.21, 0, 8.3), (x + 0.08, 0, 8.3)], YELLOW)
    _door(brush)
    brush.soft([((0, 2.8, WALL), 0.9, 0.4)], (120, 240, 170, 150), blur=0.03)
    _exit_sign(brush)
    for x in (-1.6, 1.6):
        brush.face((x - 0.22, 2.75, x + 0.22, 2.9), WALL, (232, 234, 232), round_m=0.03)
        for side in (-0.14, 0.14):
            brush.oval((x + side, 2.95, WALL), (0.09, 0.08), (255, 250, 214))
    paint_extinguisher(brush, 2.0, WALL)
    brush.face((-2.55, 1.35, -1.65, 2.15), WALL, WHITE)
    _escape_plan(brush)


def _door(brush: Brush) -> None:
    brush.face((-1.08, 0, 1.08, 2.42), WALL, (92, 98, 100))
    for left in (-1.0, 0.02):
        brush.face((left, 0.02, left + 0.98, 2.34), WALL, (58, 120, 100))
        brush.face((left + 0.3, 1.45, left + 0.68, 2.15), WALL, (190, 220, 226), round_m=0.03)
        brush.face((left + 0.08, 0.98, left + 0.9, 1.08), WALL, (212, 216, 214), round_m=0.04)
        brush.face((left + 0.06, 0.08, left + 0.92, 0.34), WALL, (150, 156, 158))


def _exit_sign(brush: Brush) -> None:
    """A running figure, an arrow and a door, white on green."""
    brush.face((-0.66, 2.56, 0.66, 3.06), WALL, WHITE, round_m=0.03)
    brush.face((-0.63, 2.59, 0.63, 3.03), WALL, (0, 150, 90), round_m=0.02)
    brush.face((0.3, 2.64, 0.54, 2.99), WALL, WHITE)
    brush.oval((0.05, 2.94, WALL), (0.042, 0.042), WHITE)
    for limb in (
        [(0.03, 2.87), (-0.03, 2.77), (0.05, 2.7), (0.03, 2.63)],
        [(-0.03, 2.77), (-0.1, 2.71), (-0.18, 2.7)],
        [(0.03, 2.87), (0.1, 2.82), (0.16, 2.84)],
        [(0.03, 2.87), (-0.07, 2.86), (-0.1, 2.8)],
    ):
        brush.tube([(x, y, WALL) for x, y in limb], 0.042, WHITE)
    brush.face((-0.54, 2.79, -0.36, 2.84), WALL, WHITE)
    brush.polygon([(-0.37, 2.72, WALL), (-0.37, 2.91, WALL), (-0.24, 2.815, WALL)], WHITE)


def _escape_plan(brush: Brush) -> None:
    brush.face((-2.5, 1.4, -1.7, 2.1), WALL, (222, 236, 228))
    for wall in (
        (-2.42, 1.48, -2.4, 2.02),
        (-2.42, 2.0, -1.78, 2.02),
        (-1.8, 1.48, -1.78, 2.02),
        (-2.42, 1.48, -1.78, 1.5),
        (-2.1, 1.7, -2.08, 2.0),
    ):
        brush.face(wall, WALL, BLACK)
    brush.tube([(-2.28, 1.88, WALL), (-2.28, 1.6, WALL), (-1.88, 1.6, WALL)], 0.035, GREEN)
    brush.oval((-1.9, 1.88, WALL), (0.04, 0.04), RED)


def _leaning_pallet(brush: Brush) -> None:
    for slat in range(6):
        low = 0.04 + 0.24 * slat
        lean = 0.06 * slat
        brush.polygon(
            [
                (1.5, low, 6.9 + lean),
                (2.6, low, 7.1 + lean),
                (2.6, low + 0.15, 7.13 + lean),
                (1.5, low + 0.15, 6.93 + lean),
            ],
            shade((170, 132, 88), 1 - 0.03 * slat),
        )
    for x in (1.6, 2.05, 2.5):
        brush.tube([(x, 0.05, 6.95), (x, 1.4, 7.3)], 0.05, (132, 100, 64))


def paint_kitchen_before(brush: Brush, look: Look) -> None:
    chance = Random(look.seed)
    _kitchen(brush, look)
    for _ in range(16):
        spot = (4.2 * chance.random() - 1.4, 0.0, 3.9 + 1.8 * chance.random())
        brush.puddle(spot, 0.03 + 0.1 * chance.random(), shade(SCRAPS[int(6 * chance.random())], 0.9))
    brush.shadows([(0.0, 5.2, 0.5), (0.95, 5.0, 0.5), (1.95, 5.2, 0.5), (-2.6, 6.0, 0.3)])
    _cook(brush, is_fresh=False)
    for x, z, size in ((2.75, 5.3, 0.34), (-0.75, 5.0, 0.3)):
        brush.oval((x, size * 0.8, z), (size, size * 0.85), (44, 46, 52))
        brush.polygon(
            [(x - 0.07, size * 1.5, z), (x + 0.07, size * 1.5, z), (x + 0.12, size * 2.0, z), (x - 0.1, size * 2.1, z)],
            (44, 46, 52),
        )
        brush.oval((x - size * 0.35, size * 1.05, z), (size * 0.2, size * 0.24), (78, 82, 90))
    for x, z in ((0.0, 5.2), (1.95, 5.2), (0.95, 4.9)):
        brush.drum((x, 0, z), 0.38, 0.85, (104, 108, 112))
        for _ in range(60):
            up = chance.random()
            across = (chance.random() - 0.5) * 0.8 * (1.05 - up)
            scrap = (x + across, 0.86 + 0.42 * up, z - 0.1)
            size = 0.05 + 0.06 * chance.random()
            brush.oval(
                scrap, (size * 1.25, size), shade(SCRAPS[int(6 * chance.random())], 0.85 + 0.3 * chance.random())
            )


def paint_kitchen_after(brush: Brush, look: Look) -> None:
    _kitchen(brush, look)
    _waste_chart(brush)
    brush.shadows([(-0.3 + 0.85 * place, 5.2, 0.42) for place in range(4)] + [(-2.6, 6.0, 0.3), (-1.5, 4.5, 0.5)], 70)
    _cook(brush, is_fresh=True)
    for place, colour in reversed(list(enumerate(BINS))):
        _sorting_bin(brush, -0.3 + 0.85 * place, colour, place)
    _scale(brush)


def _kitchen(brush: Brush, look: Look) -> None:
    """A tiled room with a steel counter, a hood and pots along the back."""
    paint_room(brush, look, has_windows=False)
    brush.face((-HALF_WIDTH, 0.12, HALF_WIDTH, 2.2), WALL, (236, 240, 240))
    for column in range(22):
        x = -HALF_WIDTH + 0.4 * column
        brush.face((x, 0.12, x + 0.015, 2.2), WALL, (204, 212, 214))
    for row in range(6):
        brush.face((-HALF_WIDTH, 0.15 + 0.4 * row, HALF_WIDTH, 0.165 + 0.4 * row), WALL, (204, 212, 214))
    brush.polygon([(-3.2, 2.35, 7.6), (-0.8, 2.35, 7.6), (-1.3, 3.0, 7.9), (-2.7, 3.0, 7.9)], shade(STEEL, 0.98))
    brush.face((-2.3, 2.98, -1.7, HEIGHT), 8.0, shade(STEEL, 0.88))
    brush.face((-3.25, 2.24, -0.75, 2.38), 7.6, shade(STEEL, 1.12))
    brush.box(Box(0.0, 8.1, 7.6, 0.9, 0.9), STEEL)
    for left in (-3.7, -1.8, 0.1, 2.0):
        brush.face((left + 0.06, 0.1, left + 1.76, 0.78), 7.64, shade(STEEL, 0.86), round_m=0.02)
        brush.face((left + 0.7, 0.66, left + 1.1, 0.7), 7.63, shade(STEEL, 0.6))
    for x, radius, height in ((-2.6, 0.26, 0.34), (-1.7, 0.3, 0.26), (3.0, 0.24, 0.4)):
        brush.drum((x, 0.9, 8.0), radius, height, (150, 156, 162))
    brush.tube([(1.0, 2.05, 8.4), (3.6, 2.05, 8.4)], 0.03, (90, 96, 100))
    for hook in range(5):
        x = 1.2 + 0.55 * hook
        brush.tube([(x, 2.05, 8.4), (x, 1.7, 8.4)], 0.025, (90, 96, 100))
        brush.oval((x, 1.6, 8.4), (0.13, 0.13), (128, 134, 138))


def _cook(brush: Brush, *, is_fresh: bool) -> None:
    x, z = -2.6, 6.0
    jacket: Colour = WHITE if is_fresh else (214, 206, 190)
    paint_worker(brush, Worker(x, z, jacket, hands=((-0.26, 0.95), (0.26, 0.95)), skin=0))
    brush.face((x - 0.17, 0.45, x + 0.17, 1.12), z - 0.05, BLUE if is_fresh else (140, 128, 116), round_m=0.03)
    brush.face((x - 0.115, 1.63, x + 0.115, 1.8), z, jacket)
    for across in (-0.08, 0.0, 0.08):
        brush.oval((x + across, 1.84, z), (0.09, 0.08), jacket)


def _sorting_bin(brush: Brush, x: float, colour: Colour, place: int) -> None:
    """A bin with its lid and, on a white tag, what goes in: leaf, bottle, carton, rest."""
    z = 5.2
    brush.box(Box(x, z, 0.68, 0.86, 0.6), colour)
    brush.box(Box(x, z - 0.02, 0.74, 0.09, 0.66, y=0.86), shade(colour, 0.8))
    front = z - 0.31
    brush.face((x - 0.2, 0.3, x + 0.2, 0.7), front, WHITE, round_m=0.04)
    if place == 0:
        brush.polygon(
            [(x - 0.13, 0.38, front), (x - 0.08, 0.56, front), (x + 0.13, 0.63, front), (x + 0.06, 0.43, front)], colour
        )
        brush.tube([(x - 0.14, 0.36, front), (x + 0.08, 0.58, front)], 0.015, WHITE)
    elif place == 1:
        brush.face((x - 0.07, 0.35, x + 0.07, 0.55), front, colour, round_m=0.03)
        brush.face((x - 0.03, 0.52, x + 0.03, 0.65), front, colour)
    elif place == 2:
        brush.face((x - 0.12, 0.37, x + 0.12, 0.57), front, colour)
        brush.polygon(
            [(x - 0.12, 0.58, front), (x + 0.12, 0.58, front), (x + 0.16, 0.65, front), (x - 0.16, 0.65, front)], colour
        )
    else:
        brush.tube([(x - 0.1, 0.4, front), (x + 0.1, 0.6, front)], 0.04, colour)
        brush.tube([(x - 0.1, 0.6, front), (x + 0.1, 0.4, front)], 0.04, colour)


def _scale(brush: Brush) -> None:
    """A platform scale with a bucket on it."""
    x, z = -1.5, 4.5
    brush.tube([(x, 0.1, z + 0.32), (x, 1.0, z + 0.32)], 0.06, (120, 126, 132))
    brush.face((x - 0.2, 0.95, x + 0.2, 1.2), z + 0.3, (60, 66, 74), round_m=0.03)
    brush.face((x - 0.15, 1.02, x + 0.15, 1.15), z + 0.29, (150, 226, 160))
    brush.box(Box(x, z, 0.7, 0.1, 0.6), STEEL)
    brush.drum((x, 0.1, z - 0.02), 0.2, 0.34, BINS[0])
    brush.oval((x, 0.44, z - 0.02), (0.17, 0.17 * (EYE - 0.44) / z), SCRAPS[0])


def _waste_chart(brush: Brush) -> None:
    """On the wall: bars that grow shorter week by week, and an arrow down."""
    brush.face((-0.65, 2.3, 2.05, 3.7), WALL, (60, 66, 74), round_m=0.03)
    brush.face((-0.59, 2.36, 1.99, 3.64), WALL, WHITE)
    for week in range(7):
        x = -0.32 + 0.31 * week
        brush.face((x, 2.51, x + 0.2, 3.45 - 0.125 * week), WALL, shade(BINS[0], 1.25 - 0.06 * week))
    brush.face((-0.42, 2.48, 1.9, 2.51), WALL, BLACK)
    brush.face((-0.42, 2.48, -0.39, 3.53), WALL, BLACK)
    brush.tube([(0.45, 3.51, WALL), (1.65, 3.05, WALL)], 0.045, RED)
    brush.polygon([(1.82, 2.98, WALL), (1.6, 2.97, WALL), (1.69, 3.15, WALL)], RED)
