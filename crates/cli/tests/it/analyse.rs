//! `photopeak analyse`.

use super::common::{PERIOD_A, fails, json, names, run, works};

const CUTFLOW: &str = "\
cut                                            events   of last    of all
all events                                        832   100.0 %   100.0 %
single-electron or single-muon trigger            832   100.0 %   100.0 %
exactly four good leptons                         416    50.0 %    50.0 %
pT > 25, 15, 10 GeV for the leading three         380    91.3 %    45.7 %
total charge zero                                 355    93.4 %    42.7 %
4e, 2e2µ or 4µ                                    321    90.4 %    38.6 %
";

#[test]
fn the_published_analysis_from_file_to_plot() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("hzz");
    let text = works(&[
        "analyse",
        "hzz-as-published",
        "--data",
        "atlas-13tev-4lep",
        "-o",
        out.to_str().unwrap(),
    ]);
    assert!(
        text.starts_with(&format!(
            "Higgs boson to four leptons, exactly as published\n\n{CUTFLOW}\n"
        )),
        "{text}"
    );
    assert!(
        text.contains("Mass of the four-lepton system  ·  ATLAS Open Data"),
        "{text}"
    );
    assert!(
        text.ends_with(&format!(
            "{}: cutflow.csv, histograms.json, 17 histograms as SVG and PNG\n",
            out.display()
        )),
        "{text}"
    );
    let written = names(&out);
    assert_eq!(written.len(), 2 + 2 * 17, "{written:?}");
    let csv = std::fs::read_to_string(out.join("cutflow.csv")).unwrap();
    assert!(
        csv.ends_with("flavour,\"4e, 2e2µ or 4µ\",321,18,52,93,158\n"),
        "{csv}"
    );
    // Again into the folder that is there: the same files.
    works(&[
        "analyse",
        "hzz-as-published",
        "--data",
        "atlas-13tev-4lep",
        "-o",
        out.to_str().unwrap(),
    ]);
    assert_eq!(names(&out), written);
}

#[test]
fn json_has_cutflow_and_histograms() {
    let all = json(&works(&[
        "analyse",
        "hzz",
        "--data",
        "atlas-13tev-4lep",
        "--json",
    ]));
    assert_eq!(all["cutflow"]["steps"][5]["events"], 268);
    assert_eq!(all["histograms"]["mass_four_lep"]["axes"][0]["bins"], 24);
}

#[test]
fn the_list() {
    let text = works(&["analyse", "--list"]);
    let heading = "atlas-2020: ATLAS Open Data at 13 TeV for education, release 2020\n";
    let group = text.split("\n\n").find(|group| group.starts_with(heading));
    let line = |name: &str, title: &str| {
        let lines = group.unwrap_or_default().lines();
        let words = lines.filter_map(|line| line.trim_start().split_once(' '));
        assert!(
            words.clone().any(|(n, t)| n == name && t.trim() == title),
            "{text}"
        );
    };
    line("hzz", "Higgs boson to four leptons");
    line(
        "hzz-as-published",
        "Higgs boson to four leptons, exactly as published",
    );
}

#[test]
fn several_analyses_in_one_pass() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("both");
    let to = |name: &str| out.join(name).to_str().unwrap().to_owned();
    let text = works(&[
        "analyse",
        "hzz*",
        "--data",
        "atlas-13tev-4lep",
        "-o",
        out.to_str().unwrap(),
    ]);
    assert!(text.contains(CUTFLOW), "{text}");
    assert!(text.contains(&format!("\n{}: cutflow.csv", to("hzz"))));
    assert_eq!(names(&out), ["hzz", "hzz-as-published"]);
    for name in ["hzz", "hzz-as-published"] {
        // The same bytes as alone.
        let alone = folder.path().join(name);
        let alone = alone.to_str().unwrap();
        works(&["analyse", name, "--data", "atlas-13tev-4lep", "-o", alone]);
        for file in ["cutflow.csv", "histograms.json"] {
            let read = |folder: &str| std::fs::read(std::path::Path::new(folder).join(file));
            assert_eq!(
                read(alone).unwrap(),
                read(&to(name)).unwrap(),
                "{name} {file}"
            );
        }
    }
    let both = json(&works(&[
        "analyse",
        "hzz",
        "hzz-as-published",
        "--data",
        PERIOD_A,
        "--json",
    ]));
    assert_eq!(both[1]["analysis"], "atlas-2020/hzz-as-published");
}

