//! Data and simulated samples, each normalised, added up to processes.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch};
use photopeak_analysis::{Analysis, FileOrigin, ProcessResult, Results, Role, Run, catalogue};
use photopeak_formats::{Dataset, MemoryTable};

use super::common::{described, python, testdata};

pub(crate) const EIGHT_TEV: &str = r##"
title = "Leptons at 8 TeV"
release = "atlas-2016-8tev"
weight = """generator_weight * scaleFactor_PILEUP * scaleFactor_ZVERTEX * scaleFactor_ELE
    * scaleFactor_MUON * scaleFactor_TRIGGER"""

[[process]]
name = "Zee"
title = 'Z \to ee'
samples = [147770]

[[process]]
name = "ZZ"
samples = [105986, 105987]
signal = true
scale = 1.3
color = "#f89c20"

[[cut]]
name = "trigger"
expr = "trigE || trigM"

[[cut]]
name = "hard"
expr = "lep_n >= 2 && lep_pt[0] > 40*GeV && met_et < 1e6*mv1_70*GeV"

[[histogram]]
name = "lead"
x = { expr = "lep_pt[0]", bins = [10, 0, 200], unit = "GeV" }

[[histogram]]
name = "all"
after = "all"
x = { expr = "lep_n", bins = [6, -0.5, 5.5] }
"##;

fn eight_tev() -> Dataset {
    let mut data = Dataset::open(&[testdata("atlas-8tev-4lep")]).unwrap();
    catalogue::schema("atlas-2016-8tev")
        .unwrap()
        .annotate(&mut data);
    data
}

pub(crate) fn run(analysis: &Analysis) -> Results {
    let analyses = std::slice::from_ref(analysis);
    let results = Run::new(analyses, &eight_tev()).run().unwrap();
    results.into_iter().next().unwrap()
}

pub(crate) fn process<'a>(results: &'a Results, name: &str) -> &'a ProcessResult {
    results.processes.iter().find(|p| p.name == name).unwrap()
}

#[test]
fn processes_in_their_order_with_data_first() {
    let results = run(&described(EIGHT_TEV));
    let what = |p: &ProcessResult| (p.name.clone(), p.title.clone(), p.role);
    assert_eq!(
        results.processes.iter().map(what).collect::<Vec<_>>(),
        [
            ("data".to_owned(), "Data".to_owned(), Role::Data),
            ("Zee".to_owned(), r"Z \to ee".to_owned(), Role::Background),
            ("ZZ".to_owned(), "ZZ".to_owned(), Role::Signal),
        ]
    );
    assert_eq!(results.luminosity_pb, Some(1000.0));
    assert_eq!(
        results.notes,
        ["process ZZ is not complete: no file of its samples 105987 WZ"]
    );
    let data = results.data().unwrap();
    assert!(!data.nominal.cutflow.weighted);
    let files = |p: &ProcessResult| -> Vec<String> {
        let files = p.nominal.cutflow.files.iter();
        files.map(|file| file.file.clone()).collect()
    };
    assert_eq!(files(data), ["skim.DataEgamma.root", "skim.DataMuons.root"]);
    assert_eq!(files(process(&results, "ZZ")), ["skim.mc_105986.ZZ.root"]);
}

