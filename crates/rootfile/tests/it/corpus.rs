//! Conformance over a corpus of real files of many writers, against what uproot reads.
//!
//! The corpus is not part of this repository (some of its files state no licence). Point
//! `PHOTOPEAK_ROOT_CORPUS` at a folder with `files/` and `oracle.jsonl.gz`, or the test says
//! that it skips. `make conformance` prints the verdict on every branch.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type, Int32Type};
use arrow_array::{Array, ArrayRef, StringArray};
use photopeak_rootfile::{BranchReader, RootFile, RootHistogram, Tree};
use serde_json::Value;

use crate::{canonical, peer};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    /// Same buffers as uproot.
    ReadEqual,
    /// A named error where uproot reads.
    ClearError,
    /// Other values than uproot, where uproot is known to misread (see `uproot_misreads`).
    Adjudicated,
    /// Read, where the oracle has nothing to compare with.
    OnlyHere,
    /// A named error where uproot fails too.
    BothFail,
    /// Other values than uproot.
    Wrong,
    /// A panic: never allowed.
    Panic,
}

fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("PHOTOPEAK_ROOT_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/root-corpus"),
        PathBuf::from,
    );
    folder.join("oracle.jsonl.gz").is_file().then_some(folder)
}

#[test]
fn corpus_reads_equal_or_fails_clearly() {
    let Some(folder) = corpus() else {
        println!("SKIPPED: no corpus; set PHOTOPEAK_ROOT_CORPUS to its folder");
        return;
    };
    let verbose = std::env::var_os("PHOTOPEAK_VERBOSE").is_some();
    let oracle = std::fs::File::open(folder.join("oracle.jsonl.gz")).unwrap();
    let mut tally: BTreeMap<Verdict, usize> = BTreeMap::new();
    let mut histograms: BTreeMap<Verdict, usize> = BTreeMap::new();
    let mut files = 0;
    let mut slowest = (0.0, String::new());
    for line in BufReader::new(flate2::read::GzDecoder::new(oracle)).lines() {
        // Python writes NaN and Infinity where JSON has no such numbers.
        let line = line
            .unwrap()
            .replace(": NaN", ": null")
            .replace(": Infinity", ": null")
            .replace(": -Infinity", ": null");
        let record: Value = serde_json::from_str(&line).unwrap();
        let name = record["file"].as_str().unwrap();
        files += 1;
        let start = Instant::now();
        let mut report = |what: &str, verdict: Verdict, detail: &str, counts: bool| {
            *if counts { &mut tally } else { &mut histograms }
                .entry(verdict)
                .or_default() += 1;
            if verbose && verdict != Verdict::ReadEqual || verdict >= Verdict::Wrong {
                println!("{verdict:?}\t{name}\t{what}\t{detail}");
            }
        };
        let path = folder.join("files").join(name);
        let checked = catch_unwind(AssertUnwindSafe(|| check_file(&path, &record, &mut report)));
        if checked.is_err() {
            report("file", Verdict::Panic, "", true);
        }
        let seconds = start.elapsed().as_secs_f64();
        if seconds > slowest.0 {
            slowest = (seconds, name.to_owned());
        }
    }
    let get = |v| tally.get(&v).copied().unwrap_or(0);
    let equal = get(Verdict::ReadEqual);
    let compared = equal
        + get(Verdict::Adjudicated)
        + get(Verdict::ClearError)
        + get(Verdict::Wrong)
        + get(Verdict::Panic);
    let share = equal as f64 / compared as f64;
    println!("{files} files, slowest {:.2} s ({})", slowest.0, slowest.1);
    println!("branches: {tally:?}");
    println!("histograms: {histograms:?}");
    println!(
        "read equal: {equal} of {compared} branches that uproot reads, {:.2} %",
        100.0 * share
    );
    assert_eq!(get(Verdict::Panic), 0, "panics");
    assert_eq!(get(Verdict::Wrong), 0, "wrong values");
    assert_eq!(histograms.get(&Verdict::Wrong), None, "wrong histograms");
    assert!(share >= 0.985, "only {share} read equal");
    // Among these are the files of the oldest writers, which uproot cannot open.
    assert!(
        get(Verdict::OnlyHere) >= 3_500,
        "fewer branches than before read only here"
    );
}

