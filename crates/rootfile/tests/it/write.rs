//! What is written reads back equal: by us whatever the blocks and codecs, by uproot, by ROOT.

use std::collections::HashMap;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, FixedSizeListBuilder, Float32Builder, Float64Builder, Int16Builder,
    Int64Builder, ListBuilder, StringBuilder, UInt8Builder,
};
use arrow_array::types::{
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Int32Array, ListArray, PrimitiveArray, RecordBatch, StringArray,
};
use arrow_schema::{DataType, Field, Schema};
use photopeak_peers::Python;
use photopeak_rootfile::{Compression, ROOT_TYPE, Reader, RootFile, Tree, TreeOptions, TreeWriter};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{peer, writers};

const CODECS: [Compression; 3] = [Compression::Zlib, Compression::Lz4, Compression::Zstd];

/// Numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        self.0 >> 33
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

/// Every kind of branch that is written.
fn every_kind(rows: usize, seed: u64) -> RecordBatch {
    let mut r = Numbers(seed);
    let mut columns: Vec<(&str, &str, ArrayRef)> = Vec::new();
    macro_rules! number {
        ($name:literal, $type:ty, $make:expr) => {{
            let array: PrimitiveArray<$type> = (0..rows).map(|_| Some($make(&mut r))).collect();
            columns.push(($name, "", Arc::new(array)));
        }};
    }
    number!("i8", Int8Type, |r: &mut Numbers| r.next() as i8);
    number!("u8", UInt8Type, |r: &mut Numbers| r.next() as u8);
    number!("i16", Int16Type, |r: &mut Numbers| r.next() as i16);
    number!("u16", UInt16Type, |r: &mut Numbers| r.next() as u16);
    number!("i32", Int32Type, |r: &mut Numbers| r.next() as i32);
    number!("u32", UInt32Type, |r: &mut Numbers| (r.next() << 8) as u32);
    number!("i64", Int64Type, |r: &mut Numbers| (r.next() << 33) as i64);
    number!("u64", UInt64Type, |r: &mut Numbers| r.next() << 33);
    number!("f32", Float32Type, |r: &mut Numbers| r.next() as f32 / 7.0);
    number!("f64", Float64Type, |r: &mut Numbers| r.next() as f64 / 7.0);
    let flags: BooleanArray = (0..rows).map(|_| Some(r.below(2) == 0)).collect();
    columns.push(("bool", "", Arc::new(flags)));

    let mut fixed = FixedSizeListBuilder::new(Float32Builder::new(), 5);
    let inner = FixedSizeListBuilder::new(Int16Builder::new(), 3);
    let mut grid = FixedSizeListBuilder::new(inner, 2);
    let mut floats = ListBuilder::new(Float32Builder::new());
    let mut flags = ListBuilder::new(BooleanBuilder::new());
    let mut longs = ListBuilder::new(Int64Builder::new());
    let mut small = ListBuilder::new(UInt8Builder::new());
    let mut words = ListBuilder::new(StringBuilder::new());
    let mut deep = ListBuilder::new(ListBuilder::new(Float64Builder::new()));
    let mut points = ListBuilder::new(FixedSizeListBuilder::new(Float64Builder::new(), 3));
    let mut counted = ListBuilder::new(Float32Builder::new());
    let mut lonely = ListBuilder::new(Int16Builder::new());
    let mut texts = Vec::new();
    let mut counts = Vec::new();
    for _ in 0..rows {
        for _ in 0..5 {
            fixed.values().append_value(r.next() as f32);
        }
        fixed.append(true);
        for _ in 0..2 {
            for _ in 0..3 {
                grid.values().values().append_value(r.next() as i16);
            }
            grid.values().append(true);
        }
        grid.append(true);
        let n = r.below(5);
        counts.push(n as i32);
        for _ in 0..n {
            counted.values().append_value(r.next() as f32);
        }
        counted.append(true);
        for _ in 0..r.below(4) {
            floats.values().append_value(r.next() as f32);
            flags.values().append_value(r.below(2) == 0);
            longs.values().append_value(r.next() as i64 - (1 << 29));
            small.values().append_value(r.next() as u8);
            let long = if r.below(9) == 0 { 300 } else { 3 };
            words
                .values()
                .append_value("é".repeat(r.below(long) as usize));
            for _ in 0..r.below(3) {
                deep.values().values().append_value(r.next() as f64);
            }
            deep.values().append(true);
            for _ in 0..3 {
                points.values().values().append_value(r.next() as f64);
            }
            points.values().append(true);
            lonely.values().append_value(r.next() as i16);
        }
        floats.append(true);
        flags.append(true);
        longs.append(true);
        small.append(true);
        words.append(true);
        deep.append(true);
        points.append(true);
        lonely.append(true);
        let long = if r.below(9) == 0 { 600 } else { 3 };
        texts.push("x".repeat(r.below(long) as usize));
    }
    columns.push(("fixed", "", Arc::new(fixed.finish())));
    columns.push(("grid", "", Arc::new(grid.finish())));
    columns.push(("floats", "", Arc::new(floats.finish())));
    columns.push(("flags", "", Arc::new(flags.finish())));
    columns.push(("longs", "vector<long>", Arc::new(longs.finish())));
    columns.push(("small", "", Arc::new(small.finish())));
    columns.push(("words", "", Arc::new(words.finish())));
    columns.push(("deep", "", Arc::new(deep.finish())));
    columns.push(("points", "", Arc::new(points.finish())));
    // The counter comes behind what it counts; another is no column.
    columns.push(("counted", "float[n]", Arc::new(counted.finish())));
    columns.push(("n", "", Arc::new(Int32Array::from(counts))));
    columns.push(("lonely", "short[m]", Arc::new(lonely.finish())));
    columns.push(("text", "", Arc::new(StringArray::from(texts.clone()))));
    columns.push(("chars", "char*", Arc::new(StringArray::from(texts))));
    batch(columns)
}

