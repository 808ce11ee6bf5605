//! Files with damage put in on purpose: whatever the bytes, reading ends, in an error or not,
//! without a panic, soon, and within a bound of memory.
//!
//! The mutants are the same in every run. A counting allocator is global, so this is a binary
//! of its own with a single test. Checksums of metadata are passed over, or hardly any mutant
//! would get far.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod allocator;
mod everything;
mod mutants;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use everything::read_everything;

/// Files that mutants are made of: every filter, index and type, old and new groups, LH5.
const SEEDS: [&str; 6] = [
    "hdf5-writers/filters.h5",
    "hdf5-writers/indices-old.h5",
    "hdf5-writers/indices-v110.h5",
    "hdf5-writers/indices-latest.h5",
    "hdf5-writers/types.h5",
    "hdf5-writers/legend.lh5",
];

/// No mutant may take this long. A guard against hangs, with room for a slow machine.
const SLOWEST: Duration = Duration::from_secs(10);

/// The bound that the crate's documentation states for reads of a megabyte, with everything that
/// the test itself takes: a fixed part (chunks that are decoded at a time) and a multiple of the
/// file's size (the file itself, headers, indices).
const FIXED_BYTES: usize = 80 << 20;
const BYTES_PER_FILE_BYTE: usize = 40;

#[test]
fn hostile_files_end_in_errors_soon_and_in_bounded_memory() {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata");
    let mut worst = Worst::default();
    let mut read = everything::Tally::default();
    let mut count = 0;
    let mut failures = Vec::new();
    for seed in SEEDS {
        let path: PathBuf = testdata.join(seed);
        let original = std::fs::read(&path).unwrap();
        let whole = read_everything(original.clone(), true);
        assert!(whole.files == 1 && whole.blocks > 0, "{seed}: {whole:?}");
        let start = Instant::now();
        let before = count;
        mutants::each(&original, |what, bytes| {
            count += 1;
            match attempt(&format!("{seed}, {what}"), bytes, &mut worst) {
                Ok(tally) => {
                    read.files += tally.files;
                    read.objects += tally.objects;
                    read.blocks += tally.blocks;
                    read.attributes += tally.attributes;
                }
                Err(failure) => failures.push(failure),
            }
        });
        println!(
            "{seed}: {} mutants, {:.1} s",
            count - before,
            start.elapsed().as_secs_f64()
        );
    }
    println!("{count} mutants, read of them: {read:?}");
    println!("slowest {:?} ({})", worst.time, worst.slowest);
    println!("most memory {} bytes ({})", worst.memory, worst.largest);
    let some = failures
        .iter()
        .take(20)
        .cloned()
        .collect::<Vec<_>>()
        .join("\n");
    assert!(
        failures.is_empty(),
        "{} mutants fail:\n{some}",
        failures.len()
    );
    assert!(count > 3000, "only {count} mutants");
    // Mutants must get far enough in to test what lies there.
    assert!(
        read.files > count / 2 && read.objects > count && read.blocks > count,
        "{read:?}"
    );
}

#[derive(Default)]
struct Worst {
    time: Duration,
    slowest: String,
    memory: usize,
    largest: String,
}

/// Reads one mutant; the error says what it did that none may do.
fn attempt(name: &str, bytes: Vec<u8>, worst: &mut Worst) -> Result<everything::Tally, String> {
    let size = bytes.len();
    allocator::reset_peak();
    let before = allocator::live();
    let start = Instant::now();
    // The hook that prints a trace stays out of the way: the mutant is named below.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let result = catch_unwind(AssertUnwindSafe(|| read_everything(bytes, false)));
    std::panic::set_hook(hook);
    let (time, memory) = (start.elapsed(), allocator::peak().saturating_sub(before));
    if time > worst.time {
        (worst.time, worst.slowest) = (time, name.to_owned());
    }
    if memory > worst.memory {
        (worst.memory, worst.largest) = (memory, name.to_owned());
    }
    let bound = FIXED_BYTES + BYTES_PER_FILE_BYTE * size;
    match result {
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map_or("", String::as_str);
            Err(format!("{name}: a panic: {text}"))
        }
        Ok(_) if time > SLOWEST => Err(format!("{name}: {time:?}")),
        Ok(_) if memory > bound => Err(format!("{name}: {memory} bytes of memory, {size} of file")),
        Ok(tally) => Ok(tally),
    }
}
