//! `photopeak analyse`.

use super::common::{PERIOD_A, command, finished, json, names, works};

mod mistakes;
mod resume;
mod several;

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
fn a_catalogue_of_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("analyses/mine")).unwrap();
    std::fs::write(
        folder.path().join("analyses/mine/count.toml"),
        "title = \"Counting\"\n",
    )
    .unwrap();
    let output = command(&["analyse", "--list"])
        .env("PHOTOPEAK_CATALOG", folder.path())
        .output()
        .unwrap();
    let run = finished(output);
    assert!(
        run.out.ends_with("\nmine\n  count  Counting\n"),
        "{}",
        run.out
    );
}
