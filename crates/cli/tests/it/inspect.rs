//! `photopeak inspect`.

use super::common::{PERIOD_A, fails, json, python, works};

#[test]
fn a_file_with_one_tree_shows_its_columns() {
    let text = works(&["inspect", PERIOD_A]);
    let mut lines = text.lines();
    assert_eq!(
        lines.next(),
        Some("atlas-13tev-4lep/data_A.4lep.root: 39 events, 25.8 kB, ROOT 6.18/04, ZLIB level 1")
    );
    assert_eq!(
        lines.next(),
        Some("units: atlas-2020-13tev (ATLAS Open Data at 13 TeV for education, release 2020)")
    );
    assert_eq!(lines.next(), Some(""));
    assert_eq!(
        lines.next(),
        Some("column                     type           unit  description")
    );
    assert_eq!(lines.clone().count(), 81);
    assert!(text.contains(
        "\nlep_pt                     list<float32>  MeV   Transverse momentum of each lepton\n"
    ));
}

#[test]
fn several_files_together() {
    let text = works(&[
        "inspect",
        "atlas-13tev-4lep/data_[AB]*.root",
        "--filter",
        "lep_n",
    ]);
    assert!(text.contains("data_B.4lep.root: 156 events"), "{text}");
    assert!(text.contains("\ntogether: 195 events\n"), "{text}");
    assert!(
        text.ends_with("\nlep_n   uint32  Number of leptons\n"),
        "{text}"
    );
}

#[test]
fn what_is_not_there_is_said() {
    let text = works(&["inspect", PERIOD_A, "--filter", "neutrino"]);
    assert!(
        text.ends_with("\nno column has \"neutrino\" in its name or description\n"),
        "{text}"
    );
    let text = works(&["inspect", PERIOD_A, "--schema", "none"]);
    assert!(
        text.contains("units: not known; `--schema NAME` takes those of a known release\n"),
        "{text}"
    );
    assert!(!text.contains("MeV"), "{text}");
}

#[test]
fn sizes_are_shown_where_branches_have_them() {
    let text = works(&["inspect", "root-writers/stl.root"]);
    assert!(
        text.contains("column          type                     stored  description\n"),
        "{text}"
    );
    assert!(
        text.contains("text            string                   643 B\n"),
        "{text}"
    );
}

#[test]
fn json_has_the_columns() {
    let all = json(&works(&["inspect", PERIOD_A, "--json"]));
    assert_eq!(all["events"], 39);
    assert_eq!(all["schema"], "atlas-2020-13tev");
    assert_eq!(all["columns"].as_array().unwrap().len(), 81);
    let pt = &all["columns"]
        .as_array()
        .unwrap()
        .iter()
        .find(|c| c["name"] == "lep_pt")
        .unwrap();
    assert_eq!(
        (&pt["type"], &pt["unit"]),
        (&"list<float32>".into(), &"MeV".into())
    );
    assert!(pt["stored_bytes"].is_null());
    let objects = json(&works(&[
        "inspect",
        "root-writers/histograms.root",
        "--json",
    ]));
    assert_eq!(objects["objects"][0]["class"], "TH1F");
}

#[test]
fn a_file_of_histograms() {
    let text = works(&["inspect", "root-writers/histograms.root"]);
    assert!(
        text.contains("\nh1f;1      TH1F      13       fixed bins\n"),
        "{text}"
    );
    assert!(
        text.ends_with("\nphotopeak hist root-writers/histograms.root:h1f  a histogram\n"),
        "{text}"
    );
    assert_eq!(
        works(&["inspect", "root-writers/histograms.root:h1i"]),
        "root-writers/histograms.root:h1i: TH1I \"integers\"\n\
         entries 13   mean 0.5000   std dev 0.8165   underflow 1   overflow 3\n\n\
         axis  bins  from  to\nx     3     -1    2\n"
    );
}

#[test]
fn a_file_of_several_trees() {
    let text = works(&["inspect", "root-writers/directories.root"]);
    assert!(
        text.contains("\na/b/c/deep;1      TTree       5        one number\n"),
        "{text}"
    );
    let text = works(&["inspect", "root-writers/directories.root:a/b/c/deep"]);
    assert!(
        text.contains(": 5 events, ") && text.contains("\ni       int32 "),
        "{text}"
    );
}

