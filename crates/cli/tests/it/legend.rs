//! Real germanium waveforms: LEGEND's public test data. They state no licence, so they are not in
//! the repository: `PHOTOPEAK_HPGE` names their folder; without it they are looked for beside the
//! checkout.

use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type};
use photopeak_formats::{Dataset, Table};

use super::common::works;
use super::process::{numbers, read};

/// The folder, if it has the file; a printed line where it does not.
pub(crate) fn folder(file: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("PHOTOPEAK_HPGE").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/hpge"),
        PathBuf::from,
    );
    if folder.join(file).is_file() {
        return Some(folder);
    }
    println!("SKIPPED: no {file}; set PHOTOPEAK_HPGE to the folder of LEGEND's test data");
    None
}

fn process(chain: &str, input: &str) -> RecordBatch {
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("out.parquet");
    works(&["process", chain, input, "-o", path.to_str().unwrap()]);
    read(&path)
}

/// The numbers of a column in a file.
fn column(file: &str, name: &str) -> Vec<f64> {
    let data = Dataset::open(&[file]).unwrap();
    let at = data.schema().index_of(name).unwrap();
    let mut scan = data.scan(&[at], 0..data.num_rows()).unwrap();
    scan.advance(usize::MAX).unwrap();
    let column = scan.column(0).unwrap();
    match column.as_primitive_opt::<Float32Type>() {
        Some(single) => single
            .values()
            .iter()
            .map(|number| f64::from(*number))
            .collect(),
        None => column.as_primitive::<Float64Type>().values().to_vec(),
    }
}

/// What lies within `reach` of a line: how many, the median of the densest 60 %, and the full width
/// at half maximum of a Gaussian whose densest 60 % are as wide.
fn line(energies: &[f64], at: f64, reach: f64) -> (usize, f64, f64) {
    let mut near: Vec<f64> = energies
        .iter()
        .copied()
        .filter(|energy| (energy - at).abs() < reach)
        .collect();
    near.sort_by(f64::total_cmp);
    let part = (0.6 * near.len() as f64) as usize;
    let densest = (0..=near.len() - part)
        .min_by(|a, b| (near[a + part - 1] - near[*a]).total_cmp(&(near[b + part - 1] - near[*b])))
        .unwrap();
    // 60 % of a Gaussian lie within 0.8416 sigma of its middle.
    let width = (near[densest + part - 1] - near[densest]) / (2.0 * 0.8416);
    (near.len(), near[densest + part / 2], 2.3548 * width)
}

#[test]
fn the_lines_of_228th_are_where_they_should_be() {
    let Some(folder) = folder("th228_raw.lh5") else {
        return;
    };
    let found = process(
        "flashcam-th228",
        &format!("{}:FCEvent", folder.join("th228_raw.lh5").display()),
    );
    let clean = found.column_by_name("clean").unwrap().as_boolean();
    let energies = numbers(&found, "energy").into_iter().enumerate();
    let energies: Vec<f64> = energies
        .filter(|(row, _)| clean.value(*row))
        .map(|(_, energy)| energy.unwrap())
        .collect();
    assert!(energies.len() > 800, "{}", energies.len());
    for (at, reach, events, tolerance) in [
        (238.632, 4.0, 100, 0.4),
        (583.187, 4.0, 40, 0.4),
        (2614.511, 9.0, 20, 0.6),
    ] {
        let (count, middle, width) = line(&energies, at, reach);
        println!("{at} keV: {count} events at {middle:.2} keV, {width:.1} keV wide");
        assert!(count >= events, "{count} events at {at} keV");
        assert!((middle - at).abs() < tolerance, "{at} keV is at {middle}");
    }
}

/// How a parameter compares: how far apart the numbers may be, and in how many of 30 events.
const DSP: [(&str, f64, usize); 35] = [
    ("wf_min", 0.002, 30),
    ("wf_max", 0.002, 30),
    ("tp_min", 0.0, 30),
    ("tp_max", 0.0, 30),
    ("wf_min_win", 0.0, 30),
    ("wf_max_win", 0.0, 30),
    ("tp_min_win", 0.0, 30),
    ("tp_max_win", 0.0, 30),
    ("bl_mean", 0.01, 30),
    ("bl_std", 0.01, 30),
    ("bl_slope", 2e-6, 30),
    ("bl_intercept", 0.01, 30),
    ("bl_slope_rms", 0.01, 30),
    ("pz_mean", 0.1, 30),
    ("pz_std", 0.006, 30),
    ("pz_slope_diff", 1e-4, 30),
    ("pz_slope_rms", 0.1, 30),
    ("trapTmax", 0.02, 29),
    ("trapSmax", 0.02, 29),
    ("trapEmax", 0.02, 29),
    ("tp_0_atrap", 0.0, 29),
    ("tp_0_est", 0.0, 19),
    ("tp_0_est", 32.0, 27),
    ("tp_01", 0.0, 23),
    ("tp_10", 0.0, 25),
    ("tp_20", 0.0, 27),
    ("tp_50", 0.0, 29),
    ("tp_80", 0.0, 26),
    ("tp_90", 0.0, 29),
    ("tp_95", 0.0, 23),
    ("tp_99", 0.0, 26),
    ("tp_100", 0.0, 19),
    ("tp_aoe_max", 0.0, 28),
    // It follows tp_0_est.
    ("dt_eff", 0.3, 19),
    ("dt_eff", 32.0, 27),
];

#[test]
fn parameters_are_those_of_the_dsp_tier() {
    let file = |name: &str| format!("l200-p03-r001-cal-20230318T012144Z-tier_{name}.lh5");
    let Some(folder) = folder(&file("dsp")) else {
        return;
    };
    let tier = |name: &str| folder.join(file(name)).to_str().unwrap().to_owned();
    let channels = ["ch1084803", "ch1084804", "ch1121600"];
    let ours =
        channels.map(|channel| process("legend-l200", &format!("{}:{channel}/raw", tier("raw"))));
    let pairs = |name: &str| -> Vec<(f64, f64)> {
        let each = channels.iter().zip(&ours).flat_map(|(channel, ours)| {
            let theirs = column(&format!("{}:{channel}/dsp", tier("dsp")), name);
            let ours = numbers(ours, name).into_iter().map(Option::unwrap);
            ours.zip(theirs).collect::<Vec<_>>()
        });
        each.collect()
    };
    // The same events.
    for (ours, theirs) in pairs("timestamp") {
        assert_eq!(ours, theirs);
    }
    for (name, tolerance, events) in DSP {
        let near = pairs(name)
            .iter()
            .filter(|(ours, theirs)| (ours - theirs).abs() <= tolerance)
            .count();
        assert!(near >= events, "{name}: {near} of 30 within {tolerance}");
    }
    let close = |(ours, theirs): &&(f64, f64)| (ours - theirs).abs() <= 1e-5 * theirs.abs();
    let near = pairs("A_max").iter().filter(close).count();
    assert!(near >= 28, "A_max: {near} of 30");
}
