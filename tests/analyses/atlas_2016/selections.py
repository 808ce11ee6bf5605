"""The seven published 8 TeV analyses as plain loops over objects, in GeV.

Each function goes through one event: it tells `tally` which cuts the event passes, and fills the
histograms. `published` keeps what the published code gets wrong.
"""

import itertools
import math
from types import SimpleNamespace

Z_MASS = 91.188


class Lepton:
    def __init__(self, event, i):
        value = lambda name: event["lep_" + name][i]
        self.pt, self.e = value("pt") / 1000, value("E") / 1000
        self.eta, self.phi = value("eta"), value("phi")
        self.charge, self.kind = value("charge"), value("type")
        self.track_isolation = value("ptcone30") / value("pt")
        self.energy_isolation = value("etcone20") / value("pt")
        self.tight = value("flag") // 512 % 2 == 1
        self.z0, self.d0 = value("z0"), value("trackd0pvunbiased")

    @property
    def momentum(self):
        return (self.pt * math.cos(self.phi), self.pt * math.sin(self.phi), self.pt * math.sinh(self.eta), self.e)


def sum_of(*momenta):
    return [math.fsum(parts) for parts in zip(*momenta)]


def mass_of(momentum):
    x, y, z, e = momentum
    square = e * e - x * x - y * y - z * z
    return math.copysign(math.sqrt(abs(square)), square)


def pair_mass(one, other):
    return mass_of(sum_of(one.momentum, other.momentum))


def is_pair(one, other):
    return one.kind == other.kind and one.charge * other.charge <= 0


def turn(angle, other):
    """The signed difference of two angles."""
    return math.remainder(angle - other, 2 * math.pi)


def leptons_of(event):
    return [Lepton(event, i) for i in range(event["lep_n"])]


def by_pt(leptons):
    return sorted(leptons, key=lambda lepton: lepton.pt, reverse=True)


def good_leptons(event):
    def good(lepton):
        return lepton.tight and lepton.pt > 25 and lepton.energy_isolation < 0.15 and lepton.track_isolation < 0.15

    return by_pt(filter(good, leptons_of(event)))


def good_jets(event, published):
    kept = []
    for i in range(event["alljet_n"]):
        pt, eta, jvf = event["jet_pt"][i] / 1000, event["jet_eta"][i], event["jet_jvf"][i]
        distance = eta if published else abs(eta)
        if pt < 25 or distance > 2.5 or pt < 50 and distance < 2.4 and jvf < 0.5:
            continue
        kept.append(SimpleNamespace(pt=pt, eta=eta, jvf=jvf, m=event["jet_m"][i] / 1000, mv1=event["jet_MV1"][i]))
    return kept


def met(event):
    return event["met_et"] / 1000


def transverse_mass(lepton, event):
    return math.sqrt(2 * lepton.pt * met(event) * (1 - math.cos(turn(lepton.phi, event["met_phi"]))))


def good_event(event):
    return (event["trigE"] or event["trigM"]) and event["passGRL"] and event["hasGoodVertex"]


def fill_event(event, tally):
    tally.fill("etmiss", met(event))
    tally.fill("vxp_z", event["vxp_z"])
    tally.fill("pvxp_n", event["pvxp_n"])


def fill_lepton(tally, lepton, prefix="lep"):
    for name, value in {
        "pt": lepton.pt,
        "eta": lepton.eta,
        "E": lepton.e,
        "phi": lepton.phi,
        "charge": lepton.charge,
        "type": lepton.kind,
        "ptconerel30": lepton.track_isolation,
        "etconerel20": lepton.energy_isolation,
        "z0": lepton.z0,
        "d0": lepton.d0,
    }.items():
        tally.fill(f"{prefix}_{name}", value)


def fill_jets(tally, jets):
    tally.fill("n_jets", len(jets))
    for jet in jets:
        for name, value in {"pt": jet.pt, "m": jet.m, "jvf": jet.jvf, "eta": jet.eta, "MV1": jet.mv1}.items():
            tally.fill(f"jet_{name}", value)


class Cuts:
    """Tells the tally of cuts until one fails."""

    def __init__(self, tally):
        self.tally, self.alive = tally, True
        tally.passed("all")

    def __call__(self, name, passes):
        self.alive = self.alive and bool(passes)
        if self.alive:
            self.tally.passed(name)
        return self.alive


def w(event, tally, published):
    cut = Cuts(tally)
    leptons = good_leptons(event)
    if not (cut("event", good_event(event)) and cut("lepton", len(leptons) == 1)):
        return
    mt = transverse_mass(leptons[0], event)
    if cut("mtw", mt > 30) and cut("met", met(event) > 30):
        fill_one_lepton(event, tally, leptons[0], mt, good_jets(event, published))


def fill_one_lepton(event, tally, lepton, mt, jets):
    tally.fill("WtMass", mt)
    fill_event(event, tally)
    fill_lepton(tally, lepton)
    fill_jets(tally, jets)


