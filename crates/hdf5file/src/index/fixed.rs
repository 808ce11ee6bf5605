//! A fixed array: the index of chunks of a dataset that cannot grow.

use crate::cursor::Cursor;
use crate::error::{Error, Result};
use crate::store::Store;

/// Calls `f` with each entry, in order.
pub(crate) fn each(
    store: &Store,
    address: u64,
    f: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let size = 4 + 4 + store.length_size + store.offset_size + 4;
    let head = store.checked(address, size as u64, "an index's header")?;
    let mut cursor = Cursor::new(&head);
    cursor.signature(b"FAHD").map_err(|e| e.at(address))?;
    cursor.skip(2)?;
    let entry = u64::from(cursor.u8()?);
    let page_bits = u32::from(cursor.u8()?);
    let count = store.length(&mut cursor)?;
    let Some(block) = store.address(&mut cursor)? else {
        return Ok(());
    };
    let page = 1u64.checked_shl(page_bits).unwrap_or(u64::MAX);
    let bytes = count.checked_mul(entry);
    let bytes = bytes.filter(|bytes| entry > 0 && *bytes <= store.len());
    let Some(bytes) = bytes else {
        return Err(Error::corrupt(format!("an index of {count} chunks")).at(address));
    };
    let prefix = 6 + store.offset_size as u64;
    if count <= page {
        let block = store.checked(block, prefix + bytes + 4, "an index")?;
        let mut cursor = Cursor::new(&block);
        cursor.signature(b"FADB")?;
        cursor.skip(prefix as usize - 4)?;
        let entries = cursor.take(bytes as usize)?;
        return entries.chunks_exact(entry as usize).try_for_each(f);
    }
    let pages = count.div_ceil(page);
    let bitmap = pages.div_ceil(8);
    let head = store.checked(block, prefix + bitmap + 4, "an index")?;
    Cursor::new(&head).signature(b"FADB")?;
    let written = head.get(prefix as usize..).unwrap_or_default();
    let mut at = block + prefix + bitmap + 4;
    let nothing = vec![0xFF; entry as usize];
    for number in 0..pages {
        let entries = page.min(count - number * page);
        let size = entries * entry + 4;
        if is_set(written, number) {
            let block = store.checked(at, size, "a page of an index")?;
            let block = block.get(..block.len().saturating_sub(4));
            let entries = block.unwrap_or_default().chunks_exact(entry as usize);
            entries.into_iter().try_for_each(&mut *f)?;
        } else {
            (0..entries).try_for_each(|_| f(&nothing))?;
        }
        at = at.saturating_add(size);
    }
    Ok(())
}

/// A bit of a bitmap, the highest of a byte first.
pub(crate) fn is_set(bitmap: &[u8], number: u64) -> bool {
    let byte = usize::try_from(number / 8).ok().and_then(|i| bitmap.get(i));
    byte.is_some_and(|byte| byte & (0x80 >> (number % 8)) != 0)
}
