//! Interop with boost-histogram, hist and uhi: they read what we write, we read
//! what they write, and the same fill gives the same bins.
//!
//! Without them the tests say that they skip (`photopeak_peers`).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use photopeak_hist::axis::{Category, Labels};
use photopeak_hist::{Axis, Flow, Histogram, Storage, StorageKind, uhi};
use photopeak_peers::Python;
use serde_json::Value;

/// The interpreter, if it has the packages.
fn python() -> Option<Python> {
    let python = Python::with("boost_histogram, hist, uhi.io.json, uhi.schema, fastjsonschema")?;
    println!(
        "reference: {}",
        python.script(&script(), &["versions"]).trim()
    );
    Some(python)
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/uhi_python.py")
}

/// A file of this test, gone when it is dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        Self(
            std::env::temp_dir().join(format!("photopeak-hist-{}-{name}.json", std::process::id())),
        )
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Runs an action of the script on a file and parses what it prints.
fn run(python: &Python, action: &str, file: &Path) -> Value {
    let printed = python.script(&script(), &[OsStr::new(action), file.as_os_str()]);
    serde_json::from_str(&printed).unwrap()
}

/// Numbers of a JSON array; null is NaN.
fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|x| x.as_f64().unwrap_or(f64::NAN))
        .collect()
}

#[track_caller]
fn same(what: &str, ours: &[f64], theirs: &Value, tolerance: f64) {
    let theirs = numbers(theirs);
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (i, (a, b)) in ours.iter().zip(&theirs).enumerate() {
        let close = (a.is_nan() && b.is_nan()) || (a - b).abs() <= tolerance * b.abs();
        assert!(close, "{what}[{i}]: {a} here, {b} in Python");
    }
}

/// Axes, contents and variances agree; `tolerance` is for what is computed.
#[track_caller]
fn agree(name: &str, hist: &Histogram, theirs: &Value, tolerance: f64) {
    let shape: Vec<f64> = hist.shape().iter().map(|&n| n as f64).collect();
    same(&format!("{name} shape"), &shape, &theirs["shape"], 0.0);
    for (axis, theirs) in hist.axes().iter().zip(theirs["axes"].as_array().unwrap()) {
        assert_eq!(axis.meta().name, theirs["name"].as_str().unwrap(), "{name}");
        assert_eq!(
            axis.meta().unit.as_deref(),
            theirs["unit"].as_str(),
            "{name}"
        );
        if let Some(labels) = theirs["labels"].as_array() {
            assert_eq!(&axis.labels().unwrap(), labels, "{name}");
        } else if !matches!(axis, Axis::Category(_)) {
            // Interior edges are computed on both sides.
            let edges = axis.edges();
            same(
                &format!("{name} edges"),
                &edges,
                &theirs["edges"],
                4.0 * f64::EPSILON,
            );
        }
    }
    same(
        &format!("{name} values"),
        &hist.values(true),
        &theirs["values"],
        0.0,
    );
    match hist.storage() {
        Storage::Weighted { variances, .. } => same(name, variances, &theirs["variances"], 0.0),
        Storage::Mean { counts, .. } => same(name, counts, &theirs["counts"], 0.0),
        Storage::WeightedMean { sum_w, .. } => same(name, sum_w, &theirs["sum_w"], 0.0),
        Storage::Int(_) | Storage::Double(_) => {}
    }
    if hist.storage().kind().is_profile() {
        // Undefined variances: boost has -0 or NaN, depending on the count.
        let theirs = numbers(&theirs["variances"]);
        for (a, b) in hist.variances(true).unwrap().iter().zip(theirs) {
            assert!(
                a.is_nan() && (b.is_nan() || b == 0.0) || (a - b).abs() <= tolerance * b,
                "{name}: {a} {b}"
            );
        }
    }
}

