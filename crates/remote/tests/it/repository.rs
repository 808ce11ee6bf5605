//! Records of repositories, in the forms that their documentation gives.

use std::time::Duration;

use photopeak_peers::http::{Answer, Server};
use photopeak_remote::{Client, Patience, Record, Repository, Resolver, Url};

const MD5: &str = "900150983cd24fb0d6963f7d28e17f72";

fn record(server: Option<&Server>, resolver: &Server, name: &str) -> Result<Record, String> {
    let client = Client::new(Patience {
        attempts: 2,
        first_wait: Duration::from_millis(5),
        ..Patience::default()
    });
    let repository = Repository {
        client: &client,
        token: None,
        server: server.map(|server| Url::parse(&server.address).unwrap()),
        resolver: Resolver::new(Url::parse(&resolver.address).unwrap()),
    };
    repository.record(name).map_err(|e| e.to_string())
}

/// A server that gives documents by their paths; `HERE` in them is its address.
fn documents(pages: &'static [(&'static str, &'static str)]) -> Server {
    Server::new(move |asked| {
        let here = format!("http://{}", asked.header("host").unwrap());
        let found = pages.iter().find(|(path, _)| *path == asked.target);
        match found {
            Some((_, text)) => Answer::json(200, text.replace("HERE", &here)),
            None => Answer::json(404, r#"{"message": "no such page"}"#),
        }
    })
}

/// Names, sizes, checksums and paths of the files.
fn files(record: &Record) -> Vec<String> {
    let files = record.files.iter().map(|file| {
        let url = file.url.to_string();
        let path = url.splitn(4, '/').nth(3).unwrap_or_default().to_owned();
        let sum = file
            .checksum
            .as_ref()
            .map_or("-".to_owned(), ToString::to_string);
        format!("{} {} {sum} {path}", file.name, file.bytes.unwrap_or(0))
    });
    files.collect()
}

#[test]
fn zenodo() {
    let server = documents(&[
        (
            "/api/handles/10.5281/zenodo.82",
            r#"{"responseCode": 1, "values": [{"index": 1, "type": "URL", "data": {"format": "string", "value": "HERE/records/82"}}]}"#,
        ),
        (
            "/api/records/82",
            r#"{"id": 82, "doi": "10.5281/zenodo.82", "metadata": {"title": "Pulses", "license": {"id": "cc-by-4.0"}},
               "files": [{"id": "x", "key": "a b.hdf5", "size": 3, "checksum": "md5:900150983cd24fb0d6963f7d28e17f72",
                          "links": {"self": "HERE/api/records/82/files/a%20b.hdf5/content"}}]}"#,
        ),
    ]);
    for name in [
        "10.5281/zenodo.82".to_owned(),
        "https://doi.org/10.5281/zenodo.82".to_owned(),
        format!("{}/records/82", server.address),
        format!("{}/record/82#files", server.address),
    ] {
        let found = record(None, &server, &name).unwrap();
        assert_eq!(
            (found.title.as_str(), found.licence.as_deref()),
            ("Pulses", Some("cc-by-4.0"))
        );
        let wanted = format!("a b.hdf5 3 MD5 {MD5} api/records/82/files/a%20b.hdf5/content");
        assert_eq!(files(&found), [wanted]);
    }
    let error = record(None, &server, "10.5281/zenodo.83").unwrap_err();
    assert!(
        error.contains("doi:10.5281/zenodo.83 is not registered"),
        "{error}"
    );
}

#[test]
fn inveniordm() {
    let server = documents(&[
        (
            "/api/records/abc-12",
            r#"{"id": "abc-12", "metadata": {"title": "T", "rights": [{"id": "cc0-1.0"}]}, "pids": {"doi": {"identifier": "10.1/x"}},
               "files": {"enabled": true, "count": 1}}"#,
        ),
        (
            "/api/records/abc-12/files",
            r#"{"enabled": true, "entries": [{"key": "a.parquet", "size": 3, "checksum": "md5:900150983cd24fb0d6963f7d28e17f72",
                "links": {"self": "HERE/api/records/abc-12/files/a.parquet", "content": "HERE/api/records/abc-12/files/a.parquet/content"}}]}"#,
        ),
    ]);
    let found = record(Some(&server), &server, "abc-12").unwrap();
    assert_eq!(
        (found.doi.as_deref(), found.licence.as_deref()),
        (Some("10.1/x"), Some("cc0-1.0"))
    );
    let wanted = format!("a.parquet 3 MD5 {MD5} api/records/abc-12/files/a.parquet/content");
    assert_eq!(files(&found), [wanted]);
}

