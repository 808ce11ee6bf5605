//! A branch in the making: its present basket, where the finished ones are, and what the tree's
//! metadata must say of it at the end.

use arrow_schema::Field;

use super::compress::{Compression, compress};
use super::file::{NewKey, Placed};
use super::shape::Shape;
use super::values::Values;
use crate::error::{Error, Result};

/// Bytes at which a basket ends: memory is at most one of these a branch, and a reader that wants
/// a few entries decompresses no more.
const BASKET: usize = 1 << 20;
/// No basket is larger: ROOT's buffers end at 1 GiB.
const MAX_BASKET: usize = 1 << 30;
/// ROOT's own limit of a name, less what else is in a key.
const MAX_NAME: usize = 10_000;

/// Where the values of a branch come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Column(usize),
    /// The lengths of the lists in a column, whose counter is no column.
    LengthsOf(usize),
}

/// A finished basket and the entries it has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written {
    pub(crate) first_entry: u64,
    pub(crate) placed: Placed,
}

#[derive(Debug)]
pub(crate) struct Branch {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) shape: Shape,
    pub(crate) source: Source,
    /// The branch that counts the items, by number.
    pub(crate) counter: Option<usize>,
    pub(crate) baskets: Vec<Written>,
    pub(crate) entries: u64,
    pub(crate) raw_bytes: u64,
    pub(crate) packed_bytes: u64,
    /// The largest basket, decompressed.
    pub(crate) largest: usize,
    /// The most items of an entry, or bytes of a text.
    pub(crate) longest: usize,
    basket: Basket,
    /// Entries in finished baskets.
    finished: u64,
}

/// Entries that are not written yet.
#[derive(Debug, Default)]
struct Basket {
    data: Vec<u8>,
    /// Where each entry begins.
    starts: Vec<usize>,
    entries: usize,
}

/// A basket that is complete.
pub(crate) struct Full {
    basket: Basket,
    fixed: Option<usize>,
}

impl Branch {
    /// # Errors
    /// When the column cannot be a branch, or its name none of one.
    pub(crate) fn new(field: &Field, source: Source, shape: Shape) -> Result<Self> {
        let name = field.name().clone();
        let odd = |c: char| c.is_control() || "/[]".contains(c);
        if name.is_empty() || name.len() > MAX_NAME || name.contains(odd) {
            return Err(Error::unsupported(
                "no name for a branch: it must not be empty or very long, nor have / [ ] or control \
                 characters in it; give the column another name, or leave it out",
            )
            .in_object(name));
        }
        let note = |key: &str| field.metadata().get(key).cloned();
        Ok(Self {
            title: note("description").unwrap_or_default(),
            name,
            shape,
            source,
            counter: None,
            baskets: Vec::new(),
            entries: 0,
            raw_bytes: 0,
            packed_bytes: 0,
            largest: 0,
            longest: 0,
            basket: Basket::default(),
            finished: 0,
        })
    }

    /// Appends rows; gives the baskets that are complete. `counts` are those of the counter, where
    /// it is a column.
    pub(crate) fn append(
        &mut self,
        values: &Values<'_>,
        counts: Option<&Values<'_>>,
        start: usize,
        end: usize,
    ) -> Result<Vec<Full>> {
        let mut full = Vec::new();
        if let (Some(size), Source::Column(_)) = (self.fixed_size(), self.source) {
            let mut row = start;
            while row < end {
                let room = BASKET.saturating_sub(self.basket.data.len()) / size.max(1);
                let to = end.min(row + room.max(1));
                values.put(row, to, &mut self.basket.data);
                self.basket.entries += to - row;
                row = to;
                self.cut(&mut full)?;
            }
        } else {
            for row in start..end {
                self.append_row(values, counts, row)?;
                self.cut(&mut full)?;
            }
        }
        self.entries += (end - start) as u64;
        Ok(full)
    }