/// One histogram of each storage, over every kind of axis.
fn ours() -> Vec<(String, Histogram)> {
    let flow = Flow {
        underflow: false,
        overflow: true,
    };
    let growing = Axis::Category(Category::growing(Labels::Int(vec![5])).unwrap());
    let axes = vec![
        Axis::regular(3, 0.1, 0.7)
            .unwrap()
            .with_name("x")
            .with_label("Mass")
            .with_unit("GeV"),
        Axis::variable(vec![0.0, 0.5, 2.5]).unwrap().with_flow(flow),
        Axis::integer(-1, 2).unwrap(),
        Axis::categories(["a", "ü"]).unwrap().with_name("c"),
        Axis::boolean(),
        growing,
        Axis::regular(2, 0.0, 6.5).unwrap().with_circular(),
        Axis::integer(0, 2).unwrap().with_circular(),
    ];
    let kinds = [
        StorageKind::Int,
        StorageKind::Double,
        StorageKind::Weighted,
        StorageKind::Mean,
        StorageKind::WeightedMean,
    ];
    let mut all = Vec::new();
    for kind in kinds {
        let mut hist = Histogram::new(axes.clone(), kind)
            .unwrap()
            .with_title("Everything");
        let x = [0.15, 0.3, 9.0, -1.0, f64::NAN, 0.15];
        let columns = [
            (&x).into(),
            0.7.into(),
            1i64.into(),
            (&["a", "ü", "a", "c", "a", "a"]).into(),
            (&[true, true, false, true, true, true]).into(),
            5i64.into(),
            (-1.0).into(),
            3i64.into(),
        ];
        let weights = [0.1, 2.0, 3.5, -1.0, 1.0, 0.7];
        let weight = matches!(kind, StorageKind::Weighted | StorageKind::WeightedMean)
            .then_some(weights.as_slice());
        if kind.is_profile() {
            hist.fill_profile(&columns, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.5], weight)
                .unwrap();
        } else {
            hist.fill(&columns, weight).unwrap();
        }
        all.push((kind.name().to_owned(), hist));
    }
    all
}

#[test]
fn python_reads_what_we_write() {
    let Some(python) = python() else { return };
    let (all, file) = (ours(), Scratch::new("ours"));
    let text = uhi::write_all(all.iter().map(|(name, hist)| (name.as_str(), hist))).unwrap();
    std::fs::write(&file.0, text).unwrap();
    let seen = run(&python, "read", &file.0);
    let kinds = [
        "Regular",
        "Variable",
        "Integer",
        "StrCategory",
        "Boolean",
        "IntCategory",
        "Regular",
        "Integer",
    ];
    for (name, hist) in &all {
        agree(name, hist, &seen[name], 1e-14);
        let found: Vec<_> = seen[name]["axes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|axis| axis["kind"].clone())
            .collect();
        assert_eq!(found, kinds, "{name}");
        assert_eq!(seen[name]["metadata"]["photopeak_nan"], 1, "{name}");
        assert_eq!(seen[name]["metadata"]["title"], "Everything", "{name}");
    }
    let storages = all
        .iter()
        .map(|(name, _)| seen[name]["storage"].as_str().unwrap())
        .collect::<Vec<_>>();
    assert_eq!(
        storages,
        ["Int64", "Double", "Weight", "Mean", "WeightedMean"]
    );
}

#[test]
fn we_read_what_python_writes() {
    let Some(python) = python() else { return };
    let file = Scratch::new("theirs");
    let expected = run(&python, "write", &file.0);
    let read = uhi::read_all(&std::fs::read_to_string(&file.0).unwrap()).unwrap();
    assert_eq!(read.len(), expected.as_object().unwrap().len());
    for (name, hist) in &read {
        agree(name, hist, &expected[name], 1e-14);
    }
    assert_eq!(read["weighted"].title(), "Three axes");
    assert_eq!(read["weighted"].axes()[0].meta().label, "X");
    assert!(read["circular"].axes()[0].is_circular());
    assert_eq!(read["counts"].axes()[0].kind(), "an integer axis");
}

#[test]
fn the_same_fill_gives_the_same_bins() {
    let Some(python) = python() else { return };
    let mut state = 88_172_645_463_325_252u64;
    let mut uniform = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let rows = 20_000;
    // Quarters hit the edges of the 64 bins of [0, 128); both formulas are exact there.
    let x: Vec<f64> = (0..rows)
        .map(|_| (uniform() * 640.0).floor() / 4.0 - 16.0)
        .collect();
    let y: Vec<f64> = (0..rows).map(|_| uniform() * 1.4 - 0.2).collect();
    let w: Vec<f64> = (0..rows).map(|_| uniform() * 3.0 - 1.0).collect();
    let edges = vec![0.0, 0.01, 0.3, 0.31, 1.0];
    let file = Scratch::new("fill");
    let data = serde_json::json!({ "x": x, "y": y, "w": w, "edges": edges });
    std::fs::write(&file.0, data.to_string()).unwrap();
    let axes = vec![
        Axis::regular(64, 0.0, 128.0).unwrap(),
        Axis::variable(edges).unwrap(),
    ];
    let mut hist = Histogram::new(axes, StorageKind::Weighted).unwrap();
    hist.fill(&[(&x).into(), (&y).into()], Some(&w)).unwrap();
    // Bit for bit: both sum in row order.
    agree("fill", &hist, &run(&python, "fill", &file.0), 0.0);
}
