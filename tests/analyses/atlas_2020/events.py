"""Synthetic events in the form of the ATLAS 13 TeV Open Data, release 2020.

    python events.py FOLDER [--events 300] [--seed 2020]

writes FOLDER/COLLECTION/NAME.COLLECTION.parquet: every branch of the tree `mini` with its type,
momenta in MeV, for each collection simulated samples under their data set identifiers and data
that are made of the same kinds of events, as many as the simulation expects. Every cut of the
twelve published analyses is passed by many of the events and failed by many; few with one lepton
pass all, so there are three times as many. The same seed gives the same bytes.
"""

import argparse
import pathlib
import sys

import pyarrow as pa
import pyarrow.parquet as pq

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))
import processes as make
from detector import Event
from particles import Random

# Data set identifier: name, cross-section in pb, sum of weights (list of the release).
SAMPLES = {
    301325: ("ZPrime1000_tt", 1.1261, 199800),
    341081: ("ttH125_gamgam", 2.6433864e-06, 485440),
    343981: ("ggH125_gamgam", 0.102, 55922617.6297),
    344235: ("VBFH125_ZZ4lep", 0.0004633012, 3680490.83243),
    345041: ("VBFH125_gamgam", 0.008518764, 3441426.13711),
    345060: ("ggH125_ZZ4lep", 0.0060239, 27881776.6536),
    345323: ("VBFH125_WW2lep", 0.04, 4389990.08913),
    345324: ("ggH125_WW2lep", 0.58, 55832659.6908),
    361100: ("Wplusenu", 11500.4632, 473389396815),
    361104: ("Wminusmunu", 8579.63498, 264338188182),
    361106: ("Zee", 1950.5295, 150277594200),
    361107: ("Zmumu", 1950.6321, 147334691090),
    361108: ("Ztautau", 1950.6321, 56171652547.3),
    363359: ("WpqqWmlv", 24.708, 998250.783475),
    363490: ("llll", 1.2578, 7538705.8077),
    363491: ("lllv", 4.6049, 5441475.00407),
    363492: ("llvv", 12.466, 5039259.9696),
    364100: ("Zmumu_PTV0_70_CVetoBVeto", 1588.474174, 5319367.44387),
    364114: ("Zee_PTV0_70_CVetoBVeto", 1587.021595, 5307644.52827),
    364131: ("Ztautau_PTV70_140_CVetoBVeto", 74.70740605, 2168444.60741),
    364156: ("Wmunu_PTV0_70_CVetoBVeto", 15317.171239, 16619290.3298),
    364170: ("Wenu_PTV0_70_CVetoBVeto", 15324.216356, 16615214.8608),
    364179: ("Wenu_PTV280_500_CVetoBVeto", 38.340533, 4312357.01458),
    392985: ("SlepSlep_direct_600p0_300p0_2L8", 0.000464769511, 10457.5703245),
    410000: ("ttbar_lep", 452.693559, 49386600),
    410011: ("single_top_tchan", 44.152, 4986200),
    410013: ("single_top_wtchan", 35.845486, 4865800),
}

# The sum of weights of a sample that is another one in a collection.
OTHER_SUMS = {(410000, "1lep1tau"): 49296600}
LUMINOSITY = 10064

W_E, W_MU = make.w_and_jets([11], recoil=30), make.w_and_jets([13], recoil=30)
Z_E, Z_MU = make.drell_yan(11, recoil=20), make.drell_yan(13, recoil=20)
Z_TAU = make.drell_yan(15, recoil=60)

