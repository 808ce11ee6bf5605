//! `photopeak analyse` with several analyses.

use super::super::common::{PERIOD_A, fails, json, names, works};
use super::{CUTFLOW, some_analyses};

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
