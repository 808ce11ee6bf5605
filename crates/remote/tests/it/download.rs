//! Fetching whole files: resumed, checked while they come, and never half there.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use photopeak_peers::http::{Answer, Asked, Fault, Server};
use photopeak_remote::{
    Checksum, Client, Done, Fetch, Function, Hasher, Patience, Present, RemoteFile, Url, download,
};

fn client() -> Client {
    Client::new(Patience {
        attempts: 3,
        first_wait: Duration::from_millis(5),
        ..Patience::default()
    })
}

fn data() -> Vec<u8> {
    (0..700_000u32)
        .map(|i| (i.wrapping_mul(i) >> 7) as u8)
        .collect()
}

fn checksum(function: Function, bytes: &[u8]) -> Checksum {
    let mut hasher = Hasher::new(function);
    hasher.update(bytes);
    hasher.finish()
}

fn file(server: &Server) -> RemoteFile {
    RemoteFile {
        name: "sub/a.root".to_owned(),
        url: Url::parse(&format!("{}/a.root", server.address)).unwrap(),
        bytes: Some(data().len() as u64),
        checksum: Some(checksum(Function::Md5, &data())),
    }
}

fn fetch(file: &RemoteFile, folder: &Path) -> Result<Done, String> {
    let done = download(&client(), None, file, folder, Present::Check, &|_| ());
    done.map_err(|e| e.to_string())
}

/// Answers by `fault` to the first `n` requests, then as a good server.
fn faulty(n: usize, fault: impl Fn(&Asked, &[u8]) -> Answer + Send + Sync + 'static) -> Server {
    let (count, data) = (AtomicUsize::new(0), data());
    Server::new(
        move |asked| match count.fetch_add(1, Ordering::SeqCst) < n {
            true => fault(asked, &data),
            false => Answer::file(asked, &data, "1"),
        },
    )
}

fn is_whole(folder: &Path) {
    assert!(std::fs::read(folder.join("sub/a.root")).unwrap() == data());
    assert!(!folder.join("sub/a.root.part").exists());
}