/// The same numbers by uproot and NumPy: step by step sum of weights and of their squares, the
/// number of events, and the contents of the first histogram with its flow.
const INDEPENDENT: &str = r#"
import json, sys, numpy, uproot
folder = sys.argv[1]
samples = {
    "data": ["skim.DataEgamma", "skim.DataMuons"],
    "Zee": ["skim.mc_147770.Zee"],
    "ZZ": ["skim.mc_105986.ZZ"],
}
scale = {"Zee": float(sys.argv[2]), "ZZ": float(sys.argv[3]), "data": 1.0}
out = {}
for process, files in samples.items():
    sums = numpy.zeros((3, 3)); contents = numpy.zeros(12); variances = numpy.zeros(12)
    for name in files:
        tree = uproot.open(f"{folder}/{name}.root")["mini"]
        get = lambda column: tree[column].array(library="np")
        w = numpy.ones(tree.num_entries)
        if process != "data":
            for column in ("mcWeight", "scaleFactor_PILEUP", "scaleFactor_ZVERTEX", "scaleFactor_ELE",
                           "scaleFactor_MUON", "scaleFactor_TRIGGER"):
                w = w * get(column).astype(float)
        w = w * scale[process]
        lead = numpy.array([pt[0] if len(pt) else -1.0 for pt in get("lep_pt")], dtype=float)
        keep = numpy.ones(len(w), dtype=bool)
        trigger = get("trigE") | get("trigM")
        hard = (get("lep_n") >= 2) & (lead > 40000)
        for step, cut in enumerate([keep, trigger, hard]):
            keep = keep & cut
            sums[step] += [keep.sum(), w[keep].sum(), (w[keep] ** 2).sum()]
        edges = [-numpy.inf, *numpy.linspace(0, 200, 11), numpy.inf]
        contents += numpy.histogram(lead[keep] / 1000, edges, weights=w[keep])[0]
        variances += numpy.histogram(lead[keep] / 1000, edges, weights=w[keep] ** 2)[0]
    out[process] = [sums.tolist(), contents.tolist(), variances.tolist()]
print(json.dumps(out))
"#;

#[test]
fn numpy_gives_the_same_yields() {
    let results = run(&described(EIGHT_TEV));
    let release = catalogue::release("atlas-2016-8tev").unwrap();
    let scale = |dsid: u32| release.sample(dsid, None).unwrap().scale(1000.0).unwrap();
    // The release's own numbers: σ·L / (Σw·ε).
    let by_hand = 1000.0 * 1.5376 / (243_674.74 * 0.95088);
    assert!((scale(105_986) / by_hand - 1.0).abs() < 1e-15);
    let arguments = [
        testdata("atlas-8tev-4lep"),
        scale(147_770).to_string(),
        (1.3 * scale(105_986)).to_string(),
    ];
    let arguments = arguments.each_ref().map(String::as_str);
    let Some(printed) = python("uproot", INDEPENDENT, &arguments) else {
        return;
    };
    let expected: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let near = |what: &str, found: f64, expected: &serde_json::Value| {
        let expected = expected.as_f64().unwrap();
        let tolerance = 1e-12 * expected.abs().max(1e-9);
        assert!(
            (found - expected).abs() <= tolerance,
            "{what}: {found} here, {expected} by NumPy"
        );
    };
    for process in &results.processes {
        let name = &process.name;
        let [sums, contents, variances] = [0, 1, 2].map(|i| &expected[name][i]);
        for (i, step) in process.nominal.cutflow.steps.iter().enumerate() {
            let what = format!("{name}, {}", step.name);
            near(&what, step.events as f64, &sums[i][0]);
            near(&what, step.sum_weights, &sums[i][1]);
            near(&what, step.sum_weights_squared, &sums[i][2]);
        }
        assert!(process.nominal.cutflow.steps[2].events > 0, "{name}");
        let (_, histogram) = &process.nominal.histograms[0];
        let squares = histogram.variances(true).unwrap();
        for (i, value) in histogram.values(true).into_iter().enumerate() {
            near(&format!("{name}, bin {i}"), value, &contents[i]);
            near(
                &format!("{name}, error of bin {i}"),
                squares[i],
                &variances[i],
            );
        }
    }
}

#[test]
fn the_luminosity_can_be_another() {
    let analyses = [described(EIGHT_TEV)];
    let data = eight_tev();
    let published = Run::new(&analyses, &data).run().unwrap();
    let doubled = Run {
        luminosity_pb: Some(2000.0),
        ..Run::new(&analyses, &data)
    };
    let doubled = doubled.run().unwrap();
    assert_eq!(doubled[0].luminosity_pb, Some(2000.0));
    for (one, two) in published[0].processes.iter().zip(&doubled[0].processes) {
        let factor = if one.role == Role::Data { 1.0 } else { 2.0 };
        for (one, two) in (one.nominal.cutflow.steps.iter()).zip(&two.nominal.cutflow.steps) {
            assert_eq!(factor * one.sum_weights, two.sum_weights);
            assert_eq!(
                factor * factor * one.sum_weights_squared,
                two.sum_weights_squared
            );
        }
    }
}

