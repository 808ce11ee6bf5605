//! A shard: the same rows of a part in a file of each format, and the labels of blind rows apart.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use photopeak_formats::{
    Hdf5Compression, Hdf5Layout, RootCompression, Table as Source, write_hdf5, write_parquet,
    write_root,
};

use crate::description::{Field, Format, Hdf5Storage, Part, Role, Table as Description};
use crate::manifest::{self, Entry};
use crate::rows::Rows;
use crate::widened::Widened;
use crate::{Error, Release, spill};

/// How far a build is, in rows that are written, a format each.
pub(crate) struct Work<'a> {
    pub(crate) total: u64,
    done: AtomicU64,
    tell: &'a (dyn Fn(u64, u64) + Sync),
}

impl<'a> Work<'a> {
    pub(crate) fn new(total: u64, tell: &'a (dyn Fn(u64, u64) + Sync)) -> Self {
        let done = AtomicU64::new(0);
        Self { total, done, tell }
    }

    fn add(&self, rows: u64) {
        let done = self.done.fetch_add(rows, Ordering::Relaxed) + rows;
        (self.tell)(done, self.total);
    }
}

/// The rows of a shard.
pub(crate) struct Job<'a> {
    pub(crate) table: &'a Description,
    pub(crate) source: &'a dyn Source,
    pub(crate) part: &'a Part,
    pub(crate) number: usize,
    pub(crate) rows: &'a [u64],
}

/// What has become of a shard.
pub(crate) enum Shard {
    Written(Vec<Entry>),
    /// A file of it is larger than files may be.
    TooLarge,
}

impl Job<'_> {
    /// Path of the file of a format within the release.
    fn path(&self, format: Format) -> String {
        format!("data/{0}/{1}.{0}", format.name(), self.stem())
    }

    fn stem(&self) -> String {
        format!("{}-{}-{:03}", self.table.name, self.part.name, self.number)
    }

    fn labels(&self) -> String {
        format!("{}.parquet", self.stem())
    }

    /// Writes the files that are not there yet.
    pub(crate) fn write(
        &self,
        release: &Release,
        folder: &Path,
        private: &Path,
        aside: Option<&Path>,
        work: &Work<'_>,
    ) -> Result<Shard, Error> {
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
        let rows = match aside {
            Some(_) => &in_order,
            None => self.rows,
        };
        let open = positions(fields, |f| f.is_in(self.part));
        let hidden = positions(fields, |f| matches!(f.role, Role::Label | Role::Id));
        let chosen = Rows::new(table, &open, rows);
        let mut entries = Vec::new();
        for format in &release.files.formats {
            let path = self.path(*format);
            let file = folder.join(&path);
            match file.exists() {
                true => work.add(self.rows.len() as u64),
                false => self.write_as(release, *format, &chosen, &open, &file, work)?,
            }
            let size = std::fs::metadata(&file).map_err(Error::io(&file))?.len();
            if size > release.files.bytes() {
                if self.rows.len() == 1 {
                    return Err(Error::Description {
                        place: format!("table {}, [files] size", self.table.name),
                        message: format!("a file of one row has {size} bytes; allow more"),
                    });
                }
                return Ok(Shard::TooLarge);
            }
            let mut entry = manifest::checksums(&file, |_| ())?;
            entry.path = path;
            entry.rows = Some(self.rows.len() as u64);
            entries.push(entry);
        }
        if self.part.blind && fields.len() > open.len() {
            let file = private.join(self.labels());
            if !file.exists() {
                let labels = Rows::new(table, &hidden, rows);
                let columns: Vec<usize> = (0..hidden.len()).collect();
                write_parquet(&labels, &columns, &file, |_| ())?;
            }
        }
        Ok(Shard::Written(entries))
    }

    fn write_as(
        &self,
        release: &Release,
        format: Format,
        rows: &Rows<'_>,
        open: &[usize],
        file: &Path,
        work: &Work<'_>,
    ) -> Result<(), Error> {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).map_err(Error::io(folder))?;
        }
        let columns: Vec<usize> = (0..open.len()).collect();
        let mut before = 0;
        let done = |rows| {
            work.add(rows - before);
            before = rows;
        };
        match format {
            Format::Parquet => write_parquet(rows, &columns, file, done)?,
            Format::Hdf5 => {
                let how = match release.files.hdf5 {
                    Hdf5Storage::Gzip => Hdf5Compression::Gzip,
                    Hdf5Storage::Szip => Hdf5Compression::Szip,
                    Hdf5Storage::Contiguous => Hdf5Compression::None,
                };
                let fields = open.iter().map(|i| self.table.fields.get(*i));
                let wide = fields.map(|f| f.is_some_and(|f| f.hdf5.is_some()));
                let wide = Widened::new(rows, wide.collect())?;
                write_hdf5(&wide, &columns, file, &Hdf5Layout::Flat, how, done)?;
            }
            Format::Root => {
                let tree = Some(self.table.name.as_str());
                write_root(rows, &columns, file, tree, RootCompression::Zlib, done)?;
            }
        }
        Ok(())
    }

    /// Removes what there is of the shard: its rows are to be divided otherwise.
    pub(crate) fn remove(
        &self,
        release: &Release,
        folder: &Path,
        private: &Path,
    ) -> Result<(), Error> {
        let files = release.files.formats.iter();
        let files = files.map(|format| folder.join(self.path(*format)));
        let files: Vec<PathBuf> = files.chain([private.join(self.labels())]).collect();
        for file in files.iter().filter(|file| file.exists()) {
            std::fs::remove_file(file).map_err(Error::io(file))?;
        }
        Ok(())
    }
}

impl Shard {
    /// Its files.
    pub(crate) fn entries(self) -> Vec<Entry> {
        match self {
            Shard::Written(entries) => entries,
            Shard::TooLarge => Vec::new(),
        }
    }
}

/// Numbers of the fields that are taken.
pub(crate) fn positions(fields: &[Field], taken: impl Fn(&Field) -> bool) -> Vec<usize> {
    let numbered = fields.iter().enumerate();
    numbered.filter(|(_, f)| taken(f)).map(|(i, _)| i).collect()
}
