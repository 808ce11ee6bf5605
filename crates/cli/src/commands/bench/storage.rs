//! `photopeak bench storage`: how small a column of waveforms becomes, and at what speed.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Result, bail};
use arrow_array::cast::AsArray;
use arrow_array::types::{Int16Type, Int32Type, UInt8Type, UInt16Type, UInt32Type};
use arrow_array::{Array, ArrayRef, FixedSizeListArray, Float64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use clap::Args;
use photopeak_formats::{
    Dataset, Hdf5Compression, Hdf5Layout, MemoryTable, Narrowed, Table, write_hdf5, write_parquet,
};
use serde_json::json;

use crate::input::{self, SchemaChoice};
use crate::output;

/// Waveforms that are kept in memory, at most.
const MAX_BYTES: usize = 1 << 30;
/// Each measurement is the best of so many.
const ROUNDS: usize = 3;

/// Measure sizes and speeds of ways to store waveforms without loss
#[derive(Args)]
pub(crate) struct Storage {
    /// What to read: a file, or file.lh5:table.
    input: String,
    /// The column of waveforms: whole numbers, all of one length.
    #[arg(long, value_name = "NAME")]
    column: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// One way to store.
enum Way {
    Hdf5(Hdf5Compression),
    Parquet,
}

impl Storage {
    pub(crate) fn run(&self) -> Result<()> {
        let none = SchemaChoice {
            schema: Some("none".to_owned()),
        };
        let input = input::open(std::slice::from_ref(&self.input), &none)?;
        let columns =
            super::super::convert::choose(&input.data, std::slice::from_ref(&self.column))?;
        let narrow = Narrowed::new(&input.data, &columns)?;
        let narrow = Memory::read(&narrow, &columns)?;
        let published = narrow.as_float64()?;
        // One thread: what a core does.
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
        let folder = tempfile::tempdir()?;
        let mut rows = Vec::new();
        for (name, table, way) in [
            (
                "float64 in one piece, as published",
                &published,
                Way::Hdf5(Hdf5Compression::None),
            ),
            (
                "float64, HDF5 shuffle + gzip 4",
                &published,
                Way::Hdf5(Hdf5Compression::Gzip),
            ),
            (
                "HDF5 in one piece",
                &narrow,
                Way::Hdf5(Hdf5Compression::None),
            ),
            (
                "HDF5 shuffle + gzip 4",
                &narrow,
                Way::Hdf5(Hdf5Compression::Gzip),
            ),
            ("HDF5 szip", &narrow, Way::Hdf5(Hdf5Compression::Szip)),
            ("Parquet, differences + zstd 3", &narrow, Way::Parquet),
        ] {
            let measured = pool.install(|| measure(table, &narrow, &way, folder.path()))?;
            rows.push((name, measured));
        }
        let samples = narrow.samples() as f64;
        let sample = narrow.sample_bytes() as f64;
        if self.json {
            let ways = rows.iter().map(|(name, m)| {
                json!({"way": name, "bytes": m.bytes, "write_s": m.write, "read_s": m.read})
            });
            let all = json!({
                "waveforms": narrow.batch().num_rows(), "samples": narrow.samples(),
                "type": narrow.leaf().to_string(), "ways": ways.collect::<Vec<_>>(),
            });
            return output::print(&format!("{all:#}\n"));
        }
        let mut table = vec![
            [
                "stored as",
                "bits/sample",
                "of float64",
                "write MB/s",
                "read MB/s",
            ]
            .map(str::to_owned)
            .to_vec(),
        ];
        for (name, m) in rows {
            let speed = |seconds: f64| format!("{:.0}", samples * sample / seconds / 1e6);
            table.push(vec![
                name.to_owned(),
                format!("{:.2}", 8.0 * m.bytes as f64 / samples),
                format!("1/{:.1}", 8.0 * samples / m.bytes as f64),
                speed(m.write),
                speed(m.read),
            ]);
        }
        output::print(&format!(
            "{} waveforms of {} samples, whole numbers that fit {}; one thread, MB/s of {}\n\n{}",
            output::grouped(narrow.batch().num_rows() as u64),
            narrow.samples() / narrow.batch().num_rows().max(1) as u64,
            narrow.leaf(),
            narrow.leaf(),
            output::table(&table)
        ))
    }
}

struct Measured {
    bytes: u64,
    write: f64,
    read: f64,
}

/// Writes and reads, best of some; what is read must be what was written.
fn measure(table: &Memory, narrow: &Memory, way: &Way, folder: &Path) -> Result<Measured> {
    let (mut write, mut read) = (f64::INFINITY, f64::INFINITY);
    let path = folder.join(match way {
        Way::Hdf5(_) => "waveforms.h5",
        Way::Parquet => "waveforms.parquet",
    });
    for _ in 0..ROUNDS {
        let start = Instant::now();
        match way {
            Way::Hdf5(how) => write_hdf5(&table.0, &[0], &path, &Hdf5Layout::Flat, *how, |_| {})?,
            Way::Parquet => write_parquet(&table.0, &[0], &path, |_| {})?,
        }
        write = write.min(start.elapsed().as_secs_f64());
        let start = Instant::now();
        let back = Dataset::open(&[path.display().to_string()])?;
        let mut blocks = Vec::new();
        let mut scan = back.scan(&[0], 0..back.num_rows())?;
        while scan.advance(32_768)?.is_some() {
            blocks.push(scan.column(0)?);
        }
        read = read.min(start.elapsed().as_secs_f64());
        let mut row = 0;
        for block in blocks {
            let source = table.batch().column(0).slice(row, block.len());
            if block.as_fixed_size_list().values() != source.as_fixed_size_list().values() {
                bail!("{}: what was read is not what was written", path.display());
            }
            row += block.len();
        }
        if row != narrow.batch().num_rows() {
            bail!("{}: {row} waveforms came back", path.display());
        }
    }
    Ok(Measured {
        bytes: std::fs::metadata(&path)?.len(),
        write,
        read,
    })
}

/// A column in memory, so that only writing and reading back are measured.
struct Memory(MemoryTable);

impl Memory {
    fn of(name: &str, array: ArrayRef) -> Result<Self> {
        let field = Field::new(name, array.data_type().clone(), false);
        let batch = RecordBatch::try_new(Arc::new(Schema::new(vec![field])), vec![array])?;
        // As much as other tables give at once.
        Ok(Self(MemoryTable::new(batch).in_blocks(2048)))
    }

    fn batch(&self) -> &RecordBatch {
        self.0.batch()
    }

    fn read(table: &dyn Table, columns: &[usize]) -> Result<Self> {
        let field = columns
            .first()
            .and_then(|i| table.schema().fields().get(*i));
        let Some((field, DataType::FixedSizeList(item, length))) =
            field.map(|field| (field, field.data_type()))
        else {
            bail!("the column holds no waveforms of one length");
        };
        if !item.data_type().is_integer() {
            bail!("the samples of {} are no whole numbers", field.name());
        }
        let bytes = table.num_rows() as usize * 8 * usize::try_from(*length)?;
        if bytes > MAX_BYTES {
            bail!(
                "{} of float64; the measurement is in memory, give it a file of {} at most",
                output::bytes(bytes as u64),
                output::bytes(MAX_BYTES as u64)
            );
        }
        let mut parts = Vec::new();
        let mut scan = table.scan(columns.get(..1).unwrap_or_default(), 0..table.num_rows())?;
        while scan.advance(32_768)?.is_some() {
            parts.push(scan.column(0)?);
        }
        let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
        Self::of(field.name(), arrow_select::concat::concat(&parts)?)
    }

    fn values(&self) -> &ArrayRef {
        self.batch().column(0).as_fixed_size_list().values()
    }

    fn samples(&self) -> u64 {
        self.values().len() as u64
    }

    fn leaf(&self) -> &DataType {
        self.values().data_type()
    }

    fn sample_bytes(&self) -> usize {
        self.leaf().primitive_width().unwrap_or(8)
    }

    /// The layout of the published files.
    fn as_float64(&self) -> Result<Self> {
        let list = self.batch().column(0).as_fixed_size_list();
        macro_rules! widen {
            ($($ty:ident)*) => {$(
                if let Some(values) = list.values().as_primitive_opt::<$ty>() {
                    let wide: Vec<f64> = values.values().iter().map(|v| f64::from(*v)).collect();
                    let item = Arc::new(Field::new("item", DataType::Float64, false));
                    let values = Arc::new(Float64Array::from(wide));
                    let list = FixedSizeListArray::try_new(item, list.value_length(), values, None)?;
                    return Self::of(self.0.schema().field(0).name(), Arc::new(list));
                }
            )*};
        }
        widen!(UInt8Type UInt16Type Int16Type UInt32Type Int32Type);
        bail!("samples of {} do not fit 32 bits", self.leaf())
    }
}
