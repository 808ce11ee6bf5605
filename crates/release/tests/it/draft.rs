//! Small releases to damage: simulated records of a detector with labels, described and built in a
//! temporary folder.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::types::Int16Type;
use arrow_array::{
    ArrayRef, BooleanArray, FixedSizeListArray, Float64Array, Int64Array, RecordBatch,
};
use photopeak_formats::{Dataset, MemoryTable, Table, write_parquet};
use photopeak_release::{Entry, Report, Severity, build, check, checksums, read_manifest};

const DESCRIPTION: &str = include_str!("draft.toml");
pub(crate) const ROWS: usize = 1200;
pub(crate) const TRAIN: &str = "data/parquet/events-train-000.parquet";
pub(crate) const TEST: &str = "data/parquet/events-test-000.parquet";
pub(crate) const BLIND: &str = "data/parquet/events-blind-000.parquet";

/// A description and the columns of its source.
pub(crate) struct Draft {
    folder: tempfile::TempDir,
    text: String,
    columns: Vec<(String, ArrayRef)>,
}

/// A release that was built of it.
pub(crate) struct Built {
    pub(crate) folder: PathBuf,
    _draft: Draft,
}

/// Numbers by chance in [0, 1), the same each time.
pub(crate) fn chance(n: usize, seed: u64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    };
    (0..n).map(|_| next()).collect()
}

pub(crate) fn floats(values: Vec<f64>) -> ArrayRef {
    Arc::new(Float64Array::from(values))
}

pub(crate) fn integers(values: Vec<i64>) -> ArrayRef {
    Arc::new(Int64Array::from(values))
}

pub(crate) fn truths(values: Vec<bool>) -> ArrayRef {
    Arc::new(BooleanArray::from(values))
}

/// Records of 80 samples: a step that decays, with noise.
pub(crate) fn records(rows: usize, seed: u64) -> ArrayRef {
    let (height, noise) = (chance(rows, seed), chance(rows * 80, seed + 1));
    let sample = |i: usize| {
        let (row, at) = (i / 80, (i % 80) as f64);
        let step = if at > 20.0 {
            4000.0 * height[row] * (-(at - 20.0) / 200.0).exp()
        } else {
            0.0
        };
        Some((100.0 + step + 20.0 * noise[i]) as i16)
    };
    let rows = (0..rows).map(|row| {
        Some(
            (0..80)
                .map(move |at| sample(row * 80 + at))
                .collect::<Vec<_>>(),
        )
    });
    Arc::new(FixedSizeListArray::from_iter_primitive::<Int16Type, _, _>(
        rows, 80,
    ))
}

impl Draft {
    /// One in which nothing is wrong.
    pub(crate) fn clean() -> Self {
        let energy: Vec<f64> = chance(ROWS, 3).iter().map(|x| 50.0 + 2600.0 * x).collect();
        let noise = chance(ROWS, 4);
        let amplitude = energy
            .iter()
            .zip(&noise)
            .map(|(e, n)| 2.5 * e + 40.0 * n)
            .collect();
        let id = |i: usize| (i as i64 * 7919) % 1_000_003;
        let run = |x: &f64| 1 + (x * 6.0) as i64;
        let columns = vec![
            ("id", integers((0..ROWS).map(id).collect())),
            ("raw", records(ROWS, 1)),
            ("amplitude", floats(amplitude)),
            ("energy", floats(energy)),
            (
                "low",
                truths(chance(ROWS, 5).iter().map(|x| *x < 0.45).collect()),
            ),
            (
                "high",
                truths(chance(ROWS, 6).iter().map(|x| *x < 0.8).collect()),
            ),
            ("run", integers(chance(ROWS, 7).iter().map(run).collect())),
            (
                "detector",
                integers(
                    chance(ROWS, 8)
                        .iter()
                        .map(|x| 110 + (x * 4.0) as i64)
                        .collect(),
                ),
            ),
        ];
        Draft {
            folder: tempfile::tempdir().unwrap(),
            text: DESCRIPTION.to_owned(),
            columns: columns
                .into_iter()
                .map(|(name, array)| (name.to_owned(), array))
                .collect(),
        }
    }

    /// The description with a text replaced, which must be there.
    pub(crate) fn with(mut self, old: &str, new: &str) -> Self {
        assert!(self.text.contains(old), "{old}");
        self.text = self.text.replacen(old, new, 1);
        self
    }

    /// Another column, or one more.
    pub(crate) fn column(mut self, name: &str, array: ArrayRef) -> Self {
        match self.columns.iter_mut().find(|(n, _)| n == name) {
            Some(slot) => slot.1 = array,
            None => self.columns.push((name.to_owned(), array)),
        }
        self
    }

    pub(crate) fn get(&self, name: &str) -> ArrayRef {
        let found = self.columns.iter().find(|(n, _)| n == name);
        Arc::clone(&found.unwrap().1)
    }

    /// The path of the description, written with its source.
    pub(crate) fn write(&self) -> PathBuf {
        let columns = self
            .columns
            .iter()
            .map(|(n, a)| (n.as_str(), Arc::clone(a), true));
        let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
        write(&batch, &self.folder.path().join("source.parquet"));
        let path = self.folder.path().join("release.toml");
        std::fs::write(&path, &self.text).unwrap();
        path
    }

