//! The same scores by scikit-learn and NumPy.

use std::path::Path;

use photopeak_peers::Python;

use super::common::{Rows, TRIED};

#[test]
fn scikit_learn_agrees() {
    let Some(python) = Python::with("sklearn, numpy") else {
        return;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/reference.py");
    for seed in 1..=3 {
        let rows = Rows::new(4000, seed);
        let columns = serde_json::json!({
            "flags": rows.flags, "found": rows.found, "scores": rows.scores,
            "energy": rows.energy, "predicted": rows.predicted, "weights": rows.weights,
            "events": rows.events, "particles": rows.particles, "tracks": rows.tracks,
        });
        let printed = python.feed(&script, &columns.to_string());
        let expected: Vec<f64> = serde_json::from_str(&printed).unwrap();
        assert_eq!(expected.len(), TRIED.len());
        for ((name, options), expected) in TRIED.into_iter().zip(expected) {
            let found = rows.prepare(name, options).score(None).unwrap();
            // NumPy loses digits in the difference that the significance is.
            let tolerance = 1e-11 * expected.abs().max(1.0);
            assert!(
                (found - expected).abs() <= tolerance,
                "{name} ({options}), seed {seed}: {found} here, {expected} there"
            );
        }
    }
}
