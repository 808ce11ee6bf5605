//! `photopeak analyse --resume`: runs that were stopped.

use std::path::{Path, PathBuf};

use super::super::common::{PERIOD_A, command, misused, run, testdata};

#[cfg(unix)]
#[test]
fn killed_at_any_moment_it_goes_on_and_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let data = many_files(folder.path(), 150);
    let analysis = weighted(folder.path());
    let whole = folder.path().join("whole");
    let arguments = |out: &Path| -> Vec<String> {
        let out = out.to_str().unwrap();
        [
            "analyse", &analysis, "hzz", "--data", &data, "--resume", "-o", out,
        ]
        .map(str::to_owned)
        .into()
    };
    let run = |out: &Path| {
        let arguments = arguments(out);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        run(&arguments)
    };
    let begun = std::time::Instant::now();
    assert_eq!(run(&whole).code, 0);
    let takes = begun.elapsed();
    let out = folder.path().join("out");
    let state = out.join(".photopeak-resume");
    let mut found = 0;
    for (i, signal) in ["KILL", "INT", "KILL", "TERM", "KILL"]
        .into_iter()
        .enumerate()
    {
        let arguments = arguments(&out);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut command = command(&arguments);
        command.stdout(std::process::Stdio::null());
        command.stderr(std::process::Stdio::piped());
        let child = command.spawn().unwrap();
        std::thread::sleep(takes * (i as u32 + 1) / 7);
        let id = child.id().to_string();
        std::process::Command::new("kill")
            .args(["-s", signal, &id])
            .status()
            .unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        if output.status.code() == Some(0) {
            // It was too fast.
            continue;
        }
        if signal != "KILL" && output.status.code().is_some() {
            assert_eq!(output.status.code(), Some(130), "{said}");
            assert!(
                said.starts_with("interrupted, nothing was written"),
                "{said}"
            );
        }
        // What is there is whole: the state, or a result that was written before the kill.
        for file in walk(&out) {
            let hidden = file.file_name().unwrap().as_encoded_bytes()[0] == b'.';
            if !hidden {
                let same = whole.join(file.strip_prefix(&out).unwrap());
                let read = |path| std::fs::read(path).unwrap();
                assert_eq!(read(&file), read(&same), "{}", file.display());
            }
        }
        found = found.max(std::fs::metadata(&state).map_or(0, |m| m.len()));
    }
    assert!(found > 1000, "nothing was kept: {found} bytes");
    let last = run(&out);
    assert_eq!((last.code, last.err.as_str()), (0, ""));
    assert!(!state.exists());
    for name in ["weighted", "hzz"] {
        assert_eq!(
            numbers(&out.join(name)),
            numbers(&whole.join(name)),
            "{name}"
        );
    }
}

#[test]
fn a_foreign_state_is_noted_and_not_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    std::fs::create_dir(&out).unwrap();
    let state = out.join(".photopeak-resume");
    std::fs::write(&state, "something else").unwrap();
    let arguments = [
        "analyse",
        "hzz",
        "--data",
        PERIOD_A,
        "--resume",
        "-o",
        out.to_str().unwrap(),
    ];
    let run = run(&arguments);
    assert_eq!(run.code, 0);
    assert_eq!(
        run.err,
        format!(
            "note: {}: not used: it does not hold partial results of this form\n",
            state.display()
        )
    );
    assert!(!state.exists());
    misused(
        &["analyse", "hzz", "--data", PERIOD_A, "--resume"],
        "the following required arguments were not provided:",
    );
}

/// A folder with many small files, so that a run takes a while and has many partitions.
fn many_files(folder: &Path, n: usize) -> String {
    let data = folder.join("data");
    std::fs::create_dir(&data).unwrap();
    for i in 0..n {
        let from = testdata().join("atlas-13tev-4lep/data_C.4lep.root");
        std::fs::copy(from, data.join(format!("{i:04}.root"))).unwrap();
    }
    data.to_str().unwrap().to_owned()
}

/// An analysis with weighted sums, in which every rounding shows.
fn weighted(folder: &Path) -> String {
    let file = folder.join("weighted.toml");
    let text = "title = \"Weighted\"\nweight = \"0.1 + sin(met_et/GeV)**2\"\n\
        [[cut]]\nname = \"a\"\nexpr = \"lep_n == 4\"\n\
        [[histogram]]\nname = \"pt\"\nx = { expr = \"lep_pt\", bins = [50, 0, 100], unit = \"GeV\" }\n";
    std::fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_owned()
}

/// The results, without plots.
fn numbers(out: &Path) -> [Vec<u8>; 2] {
    ["cutflow.csv", "histograms.json"].map(|file| std::fs::read(out.join(file)).unwrap())
}

/// All files below a folder.
fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| match path.is_dir() {
            true => walk(&path),
            false => vec![path],
        })
        .collect()
}
