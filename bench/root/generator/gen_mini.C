// Writes the benchmark's `mini` tree: a simulated Z -> ee, mumu sample in the
// layout of the ATLAS 13 TeV Open Data ntuples of 2020 (84 branches, MeV).
//
// The ROOT readers need a file that anyone can make again, bit for bit, at any
// size and with any codec; the published ntuples are one size and one codec.
// The generator carries its own random numbers, so the content depends only on
// the number of events (and, in the last bits, on the C library's mathematics).
//
// As a program:  gen_mini EVENTS OUTPUT COMPRESSION
// As a macro:    root -l -b -q 'gen_mini.C+(100000, "mini.root", 101)'
// COMPRESSION is ROOT's number 100 * algorithm + level: 101 zlib-1, 404 LZ4-4,
// 505 zstd-5.
#include <TFile.h>
#include <TTree.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

#include "branches.h"
#include "../../shared/random.h"

namespace {

constexpr double MeV = 1, GeV = 1000;
constexpr double zMass = 91.1876 * GeV, zWidth = 2.4952 * GeV;
constexpr double muonMass = 105.658 * MeV, electronMass = 0.511 * MeV;

/// Direction and transverse momentum (MeV) of one lepton.
struct Track { double pt, eta, phi; };

/// The sample: a tree, its branches, and the physics that fills them.
class Sample {
public:
  void fill(Random &random);
  void write() { tree_.Write(); }

private:
  void fillLeptons(Random &random, bool muons, const Track (&pair)[2]);
  void fillJets(Random &random);
  void fillPhotons(Random &random);
  void fillLargeRJets(Random &random);
  void fillTaus(Random &random);

