//! Publishing: what comes of it when it is interrupted at any request.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use photopeak_peers::depository::{Depository, Failure, TOKEN};
use photopeak_peers::http::{Answer, Asked, Fault};
use photopeak_remote::{
    Client, Deposit, DepositFile, Function, Hasher, Outcome, Patience, Person, Publish, Software,
    Step, Token, TokenHeader, Url,
};

type Make = fn(Box<dyn Fn(&Asked) -> Option<Failure> + Send + Sync>) -> Depository;

fn kinds() -> [(Software, Make); 3] {
    let dataverse = Software::Dataverse {
        collection: "physics".to_owned(),
        contact: "me@example.org".to_owned(),
    };
    [
        (Software::Zenodo, |fails| Depository::zenodo(fails)),
        (Software::Invenio, |fails| Depository::invenio(fails)),
        (dataverse, |fails| Depository::dataverse(fails)),
    ]
}

/// Three files: one that goes in one piece, one in parts, one by a form.
fn deposit(folder: &Path) -> Deposit {
    let file = |name: &str, size: usize| {
        let bytes: Vec<u8> = (0..size).map(|i| (i * 7 % 251) as u8).collect();
        let path = folder.join(name.replace('/', "-"));
        std::fs::write(&path, &bytes).unwrap();
        let mut hasher = Hasher::new(Function::Md5);
        hasher.update(&bytes);
        DepositFile {
            name: name.to_owned(),
            path,
            bytes: size as u64,
            md5: hasher.finish().value,
        }
    };
    Deposit {
        title: "Pulses of a detector".to_owned(),
        description: "<p>Simulated.</p>".to_owned(),
        creators: vec![Person {
            name: "Röntgen, Wilhelm".to_owned(),
            orcid: Some("0000-0002-1825-0097".to_owned()),
            affiliation: Some("Würzburg".to_owned()),
        }],
        licence: "CC-BY-4.0".to_owned(),
        version: "1.0.0".to_owned(),
        published: "2026-01-02".to_owned(),
        publisher: "Photopeak".to_owned(),
        keywords: vec!["germanium".to_owned()],
        related: vec![("IsDescribedBy".to_owned(), "10.1000/1".to_owned())],
        files: vec![
            file("README.md", 100),
            file("data/parquet/events.parquet", 2500),
            file("data/hdf5/events.hdf5", 9000),
        ],
    }
}

fn publish(
    repository: &Depository,
    software: &Software,
    deposit: &Deposit,
    state: &Path,
    confirmed: bool,
    told: &dyn Fn(Step),
) -> Result<Outcome, String> {
    let client = Client::new(Patience {
        attempts: 2,
        first_wait: Duration::from_millis(2),
        ..Patience::default()
    });
    let server = Url::parse(&repository.server.address).unwrap();
    let header = match software {
        Software::Dataverse { .. } => TokenHeader::Dataverse,
        _ => TokenHeader::Bearer,
    };
    let token = Token::new(TOKEN, header, &server).unwrap();
    let publish = Publish {
        client: &client,
        token: &token,
        server,
        software: software.clone(),
        state: state.to_owned(),
    };
    let done = publish.run(deposit, |_| confirmed, told);
    let done = done.map_err(|e| e.to_string());
    if let Err(error) = &done {
        assert!(!error.contains(TOKEN), "{error}");
    }
    done
}

/// That one record is published, of exactly our files.
fn is_published(repository: &Depository, deposit: &Deposit, what: &str) {
    let state = repository.state();
    let published: Vec<_> = state.held.values().filter(|held| held.published).collect();
    assert_eq!((published.len(), state.held.len()), (1, 1), "{what}");
    assert_eq!(published[0].files.len(), deposit.files.len(), "{what}");
    for file in &deposit.files {
        let (long, short) = (&file.name, file.name.rsplit('/').next().unwrap());
        let files = &published[0].files;
        let found = files.get(long).or(files.get(short)).unwrap();
        let found = found.as_ref().unwrap();
        assert!(
            *found == std::fs::read(&file.path).unwrap(),
            "{what}: {long}"
        );
    }
    assert!(
        published[0]
            .metadata
            .to_string()
            .contains("Pulses of a detector")
    );
}