def z(event, tally, published):
    cut = Cuts(tally)
    leptons = good_leptons(event)
    if not (cut("event", good_event(event)) and cut("leptons", len(leptons) == 2)):
        return
    lead, trail = leptons
    m = pair_mass(lead, trail)
    cut("charge", lead.charge * trail.charge < 0)
    cut("flavour", lead.kind == trail.kind)
    if cut("window", abs(m - Z_MASS) < 20):
        tally.fill("invMass", m)
        fill_event(event, tally)
        tally.fill("lep_n", len(leptons))
        fill_lepton(tally, lead, "leadlep")
        fill_lepton(tally, trail, "traillep")
        fill_jets(tally, good_jets(event, published))


def ttbar(event, tally, published):
    cut = Cuts(tally)
    leptons, jets = good_leptons(event), good_jets(event, published)
    cut("event", good_event(event))
    cut("met", met(event) > 30)
    if not cut("lepton", len(leptons) == 1):
        return
    mt = transverse_mass(leptons[0], event)
    cut("jets", len(jets) >= 4)
    cut("b_tags", len([jet for jet in jets if jet.mv1 > 0.7892]) >= 2)
    if cut("mtw", mt > 30):
        tally.fill("lep_n", len(leptons))
        fill_one_lepton(event, tally, leptons[0], mt, jets)


def wz(event, tally, published):
    cut = Cuts(tally)
    leptons = good_leptons(event)
    if not (cut("event", good_event(event)) and cut("leptons", len(leptons) == 3)):
        return
    best = None
    for one, other, third in itertools.permutations(leptons):
        if is_pair(one, other) and (best is None or abs(pair_mass(one, other) - Z_MASS) < abs(best[0] - Z_MASS)):
            best = pair_mass(one, other), third
    if not cut("pair", best is not None):
        return
    m, third = best
    mt = transverse_mass(third, event)
    if cut("window", abs(m - Z_MASS) < 10) and cut("mtw", mt > 30):
        tally.fill("invMass", m)
        tally.fill("WtMass", mt)
        fill_all_leptons(event, tally, leptons)


def fill_all_leptons(event, tally, leptons):
    fill_event(event, tally)
    tally.fill("lep_n", len(leptons))
    for lepton in leptons:
        fill_lepton(tally, lepton)


def zz(event, tally, published):
    cut = Cuts(tally)

    def good(lepton):
        return lepton.pt > 10 and lepton.energy_isolation < 0.15 and lepton.track_isolation < 0.15

    leptons = by_pt(filter(good, leptons_of(event)))
    if not (cut("event", good_event(event)) and cut("leptons", len(leptons) >= 4)):
        return
    cut("lead_pt", leptons[0].pt > 25)
    best = None
    for a, b, c, d in itertools.permutations(leptons, 4):
        if is_pair(a, b) and is_pair(c, d):
            m1, m2 = pair_mass(a, b), pair_mass(c, d)
            distance = abs(m1 - Z_MASS) + abs(m2 - Z_MASS)
            if best is None or distance < best[0]:
                best = distance, m1, m2
    if not cut("pairs", best is not None):
        return
    if cut("window", best[0] <= 30):
        tally.fill("invMass1", best[1])
        tally.fill("invMass2", best[2])
        fill_all_leptons(event, tally, leptons)


def hww(event, tally, published):
    cut = Cuts(tally)
    leptons = good_leptons(event)
    if not (cut("event", good_event(event)) and cut("leptons", len(leptons) == 2)):
        return
    lead, trail = leptons
    both = sum_of(lead.momentum, trail.momentum)
    m, pt = mass_of(both), math.hypot(both[0], both[1])
    to_met = turn(math.atan2(both[1], both[0]), event["met_phi"])
    between = turn(lead.phi, trail.phi)
    same = lead.kind == trail.kind
    cut("jets", not good_jets(event, published))
    cut("charge", lead.charge * trail.charge < 0)
    cut("low_mass", m > (12 if same else 10))
    cut("z_veto", not same or abs(m - Z_MASS) > 15)
    cut("met", met(event) > (40 if same else 20))
    cut("ptll", pt > 30)
    cut("dphi_met", (to_met if published else abs(to_met)) > math.pi / 2)
    cut("mll", m < 55)
    if cut("dphi_ll", (between if published else abs(between)) < 1.8):
        tally.fill("vismass", m)
        tally.fill("ptll", pt)
        tally.fill("deltaphill", abs(between))
        fill_event(event, tally)
        fill_lepton(tally, lead, "leadlep")
        fill_lepton(tally, trail, "traillep")


def zprime(event, tally, published):
    cut = Cuts(tally)
    leptons, jets = good_leptons(event), good_jets(event, published)
    if not (cut("event", good_event(event)) and cut("lepton", len(leptons) == 1)):
        return
    mt = transverse_mass(leptons[0], event)
    cut("met", met(event) > 30)
    cut("jets", len(jets) >= 4)
    cut("b_tag", any(jet.mv1 >= 0.7892 for jet in jets))
    cut("mtw", mt > 30)
    if cut("sum", mt + met(event) > 60):
        fill_one_lepton(event, tally, leptons[0], mt, jets)
