//! `photopeak release build`: formats, sizes of files, and builds that are killed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::common::{command, json, names, python, works};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The example of four-lepton events, with other files.
fn leptons(folder: &Path, files: &str) -> String {
    let text = std::fs::read_to_string(repository().join("docs/examples/leptons.toml")).unwrap();
    let data = repository().join("testdata/atlas-13tev-4lep");
    let text = text.replace("../../testdata/atlas-13tev-4lep", data.to_str().unwrap());
    let (before, _) = text.split_once("[files]").unwrap();
    let path = folder.join("release.toml");
    std::fs::write(&path, format!("{before}[files]\n{files}\n")).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Files below a folder, by path, with their bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, path: &str, found: &mut BTreeMap<String, Vec<u8>>) {
        for name in names(folder) {
            let (below, path) = (folder.join(&name), format!("{path}/{name}"));
            match below.is_dir() {
                true => walk(&below, &path, found),
                false => drop(found.insert(path, std::fs::read(below).unwrap())),
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, "", &mut found);
    found
}

#[test]
fn files_keep_to_their_size_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    // A ROOT file of the 292 rows that are thought of first is larger: there will be 146.
    let text = "formats = [\"parquet\", \"root\"]\nsize = \"20 kB\"\norder = \"shuffled\"";
    let description = leptons(folder.path(), text);
    let out = folder.path().join("out");
    works(&[
        "release",
        "build",
        &description,
        "-o",
        out.to_str().unwrap(),
    ]);
    let data = files(&out.join("data"));
    assert!(data.values().all(|bytes| bytes.len() <= 20_000));
    let of = |format: &str| {
        let names = data.keys().filter_map(|path| path.strip_suffix(format));
        let stems = names.map(|path| path.rsplit('/').next().unwrap().to_owned());
        stems.collect::<Vec<_>>()
    };
    assert_eq!(of(".parquet"), of(".root"));
    let train = of(".root")
        .iter()
        .filter(|stem| stem.contains("train"))
        .count();
    assert_eq!(train, 5);
    let mass = |format: &str| {
        let shards = out.join(format!("data/{format}/events-train-*.{format}"));
        let mass = ["mass", "--bins", "50,0,500,GeV", "--json"];
        json(&works(
            &[&["hist", shards.to_str().unwrap()], &mass[..]].concat(),
        ))
    };
    assert_eq!(mass("parquet"), mass("root"));
    let text = works(&[
        "inspect",
        out.join("data/root/events-train-000.root")
            .to_str()
            .unwrap(),
    ]);
    let mass = text.lines().find(|line| line.starts_with("mass ")).unwrap();
    assert!(
        mass.contains(" GeV ") && mass.ends_with("Mass of the four leptons together"),
        "{text}"
    );
}

/// What is published is read as the Majorana release is: `h5py.File(f)["raw_waveform"][...]`.
const AS_PUBLISHED: &str = r#"
import glob, os, sys
import h5py, numpy

folder, rows, sizes = sys.argv[1], 0, {True: [], False: []}
published = "raw_waveform energy_label psd_label_low_avse psd_label_high_avse psd_label_dcr psd_label_lq tp0 detector run_number id".split()
for path in sorted(glob.glob(folder + "/data/hdf5/*.hdf5")):
    blind = "blind" in path
    with h5py.File(path) as f:
        wanted = [name for name in published if not (blind and "label" in name)]
        assert sorted(f) == sorted(wanted), list(f)
        n = len(f["id"])
        for name in f:
            data = f[name]
            kind = "float64" if name in ("raw_waveform", "energy_label") else "bool" if "psd" in name else "int64"
            assert data.dtype == kind, (name, data.dtype)
            assert data.chunks is None and data.compression is None, name
            assert data.shape == ((n, 3800) if name == "raw_waveform" else (n,)), (name, data.shape)
        waveforms = f["raw_waveform"][...]
        assert (waveforms == numpy.round(waveforms)).all() and waveforms.std() > 10
    # 30,444 bytes an event as published, 30,432 without labels, and headers.
    row = 3800 * 8 + 4 * 8 + (0 if blind else 8 + 4)
    rest = os.path.getsize(path) - n * row
    assert 0 < rest < 8192, rest
    sizes[blind].append(rest)
    rows += n
