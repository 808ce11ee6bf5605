//! `photopeak catalog`.

use super::common::{fails, json, works};

#[test]
fn it_lists_what_there_is() {
    let text = works(&["catalog"]);
    for wanted in [
        "  majorana",
        "  atlas-2020-13tev",
        "  atlas-2020/hzz",
        "challenges",
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    let found = json(&works(&["catalog", "atlas-2020", "--json"]));
    assert_eq!(found["releases"][0], "atlas-2020-13tev");
    assert!(found.get("chains").is_none());
    fails(
        &["catalog", "majoranna"],
        "nothing in the catalogue is called \"majoranna\"; did you mean majorana?",
    );
}

#[test]
fn a_data_set_says_what_it_is() {
    let text = works(&["catalog", "majorana"]);
    for wanted in ["doi:10.5281/zenodo.8257027", "npml", "recorded"] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    let files = &json(&works(&["catalog", "majorana", "--json"]))["files"];
    assert_eq!(files.as_array().unwrap().len(), 25);
    assert_eq!(
        files[0]["url"],
        "https://zenodo.org/api/records/8257027/files/MJD_Train_0.hdf5/content"
    );
}

#[test]
fn what_is_fetched_is_chosen_from_it() {
    let listed = json(&works(&[
        "fetch", "majorana", "--part", "npml", "--list", "--json",
    ]));
    let files = listed["files"].as_array().unwrap();
    assert_eq!(files.len(), 3);
    assert_eq!(
        files[2]["checksum"]["value"],
        "1eb6763a64aaa5ccbe471803e143daa7"
    );
    let arguments = [
        "fetch",
        "atlas-2020",
        "--collection",
        "4lep",
        "--sample",
        "data",
    ];
    let listed = works(&[&arguments[..], &["--list"]].concat());
    for wanted in ["33765", "Adler-32 b6a8df64", "data_A.4lep.root"] {
        assert!(listed.contains(wanted), "{wanted}: {listed}");
    }
    assert!(listed.ends_with("\n4 files, 334.4 kB\n"), "{listed}");
    fails(
        &["fetch", "majorana", "--part", "blind", "--list"],
        "majorana has no part \"blind\"; it has train, test, npml",
    );
    fails(
        &["fetch", "atlas-2020", "--files", "x*", "--list"],
        "--files x*: none of the 1149 files matches; --list shows them",
    );
}
