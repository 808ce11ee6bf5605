//! `photopeak completions`.

use std::io::Write;
use std::process::{Command, Stdio};

use super::common::{misused, works};

#[test]
fn every_shell_gets_a_script() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = works(&["completions", shell]);
        for word in ["photopeak", "inspect", "analyse", "schema"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    misused(&["completions", "csh"], "invalid value 'csh' for '<SHELL>'");
}

#[test]
fn bash_can_load_it() {
    let Ok(mut bash) = Command::new("bash")
        .arg("-s")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
    else {
        println!("SKIPPED: there is no bash");
        return;
    };
    let script = format!(
        "{}\ncomplete -p photopeak\n",
        works(&["completions", "bash"])
    );
    bash.stdin
        .take()
        .unwrap()
        .write_all(script.as_bytes())
        .unwrap();
    let output = bash.wait_with_output().unwrap();
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("-F _photopeak"));
}
