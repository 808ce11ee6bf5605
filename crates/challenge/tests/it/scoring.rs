//! From labels and a submission to scores and ranks, through files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch};
use parquet::arrow::ArrowWriter;
use photopeak_challenge::{Challenge, Part, Ranked, Report, Submission, Truth, build, rank, score};

use super::common::Rows;
use super::descriptions::MAJORANA;

const ROWS: usize = 3000;

struct Bench {
    folder: tempfile::TempDir,
    challenge: Challenge,
    truth: Truth,
    rows: Rows,
}

fn write(path: &Path, columns: Vec<(&str, ArrayRef)>) {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let file = std::fs::File::create(path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

/// Ids that are neither in order nor next to each other.
fn ids() -> Vec<i64> {
    (0..ROWS as i64)
        .map(|i| 1000 + (i * 7919) % 30_011)
        .collect()
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let rows = Rows::new(ROWS, 21);
        let labels = folder.path().join("labels.parquet");
        let detectors: Vec<i64> = (0..ROWS as i64).map(|i| 112 + i % 3 * 10).collect();
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("id", Arc::new(Int64Array::from(ids()))),
            ("clean", Arc::new(BooleanArray::from(rows.flags.clone()))),
            (
                "energy_label",
                Arc::new(Float64Array::from(rows.energy.clone())),
            ),
            ("detector", Arc::new(Int64Array::from(detectors))),
        ];
        write(&labels, columns);
        let challenge = Challenge::parse("challenge.toml", MAJORANA).unwrap();
        let place = labels.to_str().unwrap().to_owned();
        let truth = build(
            &challenge,
            &[place],
            4,
            &folder.path().join("truth.parquet"),
        )
        .unwrap();
        Bench {
            folder,
            challenge,
            truth,
            rows,
        }
    }

    fn file(&self, ids: Vec<i64>, clean: Vec<bool>, energy: Vec<f64>) -> PathBuf {
        let path = self.folder.path().join("prediction.parquet");
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("energy", Arc::new(Float64Array::from(energy))),
            ("id", Arc::new(Int64Array::from(ids))),
            ("psd_label", Arc::new(BooleanArray::from(clean))),
        ];
        write(&path, columns);
        path
    }

    fn read(&self, task: &str, path: &Path) -> Result<Submission, String> {
        let task = self.challenge.task(Some(task)).unwrap();
        let read = Submission::read(&self.challenge, task, &self.truth, path.to_str().unwrap());
        let folder = format!("{}/", self.folder.path().display());
        read.map(|(submission, _)| submission)
            .map_err(|error| error.to_string().replace(&folder, ""))
    }

    fn score(&self, task: &str, submission: &Submission) -> Report {
        let task = self.challenge.task(Some(task)).unwrap();
        let parts = [Part::Public, Part::Private];
        score(&self.challenge, task, &self.truth, submission, &parts).unwrap()
    }
}

#[test]
fn rows_are_joined_by_id() {
    let bench = Bench::new();
    let perfect = bench.file(ids(), bench.rows.flags.clone(), bench.rows.energy.clone());
    let first = bench.read("clean", &perfect).unwrap();
    let report = bench.score("clean", &first);
    let rows: usize = report.parts.iter().map(|part| part.rows).sum();
    assert_eq!(rows, ROWS);
    // 3000 draws with chance 0.3: 900, give or take 25.
    assert!(
        (775..1025).contains(&report.parts[0].rows),
        "{}",
        report.parts[0].rows
    );
    for part in &report.parts {
        assert_eq!(part.scores[0].value, Some(1.0));
        assert_eq!(part.scores[0].uncertainty, Some(0.0));
        let groups: Vec<&str> = part.scores[0]
            .breakdown
            .iter()
            .map(|b| b.group.as_str())
            .collect();
        assert_eq!(groups, ["112", "122", "132"]);
        let rows: usize = part.scores[0].breakdown.iter().map(|b| b.rows).sum();
        assert_eq!(rows, part.rows);
    }
    // Turned around, the file means the same.
    let turned = bench.file(
        ids().into_iter().rev().collect(),
        bench.rows.flags.iter().rev().copied().collect(),
        bench.rows.energy.iter().rev().copied().collect(),
    );
    let second = bench.score("energy", &bench.read("energy", &turned).unwrap());
    assert_eq!(second.parts[1].scores[0].value, Some(1.0));
    // With ids and values out of step it does not.
    let wrong = bench.file(
        ids().into_iter().rev().collect(),
        bench.rows.flags.clone(),
        bench.rows.energy.clone(),
    );
    let third = bench.score("clean", &bench.read("clean", &wrong).unwrap());
    assert!(third.parts[1].scores[0].value.unwrap() < 0.7);
}

