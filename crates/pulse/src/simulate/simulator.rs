//! Events to records: the parts put together.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::{ArrayRef, FixedSizeListArray, Int16Array, Int64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use rayon::prelude::*;

use super::column;
use super::current::{Current, MARGIN, delay};
use super::description::{Release, Simulation};
use super::detector::{Condition, Detector};
use super::drift::{Carrier, Path};
use super::electronics::Input;
use super::event::{Event, Source};
use super::noise::Noise;
use super::photon::Site;
use super::random::{Purpose, Random};
use super::record::Digitiser;
use super::start;
use super::truth::{self, Collected, Truth};
use crate::Error;

/// A simulation that is ready to make events: fields are solved.
pub struct Simulator {
    simulation: Simulation,
    seed: u64,
    release: Release,
    detectors: Vec<Detector>,
    /// Of each detector in each run: detector by detector.
    conditions: Vec<Condition>,
    source: Source,
    noise: Noise,
    digitiser: Digitiser,
    records: Arc<Schema>,
    truth: Arc<Schema>,
}

/// Simulated events: what was recorded, and the truth.
pub struct Simulated {
    /// Columns of [`Simulator::schema`].
    pub records: RecordBatch,
    /// Columns of [`Simulator::truth_schema`], row by row the same events.
    pub truth: RecordBatch,
}

impl Simulation {
    /// Solves the fields of all detectors, in parallel. `release` says how much is to be made.
    ///
    /// # Errors
    /// When there are not as many detectors, no run, or a detector is not depleted.
    pub fn prepare(&self, seed: u64, release: Release) -> crate::Result<Simulator> {
        let wrong = |reason: String| Error::Description {
            name: self.name.clone(),
            reason,
        };
        let channels = self.channels().map_err(wrong)?;
        let all = channels.len();
        if release.detectors == 0 || release.detectors > all || release.runs == 0 {
            return Err(wrong(format!(
                "{} detectors and {} runs: it has from 1 to {all} detectors, and takes at least a run",
                release.detectors, release.runs
            )));
        }
        let chosen: Vec<_> = channels.into_iter().take(release.detectors).collect();
        let detectors = chosen.into_par_iter();
        let detectors: Vec<Detector> = detectors
            .map(|(id, channel)| Detector::new(self, id, channel))
            .collect::<Result<_, String>>()
            .map_err(wrong)?;
        let runs = 0..i64::from(release.runs);
        let in_runs = |detector| {
            let number = |run| i64::from(release.first_run) + run;
            runs.clone()
                .map(move |run| Detector::in_run(detector, self, number(run)))
        };
        let record = &self.record;
        Ok(Simulator {
            seed,
            release,
            conditions: detectors.iter().flat_map(in_runs).collect(),
            detectors,
            source: Source::new(self),
            noise: Noise::new(&self.noise, record.period_ns),
            digitiser: Digitiser {
                least: record.adc_range[0].into(),
                greatest: record.adc_range[1].into(),
                from: record.presum_from,
                size: record.presum,
            },
            records: Arc::new(self.schema(seed, record_fields(record.samples))),
            truth: Arc::new(self.schema(seed, truth::fields())),
            simulation: self.clone(),
        })
    }

    /// A schema that says that the data are simulated.
    fn schema(&self, seed: u64, fields: Vec<Field>) -> Schema {
        let metadata = [
            ("simulated", "true".to_owned()),
            ("title", self.title.clone()),
            ("description", self.description.trim().to_owned()),
            ("simulation", self.name.clone()),
            ("seed", seed.to_string()),
            (
                "creator",
                concat!("photopeak ", env!("CARGO_PKG_VERSION")).to_owned(),
            ),
        ];
        let metadata = metadata.map(|(key, value)| (key.to_owned(), value));
        Schema::new_with_metadata(fields, HashMap::from(metadata))
    }
}

/// Columns of a file of the release that has no labels.
fn record_fields(samples: usize) -> Vec<Field> {
    let item = Arc::new(Field::new("item", DataType::Int16, false));
    let waveform = DataType::FixedSizeList(item, samples as i32);
    vec![
        column(
            "raw_waveform",
            waveform,
            "ADC",
            "Record, 10 ns a sample, sums spread",
        ),
        column(
            "tp0",
            DataType::Int64,
            "sample",
            "Start of the pulse, as found on the record",
        ),
        column("detector", DataType::Int64, "", "Number of the detector"),
        column("run_number", DataType::Int64, "", "Number of the run"),
        column("id", DataType::Int64, "", "Number of the event"),
    ]
}

