"""Synthetic events in the form of the ATLAS 8 TeV Open Data, release 2016.

    python events.py FOLDER [--events 700] [--seed 2016]

writes FOLDER/NAME.parquet: every branch of the tree `mini` with its type, momenta in MeV, some
data and some simulated samples. Every cut of the seven published analyses is passed by many of the
events and failed by many, and so is what the published code gets wrong: jets behind eta = -2.5,
angles of both signs. The same seed gives the same bytes.
"""

import argparse
import math
import pathlib
import sys

import pyarrow as pa
import pyarrow.parquet as pq

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))
import detector
import processes as make
from particles import Random, add, delta_r, eta, mass, p4, phi, pt


def close_leptons(event):
    """Two leptons near each other and missing momentum opposite, as from H to WW."""
    rng = event.rng
    first, second = rng.choice([(11, 13), (13, 11), (11, 11), (13, 13)])
    turn = rng.uniform(-math.pi, math.pi)
    hard, between = (25, rng.gauss(0, 0.7)) if event.chance(0.7) else (3, rng.choice([-1, 1]) * rng.uniform(1.5, 2.1))
    leptons = [
        p4(26 + rng.exponential(hard), rng.gauss(0, 0.6), turn),
        p4(24 + rng.exponential(6), rng.gauss(0, 0.6), turn + between),
    ]
    for p, kind, charge in zip(leptons, (first, second), (1, -1)):
        event.lepton(p, kind, charge)
    both = add(*leptons)
    event.invisible(p4(15 + rng.exponential(40), 0, phi(both) + math.pi + rng.gauss(0, 1.0)))


def five_leptons(event):
    make.zz(event)
    event.lepton(p4(11 + event.rng.exponential(20), event.rng.gauss(0, 1), event.rng.uniform(-3, 3)), 13, 1)


# What the events of a file are, by its name.
FILES = {
    "DataEgamma": make.any_of(make.drell_yan(11), make.w_and_jets([11]), make.top_pair(), make.zz, close_leptons),
    "DataMuons": make.any_of(make.drell_yan(13), make.w_and_jets([13]), make.top_pair(), make.wz, close_leptons),
    "mc_105985.WW": make.any_of(make.ww, close_leptons),
    "mc_105986.ZZ": make.any_of(make.zz, make.zz, five_leptons),
    "mc_105987.WZ": make.wz,
    "mc_110090.stop_tchan_top": make.single_top,
    "mc_110901.ZPrime500": make.top_pair(mass=500.0, modes=((1, None), (None, 1))),
    "mc_110903.ZPrime1000": make.top_pair(mass=1000.0, modes=((1, None), (None, 1))),
    "mc_117050.ttbar_lep": make.top_pair(modes=((1, None), (None, 1), (11, 13))),
    "mc_147770.Zee": make.any_of(make.drell_yan(11), make.diboson(make.drell_yan(11), make.drell_yan(13))),
    "mc_147771.Zmumu": make.any_of(make.drell_yan(13), make.diboson(make.drell_yan(13), make.drell_yan(13))),
    "mc_161005.ggH125_WW2lep": make.any_of(make.higgs_to_w, close_leptons),
    "mc_167740.WenuWithB": make.w_and_jets([11], recoil=40),
    "mc_167745.WmunuNoJetsBVeto": make.w_and_jets([13]),
    "mc_173042.DYeeM15to40": make.any_of(close_leptons, make.drell_yan(11)),
}

# Generator weights of a sample go from about 1 to about a million.
TYPICAL = {"mc_147770.Zee": 8.8e5, "mc_147771.Zmumu": 8.6e5, "mc_110090.stop_tchan_top": 4e-8}

COLUMNS = {
    pa.int32(): "runNumber eventNumber channelNumber pvxp_n",
    pa.uint32(): "lep_n jet_n alljet_n",
    pa.bool_(): "trigE trigM passGRL hasGoodVertex",
    pa.float32(): """mcWeight vxp_z scaleFactor_PILEUP scaleFactor_ELE scaleFactor_MUON scaleFactor_BTAG
        scaleFactor_TRIGGER scaleFactor_JVFSF scaleFactor_ZVERTEX met_et met_phi""",
    pa.list_(pa.bool_()): "lep_truthMatched",
    pa.list_(pa.uint16()): "lep_trigMatched",
    pa.list_(pa.uint32()): "lep_type lep_flag",
    pa.list_(pa.int32()): "jet_trueflav jet_truthMatched",
    pa.list_(pa.float32()): """lep_pt lep_eta lep_phi lep_E lep_z0 lep_charge lep_ptcone30 lep_etcone20
        lep_trackd0pvunbiased lep_tracksigd0pvunbiased jet_pt jet_eta jet_phi jet_E jet_m jet_jvf jet_SV0
        jet_MV1""",
}