#[test]
fn several_analyses_must_fit_together() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, format!("title = \"\"\n{text}")).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let tree = file("tree.toml", "tree = \"other\"");
    fails(
        &["analyse", "hzz", &tree, "--data", PERIOD_A],
        &format!("atlas-2020/hzz is written for the tree mini, {tree} for other; run them apart"),
    );
    let (one, two) = (file("a/my.toml", ""), file("b/my.toml", ""));
    fails(
        &["analyse", &one, &two, "--data", PERIOD_A],
        &format!("{one} and {two} would both write to a folder my; run them apart"),
    );
    fails(
        &["analyse", "*nothing*", "--data", PERIOD_A],
        &format!(
            "no analysis in the catalogue fits \"*nothing*\"; it has {}",
            some_analyses()
        ),
    );
    let wrong = file("wrong.toml", "[[cut]]\nname = \"a\"\nexpr = \"lep_nn\"\n");
    fails(
        &["analyse", "hzz", &wrong, "--data", PERIOD_A],
        &format!(
            "analysis {wrong}: cut a: there is no column `lep_nn`\n  | lep_nn\n  | ^^^^^^\n  = help: did you mean `lep_n`?"
        ),
    );
}

#[test]
fn an_analysis_without_histograms_is_a_cutflow() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("my.toml");
    std::fs::write(
        &file,
        "title = \"Mine\"\n[[cut]]\nname = \"four\"\nexpr = \"lep_n == 4\"\n",
    )
    .unwrap();
    let text = works(&["analyse", file.to_str().unwrap(), "--data", PERIOD_A]);
    assert_eq!(
        text,
        "Mine\n\ncut             events   of last    of all\nall events          39   100.0 %   100.0 %\n\
         lep_n == 4          39   100.0 %   100.0 %\n\n0 histograms filled; `-o DIR` writes cutflow, histograms and plots\n"
    );
    let out = folder.path().join("out");
    works(&[
        "analyse",
        file.to_str().unwrap(),
        "--data",
        PERIOD_A,
        "-o",
        out.to_str().unwrap(),
    ]);
    assert_eq!(names(&out), ["cutflow.csv", "histograms.json"]);
}

#[test]
fn columns_of_another_release_are_noted() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("my.toml");
    let text = "title = \"Mine\"\nschema = \"atlas-2020-13tev\"\n\
        [[cut]]\nname = \"four\"\nexpr = \"lep_n == 4\"\n";
    std::fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    let run = run(&["analyse", file, "--data", "atlas-8tev-4lep"]);
    assert_eq!(run.code, 0);
    assert_eq!(
        run.err,
        format!(
            "note: {file} is written for the columns of atlas-2020-13tev; these look like atlas-2016-8tev. \
             Units are taken from atlas-2020-13tev\n"
        )
    );
}

/// How a message names the analyses that there are: the first ones, and how many more.
fn some_analyses() -> String {
    let list = works(&["analyse", "--list"]);
    let mut names = Vec::new();
    for group in list.split("\n\n") {
        let (heading, lines) = group.split_once('\n').unwrap();
        let folder = heading.split_once(':').unwrap().0;
        let short = lines
            .lines()
            .map(|line| line.split_whitespace().next().unwrap());
        names.extend(short.map(|name| format!("{folder}/{name}")));
    }
    format!("{} and {} more", names[..12].join(", "), names.len() - 12)
}

