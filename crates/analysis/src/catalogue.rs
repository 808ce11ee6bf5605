//! The catalogue: descriptions that ship with Photopeak, and the user's own beside them.
//!
//! Everything under `catalog/` of the repository is in the program. A folder named by the
//! environment variable `PHOTOPEAK_CATALOG` is looked into first, so that a new experiment
//! adds files, never code.

use std::collections::BTreeMap;
use std::path::PathBuf;

use include_dir::{Dir, include_dir};

use photopeak_formats::Dataset;
use photopeak_pulse::Chain;

use crate::description::compose::Definitions;
use crate::expr::nearest;
use crate::release::{Constants, Release, TableText, Texts};
use crate::{Analysis, Error, Published, Schema};

static SHIPPED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../catalog");

/// Environment variable that names a further catalogue folder.
pub const FOLDER_VARIABLE: &str = "PHOTOPEAK_CATALOG";

/// The analysis of this name, or the only one whose name ends in `/` and this.
///
/// # Errors
/// When there is none (says which there are), when several releases have one (see
/// [`analyses_called`]), or when its description is invalid.
pub fn analysis(name: &str) -> Result<Analysis, Error> {
    analysis_at(name, 0)
}

/// As [`analysis`], for what `depth` variants are based on.
pub(crate) fn analysis_at(name: &str, depth: usize) -> Result<Analysis, Error> {
    let texts = texts("analyses");
    let called = called(name, &texts);
    match called.as_slice() {
        [whole] => Analysis::parse_at(whole, texts.get(*whole).map_or("", String::as_str), depth),
        [] => Err(Error::NotFound(format!(
            "there is no analysis {name:?} in the catalogue; {} (a file is named by its path: ./{name}.toml)",
            known(name, &texts)
        ))),
        several => Err(Error::NotFound(format!(
            "several analyses are called {name:?}; say which: {}",
            several.join(", ")
        ))),
    }
}

/// Names of the analyses that `name` may mean: its own, else those in folders that end in it.
/// The data tell which of several is meant.
#[must_use]
pub fn analyses_called(name: &str) -> Vec<String> {
    let texts = texts("analyses");
    called(name, &texts)
        .into_iter()
        .map(str::to_owned)
        .collect()
}

fn called<'a>(name: &str, texts: &'a BTreeMap<String, String>) -> Vec<&'a str> {
    if let Some((whole, _)) = texts.get_key_value(name) {
        return vec![whole];
    }
    let ends = |whole: &&str| {
        whole
            .strip_suffix(name)
            .is_some_and(|folder| folder.ends_with('/'))
    };
    texts.keys().map(String::as_str).filter(ends).collect()
}

/// Names of all analyses, with `/` for sub-folders, sorted.
#[must_use]
pub fn analyses() -> Vec<String> {
    texts("analyses").into_keys().collect()
}

/// The description of the challenge of this name, as its `challenge.toml`.
///
/// # Errors
/// When there is none; says which there are.
pub fn challenge(name: &str) -> Result<String, Error> {
    text_of("challenges", "is no challenge", name)
}

/// Names of all challenges, sorted.
#[must_use]
pub fn challenges() -> Vec<String> {
    texts("challenges").into_keys().collect()
}

/// The description of the simulation of this name, as its TOML file.
///
/// # Errors
/// When there is none; says which there are.
pub fn simulation(name: &str) -> Result<String, Error> {
    text_of("simulations", "is no simulation", name).map_err(or_a_file(name))
}

/// Names of all simulations, sorted.
#[must_use]
pub fn simulations() -> Vec<String> {
    texts("simulations").into_keys().collect()
}

/// All column schemas, sorted by name.
///
/// # Errors
/// When a description is invalid.
pub fn schemas() -> Result<Vec<Schema>, Error> {
    texts("schemas")
        .iter()
        .map(|(name, text)| Schema::parse(name, text))
        .collect()
}

/// The schemas by which the columns of a dataset are recognised, sorted by name.
///
/// # Errors
/// When a description is invalid.
pub fn schemas_of(data: &Dataset) -> Result<Vec<Schema>, Error> {
    let mut fits = schemas()?;
    fits.retain(|schema| schema.recognises(data));
    Ok(fits)
}

/// The schema of this name.
///
/// # Errors
/// When there is none or it is invalid.
pub fn schema(name: &str) -> Result<Schema, Error> {
    Schema::parse(name, &text_of("schemas", "is no schema", name)?)
}

