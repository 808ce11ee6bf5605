//! Where the elements of a dataset lie.

use crate::cursor::Cursor;
use crate::error::{Error, Result};
use crate::store::Store;

/// How the elements lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Layout {
    /// In the header itself.
    Compact(Vec<u8>),
    /// In one piece, of a size that old versions do not tell; without an address nothing was
    /// written yet.
    Contiguous {
        address: Option<u64>,
        size: Option<u64>,
    },
    Chunked(Chunked),
}

/// Blocks of equal shape, found through an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chunked {
    /// Elements of a chunk in each dimension.
    pub(crate) shape: Vec<u64>,
    pub(crate) element: u64,
    pub(crate) index: Index,
    /// Where the index is; without it nothing was written yet.
    pub(crate) address: Option<u64>,
    /// Whether chunks that stand out over the edge are stored without filters.
    pub(crate) plain_edges: bool,
}

/// Kinds of indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Index {
    TreeV1,
    /// One chunk; its stored size and the filters left out, if it is filtered.
    Single(Option<(u64, u32)>),
    /// All chunks one after the other.
    Implicit,
    FixedArray,
    ExtensibleArray,
    TreeV2,
}

impl Layout {
    pub(crate) fn parse(bytes: &[u8], store: &Store) -> Result<Self> {
        let mut cursor = Cursor::new(bytes);
        let version = cursor.u8()?;
        match version {
            1 | 2 => Self::version1(&mut cursor, store),
            3..=5 => Self::version3(&mut cursor, store, version),
            _ => Err(Error::unsupported(format!(
                "version {version} of a dataset's layout; write the file anew with h5repack --high=v110"
            ))),
        }
    }

    fn version1(cursor: &mut Cursor<'_>, store: &Store) -> Result<Self> {
        let rank = usize::from(cursor.u8()?);
        let class = cursor.u8()?;
        cursor.skip(5)?;
        let address = match class {
            0 => None,
            _ => store.address(cursor)?,
        };
        let sizes = (0..rank)
            .map(|_| cursor.u32().map(u64::from))
            .collect::<Result<Vec<_>>>()?;
        match class {
            0 => {
                let size = cursor.u32()? as usize;
                Ok(Layout::Compact(cursor.take(size)?.to_vec()))
            }
            1 => Ok(Layout::Contiguous {
                address,
                size: None,
            }),
            2 => chunked(sizes, Index::TreeV1, address, false),
            _ => Err(Error::corrupt(format!("class {class} of layouts"))),
        }
    }

    fn version3(cursor: &mut Cursor<'_>, store: &Store, version: u8) -> Result<Self> {
        let class = cursor.u8()?;
        match class {
            0 => {
                let size = usize::from(cursor.u16()?);
                Ok(Layout::Compact(cursor.take(size)?.to_vec()))
            }
            1 => Ok(Layout::Contiguous {
                address: store.address(cursor)?,
                size: Some(store.length(cursor)?),
            }),
            2 if version == 3 => {
                let rank = usize::from(cursor.u8()?);
                let address = store.address(cursor)?;
                let sizes = (0..rank)
                    .map(|_| cursor.u32().map(u64::from))
                    .collect::<Result<Vec<_>>>()?;
                chunked(sizes, Index::TreeV1, address, false)
            }
            2 => Self::chunked4(cursor, store),
            3 => Err(Error::unsupported(
                "a virtual dataset, whose data are in other files; copy them into one with h5repack",
            )),
            _ => Err(Error::corrupt(format!("class {class} of layouts"))),
        }
    }

    fn chunked4(cursor: &mut Cursor<'_>, store: &Store) -> Result<Self> {
        let flags = cursor.u8()?;
        let rank = usize::from(cursor.u8()?);
        let width = usize::from(cursor.u8()?);
        let sizes = (0..rank)
            .map(|_| cursor.uint(width))
            .collect::<Result<Vec<_>>>()?;
        let index = match cursor.u8()? {
            1 if flags & 2 != 0 => Index::Single(Some((store.length(cursor)?, cursor.u32()?))),
            1 => Index::Single(None),
            2 => Index::Implicit,
            3 => {
                cursor.skip(1)?;
                Index::FixedArray
            }
            4 => {
                cursor.skip(5)?;
                Index::ExtensibleArray
            }
            5 => {
                cursor.skip(6)?;
                Index::TreeV2
            }
            other => return Err(Error::unsupported(format!("index {other} of chunks"))),
        };
        let address = store.address(cursor)?;
        chunked(sizes, index, address, flags & 1 != 0)
    }
}

/// The last of the sizes is that of an element.
fn chunked(
    mut sizes: Vec<u64>,
    index: Index,
    address: Option<u64>,
    plain_edges: bool,
) -> Result<Layout> {
    let element = sizes.pop();
    let (Some(element), false) = (element, sizes.is_empty() || sizes.contains(&0)) else {
        return Err(Error::corrupt(format!("chunks of {sizes:?} elements")));
    };
    Ok(Layout::Chunked(Chunked {
        shape: sizes,
        element,
        index,
        address,
        plain_edges,
    }))
}