#[test]
fn a_file_that_does_not_tell_is_named_by_the_user() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    let from = |name: &str| testdata(&format!("atlas-8tev-4lep/{name}"));
    // The columns tell; and the user has the last word.
    std::fs::copy(from("skim.mc_105986.ZZ.root"), place("a.root")).unwrap();
    std::fs::copy(from("skim.DataMuons.root"), place("b.root")).unwrap();
    let open = || {
        let mut data = Dataset::open(&[folder.path().to_str().unwrap()]).unwrap();
        catalogue::schema("atlas-2016-8tev")
            .unwrap()
            .annotate(&mut data);
        data
    };
    let analyses = [described(EIGHT_TEV)];
    let data = open();
    let roles = |results: &[Results]| -> Vec<String> {
        let processes = results[0].processes.iter();
        processes.map(|p| p.name.clone()).collect()
    };
    assert_eq!(
        roles(&Run::new(&analyses, &data).run().unwrap()),
        ["data", "ZZ"]
    );
    let said = [FileOrigin {
        path: place("a.root"),
        origin: "147770".to_owned(),
    }];
    let run = Run {
        origins: &said,
        ..Run::new(&analyses, &data)
    };
    assert_eq!(roles(&run.run().unwrap()), ["data", "Zee"]);
    // Known, but no part of this analysis.
    let said = [FileOrigin {
        path: place("a.root"),
        origin: "105985".to_owned(),
    }];
    let run = Run {
        origins: &said,
        ..Run::new(&analyses, &data)
    };
    let results = run.run().unwrap();
    assert_eq!(roles(&results), ["data"]);
    assert_eq!(
        results[0].notes,
        [
            "1 file of samples in none of its processes left out: 105985 WW",
            "process Zee left out: no file of its samples 147770 Zee",
            "process ZZ left out: no file of its samples 105986 ZZ, 105987 WZ",
        ]
    );
    // Unknown.
    let said = [FileOrigin {
        path: place("a.root"),
        origin: "1".to_owned(),
    }];
    let run = Run {
        origins: &said,
        ..Run::new(&analyses, &data)
    };
    let message = run.run().unwrap_err().to_string();
    assert!(message.contains("has no sample 1"), "{message}");
}

#[test]
fn only_the_sign_counts_where_the_release_says_so() {
    let text = "title = \"\"\nrelease = \"atlas-2020-13tev\"\n\
        [[process]]\nname = \"top\"\nsamples = [410011]\n\
        [[process]]\nname = \"Z\"\nsamples = [361106]\n\
        [[histogram]]\nname = \"w\"\nx = { expr = \"generator_weight\", edges = [-10, 0, 10] }";
    let analyses = [described(text)];
    let release = catalogue::release("atlas-2020-13tev").unwrap();
    let weights = [2.5, -3.0, 0.5, -0.25, 7.0];
    let column = Arc::new(Float64Array::from(weights.to_vec())) as ArrayRef;
    let batch = RecordBatch::try_from_iter([("mcWeight", column)]).unwrap();
    let files = ["top", "z", "recorded"];
    let tables = files.map(|file| (file.into(), Box::new(MemoryTable::new(batch.clone())) as _));
    let data = Dataset::new(tables.into()).unwrap();
    let origins = ["410011.2lep", "361106.2lep", "data"];
    let said = files.iter().zip(origins).map(|(file, origin)| FileOrigin {
        path: file.into(),
        origin: origin.to_owned(),
    });
    let said: Vec<FileOrigin> = said.collect();
    let run = Run {
        origins: &said,
        luminosity_pb: Some(3.0),
        ..Run::new(&analyses, &data)
    };
    let results = run.run().unwrap().remove(0);
    for (name, origin, [negative, positive], squares) in [
        ("data", None, [0.0, 5.0], 5.0),
        ("top", Some(origins[0]), [-2.0, 3.0], 5.0),
        ("Z", Some(origins[1]), [-3.25, 10.0], 64.5625),
    ] {
        let scale = origin.map_or(1.0, |origin| {
            release.named_sample(origin).unwrap().scale(3.0).unwrap()
        });
        let outcome = &process(&results, name).nominal;
        let step = &outcome.cutflow.steps[0];
        assert_eq!(step.sum_weights, (negative + positive) * scale, "{name}");
        assert_eq!(
            step.sum_weights_squared,
            squares * (scale * scale),
            "{name}"
        );
        let bins = outcome.histograms[0].1.values(false);
        assert_eq!(bins, [negative * scale, positive * scale], "{name}");
    }
}