# For each collection: what an event must have; what the events of a sample are, and how many of
# them the data have, in units of --events.
COLLECTIONS = {
    "1lep": (
        lambda e: len(e.leptons) >= 1,
        {
            361100: (W_E, 1.5),
            361104: (W_MU, 1.5),
            361106: (Z_E, 0.2),
            363359: (make.diboson(lambda e: make.w(e, kind=1), lambda e: make.w(e, kind=make.light_lepton(e.rng))), 0.1),
            364156: (W_MU, 1.5),
            364170: (W_E, 1.5),
            410000: (make.top_pair(modes=((1, None), (None, 1))), 1.0),
            410011: (make.single_top, None),
            410013: (make.top_and_w, None),
        },
    ),
    "2lep": (
        lambda e: len(e.leptons) >= 2,
        {
            345323: (make.higgs_to_w, 0.02),
            345324: (make.higgs_to_w, 0.1),
            361106: (Z_E, 1.5),
            361107: (Z_MU, 1.5),
            361108: (make.drell_yan(15), 0.3),
            363492: (make.any_of(make.zz_unseen, make.ww), 0.7),
            364100: (Z_MU, 1.5),
            364114: (Z_E, 1.5),
            364156: (make.any_of(make.w_and_jets([13]), make.lucky), 0.1),
            392985: (make.sleptons(), 0.03),
            410000: (make.top_pair(modes=((11, 13), (13, 11), (11, 11), (13, 13))), 0.7),
            410013: (make.top_and_w, None),
        },
    ),
    "3lep": (
        lambda e: len(e.leptons) >= 3,
        {
            361107: (make.drell_yan(13, recoil=40), 0.3),
            363490: (make.zz, 0.3),
            363491: (make.wz, 1.5),
            410000: (make.top_pair(modes=((11, 13), (13, 13))), 0.3),
        },
    ),
    "4lep": (
        lambda e: len(e.leptons) >= 4,
        {
            344235: (make.higgs_to_z, 0.05),
            345060: (make.higgs_to_z, 0.2),
            361107: (make.diboson(Z_MU, Z_MU), 0.1),
            363490: (make.any_of(make.zz, make.zz, make.z_to_four), 1.5),
            363491: (make.wz, 0.1),
        },
    ),
    "GamGam": (
        lambda e: len(e.photons) >= 2,
        {
            341081: (make.two_photon_tops, 0.02),
            343981: (make.higgs_to_photons, 0.3),
            345041: (make.higgs_to_photons, 0.05),
            "data": (make.photon_continuum, 5),
        },
    ),
    "1largeRjet1lep": (
        lambda e: len(e.leptons) >= 1 and len(e.fat_jets) >= 1,
        {
            301325: (make.top_pair(mass=1000.0, modes=((1, None), (None, 1))), 0.1),
            364179: (make.w_and_jets([11, 13], recoil=250), 1.0),
            410000: (make.top_pair(mass=900.0, modes=((1, None), (None, 1), (11, 13))), 1.5),
        },
    ),
    "1lep1tau": (
        lambda e: len(e.leptons) >= 1 and len(e.taus) >= 1,
        {
            361108: (Z_TAU, 1.5),
            364114: (Z_E, 0.5),
            364131: (Z_TAU, 1.5),
            364170: (make.w_and_jets([11, 13, 15], recoil=30), 1.0),
            410000: (make.top_pair(modes=((15, 11), (13, 15))), 0.5),
        },
    ),
}


def in_data(collection, sample):
    """Not what is looked for, and one simulation of each kind of event: W and Z have two."""
    sliced = {"1lep": (361100, 361104), "2lep": (361106, 361107), "1lep1tau": (361108,)}
    return sample not in (301325, 392985, *sliced.get(collection, ()))


# How many weights are negative.
NEGATIVE = 0.15

