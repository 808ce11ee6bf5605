"""The six published analyses of the 2025 release over whole arrays of events, in GeV.

Each function takes a `Flow` of events: it narrows it cut by cut and fills the histograms.
`published` keeps what the published notebooks get wrong.
"""

import awkward as ak
import numpy as np

HIGGS_4L = dict(mass=(68, 80, 250), mass_window=(1, 122.5, 130))
HIGGS_2Y = dict(mass=(60, 100, 160))
MASSES_3L = dict(
    met=(20, 0, 160), wtmass=(20, 0, 200), wmuon=(20, 0, 200), welectron=(20, 0, 200),
    zmass=(20, 75, 105), mumu_pair_mass=(20, 75, 105), ee_pair_mass=(20, 75, 105),
)
TOPS = dict(mtop=(50, 100, 250), mtop_1=(50, 100, 250), mtop_2=(50, 100, 250))
HIGGS_2B = dict(mass=(24, 20, 500), met=(14, 150, 500))
HIGGS_2MU = dict(Inv_mass=(25, 110, 160))


def on_circle(angle):
    """An angle between -π and π."""
    return angle - 2 * np.pi * np.round(angle / (2 * np.pi))


def vectors(events, name, scale=1.0, energy=1.0):
    """Components of the momenta of a collection."""
    pt = events[name + "_pt"] * scale
    eta, phi, e = (events[f"{name}_{field}"] for field in ("eta", "phi", "e"))
    return ak.zip({"x": pt * np.cos(phi), "y": pt * np.sin(phi), "z": pt * np.sinh(eta), "t": e * energy})


def plus(*some):
    return ak.zip({axis: sum(one[axis] for one in some) for axis in "xyzt"})


def mass(p):
    return np.sqrt(p.t**2 - p.x**2 - p.y**2 - p.z**2)


def jagged_sum(x):
    return ak.sum(x, axis=1)


def transverse_mass(pt, phi, events):
    return np.sqrt(2 * pt * events.met * (1 - np.cos(phi - events.met_phi)))


def hzz(flow, published):
    flow.cut("four_leptons", lambda e: ak.num(e.lep_pt) == 4)
    flow.cut("trigger", lambda e: e.trigE | e.trigM)
    flow.cut("matched", lambda e: jagged_sum(e.lep_isTrigMatched) >= 1)
    flow.cut("pt", lambda e: (e.lep_pt[:, 0] > 20) & (e.lep_pt[:, 1] > 15) & (e.lep_pt[:, 2] > 10))
    flow.cut("identification", lambda e: jagged_sum(
        e.lep_isLooseIso & (((e.lep_type == 13) & e.lep_isMediumID) | ((e.lep_type == 11) & e.lep_isLooseID))
    ) == 4)
    flow.cut("flavour", lambda e: np.isin(ak.to_numpy(jagged_sum(e.lep_type)), [44, 48, 52]))

    def neutral(e):
        electrons = jagged_sum(ak.where(e.lep_type == 11, e.lep_charge, 0))
        everything = jagged_sum(e.lep_charge)
        return everything == 0 if published else (electrons == 0) & (everything == 0)

    flow.cut("charge", neutral)
    p = vectors(flow.events, "lep")
    m = mass(plus(*(p[:, i] for i in range(4))))
    flow.fill("mass", m)
    flow.fill("mass_window", m)


def hyy(flow, published):
    flow.cut("two_photons", lambda e: e.photon_n >= 2)
    both = lambda x: x[:, 0] & x[:, 1]
    flow.cut("tight", lambda e: both(e.photon_isTightID))
    flow.cut("pt", lambda e: (e.photon_pt[:, 0] > 50) & (e.photon_pt[:, 1] > 30))
    flow.cut("isolation", lambda e: both(e.photon_ptcone20 / e.photon_pt < 0.055))
    flow.cut("gap", lambda e: both(published | ~((abs(e.photon_eta) >= 1.37) & (abs(e.photon_eta) <= 1.52))))

    def pair(e):
        p = vectors(e, "photon")
        return mass(plus(p[:, 0], p[:, 1]))

    flow.cut("mass", lambda e: pair(e) != 0)
    flow.cut("relative_pt", lambda e: both(e.photon_pt / pair(e) > 0.35))
    flow.fill("mass", pair(flow.events))