#[test]
fn files_may_carry_their_own_normalisation() {
    let text = "title = \"\"\nrelease = \"atlas-2025-13tev\"\nweight = \"generator_weight * 2\"\n\
        [[process]]\nname = \"Z\"\nsamples = [301204, 301209]\nscale = 10.0\n";
    let analyses = [described(text)];
    let release = catalogue::release("atlas-2025-13tev").unwrap();
    let column = |values: [f64; 2]| Arc::new(Float64Array::from(values.to_vec())) as ArrayRef;
    // Both samples of the process: generator weights, and what is the same for all events.
    let batch = |weights: [f64; 2], [xsec, kfac, filteff, sum]: [f64; 4]| {
        let columns = [
            ("mcWeight", column(weights)),
            ("xsec", column([xsec; 2])),
            ("kfac", column([kfac; 2])),
            ("filteff", column([filteff; 2])),
            ("sum_of_weights", column([sum; 2])),
        ];
        RecordBatch::try_from_iter(columns).unwrap()
    };
    let (one, two) = ([1.5, -0.25], [3.0, 4.0]);
    // Data lack those columns.
    let plain = RecordBatch::try_from_iter([("runNumber", column([1.0, 2.0]))]).unwrap();
    let tables = [
        ("301204", batch(one, [2.0, 1.5, 0.5, 8.0])),
        ("301209", batch(two, [16.0, 1.0, 1.0, 2.0])),
        ("data", plain),
    ];
    let said = tables.clone().map(|(origin, _)| FileOrigin {
        path: origin.into(),
        origin: origin.to_owned(),
    });
    let tables = tables.map(|(name, batch)| (name.into(), Box::new(MemoryTable::new(batch)) as _));
    let data = Dataset::new(tables.into()).unwrap();
    let run = Run {
        origins: &said,
        ..Run::new(&analyses, &data)
    };
    let results = run.run().unwrap().remove(0);
    // σ·k·ε/Σw is 1.5/8 and 8; then the weight, the scale and the luminosity.
    let factor = 2.0 * 10.0 * release.luminosity_pb;
    let sum = factor * (0.1875 * (1.5 - 0.25) + 8.0 * (3.0 + 4.0));
    let step = &process(&results, "Z").nominal.cutflow.steps[0];
    assert!((step.sum_weights / sum - 1.0).abs() < 1e-14);
    assert_eq!(results.data().unwrap().nominal.cutflow.steps[0].events, 2);
    let uncertainty = results.luminosity_uncertainty.unwrap();
    assert!((uncertainty - 0.34 / 36.6).abs() < 1e-15);
}

#[test]
fn weights_without_the_generator_weight_are_refused() {
    let wrong = EIGHT_TEV.replace("generator_weight * ", "");
    let analyses = [described(&wrong)];
    let message = Run::new(&analyses, &eight_tev()).run().unwrap_err();
    assert!(
        message.to_string().starts_with(
            "weight, for simulated events: simulated events are normalised by the sum of `generator_weight`, which is \
             not in this weight\n"
        ),
        "{message}"
    );
    // The same column by its own name is the same thing.
    let column = EIGHT_TEV.replace("generator_weight * ", "mcWeight * ");
    let (named, column) = (run(&described(EIGHT_TEV)), run(&described(&column)));
    for (one, other) in named.processes.iter().zip(&column.processes) {
        assert_eq!(one.nominal.cutflow.steps, other.nominal.cutflow.steps);
    }
}
