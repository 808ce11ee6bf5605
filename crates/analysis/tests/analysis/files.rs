//! What an analysis writes.

use photopeak_analysis::{catalogue, report};
use photopeak_formats::Dataset;

use super::common::{described, four_leptons, outcome, python, results, testdata, with_units};

#[test]
fn every_histogram_has_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("a/b");
    let analysis = described(
        "title = \"\"\n[[histogram]]\nname = \"one\"\nx = { expr = \"lep_n\", bins = [3, 2.5, 5.5] }\n\
         [[histogram]]\nname = \"two\"\nx = { expr = \"lep_eta\", bins = [5, -2.5, 2.5] }\ny = { expr = \"lep_phi\", edges = [-4, 0, 4] }",
    );
    let written = report::write(&analysis, &results(&analysis, &four_leptons()), &out).unwrap();
    let mut names: Vec<String> = std::fs::read_dir(&out)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "cutflow.csv",
            "histograms.json",
            "one.png",
            "one.svg",
            "two.png",
            "two.svg"
        ]
    );
    assert_eq!(written.len(), names.len());
    assert_eq!(
        std::fs::read_to_string(out.join("cutflow.csv")).unwrap(),
        "cut,title,events,data_A.4lep.root,data_B.4lep.root,data_C.4lep.root,data_D.4lep.root\n\
         all,all events,832,39,156,237,400\n"
    );
}

#[test]
fn a_file_is_no_folder() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let message = report::make_folder(file.path()).unwrap_err().to_string();
    assert!(
        message.ends_with("a file, where a folder for the results is wanted"),
        "{message}"
    );
}

#[test]
fn files_of_one_name_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let mut paths = Vec::new();
    for (sub, period) in [("x", "A"), ("y", "B")] {
        std::fs::create_dir(folder.path().join(sub)).unwrap();
        let path = folder.path().join(sub).join("mini.root");
        std::fs::copy(
            testdata(&format!("atlas-13tev-4lep/data_{period}.4lep.root")),
            &path,
        )
        .unwrap();
        paths.push(path.to_str().unwrap().to_owned());
    }
    let outcome = outcome(
        &described("title = \"\""),
        &with_units(Dataset::open(&paths).unwrap()),
    );
    let files: Vec<(String, Vec<u64>)> = outcome
        .cutflow
        .files
        .into_iter()
        .map(|f| (f.file, f.events))
        .collect();
    assert_eq!(
        files,
        [(paths[0].clone(), vec![39]), (paths[1].clone(), vec![156])]
    );
}

#[test]
fn hist_in_python_reads_the_histograms() {
    let analysis = catalogue::analysis("atlas-2020/hzz-as-published").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let results = results(&analysis, &four_leptons());
    report::write(&analysis, &results, folder.path()).unwrap();
    let program = "
import json, sys, hist, uhi.io.json
text = open(sys.argv[1]).read()
found = json.loads(text, object_hook=uhi.io.json.object_hook)
for name, h in found.items():
    h = hist.Hist(h)
    print(name, h.axes[0].name or h.axes[0].label, h.sum(flow=True), list(map(int, h.values())))
";
    let file = folder.path().join("histograms.json");
    let Some(printed) = python("hist, uhi.io.json", program, &[file.to_str().unwrap()]) else {
        return;
    };
    for (name, histogram) in &results.all().unwrap().histograms {
        let line = printed
            .lines()
            .find(|line| line.split(' ').next() == Some(name))
            .unwrap();
        let values: Vec<i64> = histogram.values(false).iter().map(|v| *v as i64).collect();
        assert!(
            line.ends_with(&format!("{:.1} {values:?}", histogram.sum(true))),
            "{line}\n{values:?}"
        );
    }
}