#[test]
fn a_chain_stands_for_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let from = super::common::testdata().join("root-writers");
    let copy =
        |from: &std::path::Path, name: &str| std::fs::copy(from, folder.path().join(name)).unwrap();
    copy(&from.join("chain.root"), "chain.root");
    let chain = folder.path().join("chain.root");
    let place = format!("{}:parts", chain.display());
    copy(&from.join("codec-zlib.root"), "codec-zlib.root");
    copy(&from.join("codec-zstd.root"), "codec-zstd.root");
    fails(
        &["inspect", &place],
        &format!(
            "{}: the chain parts names a file that cannot be found: {}/more/codec-lz4.root: no such file or folder (looked from {})",
            chain.display(),
            folder.path().display(),
            super::common::testdata().canonicalize().unwrap().display()
        ),
    );
    // The third part asks for a tree in a directory, which this file has not.
    std::fs::create_dir(folder.path().join("more")).unwrap();
    copy(&from.join("codec-lz4.root"), "more/codec-lz4.root");
    fails(
        &["inspect", &place],
        &format!(
            "{}/more/codec-lz4.root: no object \"nested/t\" in this file; it has t",
            folder.path().display()
        ),
    );
}

#[test]
fn wrong_places() {
    let here = super::common::testdata().canonicalize().unwrap();
    fails(
        &["inspect", "nope.root"],
        &format!(
            "nope.root: no such file or folder (looked from {})",
            here.display()
        ),
    );
    fails(&["inspect", "*.nope"], "*.nope: no file matches");
    fails(
        &["inspect", "root-writers/writers.C"],
        "root-writers/writers.C: neither ROOT, HDF5, Parquet nor NumPy by its first bytes, nor CSV by its name",
    );
    fails(
        &["inspect", "atlas-13tev-4lep/data_A.4lep.root:minni"],
        "atlas-13tev-4lep/data_A.4lep.root: no object \"minni\" in this file; did you mean mini?",
    );
    fails(
        &["inspect", PERIOD_A, "--schema", "atlas-2020"],
        "there is no schema \"atlas-2020\" in the catalogue; it has atlas-2016-8tev, atlas-2020-13tev, atlas-2025-13tev, cms-2012-8tev",
    );
}

#[test]
fn a_chain_whose_files_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let from = super::common::testdata().join("root-writers");
    for name in ["chain.root", "codec-zlib.root", "codec-zstd.root"] {
        std::fs::copy(from.join(name), folder.path().join(name)).unwrap();
    }
    std::fs::create_dir(folder.path().join("more")).unwrap();
    // The third part is a tree in a directory of its file.
    let program = "
import sys, uproot, numpy as np
with uproot.recreate(sys.argv[1]) as file:
    tree = file.mktree('nested/t', {'i': 'i4', 'x': 'f4'})
    tree.extend({'i': np.arange(7, dtype='i4'), 'x': np.full(7, 0.5, dtype='f4')})
";
    let third = folder.path().join("more/codec-lz4.root");
    if python("uproot, numpy", program, &[third.to_str().unwrap()]).is_none() {
        return;
    }
    let chain = folder.path().join("chain.root");
    let chain = chain.to_str().unwrap();
    let all = json(&works(&["inspect", &format!("{chain}:parts"), "--json"]));
    assert_eq!(all["events"], 200 + 200 + 7);
    let names: Vec<&str> = all["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["i", "x"]);
    // It is the only thing in its file that holds events: it needs no name.
    let text = works(&["hist", chain, "i", "--bins", "1,-0.5,6.5"]);
    assert!(
        text.ends_with("407 of 407 events selected\nentries 407   mean 3   std dev 0   underflow 0   overflow 386\n"),
        "{text}"
    );
}

#[test]
fn hdf5_tables_and_their_columns() {
    let text = works(&["inspect", "hdf5-writers/legend.lh5"]);
    assert!(
        text.contains("HDF5, 2 tables\n\ntable    kind       rows  columns\nch1/raw  LH5 table  20    14\nconfig   LH5 table  1     1\n"),
        "{text}"
    );
    let text = works(&[
        "inspect",
        "hdf5-writers/legend.lh5:ch1/raw",
        "--filter",
        "wave",
    ]);
    assert!(
        text.contains("waveform.dt              float32      ns  "),
        "{text}"
    );
    let text = works(&["inspect", "hdf5-writers/filters.h5"]);
    assert!(
        text.contains("blosc       compression by blosc; write the file anew with h5repack"),
        "{text}"
    );
    fails(
        &["hist", "hdf5-writers/legend.lh5", "energy"],
        "hdf5-writers/legend.lh5: the file holds 2 tables (ch1/raw, config); name one, as in hdf5-writers/legend.lh5:ch1/raw",
    );
}
