"""Functions of places on Earth, as JavaRosa computes them: on a sphere with the radius of the equator."""

import math
from itertools import pairwise
from typing import TypeAlias

from app.checklists.expressions.functions.function import Function
from app.checklists.expressions.functions.nodes import nodes_of
from app.checklists.expressions.problems import Problem, Refusal
from app.checklists.expressions.values import Scope, Value

# Latitude and longitude in degrees.
Place: TypeAlias = tuple[float, float]

_RADIUS_M = 6_378_100.0
_METRES_IN_A_DEGREE = 2 * _RADIUS_M * math.pi / 360


def area_m2(places: list[Place]) -> float:
    """Of the polygon with these corners; 0 of fewer than three."""
    if len(places) < 3:
        return 0.0
    first = places[0]
    across = [
        ((place[1] - first[1]) * _METRES_IN_A_DEGREE * math.cos(math.radians(place[0])), place[0] - first[0])
        for place in places[1:]
    ]
    corners = [(x, degrees * _METRES_IN_A_DEGREE) for x, degrees in across]
    return abs(sum((before[1] * after[0] - before[0] * after[1]) / 2 for before, after in pairwise(corners)))


def distance_m(places: list[Place]) -> float:
    """Along all of them in turn; 0 of fewer than two."""
    return sum((_between(before, after) for before, after in pairwise(places)), 0.0)


def is_inside(place: Place, corners: list[Place]) -> bool:
    """Whether a ray from the place leaves the polygon an odd number of times; the last corner repeats the first."""
    y, x = place
    inside = False
    for before, after in pairwise(corners):
        if (after[0] > y) != (before[0] > y):
            crossing = (before[1] - after[1]) * (y - after[0]) / (before[0] - after[0]) + after[1]
            inside = inside != (x < crossing)
    return inside


def _between(one: Place, other: Place) -> float:
    turned = math.radians(one[1] - other[1])
    north, south = math.radians(one[0]), math.radians(other[0])
    cosine = math.sin(north) * math.sin(south) + math.cos(north) * math.cos(south) * math.cos(turned)
    return math.acos(max(-1.0, min(1.0, cosine))) * _RADIUS_M


def _places(value: Value, name: str) -> list[Place]:
    """Of one node all points of its line or shape, of several the one point each; unanswered ones are left out."""
    nodes = nodes_of(value, name)
    written = [part for node in nodes for part in node.text.split(";") if part.strip()]
    return [_place(part) for part in written]


def _place(written: str) -> Place:
    try:
        parts = [float(part) for part in written.split()]
    except ValueError as trouble:
        raise Refusal(Problem.NOT_A_PLACE, written) from trouble
    if not 2 <= len(parts) <= 4 or not all(map(math.isfinite, parts)):
        raise Refusal(Problem.NOT_A_PLACE, written)
    if abs(parts[0]) > 90 or abs(parts[1]) > 180:
        raise Refusal(Problem.NOT_A_PLACE, written)
    return parts[0], parts[1]


def _area(_scope: Scope, values: list[Value]) -> Value:
    return area_m2(_places(values[0], "area"))


def _distance(_scope: Scope, values: list[Value]) -> Value:
    return distance_m(_places(values[0], "distance"))


def _geofence(_scope: Scope, values: list[Value]) -> Value:
    """False while either is unanswered."""
    places, corners = _places(values[0], "geofence"), _places(values[1], "geofence")
    return bool(places) and is_inside(places[0], corners)


PLACE_FUNCTIONS = {
    "area": Function(_area, 1, 1),
    "enclosed-area": Function(_area, 1, 1),
    "distance": Function(_distance, 1, 1),
    "geofence": Function(_geofence, 2, 2),
}
