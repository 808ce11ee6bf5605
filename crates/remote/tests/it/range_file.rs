//! Reading parts of a file: what is asked for, what is kept, what is refused.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use photopeak_peers::http::{Answer, Asked, Fault, Server};
use photopeak_remote::{Cache, Client, Error, Patience, RangeFile, Url};

const BLOCK: usize = 64 << 10;

/// Ten blocks and a bit, every byte telling its place.
fn data() -> Vec<u8> {
    (0..10 * BLOCK + 100)
        .map(|i| (i ^ (i >> 8) ^ (i >> 16)) as u8)
        .collect()
}

fn client() -> Client {
    Client::new(Patience {
        attempts: 3,
        first_wait: Duration::from_millis(5),
        ..Patience::default()
    })
}

/// A file of a server, and the folder of its cache.
fn open(server: &Server, folder: Option<&tempfile::TempDir>) -> Result<RangeFile, Error> {
    let cache = folder.map(|folder| Arc::new(Cache::new(folder.path(), 1 << 30).unwrap()));
    let url = Url::parse(&format!("{}/a.root", server.address)).unwrap();
    RangeFile::open(&client(), cache, &url)
}

fn read(file: &RangeFile, at: usize, count: usize) -> Result<Vec<u8>, String> {
    let mut out = vec![0; count];
    let done = file.read_at(at as u64, &mut out);
    done.map(|()| out).map_err(|e| e.to_string())
}

fn ranges(server: &Server) -> Vec<(usize, usize)> {
    let asked = server.asked();
    let ranges = asked.iter().map(|asked| asked.range().unwrap());
    ranges
        .map(|(first, last)| (first / BLOCK, last.unwrap() / BLOCK))
        .collect()
}

/// Answers by `first` to the first `n` requests after the one that opens, then as a good server.
fn faulty(n: usize, first: impl Fn(&Asked, &[u8]) -> Answer + Send + Sync + 'static) -> Server {
    let (count, data) = (AtomicUsize::new(0), data());
    Server::new(move |asked| {
        let number = count.fetch_add(1, Ordering::SeqCst);
        match (1..=n).contains(&number) {
            true => first(asked, &data),
            false => Answer::file(asked, &data, "1"),
        }
    })
}

#[test]
fn only_what_is_read_is_fetched_and_it_is_kept() {
    let server = Server::of_files(vec![("/a.root".to_owned(), data())]);
    let folder = tempfile::tempdir().unwrap();
    let file = open(&server, Some(&folder)).unwrap();
    assert_eq!(file.len(), data().len() as u64);
    let check = |file: &RangeFile, at, count| {
        assert_eq!(read(file, at, count).unwrap(), data()[at..at + count]);
    };
    check(&file, 10, 100);
    check(&file, 3 * BLOCK + 7, 2 * BLOCK);
    check(&file, 4 * BLOCK, 10);
    // The end of the file is a shorter block.
    check(&file, 10 * BLOCK + 50, 50);
    assert_eq!(ranges(&server), [(0, 0), (3, 5), (10, 10)]);
    // The next run finds them on disk; only the state of the file is asked for.
    server.forget();
    let again = open(&server, Some(&folder)).unwrap();
    check(&again, 3 * BLOCK, 3 * BLOCK);
    // What is missing in between is asked for alone.
    check(&again, 2 * BLOCK, 5 * BLOCK);
    assert_eq!(ranges(&server), [(0, 0), (2, 2), (6, 6)]);
    let beyond = read(&again, data().len() - 1, 2);
    assert!(beyond.is_err());
}

#[test]
fn reading_straight_on_asks_for_ever_more() {
    let server = Server::of_files(vec![("/a.root".to_owned(), data())]);
    let file = open(&server, None).unwrap();
    let mut all = Vec::new();
    for start in (0..data().len()).step_by(1000) {
        all.extend(read(&file, start, 1000.min(data().len() - start)).unwrap());
    }
    assert_eq!(all, data());
    assert_eq!(ranges(&server), [(0, 0), (1, 1), (2, 3), (4, 6), (7, 10)]);
}