def wz(flow, published):
    flow.cut("trigger", lambda e: e.trigDE | e.trigDM)
    flow.cut("matched", lambda e: e.TriggerMatch_DILEPTON == 1)
    flow.cut("met", lambda e: e.met > 30)
    flow.cut("three_leptons", lambda e: e.lep_n == 3)
    flow.cut("pt", lambda e: (jagged_sum(e.lep_pt > 20) > 2) & (jagged_sum(e.lep_pt > 25) >= 1))
    flow.cut("identification", lambda e: jagged_sum(e.lep_isTightID & e.lep_isLooseIso) > 2)
    flow.cut("calorimeter_isolation", lambda e: jagged_sum(abs(e.lep_topoetcone20 / e.lep_pt) < 0.15) > 2)
    flow.cut("track_isolation", lambda e: jagged_sum(abs(e.lep_ptvarcone30 / e.lep_pt) < 0.15) > 2)

    def fits(e, i, j):
        return (e.lep_type[:, i] == e.lep_type[:, j]) & (e.lep_charge[:, i] != e.lep_charge[:, j])

    choices = ((0, 1, 2), (0, 2, 1), (1, 2, 0))
    flow.cut("pair", lambda e: fits(e, 0, 1) | fits(e, 0, 2) | fits(e, 1, 2))

    def bosons(e):
        """Mass and kind of the Z, transverse mass and kind of the W."""
        p = vectors(e, "lep")
        of_pairs = [ak.to_numpy(mass(plus(p[:, i], p[:, j]))) for i, j, _ in choices]
        far = [np.where(ak.to_numpy(fits(e, i, j)), abs(m - 91), np.inf) for (i, j, _), m in zip(choices, of_pairs)]
        best = np.argmin(far, axis=0)
        mts = [ak.to_numpy(transverse_mass(e.lep_pt[:, k], e.lep_phi[:, k], e)) for *_, k in choices]
        z_kinds = [ak.to_numpy(e.lep_type[:, i]) for i, *_ in choices]
        w_kinds = [ak.to_numpy(e.lep_type[:, k]) for *_, k in choices]
        return [np.choose(best, options) for options in (of_pairs, z_kinds, mts, w_kinds)]

    flow.cut("window", lambda e: abs(bosons(e)[0] - 91) < 10)
    flow.cut("mtw", lambda e: bosons(e)[2] > 30)
    m, z_kind, mt, w_kind = bosons(flow.events)
    flow.fill("met", flow.events.met)
    for name, value, which in (
        ("wtmass", mt, mt == mt), ("wmuon", mt, w_kind == 13), ("welectron", mt, w_kind == 11),
        ("zmass", m, m == m), ("mumu_pair_mass", m, z_kind == 13), ("ee_pair_mass", m, z_kind == 11),
    ):
        flow.fill(name, np.where(which, value, np.nan))