#[test]
fn cern_open_data() {
    let server = documents(&[
        (
            "/api/records/15005",
            r#"{"id": 15005, "metadata": {"recid": 15005, "title": "4lep", "doi": "10.7483/OPENDATA.ATLAS.2Y1T.TLGL",
               "license": {"attribution": "CC0"}, "files": [
                 {"checksum": "adler32:b6a8df64", "size": 33765, "uri": "root://eospublic.cern.ch//eos/opendata/atlas/data_A.4lep.root"},
                 {"checksum": "alder32:1", "size": 5, "uri": "root://eospublic.cern.ch//eos/opendata/atlas/b.root"},
                 {"checksum": "adler32:2", "size": 9, "uri": "root://eospublic.cern.ch//eos/opendata/atlas/x_file_index.txt"},
                 {"checksum": "adler32:3", "size": 9, "uri": "root://eospublic.cern.ch//eos/opendata/atlas/x_file_index.json"}]}}"#,
        ),
        (
            "/eos/opendata/atlas/x_file_index.json",
            r#"[{"checksum": "sha1:a9993e364706816aba3e25717850c26c9cd0d89d", "size": 3, "uri": "root://eospublic.cern.ch//eos/opendata/atlas/c.root"}]"#,
        ),
        (
            "/api/records?q=doi%3A%2210.7483%2FOPENDATA.ATLAS.2Y1T.TLGL%22&page=1&size=2",
            r#"{"hits": {"total": 1, "hits": [{"id": 15005, "metadata": {}}]}}"#,
        ),
    ]);
    let page = format!("{}/record/15005", server.address);
    for (at, name) in [
        (None, page.as_str()),
        (Some(&server), "10.7483/OPENDATA.ATLAS.2Y1T.TLGL"),
    ] {
        let found = record(at, &server, name).unwrap();
        assert_eq!(
            files(&found),
            [
                "data_A.4lep.root 33765 Adler-32 b6a8df64 eos/opendata/atlas/data_A.4lep.root",
                "b.root 5 Adler-32 00000001 eos/opendata/atlas/b.root",
                "c.root 3 SHA-1 a9993e364706816aba3e25717850c26c9cd0d89d eos/opendata/atlas/c.root",
            ]
        );
    }
}

#[test]
fn dataverse() {
    let server = documents(&[
        (
            "/api/handles/10.70122/FK2/ABC",
            r#"{"values": [{"type": "URL", "data": {"value": "HERE/dataset.xhtml?persistentId=doi:10.70122/FK2/ABC"}}]}"#,
        ),
        (
            "/api/info/version",
            r#"{"status": "OK", "data": {"version": "6.2"}}"#,
        ),
        (
            "/api/datasets/:persistentId/versions/:latest?persistentId=doi%3A10.70122%2FFK2%2FABC",
            r#"{"status": "OK", "data": {"license": {"name": "CC0 1.0"},
               "metadataBlocks": {"citation": {"fields": [{"typeName": "title", "value": "Germanium"}]}},
               "files": [
                 {"label": "a.hdf5", "directoryLabel": "data/hdf5", "dataFile": {"id": 7, "filename": "a.hdf5", "filesize": 3,
                  "md5": "900150983cd24fb0d6963f7d28e17f72", "checksum": {"type": "MD5", "value": "900150983cd24fb0d6963f7d28e17f72"}}},
                 {"label": "t.tab", "dataFile": {"id": 8, "filename": "t.tab", "filesize": 9, "originalFileName": "t.csv", "originalFileSize": 3,
                  "checksum": {"type": "SHA-1", "value": "a9993e364706816aba3e25717850c26c9cd0d89d"}}}]}}"#,
        ),
    ]);
    for at in [None, Some(&server)] {
        let found = record(at, &server, "doi:10.70122/FK2/ABC").unwrap();
        assert_eq!(
            (found.title.as_str(), found.licence.as_deref()),
            ("Germanium", Some("CC0 1.0"))
        );
        assert_eq!(
            files(&found),
            [
                format!("data/hdf5/a.hdf5 3 MD5 {MD5} api/access/datafile/7"),
                "t.csv 3 SHA-1 a9993e364706816aba3e25717850c26c9cd0d89d api/access/datafile/8?format=original".to_owned(),
            ]
        );
    }
}

#[test]
fn plain_servers() {
    let manifest = "path,bytes,rows,sha256,md5,adler32\ndata/parquet/a.parquet,3,1,ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad,,\n";
    let server = Server::new(move |asked| match asked.path() {
        "/release/manifest.csv" => Answer::new(200, manifest),
        "/list.txt" => Answer::new(
            200,
            "# two\n/x/a.root 12 adler32:5\nhttp://127.0.0.1:9/b.root\n",
        ),
        _ => Answer::new(404, "no"),
    });
    let at = |path: &str| record(None, &server, &format!("{}{path}", server.address));
    for path in ["/release", "/release/", "/release/manifest.csv"] {
        let found = files(&at(path).unwrap());
        assert_eq!(
            found[0],
            "data/parquet/a.parquet 3 SHA-256 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad release/data/parquet/a.parquet"
        );
        assert!(
            found[1].starts_with("manifest.csv 129 SHA-256"),
            "{found:?}"
        );
    }
    assert_eq!(
        files(&at("/list.txt").unwrap()),
        ["a.root 12 Adler-32 00000005 x/a.root", "b.root 0 - b.root"]
    );
    assert_eq!(
        files(&at("/some/c.parquet").unwrap()),
        ["c.parquet 0 - some/c.parquet"]
    );
    let error = at("/nothing").unwrap_err();
    assert!(
        error.contains("neither a record nor a folder with a manifest.csv"),
        "{error}"
    );
    let error = record(None, &server, "majoranna").unwrap_err();
    assert!(error.contains("neither a DOI, nor an address"), "{error}");
}
