//! Simulated records: what follows from the description, and what an analysis finds on them.

use std::collections::HashMap;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int16Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use photopeak_pulse::presum;
use photopeak_pulse::processors::current_max::current_max;
use photopeak_pulse::processors::double_pole_zero::{DoublePoleZero, double_pole_zero};
use photopeak_pulse::processors::late_charge::{LateCharge, late_charge};
use photopeak_pulse::processors::trap_fixed::trap_fixed;
use photopeak_pulse::simulate::{Release, Simulated, Simulation, Simulator};

const MAJORANA: &str = include_str!("../../../../catalog/simulations/majorana.toml");

/// The catalogue's description with some values replaced: paths with dots, values as TOML.
fn described(changes: &[(&str, &str)]) -> Simulation {
    let mut table: toml::Table = MAJORANA.parse().unwrap();
    for (path, value) in changes {
        let mut keys: Vec<&str> = path.split('.').collect();
        let last = keys.pop().unwrap();
        let mut inner = &mut table;
        for key in keys {
            inner = inner[key].as_table_mut().unwrap();
        }
        let value: toml::Table = format!("value = {value}").parse().unwrap();
        inner.insert(last.to_owned(), value["value"].clone());
    }
    Simulation::parse("changed", &table.to_string()).unwrap()
}

/// One detector without noise and without anything that changes a pulse's height, and these lines.
fn quiet(lines: &str) -> Simulation {
    described(&[
        (
            "detectors",
            "{ 132 = { baseline_adc = 97, tau_us = 72.5, fast_fraction = 0.0085, noise_adc = 0, kev_per_adc = 0.4 } }",
        ),
        ("release.detectors", "1"),
        ("charge.fano", "0"),
        ("charge.collection_sigma", "0"),
        ("charge.trapping_us", "{ mean = 1e12, sigma = 0 }"),
        ("electronics.earlier_pulse.rate_per_s", "0"),
        (
            "runs",
            "{ gain_sigma = 0, baseline_sigma_adc = 0, noise_sigma = 0 }",
        ),
        ("spectrum.lines", lines),
        (
            "spectrum.continuum",
            "{ from_kev = [1, 2], counts = [0, 0], to_kev = 3 }",
        ),
    ])
}

fn prepare(simulation: &Simulation, detectors: usize, runs: u32) -> Simulator {
    let release = Release {
        detectors,
        runs,
        ..simulation.release
    };
    simulation.prepare(5, release).unwrap()
}

fn record(records: &RecordBatch, row: usize) -> Vec<i32> {
    let waveforms = records["raw_waveform"].as_fixed_size_list().value(row);
    let samples = waveforms.as_primitive::<Int16Type>().values();
    samples.iter().map(|sample| i32::from(*sample)).collect()
}

fn whole(batch: &RecordBatch, column: &str) -> Vec<i64> {
    batch[column].as_primitive::<Int64Type>().values().to_vec()
}

fn real(batch: &RecordBatch, column: &str) -> Vec<f64> {
    batch[column]
        .as_primitive::<Float64Type>()
        .values()
        .to_vec()
}

fn kinds(truth: &RecordBatch) -> Vec<String> {
    let kinds = truth["kind"].as_string::<i32>();
    kinds.iter().map(|kind| kind.unwrap().to_owned()).collect()
}

/// What the analysis measures of a record of [`quiet`]'s detector.
struct Measured {
    /// Height in ADC.
    energy: f64,
    /// Greatest current of 8 samples over energy.
    a_over_e: f64,
    /// Rise of the corrected tail, ADC in 1,000 samples.
    slope: f64,
    /// Delay of the charge after 80 %, in per cent of a sample.
    late: f64,
}

