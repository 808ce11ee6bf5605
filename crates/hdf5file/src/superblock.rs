//! The superblock: how wide addresses are, and where the root group is.
//!
//! It stands at byte 0 or, behind a block of the user's, at 512, 1024, 2048 and so on; addresses
//! count from there.

use crate::cursor::Cursor;
use crate::error::{Error, Result};
use crate::source::ReadAt;
use crate::store::Store;

/// The first eight bytes of an HDF5 file.
const SIGNATURE: &[u8; 8] = b"\x89HDF\r\n\x1a\n";

/// Where the superblock is; `None` if the bytes are no HDF5 file.
pub fn find_superblock(source: &dyn ReadAt) -> Option<u64> {
    let mut at = 0u64;
    let mut found = [0; 8];
    while at.checked_add(8)? <= source.len() {
        if source.read_at(at, &mut found).is_ok() && &found == SIGNATURE {
            return Some(at);
        }
        at = if at == 0 { 512 } else { at.checked_mul(2)? };
    }
    None
}

/// Reads the superblock into `store`; gives the address of the root group's header.
pub(crate) fn read(store: &mut Store, source: &dyn ReadAt) -> Result<u64> {
    store.base = find_superblock(source).ok_or_else(|| {
        Error::corrupt("this is no HDF5 file: its signature is nowhere; is it another format?")
    })?;
    // The longest of the versions has 100 bytes; a small file may end before.
    let head = store.metadata(0, store.len().min(128))?;
    let mut cursor = Cursor::new(&head);
    cursor.skip(SIGNATURE.len())?;
    let version = cursor.u8()?;
    match version {
        0 | 1 => {
            cursor.skip(4)?;
            sizes(store, &mut cursor)?;
            // Reserved; ranks of the trees, which their nodes tell too; flags.
            cursor.skip(if version == 0 { 9 } else { 13 })?;
            cursor.skip(4 * store.offset_size)?;
            // The root's entry: its name, then its header.
            cursor.skip(store.offset_size)?;
            store.place(&mut cursor, "the root group")
        }
        2 | 3 => {
            sizes(store, &mut cursor)?;
            cursor.skip(1 + 3 * store.offset_size)?;
            let root = store.place(&mut cursor, "the root group")?;
            let end = cursor.position() + 4;
            store.verify(head.get(..end).unwrap_or_default(), "the superblock")?;
            Ok(root)
        }
        _ => Err(Error::unsupported(format!(
            "version {version} of the superblock; 0 to 3 are read. Write the file anew with h5repack --high=v110"
        ))),
    }
}

fn sizes(store: &mut Store, cursor: &mut Cursor<'_>) -> Result<()> {
    store.offset_size = usize::from(cursor.u8()?);
    store.length_size = usize::from(cursor.u8()?);
    for size in [store.offset_size, store.length_size] {
        if ![2, 4, 8].contains(&size) {
            return Err(Error::unsupported(format!("addresses of {size} bytes")));
        }
    }
    Ok(())
}