def ttbar(flow, published):
    flow.cut("trigger", lambda e: e.trigE | e.trigM)
    flow.cut("lepton", lambda e: e.lep_n == 1)
    flow.cut("matched", lambda e: e.lep_isTrigMatched[:, 0])
    flow.cut("pt", lambda e: e.lep_pt[:, 0] >= 30)
    flow.cut("met", lambda e: e.met >= 30)
    flow.cut("mtw", lambda e: transverse_mass(e.lep_pt[:, 0], e.lep_phi[:, 0], e) >= 30)
    flow.cut("jets", lambda e: jagged_sum(e.jet_pt >= 30) >= 4)
    flow.cut("b_jets", lambda e: jagged_sum(e.jet_btag_quantile >= 4) >= 2)
    e = flow.events
    jets, lepton = vectors(e, "jet"), vectors(e, "lep")[:, 0]
    is_b = e.jet_btag_quantile >= 4
    b, others = jets[is_b], jets[~is_b]
    turn = e.lep_phi[:, 0] - e.jet_phi[is_b]
    r = np.sqrt((e.lep_eta[:, 0] - e.jet_eta[is_b]) ** 2 + (turn if published else on_circle(turn)) ** 2)
    pick = lambda where, from_: ak.firsts(from_[ak.singletons(where)])
    near, far = pick(ak.argmin(r, axis=1), b), pick(ak.argmax(r, axis=1), b)
    one, other = ak.unzip(ak.combinations(others, 2))
    pairs = plus(one, other)
    off = abs(mass(pairs) - 80.4)
    m = mass(plus(pick(ak.argmin(off, axis=1), pairs), far))
    flow.fill("mtop", ak.where(ak.fill_none(ak.min(off, axis=1) <= 20, False), m, np.nan))

    # (lepton + neutrino)² = m(W)²: with μ = (m(W)² - m(ℓ)²)/2 + pT·MET it is a quadratic in p.
    mx, my = e.met * np.cos(e.met_phi), e.met * np.sin(e.met_phi)
    m2 = lepton.t**2 - lepton.x**2 - lepton.y**2 - lepton.z**2
    mu = (80.4**2 - m2) / 2 + lepton.x * mx + lepton.y * my
    a = lepton.t**2 - lepton.z**2
    discriminant = lepton.t**2 * (mu**2 - a * e.met**2)
    for name, way in (("mtop_1", 1), ("mtop_2", -1)):
        with np.errstate(invalid="ignore"):
            pz = (mu * lepton.z + way * np.sqrt(discriminant)) / a
        neutrino = ak.zip({"x": mx, "y": my, "z": pz, "t": np.sqrt(e.met**2 + pz**2)})
        flow.fill(name, mass(plus(lepton, neutrino, near)))


def hbb(flow, published):
    apart = (lambda a, b: abs(a - b)) if published else (lambda a, b: abs(on_circle(a - b)))

    def central(e):
        return e.jet_jvt & (e.jet_pt > 20) & (abs(e.jet_eta) < 2.5)

    def good(e):
        return central(e) | (e.jet_jvt & (e.jet_pt > 30) & (abs(e.jet_eta) >= 2.5) & (abs(e.jet_eta) < 4.5))

    def is_b(e):
        return central(e) & (e.jet_btag_quantile >= 4)

    def lost(e):
        d0, z0 = (e.lep_d0sig, e.lep_z0) if published else (abs(e.lep_d0sig), abs(e.lep_z0))
        loose = e.lep_isLooseID & e.lep_isLooseIso & (e.lep_pt > 7) & (z0 < 0.5)
        electron = loose & (e.lep_type == 11) & (abs(e.lep_eta) < 2.47) & (d0 < 5)
        muon = loose & (e.lep_type == 13) & (abs(e.lep_eta) < 2.7) & (d0 < 3)
        return ~ak.any(electron | muon, axis=1)

    def both(e):
        p = vectors(e, "jet")[is_b(e)]
        p = plus(p[:, 0], p[:, 1])
        return np.arctan2(p.y, p.x)

    two = lambda e: jagged_sum(good(e)) == 2
    degree = np.pi / 180
    flow.cut("trigger", lambda e: e.trigMET)
    flow.cut("met", lambda e: e.met > 150)
    flow.cut("jets", lambda e: (jagged_sum(good(e)) == 2) | (jagged_sum(good(e)) == 3))
    flow.cut("b_jets", lambda e: jagged_sum(is_b(e)) == 2)
    hard = lambda e: jagged_sum(is_b(e) & (e.jet_pt > 45))
    flow.cut("b_pt", lambda e: hard(e) == 1 if published else hard(e) >= 1)
    flow.cut("no_leptons", lost)
    flow.cut("ht", lambda e: jagged_sum(e.jet_pt[good(e)]) > ak.where(two(e), 120, 150))
    flow.cut("dphi_bb", lambda e: apart(e.jet_phi[is_b(e)][:, 0], e.jet_phi[is_b(e)][:, 1]) < 140 * degree)
    flow.cut("dphi_met_bb", lambda e: apart(e.met_phi, both(e)) > 120 * degree)
    flow.cut("dphi_met_jets", lambda e: ak.min(apart(e.jet_phi[good(e)], e.met_phi), axis=1)
             > ak.where(two(e), 20, 30) * degree)
    e = flow.events
    factor = ak.where(e.jet_pt < 100, 1 + (14.76 - 11 * e.jet_pt / 80) / 100, 1.01)
    p = vectors(e, "jet", scale=1.0 if published else factor, energy=factor)
    p = p[e.jet_btag_quantile >= 4 if published else is_b(e)]
    flow.fill("mass", mass(plus(p[:, 0], p[:, 1])))
    flow.fill("met", e.met)