fn measured(record: &[i32], start: f64) -> Measured {
    let samples: Vec<f64> = record.iter().map(|sample| f64::from(*sample)).collect();
    let baseline = samples[..800].iter().sum::<f64>() / 800.0;
    let constants = DoublePoleZero {
        tau: 7250.0,
        tau2: 210.0,
        frac2: 0.0085,
    };
    let mut pz = vec![0.0; samples.len()];
    double_pole_zero(&samples, constants, baseline, &mut pz);
    let start = start.round();
    let (rise, flat) = (501, 250);
    let energy = trap_fixed(pz.as_slice(), start - 511.0, rise, flat) / rise as f64;
    let current = current_max(pz.as_slice(), 8, start - 20.0, start + 300.0);
    let t95 = (0..1300).rev().find(|i| pz[*i] < 0.95 * energy).unwrap() as f64;
    let late = LateCharge {
        fraction: 0.8,
        length: 100,
        gap: 100,
    };
    let [late, _] = late_charge(pz.as_slice(), energy, 0.0, t95, late);
    Measured {
        energy,
        a_over_e: current.value / energy,
        slope: trap_fixed(pz.as_slice(), t95 + 50.0, 160, 800) / 160.0 / 0.96,
        late: 100.0 * late / energy,
    }
}

fn all_measured(made: &Simulated) -> Vec<Measured> {
    let starts = real(&made.truth, "start");
    let rows = starts.iter().enumerate();
    rows.map(|(row, start)| measured(&record(&made.records, row), *start))
        .collect()
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.collect();
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn an_event_is_the_same_whatever_is_made_with_it_and_on_however_many_threads() {
    let simulation = described(&[]);
    let simulator = prepare(&simulation, 3, 2);
    let whole = simulator.events(0..60).unwrap();
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let again = pool.install(|| prepare(&simulation, 3, 2));
        let parts: Vec<Simulated> = pool.install(|| {
            use rayon::prelude::*;
            let starts = (0..60u64).step_by(7).collect::<Vec<_>>().into_par_iter();
            starts
                .map(|start| again.events(start..(start + 7).min(60)).unwrap())
                .collect()
        });
        let mut row = 0;
        for part in parts {
            let rows = part.records.num_rows();
            assert_eq!(part.records, whole.records.slice(row, rows));
            assert_eq!(part.truth, whole.truth.slice(row, rows));
            row += rows;
        }
        assert_eq!(row, 60);
    }
    let other = simulation.prepare(6, simulator.release()).unwrap();
    assert_ne!(other.events(0..1).unwrap().truth, whole.truth.slice(0, 1));
}

#[test]
fn height_is_proportional_to_energy() {
    let lines = "[{ kev = 300, counts = 1, several = 0.5, origin = '' },
        { kev = 3000, counts = 1, several = 0.5, origin = '' }]";
    let made = prepare(&quiet(lines), 1, 1).events(0..300).unwrap();
    let energies = real(&made.truth, "energy_deposited");
    // The correction takes the decay to be linear in a sample, and the fast component to be small.
    let scale = (1.0 + 0.0085 * 210.0 / 7250.0 + 0.5 / 7250.0) / 0.4;
    for (measured, kev) in all_measured(&made).iter().zip(energies) {
        let expected = kev * scale;
        let allowed = 0.1 + 1.5e-4 * expected;
        assert!(
            (measured.energy - expected).abs() < allowed,
            "{} {expected}",
            measured.energy
        );
    }
}

#[test]
fn the_tail_decays_with_the_detectors_constant() {
    let lines = "[{ kev = 2614.5, counts = 1, several = 0, origin = '' }]";
    let made = prepare(&quiet(lines), 1, 1).events(0..50).unwrap();
    for row in 0..50 {
        let record = record(&made.records, row);
        // The fast component is gone 10 tau2 after the pulse.
        let level = |from: usize| mean((from..from + 100).map(|i| f64::from(record[i]) - 97.0));
        let tau = 500.0 / (level(3200) / level(3700)).ln();
        assert!((tau - 7250.0).abs() < 10.0, "{tau}");
    }
}

#[test]
fn single_sites_have_one_a_over_e_and_several_sites_less() {
    let of = |several: &str| {
        let lines = format!("[{{ kev = 2000, counts = 1, several = {several}, origin = '' }}]");
        let made = prepare(&quiet(&lines), 1, 1).events(0..400).unwrap();
        let mut ratios: Vec<f64> = all_measured(&made).iter().map(|m| m.a_over_e).collect();
        ratios.sort_by(f64::total_cmp);
        ratios
    };
    let (single, several) = (of("0"), of("1"));
    let (low, middle, high) = (single[20], single[200], single[360]);
    // Within some per cent, but near the contact.
    assert!((high - low) / middle < 0.1, "{low} {middle} {high}");
    let kept = several.iter().filter(|ratio| **ratio > low).count();
    assert!(kept < 80, "{kept} of 400 with several sites");
}

