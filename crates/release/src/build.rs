//! A release from its description: rows drawn, fields computed, files written, metadata made.
//!
//! All is written to a folder beside the one asked for, which takes its name at the end. What was
//! written before a build was stopped is kept if description and sources are still the same.

use std::path::{Path, PathBuf};

use photopeak_analysis::catalogue;
use photopeak_formats::{
    Dataset, Hdf5Compression, Hdf5Layout, Narrowed, Table as Source, named_twice, resolve,
    write_atomically, write_hdf5, write_parquet,
};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::description::{Format, Order, Part, Role, Table as Description};
use crate::draw::draw;
use crate::fields::Fields;
use crate::manifest::{self, Entry};
use crate::rows::Rows;
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

/// Builds the release that a description describes, in the folder `out`. `done` is told the number
/// of data files that are ready, and of how many.
///
/// # Errors
/// When the description is wrong, sources cannot be read, or `out` is there already.
pub fn build(
    description: &Path,
    out: &Path,
    done: impl Fn(usize, usize) + Sync,
) -> Result<Built, Error> {
    let text = Release::text(description)?;
    let release = Release::parse(&text, &description.display().to_string())?;
    if out.exists() {
        return Err(Error::release(
            out,
            "is there already; remove it, or choose another folder",
        ));
    }
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
    let partial = beside(out, "partial");
    let private = beside(out, "private");
    let partial_private = beside(out, "private.partial");
    begin(&partial, &partial_private, &plan.finalize())?;

    let narrowed = tables
        .iter()
        .map(|(table, fields)| narrowed(table, fields))
        .collect::<Result<Vec<_>, _>>()?;
    let mut jobs = Vec::new();
    let mut rows = Vec::new();
    let drawn = tables
        .iter()
        .map(|(table, fields)| draw(&release, table, fields))
        .collect::<Result<Vec<_>, _>>()?;
    let mut infos = Vec::new();
    for (((table, fields), narrowed), drawn) in tables.iter().zip(&narrowed).zip(&drawn) {
        let source: &dyn Source = match narrowed {
            Some(narrowed) => narrowed,
            None => fields,
        };
        infos.push(metadata::TableInfo {
            table,
            schema: source.schema().clone(),
        });
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
            let size = usize::try_from(release.files.rows).unwrap_or(usize::MAX);
            for (number, rows) in of_part.chunks(size).enumerate() {
                jobs.push(Job {
                    table,
                    source,
                    part,
                    number,
                    rows,
                });
            }
        }
    }
    let aside = Aside::of(&release, &jobs, &partial)?;
    let ready = std::sync::atomic::AtomicUsize::new(0);
    let files: Vec<Vec<Entry>> = jobs
        .par_iter()
        .enumerate()
        .map(|(i, job)| {
            let entries = job.write(&release, &partial, &partial_private, aside.path(i))?;
            let now = ready.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
            done(now, jobs.len());
            Ok(entries)
        })
        .collect::<Result<_, Error>>()?;
    aside.remove()?;
    let mut files: Vec<Entry> = files.into_iter().flatten().collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));

    write(&partial, DESCRIPTION, &text)?;
    for (name, text) in metadata::documents(&release, &infos, &rows, &files)? {
        write(&partial, name, &text)?;
    }
    let mut all = Vec::new();
    for name in std::iter::once(DESCRIPTION).chain(metadata::NAMES) {
        let mut entry = manifest::checksums(&partial.join(name), |_| ())?;
        name.clone_into(&mut entry.path);
        all.push(entry);
    }
    all.extend(files);
    manifest::write(&partial, &all)?;
    let blind = release.splits.parts.iter().any(|part| part.blind);
    remove(&partial.join(PLAN))?;
    if blind {
        rename(&partial_private, &private)?;
    }
    rename(&partial, out)?;
    Ok(Built {
        files: all,
        rows,
        private: blind.then_some(private),
    })
}

/// Says from what a folder that is not ready was begun.
const PLAN: &str = ".plan";

