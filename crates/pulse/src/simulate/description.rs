//! A simulation as it is written: TOML, every key known, every number checked.

use serde::Deserialize;

use crate::described::{self, not_negative, positive, within};

/// A described simulation of germanium detectors; see `catalog/simulations/majorana.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Simulation {
    /// Its name, or its file's.
    #[serde(skip)]
    pub name: String,
    /// One line.
    pub title: String,
    /// What is real in it and what is chosen.
    #[serde(default)]
    pub description: String,
    /// Where its numbers are from.
    #[serde(default)]
    pub references: Vec<String>,
    /// How much there is, unless the user says otherwise.
    pub release: Release,
    pub(super) record: RecordFormat,
    pub(super) detector: DetectorShape,
    pub(super) drift: DriftTable,
    pub(super) charge: Charge,
    pub(super) lithium: Lithium,
    pub(super) electronics: Electronics,
    pub(super) noise: NoiseSpectrum,
    pub(super) runs: Runs,
    pub(super) events: Events,
    pub(super) photons: Photons,
    pub(super) spectrum: Spectrum,
    pub(super) detectors: toml::map::Map<String, toml::Value>,
}

/// Events, detectors and runs of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Events.
    pub events: u64,
    /// Detectors, the first of those listed.
    pub detectors: usize,
    /// Runs.
    pub runs: u32,
    /// Number of the first run.
    pub first_run: u32,
}

