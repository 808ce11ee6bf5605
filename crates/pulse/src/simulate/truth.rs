//! The truth of simulated events, as a table of its own.
//!
//! It is for judging what an analysis finds. No label is made from it.

use std::sync::Arc;

use arrow_array::builder::{
    Float32Builder, Float64Builder, Int64Builder, ListBuilder, StringBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema};

use super::column;
use super::event::Event;

/// What became of an event's charge.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Collected {
    /// Deposited, with what recombined in the lithium layer.
    pub(super) deposited_kev: f64,
    /// After fluctuations and trapping.
    pub(super) kev: f64,
    /// Mean drift time of holes, weighted with energy.
    pub(super) drift_ns: f64,
}

/// Columns under construction.
pub(super) struct Truth {
    id: Int64Builder,
    detector: Int64Builder,
    run: Int64Builder,
    kind: StringBuilder,
    numbers: Vec<Float64Builder>,
    optional: Vec<Float64Builder>,
    sites: Vec<ListBuilder<Float32Builder>>,
}

const NUMBERS: [(&str, &str, &str); 6] = [
    (
        "energy_deposited",
        "keV",
        "Deposited energy, with what recombined in the lithium layer",
    ),
    (
        "energy_collected",
        "keV",
        "Collected energy: after fluctuations and trapping, before noise",
    ),
    ("drift_time", "ns", "Drift time of holes, mean over energy"),
    ("start", "sample", "Where charge starts to move"),
    (
        "delayed_fraction",
        "",
        "Charge that comes late in addition, of the prompt one",
    ),
    (
        "earlier_pulse",
        "keV",
        "What an earlier pulse has left at the first sample",
    ),
];
const OPTIONAL: [(&str, &str, &str); 2] = [
    (
        "line",
        "keV",
        "The line the energy is of; null for the continuum",
    ),
    (
        "depth",
        "mm",
        "Depth below the surface; null outside the lithium layer",
    ),
];
const SITES: [(&str, &str, &str); 3] = [
    (
        "site_energy",
        "keV",
        "Energy of each site, as collected without losses",
    ),
    ("site_r", "mm", "Distance of each site from the axis"),
    (
        "site_z",
        "mm",
        "Distance of each site from the face with the contact",
    ),
];

/// Columns of the truth.
pub(super) fn fields() -> Vec<Field> {
    let real = DataType::Float64;
    let list = DataType::new_list(DataType::Float32, true);
    let mut fields = vec![
        column("id", DataType::Int64, "", "Number of the event"),
        column("detector", DataType::Int64, "", "Number of the detector"),
        column("run_number", DataType::Int64, "", "Number of the run"),
        column(
            "kind",
            DataType::Utf8,
            "",
            "single_site, multi_site, transition or surface",
        ),
    ];
    let of = |data_type: &DataType, columns: &[(&str, &str, &str)]| -> Vec<Field> {
        let column =
            |(name, unit, what): &(&str, &str, &str)| column(name, data_type.clone(), unit, what);
        columns.iter().map(column).collect()
    };
    fields.extend(of(&real, &NUMBERS));
    fields.extend(
        of(&real, &OPTIONAL)
            .into_iter()
            .map(|field| field.with_nullable(true)),
    );
    fields.extend(of(&list, &SITES));
    fields
}

impl Truth {
    pub(super) fn new() -> Self {
        Self {
            id: Int64Builder::new(),
            detector: Int64Builder::new(),
            run: Int64Builder::new(),
            kind: StringBuilder::new(),
            numbers: NUMBERS.map(|_| Float64Builder::new()).into(),
            optional: OPTIONAL.map(|_| Float64Builder::new()).into(),
            sites: SITES
                .map(|_| ListBuilder::new(Float32Builder::new()))
                .into(),
        }
    }

    pub(super) fn push(
        &mut self,
        [id, detector, run]: [i64; 3],
        event: &Event,
        collected: Collected,
    ) {
        self.id.append_value(id);
        self.detector.append_value(detector);
        self.run.append_value(run);
        self.kind.append_value(event.kind.name());
        let numbers = [
            collected.deposited_kev,
            collected.kev,
            collected.drift_ns,
            event.start,
            event.delayed,
            event.earlier_kev,
        ];
        for (builder, number) in self.numbers.iter_mut().zip(numbers) {
            builder.append_value(number);
        }
        for (builder, number) in self.optional.iter_mut().zip([event.line, event.depth]) {
            builder.append_option(number);
        }
        for site in &event.sites {
            let numbers = [site.kev, site.place.r, site.place.z];
            for (builder, number) in self.sites.iter_mut().zip(numbers) {
                builder.values().append_value(number as f32);
            }
        }
        for builder in &mut self.sites {
            builder.append(true);
        }
    }

    pub(super) fn finish(mut self, schema: Arc<Schema>) -> Result<RecordBatch, String> {
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(self.id.finish()),
            Arc::new(self.detector.finish()),
            Arc::new(self.run.finish()),
            Arc::new(self.kind.finish()),
        ];
        for builder in self.numbers.iter_mut().chain(&mut self.optional) {
            columns.push(Arc::new(builder.finish()));
        }
        for builder in &mut self.sites {
            columns.push(Arc::new(builder.finish()));
        }
        RecordBatch::try_new(schema, columns).map_err(|error| error.to_string())
    }
}
