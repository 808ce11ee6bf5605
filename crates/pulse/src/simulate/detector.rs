//! The detectors of a simulation: field, electronics, and how they are in each run.
//!
//! What a detector and a run are like follows from their numbers, not from the seed: sets of
//! events simulated with different seeds are of the same detectors.

use super::description::{Channel, Simulation, Spread};
use super::drift::{Drift, Velocities};
use super::electronics::Response;
use super::field::{Bias, Potentials};
use super::geometry::Geometry;
use super::random::{Purpose, Random};

/// Of what is drawn for detectors and runs.
const ARRAY: u64 = 0;

pub(super) struct Detector {
    pub(super) id: i64,
    pub(super) drift: Drift,
    pub(super) channel: Channel,
    pub(super) response: Response,
    /// Time in which e-th of the charge is trapped, ns.
    pub(super) trapping_ns: f64,
}

/// A detector in a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Condition {
    pub(super) adc_per_kev: f64,
    pub(super) baseline: f64,
    pub(super) noise: f64,
}

impl Detector {
    /// Solves for the field.
    pub(super) fn new(simulation: &Simulation, id: i64, channel: Channel) -> Result<Self, String> {
        let shape = &simulation.detector;
        let mut random = Random::new(ARRAY, Purpose::Detector, id as u64);
        let mut draw =
            |spread: Spread| spread.mean + spread.sigma * random.normal().clamp(-2.5, 2.5);
        let geometry = Geometry {
            length: draw(shape.length_mm),
            radius: draw(shape.radius_mm),
            contact_radius: shape.contact_radius_mm,
            contact_length: shape.contact_length_mm,
            taper: shape.taper_mm,
            lithium: shape.lithium_mm,
        };
        let bias = Bias {
            volts: shape.bias_v,
            permittivity: shape.permittivity,
            impurity: draw(shape.impurity_per_cm3) * 1e-3,
            gradient: draw(shape.impurity_gradient_per_cm4) * 1e-4,
        };
        let trapping_ns = 1000.0 * draw(simulation.charge.trapping_us);
        let room = geometry.lithium + geometry.contact_radius.max(geometry.contact_length);
        if geometry.radius.min(geometry.length) < 2.0 * room + 4.0 * shape.grid_mm {
            return Err(format!(
                "detector {id} has no room for a field: length {:.1} mm, radius {:.1} mm",
                geometry.length, geometry.radius
            ));
        }
        if trapping_ns <= 0.0 {
            return Err(format!("charge.trapping_us: not positive in detector {id}"));
        }
        let potentials = Potentials::solve(&geometry, &bias, shape.grid_mm);
        let velocities = Velocities::new(&simulation.drift, shape.temperature_k);
        let drift = Drift::new(geometry, potentials, &velocities);
        drift.check().map_err(|stuck| {
            format!(
                "detector {id} is not depleted: charge from r = {:.1} mm, z = {:.1} mm does not arrive; \
                 raise detector.bias_v or lower detector.impurity_per_cm3",
                stuck.0.r, stuck.0.z
            )
        })?;
        let samples = |us: f64| 1000.0 * us / simulation.record.period_ns;
        let response = Response::new(
            samples(channel.tau_us),
            samples(simulation.electronics.fast_us),
            channel.fast_fraction,
            samples(simulation.events.surface_delayed.time_us),
        );
        Ok(Self {
            id,
            drift,
            channel,
            response,
            trapping_ns,
        })
    }

    /// In a run, by its number.
    pub(super) fn in_run(&self, simulation: &Simulation, run: i64) -> Condition {
        let subject = (self.id as u64) << 32 | (run as u64 & 0xffff_ffff);
        let mut random = Random::new(ARRAY, Purpose::Run, subject);
        let runs = &simulation.runs;
        let Channel {
            baseline_adc,
            noise_adc,
            kev_per_adc,
            ..
        } = self.channel;
        Condition {
            adc_per_kev: (1.0 + runs.gain_sigma * random.normal()) / kev_per_adc,
            baseline: baseline_adc + runs.baseline_sigma_adc * random.normal(),
            noise: noise_adc * (1.0 + runs.noise_sigma * random.normal()).max(0.0),
        }
    }
}
