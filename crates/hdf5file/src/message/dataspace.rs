//! The shape of a dataset or an attribute.

use crate::cursor::Cursor;
use crate::error::{Error, Result};
use crate::store::Store;

/// HDF5's limit of dimensions.
const MAX_RANK: usize = 32;

/// Dimensions, slowest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Dataspace {
    pub(crate) shape: Vec<u64>,
    /// How far each dimension may grow; `u64::MAX` without limit.
    pub(crate) max: Vec<u64>,
    /// Whether there is no value at all (`H5S_NULL`).
    pub(crate) empty: bool,
}

impl Dataspace {
    pub(crate) fn parse(bytes: &[u8], store: &Store) -> Result<Self> {
        let mut cursor = Cursor::new(bytes);
        let version = cursor.u8()?;
        let rank = usize::from(cursor.u8()?);
        let flags = cursor.u8()?;
        let empty = match version {
            1 => {
                cursor.skip(5)?;
                false
            }
            2 => cursor.u8()? == 2,
            _ => {
                return Err(Error::unsupported(format!(
                    "version {version} of a dataset's shape"
                )));
            }
        };
        if rank > MAX_RANK {
            return Err(Error::corrupt(format!("{rank} dimensions")));
        }
        let dimensions = |cursor: &mut Cursor<'_>| -> Result<Vec<u64>> {
            (0..rank).map(|_| store.length(cursor)).collect()
        };
        let shape = dimensions(&mut cursor)?;
        let max = if flags & 1 != 0 {
            let unlimited = u64::MAX >> (64 - 8 * store.length_size);
            let max = dimensions(&mut cursor)?;
            max.into_iter()
                .map(|m| if m == unlimited { u64::MAX } else { m })
                .collect()
        } else {
            shape.clone()
        };
        Ok(Self { shape, max, empty })
    }

    /// Number of elements; an error if it does not fit 64 bits.
    pub(crate) fn elements(&self) -> Result<u64> {
        if self.empty {
            return Ok(0);
        }
        // A zero among the dimensions first, so that the others cannot overflow.
        if self.shape.contains(&0) {
            return Ok(0);
        }
        let product = self.shape.iter().try_fold(1u64, |n, d| n.checked_mul(*d));
        product.ok_or_else(|| Error::corrupt(format!("a shape of {:?}", self.shape)))
    }
}
