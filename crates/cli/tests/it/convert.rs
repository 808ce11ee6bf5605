//! `photopeak convert`.

use super::common::{PERIOD_A, fails, json, names, python, run, testdata, works};

#[test]
fn to_parquet_and_what_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let place = path.to_str().unwrap();
    let text = works(&["convert", PERIOD_A, place]);
    assert!(
        text.starts_with(&format!("{place}: 39 rows, 81 columns, ")),
        "{text}"
    );
    assert_eq!(names(folder.path()), ["a.parquet"]);
    let text = works(&["inspect", place, "--filter", "lep_pt"]);
    assert!(text.contains("lep_pt        list<float32>  MeV "), "{text}");
    // The analysis gives the same from either.
    let mass = "sum(p4(lep_pt, lep_eta, lep_phi, lep_E)).mass";
    let histogram = |path: &str| works(&["hist", path, mass, "--bins", "24,80,170,GeV", "--json"]);
    assert_eq!(histogram(place), histogram(PERIOD_A));
}

#[test]
fn some_columns() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let place = path.to_str().unwrap();
    let text = works(&[
        "convert",
        "atlas-13tev-4lep",
        place,
        "--columns",
        "lep_*,eventNumber",
    ]);
    assert!(text.starts_with(&format!("{place}: 832 rows, ")), "{text}");
    let text = works(&["inspect", place]);
    assert!(
        text.contains("\neventNumber ") && text.contains("\nlep_E ") && !text.contains("\njet_"),
        "{text}"
    );
}

#[test]
fn waveforms_to_hdf5_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let source = "hdf5-writers/legend.lh5:ch1/raw";
    let largest = |path: &str| {
        works(&[
            "hist",
            path,
            "max(`waveform.values`)",
            "--bins",
            "9,8900,12000",
            "--json",
        ])
    };
    works(&[
        "convert",
        source,
        &place("a.lh5"),
        "--table",
        "ch1/raw",
        "--compression",
        "szip",
    ]);
    let text = works(&["inspect", &place("a.lh5"), "--filter", "energy"]);
    assert!(text.contains("energy  float64  keV "), "{text}");
    assert_eq!(largest(&place("a.lh5")), largest(source));
    // Encoded waveforms are 32 bits wide; their values need 16.
    let columns = "waveform_radware.values,energy";
    works(&[
        "convert",
        source,
        &place("b.h5"),
        "--columns",
        columns,
        "--narrow",
    ]);
    let text = works(&["inspect", &place("b.h5")]);
    assert!(
        text.contains("waveform_radware.values  uint16[120] "),
        "{text}"
    );
    fails(
        &["convert", source, &place("c.h5")],
        &format!(
            "{}: column hits: lists of varying length; write .lh5 (LEGEND's layout) or .parquet",
            place("c.h5")
        ),
    );
    assert_eq!(names(folder.path()), ["a.lh5", "b.h5"]);
}

#[test]
fn errors_leave_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fails(
        &["convert", PERIOD_A, "a.csv"],
        "a.csv: the output must end in .parquet, .root, .h5, .hdf5 or .lh5",
    );
    fails(
        &[
            "convert",
            PERIOD_A,
            &place("a.parquet"),
            "--columns",
            "lep_ptt",
        ],
        "no column matches \"lep_ptt\"; did you mean lep_pt? (`photopeak inspect` lists them)",
    );
    fails(
        &["convert", PERIOD_A, &place("no/a.parquet")],
        &format!(
            "{}: there is no folder {}; make it first",
            place("no/a.parquet"),
            place("no")
        ),
    );
    // A file whose baskets are cut off in the middle.
    let whole =
        std::fs::read(super::common::testdata().join("root-writers/codec-zlib.root")).unwrap();
    let mut damaged = whole.clone();
    for byte in &mut damaged[600..4000] {
        *byte ^= 0x55;
    }
    std::fs::write(place("damaged.root"), damaged).unwrap();
    let run = run(&["convert", &place("damaged.root"), &place("a.parquet")]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(run.err.contains("damaged.root"), "{}", run.err);
    assert_eq!(names(folder.path()), ["damaged.root"]);
}

#[test]
#[cfg(unix)]
fn a_folder_without_the_right_to_write() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o555)).unwrap();
    let run = run(&["convert", PERIOD_A, path.to_str().unwrap()]);
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
    // Root may write everywhere.
    if run.code != 0 {
        assert_eq!(
            run.err,
            format!("error: {}: permission denied\n", path.display())
        );
    }
}

#[test]
fn pyarrow_reads_what_uproot_reads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    works(&[
        "convert",
        PERIOD_A,
        path.to_str().unwrap(),
        "--schema",
        "none",
    ]);
    let program = "
import sys, uproot, awkward as ak, pyarrow.parquet as pq
tree = uproot.open(sys.argv[1])['mini']
table = pq.read_table(sys.argv[2])
assert table.column_names == tree.keys(), (table.column_names, tree.keys())
for name in tree.keys():
    theirs, ours = tree[name].array(), ak.from_arrow(table[name])
    assert ak.to_list(theirs) == ak.to_list(ours), name
    assert str(ak.type(ak.flatten(theirs, axis=None))) == str(ak.type(ak.flatten(ours, axis=None))).replace('?', ''), name
