//! Running the binary beside the test data.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use photopeak_peers::Python;

/// One file of the four-lepton collection: 39 events.
pub(crate) const PERIOD_A: &str = "atlas-13tev-4lep/data_A.4lep.root";

pub(crate) fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata")
}

/// The binary, in the folder `testdata/`, in an environment that is the same everywhere.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_photopeak"));
    command
        .args(arguments)
        .current_dir(testdata())
        .env_remove("PHOTOPEAK_CATALOG")
        .env("PHOTOPEAK_CACHE", "off")
        .env_remove("NO_COLOR")
        .env_remove("COLUMNS");
    command
}

/// What a run gave: exit code, standard output, standard error.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) fn run(arguments: &[&str]) -> Run {
    finished(command(arguments).output().unwrap())
}

pub(crate) fn finished(output: Output) -> Run {
    Run {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The standard output of a run that succeeds without a word on standard error.
pub(crate) fn works(arguments: &[&str]) -> String {
    let run = run(arguments);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{arguments:?}");
    run.out
}

/// A run that must fail with this message, exit code 1, and nothing on standard output.
pub(crate) fn fails(arguments: &[&str], message: &str) {
    let run = run(arguments);
    assert_eq!(run.err, format!("error: {message}\n"), "{arguments:?}");
    assert_eq!((run.code, run.out.as_str()), (1, ""), "{arguments:?}");
}

/// A command line that is wrong in itself: exit code 2, the message starts like this.
pub(crate) fn misused(arguments: &[&str], message: &str) {
    let run = run(arguments);
    assert!(
        run.err.starts_with(&format!("error: {message}")),
        "{arguments:?}: {}",
        run.err
    );
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{arguments:?}");
}

pub(crate) fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

/// Names in a folder, sorted, hidden ones too.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// What a Python program prints, if there is an interpreter with the modules it needs.
pub(crate) fn python(modules: &str, program: &str, arguments: &[&str]) -> Option<String> {
    Python::with(modules).map(|python| python.program(program, arguments))
}
