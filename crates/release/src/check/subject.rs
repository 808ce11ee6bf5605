//! What is checked: a release that was built, or a description whose sources are there. Both are
//! tables in shards; a part of a description counts as one shard.

use std::path::{Path, PathBuf};

use photopeak_formats::{Dataset, Location, Table};

use super::finding::Finding;
use super::packaging;
use crate::build::{DESCRIPTION, sources};
use crate::description::{Field, Order, Part, Table as Description};
use crate::draw::{Drawn, draw};
use crate::fields::Fields;
use crate::manifest::{Entry, MANIFEST};
use crate::rows::Rows;
use crate::{Error, Release};

/// What is checked.
pub(super) struct Subject<'a> {
    pub(super) release: &'a Release,
    /// The folder of a release that was built.
    pub(super) folder: Option<&'a Path>,
    pub(super) manifest: &'a [Entry],
    /// By table, part and number.
    pub(super) shards: Vec<Shard<'a>>,
    /// Whether rows stand as they will be published.
    pub(super) ordered: bool,
    /// Columns of the sources by table, where they are known.
    pub(super) sources: Vec<Vec<String>>,
}

/// A file of rows.
pub(super) struct Shard<'a> {
    /// Numbers of table and part in the description.
    pub(super) table: usize,
    pub(super) part: usize,
    pub(super) number: usize,
    pub(super) path: String,
    /// The folder of its format, `parquet`.
    pub(super) format: String,
    /// Whether its values are looked at: one format of each table is enough.
    pub(super) main: bool,
    pub(super) bytes: u64,
    /// Rows by the manifest.
    pub(super) rows: Option<u64>,
    pub(super) data: Box<dyn Table + 'a>,
}

impl Subject<'_> {
    pub(super) fn table(&self, shard: &Shard<'_>) -> Option<&Description> {
        self.release.tables.get(shard.table)
    }

    pub(super) fn part(&self, shard: &Shard<'_>) -> Option<&Part> {
        self.release.splits.parts.get(shard.part)
    }

    /// Whether the sources of a table have a column of this name.
    pub(super) fn has_source(&self, table: usize, name: &str) -> bool {
        let columns = self.sources.get(table);
        columns.is_some_and(|columns| columns.iter().any(|column| column == name))
    }

    /// The fields of a shard with their places in the description.
    pub(super) fn fields(&self, shard: &Shard<'_>) -> impl Iterator<Item = (usize, &Field)> {
        let table = self.table(shard);
        table.into_iter().flat_map(|t| t.fields.iter().enumerate())
    }
}

/// The file of a description, by the path that a user gives.
pub(super) fn description_of(path: &Path) -> Result<(PathBuf, bool), Error> {
    if path.is_dir() {
        let file = path.join(DESCRIPTION);
        if !file.is_file() {
            return Err(Error::release(
                path,
                format!(
                    "is no release: it has no {DESCRIPTION}; name the folder that `photopeak release build` made, or the {DESCRIPTION} itself"
                ),
            ));
        }
        let built = path.join(MANIFEST).is_file() || path.join("data").is_dir();
        return Ok((file, built));
    }
    Ok((path.to_owned(), false))
}

/// The shards that the manifest of a folder lists; findings where one does not open.
pub(super) fn shards(
    release: &Release,
    folder: &Path,
    manifest: &[Entry],
) -> (Vec<Shard<'static>>, Vec<Finding>) {
    let mut found = Vec::new();
    let mut findings = Vec::new();
    for entry in manifest {
        let Some((format, table, part, number)) = place(release, &entry.path) else {
            continue;
        };
        let path = folder.join(&entry.path);
        if !path.is_file() {
            continue;
        }
        let location = Location { path, tree: None };
        match Dataset::from_locations(std::slice::from_ref(&location)) {
            Ok(data) => found.push(Shard {
                table,
                part,
                number,
                path: entry.path.clone(),
                format: format.to_owned(),
                main: false,
                bytes: entry.bytes,
                rows: entry.rows,
                data: Box::new(data),
            }),
            Err(error) => findings.push(packaging::unreadable(&entry.path, &error.to_string())),
        }
    }
    let order = |format: &str| (format != "parquet", format.to_owned());
    found.sort_by_key(|s| (s.table, order(&s.format), s.part, s.number));
    for table in 0..release.tables.len() {
        let mut of_table = found.iter_mut().filter(|s| s.table == table).peekable();
        let first = of_table.peek().map(|s| s.format.clone());
        for shard in of_table {
            shard.main = Some(&shard.format) == first.as_ref();
        }
    }
    (found, findings)
}

/// Format, table, part and number of `data/FORMAT/TABLE-PART-NNN.FORMAT`.
fn place<'a>(release: &Release, path: &'a str) -> Option<(&'a str, usize, usize, usize)> {
    let (format, file) = path.strip_prefix("data/")?.split_once('/')?;
    let (stem, _) = file.rsplit_once('.')?;
    let (names, number) = stem.rsplit_once('-')?;
    let number = number.parse().ok()?;
    // Both names may have dashes in them.
    for (t, table) in release.tables.iter().enumerate() {
        for (p, part) in release.splits.parts.iter().enumerate() {
            if names == format!("{}-{}", table.name, part.name) {
                return Some((format, t, p, number));
            }
        }
    }
    None
}

/// The tables of a description, and the rows of their parts in ascending order.
pub(super) fn opened(release: &Release, description: &Path) -> Result<Vec<(Fields, Drawn)>, Error> {
    let home = match description.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let each = release.tables.iter().map(|table| {
        let fields = Fields::new(release, table, sources(table, home)?)?;
        let mut drawn = draw(release, table, &fields)?;
        drawn.parts.iter_mut().for_each(|rows| rows.sort_unstable());
        Ok((fields, drawn))
    });
    each.collect()
}

/// The parts of a description as shards.
pub(super) fn unbuilt<'a>(
    release: &'a Release,
    tables: &'a [(Fields, Drawn)],
    description: &Path,
) -> Subject<'a> {
    let mut shards = Vec::new();
    for (t, (fields, drawn)) in tables.iter().enumerate() {
        let described = release.tables.get(t).map_or(&[][..], |t| &t.fields);
        for (p, (part, rows)) in release.splits.parts.iter().zip(&drawn.parts).enumerate() {
            let open = described.iter().enumerate().filter(|(_, f)| f.is_in(part));
            let open: Vec<usize> = open.map(|(i, _)| i).collect();
            shards.push(Shard {
                table: t,
                part: p,
                number: 0,
                path: format!("{}, part {}", description.display(), part.name),
                format: String::new(),
                main: true,
                bytes: 0,
                rows: None,
                data: Box::new(Rows::new(fields, &open, rows)),
            });
        }
    }
    Subject {
        release,
        folder: None,
        manifest: &[],
        shards,
        sources: tables
            .iter()
            .map(|(fields, _)| fields.source_names())
            .collect(),
        ordered: release.files.order == Order::Kept,
    }
}
