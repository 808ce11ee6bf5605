//! What the labels do: survival by energy, detector and class, and the distributions that are cut.

use std::collections::BTreeMap;

use arrow_array::cast::AsArray;
use photopeak_formats::{Dataset, Scan, Table};
use photopeak_pulse::label::{Constants, Label, Labelling, Measured, Tuning, peak_weight};

use super::measured::{BLOCK, Block, Columns, index, whole};
use crate::Error;

/// Events, and how many of them pass: low A/E, high A/E, tail, late charge, all four.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    /// All.
    pub events: f64,
    /// Those that pass.
    pub passed: [f64; 5],
}

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judged {
    /// Rows without a label: without a number for the energy, or of a detector that was not tuned.
    pub unlabelled: u64,
    /// One a region of the labelling.
    pub regions: Vec<Counts>,
    /// The single-site peak, what lies beside it subtracted.
    pub peak: Counts,
    /// All energies of a detector.
    pub detectors: BTreeMap<i64, Counts>,
    /// One a region, for each class of the truth.
    pub classes: BTreeMap<String, Vec<Counts>>,
    /// Counts in bins of [`ENERGY`]: all, those that pass low A/E, those that pass all.
    pub(super) spectra: [Vec<f64>; 3],
    /// Counts by energy ([`MAP_ENERGY`]) and distance ([`DISTANCE`]) of A/E.
    pub(super) map: Vec<f64>,
    /// Counts by distance of the tail's slope and of late charge, in their windows.
    pub(super) tail: Vec<f64>,
    pub(super) late: Vec<f64>,
    /// Counts by distance of A/E in its window, of each detector.
    pub(super) a_over_e: BTreeMap<i64, Vec<f64>>,
    /// Energies near the line of the trapping: with the correction.
    pub(super) line: Vec<f64>,
}

/// Bins of equal width: from, width, number.
#[derive(Clone, Copy)]
pub(super) struct Bins(pub(super) f64, pub(super) f64, pub(super) usize);

pub(super) const ENERGY: Bins = Bins(0.0, 5.0, 660);
pub(super) const MAP_ENERGY: Bins = Bins(0.0, 25.0, 132);
pub(super) const DISTANCE: Bins = Bins(-25.0, 0.5, 80);
pub(super) const LINE: Bins = Bins(-30.0, 0.5, 100);

impl Bins {
    pub(super) fn edges(self) -> Vec<f64> {
        let Self(from, width, bins) = self;
        (0..=bins).map(|i| from + width * i as f64).collect()
    }

    pub(super) fn none(self) -> Vec<f64> {
        vec![0.0; self.2]
    }

    fn place(self, value: f64) -> Option<usize> {
        let Self(from, width, bins) = self;
        let place = (value - from) / width;
        (place >= 0.0 && place < bins as f64).then_some(place as usize)
    }

    fn count(self, counts: &mut [f64], value: f64) {
        if let Some(count) = self.place(value).and_then(|place| counts.get_mut(place)) {
            *count += 1.0;
        }
    }
}

impl Counts {
    fn add(&mut self, label: &Label, weight: f64) {
        self.events += weight;
        let passes = [
            label.low_avse,
            label.high_avse,
            label.delayed,
            label.late,
            label.all(),
        ];
        for (passed, passes) in self.passed.iter_mut().zip(passes) {
            if passes {
                *passed += weight;
            }
        }
    }

    /// Parts that pass.
    #[must_use]
    pub fn survival(&self) -> [f64; 5] {
        self.passed.map(|passed| passed / self.events)
    }
}

/// Counts what a tuning does to data. With a `truth` of the same rows also by its classes.
///
/// # Errors
/// When a column is missing, the truth is of other rows, or the data are damaged.
pub fn judge(
    labelling: &Labelling,
    tuning: &Tuning,
    data: &Dataset,
    truth: Option<&Dataset>,
) -> Result<Judged, Error> {
    let mut columns = Columns::find(labelling, data)?;
    let key = columns.indices.len();
    if truth.is_some() {
        columns.indices.push(index(data, &labelling.report.key)?);
    }
    let mut truth = truth
        .map(|truth| Classes::open(labelling, data, truth))
        .transpose()?;
    let mut judged = Judged::new(labelling);
    let mut scan = data.scan(&columns.indices, 0..data.num_rows())?;
    while scan.advance(BLOCK)?.is_some() {
        let block = Block::read(&columns, scan.as_mut())?;
        let classes = match &mut truth {
            Some(truth) => truth.next(&scan.column(key)?, block.rows())?,
            None => Vec::new(),
        };
        for row in 0..block.rows() {
            let event = block.measured(row);
            let constants = block
                .key(row)
                .and_then(|(detector, run)| Some((detector, tuning.constants(detector, run)?)));
            let class = classes.get(row).map(String::as_str);
            match constants.filter(|_| event.energy.is_finite()) {
                Some((detector, constants)) => {
                    judged.add(labelling, detector, constants, &event, class);
                }
                None => judged.unlabelled += 1,
            }
        }
    }
    Ok(judged)
}

