//! What `photopeak analyse` says of inputs that are wrong.

use super::super::common::{PERIOD_A, fails, names, run};
use super::some_analyses;

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
fn what_has_no_effect_is_refused() {
    let (sample, luminosity) = (
        ["--sample", "data_A.4lep.root=361106"],
        ["--luminosity", "3/fb"],
    );
    for option in [sample, luminosity] {
        fails(
            &[
                "analyse", "adl/q1", "--data", PERIOD_A, option[0], option[1],
            ],
            &format!(
                "{} is for analyses with [[process]]: adl/q1 takes all events as they are; leave it out",
                option[0]
            ),
        );
    }
}
