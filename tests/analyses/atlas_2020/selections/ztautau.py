"""Z to two taus, one to a lepton and one to hadrons."""

from objects import fires, good_jets, jets, met, moved, mt_w, objects, tight_leptons, turn
from particles import add, mass

COLLECTION = "1lep1tau"
SCALE_FACTORS = "ELE MUON LepTRIGGER PILEUP TAU"
PROCESSES = {
    "other": (
        1,
        [(410000, 410000), (410011, 410014), (410025, 410026)]
        + [(363356, 363356), (363358, 363360), (363489, 363493)],
    ),
    "w": (1, [(364156, 364197)]),
    "z": (1, [(364100, 364127)]),
    "ztautau": (1, [(364128, 364141)]),
}
SYSTEMATICS = {"tau_scale": moved("tau", "E")}


def select(event, tally, published):
    tally.passed("all")
    if not fires(event):
        return
    tally.passed("trigger")
    good = tight_leptons(event, 30, 0.1, published)
    if len(good) != 1:
        return
    tally.passed("lepton")
    taus = objects(event, "tau", "isTightID", "charge", "nTracks", "BDTid")
    taus = [one for one in taus if one.isTightID and one.pt > 25 and abs(one.eta) < 2.5]
    if len(taus) != 1:
        return
    tally.passed("tau")
    lepton, tau = good[0], taus[0]
    if lepton.charge * tau.charge >= 0:
        return
    tally.passed("charge")
    m_vis = mass(add(lepton.p, tau.p))
    if not 35 < m_vis < 75:
        return
    tally.passed("mvis")
    mt = mt_w(lepton, event)
    if not mt < 30:
        return
    tally.passed("mt")
    angles = turn(tau.phi, event["met_phi"]) + turn(lepton.phi, event["met_phi"])
    if not angles < 3.5:
        return
    tally.passed("angles")

    tally.fill("hist_mLL", m_vis)
    tally.fill("hist_MMC", event["ditau_m"])
    tally.fill("hist_etmiss", met(event))
    for name, kind in (("hist_mt_etau", 11), ("hist_mt_mutau", 13)):
        if lepton.type == kind:
            tally.fill(name, mt)
        elif published:
            tally.fill(name, 0.0)
    tally.fill("hist_sum_dPhi", angles)
    tally.fill("hist_n_jets", event["jet_n"])
    tally.fill_lepton("lead", lepton)
    tally.fill("hist_taupt", tau.pt)
    tally.fill("hist_syst_taupt", tau.pt)
    tally.fill("hist_taueta", tau.eta)
    tally.fill("hist_tauE", tau.e)
    tally.fill("hist_tauphi", tau.phi)
    tally.fill("hist_tau_nTracks", tau.nTracks)
    tally.fill("hist_tau_BDTid", tau.BDTid)
    clean = good_jets(event, 25)
    if published and event["jet_n"] > 0:
        # The last good jet, or the first of all where none is good.
        jet = clean[-1] if clean else jets(event)[0]
    else:
        jet = clean[0] if clean else None
    if jet:
        tally.fill("hist_leadjet_pt", jet.pt)
        tally.fill("hist_leadjet_eta", jet.eta)
