//! `photopeak fetch`, and `release verify --repair`.

use std::path::Path;
use std::time::{Duration, Instant};

use photopeak_peers::http::{Answer, Fault, Server};

use super::common::{command, fails, names, run, works};

/// How often a run is killed at a moment by chance; `PHOTOPEAK_KILLS` says otherwise.
pub(crate) fn kills() -> u64 {
    let asked = std::env::var("PHOTOPEAK_KILLS").ok();
    asked.map_or(10, |n| n.parse().unwrap())
}

/// Runs a command and kills it after a time, unless it ends before.
pub(crate) fn killed_after(mut command: std::process::Command, time: Duration) {
    let mut child = command
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let end = Instant::now() + time;
    while Instant::now() < end && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    // SIGKILL on Unix: nothing can be tidied up.
    let _ = child.kill();
    child.wait().unwrap();
}

/// Numbers below `most` that look random, the same in each run of the test.
pub(crate) fn moments(most: u64) -> impl Iterator<Item = Duration> {
    (1..=kills()).map(move |i| Duration::from_micros(i.wrapping_mul(2_654_435_761) % (most * 1000)))
}

fn bytes(seed: usize) -> Vec<u8> {
    (0..300_000).map(|i| (i * seed % 251) as u8).collect()
}

/// A folder with a manifest of six files, slowly.
fn release() -> Server {
    Server::new(|asked| {
        let name = asked.path().trim_start_matches('/');
        let pause = Fault::Slow(Duration::from_micros(100));
        match name
            .strip_prefix("release/data/")
            .and_then(|n| n.parse().ok())
        {
            Some(seed) => Answer::file(asked, &bytes(seed), "1").failing(pause),
            None if name == "release/manifest.csv" => {
                let rows =
                    (1..=6).map(|seed| format!("data/{seed},300000,{}\n", adler(&bytes(seed))));
                let text: String = rows.collect();
                Answer::new(200, format!("path,bytes,adler32\n{text}"))
            }
            None => Answer::new(404, "no"),
        }
    })
}

fn adler(bytes: &[u8]) -> String {
    let (mut a, mut b) = (1u32, 0u32);
    for byte in bytes {
        a = (a + u32::from(*byte)) % 65521;
        b = (b + a) % 65521;
    }
    format!("{b:04x}{a:04x}")
}

fn is_whole(folder: &Path) {
    assert_eq!(names(folder), ["data", "manifest.csv"]);
    assert_eq!(names(&folder.join("data")), ["1", "2", "3", "4", "5", "6"]);
    for seed in 1..=6 {
        assert!(std::fs::read(folder.join(format!("data/{seed}"))).unwrap() == bytes(seed));
    }
}

#[test]
fn files_are_listed_fetched_and_not_fetched_again() {
    let server = release();
    let address = format!("{}/release", server.address);
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let listed = works(&["fetch", &address, "--list"]);
    assert!(
        listed.contains("300000") && listed.contains("Adler-32"),
        "{listed}"
    );
    assert_eq!(names(folder.path()), Vec::<String>::new());
    let seen = works(&["fetch", &address, "-o", out]);
    assert_eq!(seen, format!("{out}: 7 files fetched, 1.8 MB\n"));
    is_whole(folder.path());
    server.forget();
    let seen = works(&["fetch", &address, "-o", out]);
    assert_eq!(
        seen,
        format!("{out}: 0 files fetched, 0 B; 7 were here already\n")
    );
    assert_eq!(server.asked().len(), 1, "the manifest alone");
    let seen = works(&[
        "fetch",
        &address,
        "-o",
        out,
        "--files",
        "data/[12]",
        "--quick",
    ]);
    assert_eq!(
        seen,
        format!("{out}: 0 files fetched, 0 B; 2 were here already\n")
    );
    fails(
        &["fetch", "majoranna"],
        "\"majoranna\" is not in the catalogue; did you mean majorana?",
    );
}

#[test]
fn a_kill_at_any_moment_loses_nothing() {
    let server = release();
    let address = format!("{}/release", server.address);
    for moment in moments(400) {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().to_str().unwrap();
        let arguments = ["fetch", &address, "-o", out, "--parallel", "3"];
        killed_after(command(&arguments), moment);
        // What has its name is whole already.
        for seed in 1..=6 {
            if let Ok(found) = std::fs::read(folder.path().join(format!("data/{seed}"))) {
                assert!(found == bytes(seed), "after {moment:?}");
            }
        }
        works(&arguments);
        is_whole(folder.path());
    }
}

#[test]
fn a_file_that_fails_does_not_stop_the_others() {
    let server = Server::new(|asked| match asked.path() {
        "/list.txt" => Answer::new(200, "/a.csv 4\n/b.csv 4\n"),
        "/a.csv" => Answer::new(200, "<html><title>Sorry</title>"),
        _ => Answer::new(200, "data"),
    });
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let seen = run(&["fetch", &format!("{}/list.txt", server.address), "-o", out]);
    assert_eq!(seen.code, 1);
    let wanted = "a web page (\"Sorry\") came instead of the file";
    assert!(
        seen.err.contains("1 of 2 files were not fetched") && seen.err.contains(wanted),
        "{}",
        seen.err
    );
    assert_eq!(std::fs::read(folder.path().join("b.csv")).unwrap(), b"data");
}

#[test]
fn a_copy_is_mended_by_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let example = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/examples/leptons.toml"
    );
    let (good, bad) = (path("good"), path("bad"));
    works(&["release", "build", example, "-o", &good]);
    let files: Vec<(String, Vec<u8>)> = super::publish::files_of(Path::new(&good));
    let served = files
        .clone()
        .into_iter()
        .map(|(name, bytes)| (format!("/r/{name}"), bytes));
    let server = Server::of_files(served.collect());
    for from in [good.clone(), format!("{}/r", server.address)] {
        let _ = std::fs::remove_dir_all(&bad);
        for (name, bytes) in &files {
            let to = Path::new(&bad).join(name);
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::write(to, bytes).unwrap();
        }
        works(&["release", "verify", &bad]);
        let shard = files
            .iter()
            .find(|(name, _)| name.contains("train") && name.ends_with(".parquet"))
            .unwrap();
        std::fs::write(Path::new(&bad).join(&shard.0), b"broken").unwrap();
        std::fs::remove_file(Path::new(&bad).join("README.md")).unwrap();
        server.forget();
        let seen = run(&["release", "verify", &bad, "--repair", "--from", &from]);
        assert_eq!(seen.code, 0, "{}", seen.err);
        assert!(seen.err.contains("2 files replaced"), "{}", seen.err);
        assert!(super::publish::files_of(Path::new(&bad)) == files);
        // The manifest, and the two files.
        let asked = server.asked().len();
        assert!(asked == 0 || asked == 3, "{asked}");
    }
}
