//! A run that was stopped goes on where it was, and gives the same to the last bit.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use photopeak_analysis::{Analysis, Done, Error, Kept, Results, Run};
use photopeak_formats::Dataset;
use proptest::prelude::*;

use super::common::{four_leptons, with_units};
use super::partitions::cut_at;
use super::together::{analyses, same};

/// Eight partitions, none over two files.
const CUTS: [u64; 7] = [1, 39, 195, 201, 432, 555, 700];

/// Runs until so many blocks are done; to the end without a number. Gives the results, how many
/// blocks were computed, and what there was to tell.
fn run(
    analyses: &[Analysis],
    data: &Dataset,
    path: &Path,
    blocks: Option<usize>,
) -> (Result<Vec<Results>, Error>, usize, Vec<String>) {
    let kept = Kept::new(path, true, Duration::ZERO);
    let stop = AtomicBool::new(blocks == Some(0));
    let done = AtomicUsize::new(0);
    let run = Run {
        kept: Some(&kept),
        progress: &|_| {
            let now = done.fetch_add(1, Ordering::Relaxed) + 1;
            if blocks.is_some_and(|blocks| now >= blocks) {
                stop.store(true, Ordering::Relaxed);
            }
        },
        stop: Some(&stop),
        ..Run::new(analyses, data)
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1);
    let results = pool.build().unwrap().install(|| run.run());
    let notes = kept.notes();
    (results, done.into_inner(), notes)
}

fn all_same(one: &[Results], other: &[Results]) {
    assert_eq!(one.len(), other.len());
    for (i, (one, other)) in one.iter().zip(other).enumerate() {
        same(&format!("analysis {i}"), one, other);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn stopped_anywhere_any_number_of_times(
        stops in prop::collection::vec(1usize..8, 0..4),
        block in 100usize..900,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        let all = analyses();
        let data = cut_at(&CUTS, block);
        let whole = Run::new(&all, &data).run().unwrap();
        for stop in stops {
            let (results, ..) = run(&all, &data, &path, Some(stop));
            if let Ok(results) = results {
                all_same(&whole, &results);
            }
        }
        let (results, _, notes) = run(&all, &data, &path, None);
        all_same(&whole, &results.unwrap());
        prop_assert_eq!(notes, Vec::<String>::new());
    }
}

#[test]
fn what_is_kept_is_not_computed_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    let all = analyses();
    let data = cut_at(&CUTS, 1000);
    let (stopped, ..) = run(&all, &data, &path, Some(5));
    assert!(matches!(stopped, Err(Error::Interrupted)));
    // The fifth was not finished when the stop was seen.
    let size = std::fs::metadata(&path).unwrap().len();
    let kept = Kept::new(&path, true, Duration::ZERO);
    assert_eq!(kept.len(), 4);
    let last = Mutex::new(Done::default());
    let run_on = Run {
        kept: Some(&kept),
        progress: &|done| {
            let mut last = last.lock().unwrap();
            if done.events > last.events {
                *last = done;
            }
        },
        ..Run::new(&all, &data)
    };
    run_on.run().unwrap();
    assert!(std::fs::metadata(&path).unwrap().len() > size);
    let (events, found) = (832, 201);
    assert_eq!(last.into_inner().unwrap(), Done { events, found });
    let kept = Kept::new(&path, true, Duration::ZERO);
    assert_eq!(kept.len(), 8);
    // A run that finds everything appends nothing.
    let size = std::fs::metadata(&path).unwrap().len();
    run(&all, &data, &path, None).0.unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().len(), size);
    kept.remove().unwrap();
    assert!(!path.exists());
}

#[test]
fn what_has_changed_is_computed_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    let all = analyses();
    let data = four_leptons();
    run(&all, &data, &path, None).0.unwrap();
    let found = |analyses: &[Analysis], data: &Dataset| {
        let before = Kept::new(&path, true, Duration::ZERO).len();
        let (results, ..) = run(analyses, data, &path, None);
        all_same(&Run::new(analyses, data).run().unwrap(), &results.unwrap());
        let new = Kept::new(&path, true, Duration::ZERO).len() - before;
        data.parts().len() - new
    };
    assert_eq!(found(&all, &data), 4);
    // Other titles, other files beside them: the sums are the same.
    let mut renamed = all.clone();
    renamed[0].title = "Other".to_owned();
    renamed[0].histograms[0].name = "other".to_owned();
    renamed[0].histograms[0].title = "other".to_owned();
    assert_eq!(found(&renamed, &data), 4);
    assert_eq!(found(&all, &data.subset(&[3, 1]).unwrap()), 2);
    // Another cut, another bin, another analysis.
    let mut changed = all.clone();
    changed[1].cuts[1].expr.push_str(" && met_et > 1*GeV");
    assert_eq!(found(&changed, &data), 0);
    let mut changed = all.clone();
    changed[0].histograms[0].x.binning = photopeak_analysis::Binning::Bins(24, 80.0, 171.0);
    assert_eq!(found(&changed, &data), 0);
    assert_eq!(found(&all[1..], &data), 0);
    // Another unit of a column.
    let mut other = four_leptons();
    other.annotate(|column| match column {
        "met_et" => vec![("unit".to_owned(), "GeV".to_owned())],
        _ => Vec::new(),
    });
    assert_eq!(found(&all, &other), 0);
}

#[test]
fn a_damaged_or_foreign_file_is_not_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    let all = analyses();
    let data = cut_at(&CUTS, 1000);
    let whole = Run::new(&all, &data).run().unwrap();
    run(&all, &data, &path, None).0.unwrap();
    let bytes = std::fs::read(&path).unwrap();
    for place in (0..bytes.len()).step_by(bytes.len() / 40) {
        let mut damaged = bytes.clone();
        damaged[place] ^= 0x10;
        std::fs::write(&path, &damaged).unwrap();
        let (results, _, notes) = run(&all, &data, &path, None);
        all_same(&whole, &results.unwrap());
        assert_eq!(notes.len(), 1, "byte {place}: {notes:?}");
        // It was repaired.
        assert!(run(&all, &data, &path, None).2.is_empty());
    }
    for cut in [0, 10, 24, 30, 100, bytes.len() - 1] {
        std::fs::write(&path, &bytes[..cut]).unwrap();
        let (results, ..) = run(&all, &data, &path, None);
        all_same(&whole, &results.unwrap());
        assert!(run(&all, &data, &path, None).2.is_empty());
    }
    std::fs::write(&path, "what somebody wrote").unwrap();
    let (results, _, notes) = run(&all, &data, &path, None);
    all_same(&whole, &results.unwrap());
    assert_eq!(
        notes,
        [format!(
            "{}: not used: it does not hold partial results of this form",
            path.display()
        )]
    );
}

#[test]
fn a_place_that_cannot_be_written_does_not_end_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("no/such/folder/state");
    let all = analyses();
    let (results, _, notes) = run(&all, &four_leptons(), &path, None);
    results.unwrap();
    assert_eq!(notes.len(), 1);
    assert!(notes[0].contains("the run goes on without"), "{notes:?}");
}

#[test]
fn nothing_is_kept_of_a_short_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    let all = analyses();
    let data = with_units(four_leptons());
    let kept = Kept::new(&path, false, Duration::from_secs(3600));
    let run = Run {
        kept: Some(&kept),
        ..Run::new(&all, &data)
    };
    run.run().unwrap();
    assert!(kept.is_empty());
    assert!(!path.exists());
}
