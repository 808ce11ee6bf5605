//! A saved TChain: a ROOT object that stands for the trees of other files.

use std::path::{Path, PathBuf};

use photopeak_remote::Url;
use photopeak_rootfile::{RootFile, Tree, chain_elements};

use crate::Error;
use crate::location::{Location, resolve};
use crate::source::is_url;

/// The files and trees of the chain called `name`; without a name, of the only chain in a file
/// without trees. None if what is there is no chain.
///
/// File names in a chain are relative to the folder of the file that holds it, else to the
/// present folder. They may have wildcards. They may be addresses of HTTP; what a file behind HTTP
/// names is looked for there.
///
/// # Errors
/// When the chain is damaged, names a file that is not there or that is behind a network other than HTTP.
pub(crate) fn elements(
    file: &RootFile,
    path: &Path,
    name: Option<&str>,
) -> Result<Option<Vec<Location>>, Error> {
    let only;
    let name = match name {
        Some(name) => name,
        None => {
            let Some(chain) = only_chain(file)? else {
                return Ok(None);
            };
            only = chain;
            &only
        }
    };
    let Some(parts) = chain_elements(file, name)? else {
        return Ok(None);
    };
    let wrong = |message: String| Error::Read {
        path: path.to_owned(),
        message: format!("the chain {name} {message}"),
    };
    let mut found = Vec::new();
    for (part, tree) in &parts {
        let file_name = local_name(part).ok_or_else(|| {
            wrong(format!(
                "names {part}, which cannot be read from here; get the file first"
            ))
        })?;
        let files = find(path, file_name)
            .map_err(|e| wrong(format!("names a file that cannot be found: {e}")))?;
        found.extend(files.into_iter().map(|path| Location {
            path,
            tree: Some(tree.clone()),
        }));
    }
    if found.is_empty() {
        return Err(wrong("has no files".to_owned()));
    }
    Ok(Some(found))
}

fn only_chain(file: &RootFile) -> Result<Option<String>, Error> {
    if !Tree::list(file)?.is_empty() {
        return Ok(None);
    }
    let mut chains = file
        .entries()?
        .into_iter()
        .filter(|e| e.key.class == "TChain")
        .map(|e| e.path);
    let first = chains.next();
    // A second cycle of the same name is an older state of the same chain.
    Ok(first.filter(|first| chains.all(|other| other == *first)))
}

/// The file name of a chain's part without the options and the tree that ROOT lets follow it;
/// none if it is an address of another kind than HTTP.
fn local_name(part: &str) -> Option<&str> {
    let part = part
        .strip_prefix("file://")
        .or(part.strip_prefix("file:"))
        .unwrap_or(part);
    if part.contains("://") && !Url::is_url(part) {
        return None;
    }
    // `a?.root` is a pattern, `a.root?option` is not.
    let end = [".root?", ".root#"]
        .iter()
        .filter_map(|end| part.find(end))
        .min();
    Some(
        end.and_then(|at| part.get(..at + ".root".len()))
            .unwrap_or(part),
    )
}

/// The files of that name beside the chain's file, or from the present folder.
fn find(chain: &Path, name: &str) -> Result<Vec<PathBuf>, Error> {
    let beside = match chain.parent() {
        Some(folder) if Path::new(name).is_relative() && !Url::is_url(name) => folder.join(name),
        // What lies behind a network names no files of this machine.
        _ if is_url(chain) && !Url::is_url(name) => {
            return Err(Error::NotFound(format!(
                "{name} is not beside {}",
                chain.display()
            )));
        }
        _ => PathBuf::from(name),
    };
    let resolved = match resolve(&beside.to_string_lossy()) {
        Ok(files) => files,
        // The first error says where it should be.
        Err(error) if is_url(chain) => return Err(error),
        Err(error) => resolve(name).map_err(|_| error)?,
    };
    Ok(resolved.into_iter().map(|location| location.path).collect())
}

#[cfg(test)]
mod tests {
    use super::local_name;

    #[test]
    fn names_without_what_follows_them() {
        for (part, name) in [
            ("a.root", Some("a.root")),
            ("more/a.root?#nested/t", Some("more/a.root")),
            ("a.root#t", Some("a.root")),
            ("data_?.root", Some("data_?.root")),
            ("file:/data/a.root", Some("/data/a.root")),
            ("file:///data/a.root", Some("/data/a.root")),
            ("root://eospublic.cern.ch//eos/a.root", None),
            (
                "https://example.org/a.root",
                Some("https://example.org/a.root"),
            ),
        ] {
            assert_eq!(local_name(part), name, "{part}");
        }
    }
}
