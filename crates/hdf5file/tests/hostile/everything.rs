//! Everything a file offers, read: what a hostile one must survive. The fuzz target includes it.

use std::sync::Arc;

use photopeak_hdf5file::{Dataset, Hdf5File, Object};

/// Rows are asked for up to so many bytes: a caller decides how much a read may take.
const BYTES: usize = 1 << 20;

/// What could be read.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Tally {
    /// Files that opened.
    pub(crate) files: usize,
    /// Groups and datasets that opened.
    pub(crate) objects: usize,
    /// Blocks of rows.
    pub(crate) blocks: usize,
    /// Attributes.
    pub(crate) attributes: usize,
}

/// Opens a file and reads what is in it: all attributes, of each dataset the first rows, some in
/// the middle, and the last.
pub(crate) fn read_everything(bytes: Vec<u8>, verify: bool) -> Tally {
    let mut tally = Tally::default();
    let Ok(file) = Hdf5File::with_checksums(Arc::new(bytes), "fuzz", verify) else {
        return tally;
    };
    tally.files += 1;
    let mut datasets = Vec::new();
    let walked = file.walk(&mut |_, object| {
        match object {
            Ok(Object::Group(group)) => {
                tally.objects += 1;
                tally.attributes += group.attributes().map_or(0, |a| a.len());
                // All names, soft links too.
                let _ = group.children();
            }
            Ok(Object::Dataset(Ok(dataset))) => {
                tally.objects += 1;
                datasets.push(dataset.clone());
            }
            _ => {}
        }
        tally.objects < 1000
    });
    drop(walked);
    for dataset in &datasets {
        read_dataset(dataset, &mut tally);
    }
    tally
}

fn read_dataset(dataset: &Dataset, tally: &mut Tally) {
    tally.attributes += dataset.attributes().map_or(0, |a| a.len());
    let _ = dataset.stored_bytes();
    if dataset.data_type().is_err() || dataset.row_bytes() > BYTES {
        return;
    }
    let rows = dataset.rows();
    let some = (BYTES / dataset.row_bytes().max(1)).min(1000) as u64;
    let mut reader = dataset.reader();
    for start in [0, rows / 2, rows.saturating_sub(some)] {
        let end = (start + some).min(rows);
        tally.blocks += usize::from(reader.read(start..end).is_ok());
    }
    let mut stored = 0;
    let _ = dataset.stored(0..some.min(rows), &mut |bytes| stored += bytes.len());
}
