//! An event: which detector and run, how much energy, in which places, of which kind.

use super::curve::Curve;
use super::description::Simulation;
use super::detector::Detector;
use super::geometry::Place;
use super::lithium::Release;
use super::photon::{Photons, Site};
use super::random::Random;
use super::spectrum::{Drawn, Spectrum};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// All the energy in one place.
    SingleSite,
    /// A photon that scattered.
    MultiSite,
    /// In the lithium layer, from which charge diffuses.
    Transition,
    /// An alpha on the passivated surface, part of whose charge comes late.
    Surface,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::SingleSite => "single_site",
            Self::MultiSite => "multi_site",
            Self::Transition => "transition",
            Self::Surface => "surface",
        }
    }
}

/// An event as it happened.
pub(super) struct Event {
    pub(super) kind: Kind,
    /// Index of the detector.
    pub(super) detector: usize,
    /// Of the run, from 0.
    pub(super) run: usize,
    /// Sample at which charge starts to move.
    pub(super) start: f64,
    /// What would be seen of it with perfect collection of what leaves the lithium layer.
    pub(super) kev: f64,
    pub(super) line: Option<f64>,
    /// Of a transition event.
    pub(super) depth: Option<f64>,
    /// Charge that comes late in addition, as a part of the prompt one.
    pub(super) delayed: f64,
    /// Energy of an earlier pulse as it stands at the first sample.
    pub(super) earlier_kev: f64,
    pub(super) sites: Vec<Site>,
}

/// What events are drawn from.
pub(super) struct Source {
    spectrum: Spectrum,
    photons: Photons,
    several: Curve,
    pub(super) release: Release,
    simulation: Simulation,
}

/// How far below the surface an alpha stops, mm; some 20 um, on the grid's scale nothing.
const ALPHA_DEPTH: f64 = 0.02;
/// How far inside the field what leaves the lithium layer starts, in steps of the grid: where it
/// begins, and above all in its corners, the field is too weak to be told from none.
const INSIDE: f64 = 1.0;

impl Source {
    pub(super) fn new(simulation: &Simulation) -> Self {
        let Simulation {
            record,
            detector,
            events,
            ..
        } = simulation;
        Self {
            spectrum: Spectrum::new(&simulation.spectrum),
            photons: Photons::new(&simulation.photons),
            several: Curve::new(&events.multi_site_kev, &events.multi_site),
            release: Release::solve(&simulation.lithium, detector.lithium_mm, record.period_ns),
            simulation: simulation.clone(),
        }
    }

    pub(super) fn draw(
        &self,
        detectors: &[Detector],
        runs: usize,
        random: &mut Random,
    ) -> Option<Event> {
        let index = random.below(detectors.len());
        let detector = detectors.get(index)?;
        let run = random.below(runs);
        let record = &self.simulation.record;
        let start = record.start.mean + record.start.sigma * random.normal();
        let Drawn { kev, line } = self.spectrum.draw(random);
        let kind = self.kind(kev, line.map(|line| line.several), random);
        let geometry = detector.drift.geometry();
        let mut sites = Vec::new();
        let (mut depth, mut delayed) = (None, 0.0);
        match kind {
            Kind::SingleSite => sites.push(Site {
                place: geometry.anywhere(random),
                kev,
            }),
            Kind::MultiSite => {
                let first = geometry.anywhere(random);
                self.photons
                    .absorb(kev, first, geometry, random, &mut sites);
            }
            Kind::Transition => {
                let least = self.simulation.events.transition_least_collected;
                let (place, below) = self.transition(detector, least, random);
                depth = Some(below);
                sites.push(Site { place, kev });
            }
            Kind::Surface => {
                let late = &self.simulation.events.surface_delayed;
                let decades = libm::log(late.greatest / late.least);
                delayed = late.least * libm::exp(decades * random.uniform());
                sites.push(Site {
                    place: geometry.on_face(random, ALPHA_DEPTH),
                    kev,
                });
            }
        }
        Some(Event {
            kind,
            detector: index,
            run,
            start: start.clamp(0.0, record.samples as f64),
            kev,
            line: line.map(|line| line.kev),
            depth,
            delayed,
            earlier_kev: self.earlier(detector, random),
            sites,
        })
    }

    fn kind(&self, kev: f64, several: Option<f64>, random: &mut Random) -> Kind {
        let events = &self.simulation.events;
        let (place, several) = match several {
            // What makes a line was collected whole.
            Some(several) => (1.0, several),
            None => (random.uniform(), self.several.at(kev)),
        };
        if place < events.surface {
            Kind::Surface
        } else if place < events.surface + events.transition {
            Kind::Transition
        } else if random.uniform() < several {
            Kind::MultiSite
        } else {
            Kind::SingleSite
        }
    }

    /// A place in the lithium layer from which enough arrives.
    fn transition(&self, detector: &Detector, least: f64, random: &mut Random) -> (Place, f64) {
        let geometry = detector.drift.geometry();
        for _ in 0..1000 {
            let (place, depth) = geometry.in_lithium(random);
            if self.release.from(depth, geometry.lithium).1 >= least {
                return (place, depth);
            }
        }
        // No depth gives enough: the deepest gives most.
        let (place, _) = geometry.in_lithium(random);
        (place, geometry.lithium)
    }

    /// Where the charge of a site starts to drift.
    pub(super) fn drifts_from(&self, detector: &Detector, event: &Event, place: Place) -> Place {
        let margin = INSIDE * self.simulation.detector.grid_mm;
        match event.depth {
            Some(_) => detector.drift.geometry().below_lithium(place, margin),
            None => place,
        }
    }

    fn earlier(&self, detector: &Detector, random: &mut Random) -> f64 {
        let earlier = &self.simulation.electronics.earlier_pulse;
        // Two pulses in the time are as good as never, and count as one.
        if random.uniform() >= earlier.rate_per_s * earlier.within_us * 1e-6 {
            return 0.0;
        }
        let kev = self.spectrum.draw(random).kev;
        // Its own rise is over before the record begins.
        let before = random.between(0.03, 1.0) * earlier.within_us;
        kev * libm::exp(-before / detector.channel.tau_us)
    }
}
