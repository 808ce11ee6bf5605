//! The Majorana chain of the catalogue on records made by the inverse of what it corrects, whose
//! answers can be worked out.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch};
use arrow_schema::{DataType, Field};
use photopeak_pulse::{Chain, presum};

use crate::data::{numbers, run, table};

/// Index of the first presummed sample.
const FROM: usize = 1424;

fn chain() -> Chain {
    let text = include_str!("../../../../catalog/chains/majorana.toml");
    Chain::parse("majorana.toml", text).unwrap()
}

/// A pulse: charge that arrives evenly over `ramp` samples from `start` on.
#[derive(Clone, Copy)]
struct Pulse {
    start: f64,
    ramp: f64,
    height: f64,
    /// Fraction of the height that arrives slowly, over 25 us.
    slow: f64,
}

/// The record of a pulse in a detector: the charge through the inverse of the pole-zero
/// correction, in whole numbers, summed in fours after `FROM` and spread again to 3,800 samples.
fn record(pulse: Pulse, baseline: f64, tau: f64, frac2: f64) -> Vec<f64> {
    let Pulse {
        start,
        ramp,
        height,
        slow,
    } = pulse;
    let charge = |t: f64| {
        let prompt = ((t - start) / ramp).clamp(0.0, 1.0);
        height * ((1.0 - slow) * prompt + slow * ((t - start) / 2500.0).clamp(0.0, 1.0))
    };
    // y[i] = x[i] + lost - frac2 fast[i] is the charge: solved for x[i].
    let (mut lost, mut fast, mut before) = (0.0, 0.0, 0.0);
    let signal = |i: usize| {
        let kept = fast * (1.0 - 1.0 / 210.0);
        let x = (charge(i as f64) - lost + frac2 * (kept - before)) / (1.0 - frac2);
        fast = kept + x - before;
        lost += x / tau;
        before = x;
        (baseline + x).round() as i32
    };
    let samples: Vec<i32> = (0..3800).map(signal).collect();
    let (single, rest) = samples.split_at(FROM);
    let sums = rest.chunks(4).map(|four| four.iter().sum::<i32>());
    let native: Vec<i32> = single.iter().copied().chain(sums).collect();
    presum::expand(&native, FROM, 4)
        .into_iter()
        .map(f64::from)
        .collect()
}

fn batch(records: &[Vec<f64>], detector: i64) -> RecordBatch {
    let rows = records.len() as i64;
    let values = Arc::new(Float64Array::from(records.concat()));
    let item = Arc::new(Field::new("item", DataType::Float64, false));
    let waveforms = arrow_array::FixedSizeListArray::new(item, 3800, values, None);
    let whole = |numbers: Vec<i64>| Arc::new(Int64Array::from(numbers)) as ArrayRef;
    table(vec![
        ("raw_waveform", "", Arc::new(waveforms)),
        ("id", "", whole((0..rows).collect())),
        ("detector", "", whole(vec![detector; records.len()])),
        ("run_number", "", whole(vec![24305; records.len()])),
    ])
}

/// A detector of the file and its constants there.
const DETECTOR: (i64, f64, f64, f64, f64) = (132, 97.0, 7245.89, 0.00854, 0.41270146);

#[track_caller]
fn close(found: &RecordBatch, name: &str, expected: f64, tolerance: f64) {
    for number in numbers(found, name) {
        let number = number.unwrap();
        assert!(
            (number - expected).abs() <= tolerance,
            "{name}: {number} is not {expected}"
        );
    }
}

#[test]
fn an_even_ramp_gives_the_worked_answers() {
    let (detector, baseline, tau, frac2, gain) = DETECTOR;
    let pulse = Pulse {
        start: 955.5,
        ramp: 40.0,
        height: 4000.0,
        slow: 0.0,
    };
    let found = run(
        &chain(),
        &batch(&[record(pulse, baseline, tau, frac2)], detector),
    );
    close(&found, "energy_raw", 4000.0, 4.0);
    close(&found, "energy", 4000.0 * gain, 2.0);
    // The trapezoid passes 4 ADC at the first sample of the ramp (50 ADC over 8), and the analysis
    // names the next.
    close(&found, "t0", 9.57, 0.0);
    // 95 % of 40 samples are 38; the maximum is one of the last, because the pulse decays.
    close(&found, "t95", 9.93, 0.011);
    // Charge that is missing from t0 on: what is left of the ramp, sample by sample.
    let missing: f64 = (957..996)
        .map(|t| 4000.0 - 100.0 * (f64::from(t) - 955.5))
        .sum();
    close(
        &found,
        "drift",
        (missing / 200.0 - 0.3 * 4000.0) / 1000.0,
        0.01,
    );
    // Eight samples of slope 100 against the eight before: 8 * 800, times 275 over the height.
    close(&found, "a_over_e", 275.0 * 6400.0 / 4000.0, 1.0);
    close(&found, "dcr", 0.0, 2.0);
    // Exactly a detector's own decay is the offset, scaled.
    close(&found, "lambda", 0.3 * 8.0, 0.7);
    close(&found, "tail_tau", tau / 100.0, 0.2);
    // The model of the fit and the correction differ by tau2/tau in this.
    close(&found, "tail_frac2", frac2 * (1.0 + 210.0 / tau), 5e-5);
    // The last fifth of the ramp is late: half a sample with 775 missing, then 750, 650, ... 50.
    close(&found, "lq", 100.0 * (387.5 + 3200.0) / 4000.0, 1.0);
    close(&found, "baseline", baseline, 1e-9);
    assert_eq!(found.schema().field(2).name(), "run_number");
}

