"""What a detector makes of the particles of an event: a row of the `mini` tree.

Identification, isolation, impact parameters, b-tags and so on are drawn so that most objects
pass the cuts of the analyses and a good part fails each of them; nothing is meant to describe
ATLAS in detail. Momenta come in GeV, and leave in MeV as the release has them.
"""

import math

from particles import add, delta_r, eta, p4, phi, pt, scaled

ELECTRON, MUON = 11, 13

# What is known of each kind of object besides its momentum.
FIELDS = {
    "lep": """truthMatched trigMatched charge type isTightID ptcone30 etcone20 z0
        trackd0pvunbiased tracksigd0pvunbiased pt_syst""",
    "jet": "jvt MV2c10 trueflav truthMatched pt_syst",
    "photon": "truthMatched trigMatched isTightID ptcone30 etcone20 convType pt_syst",
    "tau": "truthMatched trigMatched isTightID nTracks BDTid charge pt_syst",
    "largeRjet": "truthMatched m D2 tau32 pt_syst",
}


class Event:
    def __init__(self, rng):
        self.rng = rng
        self.leptons, self.jets, self.photons, self.taus, self.fat_jets = [], [], [], [], []
        self.unseen = (0.0, 0.0, 0.0, 0.0)

    def chance(self, probability):
        return self.rng.random() < probability

    def invisible(self, p):
        self.unseen = add(self.unseen, p)

    def lepton(self, p, kind, charge, good=True):
        """An electron or muon; one that is not good comes from a jet."""
        rng = self.rng
        limit = 2.49 if kind == ELECTRON else 2.69
        if pt(p) < 4 or abs(eta(p)) > limit:
            return self.invisible(p)
        p = scaled(p, rng.gauss(1, 0.01))
        sigma = rng.gammavariate(6, 0.0025)
        significance = abs(rng.gauss(0, 1)) if good and self.chance(0.94) else rng.exponential(4)
        d0 = significance * sigma * rng.choice([-1, 1])
        if self.chance(0.01):
            # Where the published quotient |d0| / branch fails: the branch is small.
            significance, d0 = abs(d0) / rng.uniform(2, 9), d0
        self.leptons.append({
            "p": p,
            "type": kind,
            "charge": charge if self.chance(0.985) else -charge,
            "isTightID": self.chance(0.94 if good else 0.4),
            "ptcone30": 1000 * pt(p) * (rng.exponential(0.02 if good else 0.3) if self.chance(0.5) else 0),
            "etcone20": 1000 * pt(p) * rng.gauss(0.01, 0.03 if good else 0.2),
            "trackd0pvunbiased": d0,
            "tracksigd0pvunbiased": significance,
            "z0": rng.gauss(0, 0.15 if good and self.chance(0.96) else 2.0),
            "truthMatched": good,
            "pt_syst": 1000 * pt(p) * rng.uniform(0.001, 0.02),
        })
        # The calorimeter sees an electron as a jet as well, and hard muons radiate.
        if self.chance(0.15):
            turn = rng.gauss(0, 0.12)
            shifted = p4(pt(p) * rng.uniform(0.8, 1.3), eta(p) + rng.gauss(0, 0.12), phi(p) + turn)
            self.jet(shifted, flavour=0)

    def jet(self, p, flavour=0, pile_up=False):
        """A jet of radius 0.4; flavour 5 is bottom, 4 charm, 0 light."""
        rng = self.rng
        if pt(p) < 15 or abs(eta(p)) > 4.4:
            return
        p = scaled(p, rng.gauss(1, 0.08))
        tag = rng.random() ** {5: 0.1, 4: 1.2}.get(flavour, 4.0)
        self.jets.append({
            "p": p,
            "jvt": rng.random() ** (2.0 if pile_up else 0.18),
            "MV2c10": 2 * tag - 1,
            "trueflav": flavour,
            "truthMatched": not pile_up,
            "pt_syst": 1000 * pt(p) * rng.uniform(0.01, 0.05),
        })

    def photon(self, p, good=True):
        rng = self.rng
        if pt(p) < 15 or abs(eta(p)) > 2.5:
            return
        p = scaled(p, rng.gauss(1, 0.015))
        self.photons.append({
            "p": p,
            "isTightID": self.chance(0.93 if good else 0.3),
            "ptcone30": 1000 * pt(p) * (rng.exponential(0.03) if self.chance(0.5) else 0),
            "etcone20": 1000 * pt(p) * rng.gauss(0.005, 0.03),
            "convType": rng.choice([0, 0, 0, 1, 2, 3]),
            "truthMatched": good,
            "trigMatched": self.chance(0.9),
            "pt_syst": 1000 * pt(p) * rng.uniform(0.001, 0.02),
        })

    def tau(self, p, charge, good=True):
        """The visible part of a tau that decays to hadrons."""
        rng = self.rng
        if pt(p) < 15 or abs(eta(p)) > 2.6:
            return self.invisible(p)
        p = scaled(p, rng.gauss(1, 0.05))
        self.taus.append({
            "p": p,
            "charge": charge if self.chance(0.95) else -charge,
            "isTightID": self.chance(0.8 if good else 0.25),
            "BDTid": rng.uniform(0.6, 1.0),
            "nTracks": rng.choice([1, 1, 1, 3, 3, 2]),
            "truthMatched": good,
            "trigMatched": self.chance(0.5),
            "pt_syst": 1000 * pt(p) * rng.uniform(0.01, 0.05),
        })

    def fat_jet(self, p, m, top=False):
        """A jet of radius 1.0 with mass `m`."""
        rng = self.rng
        if pt(p) < 150 or abs(eta(p)) > 2.6:
            return
        self.fat_jets.append({
            "p": p4(pt(p) * rng.gauss(1, 0.05), eta(p), phi(p), m),
            "m": 1000 * m,
            "D2": rng.gammavariate(4, 0.4),
            "tau32": rng.betavariate(5, 4) if top else rng.betavariate(7, 3),
            "truthMatched": float(top),
            "pt_syst": 1000 * pt(p) * rng.uniform(0.02, 0.06),
        })

    def clutter(self):
        """What is in every collision besides: jets of the same and of other vertices, leptons
        from jets."""
        rng = self.rng
        around = lambda low, slope, spread: p4(
            low + rng.exponential(slope), rng.gauss(0, spread), rng.uniform(-math.pi, math.pi)
        )
        for _ in range(2):
            if self.chance(0.3):
                self.jet(around(20, 18, 1.8), flavour=rng.choice([0, 0, 0, 4, 5]))
            if self.chance(0.2):
                self.jet(around(20, 10, 2.0), pile_up=True)
        if self.chance(0.15) and self.jets:
            near = self.jets[rng.randrange(len(self.jets))]["p"]
            soft = p4(rng.uniform(7, 45), eta(near) + rng.gauss(0, 0.2), phi(near) + rng.gauss(0, 0.2))
            self.lepton(soft, rng.choice([ELECTRON, MUON]), rng.choice([-1, 1]), good=False)
        if self.chance(0.05):
            self.photon(around(20, 20, 1.2), good=False)
        if self.chance(0.05):
            self.tau(around(20, 15, 1.2), rng.choice([-1, 1]), good=False)

    def row(self, ditau_mass=0.0):
        """The event as columns of the release, without those of its sample."""
        rng = self.rng
        noise = p4(rng.exponential(8) + 0.1, 0, rng.uniform(-math.pi, math.pi))
        missing = add(self.unseen, noise)
        for kind in (self.leptons, self.jets, self.photons, self.taus, self.fat_jets):
            kind.sort(key=lambda one: -pt(one["p"]))
        fired = {
            kind: any(one["type"] == kind and pt(one["p"]) > 24 for one in self.leptons)
            and self.chance(0.93)
            for kind in (ELECTRON, MUON)
        }
        for one in self.leptons:
            one["trigMatched"] = fired[one["type"]] and pt(one["p"]) > 24
        scale = lambda: rng.gauss(1, 0.04)
        row = {
            "trigE": fired[ELECTRON],
            "trigM": fired[MUON],
            "trigP": len(self.photons) >= 2 and self.chance(0.95),
            "met_et": 1000 * pt(missing),
            "met_phi": phi(missing),
            "met_et_syst": 1000 * pt(missing) * rng.uniform(0.02, 0.15),
            "ditau_m": ditau_mass,
        }
        for name in ("PILEUP", "ELE", "MUON", "PHOTON", "TAU", "BTAG", "LepTRIGGER", "PhotonTRIGGER"):
            row["scaleFactor_" + name] = scale()
        for name, objects in (
            ("lep", self.leptons), ("jet", self.jets), ("photon", self.photons),
            ("tau", self.taus), ("largeRjet", self.fat_jets),
        ):
            row[name + "_n"] = len(objects)
            row[name + "_pt"] = [1000 * pt(one["p"]) for one in objects]
            row[name + "_eta"] = [eta(one["p"]) for one in objects]
            row[name + "_phi"] = [phi(one["p"]) for one in objects]
            row[name + "_E"] = [1000 * one["p"][3] for one in objects]
            for field in FIELDS[name].split():
                row[f"{name}_{field}"] = [one[field] for one in objects]
        return row