fn check_file(path: &Path, record: &Value, report: &mut impl FnMut(&str, Verdict, &str, bool)) {
    let Ok(file) = RootFile::open(path) else {
        let both = record["ok"] == false;
        let verdict = if both {
            Verdict::BothFail
        } else {
            Verdict::ClearError
        };
        report(
            "file",
            verdict,
            &RootFile::open(path).unwrap_err().to_string(),
            true,
        );
        return;
    };
    for tree in record["trees"].as_array().into_iter().flatten() {
        if tree["class"]
            .as_str()
            .is_some_and(|c| c.contains("RNTuple"))
        {
            continue;
        }
        check_tree(&file, tree, report);
    }
    for expected in record["hists"].as_array().into_iter().flatten() {
        check_histogram(&file, expected, report);
    }
}

fn check_tree(
    file: &RootFile,
    expected: &Value,
    report: &mut impl FnMut(&str, Verdict, &str, bool),
) {
    let name = expected["name"].as_str().unwrap();
    let branches = expected["branches"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let tree = match Tree::open(file, name) {
        Ok(tree) => tree,
        Err(e) => {
            if branches.is_empty() {
                report(name, Verdict::BothFail, &e.to_string(), true);
            }
            for branch in branches {
                let verdict = if branch["ok"] == true {
                    Verdict::ClearError
                } else {
                    Verdict::BothFail
                };
                report(
                    &format!("{name}:{}", branch["name"]),
                    verdict,
                    &e.to_string(),
                    true,
                );
            }
            return;
        }
    };
    if expected.get("err").is_some() {
        // uproot cannot open it: every branch of ours is checked for a clear outcome only.
        for branch in tree.branches().iter().filter(|b| !b.is_group) {
            let read = BranchReader::new(&tree, branch.clone())
                .and_then(|mut r| r.read(0..branch.entries));
            let verdict = if read.is_ok() {
                Verdict::OnlyHere
            } else {
                Verdict::BothFail
            };
            let detail = read.err().map_or_else(String::new, |e| e.to_string());
            report(&format!("{name}:{}", branch.path), verdict, &detail, true);
        }
        return;
    }
    let mut used: BTreeMap<&str, usize> = BTreeMap::new();
    for expected in branches {
        let path = expected["name"].as_str().unwrap();
        let nth = used.entry(path).or_default();
        let branch = tree.branches().iter().filter(|b| b.path == path).nth(*nth);
        *nth += 1;
        let what = format!(
            "{name}:{path} ({})",
            expected["typename"].as_str().unwrap_or("?")
        );
        let readable = expected["ok"] == true;
        let Some(branch) = branch else {
            let verdict = if readable {
                Verdict::ClearError
            } else {
                Verdict::BothFail
            };
            report(&what, verdict, "no such branch here", true);
            continue;
        };
        let result =
            BranchReader::new(&tree, branch.clone()).and_then(|mut r| r.read(0..branch.entries));
        match result {
            Err(e) if readable && !branch.is_group => {
                report(&what, Verdict::ClearError, &e.to_string(), true)
            }
            Err(e) => report(&what, Verdict::BothFail, &e.to_string(), true),
            Ok(_) if !readable => report(&what, Verdict::OnlyHere, "", true),
            Ok(array) => {
                let group = expected["interp"]
                    .as_str()
                    .is_some_and(|i| i.starts_with("AsGroup"));
                if group {
                    report(
                        &what,
                        Verdict::OnlyHere,
                        "counts here, a record of the branches within there",
                        true,
                    );
                    continue;
                }
                if expected["kind"] == "object" {
                    report(&what, Verdict::OnlyHere, "Python objects there", true);
                    continue;
                }
                let found = canonical::buffers(&array);
                let wanted = canonical::digests_of(&expected["bufs"]);
                if found == wanted {
                    report(&what, Verdict::ReadEqual, "", true);
                } else if let Some(why) = uproot_misreads(&array, expected) {
                    report(&what, Verdict::Adjudicated, why, true);
                } else {
                    let detail = format!(
                        "{} {} [{}]: {:?} where {:?}",
                        array.data_type(),
                        expected["interp"],
                        expected["type"].as_str().unwrap_or(""),
                        found,
                        wanted
                    );
                    report(&what, Verdict::Wrong, &detail, true);
                }
            }
        }
    }
}

/// Why a difference is uproot's, with what of it can still be compared; none if it cannot be told.
///
/// The four branches at the end were read with ROOT 6.40 (`TTree::Scan`), which gives our
/// values; uproot takes object headers or packed bytes for values there.
fn uproot_misreads(array: &ArrayRef, expected: &Value) -> Option<&'static str> {
    let interp = expected["interp"].as_str()?;
    let sums: f64 = expected["bufs"]
        .as_array()?
        .iter()
        .filter_map(|b| b["sum"].as_f64())
        .sum();
    let agrees = |sum: f64, tolerance: f64| (sum - sums).abs() <= tolerance * array.len() as f64;
    if interp == "AsStrings()"
        && let Some(lists) = array.as_list_opt::<i32>()
    {
        // One entry holds the strings of all objects, each behind its length; uproot takes the
        // entry for one string, the further lengths included.
        let run_together: StringArray = lists
            .iter()
            .map(|list| {
                let list = list?;
                let texts = list
                    .as_string::<i32>()
                    .iter()
                    .map(Option::unwrap_or_default);
                let lengths_between = |(i, text): (usize, &str)| match i {
                    0 => text.to_owned(),
                    _ => format!("{}{text}", char::from(text.len() as u8)),
                };
                Some(texts.enumerate().map(lengths_between).collect::<String>())
            })
            .collect();
        let same = canonical::digests_of(&expected["bufs"])
            == canonical::buffers(&(Arc::new(run_together) as ArrayRef));
        return same.then_some("uproot runs the strings of an entry together");
    }
    if interp.starts_with("AsDouble32(-2.71, 10.0, 32") {
        let sum: f64 = array.as_primitive::<Float64Type>().values().iter().sum();
        return agrees(sum, 12.71 / 2f64.powi(32))
            .then_some("ROOT divides 32-bit ranges by 2^32 - 1, uproot by 2^32");
    }
    if interp.contains("AsFloat16(0.0, 0.0, 16") {
        // The writers count in whole numbers, which come out only with ROOT's 12 bits.
        let mut values = array.clone();
        while let Some(inner) = innermost(&values) {
            values = inner;
        }
        let whole = values
            .as_primitive::<Float32Type>()
            .values()
            .iter()
            .all(|v| v.fract() == 0.0);
        return whole.then_some("ROOT ignores 15 and more bits without a range and takes 12");
    }
    if interp.starts_with("AsFloat16(-2.71, 10.0,") {
        let values = array
            .as_fixed_size_list_opt()
            .map_or(array, |list| list.values());
        let sum: f64 = values
            .as_primitive::<Float32Type>()
            .values()
            .iter()
            .map(|v| f64::from(*v))
            .sum();
        return agrees(sum, 3e-6).then_some("ROOT scales in double precision, uproot in single");
    }
    if interp == "AsJagged(AsDtype('bool'))" {
        let trues = array.as_list::<i32>().values().as_boolean().true_count();
        return (trues as f64 == sums || sums > trues as f64)
            .then_some("a byte other than 0 and 1 as bool, which uproot passes on");
    }
    if interp == "AsStridedObjects(Model_D1_v1)" {
        // 1, 2 and 2, 3 are in the bytes; 16777216 is what uproot takes a byte too early.
        let record = array.as_struct();
        let same = ["I32", "D32"].map(|n| {
            record
                .column_by_name(n)
                .unwrap()
                .as_primitive::<Int32Type>()
                .values()
                .to_vec()
        }) == [vec![1, 2], vec![2, 3]];
        return same.then_some("uproot misses the checksum in the header of a base class");
    }
    let name = expected["name"].as_str()?;
    [
        "SliD16",
        "split2./split2.fTemplates/split2.fTemplates.val",
        "Event_branch/fParticles",
        "vp",
    ]
    .contains(&name)
    .then_some("ROOT gives our values")
}