    fn append_row(
        &mut self,
        values: &Values<'_>,
        counts: Option<&Values<'_>>,
        row: usize,
    ) -> Result<()> {
        let basket = &mut self.basket;
        let length = values.length(row).unwrap_or(0);
        if let Source::LengthsOf(_) = self.source {
            let count = i32::try_from(length).unwrap_or(i32::MAX);
            basket.data.extend_from_slice(&count.to_be_bytes());
            basket.entries += 1;
            return Ok(());
        }
        basket.starts.push(basket.data.len());
        basket.entries += 1;
        match &self.shape {
            Shape::Counted { counter, .. } => {
                if let Some(count) = counts.map(|c| c.whole(row))
                    && count != i64::try_from(length).ok()
                {
                    return Err(Error::unsupported(format!(
                        "an array of {length} items where its counter, {counter}, says {}; leave out \
                         {counter}, so that it is made anew",
                        count.map_or_else(|| "nothing".to_owned(), |n| n.to_string())
                    )));
                }
                self.longest = self.longest.max(length);
                values.put_items(row, &mut basket.data);
            }
            Shape::Text => {
                let text = values.text(row);
                if text.contains(&0) {
                    return Err(Error::unsupported(
                        "a text with a zero byte in it, at which a C string ends",
                    ));
                }
                self.longest = self.longest.max(text.len());
                values.put(row, row + 1, &mut basket.data);
            }
            Shape::Numbers { .. } => values.put(row, row + 1, &mut basket.data),
            Shape::Object { .. } => values.put_object(row, &mut basket.data),
        }
        Ok(())
    }

    /// Ends the basket if it has come to its size.
    fn cut(&mut self, full: &mut Vec<Full>) -> Result<()> {
        // An entry's offset takes four bytes more.
        let bytes = self.basket.data.len() + 4 * self.basket.starts.len();
        if bytes > MAX_BASKET - (1 << 16) {
            return Err(Error::unsupported(format!(
                "an entry of {bytes} bytes; none of a TTree may have 1 GiB"
            )));
        }
        if bytes >= BASKET {
            full.extend(self.take());
        }
        Ok(())
    }

    /// Ends the basket, if there is anything in it.
    pub(crate) fn take(&mut self) -> Option<Full> {
        let basket = std::mem::take(&mut self.basket);
        (basket.entries > 0).then(|| Full {
            basket,
            fixed: self.fixed_size(),
        })
    }

    /// Bytes of what has been appended.
    pub(crate) fn bytes(&self) -> u64 {
        self.raw_bytes + self.basket.data.len() as u64
    }

    /// Bytes of an entry, where all have the same.
    pub(crate) fn fixed_size(&self) -> Option<usize> {
        self.shape.fixed_size()
    }

    /// Bytes of a basket's key.
    fn key(&self, tree: &str) -> NewKey {
        NewKey {
            class: "TBasket",
            name: self.name.clone(),
            title: tree.to_owned(),
            object_bytes: 0,
            numbers: vec![0; 19],
        }
    }

    /// A basket as it is to be stored.
    pub(crate) fn pack(&self, tree: &str, how: Compression, full: Full) -> Result<Packed> {
        let mut key = self.key(tree);
        let key_bytes = key.bytes();
        let Full { basket, fixed } = full;
        let small = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
        let mut object = basket.data;
        let last = small(object.len() + key_bytes);
        let step = match fixed {
            Some(size) => size,
            None => {
                // n + 1 of them; what the last says has no meaning.
                object.extend_from_slice(&small(basket.entries + 1).to_be_bytes());
                for start in &basket.starts {
                    object.extend_from_slice(&small(start + key_bytes).to_be_bytes());
                }
                object.extend_from_slice(&[0; 4]);
                basket.entries + 1
            }
        };
        key.object_bytes = object.len();
        key.numbers.clear();
        key.numbers.extend_from_slice(&3u16.to_be_bytes());
        let size = small(object.len() + key_bytes);
        for number in [size, small(step), small(basket.entries), last] {
            key.numbers.extend_from_slice(&number.to_be_bytes());
        }
        key.numbers.push(0);
        Ok(Packed {
            stored: compress(how, object)?,
            key,
            entries: basket.entries as u64,
        })
    }

    /// Notes a basket that has been written.
    pub(crate) fn note(&mut self, packed: &Packed, placed: Placed) {
        let raw = packed.key.bytes() + packed.key.object_bytes;
        self.baskets.push(Written {
            first_entry: self.finished,
            placed,
        });
        self.finished += packed.entries;
        self.raw_bytes += raw as u64;
        self.packed_bytes += u64::from(placed.bytes);
        self.largest = self.largest.max(raw);
    }
}

/// A basket, compressed.
pub(crate) struct Packed {
    pub(crate) key: NewKey,
    pub(crate) stored: Vec<u8>,
    entries: u64,
}
