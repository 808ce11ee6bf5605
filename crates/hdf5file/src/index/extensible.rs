//! An extensible array: the index of chunks of a dataset that grows in one dimension.
//!
//! The first entries are in the index block itself, further ones in data blocks of growing size,
//! of which the first few are known to the index block and the others to secondary blocks.

use crate::cursor::Cursor;
use crate::error::{Error, Result};
use crate::index::fixed::is_set;
use crate::store::Store;

struct Array<'a> {
    store: &'a Store,
    entry: u64,
    /// Bits of an entry's number.
    bits: u32,
    /// Entries of a page: larger data blocks are cut into pages.
    page: u64,
    /// Entries that are still to come.
    left: u64,
}

/// Calls `f` with each entry, in order.
pub(crate) fn each(
    store: &Store,
    address: u64,
    f: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let size = 4 + 8 + 6 * store.length_size + store.offset_size + 4;
    let head = store.checked(address, size as u64, "an index's header")?;
    let mut cursor = Cursor::new(&head);
    cursor.signature(b"EAHD").map_err(|e| e.at(address))?;
    cursor.skip(2)?;
    let entry = u64::from(cursor.u8()?);
    let bits = u32::from(cursor.u8()?);
    let in_index = u64::from(cursor.u8()?);
    let smallest = u64::from(cursor.u8()?);
    let pointers = u64::from(cursor.u8()?);
    let page_bits = u32::from(cursor.u8()?);
    for _ in 0..4 {
        store.length(&mut cursor)?;
    }
    let used = store.length(&mut cursor)?;
    store.length(&mut cursor)?;
    let Some(index) = store.address(&mut cursor)? else {
        return Ok(());
    };
    if entry == 0
        || !smallest.is_power_of_two()
        || !pointers.is_power_of_two()
        || !(smallest.ilog2()..=64).contains(&bits)
        || page_bits > 32
    {
        return Err(Error::corrupt("an index of impossible sizes").at(address));
    }
    // An entry that is used takes its bytes in the file.
    if used
        .checked_mul(entry)
        .is_none_or(|bytes| bytes > store.len())
    {
        return Err(Error::corrupt(format!("an index of {used} chunks")).at(address));
    }
    let mut array = Array {
        store,
        entry,
        bits,
        page: 1 << page_bits,
        left: used,
    };
    let levels = 1 + u64::from(bits - smallest.ilog2());
    let direct_levels = 2 * u64::from(pointers.ilog2());
    let direct = 2 * (pointers - 1);
    let secondary = levels.saturating_sub(direct_levels);
    let o = store.offset_size as u64;
    let prefix = 6 + o;
    let size = prefix + in_index * entry + (direct + secondary) * o + 4;
    let block = store.checked(index, size, "an index")?;
    let mut cursor = Cursor::new(&block);
    cursor.signature(b"EAIB")?;
    cursor.skip(prefix as usize - 4)?;
    array.entries(cursor.take((in_index * entry) as usize)?, f)?;
    for level in 0..levels {
        if array.left == 0 {
            break;
        }
        let blocks = 1u64 << (level / 2).min(63);
        let entries = smallest << level.div_ceil(2).min(40);
        if level < direct_levels {
            for _ in 0..blocks {
                let at = store.address(&mut cursor)?;
                array.data(at, entries, None, f)?;
            }
        } else {
            let at = store.address(&mut cursor)?;
            array.secondary(at, blocks, entries, f)?;
        }
    }
    Ok(())
}

impl Array<'_> {
    fn entries(&mut self, bytes: &[u8], f: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        for entry in bytes.chunks_exact(self.entry as usize) {
            if self.left == 0 {
                break;
            }
            self.left -= 1;
            f(entry)?;
        }
        Ok(())
    }

    /// Entries that were never written.
    fn nothing(&mut self, count: u64, f: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let nothing = vec![0xFF; self.entry as usize];
        let count = count.min(self.left);
        self.left -= count;
        (0..count).try_for_each(|_| f(&nothing))
    }

    fn secondary(
        &mut self,
        address: Option<u64>,
        blocks: u64,
        entries: u64,
        f: &mut dyn FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        let Some(address) = address else {
            return self.nothing(blocks.saturating_mul(entries), f);
        };
        let o = self.store.offset_size as u64;
        let pages = if entries > self.page {
            entries / self.page
        } else {
            0
        };
        let bitmap = pages.div_ceil(8);
        let prefix = 6 + o + u64::from(self.bits).div_ceil(8);
        let size = blocks
            .checked_mul(bitmap + o)
            .map_or(u64::MAX, |n| n.saturating_add(prefix + 4));
        let block = self.store.checked(address, size, "an index")?;
        let mut cursor = Cursor::new(&block);
        cursor.signature(b"EASB").map_err(|e| e.at(address))?;
        cursor.skip(prefix as usize - 4)?;
        let bitmaps = cursor.take((blocks * bitmap) as usize)?;
        for number in 0..blocks as usize {
            if self.left == 0 {
                break;
            }
            let at = self.store.address(&mut cursor)?;
            let start = number * bitmap as usize;
            let written = bitmaps.get(start..start + bitmap as usize);
            self.data(at, entries, written.filter(|_| pages > 0), f)?;
        }
        Ok(())
    }

    /// A data block; one in pages has a bitmap of those that were written.
    fn data(
        &mut self,
        address: Option<u64>,
        entries: u64,
        written: Option<&[u8]>,
        f: &mut dyn FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        if self.left == 0 {
            return Ok(());
        }
        let Some(address) = address else {
            return self.nothing(entries, f);
        };
        let store = self.store;
        let prefix = 6 + store.offset_size as u64 + u64::from(self.bits).div_ceil(8);
        let Some(written) = written else {
            let size = prefix + entries.saturating_mul(self.entry) + 4;
            let block = store.checked(address, size, "an index")?;
            let mut cursor = Cursor::new(&block);
            cursor.signature(b"EADB").map_err(|e| e.at(address))?;
            cursor.skip(prefix as usize - 4)?;
            return self.entries(cursor.take((entries * self.entry) as usize)?, f);
        };
        let head = store.checked(address, prefix + 4, "an index")?;
        Cursor::new(&head)
            .signature(b"EADB")
            .map_err(|e| e.at(address))?;
        let size = self.page * self.entry + 4;
        for number in 0..entries / self.page {
            if self.left == 0 {
                break;
            }
            if is_set(written, number) {
                let at = (address + prefix + 4).saturating_add(number * size);
                let page = store.checked(at, size, "a page of an index")?;
                let page = page.get(..page.len().saturating_sub(4));
                self.entries(page.unwrap_or_default(), f)?;
            } else {
                self.nothing(self.page, f)?;
            }
        }
        Ok(())
    }
}