#[test]
fn several_sites_and_late_charge_are_told_apart() {
    let (detector, baseline, tau, frac2, _) = DETECTOR;
    let ramp = |ramp: f64, slow: f64| {
        record(
            Pulse {
                start: 955.5,
                ramp,
                height: 4000.0,
                slow,
            },
            baseline,
            tau,
            frac2,
        )
    };
    // A slower ramp for charge that comes in turn; 2 % of charge over 25 us for a surface event.
    let found = run(
        &chain(),
        &batch(
            &[ramp(40.0, 0.0), ramp(80.0, 0.0), ramp(40.0, 0.02)],
            detector,
        ),
    );
    let [single, multiple, surface] = [0, 1, 2];
    let column = |name: &str| -> Vec<f64> {
        numbers(&found, name)
            .into_iter()
            .map(Option::unwrap)
            .collect()
    };
    let a_over_e = column("a_over_e");
    assert!(
        (a_over_e[multiple] / a_over_e[single] - 0.5).abs() < 0.01,
        "{a_over_e:?}"
    );
    let lq = column("lq");
    // Half a sample with 787.5 missing, then 775, 725, ... 25.
    assert!(
        (lq[multiple] - 100.0 * (393.75 + 6400.0) / 4000.0).abs() < 1.5,
        "{lq:?}"
    );
    // 80 ADC in 2,500 samples, over a distance of 960, in sums of 160 over 40.
    let dcr = column("dcr");
    assert!(
        (dcr[surface] - dcr[single] - 80.0 / 2500.0 * 960.0 * 4.0).abs() < 1.0,
        "{dcr:?}"
    );
    let lambda = column("lambda");
    assert!(lambda[surface] > lambda[single] + 20.0, "{lambda:?}");
}

#[test]
fn the_digitisers_own_record_gives_the_same_numbers() {
    let (detector, baseline, tau, frac2, _) = DETECTOR;
    let pulse = Pulse {
        start: 955.5,
        ramp: 40.0,
        height: 2000.0,
        slow: 0.0,
    };
    let expanded = record(pulse, baseline, tau, frac2);
    let whole: Vec<i32> = expanded.iter().map(|sample| *sample as i32).collect();
    let native = presum::contract(&whole, FROM, 4).unwrap();
    let native: Vec<f64> = native.into_iter().map(f64::from).collect();
    let mut own = chain();
    own.waveforms[0].name = "presummed".to_owned();
    own.define.push((
        "raw".to_owned(),
        format!("expand_presum(presummed, from={FROM})"),
    ));
    let released = run(&chain(), &batch(&[expanded], detector));
    let values = Arc::new(Float64Array::from(native));
    let item = Arc::new(Field::new("item", DataType::Float64, false));
    let waveform = arrow_array::FixedSizeListArray::new(item, 2018, values, None);
    let mut columns = vec![Arc::new(waveform) as ArrayRef];
    columns.extend(
        [0, detector, 24305].map(|number| Arc::new(Int64Array::from(vec![number])) as ArrayRef),
    );
    let names = ["raw_waveform", "id", "detector", "run_number"];
    let digitised = table(
        names
            .into_iter()
            .zip(columns)
            .map(|(name, column)| (name, "", column))
            .collect(),
    );
    assert_eq!(run(&own, &digitised), released);
}

#[test]
fn a_detector_that_is_not_listed_takes_the_usual_constants() {
    let pulse = Pulse {
        start: 955.5,
        ramp: 40.0,
        height: 2000.0,
        slow: 0.0,
    };
    let found = run(&chain(), &batch(&[record(pulse, 60.0, 7250.0, 0.007)], 999));
    close(&found, "energy_raw", 2000.0, 3.0);
    close(&found, "tail_tau", 72.5, 0.4);
    close(&found, "dcr", 0.0, 2.0);
}

#[test]
fn noise_alone_and_pulses_too_early_or_late_are_nan_or_not_clean() {
    let (detector, baseline, tau, frac2, _) = DETECTOR;
    let at = |start: f64| {
        let pulse = Pulse {
            start,
            ramp: 40.0,
            height: 2000.0,
            slow: 0.0,
        };
        record(pulse, baseline, tau, frac2)
    };
    let lifted = at(955.0).into_iter().map(|sample| sample + 60.0).collect();
    let found = run(
        &chain(),
        &batch(&[at(955.0), at(300.0), at(3600.0), lifted], detector),
    );
    let energy = numbers(&found, "energy_raw");
    assert!(energy[0].is_some_and(f64::is_finite));
    assert!(
        energy[1].is_some_and(f64::is_nan) && energy[2].is_some_and(f64::is_nan),
        "{energy:?}"
    );
    let clean = found.column_by_name("clean").unwrap().as_boolean();
    let clean: Vec<bool> = (0..4).map(|row| clean.value(row)).collect();
    assert_eq!(clean[1..], [false, false, false]);
}