impl Judged {
    fn new(labelling: &Labelling) -> Self {
        Self {
            regions: vec![Counts::default(); labelling.report.regions.len()],
            spectra: [ENERGY.none(), ENERGY.none(), ENERGY.none()],
            map: vec![0.0; MAP_ENERGY.2 * DISTANCE.2],
            tail: DISTANCE.none(),
            late: DISTANCE.none(),
            line: LINE.none(),
            ..Self::default()
        }
    }

    fn add(
        &mut self,
        labelling: &Labelling,
        detector: i64,
        constants: &Constants,
        event: &Measured,
        class: Option<&str>,
    ) {
        let label = constants.label(event);
        let energy = label.energy;
        let weight = peak_weight(&labelling.a_over_e, energy);
        self.peak.add(&label, weight);
        self.detectors.entry(detector).or_default().add(&label, 1.0);
        let regions = &labelling.report.regions;
        let mut classes = class.map(|class| {
            let none = || vec![Counts::default(); regions.len()];
            self.classes.entry(class.to_owned()).or_insert_with(none)
        });
        for (i, region) in regions.iter().enumerate() {
            let [from, to] = region.kev;
            if !(energy >= from && energy < to) {
                continue;
            }
            let of_class = classes.as_mut().and_then(|classes| classes.get_mut(i));
            for counts in self.regions.get_mut(i).into_iter().chain(of_class) {
                counts.add(&label, 1.0);
            }
        }
        for (spectrum, counts) in self
            .spectra
            .iter_mut()
            .zip([true, label.low_avse, label.all()])
        {
            if counts {
                ENERGY.count(spectrum, energy);
            }
        }
        LINE.count(&mut self.line, energy - labelling.trapping.kev);
        let [low, _] = constants.a_over_e(event);
        if let (Some(x), Some(y)) = (MAP_ENERGY.place(energy), DISTANCE.place(low))
            && let Some(cell) = self.map.get_mut(x * DISTANCE.2 + y)
        {
            *cell += 1.0;
        }
        let within = |[from, to]: [f64; 2]| energy > from && energy < to;
        if within(labelling.a_over_e.window_kev) {
            let counts = self.a_over_e.entry(detector);
            DISTANCE.count(counts.or_insert_with(|| DISTANCE.none()), low);
        }
        if within(labelling.delayed.window_kev) {
            DISTANCE.count(&mut self.tail, constants.delayed(event));
        }
        if within(labelling.late.window_kev) && label.low_avse && label.high_avse {
            DISTANCE.count(&mut self.late, constants.late(event));
        }
    }
}

/// Classes of the truth, beside the rows of the data.
struct Classes<'a> {
    scan: Box<dyn Scan + 'a>,
    name: String,
}

impl<'a> Classes<'a> {
    fn open(labelling: &Labelling, data: &Dataset, truth: &'a Dataset) -> Result<Self, Error> {
        if truth.num_rows() != data.num_rows() {
            return Err(Error::NotFound(format!(
                "the truth has {} rows, the data {}",
                truth.num_rows(),
                data.num_rows()
            )));
        }
        let report = &labelling.report;
        let columns = [index(truth, &report.key)?, index(truth, &report.class)?];
        Ok(Self {
            scan: truth.scan(&columns, 0..truth.num_rows())?,
            name: report.key.clone(),
        })
    }

    /// Of the next rows, whose keys have to be these.
    fn next(&mut self, keys: &arrow_array::ArrayRef, rows: usize) -> Result<Vec<String>, Error> {
        let keys = whole((keys, &self.name))?;
        let mut classes = Vec::with_capacity(rows);
        while classes.len() < rows {
            if self.scan.advance(rows - classes.len())?.is_none() {
                return Err(Error::NotFound("the truth ends before the data".to_owned()));
            }
            let own = whole((&self.scan.column(0)?, &self.name))?;
            let here = keys.get(classes.len()..classes.len() + own.len());
            if here != Some(own.as_slice()) {
                return Err(Error::NotFound(format!(
                    "the truth is of other events: its column {} differs from that of the data",
                    self.name
                )));
            }
            let names = self.scan.column(1)?;
            let names = names.as_string_opt::<i32>().ok_or_else(|| {
                Error::NotFound("the classes of the truth are no text".to_owned())
            })?;
            classes.extend(names.iter().map(|name| name.unwrap_or_default().to_owned()));
        }
        Ok(classes)
    }
}
