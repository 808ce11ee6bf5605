//! The ATLAS Open Data files of the repository: every branch equals what uproot reads.

use crate::peer;

fn check(folder: &str, files: usize, branches_each: usize) {
    let paths = peer::files(folder);
    assert_eq!(paths.len(), files, "files in {folder}");
    let Some(expected) = peer::uproot_digests(&paths) else {
        return;
    };
    for path in &paths {
        let found = peer::compare(path, &expected[path.to_str().unwrap()]);
        assert!(
            found.different.is_empty(),
            "{}: {:#?}",
            path.display(),
            found.different
        );
        assert!(
            found.only_here.is_empty(),
            "{}: {:?}",
            path.display(),
            found.only_here
        );
        assert_eq!(found.equal, branches_each, "branches of {}", path.display());
    }
}

#[test]
fn atlas_13_tev_equals_uproot() {
    check("atlas-13tev-4lep", 4, 81);
}

#[test]
fn atlas_8_tev_equals_uproot() {
    check("atlas-8tev-4lep", 4, 46);
}