#[test]
fn a_draft_is_published_when_it_is_confirmed() {
    for (software, make) in kinds() {
        let folder = tempfile::tempdir().unwrap();
        let (deposit, state) = (deposit(folder.path()), folder.path().join("state.json"));
        let repository = make(Box::new(|_| None));
        let run = |confirmed| {
            let uploaded = std::cell::Cell::new(0);
            let told = |step| {
                if let Step::Uploaded { already: false, .. } = step {
                    uploaded.set(uploaded.get() + 1);
                }
            };
            let done = publish(&repository, &software, &deposit, &state, confirmed, &told);
            (done.unwrap(), uploaded.get())
        };
        let (ready, uploaded) = run(false);
        assert!(
            matches!(ready, Outcome::Ready { .. }) && uploaded == 3,
            "{software:?}"
        );
        assert!(repository.state().held.values().all(|held| !held.published));
        let (done, uploaded) = run(true);
        assert!(
            matches!(&done, Outcome::Published(_)) && uploaded == 0,
            "{software:?}: {done:?}"
        );
        is_published(&repository, &deposit, &format!("{software:?}"));
        assert_eq!(repository.state().uploads, 3);
        // Once more changes nothing, and asks nothing.
        repository.server.forget();
        assert_eq!(run(true).0, done);
        assert_eq!(repository.server.asked().len(), 0);
        let text = std::fs::read_to_string(&state).unwrap();
        assert!(!text.contains(TOKEN));
    }
}

#[test]
fn an_end_at_any_request_loses_nothing_and_doubles_nothing() {
    for (software, make) in kinds() {
        // The connection ends at request `n`, before or after the repository did what was asked.
        for n in 0.. {
            let mut finished = true;
            for after in [false, true] {
                let folder = tempfile::tempdir().unwrap();
                let (deposit, state) = (deposit(folder.path()), folder.path().join("state.json"));
                let count = AtomicUsize::new(0);
                let repository = make(Box::new(move |_| {
                    let number = count.fetch_add(1, Ordering::SeqCst);
                    let cut = Answer::new(200, "").failing(Fault::NoAnswer);
                    // Twice, so that what is repeated fails as well.
                    (n..n + 2).contains(&number).then_some(match after {
                        true => Failure::After(cut),
                        false => Failure::Before(cut),
                    })
                }));
                let run = || publish(&repository, &software, &deposit, &state, true, &|_| ());
                let what = format!("{software:?}, request {n}, after: {after}");
                finished &= run().is_ok();
                // A second cut may follow the first; the third run is undisturbed.
                let _ = run();
                run().unwrap_or_else(|e| panic!("{what}: {e}"));
                is_published(&repository, &deposit, &what);
            }
            if finished {
                assert!(n > 8, "{software:?} needs more than {n} requests");
                break;
            }
        }
    }
}

#[test]
fn a_server_that_is_out_of_order_is_asked_again_later() {
    for (software, make) in kinds() {
        for path in ["commit", "publish", "files", "add"] {
            let folder = tempfile::tempdir().unwrap();
            let (deposit, state) = (deposit(folder.path()), folder.path().join("state.json"));
            let count = AtomicUsize::new(0);
            let repository = make(Box::new(move |asked| {
                let hit = asked.path().contains(path) && asked.method != "GET";
                let early = hit && count.fetch_add(1, Ordering::SeqCst) < 2;
                early.then(|| Failure::Before(Answer::json(500, r#"{"message": "out of order"}"#)))
            }));
            let run = || publish(&repository, &software, &deposit, &state, true, &|_| ());
            for _ in 0..3 {
                if let Err(error) = run() {
                    assert!(error.contains("500 (out of order)"), "{error}");
                }
            }
            run().unwrap();
            is_published(&repository, &deposit, path);
        }
    }
}

#[test]
fn files_that_arrive_otherwise_are_not_published() {
    for (software, make) in kinds() {
        let folder = tempfile::tempdir().unwrap();
        let (mut deposit, state) = (deposit(folder.path()), folder.path().join("state.json"));
        let repository = make(Box::new(|_| None));
        deposit.files[1].md5 = "00000000000000000000000000000000".to_owned();
        let error = publish(&repository, &software, &deposit, &state, true, &|_| ()).unwrap_err();
        assert!(
            error.contains("is no longer what the manifest says"),
            "{error}"
        );
        assert!(repository.state().held.values().all(|held| !held.published));
    }
    let refused = Depository::zenodo(|_| {
        Some(Failure::Before(Answer::json(
            401,
            format!(r#"{{"message": "bad token {TOKEN}"}}"#),
        )))
    });
    let folder = tempfile::tempdir().unwrap();
    let deposit = deposit(folder.path());
    let state = folder.path().join("state.json");
    let error = publish(&refused, &Software::Zenodo, &deposit, &state, true, &|_| ()).unwrap_err();
    assert!(
        error.contains("401 (bad token …); give a valid token"),
        "{error}"
    );
}
