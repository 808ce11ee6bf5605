"""W to a lepton and a neutrino: one hard lepton, missing transverse momentum."""

from objects import fires, jets, met, mt_w, tight_leptons

COLLECTION = "1lep"
SCALE_FACTORS = "ELE MUON LepTRIGGER PILEUP"
PROCESSES = {
    "single_top": (1, [(410011, 410014), (410025, 410026)]),
    "ttbar": (1, [(410000, 410000)]),
    "diboson": (1, [(363356, 363356), (363358, 363360), (363489, 363493)]),
    "z": (1, [(361106, 361108)]),
    "w": (1, [(364156, 364197)]),
}


def select(event, tally, published):
    tally.passed("all")
    if not met(event) > 30:
        return
    tally.passed("met")
    if not fires(event):
        return
    tally.passed("trigger")
    good = tight_leptons(event, 35, 0.1, published)
    if len(good) != 1:
        return
    tally.passed("lepton")
    lepton = good[0]
    mt = mt_w(lepton, event)
    if not mt > 60:
        return
    tally.passed("mtw")

    tally.fill("hist_etmiss", met(event))
    tally.fill("hist_mtw", mt)
    for name, kind in (("hist_mtw_enu", 11), ("hist_mtw_munu", 13)):
        if published:
            # Each gets every event, and so does the histogram whose name is a part of theirs.
            value = mt if lepton.type == kind else 0.0
            tally.fill(name, value)
            tally.fill("hist_mtw", value)
        elif lepton.type == kind:
            tally.fill(name, mt)
    tally.fill_lepton("lead", lepton)
    tally.fill("hist_n_jets", event["jet_n"])
    if event["jet_n"] > 0:
        jet = jets(event)[0]
        tally.fill("hist_leadjet_pt", jet.pt)
        tally.fill("hist_leadjet_eta", jet.eta)
