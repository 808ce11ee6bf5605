//! For tests: the programs in Python that results are compared with, and a server to fetch from.
//!
//! Every test that needs a peer asks here, so that there is one rule for a peer that is absent:
//! the test says `SKIPPED` and why, and with `PHOTOPEAK_REQUIRE_PEERS=1`, which `make test` sets,
//! it fails.

// Only tests use this crate, and a test stops where something is wrong.
#![allow(clippy::panic, clippy::unwrap_used)]

pub mod depository;
pub mod http;

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// An interpreter that has the modules a test needs.
pub struct Python(PathBuf);

impl Python {
    /// One that can import `modules` (separated by commas): that named by `PHOTOPEAK_PYTHON`,
    /// else the one that `make venv` makes.
    ///
    /// # Panics
    /// When there is none and `PHOTOPEAK_REQUIRE_PEERS` is 1.
    #[must_use]
    pub fn with(modules: &str) -> Option<Self> {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let python = std::env::var_os("PHOTOPEAK_PYTHON")
            .map_or_else(|| repository.join(".venv/bin/python"), PathBuf::from);
        let probe = Command::new(&python)
            .args(["-c", &format!("import {modules}")])
            .output();
        if probe.is_ok_and(|probe| probe.status.success()) {
            return Some(Self(python));
        }
        let absent = format!("{} has no {modules}", python.display());
        assert_ne!(
            std::env::var("PHOTOPEAK_REQUIRE_PEERS").as_deref(),
            Ok("1"),
            "PHOTOPEAK_REQUIRE_PEERS is set, but {absent}"
        );
        println!("SKIPPED: {absent} (make venv, or name an interpreter by PHOTOPEAK_PYTHON)");
        None
    }

    /// One named by `variable` that can import `modules`. For a peer that no registry of Python
    /// packages has for all: without it the test says that it skips, whatever is required.
    #[must_use]
    pub fn of(variable: &str, modules: &str) -> Option<Self> {
        let Some(python) = std::env::var_os(variable).map(PathBuf::from) else {
            println!("SKIPPED: {variable} names no interpreter that has {modules}");
            return None;
        };
        Some(Self(python))
    }

    /// What a program given as text prints.
    ///
    /// # Panics
    /// When it fails; shows what it printed.
    pub fn program(&self, text: &str, arguments: &[impl AsRef<OsStr>]) -> String {
        self.run(Command::new(&self.0).args(["-c", text]).args(arguments), "")
    }

    /// What a program in a file prints.
    ///
    /// # Panics
    /// When it fails; shows what it printed.
    pub fn script(&self, script: &Path, arguments: &[impl AsRef<OsStr>]) -> String {
        self.run(Command::new(&self.0).arg(script).args(arguments), "")
    }

    /// What a program in a file prints when `input` is on its standard input.
    ///
    /// # Panics
    /// When it fails; shows what it printed.
    pub fn feed(&self, script: &Path, input: &str) -> String {
        self.run(Command::new(&self.0).arg(script), input)
    }

    fn run(&self, command: &mut Command, input: &str) -> String {
        let mut child = command
            // Modules beside a script are compiled to its folder otherwise.
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_owned();
        // Beside reading, because a pipe holds little. A program need not read its input.
        let writer = std::thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        assert!(
            output.status.success(),
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }
}
