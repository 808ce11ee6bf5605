//! Files behind HTTP: the same results as from disk, and only what is needed asked for.

use std::path::Path;

use photopeak_peers::http::{Answer, Server};

use super::common::{PERIOD_A, command, finished, json, names, run, testdata, works};

/// The data files of a folder, and of `testdata/atlas-13tev-4lep`, behind a server.
fn serve(folder: &Path) -> Server {
    let mut files = Vec::new();
    for folder in [folder, &testdata().join("atlas-13tev-4lep")] {
        for name in names(folder) {
            let bytes = std::fs::read(folder.join(&name));
            files.extend(bytes.ok().map(|bytes| (format!("/{name}"), bytes)));
        }
    }
    Server::of_files(files)
}

/// Bytes that ranges were asked for.
fn asked(server: &Server) -> usize {
    let asked = server.asked();
    let ranges = asked.iter().map(|asked| asked.range().unwrap());
    ranges.map(|(first, last)| last.unwrap() + 1 - first).sum()
}

/// The same events in every format.
fn every_format(folder: &Path) -> Vec<String> {
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    for name in ["a.parquet", "a.lh5"] {
        works(&["convert", PERIOD_A, &path(name)]);
    }
    // Lists of varying length have no place in a flat file.
    let flat = ["--columns", "met_*,eventNumber"];
    works(&[&["convert", PERIOD_A, &path("a.h5")], &flat[..]].concat());
    std::fs::write(path("a.csv"), "lep_n,met_et\n2,30000.5\n4,20000\n").unwrap();
    let mut npy = b"\x93NUMPY\x01\0\x76\0".to_vec();
    let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }";
    npy.extend(format!("{header:117}\n").bytes());
    npy.extend([1.5f64, 2.5].iter().flat_map(|n| n.to_le_bytes()));
    std::fs::write(path("a.npy"), npy).unwrap();
    ["a.parquet", "a.h5", "a.lh5", "a.csv", "a.npy"]
        .map(str::to_owned)
        .to_vec()
}

#[test]
fn every_format_reads_the_same_as_from_disk() {
    let folder = tempfile::tempdir().unwrap();
    let formats = every_format(folder.path());
    let server = serve(folder.path());
    let local = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let mut pairs: Vec<(String, String)> = formats
        .iter()
        .map(|name| (local(name), format!("{}/{name}", server.address)))
        .collect();
    let root = format!("{}/data_A.4lep.root", server.address);
    pairs.push((PERIOD_A.to_owned(), root.clone()));
    pairs.push((format!("{PERIOD_A}:mini"), format!("{root}:mini")));
    pairs.push((format!("{PERIOD_A}:mini"), format!("{root}#mini")));
    for (disk, address) in pairs {
        let (here, there) = (
            json(&works(&["inspect", &disk, "--json"])),
            json(&works(&["inspect", &address, "--json"])),
        );
        for key in ["events", "columns", "schema", "unreadable"] {
            assert_eq!(here[key], there[key], "{address}: {key}");
        }
        let converted = ["here.parquet", "there.parquet"].map(local);
        works(&["convert", &disk, &converted[0]]);
        works(&["convert", &address, &converted[1]]);
        let [here, there] = converted.map(|path| std::fs::read(path).unwrap());
        assert!(here == there, "{address}");
    }
}

#[test]
fn an_analysis_gives_the_same_results_and_resumes() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(folder.path());
    let out = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    works(&[
        "analyse",
        "hzz",
        "--data",
        "atlas-13tev-4lep",
        "-o",
        &out("here"),
    ]);
    let files = names(&testdata().join("atlas-13tev-4lep"));
    let files = files.iter().filter(|name| name.ends_with(".root"));
    let addresses: Vec<String> = files
        .map(|name| format!("{}/{name}", server.address))
        .collect();
    for _ in 0..2 {
        let mut arguments = vec!["analyse", "hzz", "-o"];
        let there = out("there");
        arguments.extend([there.as_str(), "--data"]);
        arguments.extend(addresses.iter().map(String::as_str));
        works(&arguments);
        for name in ["histograms.json", "cutflow.csv"] {
            let read = |which: &str| std::fs::read(Path::new(&out(which)).join(name)).unwrap();
            assert!(read("here") == read("there"), "{name}");
        }
    }
}

#[test]
fn only_the_columns_that_are_needed_are_fetched() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let events = ["--events", "1000", "--detectors", "1", "--runs", "1"];
    works(
        &[
            &["simulate", "majorana", "-o", &path("a.parquet")],
            &events[..],
        ]
        .concat(),
    );
    works(&["convert", &path("a.parquet"), &path("a.hdf5")]);
    for name in ["a.parquet", "a.hdf5"] {
        // Times are some kilobytes among megabytes of waveforms.
        let size = std::fs::metadata(path(name)).unwrap().len();
        assert!(size > 1_000_000, "{name}: {size}");
        let server = serve(folder.path());
        let address = format!("{}/{name}", server.address);
        let arguments = ["hist", &address, "tp0", "--bins", "10,0,2000", "-o"];
        let cache = path("cache");
        let results = ["first.csv", "second.csv"].map(|out| {
            server.forget();
            let out = path(out);
            let mut command = command(&[&arguments[..], &[&out]].concat());
            let run = finished(command.env("PHOTOPEAK_CACHE", &cache).output().unwrap());
            assert_eq!((run.code, run.err.as_str()), (0, ""));
            (std::fs::read(out).unwrap(), asked(&server))
        });
        let [(first, bytes), (second, again)] = results;
        assert!(first == second);
        assert!(bytes < 400_000, "{name}: {bytes} of {size}");
        // Then all is in the cache but the question whether the file is still the same.
        assert_eq!(again, 65_536, "{name}");
    }
}

#[test]
fn a_server_without_ranges_is_told_of() {
    let bytes = std::fs::read(testdata().join(PERIOD_A)).unwrap();
    let server = Server::new(move |_| Answer::new(200, bytes.clone()));
    let address = format!("{}/data_A.4lep.root", server.address);
    let seen = run(&["hist", &address, "lep_n"]);
    assert_eq!(seen.code, 0, "{}", seen.err);
    let wanted =
        format!("note: {address}: the server ignores ranges, so the whole file was fetched");
    assert!(seen.err.starts_with(&wanted), "{}", seen.err);
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn what_is_not_there_is_said() {
    let server = Server::of_files(Vec::new());
    let seen = run(&["inspect", &format!("{}/x.root:t", server.address)]);
    let wanted = format!(
        "error: {}/x.root: the server answered 404 (no such file); check the name\n",
        server.address
    );
    assert_eq!((seen.code, seen.err), (1, wanted));
}
