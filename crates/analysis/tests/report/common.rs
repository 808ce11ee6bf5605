//! Results made of numbers.

use photopeak_analysis::{
    Analysis, Cutflow, Direction, FileFlow, Outcome, ProcessResult, Results, Role, Step,
    VariedOutcome,
};
use photopeak_hist::{Axis, Histogram, Storage, Tallies};
use photopeak_peers::Python;

/// An analysis with the cut `mass` and a histogram `m` in GeV, and more keys for both.
pub(crate) fn analysis(top: &str, histogram: &str) -> Analysis {
    let text = format!(
        "title = \"Test\"\nrelease = \"atlas-2016-8tev\"\n{top}\n\
         [label]\nexperiment = \"ATLAS Open Data\"\n\
         [[process]]\nname = \"zz\"\nsamples = [105986]\n\
         [[process]]\nname = \"zee\"\nsamples = [147770]\n\
         [[process]]\nname = \"higgs\"\nsamples = [160155]\nsignal = true\n\
         [[cut]]\nname = \"mass\"\ntitle = \"m > 80 GeV\"\nexpr = \"true\"\n\
         [[histogram]]\nname = \"m\"\ntitle = \"Mass\"\n\
         x = {{ expr = \"lep_n\", bins = [2, 80, 100], unit = \"GeV\", label = \"m\" }}\n{histogram}\n"
    );
    Analysis::parse("test.toml", &text).unwrap()
}

/// Nothing yet, normalised to 1 fb⁻¹.
pub(crate) fn empty() -> Results {
    Results {
        processes: Vec::new(),
        luminosity_pb: Some(1000.0),
        luminosity_uncertainty: None,
        notes: Vec::new(),
    }
}

/// One process; its histogram `m` has these sums of weights and of squared weights, from the
/// underflow to the overflow.
pub(crate) fn process(name: &str, role: Role, values: &[f64], variances: &[f64]) -> ProcessResult {
    ProcessResult {
        name: name.to_owned(),
        title: match name {
            "data" => "Data".to_owned(),
            "zz" => "ZZ".to_owned(),
            "zee" => r"Z \to ee".to_owned(),
            other => other.to_owned(),
        },
        role,
        color: None,
        nominal: outcome(values, variances),
        varied: Vec::new(),
    }
}

/// Recorded events.
pub(crate) fn data(values: &[f64]) -> ProcessResult {
    process("data", Role::Data, values, values)
}

/// What the process gives under a variation: sums of weights, from underflow to overflow.
pub(crate) fn varied(
    mut process: ProcessResult,
    systematic: &str,
    direction: Direction,
    values: &[f64],
) -> ProcessResult {
    process.varied.push(VariedOutcome {
        systematic: systematic.to_owned(),
        direction,
        outcome: outcome(values, values),
    });
    process
}

/// A cutflow of all events (twice those that are left) and the cut `mass`, and the histogram.
fn outcome(values: &[f64], variances: &[f64]) -> Outcome {
    let (sum, squares): (f64, f64) = (values.iter().sum(), variances.iter().sum());
    let step = |name: &str, title: &str, factor: f64| Step {
        name: name.to_owned(),
        title: title.to_owned(),
        events: (factor * sum.abs()).round() as u64,
        sum_weights: factor * sum,
        sum_weights_squared: factor * squares,
    };
    let steps = vec![
        step("all", "all events", 2.0),
        step("mass", "m > 80 GeV", 1.0),
    ];
    let files = vec![FileFlow {
        file: "a.root".to_owned(),
        events: steps.iter().map(|s| s.events).collect(),
    }];
    Outcome {
        cutflow: Cutflow {
            steps,
            weighted: true,
            files,
        },
        histograms: vec![("m".to_owned(), histogram(values, variances))],
    }
}

fn histogram(values: &[f64], variances: &[f64]) -> Histogram {
    let axis = Axis::regular(values.len() - 2, 80.0, 100.0).unwrap();
    let axis = axis.with_name("lep_n").with_label("m").with_unit("GeV");
    let storage = Storage::Weighted {
        values: values.to_vec(),
        variances: variances.to_vec(),
    };
    Histogram::from_parts(vec![axis], storage, Tallies::default()).unwrap()
}

/// Two backgrounds and a signal in two bins, data, and a systematic uncertainty of each kind.
pub(crate) fn full() -> Results {
    let zz = process(
        "zz",
        Role::Background,
        &[1.0, 10.0, 20.0, 3.0],
        &[0.1, 1.0, 4.0, 0.3],
    );
    let zz = varied(zz, "jes", Direction::Up, &[1.0, 11.0, 24.0, 3.0]);
    let zz = varied(zz, "jes", Direction::Down, &[1.0, 9.0, 17.0, 3.0]);
    let zee = process(
        "zee",
        Role::Background,
        &[0.0, 5.0, 5.0, 0.0],
        &[0.0, 2.0, 2.0, 0.0],
    );
    let zee = varied(zee, "jes", Direction::Up, &[0.0, 6.0, 5.0, 0.0]);
    let zee = varied(zee, "jes", Direction::Down, &[0.0, 4.5, 5.0, 0.0]);
    let higgs = process(
        "higgs",
        Role::Signal,
        &[0.0, 1.0, 6.0, 0.0],
        &[0.0, 0.01, 0.06, 0.0],
    );
    let higgs = varied(higgs, "theory", Direction::Up, &[0.0, 1.1, 6.6, 0.0]);
    let mut results = empty();
    results.processes = vec![data(&[2.0, 14.0, 33.0, 4.0]), zz, zee, higgs];
    results
}

/// What a Python program prints, if there is an interpreter with the modules it needs.
pub(crate) fn python(modules: &str, program: &str, arguments: &[&str]) -> Option<String> {
    Python::with(modules).map(|python| python.program(program, arguments))
}
