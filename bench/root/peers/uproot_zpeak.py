"""The Z -> mumu peak with uproot and awkward: `uproot_zpeak.py FILE THREADS`.

Prints the selected events, those in 66-116 GeV, and bin 50 of 100.
"""

import sys

import awkward as ak
import numpy as np
import uproot

from columns import ZPEAK


def main(path: str, threads: int) -> None:
    parallel = {"decompression_executor": uproot.ThreadPoolExecutor(threads)} if threads > 1 else {}
    selected, histogram = 0, np.zeros(100, dtype=np.int64)
    with uproot.open(path) as file:
        for events in file["mini"].iterate(ZPEAK, step_size=500_000, **parallel):
            mass = dimuon_mass(select(events))
            selected += len(mass)
            histogram += np.histogram(mass, bins=100, range=(66, 116))[0]
    print(selected, histogram.sum(), histogram[50])


def select(events: ak.Array) -> ak.Array:
    events = events[events.trigM & (events.lep_n == 2)]
    return events[
        ak.all(events.lep_type == 13, axis=1)
        & (ak.sum(events.lep_charge, axis=1) == 0)
        & ak.all(events.lep_pt > 25_000, axis=1)
        & ak.all(events.lep_isTightID, axis=1)
    ]


def dimuon_mass(events: ak.Array) -> np.ndarray:
    """Invariant mass in GeV, computed in double precision."""
    pt, eta, phi, energy = (
        ak.values_astype(events[name], np.float64) for name in ("lep_pt", "lep_eta", "lep_phi", "lep_E")
    )
    px, py, pz, energy = (
        ak.to_numpy(ak.sum(component, axis=1))
        for component in (pt * np.cos(phi), pt * np.sin(phi), pt * np.sinh(eta), energy)
    )
    return np.sqrt(np.maximum(energy**2 - px**2 - py**2 - pz**2, 0)) / 1000


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
