//! Help, versions and exit codes of the command as a whole.

use super::common::{misused, run, works};

const COMMANDS: [&[&str]; 11] = [
    &[],
    &["inspect"],
    &["label"],
    &["hist"],
    &["analyse"],
    &["convert"],
    &["functions"],
    &["samples"],
    &["bench"],
    &["bench", "read"],
    &["completions"],
];

#[test]
fn help_fits_a_terminal() {
    for command in COMMANDS {
        for flag in ["-h", "--help"] {
            let text = works(&[command, &[flag]].concat());
            assert!(text.contains("Usage: photopeak"), "{command:?}");
            for line in text.lines() {
                assert!(line.chars().count() <= 100, "{command:?}: {line}");
            }
        }
    }
}

#[test]
fn help_of_the_main_commands_has_examples() {
    for command in [
        "inspect",
        "hist",
        "analyse",
        "convert",
        "functions",
        "samples",
        "completions",
    ] {
        let text = works(&[command, "--help"]);
        assert!(
            text.contains(&format!("Examples:\n  photopeak {command}")),
            "{text}"
        );
    }
}

#[test]
fn nothing_said_gets_the_help() {
    let run = run(&[]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("Start here:"), "{}", run.err);
}

#[test]
fn a_version() {
    assert_eq!(
        works(&["--version"]),
        format!("photopeak {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn command_lines_that_are_wrong() {
    misused(
        &["inspekt"],
        "unrecognized subcommand 'inspekt'\n\n  tip: a similar subcommand exists: 'inspect'",
    );
    misused(
        &["inspect"],
        "the following required arguments were not provided:\n  <PATH>",
    );
    misused(
        &["--threads", "0", "functions"],
        "invalid value '0' for '--threads <N>'",
    );
    misused(
        &["hist", "a.root", "x", "--bin", "10,0,1"],
        "unexpected argument '--bin' found",
    );
    misused(
        &["analyse", "hzz"],
        "the following required arguments were not provided:\n  --data <PATH>...",
    );
}