#[test]
fn many_threads_ask_once_for_each_block() {
    let server = Server::of_files(vec![("/a.root".to_owned(), data())]);
    let file = open(&server, None).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for i in 0..10 {
                    let at = i * BLOCK + 5;
                    assert_eq!(read(&file, at, 9).unwrap(), data()[at..at + 9]);
                }
            });
        }
    });
    let blocks: usize = ranges(&server).iter().map(|(a, b)| b - a + 1).sum();
    assert!(blocks <= 11, "{:?}", ranges(&server));
}

#[test]
fn refused_ranges_cost_one_whole_download() {
    for status in [200, 403, 416] {
        // From the start, and in the middle of reading.
        for good in [0, 2] {
            let count = AtomicUsize::new(0);
            let server = Server::new(move |asked| {
                let number = count.fetch_add(1, Ordering::SeqCst);
                if asked.range().is_none() || (status == 200 && number >= good) {
                    return Answer::new(200, data()).with("etag", "\"1\"");
                }
                match number < good {
                    true => Answer::file(asked, &data(), "1"),
                    false => Answer::new(status, "no"),
                }
            });
            let folder = tempfile::tempdir().unwrap();
            let file = open(&server, Some(&folder)).unwrap();
            for at in [2, 7, 4] {
                let found = read(&file, at * BLOCK, 2 * BLOCK).unwrap();
                assert_eq!(found, data()[at * BLOCK..(at + 2) * BLOCK], "{status}");
            }
            let expected = good + if status == 200 { 1 } else { 2 };
            assert_eq!(server.asked().len(), expected, "{status} after {good}");
        }
    }
}

#[test]
fn what_breaks_is_tried_again() {
    let cut: [fn(&Asked, &[u8]) -> Answer; 5] = [
        |asked, data| Answer::file(asked, data, "1").failing(Fault::CutAfter(1000)),
        |asked, data| Answer::file(asked, data, "1").failing(Fault::CutAfter(0)),
        |asked, data| Answer::file(asked, data, "1").failing(Fault::NoAnswer),
        |_, _| Answer::new(503, "busy"),
        |_, _| Answer::new(429, "slow down").with("retry-after", "0"),
    ];
    for (i, fault) in cut.into_iter().enumerate() {
        let server = faulty(2, fault);
        let file = open(&server, None).unwrap();
        let found = read(&file, 5 * BLOCK, BLOCK).unwrap_or_else(|e| panic!("{i}: {e}"));
        assert_eq!(found, data()[5 * BLOCK..6 * BLOCK]);
        // As often as was agreed, and then the error says what happened.
        let server = faulty(100, fault);
        let file = open(&server, None).unwrap();
        let error = read(&file, 5 * BLOCK, BLOCK).unwrap_err();
        assert!(error.contains("/a.root: "), "{error}");
        assert_eq!(server.asked().len(), 1 + 3, "{i}: {error}");
    }
}

#[test]
fn a_server_that_asks_for_time_gets_it() {
    let server = faulty(1, |_, _| Answer::new(429, "").with("retry-after", "1"));
    let file = open(&server, None).unwrap();
    let start = Instant::now();
    read(&file, 5 * BLOCK, 1).unwrap();
    assert!(start.elapsed() >= Duration::from_secs(1));
    // More than is reasonable is given up at once.
    let server = faulty(1, |_, _| {
        Answer::new(429, "come tomorrow").with("retry-after", "86400")
    });
    let error = read(&open(&server, None).unwrap(), 5 * BLOCK, 1).unwrap_err();
    assert!(error.contains("429 (come tomorrow)"), "{error}");
}