/// Room to work in, kept from event to event.
struct Workspace {
    current: Current,
    hole: Path,
    electron: Path,
    pulse: Vec<f64>,
    delayed: Vec<f64>,
    signal: Vec<f64>,
    bits: Vec<u32>,
    filtered: Vec<f32>,
}

impl Simulator {
    /// How much there is.
    #[must_use]
    pub fn release(&self) -> Release {
        self.release
    }

    /// Columns of records: those of a file of the release that has no labels.
    #[must_use]
    pub fn schema(&self) -> &Arc<Schema> {
        &self.records
    }

    /// Columns of the truth.
    #[must_use]
    pub fn truth_schema(&self) -> &Arc<Schema> {
        &self.truth
    }

    /// Events of these numbers, on the calling thread. An event is the same whatever is made with
    /// it.
    ///
    /// # Errors
    /// When a charge does not arrive, or Arrow refuses the columns.
    pub fn events(&self, events: Range<u64>) -> crate::Result<Simulated> {
        let wrong = |reason: String| Error::Description {
            name: self.simulation.name.clone(),
            reason,
        };
        let samples = self.simulation.record.samples;
        let count = events.end.saturating_sub(events.start) as usize;
        let mut records = vec![0i16; count * samples];
        let mut columns = [(); 4].map(|()| Vec::with_capacity(count));
        let mut truth = Truth::new();
        let mut work = Workspace {
            current: Current::new(self.simulation.record.period_ns),
            hole: Path::default(),
            electron: Path::default(),
            pulse: Vec::new(),
            delayed: Vec::new(),
            signal: vec![0.0; samples],
            bits: Vec::new(),
            filtered: Vec::new(),
        };
        let mut sites: Vec<Site> = Vec::new();
        for (id, record) in events.zip(records.chunks_mut(samples.max(1))) {
            let mut random = Random::new(self.seed, Purpose::Event, id);
            let runs = self.release.runs as usize;
            let drawn = self.source.draw(&self.detectors, runs, &mut random, sites);
            let (event, detector) = drawn
                .and_then(|event| Some((self.detectors.get(event.detector)?, event)))
                .map(|(detector, event)| (event, detector))
                .ok_or_else(|| wrong("there is no detector".to_owned()))?;
            let collected = self.record(id, &event, detector, &mut random, &mut work, record);
            let collected = collected.map_err(wrong)?;
            let run = i64::from(self.release.first_run) + event.run as i64;
            let tp0 = start::find(record, self.digitiser.from, &mut work.filtered);
            let id = id as i64;
            for (column, value) in columns.iter_mut().zip([tp0, detector.id, run, id]) {
                column.push(value);
            }
            truth.push([id, detector.id, run], &event, collected);
            sites = event.sites;
        }
        let item = Arc::new(Field::new("item", DataType::Int16, false));
        let values = Arc::new(Int16Array::from(records));
        let waveforms = FixedSizeListArray::try_new(item, samples as i32, values, None)
            .map_err(|error| wrong(error.to_string()))?;
        let mut arrays: Vec<ArrayRef> = vec![Arc::new(waveforms)];
        arrays.extend(columns.map(|column| Arc::new(Int64Array::from(column)) as ArrayRef));
        let records = RecordBatch::try_new(Arc::clone(&self.records), arrays)
            .map_err(|error| wrong(error.to_string()))?;
        let truth = truth.finish(Arc::clone(&self.truth)).map_err(wrong)?;
        Ok(Simulated { records, truth })
    }

