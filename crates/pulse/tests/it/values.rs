//! Numbers that come out, against ones worked out by hand.

use crate::data::{START, chain, numbers, plain, pulses, run, table};

/// Runs one expression over five pulses of heights 100 to 500.
#[track_caller]
fn check(define: &str, value: &str, expected: [f64; 5]) {
    let chain = chain(&format!("[define]\n{define}\n[columns]\ny = \"{value}\"\n"));
    let batch = table(vec![
        ("waveform", "", pulses(5)),
        ("gain", "keV/ADC", plain(vec![0.5; 5])),
    ]);
    let found = numbers(&run(&chain, &batch), "y");
    for (found, expected) in found.iter().zip(expected) {
        let found = found.unwrap();
        assert!((found - expected).abs() < 1e-3, "{found} is not {expected}");
    }
}

#[test]
fn stretches_fields_and_arithmetic() {
    check(
        "",
        "mean(x[0:200])",
        [1000.5, 1010.5, 1020.5, 1030.5, 1040.5],
    );
    check(
        "bl = 'line_fit(x[:2*us])'",
        "bl.mean + 2*(bl.slope*1*samples) - 0.5*ADC",
        [1000.0, 1010.0, 1020.0, 1030.0, 1040.0],
    );
    check(
        "",
        "mean(x[300:] - x[0:300])",
        [84.0, 168.0, 252.0, 336.0, 420.0],
    );
    check(
        "",
        "maximum(-x)",
        [-1000.0, -1010.0, -1020.0, -1030.0, -1040.0],
    );
    check("", "maximum(x/2)", [550.5, 605.5, 660.5, 715.5, 770.5]);
    check(
        "",
        "min(mean(x[0:200]), 1015*ADC)",
        [1000.5, 1010.5, 1015.0, 1015.0, 1015.0],
    );
    check(
        "",
        "where(maximum(x) > 1250*ADC, 1, 0)",
        [0.0, 0.0, 1.0, 1.0, 1.0],
    );
}

#[test]
fn single_samples_and_what_is_known_of_waveforms() {
    check("", "x[299] - x[0]", [99.0, 199.0, 299.0, 399.0, 499.0]);
    check(
        "t = 'extrema(x).max_at'",
        "x[t + 0.5*samples]",
        [1101.0, 1211.0, 1321.0, 1431.0, 1541.0],
    );
    let times = "period(s)/(1*samples) + start(s)/(10*ns) + length(s)/(1*us)";
    check(
        "s = 'downsample(x[200:], factor=4)'",
        times,
        [4.0 + 200.0 + 4.0; 5],
    );
    check("f = 't0_filter(8, 20)'", "length(f)", [28.0; 5]);
    // Halves to the even neighbour.
    check(
        "",
        "round(2.5) + round(3.5) + round(-0.5) + 10*ceil(0.1)",
        [16.0; 5],
    );
}

#[test]
fn columns_of_the_data_take_part() {
    check(
        "y = 'x - mean(x[0:200])'",
        "gain*mean(y[300:500])",
        [50.0, 100.0, 150.0, 200.0, 250.0],
    );
}

#[test]
fn moments_are_counted_in_the_record() {
    // A position found in a stretch or in a downsampled waveform is one of the record.
    let start = [10.0 * START as f64; 5];
    check("", "extrema(x).max_at", start);
    check("", "extrema(x[200:]).max_at", start);
    check("s = 'downsample(x, factor=2)'", "extrema(s).max_at", start);
    check(
        "s = 'downsample(x, factor=2)'",
        "value_at(s, at=2.6*us)",
        [1101.0, 1211.0, 1321.0, 1431.0, 1541.0],
    );
    // Slopes and areas are per sample of the record as well.
    let slope = "line_fit(downsample(x, factor=4)[40:60]).slope*1*samples";
    check("", slope, [0.0; 5]);
    check(
        "s = 'downsample(x, factor=2)'",
        "trap_fixed(s, at=1*us, rise=100*samples, flat=100*samples)/(100*samples)",
        [100.0, 200.0, 300.0, 400.0, 500.0],
    );
}

#[test]
fn a_filter_with_times_wants_the_samples_of_the_record() {
    let filter = "convolve(downsample(x, factor=4), cusp(sigma=1*us, flat=8*samples, tau=72*us, length=81*samples))";
    let chain = chain(&format!("[columns]\ny = \"maximum({filter})\"\n"));
    let batch = table(vec![("waveform", "", pulses(1))]);
    let error = chain.compile(&batch.schema()).unwrap_err().to_string();
    assert!(
        error.contains("plain numbers of this waveform's samples"),
        "{error}"
    );
}

#[test]
fn buffers_that_serve_again_hold_what_they_should() {
    // Seven filters of one waveform, read in the opposite order, some twice.
    let mut define = String::new();
    let mut columns = String::new();
    for n in 1..8 {
        define += &format!("f{n} = 'moving_average(x, length={n})'\n");
        columns += &format!(
            "y{n} = 'mean(f{m}) + mean(f{m} + f{n} - f{n})'\n",
            m = 8 - n
        );
    }
    let batch = table(vec![("waveform", "", pulses(9))]);
    let together = run(
        &chain(&format!("[define]\n{define}[columns]\n{columns}")),
        &batch,
    );
    for n in 1..8 {
        let alone = format!(
            "[columns]\ny = '2*mean(moving_average(x, length={}))'\n",
            8 - n
        );
        let alone = numbers(&run(&chain(&alone), &batch), "y");
        for (found, expected) in numbers(&together, &format!("y{n}")).iter().zip(alone) {
            assert!((found.unwrap() - expected.unwrap()).abs() < 1e-3);
        }
    }
}

#[test]
fn single_and_double_precision_agree_to_the_digits_of_single() {
    let body = "[columns]\ny = 'trap_max(pole_zero(x, tau=72*us, baseline=mean(x[0:200])), rise=100, flat=50)'\n";
    let batch = table(vec![("waveform", "", pulses(8))]);
    let mut double = chain(body);
    double.precision = photopeak_pulse::Precision::Double;
    let (single, double) = (run(&chain(body), &batch), run(&double, &batch));
    for (single, double) in numbers(&single, "y").iter().zip(numbers(&double, "y")) {
        let (single, double) = (single.unwrap(), double.unwrap());
        assert!((single / double - 1.0).abs() < 1e-6, "{single} {double}");
        assert_ne!(single, double);
    }
}
