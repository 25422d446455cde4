"""The place a scene happens in: a hall with floor, walls, windows and lamps, its colours told by the seed."""

from dataclasses import dataclass
from random import Random

from app.sample.perspective import Brush, Colour, Point, shade

HALF_WIDTH = 4.2
HEIGHT = 4.1
NEAR = 2.0  # where walls and floor begin: behind the lower edge of the picture
BACK = 8.6

WALLS: tuple[Colour, ...] = ((226, 221, 208), (214, 222, 220), (224, 226, 228), (228, 216, 198), (212, 218, 226))
BANDS: tuple[Colour, ...] = ((150, 170, 150), (128, 152, 172), (160, 162, 166), (184, 158, 122), (134, 150, 140))
FLOORS: tuple[Colour, ...] = ((164, 162, 156), (170, 166, 156), (152, 158, 158), (172, 160, 146))


@dataclass(frozen=True, slots=True)
class Look:
    """What one place looks like, before and after alike. `dodge`: metres the camera stands right of the middle."""

    seed: int
    wall: Colour
    band: Colour
    floor: Colour
    dodge: float


def look_of(seed: int) -> Look:
    chance = Random(seed)
    colour = int(chance.random() * len(WALLS))
    floor = FLOORS[int(chance.random() * len(FLOORS))]
    return Look(seed, WALLS[colour], BANDS[colour], floor, 0.7 * (chance.random() - 0.5))


def paint_room(brush: Brush, look: Look, *, has_windows: bool = True) -> None:
    _shell(brush, look)
    if has_windows:
        for z in (3.1, 4.9, 6.7):
            _window(brush, z)
    _lamps(brush)


def _shell(brush: Brush, look: Look) -> None:
    brush.image.paste(look.floor, (0, 0, *brush.image.size))
    _floor(brush, look.floor)
    brush.flat((-HALF_WIDTH, NEAR, HALF_WIDTH, BACK), shade(look.wall, 0.82), HEIGHT)
    brush.face((-HALF_WIDTH, 0, HALF_WIDTH, HEIGHT), BACK, shade(look.wall, 0.97))
    for x, light in ((-HALF_WIDTH, 0.86), (HALF_WIDTH, 0.92)):
        brush.side((NEAR, 0, BACK, HEIGHT), x, shade(look.wall, light))
        brush.side((NEAR, 0, BACK, 1.15), x, shade(look.band, light))
        brush.side((NEAR, 0, BACK, 0.12), x, shade(look.band, light * 0.7))
        brush.side((NEAR, 1.15, BACK, 1.18), x, shade(look.band, light * 0.8))
    brush.face((-HALF_WIDTH, 0, HALF_WIDTH, 1.15), BACK, look.band)
    brush.face((-HALF_WIDTH, 0, HALF_WIDTH, 0.12), BACK, shade(look.band, 0.7))
    brush.face((-HALF_WIDTH, 1.15, HALF_WIDTH, 1.18), BACK, shade(look.band, 0.8))
    _dim_corners(brush)


def _floor(brush: Brush, colour: Colour) -> None:
    strips = 24
    for strip in range(strips):
        z0, z1 = (NEAR + (BACK - NEAR) * edge / strips for edge in (strip, strip + 1))
        brush.flat((-HALF_WIDTH, z0, HALF_WIDTH, z1), shade(colour, 0.9 + 0.16 * strip / strips))
    for x in (-2.8, -1.4, 0.0, 1.4, 2.8):
        brush.flat((x - 0.012, NEAR, x + 0.012, BACK), shade(colour, 0.86))
    for step in range(5):
        z = 2.6 + 1.4 * step
        brush.flat((-HALF_WIDTH, z, HALF_WIDTH, z + 0.03), shade(colour, 0.86))


def _dim_corners(brush: Brush) -> None:
    """Edges between wall and wall, wall and floor, are a little darker: that is what makes a room of flat colours."""
    shapes: list[tuple[list[Point], int]] = []
    right = HALF_WIDTH
    for part in range(8):
        reach, strength = 0.12 * (8 - part), 6 * (part + 1)
        z = BACK - reach * 1.6
        shapes += [
            (
                [
                    (-right, HEIGHT, BACK),
                    (right, HEIGHT, BACK),
                    (right, HEIGHT - reach, BACK),
                    (-right, HEIGHT - reach, BACK),
                ],
                strength,
            ),
            ([(-right, 0, BACK), (right, 0, BACK), (right, 0, z), (-right, 0, z)], strength),
        ]
        for x, inward in ((-right, reach), (right, -reach)):
            shapes += [
                ([(x, 0, BACK), (x + inward, 0, BACK), (x + inward, HEIGHT, BACK), (x, HEIGHT, BACK)], strength),
                ([(x, 0, BACK), (x, 0, z), (x, HEIGHT, z), (x, HEIGHT, BACK)], strength),
                ([(x, 0, NEAR), (x + inward, 0, NEAR), (x + inward, 0, BACK), (x, 0, BACK)], strength),
            ]
    brush.soft_polygons(shapes, (24, 28, 36), blur=0.012)


def _window(brush: Brush, z: float) -> None:
    frame, x = (120, 126, 130), -HALF_WIDTH
    brush.side((z, 1.75, z + 1.3, 3.35), x, frame)
    for left in (z + 0.06, z + 0.68):
        for low, sky in ((1.81, (206, 226, 236)), (2.6, (186, 214, 234))):
            brush.side((left, low, left + 0.56, low + 0.69), x, sky)
    brush.side((z - 0.04, 1.69, z + 1.34, 1.76), x, (206, 204, 198))


def _lamps(brush: Brush) -> None:
    for z in (3.6, 5.6, 7.4):
        for x in (-1.7, 1.7):
            brush.flat((x - 0.62, z, x + 0.62, z + 0.26), (150, 152, 152), HEIGHT - 0.16)
            brush.flat((x - 0.58, z + 0.03, x + 0.58, z + 0.23), (255, 253, 240), HEIGHT - 0.17)
    pools = [((x, 0.0, z), 1.5, 0.36) for x in (-1.7, 1.7) for z in (4.2, 6.4)]
    brush.soft(pools, (255, 252, 236, 46), blur=0.04)
    glow = [((x, HEIGHT - 0.2, z), 1.0, 0.34) for x in (-1.7, 1.7) for z in (5.6, 7.4)]
    brush.soft(glow, (255, 253, 240, 70), blur=0.03)
