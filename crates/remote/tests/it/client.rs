//! Tokens and bodies: to whom they go, and how often.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use photopeak_peers::http::{Answer, Fault, Server};
use photopeak_remote::{Body, Client, Error, Method, Patience, Request, Token, TokenHeader, Url};

fn client() -> Client {
    Client::new(Patience {
        attempts: 3,
        first_wait: Duration::from_millis(5),
        ..Patience::default()
    })
}

fn url(server: &Server, path: &str) -> Url {
    Url::parse(&format!("{}{path}", server.address)).unwrap()
}

#[test]
fn a_token_is_not_taken_along_to_another_server() {
    let other = Server::new(|_| Answer::new(200, "data"));
    let away = other.address.clone();
    let server = Server::new(move |asked| match asked.path() {
        "/away" => Answer::new(302, "").with("location", &format!("{away}/data")),
        "/here" => Answer::new(302, "").with("location", "/data"),
        _ => Answer::new(
            403,
            format!("what is {:?}?", asked.header("x-dataverse-key")),
        ),
    });
    let token = Token::new("s3cret", TokenHeader::Dataverse, &url(&server, "/")).unwrap();
    let get = |path| client().send(&Request::get(&url(&server, path)).token(Some(&token)));
    get("/away").unwrap().success().unwrap();
    assert_eq!(other.asked()[0].header("x-dataverse-key"), None);
    assert_eq!(server.asked()[0].header("x-dataverse-key"), Some("s3cret"));
    // Nor is it shown when the server repeats it.
    let error = get("/here").unwrap().success().err().unwrap().to_string();
    assert!(
        error.contains("what is Some") && !error.contains("s3cret"),
        "{error}"
    );
}

#[test]
fn what_creates_is_not_repeated_and_what_replaces_is() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), b"0123456789").unwrap();
    let body = Body::Form {
        before: "<".to_owned(),
        path: file.path().to_owned(),
        bytes: 10,
        after: ">".to_owned(),
    };
    for (method, fault, times) in [
        (Method::Put, Answer::new(500, "out of order"), 3),
        (Method::Post, Answer::new(500, "out of order"), 1),
        (
            Method::Post,
            Answer::new(200, "").failing(Fault::NoAnswer),
            1,
        ),
        (Method::Post, Answer::new(503, "busy"), 3),
    ] {
        let server = Server::new(move |_| fault.clone());
        let request = Request::new(method, &url(&server, "/x")).body(body.clone());
        let sent = client().send(&request);
        assert!(sent.and_then(|answer| answer.success()).is_err());
        let asked = server.asked();
        assert_eq!(asked.len(), times, "{method:?}");
        assert!(asked.iter().all(|asked| asked.body == b"<0123456789>"));
    }
}

#[test]
fn a_piece_of_a_file_is_sent() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), b"0123456789").unwrap();
    let server = Server::new(|asked| Answer::new(200, asked.body.clone()));
    let body = Body::File {
        path: file.path().to_owned(),
        from: 3,
        bytes: 4,
    };
    let request = Request::new(Method::Put, &url(&server, "/x")).body(body);
    let mut answer = String::new();
    let mut sent = client().send(&request).unwrap();
    sent.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "3456");
}

#[test]
fn an_interrupt_ends_the_waiting() {
    let server = Server::new(|_| Answer::new(503, "busy").with("retry-after", "60"));
    let stop = Arc::new(AtomicBool::new(false));
    let client = Client::new(Patience {
        stop: Arc::clone(&stop),
        ..Patience::default()
    });
    let setter = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(200));
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    let sent = client.send(&Request::get(&url(&server, "/x")));
    assert!(matches!(sent, Err(Error::Interrupted)));
    setter.join().unwrap();
}