#[test]
fn late_charge_of_surface_and_transition_events() {
    let of = |surface: &str, transition: &str| {
        let continuum = "{ from_kev = [1500, 2000], counts = [1, 0], to_kev = 2100 }";
        let changes = [
            (
                "detectors",
                "{ 132 = { baseline_adc = 97, tau_us = 72.5, fast_fraction = 0.0085, noise_adc = 0, kev_per_adc = 0.4 } }",
            ),
            ("release.detectors", "1"),
            ("spectrum.lines", "[]"),
            ("spectrum.continuum", continuum),
            ("events.surface", surface),
            ("events.transition", transition),
            ("events.multi_site", "[0, 0, 0, 0, 0, 0, 0, 0, 0, 0]"),
            ("electronics.earlier_pulse.rate_per_s", "0"),
        ];
        let made = prepare(&described(&changes), 1, 1).events(0..200).unwrap();
        let delayed = real(&made.truth, "delayed_fraction");
        (all_measured(&made), delayed, kinds(&made.truth))
    };
    let (plain, _, kinds) = of("0", "0");
    assert!(kinds.iter().all(|kind| kind == "single_site"));
    let (surface, delayed, kinds) = of("1", "0");
    assert!(kinds.iter().all(|kind| kind == "surface"));
    let (transition, _, kinds) = of("0", "1");
    assert!(kinds.iter().all(|kind| kind == "transition"));
    assert!(plain.iter().all(|m| m.slope.abs() < 3.0));
    for (m, delayed) in surface.iter().zip(delayed) {
        // What comes of the delayed charge between the two windows, 1.5 and 11.1 us after.
        let expected = delayed * m.energy * ((-0.06f64).exp() - (-0.444f64).exp());
        assert!(
            (m.slope / expected - 1.0).abs() < 0.25 || (m.slope - expected).abs() < 4.0,
            "{} {expected}",
            m.slope
        );
    }
    let late = |of: &[Measured]| mean(of.iter().map(|m| m.late));
    assert!(
        late(&transition) > 3.0 * late(&plain),
        "{} {}",
        late(&transition),
        late(&plain)
    );
}

#[test]
fn the_release_as_described() {
    let simulation = described(&[]);
    let simulator = prepare(&simulation, 4, 3);
    let made = simulator.events(0..4000).unwrap();
    let (records, truth) = (&made.records, &made.truth);
    assert_eq!(records.schema().metadata()["simulated"], "true");
    assert_eq!(truth.schema().metadata()["simulated"], "true");
    for column in ["id", "detector", "run_number"] {
        assert_eq!(whole(records, column), whole(truth, column), "{column}");
    }
    assert_eq!(whole(records, "id"), (0..4000).collect::<Vec<_>>());
    let detectors = whole(records, "detector");
    let mut counts: HashMap<i64, usize> = HashMap::new();
    for detector in &detectors {
        *counts.entry(*detector).or_default() += 1;
    }
    assert_eq!(counts.len(), 4);
    assert!(
        counts.values().all(|count| (850..1150).contains(count)),
        "{counts:?}"
    );
    // Every record is one of single samples and sums.
    for row in 0..4000 {
        let native = presum::contract(&record(records, row), 1424, 4);
        assert_eq!(native.map(|native| native.len()), Some(1424 + 594));
    }
    // The start is found, where there is a pulse to be found: later where charge starts slowly.
    let (starts, energies) = (real(truth, "start"), real(truth, "energy_collected"));
    let found = whole(records, "tp0");
    let seen = (0..4000).filter(|row| energies[*row] > 200.0);
    let off: Vec<f64> = seen.map(|row| found[row] as f64 - starts[row]).collect();
    let near = off
        .iter()
        .filter(|off| (-10.0..150.0).contains(*off))
        .count();
    assert!(
        near as f64 > 0.98 * off.len() as f64,
        "{near} of {}",
        off.len()
    );
    // Sites are those of the kind.
    let sites = truth["site_energy"].as_list::<i32>();
    for (row, kind) in kinds(truth).iter().enumerate() {
        let count = sites.value_length(row) as usize;
        assert!(
            if kind == "multi_site" {
                (1..=5).contains(&count)
            } else {
                count == 1
            },
            "{kind}: {count}"
        );
        assert_eq!(kind == "transition", truth["depth"].is_valid(row));
    }
    let share =
        |of: &dyn Fn(usize) -> bool| (0..4000).filter(|row| of(*row)).count() as f64 / 4000.0;
    let line = |row: usize| truth["line"].is_valid(row);
    let kind = kinds(truth);
    let continuum = share(&|row| !line(row));
    for (name, expected) in [("surface", 0.012), ("transition", 0.012)] {
        let found = share(&|row| kind[row] == name) / continuum;
        assert!(
            (found - expected).abs() < 5.0 * (expected / 3000.0f64).sqrt(),
            "{name}: {found}"
        );
    }
    let lines = 1.0 - 49_208.0 / (49_208.0 + 15_777.0);
    assert!((share(&line) - lines).abs() < 0.035, "{}", share(&line));
    let mean = mean(energies.iter().copied());
    // Of the release: 633 keV.
    assert!((560.0..700.0).contains(&mean), "{mean}");
}

