//! Writing a file so that it is there whole or not at all.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use photopeak_hdf5file::WriteSeek;

use crate::Error;

/// Calls `write` with a buffer for a temporary file beside `path`, and renames it to `path`
/// once everything is on disk. An error or a kill in between leaves `path` as it was.
///
/// # Errors
/// Whatever `write` says, or the file system.
pub fn write_atomically<E: From<Error>>(
    path: &Path,
    write: impl FnOnce(&mut (dyn Write + Send)) -> Result<(), E>,
) -> Result<(), E> {
    write_anywhere_atomically(path, |out| write(out))
}

/// The same for formats that go back to places in the file.
///
/// # Errors
/// As [`write_atomically`].
pub fn write_anywhere_atomically<E: From<Error>>(
    path: &Path,
    write: impl FnOnce(&mut (dyn WriteSeek + Send)) -> Result<(), E>,
) -> Result<(), E> {
    let io = |source: io::Error| {
        E::from(Error::Io {
            path: path.to_owned(),
            source,
        })
    };
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        let missing = format!("there is no folder {}; make it first", folder.display());
        return Err(io(io::Error::new(io::ErrorKind::NotFound, missing)));
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".photopeak-");
    // A temporary file is private by default; the result should have the user's usual rights.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    // The kind alone: the whole message names the temporary file.
    let file = builder
        .tempfile_in(folder)
        .map_err(|e| io(e.kind().into()))?;
    let mut buffer = BufWriter::new(file);
    write(&mut buffer)?;
    let file = buffer.into_inner().map_err(|e| io(e.into_error()))?;
    file.as_file().sync_all().map_err(io)?;
    file.persist(path).map_err(|e| io(e.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        write_atomically::<Error>(&path, |w| {
            w.write_all(b"old").unwrap();
            Ok(())
        })
        .unwrap();
        let failed = write_atomically(&path, |w| {
            w.write_all(b"half").unwrap();
            Err(Error::NotFound("stop".into()))
        });
        assert!(failed.is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
