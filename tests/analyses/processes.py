"""What happens in a collision: one function for each kind of event, which fills a detector."""

from detector import ELECTRON, MUON
from particles import decay, p4, phi, produced, pt, resonance, scaled

MZ, MW, MT, MH = 91.19, 80.4, 172.5, 125.0
MASSES = {ELECTRON: 0.000511, MUON: 0.1057, 15: 1.777}


def light_lepton(rng):
    return rng.choice([ELECTRON, MUON])


def sign(rng):
    return rng.choice([-1, 1])


def tau_decay(event, p, charge):
    """A tau: to an electron or muon and neutrinos, or to a jet with one or three tracks."""
    share = event.rng.betavariate(2, 2) if event.chance(0.5) else event.rng.betavariate(4, 2)
    visible, rest = scaled(p, share), scaled(p, 1 - share)
    event.invisible(rest)
    if event.chance(0.35):
        event.lepton(visible, light_lepton(event.rng), charge)
    else:
        event.tau(visible, charge)


def leptons_of(event, p, charges, kind):
    """A pair of charged leptons of one kind."""
    for one, charge in zip(decay(event.rng, p, MASSES[kind], MASSES[kind]), charges):
        if kind == 15:
            tau_decay(event, one, charge)
        else:
            event.lepton(one, kind, charge)


def z(event, kind, recoil=12, p=None):
    """Z to two charged leptons (11, 13, 15), to neutrinos (12) or to quarks (1)."""
    rng = event.rng
    p = p or produced(rng, resonance(rng, MZ, 2.5), recoil)
    if kind == 12:
        event.invisible(p)
    elif kind == 1:
        quarks(event, p)
    else:
        leptons_of(event, p, (1, -1), kind)
    return p


def quarks(event, p, flavours=(0, 0)):
    for one, flavour in zip(decay(event.rng, p), flavours):
        event.jet(one, flavour)


def w(event, p=None, charge=None, kind=None, recoil=15):
    """W to a charged lepton (11, 13, 15) and a neutrino, or to quarks (1)."""
    rng = event.rng
    p = p or produced(rng, resonance(rng, MW, 2.1), recoil)
    charge = charge or sign(rng)
    kind = kind or (1 if event.chance(0.5) else rng.choice([11, 13, 15]))
    if kind == 1:
        quarks(event, p, (4, 0) if event.chance(0.5) else (0, 0))
    else:
        lepton, neutrino = decay(rng, p, MASSES[kind])
        event.invisible(neutrino)
        if kind == 15:
            tau_decay(event, lepton, charge)
        else:
            event.lepton(lepton, kind, charge)
    return kind


def top(event, p, charge, kind=None):
    """Top to a b quark and a W; as one large jet where it is fast."""
    rng = event.rng
    boson, b = decay(rng, p, resonance(rng, MW, 2.1), 4.7)
    event.jet(b, 5)
    kind = w(event, boson, charge, kind)
    if kind == 1:
        event.fat_jet(p, abs(rng.gauss(MT, 15)), top=True)
    else:
        event.fat_jet(b, abs(rng.gauss(60, 30)))


def recoil_jet(event, p, flavour=0):
    """What balances a particle in the transverse plane."""
    event.jet(p4(pt(p) + 0.1, event.rng.gauss(0, 1.5), phi(p) + 3.14159), flavour)


def drell_yan(kind, recoil=12):
    def happen(event):
        p = z(event, kind, recoil)
        if event.chance(0.5):
            recoil_jet(event, p)

    return happen


def w_and_jets(kinds, recoil=15, flavours=(0, 0, 0, 4, 5)):
    def happen(event):
        rng = event.rng
        p = produced(rng, resonance(rng, MW, 2.1), recoil)
        w(event, p, kind=rng.choice(kinds))
        if pt(p) > 25:
            recoil_jet(event, p, rng.choice(flavours))
        if pt(p) > 150:
            event.fat_jet(p4(pt(p), rng.gauss(0, 1), phi(p) + 3.14159), abs(rng.gauss(80, 40)))

    return happen


def top_pair(mass=None, modes=((1, None), (None, 1), (11, 13), (13, 11), (15, 1))):
    def happen(event):
        rng = event.rng
        pair = produced(rng, mass or 2 * MT + 60 + rng.exponential(150), 40, 0.7)
        for p, charge, kind in zip(decay(rng, pair, MT, MT), (1, -1), modes[rng.randrange(len(modes))]):
            kind = kind or rng.choice([11, 13])
            top(event, p, charge, kind)

    return happen


