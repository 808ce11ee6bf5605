//! The statistical model as a document.

use photopeak_analysis::{Analysis, Direction, Results, Role, report};
use serde_json::{Value, json};

use super::common::{analysis, data, empty, full, process, varied};

fn workspace(analysis: &Analysis, results: &Results) -> (Value, String) {
    let workspace = report::workspace(analysis, results).unwrap().unwrap();
    (
        serde_json::from_str(&workspace.json).unwrap(),
        workspace.notes,
    )
}

/// The modifiers of a sample of the first channel, without `staterror`.
fn modifiers(document: &Value, sample: usize) -> Vec<Value> {
    let all = document["channels"][0]["samples"][sample]["modifiers"].as_array();
    let wanted = all.unwrap().iter().filter(|m| m["type"] != "staterror");
    wanted.cloned().collect()
}

#[test]
fn only_histograms_that_are_marked() {
    assert!(
        report::workspace(&analysis("", ""), &full())
            .unwrap()
            .is_none()
    );
}

#[test]
fn channels_samples_and_observations() {
    let (document, _) = workspace(&analysis("", "fit = true"), &full());
    assert_eq!(document["version"], "1.0.0");
    assert_eq!(
        document["observations"],
        json!([{ "name": "m", "data": [14.0, 33.0] }])
    );
    assert_eq!(
        document["measurements"],
        json!([{ "name": "test", "config": {
            "poi": "mu",
            "parameters": [{ "name": "mu", "inits": [1.0], "bounds": [[0.0, 10.0]] }],
        }}])
    );
    let samples = &document["channels"][0]["samples"];
    assert_eq!(samples[0]["name"], "zz");
    assert_eq!(samples[0]["data"], json!([10.0, 20.0]));
    assert_eq!(
        samples[0]["modifiers"][0],
        json!({ "name": "staterror_m", "type": "staterror", "data": [1.0, 2.0] })
    );
    assert_eq!(
        modifiers(&document, 2)[0],
        json!({ "name": "mu", "type": "normfactor", "data": null })
    );
}

#[test]
fn overflow_is_in_the_last_bin_as_in_the_plot() {
    let (document, _) = workspace(
        &analysis("", "fit = true\noverflow = \"last-bin\""),
        &full(),
    );
    assert_eq!(
        document["channels"][0]["samples"][0]["data"],
        json!([10.0, 23.0])
    );
    assert_eq!(document["observations"][0]["data"], json!([14.0, 37.0]));
}

#[test]
fn a_variation_is_a_factor_and_a_shape() {
    let (document, _) = workspace(&analysis("", "fit = true"), &full());
    // zz: 30 becomes 35 (11, 24) and 26 (9, 17).
    let found = modifiers(&document, 0);
    assert_eq!(found[0]["type"], "normsys");
    assert_eq!(
        found[0]["data"],
        json!({ "hi": 35.0 / 30.0, "lo": 26.0 / 30.0 })
    );
    assert_eq!(
        (&found[1]["name"], &found[1]["type"]),
        (&json!("jes"), &json!("histosys"))
    );
    let hi = found[1]["data"]["hi_data"].as_array().unwrap();
    let back: Vec<f64> = hi
        .iter()
        .map(|v| v.as_f64().unwrap() * 35.0 / 30.0)
        .collect();
    assert!(
        (back[0] - 11.0).abs() < 1e-12 && (back[1] - 24.0).abs() < 1e-12,
        "{back:?}"
    );
    // The signal changes by a tenth in all bins: no shape, and the mirror image downwards.
    let found = modifiers(&document, 2);
    assert_eq!(found.len(), 2);
    let factors = &found[1]["data"];
    let close = |v: &Value, e: f64| assert!((v.as_f64().unwrap() - e).abs() < 1e-12, "{v}");
    close(&factors["hi"], 1.1);
    close(&factors["lo"], 0.9);
}

#[test]
fn a_single_variation_beyond_double_has_its_inverse_downwards() {
    let zz = process(
        "zz",
        Role::Background,
        &[0.0, 10.0, 20.0, 0.0],
        &[0.0, 1.0, 1.0, 0.0],
    );
    let zz = varied(zz, "scale", Direction::Up, &[0.0, 40.0, 80.0, 0.0]);
    let mut results = empty();
    results.processes = vec![zz];
    let (document, notes) = workspace(&analysis("", "fit = true"), &results);
    assert_eq!(
        modifiers(&document, 0),
        [json!({ "name": "scale", "type": "normsys", "data": { "hi": 4.0, "lo": 0.25 } })]
    );
    assert!(
        notes.contains(
            "- m, zz, scale: the yield changes by a factor 4.000; downwards its inverse is taken\n"
        ),
        "{notes}"
    );
}

