//! Nothing is found where nothing is wrong.

use photopeak_release::{build, check};

use crate::draft::{Draft, finding};

#[test]
fn simulated_records() {
    let draft = Draft::clean();
    draft.finds(&[]);
    draft.build().finds(&[]);
}

#[test]
fn the_same_in_two_formats_and_many_files() {
    let draft = Draft::clean().with("[\"parquet\"]", "[\"parquet\", \"hdf5\"]\nrows = 150");
    draft.build().finds(&[]);
}

#[test]
fn four_leptons_of_atlas() {
    let folder = tempfile::tempdir().unwrap();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let text = std::fs::read_to_string(format!("{root}/docs/examples/leptons.toml")).unwrap();
    let text = text
        .replace("../../testdata", &format!("{root}/testdata"))
        .replace(
            "experiment = ",
            "doi = \"10.5281/zenodo.1234567\"\nexperiment = ",
        );
    let path = folder.path().join("release.toml");
    std::fs::write(&path, text).unwrap();
    let out = folder.path().join("out");
    build(&path, &out, |_, _| ()).unwrap();
    for path in [&path, &out] {
        let report = check(path).unwrap();
        assert_eq!(report.findings, [], "{}", path.display());
        assert_eq!(report.rows, 827);
    }
}

#[test]
fn the_same_on_any_number_of_threads() {
    let draft = Draft::clean()
        .with("low = 0\nhigh = 3500", "high = 2000")
        .with("[\"parquet\"]", "[\"parquet\"]\nrows = 100");
    let built = draft.build();
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let report = pool.install(|| check(&built.folder)).unwrap();
        assert!(finding(&report, "out-of-range").rows > Some(1));
        serde_json::to_string(&report).unwrap()
    };
    assert_eq!(on(1), on(3));
}

#[test]
fn what_is_no_release() {
    let folder = tempfile::tempdir().unwrap();
    let says = |path: &std::path::Path| check(path).unwrap_err().to_string();
    assert!(says(folder.path()).contains("is no release: it has no release.toml; name the folder"));
    let absent = says(&folder.path().join("release.toml"));
    assert!(
        absent.contains("is not there; `photopeak release new DATA -o release.toml`"),
        "{absent}"
    );
}
