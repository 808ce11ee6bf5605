"""Four-momenta and decays, for the synthetic events. Everything in GeV."""

import math
import random


class Random(random.Random):
    """Random numbers that are the same everywhere for one seed."""

    def exponential(self, mean):
        return self.expovariate(1 / mean)


def p4(pt, eta, phi, mass=0.0):
    """A four-momentum (px, py, pz, e)."""
    px, py, pz = pt * math.cos(phi), pt * math.sin(phi), pt * math.sinh(eta)
    return px, py, pz, math.sqrt(px * px + py * py + pz * pz + mass * mass)


def add(*momenta):
    return tuple(sum(components) for components in zip(*momenta))


def scaled(p, factor):
    """A part of a momentum: what a collinear decay product carries away."""
    return tuple(factor * x for x in p)


def pt(p):
    return math.hypot(p[0], p[1])


def eta(p):
    return math.asinh(p[2] / pt(p))


def phi(p):
    return math.atan2(p[1], p[0])


def mass(p):
    return math.sqrt(max(p[3] ** 2 - p[0] ** 2 - p[1] ** 2 - p[2] ** 2, 0.0))


def delta_r(p, q):
    turn = math.remainder(phi(p) - phi(q), 2 * math.pi)
    return math.hypot(eta(p) - eta(q), turn)


def boosted(p, parent):
    """`p`, given in the rest frame of `parent`, in the frame where `parent` is given."""
    m = mass(parent)
    along = sum(a * b for a, b in zip(p[:3], parent[:3]))
    energy = (parent[3] * p[3] + along) / m
    factor = (p[3] + energy) / (m + parent[3])
    return tuple(a + factor * b for a, b in zip(p[:3], parent[:3])) + (energy,)


def decay(rng, parent, mass_a=0.0, mass_b=0.0):
    """Two particles, isotropic in the rest frame of their parent."""
    m = mass(parent)
    a, b = mass_a, mass_b
    if a + b > m:
        a, b = a * m / (a + b) * 0.99, b * m / (a + b) * 0.99
    k = math.sqrt(max((m * m - (a + b) ** 2) * (m * m - (a - b) ** 2), 0.0)) / (2 * m)
    z, turn = rng.uniform(-1, 1), rng.uniform(-math.pi, math.pi)
    s = math.sqrt(1 - z * z)
    k3 = k * s * math.cos(turn), k * s * math.sin(turn), k * z
    first = boosted(k3 + (math.sqrt(k * k + a * a),), parent)
    second = boosted(tuple(-x for x in k3) + (math.sqrt(k * k + b * b),), parent)
    return first, second


def resonance(rng, peak, width):
    """A mass after Breit and Wigner, not far from its peak."""
    while True:
        m = peak + width / 2 * math.tan(math.pi * (rng.random() - 0.5))
        if 0.5 * peak < m < 1.8 * peak:
            return m


def produced(rng, m, mean_pt, spread=1.0):
    """A particle as a hadron collider makes it: some transverse momentum, central."""
    return p4(rng.exponential(mean_pt) + 0.1, rng.gauss(0, spread), rng.uniform(-math.pi, math.pi), m)
