//! `photopeak bench`: how fast columns are read here and waveforms processed, and how small they
//! become.

mod process;
mod storage;

use std::time::Instant;

use anyhow::Result;
use arrow_array::{Array, ArrayRef, cast::AsArray};
use arrow_schema::DataType;
use clap::{Args, Subcommand};
use photopeak_formats::Table;

use crate::input::{self, SchemaChoice};
use crate::output;
use crate::progress::Progress;

/// Rows per block.
const BLOCK: usize = 32_768;

/// Measure how fast this machine reads files and processes waveforms, and how small they become
#[derive(Args)]
pub(crate) struct Bench {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Read(Read),
    Process(process::Process),
    Storage(storage::Storage),
}

/// Read columns into memory block by block and throw them away
#[derive(Args)]
struct Read {
    /// What to read: a file, a glob, a folder, or file.root:tree.
    input: String,
    /// Columns to read; all without it.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    columns: Vec<String>,
}

impl Bench {
    pub(crate) fn run(&self) -> Result<()> {
        match &self.what {
            What::Read(read) => read.run(),
            What::Process(process) => process.run(),
            What::Storage(storage) => storage.run(),
        }
    }
}

impl Read {
    fn run(&self) -> Result<()> {
        let none = SchemaChoice {
            schema: Some("none".to_owned()),
        };
        let input = input::open(std::slice::from_ref(&self.input), &none)?;
        let columns = super::convert::choose(&input.data, &self.columns)?;
        let start = Instant::now();
        let progress = Progress::new(input.data.num_rows());
        let mut scan = input.data.scan(&columns, 0..input.data.num_rows())?;
        let (mut values, mut bytes) = (0u64, 0u64);
        while let Some(block) = scan.advance(BLOCK)? {
            for array in scan.batch()?.columns() {
                values += leaves(array);
                bytes += array.get_buffer_memory_size() as u64;
            }
            progress.update(block.end);
        }
        progress.finish();
        let seconds = start.elapsed().as_secs_f64();
        output::print(&format!(
            "{} rows, {values} values, {} columns\n{} in {seconds:.3} s: {}/s, {} events/s\n",
            input.data.num_rows(),
            columns.len(),
            output::bytes(bytes),
            output::bytes((bytes as f64 / seconds) as u64),
            output::grouped((input.data.num_rows() as f64 / seconds) as u64),
        ))
    }
}

/// Number of innermost values.
fn leaves(array: &ArrayRef) -> u64 {
    match array.data_type() {
        DataType::List(_) => leaves(array.as_list::<i32>().values()),
        DataType::FixedSizeList(..) => leaves(array.as_fixed_size_list().values()),
        _ => array.len() as u64,
    }
}