/// The whole report as JSON says what it is of; the score of a metric on chosen rows is right.
#[test]
fn scores_are_those_of_the_metrics() {
    let bench = Bench::new();
    let path = bench.file(
        ids(),
        bench.rows.found.clone(),
        bench.rows.predicted.clone(),
    );
    let report = bench.score("clean", &bench.read("clean", &path).unwrap());
    let parts = &report.parts;
    let right = bench
        .rows
        .flags
        .iter()
        .zip(&bench.rows.found)
        .filter(|(a, b)| a == b)
        .count();
    let shares = parts
        .iter()
        .map(|part| part.rows as f64 * part.scores[0].value.unwrap());
    assert!((shares.sum::<f64>() - right as f64).abs() < 1e-9);
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["challenge"], "Majorana NPML");
    assert_eq!(json["simulated"], true);
    assert_eq!(json["parts"][0]["part"], "public");
    assert_eq!(json["parts"][1]["scores"][0]["metric"], "accuracy");
    assert!(
        json["parts"][1]["scores"][0]["uncertainty"]
            .as_f64()
            .unwrap()
            > 0.001
    );
}

#[test]
fn what_is_not_asked_for_is_refused() {
    let bench = Bench::new();
    let (flags, energy) = (&bench.rows.flags, &bench.rows.energy);
    let refused = |ids: Vec<i64>, flags: Vec<bool>, energy: Vec<f64>| {
        bench
            .read("energy", &bench.file(ids, flags, energy))
            .unwrap_err()
    };
    let all = ids();
    let mut twice = all.clone();
    twice[5] = twice[9];
    assert_eq!(
        refused(twice, flags.clone(), energy.clone()),
        format!(
            "prediction.parquet: column id: 1 ids are more than once: {}; 1 ids are missing: {}",
            all[9], all[5]
        )
    );
    let mut bad = energy.clone();
    bad[7] = f64::NAN;
    bad[8] = -3.0;
    assert_eq!(
        refused(all.clone(), flags.clone(), bad),
        "prediction.parquet: column energy: row 7: NaN, which is not a finite number; \
         row 8: -3, which is not in [0, 10000]"
    );
    assert_eq!(
        refused(all[1..].to_vec(), flags[1..].to_vec(), energy[1..].to_vec()),
        "prediction.parquet: 2999 rows, where 3000 are asked for"
    );
    let path = bench.folder.path().join("other.parquet");
    write(
        &path,
        vec![("id", Arc::new(Int64Array::from(all)) as ArrayRef)],
    );
    assert_eq!(
        bench.read("energy", &path).unwrap_err(),
        "other.parquet: has no column energy: it has id"
    );
}

#[test]
fn neighbours_on_the_board() {
    let bench = Bench::new();
    let mut worse = bench.rows.found.clone();
    worse
        .iter_mut()
        .skip(1)
        .step_by(4)
        .for_each(|flag| *flag = !*flag);
    // Three wrong rows more are no difference.
    let mut same = bench.rows.found.clone();
    same.iter_mut().take(3).for_each(|flag| *flag = !*flag);
    let scores: Vec<_> = [worse, same, bench.rows.found.clone()]
        .into_iter()
        .map(|flags| {
            let path = bench.file(ids(), flags, bench.rows.energy.clone());
            bench
                .score("clean", &bench.read("clean", &path).unwrap())
                .parts
                .remove(1)
                .scores
        })
        .collect();
    let ranked: Vec<Ranked<'_>> = (0..)
        .zip(&scores)
        .map(|(order, scores)| Ranked { scores, order })
        .collect();
    let places = rank(&ranked);
    assert_eq!(places[2].submission, 0);
    assert!(places[0].significance.is_none_or(|s| s < 2.5), "{places:?}");
    assert!(places[1].significance.unwrap() > 5.0, "{places:?}");
}
