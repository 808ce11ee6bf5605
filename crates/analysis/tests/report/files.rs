//! Which files are written.

use photopeak_analysis::report;

use super::common::{analysis, full};

#[test]
fn every_kind_of_result_has_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let written = report::write(&analysis("", "fit = true"), &full(), folder.path()).unwrap();
    let names: Vec<String> = written
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        names,
        [
            "cutflow.csv",
            "cutflow-files.csv",
            "histograms.json",
            "yields.csv",
            "yields.md",
            "yields.tex",
            "systematics.csv",
            "systematics.md",
            "systematics.tex",
            "workspace.json",
            "workspace.md",
            "m.svg",
            "m.png",
        ]
    );
    assert!(written.iter().all(|path| path.is_file()));
}

#[test]
fn a_cutflow_with_processes_has_a_row_for_each_step() {
    let folder = tempfile::tempdir().unwrap();
    report::write(&analysis("", ""), &full(), folder.path()).unwrap();
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(
        read("cutflow.csv"),
        "\
process,cut,title,events,sum_weights,error
data,all,all events,106,106,10.295630140987
data,mass,m > 80 GeV,53,53,7.280109889280518
zz,all,all events,68,68,3.2863353450309964
zz,mass,m > 80 GeV,34,34,2.32379000772445
zee,all,all events,20,20,2.8284271247461903
zee,mass,m > 80 GeV,10,10,2
higgs,all,all events,14,14,0.3741657386773941
higgs,mass,m > 80 GeV,7,7,0.264575131106459
"
    );
    assert!(read("cutflow-files.csv").starts_with(
        "process,file,cut,events\ndata,a.root,all,106\ndata,a.root,mass,53\nzz,a.root,all,68\n"
    ));
}

#[test]
fn histograms_are_named_by_process_and_variation() {
    let text = report::uhi_json(&full()).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let names: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "data/m",
            "higgs/m",
            "higgs/m/theory_up",
            "zee/m",
            "zee/m/jes_down",
            "zee/m/jes_up",
            "zz/m",
            "zz/m/jes_down",
            "zz/m/jes_up",
        ]
    );
}

#[test]
fn the_cutflow_in_a_terminal() {
    let results = full();
    assert_eq!(
        report::text_table(&results, 100),
        "\
cut          Data           ZZ       Z → ee         higgs     expected
all events    106   68.0 ± 3.3   20.0 ± 2.8    14.0 ± 0.4      102 ± 4
m > 80 GeV     53   34.0 ± 2.3   10.0 ± 2.0   7.00 ± 0.26   51.0 ± 3.1
"
    );
    // Narrower: sums in place of processes.
    assert_eq!(
        report::text_table(&results, 60),
        "\
cut          Data   background        signal     expected
all events    106       88 ± 4    14.0 ± 0.4      102 ± 4
m > 80 GeV     53   44.0 ± 3.1   7.00 ± 0.26   51.0 ± 3.1
"
    );
}