    /// The record of an event, and what was collected of it.
    fn record(
        &self,
        id: u64,
        event: &Event,
        detector: &Detector,
        random: &mut Random,
        work: &mut Workspace,
        record: &mut [i16],
    ) -> Result<Collected, String> {
        let condition = event.detector * self.release.runs as usize + event.run;
        let condition = *self.conditions.get(condition).ok_or("a run is missing")?;
        let Workspace { signal, bits, .. } = work;
        self.noise
            .fill(self.seed, id, condition.noise, bits, signal);
        for sample in signal.iter_mut() {
            *sample += condition.baseline;
        }
        let first = event.start as usize;
        let collected = self.charge(event, detector, random, work)?;
        let deposited_kev = match event.depth {
            Some(depth) => {
                let layer = detector.drift.geometry().lithium;
                let (arrivals, part) = self.source.release.from(depth, layer);
                delay(&work.pulse, arrivals, &mut work.delayed);
                for charge in &mut work.delayed {
                    *charge /= part.max(f64::MIN_POSITIVE);
                }
                event.kev / part.max(f64::MIN_POSITIVE)
            }
            None => {
                work.delayed.clone_from(&work.pulse);
                event.kev
            }
        };
        let scale = condition.adc_per_kev;
        detector.response.add(
            Input {
                charge: &work.delayed,
                from: (first + 1).saturating_sub(MARGIN),
                scale,
                delayed: event.delayed * collected.kev * scale,
                earlier: event.earlier_kev * scale,
            },
            &mut work.signal,
        );
        self.digitiser.record(&work.signal, record);
        Ok(Collected {
            deposited_kev,
            ..collected
        })
    }

    /// Charge in keV that arrives in each sample, from [`MARGIN`] samples before the start on.
    fn charge(
        &self,
        event: &Event,
        detector: &Detector,
        random: &mut Random,
        work: &mut Workspace,
    ) -> Result<Collected, String> {
        let charge = &self.simulation.charge;
        let period = self.simulation.record.period_ns;
        let margin = MARGIN.min(event.start as usize + 1) as f64;
        let after = (margin + event.start.fract()) * period;
        // Electron-hole pairs fluctuate less than at random; and what else is lost differs.
        let pairs = (charge.fano * charge.pair_energy_ev * 1e-3 / event.kev.max(1e-3)).sqrt();
        let fluctuation = 1.0 + pairs * random.normal() + charge.collection_sigma * random.normal();
        let (mut kept, mut drift) = (0.0, 0.0);
        work.current.clear();
        for site in &event.sites {
            let from = self.source.drifts_from(detector, event, site.place);
            let path = |carrier, path: &mut Path| {
                let found = detector.drift.path(carrier, from, path);
                found.map_err(|stuck| {
                    let (r, z) = (stuck.0.r, stuck.0.z);
                    let id = detector.id;
                    format!(
                        "detector {id}: charge from r = {r:.2} mm, z = {z:.2} mm does not arrive"
                    )
                })
            };
            path(Carrier::Hole, &mut work.hole)?;
            path(Carrier::Electron, &mut work.electron)?;
            let duration = work.hole.duration();
            let part = site.kev * fluctuation * libm::exp(-duration / detector.trapping_ns);
            kept += part;
            drift += site.kev * duration;
            let spread = self.spread(site.kev, &work.hole, random);
            // Three charges of a sixth, two thirds and a sixth have the moments of a normal
            // distribution up to the fifth (Gauss and Hermite).
            let apart = 3f64.sqrt() * spread;
            for (shift, share) in [(-apart, 1.0 / 6.0), (0.0, 2.0 / 3.0), (apart, 1.0 / 6.0)] {
                work.current.add(&work.hole, part * share, after + shift);
                // Towards the other sign, with the other charge.
                work.current
                    .add(&work.electron, -part * share, after + shift);
            }
        }
        work.current
            .charge(self.simulation.electronics.low_pass_ns, &mut work.pulse);
        Ok(Collected {
            deposited_kev: event.kev,
            kev: kept,
            drift_ns: drift / event.kev,
        })
    }

    /// How far the charge of a site is spread in time when it arrives: standard deviation in ns.
    fn spread(&self, kev: f64, hole: &Path, random: &mut Random) -> f64 {
        let charge = &self.simulation.charge;
        let cloud = &charge.cloud_mm;
        let size = cloud.at_1_mev
            * libm::pow(kev.max(0.0) * 1e-3, cloud.power)
            * libm::exp(cloud.spread * random.normal());
        let cloud = size.max(cloud.least) / hole.start_speed.max(1e-3);
        // cm²/s to mm²/ns.
        let duration = hole.duration();
        let width = 2.0 * charge.diffusion_cm2_per_s * 1e-7 * duration;
        let speed = hole.length / duration.max(1e-9);
        let diffusion = width / (speed * speed).max(1e-9);
        (cloud * cloud + diffusion).sqrt()
    }
}