#[test]
fn baselines_have_the_noise_of_the_detector() {
    let simulation = described(&[
        (
            "runs",
            "{ gain_sigma = 0, baseline_sigma_adc = 0, noise_sigma = 0 }",
        ),
        ("electronics.earlier_pulse.rate_per_s", "0"),
    ]);
    let made = prepare(&simulation, 1, 1).events(0..300).unwrap();
    // Detector 112: 117 ADC, 3.10 ADC; rounding adds a twelfth.
    let samples: Vec<f64> = (0..300)
        .flat_map(|row| record(&made.records, row).into_iter().take(800))
        .map(f64::from)
        .collect();
    let level = mean(samples.iter().copied());
    let rms = mean(samples.iter().map(|sample| (sample - level).powi(2))).sqrt();
    assert!((level - 117.0).abs() < 0.1, "{level}");
    assert!(
        (rms - (3.10f64 * 3.10 + 1.0 / 12.0).sqrt()).abs() < 0.03,
        "{rms}"
    );
}

#[test]
fn descriptions_that_cannot_be() {
    let fails = |from: &str, to: &str, message: &str| {
        assert!(MAJORANA.contains(from), "{from}");
        let error = Simulation::parse("x.toml", &MAJORANA.replacen(from, to, 1)).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
    };
    fails("grid_mm", "grid_m", "unknown field `grid_m`");
    fails(
        "bias_v = 3600",
        "bias_v = -3600",
        "detector.bias_v is -3600, and has to be positive",
    );
    fails(
        "samples = 3800",
        "samples = 3801",
        "record: 3801 samples are not 1424 and sums of 4",
    );
    fails(
        "counts = 6900",
        "counts = nan",
        "counts of 238.632 is NaN, and must not be negative",
    );
    fails(
        "112 = {",
        "A12 = {",
        "detectors.A12: a detector is named by a whole number",
    );
    fails(
        "power = [\n    1,",
        "power = [",
        "noise.frequency_mhz has 25 numbers, power has 24",
    );
    let low = described(&[("detector.bias_v", "300")]);
    let error = low
        .prepare(
            0,
            Release {
                detectors: 1,
                ..low.release
            },
        )
        .err()
        .unwrap();
    assert!(
        error.to_string().contains("detector 112 is not depleted"),
        "{error}"
    );
    let error = described(&[])
        .prepare(
            0,
            Release {
                detectors: 99,
                ..low.release
            },
        )
        .err()
        .unwrap();
    assert!(
        error
            .to_string()
            .contains("99 detectors and 50 runs: it has from 1 to 41"),
        "{error}"
    );
}