    /// Checks the description.
    pub(crate) fn check(&self) -> Report {
        check(&self.write()).unwrap()
    }

    /// Checks the description, which must give these findings and no others.
    pub(crate) fn finds(&self, codes: &[&str]) -> Report {
        expect(self.check(), codes)
    }

    pub(crate) fn build(self) -> Built {
        let folder = self.folder.path().join("release");
        build(&self.write(), &folder, |_, _| ()).unwrap();
        Built {
            folder,
            _draft: self,
        }
    }
}

impl Built {
    /// Checks the folder, which must give these findings and no others.
    pub(crate) fn finds(&self, codes: &[&str]) -> Report {
        expect(check(&self.folder).unwrap(), codes)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(crate) fn read(&self, name: &str) -> RecordBatch {
        read(&self.path(name))
    }

    /// Other rows in a data file, with manifest and Croissant as if it were built that way.
    pub(crate) fn replace(&self, name: &str, batch: &RecordBatch) {
        let before = checksums(&self.path(name), |_| ()).unwrap();
        write(batch, &self.path(name));
        self.sign(name, Some(batch.num_rows() as u64));
        let after = checksums(&self.path(name), |_| ()).unwrap();
        self.edit("croissant.json", &before.sha256, &after.sha256);
    }

    /// Another text in a document, with the manifest as if it were built that way.
    pub(crate) fn edit(&self, name: &str, old: &str, new: &str) {
        let text = std::fs::read_to_string(self.path(name)).unwrap();
        assert!(text.contains(old), "{old}");
        std::fs::write(self.path(name), text.replacen(old, new, 1)).unwrap();
        self.sign(name, None);
    }

    fn sign(&self, name: &str, rows: Option<u64>) {
        let mut entries = read_manifest(&self.folder).unwrap();
        let new = checksums(&self.path(name), |_| ()).unwrap();
        let path = name.to_owned();
        entries.retain(|entry| entry.path != path);
        entries.push(Entry { path, rows, ..new });
        self.write_manifest(&entries);
    }

    pub(crate) fn write_manifest(&self, entries: &[Entry]) {
        let mut writer = csv::Writer::from_path(self.path("manifest.csv")).unwrap();
        entries
            .iter()
            .for_each(|entry| writer.serialize(entry).unwrap());
        writer.flush().unwrap();
    }
}

fn expect(report: Report, codes: &[&str]) -> Report {
    let found: BTreeSet<&str> = report.findings.iter().map(|f| f.code).collect();
    let wanted: BTreeSet<&str> = codes.iter().copied().collect();
    assert_eq!(found, wanted, "{:#?}", report.findings);
    report
}

/// The finding of this rule.
pub(crate) fn finding<'a>(report: &'a Report, code: &str) -> &'a photopeak_release::Finding {
    report.findings.iter().find(|f| f.code == code).unwrap()
}

pub(crate) fn errors(report: &Report) -> usize {
    report.count(Severity::Error)
}

pub(crate) fn read(path: &std::path::Path) -> RecordBatch {
    let data = Dataset::open(&[path.to_str().unwrap()]).unwrap();
    let all: Vec<usize> = (0..data.schema().fields().len()).collect();
    let mut scan = data.scan(&all, 0..data.num_rows()).unwrap();
    let mut batches = Vec::new();
    while scan.advance(usize::MAX).unwrap().is_some() {
        batches.push(scan.batch().unwrap());
    }
    arrow_select::concat::concat_batches(&batches[0].schema(), &batches).unwrap()
}

pub(crate) fn write(batch: &RecordBatch, path: &std::path::Path) {
    let all: Vec<usize> = (0..batch.num_columns()).collect();
    write_parquet(&MemoryTable::new(batch.clone()), &all, path, |_| ()).unwrap();
}

/// A batch with a column changed, or one more.
pub(crate) fn with_column(batch: &RecordBatch, name: &str, array: ArrayRef) -> RecordBatch {
    let mut columns: Vec<(String, ArrayRef)> = Vec::new();
    let mut new = Some(array);
    for (field, old) in batch.schema().fields().iter().zip(batch.columns()) {
        let column = match field.name() == name {
            true => new.take().unwrap(),
            false => Arc::clone(old),
        };
        columns.push((field.name().clone(), column));
    }
    columns.extend(new.map(|array| (name.to_owned(), array)));
    RecordBatch::try_from_iter(columns).unwrap()
}

/// The rows of one batch and then some of another.
pub(crate) fn with_rows(batch: &RecordBatch, other: &RecordBatch, rows: usize) -> RecordBatch {
    let columns: Vec<usize> = batch
        .schema()
        .fields()
        .iter()
        .map(|f| other.schema().index_of(f.name()).unwrap())
        .collect();
    let more = other.project(&columns).unwrap().slice(0, rows);
    let more = RecordBatch::try_new(batch.schema(), more.columns().to_vec()).unwrap();
    arrow_select::concat::concat_batches(&batch.schema(), [batch, &more]).unwrap()
}