#[test]
fn a_slow_server_is_waited_for() {
    let slow = |asked: &Asked, data: &[u8]| {
        Answer::file(asked, data, "1").failing(Fault::Slow(Duration::from_millis(2)))
    };
    let file = open(&faulty(9, slow), None).unwrap();
    assert_eq!(read(&file, 5 * BLOCK, 9).unwrap(), data()[5 * BLOCK..][..9]);
}

#[test]
fn a_file_that_changes_is_an_error() {
    let server = faulty(9, |asked, data| Answer::file(asked, data, "2"));
    let file = open(&server, None).unwrap();
    let error = read(&file, 5 * BLOCK, 1).unwrap_err();
    assert!(
        error.contains("the file changed while it was read"),
        "{error}"
    );
    // Also where the new one comes whole.
    let server = faulty(9, |_, data| Answer::new(200, data).with("etag", "\"2\""));
    let error = read(&open(&server, None).unwrap(), 5 * BLOCK, 1).unwrap_err();
    assert!(error.contains("changed"), "{error}");
    // And the next run does not take the blocks of the old one.
    let folder = tempfile::tempdir().unwrap();
    for etag in ["1", "2"] {
        let server = Server::new(move |asked| {
            let bytes = vec![etag.as_bytes()[0]; 3 * BLOCK];
            Answer::file(asked, &bytes, etag)
        });
        let file = open(&server, Some(&folder)).unwrap();
        assert_eq!(read(&file, BLOCK, 1).unwrap(), etag.as_bytes());
    }
}

#[test]
fn pages_of_apology_are_no_data() {
    let page = "<!DOCTYPE html><html><title>Sign in please</title></html>";
    let server = Server::new(move |_| Answer::new(200, page).with("content-type", "text/html"));
    let error = open(&server, None).unwrap_err().to_string();
    assert!(
        error.contains("a web page (\"Sign in please\") came"),
        "{error}"
    );
    for (status, text) in [(404, "check the name"), (401, "token"), (403, "token")] {
        let server = Server::new(move |_| Answer::json(status, r#"{"message": "no, no"}"#));
        let error = open(&server, None).unwrap_err().to_string();
        let wanted = format!("answered {status} (no, no)");
        assert!(error.contains(&wanted) && error.contains(text), "{error}");
    }
}

#[test]
fn a_wrong_part_is_not_taken() {
    let server = faulty(9, |_, data| {
        Answer::new(206, &data[..10]).with("content-range", "bytes 0-9/655460")
    });
    let error = read(&open(&server, None).unwrap(), 5 * BLOCK, 1).unwrap_err();
    assert!(error.contains("bytes 0-9/655460 came"), "{error}");
}

#[test]
fn redirections_are_followed_to_an_end() {
    let server = Server::new(|asked| match asked.path() {
        "/a.root" => Answer::new(302, "").with("location", "/b.root?X-Secret=1"),
        "/b.root" => Answer::file(asked, b"data", "1"),
        _ => Answer::new(302, "").with("location", "/round"),
    });
    let file = open(&server, None).unwrap();
    assert_eq!(read(&file, 0, 4).unwrap(), b"data");
    let round = Url::parse(&format!("{}/round", server.address)).unwrap();
    let error = RangeFile::open(&client(), None, &round)
        .unwrap_err()
        .to_string();
    assert!(error.contains("more than 10 redirections"), "{error}");
}

#[test]
fn an_empty_file_is_empty() {
    let server = Server::new(|asked| Answer::file(asked, b"", "1"));
    assert!(open(&server, None).unwrap().is_empty());
}

#[test]
fn two_processes_may_share_a_cache() {
    let server = Server::of_files(vec![("/a.root".to_owned(), data())]);
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (
        open(&server, Some(&folder)).unwrap(),
        open(&server, Some(&folder)).unwrap(),
    );
    std::thread::scope(|scope| {
        for file in [&a, &b] {
            scope.spawn(|| {
                for i in 0..10 {
                    let at = i * BLOCK;
                    assert_eq!(read(file, at, BLOCK).unwrap(), data()[at..at + BLOCK]);
                }
            });
        }
    });
}