/// Makes the folders, or keeps those of a build of the same plan that was stopped.
fn begin(partial: &Path, private: &Path, plan: &[u8]) -> Result<(), Error> {
    let file = partial.join(PLAN);
    if std::fs::read(&file).is_ok_and(|found| found == plan) {
        return Ok(());
    }
    for folder in [partial, private] {
        if folder.exists() {
            std::fs::remove_dir_all(folder).map_err(Error::io(folder))?;
        }
    }
    std::fs::create_dir_all(partial).map_err(Error::io(partial))?;
    write_atomically(&file, |out| out.write_all(plan).map_err(Error::io(&file)))
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

/// A data file of each format.
struct Job<'a> {
    table: &'a Description,
    source: &'a dyn Source,
    part: &'a Part,
    number: usize,
    rows: &'a [u64],
}

impl Job<'_> {
    fn write(
        &self,
        release: &Release,
        folder: &Path,
        private: &Path,
        aside: Option<&Path>,
    ) -> Result<Vec<Entry>, Error> {
        let fields = &self.table.fields;
        let shuffled;
        let table: &dyn Source = match aside {
            Some(path) => {
                shuffled = spill::in_order(path, self.rows)?;
                &shuffled
            }
            None => self.source,
        };
        let in_order: Vec<u64> = (0..self.rows.len() as u64).collect();
        let rows = if aside.is_some() {
            &in_order
        } else {
            self.rows
        };
        let open = positions(fields, |f| !self.part.blind || f.role != Role::Label);
        let hidden = positions(fields, |f| matches!(f.role, Role::Label | Role::Id));
        let chosen = Rows::new(table, &open, rows);
        let mut entries = Vec::new();
        for format in &release.files.formats {
            let path = format!(
                "data/{0}/{1}-{2}-{3:03}.{0}",
                format.name(),
                self.table.name,
                self.part.name,
                self.number
            );
            let file = folder.join(&path);
            if !file.exists() {
                write_as(*format, &chosen, open.len(), &file)?;
            }
            let mut entry = manifest::checksums(&file, |_| ())?;
            entry.path = path;
            entry.rows = Some(self.rows.len() as u64);
            entries.push(entry);
        }
        if self.part.blind && fields.len() > open.len() {
            let name = format!(
                "{}-{}-{:03}.parquet",
                self.table.name, self.part.name, self.number
            );
            let file = private.join(name);
            if !file.exists() {
                let labels = Rows::new(table, &hidden, rows);
                write_as(Format::Parquet, &labels, hidden.len(), &file)?;
            }
        }
        Ok(entries)
    }
}

fn positions(
    fields: &[crate::description::Field],
    taken: impl Fn(&crate::description::Field) -> bool,
) -> Vec<usize> {
    let numbered = fields.iter().enumerate();
    numbered.filter(|(_, f)| taken(f)).map(|(i, _)| i).collect()
}

fn write_as(format: Format, rows: &Rows<'_>, width: usize, file: &Path) -> Result<(), Error> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(Error::io(folder))?;
    }
    let columns: Vec<usize> = (0..width).collect();
    match format {
        Format::Parquet => write_parquet(rows, &columns, file, |_| ())?,
        Format::Hdf5 => write_hdf5(
            rows,
            &columns,
            file,
            &Hdf5Layout::Flat,
            Hdf5Compression::Gzip,
            |_| (),
        )?,
    }
    Ok(())
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

/// `OUT.what`, beside `OUT`.
fn beside(out: &Path, what: &str) -> PathBuf {
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(what);
    out.with_file_name(name)
}

fn write(folder: &Path, name: &str, text: &str) -> Result<(), Error> {
    let path = folder.join(name);
    write_atomically(&path, |out| {
        out.write_all(text.as_bytes()).map_err(Error::io(&path))
    })
}

fn rename(from: &Path, to: &Path) -> Result<(), Error> {
    std::fs::rename(from, to).map_err(Error::io(to))
}

fn remove(path: &Path) -> Result<(), Error> {
    std::fs::remove_file(path).map_err(Error::io(path))
}