#[test]
fn bins_that_cannot_be_fitted_are_changed_and_named() {
    let variances = [0.0, 1.0, 1.0, 0.0];
    let zz = process("zz", Role::Background, &[0.0, -0.5, 20.0, 0.0], &variances);
    let zee = process("zee", Role::Background, &[0.0, 0.0, -1.0, 0.0], &variances);
    let mut results = empty();
    results.processes = vec![zz, zee];
    let (document, notes) = workspace(&analysis("", "fit = true"), &results);
    let samples = &document["channels"][0]["samples"];
    assert_eq!(samples[0]["data"], json!([1e-6, 20.0]));
    assert_eq!(samples[1]["data"], json!([0.0, 0.0]));
    // The errors of the raised bin are no larger than it, the others stay.
    assert_eq!(samples[0]["modifiers"][0]["data"], json!([1e-6, 1.0]));
    assert_eq!(samples[1]["modifiers"][0]["data"], json!([0.0, 1.0]));
    assert_eq!(
        notes,
        "\
# Test: the model in workspace.json

Schema 1.0.0 of pyhf. Expected numbers of events for 1 fb⁻¹.

| channel | bins | observed | expected |
|:--|--:|--:|--:|
| m | 2 | 20.0 | 20.0 |

Samples: zz, zee.

Parameters:

- none of interest: no process is a signal
- staterror_m: statistics of the simulation, one a bin

Remarks:

- there are no data: the observations are the sums of what is expected, signal included (Asimov data)
- m, zz: negative in bin 1 (-5.000e-1); set to 0
- m, zee: negative in bin 2 (-1.000e0); set to 0
- m: no background is expected in bin 1; raised to 1e-6 events. An event seen there would count as signal: wider bins are the better answer
"
    );
}

#[test]
fn the_luminosity_of_the_release() {
    let mut results = full();
    results.luminosity_uncertainty = Some(0.02);
    let (document, notes) = workspace(&analysis("", "fit = true"), &results);
    for sample in 0..3 {
        assert_eq!(
            modifiers(&document, sample).last().unwrap(),
            &json!({ "name": "lumi", "type": "lumi", "data": null })
        );
    }
    assert_eq!(
        document["measurements"][0]["config"]["parameters"][1],
        json!({ "name": "lumi", "inits": [1.0], "bounds": [[0.9, 1.1]], "auxdata": [1.0], "sigmas": [0.02] })
    );
    assert!(
        notes.contains("- lumi: the luminosity, to 2 %\n"),
        "{notes}"
    );
}

#[test]
fn a_small_signal_has_room_for_its_strength() {
    let bkg = [0.0, 1e4, 1e4, 0.0];
    let sig = [0.0, 1.0, 1.0, 0.0];
    let mut results = empty();
    results.processes = vec![
        data(&bkg),
        process("zz", Role::Background, &bkg, &bkg),
        process("higgs", Role::Signal, &sig, &sig),
    ];
    let (document, _) = workspace(&analysis("", "fit = true"), &results);
    let bounds = &document["measurements"][0]["config"]["parameters"][0]["bounds"];
    // One standard deviation is 71; the next power of ten after ten of them.
    assert_eq!(*bounds, json!([[0.0, 1000.0]]));
}

#[test]
fn numbers_that_are_none_are_an_error() {
    let mut results = full();
    results.processes[1] = process(
        "zz",
        Role::Background,
        &[0.0, f64::INFINITY, 1.0, 0.0],
        &[0.0; 4],
    );
    let error = report::workspace(&analysis("", "fit = true"), &results).unwrap_err();
    assert_eq!(
        error.to_string(),
        "histogram m: it holds numbers that are not finite, which cannot be fitted; look for a weight or a \
         variation that overflows"
    );
}

#[test]
fn names_that_the_fit_has_taken() {
    let text = "title = \"\"\nrelease = \"atlas-2016-8tev\"\n[[process]]\nname = \"zz\"\nsamples = [105986]\n\
                [[systematic]]\nname = \"mu\"\nup.scale = 2.0\n\
                [[histogram]]\nname = \"m\"\nfit = true\nx = { expr = \"lep_n\", bins = [1, 0, 9] }";
    assert_eq!(
        Analysis::parse("test", text).unwrap_err().to_string(),
        "analysis test: no systematic uncertainty can be called \"mu\" where histograms are fitted: a parameter \
         of the fit has this name"
    );
}