#[test]
fn wrong_inputs() {
    fails(
        &["analyse", "higgs", "--data", PERIOD_A],
        &format!(
            "there is no analysis \"higgs\" in the catalogue; it has {} (a file is named by its path: ./higgs.toml)",
            some_analyses()
        ),
    );
    fails(
        &["analyse", "hz", "--data", PERIOD_A],
        "there is no analysis \"hz\" in the catalogue; did you mean hzz? (a file is named by its path: ./hz.toml)",
    );
    fails(
        &["analyse", "./my.toml", "--data", PERIOD_A],
        "./my.toml: No such file or directory (os error 2)",
    );
    fails(
        &["analyse", "hzz", "--data", PERIOD_A, "atlas-13tev-4lep"],
        "atlas-13tev-4lep/data_A.4lep.root: named twice; its events would count twice",
    );
    fails(
        &["analyse", "hzz", "--data", "root-writers/stl.root"],
        "hzz may be atlas-2020/hzz, atlas-2025/hzz, and the data have the columns of none; name one to see why",
    );
    fails(
        &[
            "analyse",
            "atlas-2020/hzz",
            "--data",
            "root-writers/stl.root",
        ],
        "root-writers/stl.root: no object \"mini\" in this file; it has stl",
    );
    let file = tempfile::NamedTempFile::new().unwrap();
    let place = file.path().to_str().unwrap();
    fails(
        &["analyse", "hzz", "--data", PERIOD_A, "-o", place],
        &format!("{place}: a file, where a folder for the results is wanted"),
    );
}

#[test]
fn an_error_leaves_no_results() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("my.toml");
    std::fs::write(
        &file,
        "title = \"\"\n[[cut]]\nname = \"a\"\nexpr = \"lep_pt[0] > 5\"\n",
    )
    .unwrap();
    let out = folder.path().join("out");
    fails(
        &[
            "analyse",
            file.to_str().unwrap(),
            "--data",
            PERIOD_A,
            "-o",
            out.to_str().unwrap(),
        ],
        "cut a: cannot compare MeV and a plain number\n  | lep_pt[0] > 5\n  | ^^^^^^^^^^^^^\n  = help: give the number its unit: `5*MeV`",
    );
    assert!(names(&out).is_empty());
}

#[test]
fn a_catalogue_of_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("analyses/mine")).unwrap();
    std::fs::write(
        folder.path().join("analyses/mine/count.toml"),
        "title = \"Counting\"\n",
    )
    .unwrap();
    let output = super::common::command(&["analyse", "--list"])
        .env("PHOTOPEAK_CATALOG", folder.path())
        .output()
        .unwrap();
    let run = super::common::finished(output);
    assert!(
        run.out.ends_with("\nmine\n  count  Counting\n"),
        "{}",
        run.out
    );
}

/// A folder with many small files, so that a run takes a while and has many partitions.
fn many_files(folder: &std::path::Path, n: usize) -> String {
    let data = folder.join("data");
    std::fs::create_dir(&data).unwrap();
    for i in 0..n {
        let from = super::common::testdata().join("atlas-13tev-4lep/data_C.4lep.root");
        std::fs::copy(from, data.join(format!("{i:04}.root"))).unwrap();
    }
    data.to_str().unwrap().to_owned()
}

/// An analysis with weighted sums, in which every rounding shows.
fn weighted(folder: &std::path::Path) -> String {
    let file = folder.join("weighted.toml");
    let text = "title = \"Weighted\"\nweight = \"0.1 + sin(met_et/GeV)**2\"\n\
        [[cut]]\nname = \"a\"\nexpr = \"lep_n == 4\"\n\
        [[histogram]]\nname = \"pt\"\nx = { expr = \"lep_pt\", bins = [50, 0, 100], unit = \"GeV\" }\n";
    std::fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_owned()
}

/// The results, without plots.
fn numbers(out: &std::path::Path) -> [Vec<u8>; 2] {
    ["cutflow.csv", "histograms.json"].map(|file| std::fs::read(out.join(file)).unwrap())
}

#[cfg(unix)]
#[test]
fn killed_at_any_moment_it_goes_on_and_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let data = many_files(folder.path(), 150);
    let analysis = weighted(folder.path());
    let whole = folder.path().join("whole");
    let arguments = |out: &std::path::Path| -> Vec<String> {
        let out = out.to_str().unwrap();
        [
            "analyse", &analysis, "hzz", "--data", &data, "--resume", "-o", out,
        ]
        .map(str::to_owned)
        .into()
    };
    let run = |out: &std::path::Path| {
        let arguments = arguments(out);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        super::common::run(&arguments)
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
        let mut command = super::common::command(&arguments);
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

/// All files below a folder.
fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| match path.is_dir() {
            true => walk(&path),
            false => vec![path],
        })
        .collect()
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
    super::common::misused(
        &["analyse", "hzz", "--data", PERIOD_A, "--resume"],
        "the following required arguments were not provided:",
    );
}
