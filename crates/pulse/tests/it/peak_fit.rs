//! The fitter of peaks against iminuit, which minimises the same likelihood of the same model.

use std::path::Path;

use photopeak_peers::Python;
use photopeak_pulse::calibrate::{Fit, Model, PARAMETERS, PeakShape, fit, parameter};
use serde_json::json;

/// Counts of a shape, each bin moved by Poisson's distribution; the same on every machine.
fn counted(shape: &PeakShape, truth: &[f64; PARAMETERS], seed: u64) -> Vec<f64> {
    let mut expected = vec![0.0; shape.bins()];
    assert!(shape.expect(truth, &mut expected));
    let mut state = seed;
    let mut uniform = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((state >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    };
    let mut poisson = |mean: f64| {
        // Arrivals until the time is over.
        let (mut count, mut time) = (0.0, -uniform().ln());
        while time < mean {
            count += 1.0;
            time -= uniform().ln();
        }
        count
    };
    expected.into_iter().map(&mut poisson).collect()
}

struct Case {
    name: &'static str,
    truth: [f64; PARAMETERS],
    start: [f64; PARAMETERS],
    fixed: [bool; PARAMETERS],
}

fn cases() -> Vec<Case> {
    let free = [false; PARAMETERS];
    let mut no_tail = free;
    no_tail[parameter::TAIL] = true;
    no_tail[parameter::LENGTH] = true;
    no_tail[parameter::STEP] = true;
    let mut level = free;
    level[parameter::SLOPE] = true;
    vec![
        Case {
            // With a step, a slope would hardly be determined: it is in the third.
            name: "a strong line with tail and step",
            truth: [20_000.0, 2614.5, 1.2, 0.15, 2.0, 8.0, 15.0, 0.0],
            start: [18_000.0, 2614.0, 1.5, 0.2, 1.5, 5.0, 12.0, 0.0],
            fixed: level,
        },
        Case {
            name: "level background",
            truth: [5_000.0, 2614.5, 1.1, 0.25, 2.5, 4.0, 6.0, 0.0],
            start: [4_000.0, 2615.0, 1.5, 0.2, 2.0, 2.0, 5.0, 0.0],
            fixed: level,
        },
        Case {
            name: "a weak line without a tail",
            truth: [300.0, 2613.9, 1.0, 0.0, 1.0, 0.0, 10.0, -0.2],
            start: [200.0, 2614.5, 1.5, 0.0, 1.0, 0.0, 10.0, 0.0],
            fixed: no_tail,
        },
    ]
}

#[test]
fn peaks_are_fitted_as_by_iminuit() {
    let Some(python) = Python::with("iminuit, scipy") else {
        return;
    };
    let shape = PeakShape::new(2594.5, 0.4, 100);
    let mut input = String::new();
    let mut fits: Vec<(&str, Fit<PARAMETERS>)> = Vec::new();
    for (case, seed) in cases().iter().zip(1..) {
        let counts = counted(&shape, &case.truth, seed);
        let document = json!({
            "from": 2594.5, "width": 0.4, "counts": counts, "start": case.start, "fixed": case.fixed,
        });
        input.push_str(&format!("{document}\n"));
        let found = fit(&shape, &counts, case.start, case.fixed).unwrap();
        fits.push((case.name, found));
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/peak_fit.py");
    let printed = python.feed(&script, &input);
    for ((name, found), line) in fits.iter().zip(printed.lines()) {
        let minuit: serde_json::Value = serde_json::from_str(line).unwrap();
        let deviance = minuit["deviance"].as_f64().unwrap();
        assert!(
            found.deviance < deviance + 1e-3,
            "{name}: {} {deviance}",
            found.deviance
        );
        assert!(
            found.deviance > deviance - 1e-2,
            "{name}: {} {deviance}",
            found.deviance
        );
        for i in 0..PARAMETERS {
            let (value, error) = (
                minuit["values"][i].as_f64().unwrap(),
                minuit["errors"][i].as_f64().unwrap(),
            );
            let (ours, our_error) = (found.parameters[i], found.error(i));
            if our_error == 0.0 {
                assert_eq!(ours, value, "{name}: parameter {i}");
                continue;
            }
            assert!(
                (ours - value).abs() < 0.05 * error,
                "{name}: parameter {i}: {ours} {value} ± {error}"
            );
            // The expected information and the observed one differ by what the counts happen to be.
            assert!(
                (our_error / error - 1.0).abs() < 0.15,
                "{name}: error {i}: {our_error} {error}"
            );
        }
    }
    assert_eq!(printed.lines().count(), fits.len());
}

#[test]
fn errors_cover_the_truth() {
    let shape = PeakShape::new(2594.5, 0.4, 100);
    let case = &cases()[1];
    let n = 300;
    let mut pulls = [0.0; PARAMETERS];
    let mut deviance = 0.0;
    for seed in 0..n {
        let counts = counted(&shape, &case.truth, 1000 + seed);
        let found = fit(&shape, &counts, case.truth, case.fixed).unwrap();
        for (i, pull) in pulls
            .iter_mut()
            .enumerate()
            .filter(|(i, _)| !case.fixed[*i])
        {
            *pull += ((found.parameters[i] - case.truth[i]) / found.error(i)).powi(2);
        }
        deviance += found.deviance / found.degrees as f64;
    }
    for i in [
        parameter::AREA,
        parameter::MEAN,
        parameter::SIGMA,
        parameter::BACKGROUND,
    ] {
        let rms = (pulls[i] / n as f64).sqrt();
        assert!((0.85..1.15).contains(&rms), "parameter {i}: {rms}");
    }
    // Few counts in a bin: a little above 1.
    assert!(
        (0.95..1.25).contains(&(deviance / n as f64)),
        "{}",
        deviance / n as f64
    );
}