/// A normal distribution.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Spread {
    pub(super) mean: f64,
    pub(super) sigma: f64,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RecordFormat {
    pub(super) period_ns: f64,
    pub(super) samples: usize,
    pub(super) presum_from: usize,
    pub(super) presum: usize,
    pub(super) adc_range: [i16; 2],
    pub(super) start: Spread,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DetectorShape {
    pub(super) length_mm: Spread,
    pub(super) radius_mm: Spread,
    pub(super) contact_radius_mm: f64,
    pub(super) contact_length_mm: f64,
    pub(super) taper_mm: f64,
    pub(super) lithium_mm: f64,
    pub(super) bias_v: f64,
    pub(super) temperature_k: f64,
    pub(super) impurity_per_cm3: Spread,
    pub(super) impurity_gradient_per_cm4: Spread,
    pub(super) permittivity: f64,
    pub(super) grid_mm: f64,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DriftTable {
    pub(super) table_temperature_k: f64,
    pub(super) electrons: Mobility,
    pub(super) holes: Mobility,
    pub(super) velocity: Vec<[f64; 7]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mobility {
    pub(super) mobility_cm2_per_vs: f64,
    pub(super) mobility_power: f64,
    pub(super) saturation_cm_per_s: f64,
    pub(super) theta_k: f64,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Charge {
    pub(super) pair_energy_ev: f64,
    pub(super) fano: f64,
    pub(super) collection_sigma: f64,
    pub(super) trapping_us: Spread,
    pub(super) cloud_mm: Cloud,
    pub(super) diffusion_cm2_per_s: f64,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cloud {
    pub(super) at_1_mev: f64,
    pub(super) power: f64,
    pub(super) spread: f64,
    pub(super) least: f64,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lithium {
    pub(super) step_um: f64,
    pub(super) diffusion_cm2_per_s: f64,
    pub(super) recombination_per_step: f64,
    pub(super) recombination_mm: f64,
    pub(super) longest_us: f64,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Electronics {
    pub(super) low_pass_ns: f64,
    pub(super) fast_us: f64,
    pub(super) earlier_pulse: EarlierPulse,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EarlierPulse {
    pub(super) rate_per_s: f64,
    pub(super) within_us: f64,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoiseSpectrum {
    pub(super) frequency_mhz: Vec<f64>,
    pub(super) power: Vec<f64>,
    pub(super) white: f64,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Runs {
    pub(super) gain_sigma: f64,
    pub(super) baseline_sigma_adc: f64,
    pub(super) noise_sigma: f64,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Events {
    pub(super) surface: f64,
    pub(super) surface_delayed: Delayed,
    pub(super) transition: f64,
    pub(super) transition_least_collected: f64,
    pub(super) multi_site_kev: Vec<f64>,
    pub(super) multi_site: Vec<f64>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Delayed {
    pub(super) least: f64,
    pub(super) greatest: f64,
    pub(super) time_us: f64,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Photons {
    pub(super) density_g_per_cm3: f64,
    pub(super) energy_kev: Vec<f64>,
    pub(super) attenuation_cm2_per_g: Vec<f64>,
    pub(super) absorbed_below_kev: f64,
    pub(super) most_sites: usize,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Spectrum {
    pub(super) lines: Vec<Line>,
    pub(super) continuum: Continuum,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    pub(super) kev: f64,
    pub(super) counts: f64,
    pub(super) several: f64,
    #[serde(default)]
    pub(super) width_kev: f64,
    /// For the reader of the file.
    #[serde(rename = "origin")]
    pub(super) _origin: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Continuum {
    pub(super) from_kev: Vec<f64>,
    pub(super) counts: Vec<f64>,
    pub(super) to_kev: f64,
}

/// Electronics and gain of one detector.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Channel {
    pub(super) baseline_adc: f64,
    pub(super) tau_us: f64,
    pub(super) fast_fraction: f64,
    pub(super) noise_adc: f64,
    pub(super) kev_per_adc: f64,
}

impl Simulation {
    /// Parses a description.
    ///
    /// # Errors
    /// When it is not TOML, a key is unknown or missing, or a number cannot be: the key is named.
    pub fn parse(name: &str, text: &str) -> crate::Result<Self> {
        let mut simulation: Self = described::parse(name, text)?;
        simulation.name = name.to_owned();
        simulation.check().map_err(described::wrong(name))?;
        Ok(simulation)
    }

    /// Detectors in the order of the file, by number.
    pub(super) fn channels(&self) -> Result<Vec<(i64, Channel)>, String> {
        let channel = |(id, value): (&String, &toml::Value)| {
            let number = id
                .parse()
                .map_err(|_| format!("detectors.{id}: a detector is named by a whole number"))?;
            let channel: Channel = (value.clone().try_into())
                .map_err(|error: toml::de::Error| format!("detectors.{id}: {}", error.message()))?;
            let Channel {
                tau_us,
                noise_adc,
                kev_per_adc,
                ..
            } = channel;
            positive(&format!("detectors.{id}.tau_us"), tau_us)?;
            positive(&format!("detectors.{id}.kev_per_adc"), kev_per_adc)?;
            not_negative(&format!("detectors.{id}.noise_adc"), noise_adc)?;
            within(
                &format!("detectors.{id}.baseline_adc"),
                channel.baseline_adc,
                -1e6,
                1e6,
            )?;
            within(
                &format!("detectors.{id}.fast_fraction"),
                channel.fast_fraction,
                -0.5,
                0.5,
            )?;
            Ok((number, channel))
        };
        self.detectors.iter().map(channel).collect()
    }

    fn check(&self) -> Result<(), String> {
        let channels = self.channels()?;
        let Release {
            detectors, runs, ..
        } = self.release;
        if detectors == 0 || detectors > channels.len() || runs == 0 {
            return Err(format!(
                "release: from 1 to {} detectors, and a run at least",
                channels.len()
            ));
        }
        self.check_record()?;
        self.check_detector()?;
        self.check_events()?;
        let NoiseSpectrum {
            frequency_mhz,
            power,
            white,
        } = &self.noise;
        curve("noise.frequency_mhz", "power", frequency_mhz, power)?;
        within("noise.white", *white, 0.0, 1.0)?;
        let continuum = &self.spectrum.continuum;
        curve(
            "spectrum.continuum.from_kev",
            "counts",
            &continuum.from_kev,
            &continuum.counts,
        )?;
        if (continuum.from_kev.last()).is_some_and(|last| *last >= continuum.to_kev) {
            return Err("spectrum.continuum.to_kev: ends after the last bin begins".to_owned());
        }
        for line in &self.spectrum.lines {
            let key = |key: &str| format!("spectrum.lines: {key} of {}", line.kev);
            positive(&key("kev"), line.kev)?;
            not_negative(&key("counts"), line.counts)?;
            not_negative(&key("width_kev"), line.width_kev)?;
            within(&key("several"), line.several, 0.0, 1.0)?;
        }
        let lines = self.spectrum.lines.iter().map(|line| line.counts);
        positive(
            "spectrum: counts in all",
            lines.chain(continuum.counts.iter().copied()).sum(),
        )
    }

    fn check_record(&self) -> Result<(), String> {
        let record = &self.record;
        positive("record.period_ns", record.period_ns)?;
        let [least, greatest] = record.adc_range;
        if least >= greatest {
            return Err("record.adc_range: the least and the greatest value".to_owned());
        }
        let RecordFormat {
            samples,
            presum_from,
            presum,
            ..
        } = *record;
        let groups = samples.checked_sub(presum_from);
        if samples > crate::processor::MAX_LENGTH
            || !(1..=64).contains(&presum)
            || groups.is_none_or(|samples| !samples.is_multiple_of(presum))
        {
            return Err(format!(
                "record: {samples} samples are not {presum_from} and sums of {presum}"
            ));
        }
        within("record.start.mean", record.start.mean, 0.0, samples as f64)?;
        not_negative("record.start.sigma", record.start.sigma)?;
        positive("electronics.low_pass_ns", self.electronics.low_pass_ns)?;
        positive("electronics.fast_us", self.electronics.fast_us)?;
        let EarlierPulse {
            rate_per_s,
            within_us,
        } = self.electronics.earlier_pulse;
        positive("electronics.earlier_pulse.within_us", within_us)?;
        within(
            "electronics.earlier_pulse: expected pulses",
            rate_per_s * within_us * 1e-6,
            0.0,
            1.0,
        )?;
        not_negative("runs.gain_sigma", self.runs.gain_sigma)?;
        not_negative("runs.baseline_sigma_adc", self.runs.baseline_sigma_adc)?;
        not_negative("runs.noise_sigma", self.runs.noise_sigma)
    }

    fn check_detector(&self) -> Result<(), String> {
        let shape = &self.detector;
        for (key, value) in [
            ("detector.length_mm", shape.length_mm.mean),
            ("detector.radius_mm", shape.radius_mm.mean),
            ("detector.contact_radius_mm", shape.contact_radius_mm),
            ("detector.contact_length_mm", shape.contact_length_mm),
            ("detector.lithium_mm", shape.lithium_mm),
            ("detector.bias_v", shape.bias_v),
            ("detector.temperature_k", shape.temperature_k),
            ("detector.permittivity", shape.permittivity),
            ("detector.grid_mm", shape.grid_mm),
            ("drift.table_temperature_k", self.drift.table_temperature_k),
            ("charge.pair_energy_ev", self.charge.pair_energy_ev),
            ("charge.trapping_us", self.charge.trapping_us.mean),
            ("charge.cloud_mm.at_1_mev", self.charge.cloud_mm.at_1_mev),
            ("lithium.step_um", self.lithium.step_um),
            (
                "lithium.diffusion_cm2_per_s",
                self.lithium.diffusion_cm2_per_s,
            ),
            ("lithium.longest_us", self.lithium.longest_us),
        ] {
            positive(key, value)?;
        }
        for (key, value) in [
            ("detector.length_mm.sigma", shape.length_mm.sigma),
            ("detector.radius_mm.sigma", shape.radius_mm.sigma),
            ("detector.taper_mm", shape.taper_mm),
            ("charge.fano", self.charge.fano),
            ("charge.collection_sigma", self.charge.collection_sigma),
            ("charge.trapping_us.sigma", self.charge.trapping_us.sigma),
            ("charge.cloud_mm.spread", self.charge.cloud_mm.spread),
            ("charge.cloud_mm.least", self.charge.cloud_mm.least),
            ("charge.cloud_mm.power", self.charge.cloud_mm.power),
            (
                "charge.diffusion_cm2_per_s",
                self.charge.diffusion_cm2_per_s,
            ),
            ("lithium.recombination_mm", self.lithium.recombination_mm),
        ] {
            not_negative(key, value)?;
        }
        within(
            "lithium.recombination_per_step",
            self.lithium.recombination_per_step,
            0.0,
            0.1,
        )?;
        let nodes = shape.length_mm.mean * shape.radius_mm.mean / (shape.grid_mm * shape.grid_mm);
        within("detector.grid_mm: nodes", nodes, 100.0, 1e6)?;
        let cells = shape.lithium_mm * 1000.0 / self.lithium.step_um;
        within("lithium.step_um: steps in the layer", cells, 4.0, 1000.0)?;
        let fields = self.drift.velocity.iter().map(|row| row[0]);
        ascending("drift.velocity", &fields.collect::<Vec<_>>())?;
        match self.drift.velocity.iter().flatten().all(|v| *v >= 0.0) {
            true => Ok(()),
            false => Err("drift.velocity: a field or velocity is negative".to_owned()),
        }
    }

    fn check_events(&self) -> Result<(), String> {
        let events = &self.events;
        within("events.surface", events.surface, 0.0, 1.0)?;
        within(
            "events.transition",
            events.transition,
            0.0,
            1.0 - events.surface,
        )?;
        let Delayed {
            least,
            greatest,
            time_us,
        } = events.surface_delayed;
        positive("events.surface_delayed.least", least)?;
        within("events.surface_delayed.greatest", greatest, least, 1.0)?;
        positive("events.surface_delayed.time_us", time_us)?;
        within(
            "events.transition_least_collected",
            events.transition_least_collected,
            0.01,
            0.9,
        )?;
        curve(
            "events.multi_site_kev",
            "multi_site",
            &events.multi_site_kev,
            &events.multi_site,
        )?;
        if events.multi_site.iter().any(|share| *share > 1.0) {
            return Err("events.multi_site: a share is above 1".to_owned());
        }
        let photons = &self.photons;
        positive("photons.density_g_per_cm3", photons.density_g_per_cm3)?;
        positive("photons.absorbed_below_kev", photons.absorbed_below_kev)?;
        within("photons.most_sites", photons.most_sites as f64, 2.0, 50.0)?;
        curve(
            "photons.energy_kev",
            "attenuation_cm2_per_g",
            &photons.energy_kev,
            &photons.attenuation_cm2_per_g,
        )?;
        match photons
            .attenuation_cm2_per_g
            .iter()
            .all(|value| *value > 0.0)
        {
            true => Ok(()),
            false => Err("photons.attenuation_cm2_per_g: not all positive".to_owned()),
        }
    }
}

fn ascending(key: &str, values: &[f64]) -> Result<(), String> {
    let sorted = values.windows(2).all(|pair| pair[0] < pair[1]);
    match sorted && values.len() >= 2 && values.iter().all(|value| value.is_finite()) {
        true => Ok(()),
        false => Err(format!("{key}: at least two numbers, in ascending order")),
    }
}

/// Two lists that describe a curve with values that are not negative.
fn curve(key: &str, other: &str, x: &[f64], y: &[f64]) -> Result<(), String> {
    ascending(key, x)?;
    if x.len() != y.len() {
        return Err(format!(
            "{key} has {} numbers, {other} has {}",
            x.len(),
            y.len()
        ));
    }
    for value in y {
        not_negative(&format!("{key}: {other}"), *value)?;
    }
    Ok(())
}
