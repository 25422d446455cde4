"""Drawing in metres: x to the right, y up, z away from the camera, one vanishing point, flat colours with one light."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter

FOCAL = 0.8  # of the picture's width: a phone's ordinary lens
HORIZON = 0.38  # of the picture's height, from the top
EYE = 1.6  # metres above the floor
LIGHT = (-0.42, 0.76, -0.5)  # towards the lamp: from above left, behind the camera
COARSER = 8  # what is blurred is drawn so many times smaller: nobody sees it, and it is quick
FINER = 2  # drawn so many times larger, then shrunk: Pillow draws hard edges

Colour = tuple[int, ...]
"""Red, green, blue, and how opaque (0-255) where it is not solid."""
Point = tuple[float, float, float]
Rect = tuple[float, float, float, float]


def shade(colour: Colour, factor: float) -> Colour:
    """`colour` darker (below 1) or lighter (above 1), as opaque as before."""
    return (*(min(255, round(part * factor)) for part in colour[:3]), *colour[3:])


@dataclass(frozen=True, slots=True)
class Box:
    """A block standing at (x, z), its middle, `y` above the floor; `yaw` in degrees turns it on its foot."""

    x: float
    z: float
    width: float
    height: float
    depth: float
    y: float = 0.0
    yaw: float = 0.0


@dataclass(frozen=True, slots=True)
class Brush:
    """Paints on `image`, far things first: what is painted later hides what was painted before. `dodge`: metres the
    camera stands right of the middle of the room."""

    image: Image.Image
    draw: ImageDraw.ImageDraw
    dodge: float

    def unit(self, z: float) -> float:
        """Pixels of one metre at this distance."""
        return self.image.width * FOCAL / z

    def point(self, x: float, y: float, z: float) -> tuple[float, float]:
        unit = self.unit(z)
        return self.image.width / 2 + (x - self.dodge) * unit, self.image.height * HORIZON + (EYE - y) * unit

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        self.draw.polygon([self.point(*point) for point in points], fill=colour)

    def face(self, rect: Rect, z: float, colour: Colour, *, round_m: float = 0.0) -> None:
        """A rectangle (x, y, x, y) that looks at the camera, its corners rounded by `round_m` metres."""
        (x0, y0), (x1, y1) = self.point(rect[0], rect[1], z), self.point(rect[2], rect[3], z)
        box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        self.draw.rounded_rectangle(box, round_m * self.unit(z), fill=colour)

    def flat(self, rect: Rect, colour: Colour, y: float = 0.0) -> None:
        """A rectangle (x, z, x, z) that lies on the floor, or `y` above it."""
        x0, z0, x1, z1 = rect
        self.polygon([(x0, y, z0), (x1, y, z0), (x1, y, z1), (x0, y, z1)], colour)

    def side(self, rect: Rect, x: float, colour: Colour) -> None:
        """A rectangle (z, y, z, y) on a wall that runs away from the camera."""
        z0, y0, z1, y1 = rect
        self.polygon([(x, y0, z0), (x, y0, z1), (x, y1, z1), (x, y1, z0)], colour)

    def oval(self, centre: Point, radii: tuple[float, float], colour: Colour) -> None:
        """An ellipse that looks at the camera; radii across and up, in metres."""
        x, y = self.point(*centre)
        across, up = (radius * self.unit(centre[2]) for radius in radii)
        self.draw.ellipse((x - across, y - up, x + across, y + up), fill=colour)

    def puddle(self, centre: Point, radius: float, colour: Colour) -> None:
        """A circle that lies on the floor, or at the height of `centre`."""
        x, y, z = centre
        turns = [math.tau * part / 28 for part in range(28)]
        self.polygon([(x + radius * math.cos(turn), y, z + radius * math.sin(turn)) for turn in turns], colour)

    def tube(self, points: Sequence[Point], thickness: float, colour: Colour) -> None:
        """A bent pipe, arm or leg through the points, with round ends."""
        for start, end in itertools.pairwise(points):
            width = max(1, round(thickness * self.unit((start[2] + end[2]) / 2)))
            self.draw.line([self.point(*start), self.point(*end)], fill=colour, width=width)
        for joint in points:
            self.oval(joint, (thickness / 2, thickness / 2), colour)

    def box(self, box: Box, colour: Colour) -> None:
        """A block, each visible face shaded by the way it looks."""
        turn = math.radians(box.yaw)
        sides = [(box.width, box.depth, turn), (box.depth, box.width, turn + math.pi / 2)]
        walls = [(*side[:2], side[2] + half) for side in sides for half in (0.0, math.pi)]
        for width, depth, angle in walls:
            out = (math.sin(angle), -math.cos(angle))
            along = (math.cos(angle) * width / 2, math.sin(angle) * width / 2)
            foot = (box.x + out[0] * depth / 2, box.z + out[1] * depth / 2)
            if out[0] * (self.dodge - foot[0]) - out[1] * foot[1] > 0:
                ends = [(foot[0] - along[0], foot[1] - along[1]), (foot[0] + along[0], foot[1] + along[1])]
                self._wall(ends, (box.y, box.y + box.height), shade(colour, _lit(out[0], 0.0, out[1])))
        level, up = (box.y + box.height, 1.0) if box.y + box.height < EYE else (box.y, -1.0)
        if up > 0 or box.y > EYE:
            self.polygon(_corners(box, level), shade(colour, _lit(0.0, up, 0.0)))

    def _wall(self, ends: Sequence[tuple[float, float]], levels: tuple[float, float], colour: Colour) -> None:
        (x0, z0), (x1, z1) = ends
        self.polygon([(x0, levels[0], z0), (x1, levels[0], z1), (x1, levels[1], z1), (x0, levels[1], z0)], colour)

    def drum(self, foot: Point, radius: float, height: float, colour: Colour) -> None:
        """A standing cylinder lower than the eye, lit from the left."""
        x, y, z = foot
        strips = 16
        rim = [math.pi * (1 + edge / strips) for edge in range(strips + 1)]
        bulge, lid = (radius * (EYE - level) / z for level in (y, y + height))
        for left, right in itertools.pairwise(rim):
            below = [(x + radius * math.cos(turn), y + bulge * math.sin(turn), z) for turn in (left, right)]
            above = [(x + radius * math.cos(turn), y + height + lid * math.sin(turn), z) for turn in (right, left)]
            middle = (left + right) / 2
            self.polygon(below + above, shade(colour, _lit(math.cos(middle), 0.0, math.sin(middle))))
        self.oval((x, y + height, z), (radius, lid), shade(colour, 1.14))

    def soft(self, blots: Sequence[tuple[Point, float, float]], colour: Colour, *, blur: float = 0.012) -> None:
        """Blurred flat ellipses (centre, radius across, radius up, in metres), all at once: shadow, light or mist.

        `colour` names its strength as fourth part; `blur` is a share of the picture's width.
        """
        mask = self._mask()
        pen = ImageDraw.Draw(mask)
        for centre, across_m, up_m in blots:
            (x, y), unit = self.point(*centre), self.unit(centre[2])
            across, up = across_m * unit, up_m * unit
            pen.ellipse([part / COARSER for part in (x - across, y - up, x + across, y + up)], fill=colour[3])
        self._veil(mask, colour, blur)

    def soft_polygons(self, shapes: Sequence[tuple[Sequence[Point], int]], colour: Colour, *, blur: float) -> None:
        """Blurred polygons, each with its strength (0-255); where two overlap the later one counts."""
        mask = self._mask()
        pen = ImageDraw.Draw(mask)
        for points, strength in shapes:
            flat = [self.point(*point) for point in points]
            pen.polygon([(x / COARSER, y / COARSER) for x, y in flat], fill=strength)
        self._veil(mask, colour, blur)

    def _mask(self) -> Image.Image:
        return Image.new("L", (self.image.width // COARSER, self.image.height // COARSER))

    def _veil(self, mask: Image.Image, colour: Colour, blur: float) -> None:
        blurred = mask.filter(ImageFilter.GaussianBlur(blur * mask.width))
        self.image.paste(colour[:3], (0, 0), blurred.resize(self.image.size, Image.Resampling.BILINEAR))

    def shadows(self, spots: Sequence[tuple[float, float, float]], strength: int = 95) -> None:
        """The soft shadows of things on the floor, painted before the things: (x, z, half width in metres) each."""
        blots = [((x + 0.08, 0.0, z), half * 1.15, half * 1.15 * EYE / z * 0.8) for x, z, half in spots]
        self.soft(blots, (20, 22, 28, strength))


def _lit(x: float, y: float, z: float) -> float:
    """How bright a face is that looks along (x, y, z)."""
    return 0.74 + 0.4 * max(0.0, x * LIGHT[0] + y * LIGHT[1] + z * LIGHT[2])


def _corners(box: Box, level: float) -> list[Point]:
    turn = math.radians(box.yaw)
    cosine, sine = math.cos(turn), math.sin(turn)
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    offsets = [(across * box.width / 2, away * box.depth / 2) for across, away in signs]
    return [(box.x + a * cosine - b * sine, level, box.z + a * sine + b * cosine) for a, b in offsets]