print(len(tree.keys()))
";
    let file = super::common::testdata().join(PERIOD_A);
    if let Some(printed) = python(
        "uproot, awkward, pyarrow.parquet",
        program,
        &[file.to_str().unwrap(), path.to_str().unwrap()],
    ) {
        assert_eq!(printed, "81\n");
    }
}

#[test]
fn computed_columns() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet").to_str().unwrap().to_owned();
    let define = |definitions: &[&str]| -> Vec<String> {
        let definitions = definitions
            .iter()
            .flat_map(|d| ["--define".to_owned(), (*d).to_owned()]);
        let first = [
            "convert",
            PERIOD_A,
            &path,
            "--columns",
            "lep_pt,ht,soft,n,hard,none",
        ];
        first
            .map(str::to_owned)
            .into_iter()
            .chain(definitions)
            .collect()
    };
    let good = define(&[
        "ht = sum(lep_pt)/GeV",
        "soft=lep_pt[lep_pt < 30*GeV]",
        "n = count(soft)",
        "hard = ht > 200",
        "none = soft[0]",
    ]);
    works(&good.iter().map(String::as_str).collect::<Vec<_>>());
    let text = works(&["inspect", &path]);
    for line in [
        "ht      float64              sum(lep_pt)/GeV",
        "soft    list<float64>  MeV   lep_pt[lep_pt < 30*GeV]",
        "n       int64                count(soft)",
        "hard    bool                 ht > 200",
        "none    float64        MeV   soft[0]",
    ] {
        assert!(text.contains(line), "{text}");
    }
    // The same from the file as computed anew; missing values stay missing.
    for (stored, computed) in [
        ("ht", "sum(lep_pt)/GeV"),
        ("soft", "lep_pt[lep_pt < 30*GeV]"),
        ("n", "count(lep_pt[lep_pt < 30*GeV])"),
        ("none", "lep_pt[lep_pt < 30*GeV][0]"),
        ("hard", "sum(lep_pt) > 200*GeV"),
    ] {
        let histogram = |path: &str, expr: &str| {
            let bins = if stored == "ht" || stored == "n" {
                "50,0,500"
            } else {
                "50,0,50000"
            };
            let out = works(&["hist", path, expr, "--bins", bins, "--json"]);
            json(&out)["storage"].clone()
        };
        assert_eq!(
            histogram(&path, stored),
            histogram(PERIOD_A, computed),
            "{stored}"
        );
    }
    let bad = define(&["ht = sum(lep_pt) + 3*mm"]);
    let message = run(&bad.iter().map(String::as_str).collect::<Vec<_>>()).err;
    assert!(
        message.starts_with("error: column ht: cannot add MeV and mm\n"),
        "{message}"
    );
    let bad = define(&["lep_pt = 3"]);
    let message = run(&bad.iter().map(String::as_str).collect::<Vec<_>>()).err;
    assert_eq!(
        message,
        "error: column lep_pt: the table has a column of this name; choose another\n"
    );
}

/// What uproot finds in two files, by branch: the C++ types, and the values with their types.
const SAME_BRANCHES: &str = r#"
import sys
import awkward as ak
import uproot

before, after = (uproot.open(path + ":mini") for path in sys.argv[1:])
assert before.keys() == after.keys(), set(before.keys()) ^ set(after.keys())
assert before.title == after.title, after.title
for one, other in zip(before.values(), after.values()):
    assert one.typename == other.typename, (one.name, one.typename, other.typename)
    a, b = one.array(), other.array()
    assert a.type == b.type, (one.name, a.type, b.type)
    assert ak.array_equal(a, b), one.name
    declared = [[leaf.member("fTitle") for leaf in branch.member("fLeaves")] for branch in (one, other)]
    assert declared[0] == declared[1], declared
print(len(before.keys()), before.num_entries)
"#;

#[test]
fn from_root_to_parquet_and_back_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (parquet, root) = (place("a.parquet"), place("a.root"));
    for (source, branches) in [
        (PERIOD_A, 81),
        ("atlas-13tev-4lep/data_D.4lep.root", 81),
        // Its lists are arrays that another branch counts.
        ("atlas-8tev-4lep/skim.mc_105986.ZZ.root", 46),
    ] {
        works(&["convert", source, &parquet]);
        let full = testdata().join(source);
        for how in ["zlib", "lz4", "zstd"] {
            works(&["convert", &parquet, &root, "--compression", how]);
            let Some(found) = python(
                "uproot, awkward",
                SAME_BRANCHES,
                &[full.to_str().unwrap(), &root],
            ) else {
                return;
            };
            assert!(found.starts_with(&format!("{branches} ")), "{found}");
        }
        // Units and descriptions go along, though the catalogue would know them here.
        let text = works(&["inspect", &root, "--filter", "lep_pt"]);
        assert!(text.contains(" MeV "), "{text}");
    }
}

#[test]
fn a_tree_of_another_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.root");
    let place = path.to_str().unwrap();
    works(&[
        "convert",
        PERIOD_A,
        place,
        "--columns",
        "lep_pt",
        "--tree",
        "leptons",
    ]);
    let text = works(&["inspect", &format!("{place}:leptons")]);
    assert!(text.contains("lep_pt"), "{text}");
    fails(
        &["convert", PERIOD_A, place, "--compression", "szip"],
        "ROOT files are compressed by zlib, lz4 or zstd",
    );
    assert_eq!(names(folder.path()), ["t.root"]);
}
