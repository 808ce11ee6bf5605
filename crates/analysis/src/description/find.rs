//! From a name on the command line to descriptions: of the catalogue, or a file.

use std::path::Path;

use super::Analysis;
use crate::{Error, catalogue};

impl Analysis {
    /// Reads a description from a file.
    ///
    /// # Errors
    /// When the file cannot be read or is invalid.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|source| {
            Error::Data(photopeak_formats::Error::Io {
                path: path.to_owned(),
                source,
            })
        })?;
        Self::parse(&path.to_string_lossy(), &text)
    }

    /// From the catalogue, or from a file if the name ends in `.toml`.
    ///
    /// # Errors
    /// As [`Analysis::read`] and [`catalogue::analysis`].
    pub fn named(name: &str) -> Result<Self, Error> {
        if Path::new(name).extension().is_some_and(|e| e == "toml") {
            Self::read(Path::new(name))
        } else {
            catalogue::analysis(name)
        }
    }

    /// All analyses that a name stands for: of the catalogue, with `*` and `?` for any
    /// characters and any one (`adl/*`; without a folder, in all of them), or the file that ends in `.toml`.
    ///
    /// # Errors
    /// As [`Analysis::named`], and when nothing in the catalogue fits.
    pub fn matching(name: &str) -> Result<Vec<Self>, Error> {
        let is_file = Path::new(name).extension().is_some_and(|e| e == "toml");
        if is_file || !name.contains(['*', '?']) {
            return Ok(vec![Self::named(name)?]);
        }
        let known = catalogue::analyses();
        let short = |whole: &str| fits(name, whole.rsplit('/').next().unwrap_or(whole));
        let fits = known
            .iter()
            .filter(|known| fits(name, known) || short(known));
        let found = fits.map(|name| catalogue::analysis(name));
        let found = found.collect::<Result<Vec<_>, _>>()?;
        if found.is_empty() {
            return Err(Error::NotFound(format!(
                "no analysis in the catalogue fits {name:?}; it has {}",
                catalogue::listed(known.iter().map(String::as_str))
            )));
        }
        Ok(found)
    }
}

/// Whether a text fits a pattern with `*` and `?`.
fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where the last `*` stands, and up to where it reaches so far.
    let mut star: Option<(usize, usize)> = None;
    while let Some(c) = text.get(t) {
        match (pattern.get(p), star) {
            (Some('*'), _) => {
                star = Some((p, t));
                p += 1;
            }
            (Some(q), _) if *q == '?' || q == c => (p, t) = (p + 1, t + 1),
            (_, Some((at, reach))) => {
                star = Some((at, reach + 1));
                (p, t) = (at + 1, reach + 1);
            }
            (_, None) => return false,
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}