fn check_histogram(
    file: &RootFile,
    expected: &Value,
    report: &mut impl FnMut(&str, Verdict, &str, bool),
) {
    let name = expected["name"].as_str().unwrap();
    let class = expected["class"].as_str().unwrap_or_default();
    let comparable = expected.get("err").is_none() && RootHistogram::is_histogram(class);
    match RootHistogram::open(file, name) {
        Err(e) if comparable => report(name, Verdict::ClearError, &e.to_string(), false),
        Err(_) => report(name, Verdict::BothFail, "", false),
        Ok(_) if !comparable => report(name, Verdict::OnlyHere, "", false),
        Ok(h) => {
            let verdict = if peer::digest_values(&h) == expected["sha"].as_str().unwrap_or_default()
            {
                Verdict::ReadEqual
            } else {
                Verdict::Wrong
            };
            let detail = format!(
                "{class} sum {} where {}",
                h.contents.iter().sum::<f64>(),
                expected["sum"]
            );
            report(name, verdict, &detail, false);
        }
    }
}

/// The values within lists.
fn innermost(array: &ArrayRef) -> Option<ArrayRef> {
    if let Some(lists) = array.as_list_opt::<i32>() {
        return Some(lists.values().clone());
    }
    array
        .as_fixed_size_list_opt()
        .map(|lists| lists.values().clone())
}
