//! Configurations of dspeed: the same numbers from the same waveforms.
//!
//! `testdata/pulses/dspeed.parquet` is what dspeed 2.4.3 gives for `dspeed.json`, a configuration
//! that uses every processor with a counterpart, and simulated records; `dspeed-th228.parquet` what
//! it gives for 64 real ones. `testdata/pulses/ask_dspeed.py` asks it again.

use super::common::{fails, run, testdata};
use super::legend;
use super::process::{numbers, read};

const PULSES: &str = "pulses/pulses.parquet";

/// How far a number may be from dspeed's, as a share of the pulse's height (of 100 ADC where the
/// pulse is smaller), and of the level of the record. Both compute waveforms in single precision, in
/// which a sample is known to 6e-8 of it; dspeed adds up in it as well, we do in double.
const SHARE: (f64, f64) = (6e-6, 1e-6);
/// How many times as far variables may be that begin like this, and why.
const LARGER: [(&str, f64, &str); 5] = [
    ("wf_trap_", 600.0, "a sum of 400 samples, not their mean"),
    ("wf_sum_", 8.0, "a sum of 8 samples, of the baseline too"),
    ("av_", 4.0, "dspeed's running sum over the whole record"),
    (
        "wf_pz2_",
        170.0,
        "frac x[1]: dspeed does not correct the first two samples",
    ),
    (
        "up_h_",
        35.0,
        "after the last sample dspeed goes on along the last curve",
    ),
];
/// Rows in which another sample may be the greatest: two are equal but for rounding.
const TIES: usize = 2;

/// Whether two numbers agree; NaN is where NaN is.
fn agree(ours: f64, theirs: f64, tolerance: f64) -> bool {
    ours.is_nan() && theirs.is_nan() || (ours - theirs).abs() <= tolerance
}

/// Runs `pulses/NAME.json` and holds each column against `pulses/NAME.parquet`, row by row, as far
/// as that goes. Interpolated times may be `time` nanoseconds apart; the others are equal. Variables
/// that begin with `without` are left out. Gives how many columns were compared.
fn compare(name: &str, input: &str, time: f64, without: &str) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dsp.parquet");
    let configuration = format!("pulses/{name}.json");
    let done = run(&[
        "process",
        &configuration,
        input,
        "-o",
        path.to_str().unwrap(),
    ]);
    assert_eq!(done.code, 0, "{}", done.err);
    // What differs is said, not found out.
    for note in [
        "wf_pz2: the first two samples",
        "samples beyond 0 and 2^bits",
        "up_h: after the last sample",
    ] {
        assert!(done.err.contains(note), "{}", done.err);
    }
    let (ours, theirs) = (
        read(&path),
        read(&testdata().join(format!("pulses/{name}.parquet"))),
    );
    let rows = theirs.num_rows();
    let all = |name: &str| -> Vec<f64> {
        let all = numbers(&theirs, name).into_iter();
        all.map(Option::unwrap).collect()
    };
    let (heights, levels) = (all("trapEmax"), all("bl_mean"));
    let mut wrong = Vec::new();
    let mut compared = 0;
    for field in theirs.schema().fields().iter() {
        let name = field.name();
        if name == "id" || name.starts_with(without) {
            continue;
        }
        let (ours, theirs) = (numbers(&ours, name), all(name));
        let place = name.ends_with("_at");
        let larger = LARGER.iter().find(|(start, ..)| name.starts_with(start));
        let larger = larger.map_or(1.0, |(_, larger, _)| *larger);
        let apart = |row: &usize| {
            let (ours, theirs) = (ours[*row].unwrap(), theirs[*row]);
            let tolerance = match name.as_str() {
                _ if place => 0.0,
                name if name.starts_with("tp_") || name == "rise_ns" => time,
                _ => larger * (SHARE.0 * heights[*row].max(100.0) + SHARE.1 * levels[*row]),
            };
            // A saturated record: we count samples beyond the end of the range, dspeed those at it.
            let beyond = name == "n_high" && ours > 0.0;
            !beyond && !agree(ours, theirs, tolerance)
        };
        let apart: Vec<usize> = (0..rows).filter(apart).collect();
        // A shifted waveform may have its least sample at its very start.
        let allowed = match name.as_str() {
            "wf_pz2_min_at" => rows,
            _ if place => TIES,
            _ => 0,
        };
        if apart.len() > allowed {
            let row = apart[0];
            wrong.push(format!(
                "{name}: rows {apart:?}, first {:?} not {:?}",
                ours[row], theirs[row]
            ));
        }
        compared += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    compared
}

#[test]
fn every_shared_processor_gives_the_same() {
    assert_eq!(compare("dspeed", PULSES, 2e-3, "none"), 244);
}

#[test]
fn every_shared_processor_gives_the_same_of_real_records() {
    let Some(folder) = legend::folder("th228_raw.lh5") else {
        return;
    };
    let input = folder.join("th228_raw.lh5");
    // A threshold known to 0.01 ADC moves slow pulses by 0.02 ns. The samples that dspeed's double
    // pole-zero leaves uncorrected are not zero here.
    let compared = compare(
        "dspeed-th228",
        &format!("{}:FCEvent", input.display()),
        2e-2,
        "wf_pz2",
    );
    assert_eq!(compared, 236);
}

#[test]
fn processors_without_a_counterpart_are_named_all_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let configuration = place("sipm.yaml");
    let text = "outputs: [n, m]\nprocessors:\n  peaks, n:\n    function: dspeed.processors.histogram\n    \
        args: [waveform, peaks, n]\n  smooth:\n    function: gaussian_filter1d\n    module: dspeed.processors\n    \
        args: [waveform, smooth]\n  m: smooth[3]\n  unused: dspeed.processors.psd(waveform, unused)\n";
    std::fs::write(&configuration, text).unwrap();
    fails(
        &["process", &configuration, PULSES, "-o", &place("a.parquet")],
        &format!(
            "{configuration}: peaks, n: there are no counterparts of dspeed.processors.histogram (of peaks, n); \
             dspeed.processors.gaussian_filter1d (of smooth)"
        ),
    );
}