# The branches, by type.
COLUMNS = {
    pa.int32(): "runNumber eventNumber channelNumber",
    pa.uint32(): "lep_n jet_n photon_n tau_n largeRjet_n",
    pa.bool_(): "trigE trigM trigP",
    pa.float32(): """mcWeight scaleFactor_PILEUP scaleFactor_ELE scaleFactor_MUON scaleFactor_PHOTON
        scaleFactor_TAU scaleFactor_BTAG scaleFactor_LepTRIGGER scaleFactor_PhotonTRIGGER met_et met_phi
        ditau_m met_et_syst XSection SumWeights""",
    pa.list_(pa.bool_()): """lep_truthMatched lep_trigMatched lep_isTightID jet_truthMatched
        photon_truthMatched photon_trigMatched photon_isTightID tau_isTightID tau_truthMatched tau_trigMatched""",
    pa.list_(pa.int32()): "lep_charge jet_trueflav photon_convType tau_nTracks tau_charge",
    pa.list_(pa.uint32()): "lep_type",
    pa.list_(pa.float32()): """lep_pt lep_eta lep_phi lep_E lep_z0 lep_ptcone30 lep_etcone20
        lep_trackd0pvunbiased lep_tracksigd0pvunbiased lep_pt_syst jet_pt jet_eta jet_phi jet_E jet_jvt
        jet_MV2c10 jet_pt_syst photon_pt photon_eta photon_phi photon_E photon_ptcone30 photon_etcone20
        photon_pt_syst tau_pt tau_eta tau_phi tau_E tau_BDTid tau_pt_syst largeRjet_pt largeRjet_eta
        largeRjet_phi largeRjet_E largeRjet_m largeRjet_truthMatched largeRjet_D2 largeRjet_tau32
        largeRjet_pt_syst""",
}


def rows(rng, happen, wanted, count):
    """That many events that the collection takes."""
    made = []
    while len(made) < count:
        event = Event(rng)
        happen(event)
        event.clutter()
        if wanted(event):
            made.append(event.row(ditau_mass=abs(rng.gauss(90, 25))))
    return made


def normalisation(collection, sample, share):
    """Weight of a simulated event, so that the data have `share` times as many; and that share.

    Of single top the sign of the weight counts, so its number of events says it all.
    """
    name, cross_section, sum_of_weights = SAMPLES[sample]
    sum_of_weights = OTHER_SUMS.get((sample, collection), sum_of_weights)
    one = sum_of_weights / (LUMINOSITY * cross_section) / (1 - 2 * NEGATIVE)
    return (40.0, 1 / one) if share is None else (share * one, share)


def identify(rng, made, sample, typical=0.0):
    """Fills the columns that say of which sample an event is."""
    data = sample == "data"
    run = 298595 if data else 284500
    name, cross_section, sum_of_weights = ("", 1.0, 1.0) if data else SAMPLES[sample]
    for number, row in enumerate(made):
        row["runNumber"] = run
        row["eventNumber"] = 1000 + number
        row["channelNumber"] = run if data else sample
        row["XSection"], row["SumWeights"] = float(cross_section), float(sum_of_weights)
        row["mcWeight"] = typical * rng.gauss(1, 0.2) * (-1 if rng.random() < NEGATIVE else 1)
        if data:
            row["mcWeight"] = 0.0
            for column in row:
                if column.startswith("scaleFactor_"):
                    row[column] = 0.0


def write(path, made):
    types = {name: kind for kind, names in COLUMNS.items() for name in names.split()}
    arrays = {name: pa.array([row[name] for row in made], kind) for name, kind in types.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(arrays), path, row_group_size=500)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--events", type=int, default=300, help="events of each simulated sample")
    arguments.add_argument("--seed", type=int, default=2020)
    options = arguments.parse_args()
    for collection, (wanted, samples) in COLLECTIONS.items():
        events = options.events * (3 if collection == "1lep" else 1)
        recorded = []
        for sample, (happen, share) in samples.items():
            rng = Random(f"{options.seed} {collection} {sample}")
            if sample != "data":
                typical, share = normalisation(collection, sample, share)
                made = rows(rng, happen, wanted, events)
                identify(rng, made, sample, typical)
                name = f"mc_{sample}.{SAMPLES[sample][0]}.{collection}.parquet"
                write(options.folder / collection / name, made)
            if in_data(collection, sample):
                recorded += rows(rng, happen, wanted, round(share * events))
        rng = Random(f"{options.seed} {collection} data")
        rng.shuffle(recorded)
        identify(rng, recorded, "data")
        write(options.folder / collection / f"data_A.{collection}.parquet", recorded)


if __name__ == "__main__":
    main()