fn batch(columns: Vec<(&str, &str, ArrayRef)>) -> RecordBatch {
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, declared, array)| {
            let mut notes = HashMap::from([("unit".to_owned(), "MeV".to_owned())]);
            notes.insert("description".to_owned(), format!("About {name}"));
            if !declared.is_empty() {
                notes.insert(ROOT_TYPE.to_owned(), (*declared).to_owned());
            }
            let nullable = array.null_count() > 0;
            Field::new(*name, array.data_type().clone(), nullable).with_metadata(notes)
        })
        .collect();
    let arrays = columns.into_iter().map(|(.., array)| array).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap()
}

/// The bytes of a file with these rows, given in blocks of some rows.
fn written(rows: &RecordBatch, block: usize, compression: Compression) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    let options = TreeOptions {
        name: "events".to_owned(),
        title: "Every kind".to_owned(),
        compression,
    };
    let mut tree = TreeWriter::new(&mut out, &rows.schema(), &options).unwrap();
    for start in (0..rows.num_rows()).step_by(block) {
        let n = block.min(rows.num_rows() - start);
        tree.append(&rows.slice(start, n)).unwrap();
    }
    tree.finish().unwrap();
    out.into_inner()
}

fn check(rows: &RecordBatch, bytes: Vec<u8>) -> Tree {
    let file = RootFile::from_source(Box::new(bytes), "written").unwrap();
    let tree = Tree::open(&file, "events").unwrap();
    let schema = rows.schema();
    let branches: Vec<_> = schema
        .fields()
        .iter()
        .map(|field| tree.branch(field.name()).unwrap().clone())
        .collect();
    for (branch, field) in branches.iter().zip(schema.fields()) {
        let declared = branch.declaration(field.data_type());
        assert_eq!(declared.as_ref(), field.metadata().get(ROOT_TYPE));
    }
    let all = 0..tree.entries();
    let back = Reader::new(&tree, &branches).unwrap().batch(all).unwrap();
    assert_eq!(back.num_rows(), rows.num_rows());
    for (i, branch) in branches.iter().enumerate() {
        let equal = (0..rows.num_rows())
            .all(|row| writers::value(back.column(i), row) == writers::value(rows.column(i), row));
        assert!(equal, "{}", branch.path);
    }
    tree
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn what_is_written_reads_back(
        rows in 0usize..400,
        block in 1usize..500,
        codec in 0usize..3,
        seed: u64,
    ) {
        let rows = every_kind(rows, seed);
        check(&rows, written(&rows, block, CODECS[codec]));
    }
}

#[test]
fn title_units_and_descriptions_come_back() {
    let rows = every_kind(3, 1);
    let tree = check(&rows, written(&rows, 3, Compression::Zlib));
    assert_eq!(tree.title(), "Every kind");
    assert_eq!(tree.branch("i8").unwrap().title, "About i8");
    let notes = tree.notes();
    assert!(notes.contains(&("deep.unit".to_owned(), "MeV".to_owned())));
    assert!(notes.contains(&("n.description".to_owned(), "About n".to_owned())));
}

/// 45 MB in two columns: baskets of 1 MiB at most, and clusters at which all branches begin one.
#[test]
fn clusters_and_baskets() {
    let samples = (0..1500 * 3800u32).map(|i| f64::from(i % 4093));
    let items = Arc::new(Field::new("item", DataType::Float64, false));
    let samples: PrimitiveArray<Float64Type> = samples.map(Some).collect();
    let waveforms =
        arrow_array::FixedSizeListArray::try_new(items, 3800, Arc::new(samples), None).unwrap();
    let lists = (0..1500).map(|i| Some((0..i % 5).map(Some).collect::<Vec<_>>()));
    let lists = ListArray::from_iter_primitive::<Int32Type, _, _>(lists);
    let rows = batch(vec![
        ("waveform", "", Arc::new(waveforms)),
        ("hits", "", Arc::new(lists)),
    ]);
    let one = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    let bytes = written(&rows, 100, Compression::Lz4);
    let alone = one.install(|| written(&rows, 100, Compression::Lz4));
    assert!(bytes == alone, "bytes depend on threads");
    let tree = check(&rows, bytes);
    // 30,400 bytes a row: a thousand pass the 30 MB of a cluster.
    assert_eq!(tree.boundaries(), [0, 1000, 1500]);
}

