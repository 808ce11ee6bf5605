//! Groups: names and what they stand for.

use std::sync::Arc;

use crate::cursor::Cursor;
use crate::error::{Error, Result};
use crate::header::{Header, kind};
use crate::heap::fractal::FractalHeap;
use crate::heap::local::LocalHeap;
use crate::message::link::{Link, Target};
use crate::store::Store;
use crate::tree::v1::{self, Keys};
use crate::tree::v2::TreeV2;

/// Names in one group, at most.
const MAX_LINKS: usize = 1 << 20;

/// The links of a group, sorted by name.
pub(crate) fn links(store: &Store, header: &Header) -> Result<Vec<Link>> {
    let mut out = Vec::new();
    if let Some(message) = header.find(kind::SYMBOL_TABLE) {
        let mut cursor = Cursor::new(message);
        let tree = store.place(&mut cursor, "the names of a group")?;
        let heap = store.place(&mut cursor, "the names of a group")?;
        old_links(store, tree, heap, &mut out)?;
    }
    for message in header.all(kind::LINK) {
        push(&mut out, Link::parse(message, store)?)?;
    }
    if let Some(message) = header.find(kind::LINK_INFO) {
        let mut cursor = Cursor::new(message);
        cursor.skip(1)?;
        let flags = cursor.u8()?;
        cursor.skip(if flags & 1 != 0 { 8 } else { 0 })?;
        let heap = store.address(&mut cursor)?;
        let names = store.address(&mut cursor)?;
        if let (Some(heap), Some(names)) = (heap, names) {
            let mut heap = FractalHeap::read(store, heap)?;
            TreeV2::read(store, names)?.each(&mut |record| {
                // A hash of the name, then where the link is in the heap.
                let id = record.get(4..).unwrap_or_default();
                push(&mut out, Link::parse(&heap.object(id)?, store)?)
            })?;
        }
    }
    out.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(out)
}

/// Whether an object with this header is a group.
pub(crate) fn is_group(header: &Header) -> bool {
    [kind::SYMBOL_TABLE, kind::LINK_INFO, kind::LINK]
        .into_iter()
        .any(|kind| header.find(kind).is_some())
}

fn push(out: &mut Vec<Link>, link: Link) -> Result<()> {
    if out.len() >= MAX_LINKS {
        return Err(Error::unsupported(format!(
            "a group of more than {MAX_LINKS} names"
        )));
    }
    out.push(link);
    Ok(())
}

/// Groups of the old kind: a tree of nodes, each a list of entries.
fn old_links(store: &Store, tree: u64, heap: u64, out: &mut Vec<Link>) -> Result<()> {
    let heap = LocalHeap::read(store, heap)?;
    let entry = 2 * store.offset_size + 24;
    v1::each(store, tree, Keys::Group, &mut |_, address| {
        let head = store.metadata(address, 8)?;
        let mut cursor = Cursor::new(&head);
        cursor.signature(b"SNOD").map_err(|e| e.at(address))?;
        cursor.skip(2)?;
        let count = usize::from(cursor.u16()?);
        let entries = store.metadata(address + 8, (count * entry) as u64)?;
        let mut cursor = Cursor::new(&entries);
        for _ in 0..count {
            let name = cursor.uint(store.offset_size)?;
            let object = store.address(&mut cursor)?;
            let cached = cursor.u32()?;
            cursor.skip(4)?;
            let scratch = cursor.take(16)?;
            let target = match (cached, object) {
                (2, _) => {
                    let path = u64::from(Cursor::new(scratch).u32()?);
                    Target::Path(heap.name(path)?)
                }
                (_, Some(object)) => Target::Object(object),
                (_, None) => Target::Elsewhere,
            };
            let name = heap.name(name)?;
            push(out, Link { name, target })?;
        }
        Ok(())
    })
}

/// A path as its names; empty ones and `.` do not count.
pub(crate) fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter(|name| !name.is_empty() && *name != ".")
}

/// The path of a child.
pub(crate) fn join(parent: &str, name: &str) -> Arc<str> {
    if parent.is_empty() {
        name.into()
    } else {
        format!("{parent}/{name}").into()
    }
}