/// The chain of waveform processors of this name.
///
/// # Errors
/// When there is none or its description is invalid.
pub fn chain(name: &str) -> Result<Chain, Error> {
    let text = text_of("chains", "is no chain", name).map_err(or_a_file(name))?;
    Ok(Chain::parse(name, &text)?)
}

/// Names of all chains, sorted.
#[must_use]
pub fn chains() -> Vec<String> {
    texts("chains").into_keys().collect()
}

/// The description of the labelling of this name, as its TOML file.
///
/// # Errors
/// When there is none; says which there are.
pub fn labelling(name: &str) -> Result<String, Error> {
    text_of("labels", "are no labels", name).map_err(or_a_file(name))
}

/// Names of all labellings, sorted.
#[must_use]
pub fn labellings() -> Vec<String> {
    texts("labels").into_keys().collect()
}

/// The published data set of this name.
///
/// # Errors
/// When there is none or its description is invalid.
pub fn dataset(name: &str) -> Result<Published, Error> {
    let text = text_of("datasets", "is no data set", &format!("{name}/dataset"))?;
    Published::parse(name, &text, &tables("datasets", name, "files.csv")?)
}

/// Names of all published data sets, sorted.
#[must_use]
pub fn datasets() -> Vec<String> {
    let texts = texts("datasets").into_keys();
    texts
        .filter_map(|name| Some(name.strip_suffix("/dataset")?.to_owned()))
        .collect()
}

/// The release of this name. Rows of the user's own `releases/NAME/*.csv` come to the shipped
/// ones, or take their place.
///
/// # Errors
/// When there is none or it is invalid.
pub fn release(name: &str) -> Result<Release, Error> {
    let texts = release_texts();
    let Some(release) = texts.get(name) else {
        return Err(Error::NotFound(format!(
            "there is no release {name:?} in the catalogue; {}",
            known(name, &texts)
        )));
    };
    let texts = Texts {
        release: release.clone(),
        samples: tables("releases", name, "samples.csv")?,
        files: tables("releases", name, "files.csv")?,
        conflicts: tables("releases", name, "conflicts.csv")?,
    };
    Release::parse(name, &texts)
}

/// Names of all releases, sorted.
#[must_use]
pub fn releases() -> Vec<String> {
    release_texts().into_keys().collect()
}

/// The constants of all releases, by the releases' names.
///
/// # Errors
/// When a description is invalid.
pub fn constants() -> Result<Vec<Constants>, Error> {
    let texts = release_texts();
    let parsed = texts
        .iter()
        .map(|(name, text)| Constants::parse(name, text));
    parsed.collect()
}

/// The release whose columns a dataset has, recognised by their schema; none if it is of no
/// known release.
///
/// # Errors
/// When a description is invalid.
pub fn release_of(data: &Dataset) -> Result<Option<Release>, Error> {
    let fits = schemas_of(data)?.into_iter();
    let fits: Vec<String> = fits.map(|schema| schema.name).collect();
    for name in releases() {
        let release = release(&name)?;
        if fits.contains(&release.schema) {
            return Ok(Some(release));
        }
    }
    Ok(None)
}

/// The `release.toml` of each release.
fn release_texts() -> BTreeMap<String, String> {
    let releases = texts("releases").into_iter();
    releases
        .filter_map(|(name, text)| Some((name.strip_suffix("/release")?.to_owned(), text)))
        .collect()
}

/// A table of a release or data set: the shipped one, then the user's.
fn tables(kind: &str, name: &str, file: &str) -> Result<Vec<TableText>, Error> {
    let path = format!("{kind}/{name}/{file}");
    let mut tables = Vec::new();
    if let Some(text) = SHIPPED.get_file(&path).and_then(|f| f.contents_utf8()) {
        tables.push(TableText {
            place: file.to_owned(),
            text: text.to_owned(),
        });
    }
    if let Some(folder) = std::env::var_os(FOLDER_VARIABLE) {
        let path = PathBuf::from(folder).join(path);
        match std::fs::read_to_string(&path) {
            Ok(text) => tables.push(TableText {
                place: path.to_string_lossy().into_owned(),
                text,
            }),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(source) => {
                return Err(Error::Data(photopeak_formats::Error::Io { path, source }));
            }
        }
    }
    Ok(tables)
}

