//! Configurations of dspeed: the same numbers from the same waveforms.
//!
//! `testdata/pulses/dspeed.parquet` is what dspeed 2.4.3 gives for `dspeed.json`, a configuration
//! that uses every processor with a counterpart; `testdata/pulses/ask_dspeed.py` asks it again.

use super::common::{fails, run, testdata};
use super::process::{numbers, read};

const PULSES: &str = "pulses/pulses.parquet";
const CONFIGURATION: &str = "pulses/dspeed.json";

/// How far a number may be from dspeed's, as a share of the pulse's height (of 100 ADC where the
/// pulse is smaller). Both compute waveforms in single precision, in which a sample of the height is
/// known to 6e-8 of it; dspeed adds up in it as well, we do in double.
const SHARE: f64 = 6e-6;
/// The same of variables that begin like this, and why.
const LARGER: [(&str, f64, &str); 5] = [
    (
        "wf_trap_",
        600.0 * SHARE,
        "a sum of 400 samples, not their mean",
    ),
    (
        "wf_sum_",
        8.0 * SHARE,
        "a sum of 8 samples, of the baseline too",
    ),
    ("av_", 2e-5, "dspeed's running sum over the whole record"),
    (
        "wf_pz2_",
        1e-3,
        "frac x[1]: dspeed does not correct the first two samples",
    ),
    (
        "up_h_",
        1e-4,
        "after the last sample dspeed goes on along the last curve",
    ),
];
/// Nanoseconds between interpolated times; the others are equal.
const TIME: f64 = 2e-3;
/// Rows of 32 in which another sample may be the greatest: two are equal but for rounding.
const TIES: usize = 2;

/// Whether two numbers agree; NaN is where NaN is.
fn agree(ours: f64, theirs: f64, tolerance: f64) -> bool {
    ours.is_nan() && theirs.is_nan() || (ours - theirs).abs() <= tolerance
}

#[test]
fn every_shared_processor_gives_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dsp.parquet");
    let done = run(&[
        "process",
        CONFIGURATION,
        PULSES,
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
    let (ours, theirs) = (read(&path), read(&testdata().join("pulses/dspeed.parquet")));
    let heights = numbers(&theirs, "trapEmax");
    let heights: Vec<f64> = heights
        .iter()
        .map(|height| height.unwrap().max(100.0))
        .collect();
    let mut wrong = Vec::new();
    let mut compared = 0;
    for field in theirs
        .schema()
        .fields()
        .iter()
        .filter(|field| field.name() != "id")
    {
        let name = field.name();
        let (ours, theirs) = (numbers(&ours, name), numbers(&theirs, name));
        let place = name.ends_with("_at");
        let larger = LARGER.iter().find(|(start, ..)| name.starts_with(start));
        let share = larger.map_or(SHARE, |(_, share, _)| *share);
        let apart = |row: &usize| {
            let (ours, theirs) = (ours[*row].unwrap(), theirs[*row].unwrap());
            let tolerance = match name.as_str() {
                _ if place => 0.0,
                name if name.starts_with("tp_") => TIME,
                _ => share * heights[*row],
            };
            // A saturated record: we count samples beyond the end of the range, dspeed those at it.
            let beyond = name == "n_high" && ours > 0.0;
            !beyond && !agree(ours, theirs, tolerance)
        };
        let apart: Vec<usize> = (0..32).filter(apart).collect();
        // A shifted waveform may have its least sample at its very start.
        let allowed = match name.as_str() {
            "wf_pz2_min_at" => 32,
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
    assert_eq!(compared, 244);
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
