//! Descriptions that are right, and what is said of those that are not.

use photopeak_challenge::Challenge;

pub(crate) const MAJORANA: &str = r#"
title = "Majorana NPML"
description = "Which events are clean, and what is their energy?"
simulated = true
breakdown = ["detector"]
limits = { per_day = 5, total = 100 }

[[task]]
name = "clean"
title = "Clean events"
column = [{ name = "psd_label", type = "flag" }]
metric = [
    { metric = "accuracy", truth = "clean", prediction = "psd_label" },
    { metric = "mcc", truth = "clean", prediction = "psd_label" },
    { metric = "accuracy", title = "accuracy of the clean", rows = "clean", truth = "clean", prediction = "psd_label" },
]

[[task]]
name = "energy"
title = "Energy"
column = [{ name = "energy", type = "number", unit = "keV", low = 0, high = 10000 }]

[[task.metric]]
metric = "histogram_iou"
truth = "energy_label"
prediction = "energy"
options = { bins = 3000, low = 0, high = 3000 }

[[task.metric]]
metric = "rmse"
truth = "energy_label"
prediction = "energy"
precision = 2
"#;

#[test]
fn defaults() {
    let challenge = Challenge::parse("c.toml", MAJORANA).unwrap();
    assert_eq!(challenge.id, "id");
    assert_eq!(challenge.limits.total, Some(100));
    assert_eq!(challenge.tasks[0].metrics[1].heading(), "MCC");
    assert_eq!(
        challenge.tasks[0].metrics[2].heading(),
        "accuracy of the clean"
    );
    assert_eq!(
        challenge.task(Some("energy")).unwrap().metrics[1].precision,
        2
    );
}

#[test]
fn contradictions_are_named() {
    let refused = |from: &str, to: &str| {
        assert!(MAJORANA.contains(from), "{from}");
        Challenge::parse("c.toml", &MAJORANA.replacen(from, to, 1))
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        refused("metric = \"rmse\"", "metric = \"rms\""),
        "c.toml: task energy: metric rms: there is no metric \"rms\"; there are accuracy, balanced_accuracy, \
         f1, mcc, auc, background_rejection, energy_matched_auc, log_loss, continuum_survival, mae, rmse, bias, \
         histogram_iou, separation_power, ams, trackml"
    );
    assert_eq!(
        refused("bins = 3000, ", ""),
        "c.toml: task energy: metric histogram_iou: histogram_iou: option bins: must be given"
    );
    assert_eq!(
        refused(
            "metric = \"mcc\", truth = \"clean\"",
            "metric = \"mcc\", trueth = \"clean\""
        ),
        "c.toml: task clean: metric mcc: \"trueth\" is no input of it, which takes truth, prediction"
    );
    assert_eq!(
        refused("type = \"flag\"", "type = \"number\""),
        "c.toml: task clean: metric accuracy: prediction is \"psd_label\", a number, where the metric takes a flag"
    );
    assert_eq!(
        refused(
            "prediction = \"energy\"\nprecision",
            "prediction = \"enrgy\"\nprecision"
        ),
        "c.toml: task energy: metric rmse: prediction is \"enrgy\", which is no column of the task"
    );
    assert_eq!(
        refused("name = \"energy\"", "name = \"clean\""),
        "c.toml: task clean: stands twice"
    );
    assert_eq!(
        refused("low = 0, high = 10000", "low = 5, high = 1"),
        "c.toml: task energy: column energy: low 5 is above high 1"
    );
    assert_eq!(
        refused("limits", "public_fraction = 1.5\nlimits"),
        "c.toml: public_fraction 1.5 is not in [0, 1]"
    );
    let error = refused("limits = { per_day", "limits = { a_day");
    assert!(error.contains("unknown field `a_day`"), "{error}");
}