def single_top(event):
    """The t-channel: a top and a light quark that goes forward."""
    rng = event.rng
    p = produced(rng, MT, 40, 0.9)
    top(event, p, sign(rng), rng.choice([11, 13]))
    event.jet(p4(30 + rng.exponential(35), sign(rng) * rng.uniform(1.3, 2.8), phi(p) + rng.gauss(3.14, 0.4)))


def top_and_w(event):
    rng = event.rng
    charge = sign(rng)
    leptonic = event.chance(0.5)
    top(event, produced(rng, MT, 50), charge, light_lepton(rng) if leptonic else 1)
    w(event, charge=-charge, kind=1 if leptonic and event.chance(0.5) else light_lepton(rng))


def diboson(first, second):
    """Two bosons: a function that makes each."""

    def happen(event):
        first(event)
        second(event)

    return happen


def higgs_to_photons(event):
    rng = event.rng
    for one in decay(rng, produced(rng, MH, 40)):
        event.photon(one)


def photon_continuum(event):
    rng = event.rng
    for one in decay(rng, produced(rng, 90 + rng.exponential(40), 25)):
        event.photon(one, good=event.chance(0.7))


def higgs_to_w(event):
    rng = event.rng
    higgs = produced(rng, MH, 35)
    pair = decay(rng, higgs, resonance(rng, MW, 2.1), rng.uniform(12, 42))
    kinds = (11, 13) if event.chance(0.5) else (13, 11)
    for p, charge, kind in zip(pair, (1, -1), kinds):
        w(event, p, charge, kind)
    if event.chance(0.5):
        recoil_jet(event, higgs)


def higgs_to_z(event):
    rng = event.rng
    pair = decay(rng, produced(rng, MH, 35), resonance(rng, MZ, 2.5), rng.uniform(14, 33))
    for p in pair:
        z(event, light_lepton(rng), p=p)


def z_to_four(event):
    """A Z to two leptons, one of which radiates two more."""
    rng = event.rng
    pair = decay(rng, produced(rng, resonance(rng, MZ, 2.5), 25), rng.uniform(35, 60), rng.uniform(8, 20))
    for p in pair:
        z(event, light_lepton(rng), p=p)


def sleptons(mass=600.0, neutralino=300.0):
    """Two heavy scalars, each to a lepton and an unseen neutralino."""

    def happen(event):
        rng = event.rng
        kind = light_lepton(rng)
        pair = produced(rng, 2 * mass + rng.exponential(200), 60, 0.7)
        for p, charge in zip(decay(rng, pair, mass, mass), (1, -1)):
            lepton, unseen = decay(rng, p, MASSES[kind], neutralino)
            event.lepton(lepton, kind, charge)
            event.invisible(unseen)

    return happen


def lucky(event):
    """A W whose missing momentum is absurd, as one event of the simulation has it, besides a
    fake lepton."""
    rng = event.rng
    kind = light_lepton(rng)
    charge = sign(rng)
    event.lepton(produced(rng, MASSES[kind], 90, 0.7), kind, charge)
    event.lepton(produced(rng, MASSES[kind], 60, 0.7), kind, -charge)
    event.invisible(p4(rng.uniform(1200, 2500), 0, rng.uniform(-3.14, 3.14)))


def any_of(*choices):
    """One kind of event or another, as in the data."""

    def happen(event):
        choices[event.rng.randrange(len(choices))](event)

    return happen


def ww(event):
    return diboson(lambda e: w(e, charge=1, kind=light_lepton(e.rng)), lambda e: w(e, charge=-1, kind=light_lepton(e.rng)))(event)


def wz(event):
    return diboson(lambda e: w(e, kind=light_lepton(e.rng), recoil=25), lambda e: z(e, light_lepton(e.rng), 25))(event)


def zz(event):
    return diboson(lambda e: z(e, light_lepton(e.rng), 25), lambda e: z(e, light_lepton(e.rng), 25))(event)


def zz_unseen(event):
    return diboson(lambda e: z(e, light_lepton(e.rng), 60), lambda e: z(e, 12, 60))(event)


def two_photon_tops(event):
    higgs_to_photons(event)
    for charge in (1, -1):
        top(event, produced(event.rng, MT, 60), charge)


