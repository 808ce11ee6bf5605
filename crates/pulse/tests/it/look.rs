//! One row looked at.

use photopeak_pulse::Chain;

use crate::data::{SAMPLES, START, chain, plain, pulses, sample, table};

fn look(body: &str, row: usize) -> photopeak_pulse::Look {
    let batch = table(vec![
        ("waveform", "", pulses(3)),
        (
            "detector",
            "",
            std::sync::Arc::new(arrow_array::Int64Array::from(vec![1, 2, 3])),
        ),
        ("shift", "us", plain(vec![0.5; 3])),
    ]);
    chain(body)
        .look(&batch, row)
        .unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn waveforms_are_there_with_where_they_lie() {
    let body = "[define]\nlater = 'downsample(x[200:], factor=4)'\nlevel = 'mean(x)'\n[columns]\ny = 'level'\n";
    let found = look(body, 2);
    let names: Vec<&str> = found
        .waveforms
        .iter()
        .map(|curve| curve.name.as_str())
        .collect();
    assert_eq!(names, ["x", "later"]);
    let [raw, later] = [&found.waveforms[0], &found.waveforms[1]];
    let expected: Vec<f64> = (0..SAMPLES).map(|i| f64::from(sample(2, i))).collect();
    assert_eq!(raw.samples, expected);
    assert_eq!(
        (raw.start, raw.period, raw.unit.as_str()),
        (0.0, 10.0, "ADC")
    );
    assert_eq!((later.start, later.period), (2000.0, 40.0));
    assert_eq!(
        later.samples[0],
        expected[200..204].iter().sum::<f64>() / 4.0
    );
}

#[test]
fn moments_are_told_from_durations() {
    let body = "[define]\nstart = 'time_point(x, threshold=mean(x), from=4*us)'\n\
        end = 'extrema(x).max_at'\nlast = 'max(start, end) + 1*us'\nwide = 'end - start'\n\
        half = 'where(wide > 0, start, end)'\nfixed = '3*us'\nshifted = 'start - shift'\n\
        [columns]\nwhole = 'round(start)'\nstart = 'start'\n";
    let found = look(body, 0);
    let names: Vec<&str> = found
        .moments
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["start", "end", "last", "half", "shifted", "whole"]);
    assert_eq!(found.moments[1].1, 10.0 * START as f64);
    assert_eq!(found.moments[4].1, found.moments[0].1 - 500.0);
}

#[test]
fn windows_are_what_expressions_read() {
    let body = "[define]\nbefore = 'line_fit(x[:1*us])'\ntop = 'extrema(x[300:500]).max_at'\n\
        late = 'downsample(x[200:], factor=2)'\npeak = 'current_max(x, rise=8, from=top - 0.2*us, to=top + 1*us)'\n\
        late_peak = 'current_max(late, rise=4, from=50, to=3*us)'\n[columns]\ny = 'before.mean'\n";
    let found = look(body, 1);
    let top = found.moments[0].1;
    let window = |name: &str, from: f64, to: f64| (name.to_owned(), from, to);
    let expected = [
        window("before", 0.0, 1000.0),
        window("top", 3000.0, 5000.0),
        window("late", 2000.0, 6000.0),
        window("peak", top - 200.0, top + 1000.0),
        // Fifty samples of its own from its start, but a time is one of the record.
        window("late_peak", 3000.0, 3000.0),
    ];
    assert_eq!(found.windows, expected[..4]);
}

#[test]
fn a_detectors_own_constants_and_rows_without_a_waveform() {
    let body = "[constants]\nlevel = '1050*ADC'\n[detectors]\ncolumn = 'detector'\n[detectors.constants]\n\
        2 = { level = '1150*ADC' }\n[define]\nat = 'time_point(x, threshold=level, from=4*us, at=\"before\")'\n[columns]\ny = 'at'\n";
    // Row 1 is of detector 2: its step goes from 1010 to 1210.
    assert_eq!(
        look(body, 1).moments,
        [("at".to_owned(), 10.0 * (START - 1) as f64)]
    );
    assert_eq!(look(body, 9), photopeak_pulse::Look::default());
}

#[test]
fn without_a_chain_there_are_the_waveforms() {
    let batch = table(vec![("waveform", "", pulses(1))]);
    let found = Chain::of_waveforms(&["waveform"], Some("16*ns"))
        .look(&batch, 0)
        .unwrap();
    assert_eq!(found.waveforms[0].period, 16.0);
    assert!(found.moments.is_empty() && found.windows.is_empty());
}
