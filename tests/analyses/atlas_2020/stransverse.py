"""The stransverse mass by brute force: over all ways to share the missing momentum between two
unseen massless particles, the smallest of the larger of the two transverse masses.

Each squared transverse mass is a convex function of the share, so their maximum is convex, and
so is its minimum over one component. A search on a grid that closes in around the smallest value
therefore finds the minimum, first in y for each x, then in x.
"""

import functools
import math

import numpy as np

POINTS = 32
ROUNDS = 10


@functools.lru_cache(maxsize=None)
def mt2(first, second, met_x, met_y):
    """`first` and `second` are momenta (px, py, pz, e)."""

    def squared(p, qx, qy):
        m2 = max(p[3] ** 2 - p[0] ** 2 - p[1] ** 2 - p[2] ** 2, 0.0)
        energy = math.sqrt(m2 + p[0] ** 2 + p[1] ** 2)
        return m2 + 2 * (energy * np.hypot(qx, qy) - p[0] * qx - p[1] * qy)

    def larger(qx, qy):
        return np.maximum(squared(first, qx, qy), squared(second, met_x - qx, met_y - qy))

    scale = math.hypot(met_x, met_y) + sum(math.hypot(p[0], p[1]) for p in (first, second))
    steps = np.linspace(-1, 1, POINTS)

    def along_y(x):
        """The minimum over y at each x."""
        middle, half = np.zeros_like(x), np.full_like(x, 1000 * scale)
        for _ in range(ROUNDS):
            y = middle[:, None] + half[:, None] * steps
            values = larger(x[:, None], y)
            middle = np.take_along_axis(y, values.argmin(axis=1)[:, None], axis=1)[:, 0]
            half = half * 2.1 / (POINTS - 1)
        return values.min(axis=1)

    middle, half = 0.0, 1000 * scale
    for _ in range(ROUNDS):
        x = middle + half * steps
        values = along_y(x)
        middle = x[values.argmin()]
        half *= 2.1 / (POINTS - 1)
    return math.sqrt(max(values.min(), 0.0))