def hmumu(flow, published):
    flow.cut("trigger", lambda e: e.trigM)
    flow.cut("matched", lambda e: jagged_sum(e.lep_isTrigMatched) >= 1)
    flow.cut("two_leptons", lambda e: e.lep_n == 2)
    flow.cut("met", lambda e: e.met <= 80)
    flow.cut("muons", lambda e: jagged_sum(e.lep_type == 13) == 2)
    flow.cut("pt", lambda e: jagged_sum(e.lep_pt > 30) >= 2)
    flow.cut("charge", lambda e: jagged_sum(e.lep_charge) == 0)
    flow.cut("identification", lambda e: (jagged_sum(e.lep_isMediumID) > 1) & (jagged_sum(e.lep_isLooseIso) > 1))

    def away(e, i):
        turn = np.arccos(np.cos(e.jet_phi - e.lep_phi[:, i]))
        return np.hypot(e.jet_eta - e.lep_eta[:, i], turn) >= 0.4

    def good(e):
        return (e.jet_pt >= 30) & away(e, 0) & away(e, 1)

    def far_apart(e):
        chosen = vectors(e, "jet"), e.jet_eta
        if not published:
            chosen = [x[good(e)] for x in chosen]
        (p, q), (one, other) = (ak.unzip(ak.combinations(x, 2)) for x in chosen)
        return ak.any((abs(one - other) > 3) & (one * other < 0) & (mass(plus(p, q)) >= 500), axis=1)

    if published:
        flow.cut("jets", lambda e: (jagged_sum(e.jet_pt >= 30) >= 2) & (jagged_sum(e.jet_e >= 30) >= 2))
    else:
        flow.cut("jets", lambda e: jagged_sum(good(e)) >= 2)
    flow.cut("no_b_jets", lambda e: jagged_sum(e.jet_btag_quantile >= 3) < 1)
    if published:
        flow.cut("away", lambda e: ak.any(away(e, 0), axis=1) & ak.any(away(e, 1), axis=1))
    flow.cut("vbf", far_apart)
    p = vectors(flow.events, "lep")
    flow.fill("Inv_mass", mass(plus(p[:, 0], p[:, 1])))


# For each analysis: the function, its collection, its histograms and the factors of its weight.
ANALYSES = {
    "hzz": (hzz, "exactly4lep", HIGGS_4L, "PILEUP ELE MUON LepTRIGGER"),
    "hyy": (hyy, "GamGam", HIGGS_2Y, "PILEUP PHOTON"),
    "wz": (wz, "exactly3lep", MASSES_3L, "PILEUP ELE MUON MLTRIGGER"),
    "ttbar": (ttbar, "1LMET30", TOPS, "PILEUP FTAG"),
    "hbb": (hbb, "2bjets70", HIGGS_2B, "PILEUP FTAG JVT"),
    "hmumu": (hmumu, "2muons", HIGGS_2MU, "PILEUP MUON MuTRIGGER FTAG"),
}