#[test]
fn every_fault_that_passes_is_survived() {
    let page = "<!doctype html><title>Busy</title>";
    type Fails = fn(&Asked, &[u8]) -> Answer;
    let faults: [(&str, Fails); 8] = [
        ("cut", |a, d| {
            Answer::file(a, d, "1").failing(Fault::CutAfter(300_000))
        }),
        ("cut at once", |a, d| {
            Answer::file(a, d, "1").failing(Fault::CutAfter(0))
        }),
        ("no answer", |a, d| {
            Answer::file(a, d, "1").failing(Fault::NoAnswer)
        }),
        ("busy", |_, _| Answer::new(500, "busy")),
        ("too many", |_, _| {
            Answer::new(429, "").with("retry-after", "0")
        }),
        ("short", |_, d| Answer::new(200, &d[..500_000])),
        ("slow", |a, d| {
            Answer::file(a, d, "1").failing(Fault::Slow(Duration::from_micros(10)))
        }),
        ("wrong place", |_, d| {
            Answer::new(206, &d[5..]).with("content-range", "bytes 5-699999/700000")
        }),
    ];
    for (what, fault) in faults {
        let folder = tempfile::tempdir().unwrap();
        let server = faulty(2, fault);
        let done = fetch(&file(&server), folder.path());
        assert!(matches!(done, Ok(Done::Fetched(_))), "{what}: {done:?}");
        is_whole(folder.path());
    }
    // What does not pass is an error that leaves nothing under the name.
    for (what, fault, wanted) in [
        ("page", Answer::new(200, page), "a web page (\"Busy\") came"),
        (
            "gone",
            Answer::json(404, r#"{"message": "no"}"#),
            "answered 404 (no)",
        ),
        (
            "closed",
            Answer::new(403, "embargo"),
            "403 (embargo); it may need a token",
        ),
        (
            "long",
            Answer::new(200, vec![7; 700_001]),
            "more than the 700000 bytes",
        ),
        (
            "wrong",
            Answer::new(200, vec![7; 700_000]),
            "and the repository lists MD5",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let server = faulty(99, move |_, _| fault.clone());
        let error = fetch(&file(&server), folder.path()).unwrap_err();
        assert!(
            error.contains(wanted) && error.contains("/a.root: "),
            "{what}: {error}"
        );
        assert!(!folder.path().join("sub/a.root").exists());
        // And the next run is not held up by it.
        fetch(
            &file(&faulty(0, |_, _| Answer::new(500, ""))),
            folder.path(),
        )
        .unwrap();
        is_whole(folder.path());
    }
}

#[test]
fn what_was_fetched_is_not_fetched_again() {
    let folder = tempfile::tempdir().unwrap();
    let server = faulty(0, |_, _| Answer::new(500, ""));
    let good = file(&server);
    // A run that was ended left the first part.
    std::fs::create_dir(folder.path().join("sub")).unwrap();
    let part = folder.path().join("sub/a.root.part");
    std::fs::write(&part, &data()[..400_000]).unwrap();
    let told = Mutex::new(Vec::new());
    let seen = |n| told.lock().unwrap().push(n);
    let done = download(&client(), None, &good, folder.path(), Present::Check, &seen);
    assert_eq!(done.unwrap(), Done::Fetched(300_000));
    assert_eq!(told.lock().unwrap().first(), Some(&400_000));
    assert_eq!(told.lock().unwrap().last(), Some(&700_000));
    assert_eq!(server.asked()[0].header("range"), Some("bytes=400000-"));
    is_whole(folder.path());
    // It is here now: nothing is asked.
    server.forget();
    assert_eq!(fetch(&good, folder.path()), Ok(Done::Here));
    assert_eq!(server.asked().len(), 0);
    // Unless it is another file: never overwritten without being told so.
    let path = folder.path().join("sub/a.root");
    let mut other = data();
    other[9] ^= 1;
    std::fs::write(&path, &other).unwrap();
    let error = fetch(&good, folder.path()).unwrap_err();
    assert!(
        error.contains("is another file than that of the repository"),
        "{error}"
    );
    let trust = download(
        &client(),
        None,
        &good,
        folder.path(),
        Present::Trust,
        &|_| (),
    );
    assert_eq!(trust.unwrap(), Done::Here);
    let mend = download(
        &client(),
        None,
        &good,
        folder.path(),
        Present::Mend,
        &|_| (),
    );
    assert_eq!(mend.unwrap(), Done::Fetched(700_000));
    is_whole(folder.path());
}

#[test]
fn a_rest_that_is_refused_or_wrong_costs_the_whole_file() {
    for status in [200, 403, 416] {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::new(move |asked| match (asked.range(), status) {
            (None, _) | (_, 200) => Answer::new(200, data()),
            _ => Answer::new(status, "no ranges"),
        });
        std::fs::create_dir(folder.path().join("sub")).unwrap();
        let part = folder.path().join("sub/a.root.part");
        std::fs::write(part, &data()[..400_000]).unwrap();
        fetch(&file(&server), folder.path()).unwrap();
        is_whole(folder.path());
    }
    // What an earlier run left is of another file.
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("sub")).unwrap();
    std::fs::write(folder.path().join("sub/a.root.part"), vec![1; 400_000]).unwrap();
    let server = faulty(0, |_, _| Answer::new(500, ""));
    assert_eq!(
        fetch(&file(&server), folder.path()),
        Ok(Done::Fetched(1_000_000))
    );
    is_whole(folder.path());
}

#[test]
fn every_checksum_that_repositories_use_is_checked() {
    let server = faulty(0, |_, _| Answer::new(500, ""));
    for function in [
        Function::Adler32,
        Function::Md5,
        Function::Sha1,
        Function::Sha256,
        Function::Sha512,
    ] {
        let folder = tempfile::tempdir().unwrap();
        let good = RemoteFile {
            checksum: Some(checksum(function, &data())),
            ..file(&server)
        };
        fetch(&good, folder.path()).unwrap();
        let bad = RemoteFile {
            name: "b".to_owned(),
            checksum: Some(checksum(function, b"other")),
            ..good
        };
        let error = fetch(&bad, folder.path()).unwrap_err();
        assert!(error.contains(&format!("lists {function}")), "{error}");
    }
}

#[test]
fn names_do_not_lead_out_of_the_folder() {
    let server = faulty(0, |_, _| Answer::new(500, ""));
    for name in ["../a", "/etc/a", "a/../../b", "", "a\\b", "C:a"] {
        let bad = RemoteFile {
            name: name.to_owned(),
            ..file(&server)
        };
        let folder = tempfile::tempdir().unwrap();
        let error = fetch(&bad, folder.path()).unwrap_err();
        assert!(error.contains("no path within a folder"), "{error}");
    }
    assert_eq!(server.asked().len(), 0);
}

#[test]
fn many_files_at_once_and_one_that_fails() {
    let server = Server::new(|asked| match asked.path() {
        "/7" => Answer::new(404, "no seven"),
        path => Answer::file(asked, path.repeat(1000).as_bytes(), path),
    });
    let files: Vec<RemoteFile> = (0..20)
        .map(|i| RemoteFile {
            name: format!("{i}"),
            url: Url::parse(&format!("{}/{i}", server.address)).unwrap(),
            bytes: None,
            checksum: None,
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let results = Fetch {
        client: &client(),
        token: None,
        folder: folder.path(),
        present: Present::Check,
        parallel: 4,
    }
    .all(&files, &|_, _| ());
    for (i, result) in results.iter().enumerate() {
        assert_eq!(result.is_ok(), i != 7, "{i}: {result:?}");
        let found = std::fs::read(folder.path().join(i.to_string()));
        let wanted = format!("/{i}").repeat(1000).into_bytes();
        assert_eq!(found.ok(), (i != 7).then_some(wanted));
    }
}
