//! LEGEND's two codecs of waveforms, and an HDF5 file as tables of columns. The first byte
//! chooses; for the codecs the second is the length of the waveform.
#![no_main]

use std::path::Path;
use std::sync::Arc;

use photopeak_formats::{Codec, Hdf5Table, Table, hdf5_tables};
use photopeak_hdf5file::Hdf5File;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    match bytes {
        [0, length, rest @ ..] => {
            let mut out = vec![0; usize::from(*length)];
            let _ = Codec::Uleb128.decode(rest, &mut out);
        }
        [1, length, shift, rest @ ..] => {
            let mut out = vec![0; usize::from(*length)];
            let shift = -256 * i32::from(*shift);
            let _ = Codec::Radware { shift }.decode(rest, &mut out);
        }
        [2, rest @ ..] => tables(rest.to_vec()),
        _ => {}
    }
});

fn tables(bytes: Vec<u8>) {
    let Ok(file) = Hdf5File::with_checksums(Arc::new(bytes), "fuzz", false) else {
        return;
    };
    let Ok(found) = hdf5_tables(&file) else {
        return;
    };
    for table in found.iter().take(20) {
        let Ok(table) = Hdf5Table::of_file(&file, Path::new("fuzz"), Some(&table.path)) else {
            continue;
        };
        let columns: Vec<usize> = (0..table.schema().fields().len().min(50)).collect();
        let rows = table.num_rows();
        for start in [0, rows.saturating_sub(10)] {
            let Ok(mut scan) = table.scan(&columns, start..rows) else {
                continue;
            };
            if let Ok(Some(_)) = scan.advance(10) {
                for i in 0..columns.len() {
                    let _ = scan.column(i);
                }
            }
        }
    }
}
