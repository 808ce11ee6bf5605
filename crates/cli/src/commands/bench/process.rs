//! `photopeak bench process`: how fast a chain runs over waveforms that are in memory, beside what
//! it costs to copy them.

use std::hint::black_box;
use std::time::Instant;

use anyhow::{Result, bail};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::DataType;
use clap::Args;
use photopeak_analysis::waveforms;
use photopeak_formats::Table;

use crate::input::{self, SchemaChoice};
use crate::output;

/// Run a chain over waveforms in memory again and again
#[derive(Args)]
#[command(after_help = "\
A block's time is the least of all passes, so that what else the machine does counts
little. With --threads 1 the figures are those of one core.")]
pub(super) struct Process {
    /// A chain of the catalogue, a file that ends in .toml, or a configuration of dspeed.
    chain: String,
    /// Files with waveforms; at most 1 GB of them is read.
    input: String,
    /// How often to go over them.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    passes: u16,
    /// Show what each step of the chain costs.
    #[arg(long)]
    profile: bool,
}

/// Rows per block: enough for eights of several detectors.
const BLOCK: usize = 1024;
/// Bytes of waveforms that are kept, at most.
const MOST: u64 = 1 << 30;

impl Process {
    pub(super) fn run(&self) -> Result<()> {
        let none = SchemaChoice {
            schema: Some("none".to_owned()),
        };
        let data = input::open(std::slice::from_ref(&self.input), &none)?.data;
        let (chain, _) = waveforms::chain(&self.chain, &data, None)?;
        let chain = waveforms::fitted(&chain, &data)?;
        let program = chain.compile(data.schema())?;
        let columns: Vec<usize> = program
            .inputs()
            .filter_map(|name| data.schema().index_of(name).ok())
            .collect();
        let mut scan = data.scan(&columns, 0..data.num_rows())?;
        let (mut blocks, mut bytes, mut rows) = (Vec::new(), 0u64, 0u64);
        while bytes < MOST && scan.advance(BLOCK)?.is_some() {
            let batch = scan.batch()?;
            rows += batch.num_rows() as u64;
            bytes += samples(&batch).map(|bytes| bytes.len() as u64).sum::<u64>();
            blocks.push(batch);
        }
        if rows == 0 {
            bail!("{}: there are no rows", self.input);
        }
        if self.profile {
            return profile(&program, &blocks);
        }
        let least = |work: &mut dyn FnMut(&RecordBatch) -> Result<()>| -> Result<f64> {
            let mut times = vec![f64::INFINITY; blocks.len()];
            for _ in 0..self.passes {
                for (batch, time) in blocks.iter().zip(&mut times) {
                    let start = Instant::now();
                    work(batch)?;
                    *time = time.min(start.elapsed().as_secs_f64());
                }
            }
            Ok(times.into_iter().sum())
        };
        let processing = least(&mut |batch| {
            black_box(program.process(batch)?);
            Ok(())
        })?;
        let mut copy = Vec::new();
        let copying = least(&mut |batch| {
            for bytes in samples(batch) {
                copy.clear();
                copy.extend_from_slice(&bytes);
                black_box(copy.as_slice());
            }
            Ok(())
        })?;
        let rate = |seconds: f64| output::grouped((rows as f64 / seconds) as u64);
        output::print(&format!(
            "{} waveforms, {}, {} passes\n\
             chain  {processing:.3} s  {}/s  {} waveforms/s\n\
             copy   {copying:.3} s  {}/s  {} waveforms/s\n",
            output::grouped(rows),
            output::bytes(bytes),
            self.passes,
            output::bytes((bytes as f64 / processing) as u64),
            rate(processing),
            output::bytes((bytes as f64 / copying) as u64),
            rate(copying),
        ))
    }
}

/// What each step costs, as a share of all.
fn profile(program: &photopeak_pulse::Program, blocks: &[RecordBatch]) -> Result<()> {
    let mut costs: Vec<(String, f64)> = Vec::new();
    let mut rows = 0;
    for batch in blocks {
        rows += batch.num_rows();
        for (place, (step, seconds)) in program.profile(batch)?.into_iter().enumerate() {
            match costs.get_mut(place) {
                Some((_, sum)) => *sum += seconds,
                None => costs.push((step, seconds)),
            }
        }
    }
    let all: f64 = costs.iter().map(|(_, seconds)| seconds).sum();
    let mut table = vec![
        ["step", "ns a waveform", "share"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for (step, seconds) in costs {
        table.push(vec![
            step,
            format!("{:.0}", seconds / rows as f64 * 1e9),
            format!("{:.1} %", 100.0 * seconds / all),
        ]);
    }
    output::print(&output::table(&table))
}

/// The bytes of the columns that are lists.
fn samples(batch: &RecordBatch) -> impl Iterator<Item = arrow_buffer::Buffer> {
    let values = |column: &ArrayRef| match column.data_type() {
        DataType::FixedSizeList(..) => Some(column.as_fixed_size_list().values().to_data()),
        DataType::List(_) => Some(column.as_list::<i32>().values().to_data()),
        _ => None,
    };
    let lists = batch
        .columns()
        .iter()
        .filter_map(values)
        .collect::<Vec<_>>();
    lists
        .into_iter()
        .filter_map(|data| data.buffers().first().cloned())
}
