//! Readers that go away.

use std::io::Read;
use std::process::Stdio;

use super::common::{PERIOD_A, command};

#[test]
fn a_reader_that_stops_is_no_error() {
    for arguments in [
        &["inspect", PERIOD_A][..],
        &["functions"],
        &["analyse", "hzz", "--data", "atlas-13tev-4lep", "--json"],
        &["completions", "bash"],
        &["--help"],
    ] {
        let mut child = command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Closed before, or while, the command writes.
        drop(child.stdout.take());
        let mut err = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut err)
            .unwrap();
        let status = child.wait().unwrap();
        assert_eq!(
            (status.code(), err.as_str()),
            (Some(0), ""),
            "{arguments:?}"
        );
    }
}
