//! A release from its description: rows drawn, fields computed, files written, metadata made.
//!
//! All is written to a folder beside the one asked for, which takes its name at the end. What was
//! written before a build was stopped is kept if description and sources are still the same (`begun`).

use std::path::{Path, PathBuf};

use photopeak_analysis::catalogue;
use photopeak_formats::{
    Dataset, Narrowed, Table as Source, named_twice, resolve, write_atomically,
};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::begun::Begun;
use crate::description::{Order, Table as Description};
use crate::draw::{Drawn, draw};
use crate::fields::Fields;
use crate::job::{Job, Shard, Work, positions};
use crate::manifest::{self, Entry};
use crate::shards::rows_of;
use crate::{Error, Release, metadata, spill};

/// The description, as it lies in a release.
pub const DESCRIPTION: &str = "release.toml";

/// What a build has made.
#[derive(Debug, Clone)]
pub struct Built {
    /// Every file.
    pub files: Vec<Entry>,
    /// Rows by table and part.
    pub rows: Vec<(String, String, u64)>,
    /// Where the labels of blind parts are, if there are any.
    pub private: Option<PathBuf>,
}

/// Builds the release that a description describes, in the folder `out`. `done` is told how many rows
/// are written, a format each, and of how many.
///
/// # Errors
/// When the description is wrong, sources cannot be read, or `out` is there already.
pub fn build(
    description: &Path,
    out: &Path,
    done: impl Fn(u64, u64) + Sync,
) -> Result<Built, Error> {
    let text = Release::text(description)?;
    let release = Release::parse(&text, &description.display().to_string())?;
    let home = match description.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    let mut plan = Sha256::new();
    plan.update(env!("CARGO_PKG_VERSION"));
    plan.update(&text);
    let mut tables = Vec::new();
    for table in &release.tables {
        let data = sources(table, &home)?;
        for part in data.parts() {
            let file = std::fs::metadata(&part.path).map_err(Error::io(&part.path))?;
            let changed = file.modified().ok();
            plan.update(format!("{:?} {} {changed:?}\n", part.path, file.len()));
        }
        tables.push((table, Fields::new(&release, table, data)?));
    }
    let blind = release.splits.parts.iter().any(|part| part.blind);
    let mut begun = Begun::new(out, &manifest::hex(&plan.finalize()), blind)?;

    let narrowed = tables
        .iter()
        .map(|(table, fields)| narrowed(table, fields))
        .collect::<Result<Vec<_>, _>>()?;
    let drawn = tables
        .iter()
        .map(|(table, fields)| draw(&release, table, fields))
        .collect::<Result<Vec<_>, _>>()?;
    let mut prepared = Vec::new();
    for (((table, fields), narrowed), drawn) in tables.iter().zip(&narrowed).zip(&drawn) {
        let source: &dyn Source = match narrowed {
            Some(narrowed) => narrowed,
            None => fields,
        };
        prepared.push(Prepared {
            table,
            source,
            drawn,
        });
    }
    let rows = rows_of_parts(&release, &prepared)?;
    let files = loop {
        if let Some(files) = write_shards(&release, &prepared, &mut begun, &done)? {
            break files;
        }
    };

    let partial = &begun.partial;
    write(partial, DESCRIPTION, &text)?;
    let infos: Vec<metadata::TableInfo<'_>> = prepared
        .iter()
        .map(|of| metadata::TableInfo {
            table: of.table,
            schema: of.source.schema().clone(),
        })
        .collect();
    for (name, text) in metadata::documents(partial, &release, &tables, &infos, &rows, &files)? {
        write(partial, name, &text)?;
    }
    let mut all = Vec::new();
    for name in std::iter::once(DESCRIPTION).chain(metadata::NAMES) {
        let mut entry = manifest::checksums(&partial.join(name), |_| ())?;
        name.clone_into(&mut entry.path);
        all.push(entry);
    }
    all.extend(files);
    manifest::write(partial, &all)?;
    Ok(Built {
        files: all,
        rows,
        private: begun.finish()?,
    })
}

/// A table, and which of its rows go where.
struct Prepared<'a> {
    table: &'a Description,
    source: &'a dyn Source,
    drawn: &'a Drawn,
}