/// The shared definitions of this name.
pub(crate) fn definitions(name: &str) -> Result<Definitions, Error> {
    let text = text_of("definitions", "are no definitions", name)?;
    toml::from_str(&text).map_err(|e| Error::Description {
        place: format!("definitions {name}"),
        message: e.to_string().trim_end().to_owned(),
    })
}

/// The text of this name among those of a kind; `none` is how there is none: `is no chain`.
fn text_of(kind: &str, none: &str, name: &str) -> Result<String, Error> {
    let mut texts = texts(kind);
    texts.remove(name).ok_or_else(|| {
        Error::NotFound(format!(
            "there {none} {name:?} in the catalogue; {}",
            known(name, &texts)
        ))
    })
}

/// Says how to name a file, where one may stand in place of a name.
fn or_a_file(name: &str) -> impl FnOnce(Error) -> Error {
    move |error| match error {
        Error::NotFound(message) => Error::NotFound(format!(
            "{message} (a file is named by its path: ./{name}.toml)"
        )),
        other => other,
    }
}

/// The names there are, or the one that was meant.
fn known(name: &str, texts: &BTreeMap<String, String>) -> String {
    let short = texts
        .keys()
        .filter_map(|whole| Some(whole.rsplit_once('/')?.1));
    match nearest(name, texts.keys().map(String::as_str).chain(short)) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("it has {}", listed(texts.keys().map(String::as_str))),
    }
}

/// Names for a message: a few of them, and how many more there are.
pub(crate) fn listed<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 12;
    let more = names.len().saturating_sub(SHOWN);
    let mut text = names.take(SHOWN).collect::<Vec<_>>().join(", ");
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    text
}

/// The TOML files of one kind by name. The user's own come over the shipped ones.
fn texts(kind: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    if let Some(folder) = SHIPPED.get_dir(kind) {
        collect_shipped(folder, kind, &mut found);
    }
    if let Some(folder) = std::env::var_os(FOLDER_VARIABLE) {
        let top = PathBuf::from(folder).join(kind);
        collect_folder(&top, "", 0, &mut found);
    }
    found
}

fn collect_shipped(folder: &Dir<'_>, kind: &str, found: &mut BTreeMap<String, String>) {
    for file in folder.files() {
        let name = file.path().to_str().and_then(|p| {
            p.strip_prefix(kind)?
                .strip_prefix(['/', '\\'])?
                .strip_suffix(".toml")
        });
        if let (Some(name), Some(text)) = (name, file.contents_utf8()) {
            found.insert(name.replace('\\', "/"), text.to_owned());
        }
    }
    for sub in folder.dirs() {
        collect_shipped(sub, kind, found);
    }
}

fn collect_folder(
    folder: &std::path::Path,
    prefix: &str,
    depth: usize,
    found: &mut BTreeMap<String, String>,
) {
    let entries = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(Result::ok);
    for entry in entries {
        let path = entry.path();
        let Some(name) = path.file_stem().and_then(|s| s.to_str()) else {
            continue;
        };
        if path.is_dir() && depth < 8 {
            collect_folder(&path, &format!("{prefix}{name}/"), depth + 1, found);
        } else if path.extension().is_some_and(|e| e == "toml")
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            found.insert(format!("{prefix}{name}"), text);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn everything_that_ships_is_valid() {
        for name in analyses() {
            analysis(&name).unwrap();
        }
        for name in chains() {
            chain(&name).unwrap();
        }
        assert!(!schemas().unwrap().is_empty());
        for name in releases() {
            schema(&release(&name).unwrap().schema).unwrap();
        }
        for name in datasets() {
            dataset(&name).unwrap();
        }
        for name in texts("definitions").keys() {
            definitions(name).unwrap();
        }
    }

    #[test]
    fn a_short_name_is_enough_where_it_tells() {
        let names = ["a/hzz", "a/z", "b/hzz", "b/c/w", "w"];
        let texts = names.map(|name| (name.to_owned(), String::new())).into();
        let check =
            |name: &str, expected: &[&str]| assert_eq!(called(name, &texts), expected, "{name}");
        check("z", &["a/z"]);
        check("hzz", &["a/hzz", "b/hzz"]);
        check("b/hzz", &["b/hzz"]);
        check("c/w", &["b/c/w"]);
        check("w", &["w"]);
        check("zz", &[]);
        check("", &[]);
    }

    #[test]
    fn an_unknown_name_is_told_a_near_one() {
        let error = analysis("hzz-as-publishd").unwrap_err().to_string();
        assert!(error.contains("did you mean hzz-as-published?"), "{error}");
    }
}
