//! Labels tuned on made-up numbers of events, of which gain, trapping and centres are known.

use std::collections::BTreeMap;

use photopeak_pulse::label::{Events, Labelling, Measured, Tuning, tune};

const MAJORANA: &str = include_str!("../../../../catalog/labels/majorana.toml");

/// Random numbers, the same on every machine.
struct Random(u64);

impl Random {
    fn uniform(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

/// keV per ADC of a detector in a run.
fn gain(detector: i64, run: i64) -> f64 {
    0.4 * (1.0 + 0.01 * (detector as f64)) * (1.0 + 3e-4 * (run as f64))
}

const TRAPPING: f64 = 9.0;

/// Events of lines and of a level background, half of it (and all of the double-escape peak) with one
/// site.
fn events(detector: i64, run: i64, share: f64) -> Events {
    let mut random = Random(1000 * detector as u64 + run as u64);
    let mut events = Events::default();
    let lines = [
        (238.632, 3000.0),
        (583.187, 1500.0),
        (727.33, 400.0),
        (860.557, 250.0),
        (1592.5, 120.0),
        (1620.5, 100.0),
        (2614.511, 1000.0),
        (0.0, 6000.0),
    ];
    for (line, counts) in lines {
        for i in 0..(counts * share) as usize {
            let kev = match line {
                0.0 => 50.0 + 2500.0 * random.uniform(),
                _ => line + (0.1f64 + 5e-4 * line).sqrt() * random.normal(),
            };
            let single = line == 1592.5 || i % 2 == 0;
            let adc = kev / gain(detector, run);
            // The mean is that of a drift measure with its offset, near nothing.
            let drift = adc * 1e-4 * (0.2 + 0.5 * random.normal());
            let mut event = Measured {
                energy: adc - TRAPPING * drift,
                drift,
                a_over_e: 1300.0 + 2.0 * run as f64 + 8.0 * random.normal(),
                delayed: 5.0 + 2.5 * random.normal(),
                late: 70.0 + 1.5 * random.normal(),
                noise: 3.0,
            };
            if !single {
                event.a_over_e -= 40.0 + 300.0 * random.uniform();
                event.late += 20.0 * random.uniform();
            }
            events.push(&event);
        }
    }
    events
}

fn tuned(groups: &[(i64, i64, f64)]) -> Tuning {
    let events: BTreeMap<(i64, i64), Events> = groups
        .iter()
        .map(|(detector, run, share)| ((*detector, *run), events(*detector, *run, *share)))
        .collect();
    tune(&Labelling::parse("majorana", MAJORANA).unwrap(), &events)
}

#[test]
fn constants_are_those_that_were_put_in() {
    let tuning = tuned(&[(1, 1, 1.0), (1, 2, 1.0), (2, 1, 1.0), (2, 2, 1.0)]);
    for (detector, found) in &tuning.detectors {
        let found = found.as_ref().unwrap();
        let k = found.energy.trapping;
        assert!((k - TRAPPING).abs() < 0.4, "{detector}: {k}");
        let fwhm = found.energy.lines.last().unwrap().fwhm;
        let expected = 2.3548 * (0.1f64 + 5e-4 * 2614.511).sqrt();
        assert!(
            (fwhm / expected - 1.0).abs() < 0.08,
            "{detector}: {fwhm} {expected}"
        );
        for (run, constants) in &found.runs {
            let c = &constants.constants;
            let ratio = c.gain / gain(*detector, *run);
            assert!((ratio - 1.0).abs() < 2e-4, "{detector} {run}: {ratio}");
            assert!(c.offset.abs() < 0.1, "{detector} {run}: {}", c.offset);
            let a_over_e = c.a_over_e.at - 1300.0 - 2.0 * *run as f64;
            assert!(a_over_e.abs() < 2.5, "{detector} {run}: {a_over_e}");
            assert!((c.delayed.at - 5.0).abs() < 0.3 && (c.late.at - 70.0).abs() < 0.6);
            // 1.3 FWHM of a width of 2.5.
            let delayed = c.delayed.sigma * c.delayed.distance;
            assert!(
                (delayed / (1.3 * 2.3548 * 2.5) - 1.0).abs() < 0.1,
                "{delayed}"
            );
        }
        // Both have more than 150 events of the double-escape peak.
        assert!(found.own_distance && found.distance.counts > 150.0);
        // The tenth percentile of a normal distribution.
        assert!(
            (found.distance.sigmas + 1.28).abs() < 0.35,
            "{:?}",
            found.distance
        );
    }
    assert!(tuning.constants(1, 3).is_none() && tuning.constants(3, 1).is_none());
}

#[test]
fn a_detector_with_few_events_takes_the_cut_of_all_and_one_with_none_says_so() {
    let tuning = tuned(&[(1, 1, 2.0), (2, 1, 0.5), (3, 1, 0.002)]);
    let two = tuning.detectors[&2].as_ref().unwrap();
    assert!(!two.own_distance);
    assert_eq!(Some(two.distance), tuning.distance);
    let three = tuning.detectors[&3].as_ref().unwrap_err();
    assert!(three.contains("fewer than 4 lines are found"), "{three}");
    assert!(tuning.constants(3, 1).is_none());
}

#[test]
fn the_same_on_any_number_of_threads() {
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new();
        let pool = pool.num_threads(threads).build().unwrap();
        pool.install(|| tuned(&[(1, 1, 0.5), (2, 1, 0.5), (2, 2, 0.5)]))
    };
    assert_eq!(format!("{:?}", on(1)), format!("{:?}", on(3)));
}

#[test]
fn descriptions_that_cannot_be() {
    let fails = |from: &str, to: &str, message: &str| {
        assert!(MAJORANA.contains(from), "{from}");
        let error = Labelling::parse("x.toml", &MAJORANA.replacen(from, to, 1)).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
    };
    fails("acceptance =", "acceptence =", "unknown field `acceptence`");
    fails(
        "acceptance = 0.90",
        "acceptance = 1.0",
        "a_over_e.acceptance is 1, and has to be between 0 and 1",
    );
    fails(
        "window_kev = [1400, 2650]",
        "window_kev = [2650, 1400]",
        "late.window_kev goes from 2650 to 1400, and has to ascend",
    );
    fails(
        "high_sigmas = 5.5",
        "high_sigmas = nan",
        "a_over_e.high_sigmas is NaN, and has to be positive",
    );
    fails(
        "[trapping]\nkev = 2614.511",
        "[trapping]\nkev = 2614",
        "trapping.kev: 2614 is none of energy.lines",
    );
    fails(
        "reach = [4, 1.6]",
        "reach = [4, -1.6]",
        "energy.lines: 238.632 keV, its strength and its reach have to be positive",
    );
}