/// Rows by table and part.
fn rows_of_parts(
    release: &Release,
    tables: &[Prepared<'_>],
) -> Result<Vec<(String, String, u64)>, Error> {
    let mut rows = Vec::new();
    for Prepared { table, drawn, .. } in tables {
        for (part, of_part) in release.splits.parts.iter().zip(&drawn.parts) {
            if of_part.is_empty() {
                return Err(Error::Description {
                    place: format!("table {}, part {}", table.name, part.name),
                    message: format!(
                        "gets none of the {} rows; raise its fraction, or change the seed",
                        drawn.parts.iter().map(Vec::len).sum::<usize>()
                    ),
                });
            }
            rows.push((table.name.clone(), part.name.clone(), of_part.len() as u64));
        }
    }
    Ok(rows)
}

/// Writes all data files. None if some came out too large: those of their tables are gone then, and
/// fewer rows go into each the next time.
fn write_shards(
    release: &Release,
    tables: &[Prepared<'_>],
    begun: &mut Begun,
    done: &(dyn Fn(u64, u64) + Sync),
) -> Result<Option<Vec<Entry>>, Error> {
    let mut jobs = Vec::new();
    let mut sizes = Vec::new();
    for of in tables {
        let rows = match begun.rows(&of.table.name) {
            Some(rows) => rows,
            None => rows_of(release, of.table, of.source)?,
        };
        sizes.push(rows);
        let rows = usize::try_from(rows).unwrap_or(usize::MAX);
        for (part, of_part) in release.splits.parts.iter().zip(&of.drawn.parts) {
            let shards = of_part.chunks(rows).enumerate();
            jobs.extend(shards.map(|(number, rows)| Job {
                table: of.table,
                source: of.source,
                part,
                number,
                rows,
            }));
        }
    }
    let aside = Aside::of(release, &jobs, &begun.partial)?;
    let rows: usize = jobs.iter().map(|job| job.rows.len()).sum();
    let work = Work::new((rows * release.files.formats.len()) as u64, done);
    let (partial, private) = (&begun.partial, &begun.partial_private);
    let shards: Vec<Shard> = jobs
        .par_iter()
        .enumerate()
        .map(|(i, job)| job.write(release, partial, private, aside.path(i), &work))
        .collect::<Result<_, Error>>()?;
    aside.remove()?;
    let too_large: Vec<&str> = jobs
        .iter()
        .zip(&shards)
        .filter(|(_, shard)| matches!(shard, Shard::TooLarge))
        .map(|(job, _)| job.table.name.as_str())
        .collect();
    if too_large.is_empty() {
        let mut files: Vec<Entry> = shards.into_iter().flat_map(Shard::entries).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        return Ok(Some(files));
    }
    for (of, rows) in tables.iter().zip(sizes) {
        let name = of.table.name.as_str();
        if too_large.contains(&name) {
            for job in jobs.iter().filter(|job| job.table.name == name) {
                job.remove(release, &begun.partial, &begun.partial_private)?;
            }
            begun.set_rows(name, rows.div_ceil(2))?;
        }
    }
    Ok(None)
}

pub(crate) fn sources(table: &Description, home: &Path) -> Result<Dataset, Error> {
    let invalid = |message: String| Error::Description {
        place: format!("table {}, sources", table.name),
        message,
    };
    let mut locations = Vec::new();
    for source in &table.sources {
        // An absolute path stays as it is.
        locations.extend(resolve(&home.join(source).to_string_lossy())?);
    }
    if let Some(twice) = named_twice(&locations) {
        let path = twice.path.display();
        return Err(invalid(format!(
            "{path} is named twice; its rows would count twice"
        )));
    }
    let mut data = Dataset::from_locations(&locations)?;
    match catalogue::schemas_of(&data)?.as_slice() {
        [] => {}
        [schema] => schema.annotate(&mut data),
        several => {
            let names: Vec<&str> = several.iter().map(|schema| schema.name.as_str()).collect();
            return Err(invalid(format!(
                "the columns fit several schemas ({}), which may differ in their units",
                names.join(", ")
            )));
        }
    }
    Ok(data)
}

/// The table with the narrowest types for the fields that are to have them.
fn narrowed<'a>(table: &Description, fields: &'a Fields) -> Result<Option<Narrowed<'a>>, Error> {
    let narrow = positions(&table.fields, |f| f.narrow);
    Ok(match narrow.is_empty() {
        true => None,
        false => Some(Narrowed::new(fields, &narrow)?),
    })
}

/// Rows that were put aside, for an order by chance.
struct Aside {
    folder: PathBuf,
    paths: Vec<PathBuf>,
}

impl Aside {
    fn of(release: &Release, jobs: &[Job<'_>], partial: &Path) -> Result<Self, Error> {
        let folder = partial.join(".aside");
        let mut paths = Vec::new();
        if release.files.order == Order::Shuffled {
            let mut left = jobs;
            while let Some(first) = left.first() {
                let same = left
                    .iter()
                    .take_while(|job| std::ptr::eq(job.table, first.table))
                    .count();
                let (of_table, after) = left.split_at(same);
                left = after;
                let within = folder.join(&first.table.name);
                std::fs::create_dir_all(&within).map_err(Error::io(&within))?;
                let files: Vec<&[u64]> = of_table.iter().map(|job| job.rows).collect();
                let all = positions(&first.table.fields, |_| true);
                paths.extend(spill::put_aside(first.source, &all, &files, &within)?);
            }
        }
        Ok(Aside { folder, paths })
    }

    fn path(&self, job: usize) -> Option<&Path> {
        self.paths.get(job).map(PathBuf::as_path)
    }

    fn remove(self) -> Result<(), Error> {
        match self.paths.is_empty() {
            true => Ok(()),
            false => std::fs::remove_dir_all(&self.folder).map_err(Error::io(&self.folder)),
        }
    }
}

fn write(folder: &Path, name: &str, text: &str) -> Result<(), Error> {
    let path = folder.join(name);
    write_atomically(&path, |out| {
        out.write_all(text.as_bytes()).map_err(Error::io(&path))
    })
}