class Event(detector.Event):
    """An event as the detector sees it, in the columns of this release."""

    def row(self):
        rng = self.rng
        missing = add(self.unseen, p4(rng.exponential(8) + 0.1, 0, rng.uniform(-math.pi, math.pi)))
        if self.chance(0.7):
            # As in the release; the others must be sorted by the analysis.
            self.leptons.sort(key=lambda one: -pt(one["p"]))
        forward_jets(self)
        # A lepton is no jet: what overlaps one is taken away, so that events without jets are many.
        seen = [jet for jet in self.jets if all(delta_r(jet["p"], one["p"]) > 0.3 for one in self.leptons)]
        fired = {
            kind: any(one["type"] == kind and pt(one["p"]) > 24 for one in self.leptons) and self.chance(0.95)
            for kind in (detector.ELECTRON, detector.MUON)
        }
        row = {
            "trigE": fired[detector.ELECTRON],
            "trigM": fired[detector.MUON],
            "passGRL": self.chance(0.97),
            "hasGoodVertex": self.chance(0.98),
            "pvxp_n": rng.randrange(1, 34),
            "vxp_z": rng.gauss(0, 60),
            "met_et": 1000 * pt(missing),
            "met_phi": phi(missing),
            "lep_n": len(self.leptons),
            "lep_pt": [1000 * pt(one["p"]) for one in self.leptons],
            "lep_E": [1000 * one["p"][3] for one in self.leptons],
            "lep_eta": [eta(one["p"]) for one in self.leptons],
            "lep_phi": [phi(one["p"]) for one in self.leptons],
            "lep_charge": [float(one["charge"]) for one in self.leptons],
            "lep_type": [one["type"] for one in self.leptons],
            # Bit 9 is tight identification; others are set at random.
            "lep_flag": [rng.getrandbits(31) & ~512 | 512 * one["isTightID"] for one in self.leptons],
            "lep_trigMatched": [rng.randrange(0, 4) for _ in self.leptons],
            "jet_n": len(seen),
            "alljet_n": len(seen),
            "jet_pt": [1000 * pt(jet["p"]) for jet in seen],
            "jet_eta": [eta(jet["p"]) for jet in seen],
            "jet_phi": [phi(jet["p"]) for jet in seen],
            "jet_E": [1000 * jet["p"][3] for jet in seen],
            "jet_m": [1000 * mass(jet["p"]) + rng.exponential(6000) for jet in seen],
            # No tracks, no fraction: -1.
            "jet_jvf": [-1.0 if self.chance(0.1) else jet["jvt"] for jet in seen],
            "jet_SV0": [rng.gauss(0, 5) for _ in seen],
            "jet_MV1": [(jet["MV2c10"] + 1) / 2 for jet in seen],
            "jet_trueflav": [jet["trueflav"] for jet in seen],
            "jet_truthMatched": [int(jet["truthMatched"]) for jet in seen],
        }
        for name in "PILEUP ELE MUON BTAG TRIGGER JVFSF ZVERTEX".split():
            row["scaleFactor_" + name] = rng.gauss(1, 0.05)
        for name in "truthMatched ptcone30 etcone20 z0 trackd0pvunbiased tracksigd0pvunbiased".split():
            row["lep_" + name] = [one[name] for one in self.leptons]
        return row


def forward_jets(event):
    """Jets on both sides, beyond 2.4 and 2.5, with any fraction of tracks from the vertex."""
    rng = event.rng
    while event.chance(0.25):
        side = rng.choice([-1, 1])
        event.jet(p4(22 + rng.exponential(25), side * rng.uniform(2.2, 3.2), rng.uniform(-3.14, 3.14)),
                  flavour=rng.choice([0, 0, 5]), pile_up=event.chance(0.5))


def rows(rng, happen, count, name):
    data = name.startswith("Data")
    number = int(name[3:9]) if not data else 207490
    for i in range(count):
        event = Event(rng)
        happen(event)
        if event.chance(0.5):
            event.clutter()
        row = event.row()
        row["runNumber"] = number if data else 195847
        row["eventNumber"] = 1000 + i
        row["channelNumber"] = number
        weight = TYPICAL.get(name, 1.0) * rng.gauss(1, 0.1) * (-1 if event.chance(0.1) else 1)
        row["mcWeight"] = 0.0 if data else weight
        yield row


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--events", type=int, default=700, help="events in each file")
    arguments.add_argument("--seed", type=int, default=2016)
    options = arguments.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    types = {name: kind for kind, names in COLUMNS.items() for name in names.split()}
    for name, happen in FILES.items():
        made = list(rows(Random(f"{options.seed} {name}"), happen, options.events, name))
        arrays = {column: pa.array([row[column] for row in made], kind) for column, kind in types.items()}
        pq.write_table(pa.table(arrays), options.folder / f"{name}.parquet", row_group_size=300)


if __name__ == "__main__":
    main()
