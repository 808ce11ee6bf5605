//! Programs in Python that compute the same in other ways. Without an interpreter that has the
//! modules a test says that it skips; with `PHOTOPEAK_REQUIRE_PEERS=1` it fails.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// An interpreter.
pub(crate) struct Python(PathBuf);

impl Python {
    /// One that can import `modules`: that named by `PHOTOPEAK_PYTHON`, else the repository's.
    pub(crate) fn with(modules: &str) -> Option<Self> {
        let default = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../.venv/bin/python");
        let python = std::env::var_os("PHOTOPEAK_PYTHON").map_or_else(default, PathBuf::from);
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
        println!("SKIPPED: {absent}");
        None
    }

    /// What a program given as text prints.
    pub(crate) fn program(&self, text: &str, arguments: &[impl AsRef<OsStr>]) -> String {
        self.run(Command::new(&self.0).args(["-c", text]).args(arguments))
    }

    /// What a program in a file prints.
    pub(crate) fn script(&self, script: &Path, arguments: &[impl AsRef<OsStr>]) -> String {
        self.run(Command::new(&self.0).arg(script).args(arguments))
    }

    fn run(&self, command: &mut Command) -> String {
        // Modules beside a script are compiled to its folder otherwise.
        let output = command
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }
}
