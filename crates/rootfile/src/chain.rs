//! TChain: a saved list of files whose trees are read one after the other.

use crate::error::Result;
use crate::file::RootFile;
use crate::object::{ObjectReader, Value};

/// The parts of the chain saved at `path`, as `(file name, tree name)` in reading order; none
/// if the object there is not a TChain.
///
/// File names are as the writer gave them: relative ones are relative to where the writer ran,
/// and they may be URLs.
///
/// # Errors
/// When nothing is at `path`, or the chain is damaged.
pub fn chain_elements(file: &RootFile, path: &str) -> Result<Option<Vec<(String, String)>>> {
    let entry = file.find(path)?;
    if entry.key.class != "TChain" {
        return Ok(None);
    }
    let bytes = file.object_bytes(&entry.key)?;
    let streamers = file.streamers();
    let chain = ObjectReader::new(&bytes, entry.key.key_bytes, &streamers)
        .read_class("TChain")
        .map_err(|e| e.in_object(entry.path).in_file(file.label()))?;
    let elements = chain
        .items("fFiles")
        .iter()
        .filter_map(|value| match value {
            // A TChainElement is named after the tree and titled after the file.
            Value::Object(element) => Some((
                element.text("fTitle").to_owned(),
                element.text("fName").to_owned(),
            )),
            _ => None,
        });
    Ok(Some(elements.collect()))
}