#[test]
fn what_cannot_be_written_is_refused_by_name() {
    let missing: ArrayRef = Arc::new(Int32Array::from(vec![Some(1), None]));
    let two = |name: &'static str| -> (&str, &str, ArrayRef) {
        (name, "", Arc::new(Int32Array::from(vec![1, 2])))
    };
    let lists = || -> ArrayRef {
        let lists = [Some(vec![Some(1)]), Some(vec![])];
        Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(lists))
    };
    let zero: ArrayRef = Arc::new(StringArray::from(vec!["a", "b\0c"]));
    for (columns, wanted) in [
        (
            vec![("x", "", missing)],
            "x: not supported: row 1 has no value",
        ),
        (
            vec![("x", "int[n]", lists()), two("n")],
            "x: not supported: an array of 0 items where its counter, n, says 2",
        ),
        (vec![("x", "char*", zero)], "a text with a zero byte in it"),
        (vec![two("a/b")], "a/b: not supported: no name for a branch"),
        (vec![two("a"), two("a")], "a: not supported: two columns"),
    ] {
        let rows = batch(columns);
        let mut out = Cursor::new(Vec::new());
        let error = TreeWriter::new(&mut out, &rows.schema(), &TreeOptions::default())
            .and_then(|mut tree| tree.append(&rows))
            .unwrap_err()
            .to_string();
        assert!(error.contains(wanted), "{error}");
    }
}

/// Files of every kind and codec, and one without rows.
fn files(folder: &Path) -> Vec<(PathBuf, RecordBatch)> {
    let mut files = Vec::new();
    for (i, codec) in CODECS.into_iter().enumerate() {
        let rows = every_kind(300, i as u64);
        files.push((folder.join(format!("{codec:?}.root")), rows, codec));
    }
    files.push((folder.join("empty.root"), every_kind(0, 0), CODECS[0]));
    let write = |(path, rows, codec): (PathBuf, RecordBatch, Compression)| {
        std::fs::write(&path, written(&rows, 77, codec)).unwrap();
        (path, rows)
    };
    files.into_iter().map(write).collect()
}

#[test]
fn uproot_reads_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(folder.path());
    let paths: Vec<PathBuf> = files.iter().map(|(path, _)| path.clone()).collect();
    let Some(expected) = peer::uproot_digests(&paths) else {
        return;
    };
    for (path, rows) in files {
        let comparison = peer::compare(&path, &expected[path.to_str().unwrap()]);
        // One branch more: the counter of `points`, and that of `lonely`.
        assert_eq!(comparison.equal, rows.num_columns() + 2, "{comparison:?}");
        assert!(comparison.different.is_empty(), "{comparison:?}");
    }
}

/// ROOT itself: by entry, and by RDataFrame with implicit multi-threading.
#[test]
fn root_reads_the_same() {
    let Some(python) = Python::of("PHOTOPEAK_ROOT_PYTHON", "ROOT") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    for (path, rows) in files(folder.path()) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/root_reads.py");
        let found: Value = serde_json::from_str(&python.script(&script, &[&path])).unwrap();
        assert_eq!(found["entries"], json!(rows.num_rows()));
        for (field, column) in rows.schema().fields().iter().zip(rows.columns()) {
            let wanted: Vec<Value> = (0..rows.num_rows())
                .map(|row| writers::value(column, row))
                .collect();
            for way in ["entry", "frame"] {
                let found = &found[way][field.name()];
                if way == "frame" && found.is_null() {
                    continue;
                }
                assert_eq!(
                    flat(found),
                    flat(&json!(wanted)),
                    "{} by {way}",
                    field.name()
                );
            }
        }
    }
}

/// ROOT has arrays within arrays in one piece. Floats are compared as 32-bit ones: those of ROOT
/// come as doubles.
fn flat(rows: &Value) -> Vec<Vec<Value>> {
    fn walk(value: &Value, out: &mut Vec<Value>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| walk(item, out)),
            Value::Bool(flag) => out.push(json!(u8::from(*flag))),
            Value::Number(n) if n.is_f64() => out.push(json!(n.as_f64().unwrap() as f32)),
            other => out.push(other.clone()),
        }
    }
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| {
        let mut out = Vec::new();
        walk(row, &mut out);
        out
    })
    .collect()
}
