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
use super::electronics::{self, Response};
use super::event::{Event, Source};
use super::noise::Noise;
use super::random::{Purpose, Random};
use super::record::Digitiser;
use super::start;
use super::truth::{self, Collected, Truth};
use crate::lanes::{Lanes, WIDTH};
use crate::simd::vectorise;
use crate::{Error, Sample};

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
    /// Charge in ADC counts that comes in each sample of eight events, their signals and records.
    charge: Vec<Lanes<f32>>,
    signal: Vec<Lanes<f32>>,
    records: Vec<Lanes<i16>>,
    filtered: Vec<f32>,
}

impl Workspace {
    fn new(samples: usize, period_ns: f64) -> Self {
        Self {
            current: Current::new(period_ns),
            hole: Path::default(),
            electron: Path::default(),
            pulse: Vec::new(),
            delayed: Vec::new(),
            charge: vec![Lanes::of(0.0); samples],
            signal: vec![Lanes::of(0.0); samples],
            records: vec![Lanes([0; WIDTH]); samples],
            filtered: Vec::new(),
        }
    }
}

/// What eight events side by side are recorded with.
struct Beside {
    baseline: Lanes<f32>,
    noise: Lanes<f32>,
    /// ADC counts that an earlier pulse has left at the first sample.
    earlier: Lanes<f64>,
    responses: [Response; WIDTH],
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
        let mut work = Workspace::new(samples, self.simulation.record.period_ns);
        let firsts = events.step_by(WIDTH);
        for (first, records) in firsts.zip(records.chunks_mut((WIDTH * samples).max(1))) {
            let happened = self.record(first, records, &mut work).map_err(wrong)?;
            let records = records.chunks(samples.max(1));
            for ((id, record), (event, collected)) in (first..).zip(records).zip(happened) {
                let detector = self.detectors.get(event.detector).map_or(0, |of| of.id);
                let run = i64::from(self.release.first_run) + event.run as i64;
                let tp0 = start::find(record, self.digitiser.from, &mut work.filtered);
                let id = id as i64;
                for (column, value) in columns.iter_mut().zip([tp0, detector, run, id]) {
                    column.push(value);
                }
                truth.push([id, detector, run], &event, collected);
            }
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

    /// The records of at most eight events, and what happened in each.
    fn record(
        &self,
        first: u64,
        records: &mut [i16],
        work: &mut Workspace,
    ) -> Result<Vec<(Event, Collected)>, String> {
        let samples = self.simulation.record.samples.max(1);
        let mut beside = Beside {
            baseline: Lanes::of(0.0),
            noise: Lanes::of(0.0),
            earlier: Lanes::of(0.0),
            responses: [Response::default(); WIDTH],
        };
        let ids: [u64; WIDTH] = std::array::from_fn(|lane| first.wrapping_add(lane as u64));
        work.charge.fill(Lanes::of(0.0));
        let mut happened = Vec::with_capacity(WIDTH);
        for (lane, id) in ids.into_iter().enumerate().take(records.len() / samples) {
            let mut random = Random::new(self.seed, Purpose::Event, id);
            let runs = self.release.runs as usize;
            let event = self.source.draw(&self.detectors, runs, &mut random);
            let event = event.ok_or("there is no detector")?;
            let collected = self.collect(&event, &mut random, lane, work, &mut beside)?;
            happened.push((event, collected));
        }
        let Workspace {
            charge,
            signal,
            records: digits,
            ..
        } = work;
        vectorise!({
            self.noise.fill(self.seed, ids, beside.noise, signal);
            for sample in signal.iter_mut() {
                *sample = *sample + beside.baseline;
            }
            electronics::add(&beside.responses, beside.earlier, charge, signal);
            self.digitiser.record(signal, digits);
        });
        for (lane, record) in records.chunks_mut(samples).enumerate() {
            for (sample, digits) in record.iter_mut().zip(&*digits) {
                *sample = digits.0.get(lane).copied().unwrap_or_default();
            }
        }
        Ok(happened)
    }

    /// What is collected of an event, put into a lane.
    fn collect(
        &self,
        event: &Event,
        random: &mut Random,
        lane: usize,
        work: &mut Workspace,
        beside: &mut Beside,
    ) -> Result<Collected, String> {
        let condition = event.detector * self.release.runs as usize + event.run;
        let condition = self.conditions.get(condition).ok_or("a run is missing")?;
        let detector = self.detectors.get(event.detector);
        let detector = detector.ok_or("a detector is missing")?;
        let scale = condition.adc_per_kev;
        beside.baseline.0[lane] = condition.baseline as f32;
        beside.noise.0[lane] = condition.noise as f32;
        beside.earlier.0[lane] = event.earlier_kev * scale;
        beside.responses[lane] = detector.response;

        let mut collected = self.charge(event, detector, random, work)?;
        let from = (event.start as usize + 1).saturating_sub(MARGIN);
        let (mut arrives, mut part) = (&work.pulse, 1.0);
        if let Some(depth) = event.depth {
            let layer = detector.drift.geometry().lithium;
            let (arrivals, of_all) = self.source.release.from(depth, layer);
            let room = work.charge.len().saturating_sub(from);
            delay(&work.pulse, arrivals, room, &mut work.delayed);
            (arrives, part) = (&work.delayed, of_all.max(f64::MIN_POSITIVE));
            collected.deposited_kev /= part;
        }
        let places = work.charge.get_mut(from..).unwrap_or_default();
        for (place, kev) in places.iter_mut().zip(arrives) {
            place.0[lane] += (kev * scale / part) as f32;
        }
        if event.delayed > 0.0 {
            let delayed = event.delayed * collected.kev * scale;
            for (place, late) in places.iter_mut().zip(detector.response.released(delayed)) {
                place.0[lane] += late as f32;
            }
        }
        Ok(collected)
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
            work.current.add(&work.hole, part, after);
            // Towards the other sign, with the other charge.
            work.current.add(&work.electron, -part, after);
            work.current
                .spread(self.spread(site.kev, &work.hole, random));
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