# Headers do not grow with the events, but for filling up to eight bytes: 65,000 take 65,000 times as
# much, and headers.
assert all(max(each) - min(each) < 8 for each in sizes.values()), sizes
print(rows)
"#;

#[test]
fn a_simulated_majorana_release() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let size = ["--events", "6000", "--detectors", "2", "--runs", "2"];
    let records = place("raw.parquet");
    works(&[&["simulate", "majorana", "-o", &records], &size[..]].concat());
    works(&["label", &records, "-o", &place("labelled.parquet")]);
    let example = repository().join("docs/examples/majorana/release.toml");
    std::fs::copy(example, place("release.toml")).unwrap();
    let out = place("release");
    works(&["release", "build", &place("release.toml"), "-o", &out]);

    let bytes = |format: &str| -> usize {
        let data = files(&Path::new(&out).join("data").join(format));
        data.values().map(Vec::len).sum()
    };
    let ratio = bytes("hdf5") as f64 / bytes("parquet") as f64;
    assert!(ratio > 16.0, "{ratio}");
    if let Some(rows) = python("h5py, numpy", AS_PUBLISHED, &[&out]) {
        assert_eq!(rows, "6000\n");
    }
    let columns = |path: &str| {
        let seen = json(&works(&["inspect", &format!("{out}{path}"), "--json"]));
        seen["columns"].as_array().unwrap().len()
    };
    assert_eq!(columns("/data/parquet/events-blind-000.parquet"), 5);
    assert_eq!(columns("/data/parquet/events-test-000.parquet"), 10);
    // Labels and ids, for the organiser.
    assert_eq!(columns(".private/events-blind-000.parquet"), 6);
    let readme = std::fs::read_to_string(format!("{out}/README.md")).unwrap();
    assert!(readme.contains("simulated"), "{readme}");
}

/// Kills a build at some moments (`PHOTOPEAK_KILLS` of them), each time goes on with it, and finds
/// the same bytes at the end, and nothing under the release's names before.
#[test]
fn a_build_that_is_killed_goes_on() {
    let kills = std::env::var("PHOTOPEAK_KILLS").ok();
    let kills: u32 = kills.map_or(8, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let text = "formats = [\"root\", \"parquet\"]\nsize = \"30 kB\"\norder = \"shuffled\"";
    let description = leptons(folder.path(), text);
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (whole, out) = (place("whole"), place("out"));
    let build = |out: &str| command(&["release", "build", &description, "-o", out]);
    let start = Instant::now();
    assert!(build(&whole).output().unwrap().status.success());
    let length = start.elapsed();
    let state = place("out.partial.plan");
    let mut plan = Vec::new();
    for kill in 0..kills {
        // Later and later in a build, at moments that are not the same each time.
        let jitter = u64::from(std::process::id().wrapping_mul(2_654_435_761) >> 22);
        let wait = length * kill / kills + Duration::from_micros(jitter * 5);
        let mut child = build(&out).stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(wait);
        let ended = child.try_wait().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        plan = std::fs::read(&state).unwrap_or(plan);
        if ended.is_some() || Path::new(&out).exists() {
            // It was through: begin anew.
            assert_eq!(files(Path::new(&out)), files(Path::new(&whole)));
            std::fs::remove_dir_all(&out).unwrap();
            std::fs::remove_dir_all(format!("{out}.private")).unwrap();
            let _ = std::fs::remove_file(&state);
        }
    }
    works(&["release", "build", &description, "-o", &out]);
    let the_same = || {
        for what in ["", ".private"] {
            let (found, wanted) = (format!("{out}{what}"), format!("{whole}{what}"));
            assert_eq!(files(Path::new(&found)), files(Path::new(&wanted)));
        }
        let left = [
            "out",
            "out.private",
            "release.toml",
            "whole",
            "whole.private",
        ];
        assert_eq!(names(folder.path()), left);
    };
    the_same();
    // Killed between the two renames, and while a file was written.
    assert!(!plan.is_empty());
    std::fs::rename(&out, place("out.partial")).unwrap();
    std::fs::write(&state, &plan).unwrap();
    std::fs::write(place("out.partial/data/root/.photopeak-half"), "half").unwrap();
    works(&["release", "build", &description, "-o", &out]);
    the_same();
    // Killed when only the plan was left.
    std::fs::write(&state, &plan).unwrap();
    assert!(!build(&out).output().unwrap().status.success());
    the_same();
}
