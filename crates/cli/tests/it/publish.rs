//! `photopeak publish`.

use std::path::Path;
use std::process::Command;

use photopeak_peers::depository::{Depository, TOKEN};

use super::common::{command, finished, run, works};
use super::fetch::{killed_after, moments};

/// Every file below a folder, by its path with `/`, sorted.
pub(crate) fn files_of(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    let name = path.strip_prefix(folder).unwrap().display().to_string();
                    found.push((name, std::fs::read(path).unwrap()));
                }
            }
        }
    }
    found.sort();
    found
}

fn publish(release: &str, to: &[&str], repository: &Depository) -> Command {
    let mut arguments = vec!["publish", release, "--server", &repository.server.address];
    arguments.extend(to);
    let mut command = command(&arguments);
    for variable in ["ZENODO_TOKEN", "INVENIO_TOKEN", "DATAVERSE_TOKEN"] {
        command.env(variable, TOKEN);
    }
    command
}

const KINDS: [&[&str]; 3] = [
    &["--to", "zenodo"],
    &["--to", "invenio"],
    &[
        "--to",
        "dataverse",
        "--collection",
        "physics",
        "--contact",
        "me@example.org",
    ],
];

fn repository(kind: usize) -> Depository {
    match kind {
        0 => Depository::zenodo(|_| None),
        1 => Depository::invenio(|_| None),
        _ => Depository::dataverse(|_| None),
    }
}

#[test]
fn nothing_is_public_before_it_is_confirmed_and_a_kill_doubles_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let release = folder.path().join("release").to_str().unwrap().to_owned();
    let example = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/examples/leptons.toml"
    );
    works(&["release", "build", example, "-o", &release]);
    let files = files_of(Path::new(&release));
    let state = format!("{release}.publish.json");
    for (kind, to) in KINDS.into_iter().enumerate() {
        let repository = repository(kind);
        let draft = finished(publish(&release, to, &repository).output().unwrap());
        assert_eq!(draft.code, 0, "{}", draft.err);
        assert!(draft.out.contains("nobody sees it yet"), "{}", draft.out);
        assert!(repository.state().held.values().all(|held| !held.published));
        std::fs::remove_file(&state).unwrap();
    }
    for (i, moment) in moments(150).enumerate() {
        let (repository, mut to) = (repository(i % 3), KINDS[i % 3].to_vec());
        to.push("--publish");
        killed_after(publish(&release, &to, &repository), moment);
        let done = finished(publish(&release, &to, &repository).output().unwrap());
        assert_eq!(done.code, 0, "{moment:?}: {}", done.err);
        assert!(done.out.starts_with("published: "), "{}", done.out);
        let text = format!(
            "{}{}{}",
            done.out,
            done.err,
            std::fs::read_to_string(&state).unwrap()
        );
        assert!(!text.contains(TOKEN));
        let held = repository.state().held;
        assert_eq!(held.len(), 1, "{moment:?}: one record");
        let held = &held[&1];
        assert!(held.published && held.files.len() == files.len());
        for (name, bytes) in &files {
            let short = name.rsplit('/').next().unwrap();
            let found = held.files.get(name).or(held.files.get(short)).unwrap();
            assert!(found.as_ref() == Some(bytes), "{moment:?}: {name}");
        }
        std::fs::remove_file(&state).unwrap();
    }
}

#[test]
fn without_a_token_it_says_where_one_is_looked_for() {
    let folder = tempfile::tempdir().unwrap();
    let release = folder.path().join("release").to_str().unwrap().to_owned();
    let seen = run(&["publish", &release, "--to", "zenodo", "--sandbox"]);
    assert!(seen.err.contains("it has no manifest.csv"), "{}", seen.err);
}