  TTree tree_{"mini", "4-vectors + variables required for scaling factors"};
  Branches to_{tree_};
};

/// A Z mass (MeV): Breit-Wigner in 40 to 300 GeV over a falling continuum.
double drawMass(Random &random) {
  if (!random.chance(0.93)) return 40 * GeV + random.exponential(60 * GeV);
  double mass;
  do mass = zMass + 0.5 * zWidth * std::tan(M_PI * (random.uniform() - 0.5));
  while (mass < 40 * GeV || mass > 300 * GeV);
  return mass;
}

/// Draws a Z boson, lets it decay isotropically, smears the two transverse
/// momenta by `resolution` (relative) and returns the harder lepton first.
void drawDecay(Random &random, double resolution, Track (&pair)[2]) {
  const double mass = drawMass(random);
  const double soft = random.exponential(9 * GeV), hard = random.exponential(6 * GeV), ptZ = soft + hard;
  const double phiZ = random.phi(), rapidity = random.normal(0, 1.3), transverse = std::hypot(mass, ptZ);
  const double energy = transverse * std::cosh(rapidity);
  const double beta[3] = {ptZ * std::cos(phiZ) / energy, ptZ * std::sin(phiZ) / energy, std::tanh(rapidity)};
  const double beta2 = beta[0] * beta[0] + beta[1] * beta[1] + beta[2] * beta[2];
  const double gamma = 1 / std::sqrt(1 - beta2), g2 = beta2 > 0 ? (gamma - 1) / beta2 : 0;

  const double cosTheta = random.uniform(-1, 1), sinTheta = std::sqrt(1 - cosTheta * cosTheta), phi = random.phi();
  const double momentum = mass / 2; // in the rest frame; the lepton masses are negligible here
  for (int k = 0; k < 2; ++k) {
    const double side = k ? -momentum : momentum;
    const double rest[3] = {side * sinTheta * std::cos(phi), side * sinTheta * std::sin(phi), side * cosTheta};
    const double along = beta[0] * rest[0] + beta[1] * rest[1] + beta[2] * rest[2];
    double lab[3];
    for (int i = 0; i < 3; ++i) lab[i] = rest[i] + g2 * along * beta[i] + gamma * beta[i] * momentum;
    const double pt = std::max(std::hypot(lab[0], lab[1]), 1e-6);
    pair[k] = {pt * (1 + resolution * random.normal()), std::asinh(lab[2] / pt), std::atan2(lab[1], lab[0])};
  }
  if (pair[0].pt < pair[1].pt) std::swap(pair[0], pair[1]);
}

void Sample::fill(Random &random) {
  to_.clear();
  auto &event = to_.event;
  auto &factor = to_.scaleFactor;
  event.eventNumber += 1 + static_cast<int>(random.exponential(3));
  const float sign = random.chance(0.02) ? -1 : 1;
  event.mcWeight = sign * static_cast<float>(random.normal(1000, 200));

  factor.PILEUP = std::max(0., random.normal(1, 0.35));
  const bool muons = random.chance(0.5);
  factor.ELE = muons ? 1 : random.normal(0.98, 0.03);
  factor.MUON = muons ? random.normal(0.985, 0.01) : 1;
  factor.PHOTON = random.chance(0.05) ? random.normal(0.99, 0.01) : 1;
  factor.TAU = random.chance(0.04) ? random.normal(0.95, 0.04) : 1;
  factor.LepTRIGGER = random.normal(0.97, 0.02);

  Track pair[2];
  drawDecay(random, muons ? 0.018 : 0.012, pair);
  fillLeptons(random, muons, pair);
  const bool fired = random.chance(0.93);
  event.trigM = muons && fired;
  event.trigE = !muons && fired;
  event.trigP = random.chance(0.01);
  event.trigT = random.chance(0.01);
  event.trigDT = random.chance(0.005);

  fillJets(random);
  const double soft = random.exponential(14 * GeV), hard = random.exponential(7 * GeV);
  event.met_et = soft + hard;
  event.met_phi = random.phi();
  event.met_et_syst = event.met_et * random.normal(1, 0.02);
  fillPhotons(random);
  fillLargeRJets(random);
  fillTaus(random);
  event.ditau_m = to_.tau.n >= 2 ? 60 * GeV + random.exponential(40 * GeV) : 0;
  tree_.Fill();
}

/// The Z's two leptons; in 3 % of events the softer is lost, in 1.2 % a third is found.
void Sample::fillLeptons(Random &random, bool muons, const Track (&pair)[2]) {
  auto &leptons = to_.lep;
  const int charge = random.chance(0.5) ? 1 : -1;
  const double multiplicity = random.uniform();
  leptons.n = multiplicity < 0.012 ? 3 : multiplicity > 0.97 ? 1 : 2;
  for (unsigned k = 0; k < leptons.n; ++k) {
    Track track;
    int sign;
    bool muon = muons;
    if (k < 2) {
      track = pair[k];
      sign = k ? -charge : charge;
      if (random.chance(0.004)) sign = -sign; // charge misidentified
    } else {
      track.pt = 5 * GeV + random.exponential(9 * GeV);
      track.eta = random.uniform(-2.5, 2.5);
      track.phi = random.phi();
      sign = random.chance(0.5) ? 1 : -1;
      muon = random.chance(0.5);
    }
    leptons.truthMatched.push_back(random.chance(0.99));
    leptons.trigMatched.push_back(random.chance(0.85));
    leptons.pt.push_back(track.pt);
    leptons.eta.push_back(track.eta);
    leptons.phi.push_back(track.phi);
    leptons.E.push_back(std::hypot(track.pt * std::cosh(track.eta), muon ? muonMass : electronMass));
    leptons.z0.push_back(random.normal(0, 0.06));
    leptons.charge.push_back(sign);
    leptons.type.push_back(muon ? 13 : 11);
    leptons.isTightID.push_back(random.chance(0.9));
    leptons.ptcone30.push_back(random.chance(0.62) ? 0 : random.exponential(1.5 * GeV));
    leptons.etcone20.push_back(random.normal(300 * MeV, 900 * MeV));
    leptons.trackd0pvunbiased.push_back(random.normal(0, 0.012));
    leptons.tracksigd0pvunbiased.push_back(std::fabs(random.normal(0, 1.2)));
    leptons.pt_syst.push_back(track.pt * random.normal(1, 0.004));
  }
}

/// Jets by falling transverse momentum, as the published files keep them.
void Sample::fillJets(Random &random) {
  auto &jets = to_.jet;
  struct Jet { double pt, eta, phi, E, jvt, tag, syst; int flavour; bool matched; };
  jets.n = random.poisson(0.75);
  std::vector<Jet> drawn;
  to_.scaleFactor.BTAG = 1;
  for (unsigned k = 0; k < jets.n; ++k) {
    Jet jet;
    jet.pt = 20 * GeV + random.exponential(22 * GeV);
    jet.eta = std::clamp(random.normal(0, 1.7), -4.4, 4.4);
    jet.phi = random.phi();
    jet.E = jet.pt * std::cosh(jet.eta) * (1 + 0.01 * std::fabs(random.normal()));
    jet.jvt = jet.pt > 60 * GeV || std::fabs(jet.eta) > 2.4 ? -1 : 1 - random.exponential(0.05);
    const double flavour = random.uniform();
    jet.flavour = flavour < 0.05 ? 5 : flavour < 0.13 ? 4 : flavour < 0.14 ? 15 : 0;
    jet.matched = random.chance(0.8);
    jet.tag = jet.flavour == 5 ? 1 - random.exponential(0.25) : -1 + random.exponential(0.35);
    jet.syst = jet.pt * random.normal(1, 0.03);
    if (jet.flavour == 5) to_.scaleFactor.BTAG *= static_cast<float>(random.normal(0.97, 0.03));
    drawn.push_back(jet);
  }
  std::stable_sort(drawn.begin(), drawn.end(), [](const Jet &a, const Jet &b) { return a.pt > b.pt; });
  for (const Jet &jet : drawn) {
    jets.pt.push_back(jet.pt);
    jets.eta.push_back(jet.eta);
    jets.phi.push_back(jet.phi);
    jets.E.push_back(jet.E);
    jets.jvt.push_back(jet.jvt);
    jets.trueflav.push_back(jet.flavour);
    jets.truthMatched.push_back(jet.matched);
    jets.MV2c10.push_back(jet.tag);
    jets.pt_syst.push_back(jet.syst);
  }
}

void Sample::fillPhotons(Random &random) {
  auto &photons = to_.photon;
  photons.n = random.poisson(0.08);
  for (unsigned k = 0; k < photons.n; ++k) {
    const double pt = 15 * GeV + random.exponential(12 * GeV), eta = random.uniform(-2.37, 2.37);
    photons.truthMatched.push_back(random.chance(0.5));
    photons.trigMatched.push_back(random.chance(0.1));
    photons.pt.push_back(pt);
    photons.eta.push_back(eta);
    photons.phi.push_back(random.phi());
    photons.E.push_back(pt * std::cosh(eta));
    photons.isTightID.push_back(random.chance(0.4));
    photons.ptcone30.push_back(random.exponential(2 * GeV));
    photons.etcone20.push_back(random.normal(0, 2 * GeV));
    photons.convType.push_back(static_cast<int>(random.uniform() * 6));
    photons.pt_syst.push_back(pt * random.normal(1, 0.005));
  }
}

void Sample::fillLargeRJets(Random &random) {
  auto &jets = to_.largeRjet;
  jets.n = random.chance(0.01) ? 1 : 0;
  for (unsigned k = 0; k < jets.n; ++k) {
    const double pt = 200 * GeV + random.exponential(70 * GeV), eta = random.uniform(-2, 2);
    jets.pt.push_back(pt);
    jets.eta.push_back(eta);
    jets.phi.push_back(random.phi());
    jets.m.push_back(20 * GeV + random.exponential(30 * GeV));
    jets.E.push_back(pt * std::cosh(eta) * 1.02);
    jets.truthMatched.push_back(random.chance(0.3));
    jets.D2.push_back(random.uniform(0, 5));
    jets.tau32.push_back(random.uniform());
    jets.pt_syst.push_back(pt * random.normal(1, 0.02));
  }
}

void Sample::fillTaus(Random &random) {
  auto &taus = to_.tau;
  taus.n = random.poisson(0.05);
  for (unsigned k = 0; k < taus.n; ++k) {
    const double pt = 20 * GeV + random.exponential(15 * GeV), eta = random.uniform(-2.5, 2.5);
    taus.pt.push_back(pt);
    taus.eta.push_back(eta);
    taus.phi.push_back(random.phi());
    taus.E.push_back(pt * std::cosh(eta));
    taus.isTightID.push_back(random.chance(0.3));
    taus.truthMatched.push_back(random.chance(0.2));
    taus.trigMatched.push_back(random.chance(0.05));
    taus.nTracks.push_back(random.chance(0.7) ? 1 : 3);
    taus.BDTid.push_back(random.uniform());
    taus.pt_syst.push_back(pt * random.normal(1, 0.03));
  }
}

} // namespace

/// Returns 0, or 1 if the file cannot be made.
int gen_mini(long events = 2000000, const char *output = "mini_zlib1.root", int compression = 101) {
  TFile file(output, "RECREATE", "", compression);
  if (file.IsZombie()) return 1;
  {
    Sample sample; // its tree belongs to the open file, so it must go first
    Random random(20250101);
    for (long event = 0; event < events; ++event) sample.fill(random);
    sample.write();
  }
  file.Close();
  return file.TestBit(TFile::kWriteError) ? 1 : 0;
}

#if !defined(__CLING__) && !defined(__ACLIC__)
int main(int argc, char **argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: gen_mini EVENTS OUTPUT COMPRESSION\n");
    return 2;
  }
  return gen_mini(std::atol(argv[1]), argv[2], std::atoi(argv[3]));
}
#endif
