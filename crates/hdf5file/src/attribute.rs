//! Attributes: small named values of a group or a dataset.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array as _, ArrayRef};
use arrow_buffer::{Buffer, MutableBuffer};

use crate::array::{Place, array};
use crate::cursor::Cursor;
use crate::error::Result;
use crate::header::{Header, kind};
use crate::heap::fractal::FractalHeap;
use crate::heap::global::GlobalHeap;
use crate::message::attribute::Stored;
use crate::store::Store;
use crate::tree::v2::TreeV2;

/// A named value; a list of `value.len()` of them if it has a shape.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its elements, the last dimension fastest.
    pub value: ArrayRef,
}

impl Attribute {
    /// The value if it is one text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        let texts = self.value.as_string_opt::<i32>()?;
        (texts.len() == 1).then(|| texts.value(0))
    }

    /// The value if it is one number.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        if self.value.len() != 1 {
            return None;
        }
        macro_rules! from {
            ($($ty:ident)*) => {$(
                if let Some(values) = self.value.as_primitive_opt::<arrow_array::types::$ty>() {
                    return values.values().first().map(|v| *v as f64);
                }
            )*};
        }
        from!(Int8Type Int16Type Int32Type UInt8Type UInt16Type UInt32Type Float32Type UInt64Type);
        if let Some(values) = self.value.as_primitive_opt::<Int64Type>() {
            return values.values().first().map(|v| *v as f64);
        }
        let values = self.value.as_primitive_opt::<Float64Type>()?;
        values.values().first().copied()
    }
}

/// The attributes of an object that can be read; what cannot is left out.
pub(crate) fn attributes(store: &Store, header: &Header) -> Result<Vec<Attribute>> {
    let mut heap = GlobalHeap::default();
    let mut out = Vec::new();
    let mut push = |message: &[u8]| {
        if let Ok(stored) = Stored::parse(message, store)
            && let Ok(attribute) = value(store, &mut heap, stored)
        {
            out.push(attribute);
        }
    };
    header.all(kind::ATTRIBUTE).for_each(&mut push);
    if let Some(message) = header.find(kind::ATTRIBUTE_INFO) {
        let mut cursor = Cursor::new(message);
        cursor.skip(1)?;
        let flags = cursor.u8()?;
        cursor.skip(if flags & 1 != 0 { 2 } else { 0 })?;
        let place = store.address(&mut cursor)?;
        let names = store.address(&mut cursor)?;
        if let (Some(place), Some(names)) = (place, names) {
            let mut objects = FractalHeap::read(store, place)?;
            TreeV2::read(store, names)?.each(&mut |record| {
                // Where the attribute is in the heap, then flags: one shared is left out.
                let (id, flags) = record.split_at_checked(8).unwrap_or_default();
                if flags.first().is_some_and(|f| f & 2 == 0) {
                    push(&objects.object(id)?);
                }
                Ok(())
            })?;
        }
    }
    Ok(out)
}

fn value(store: &Store, heap: &mut GlobalHeap, stored: Stored) -> Result<Attribute> {
    let count = usize::try_from(stored.space.elements()?).unwrap_or(usize::MAX);
    let mut bytes = MutableBuffer::with_capacity(stored.bytes.len());
    bytes.extend_from_slice(&stored.bytes);
    let mut place = Place { store, heap };
    let value = array(&stored.ty, Buffer::from(bytes), count, &mut place)?;
    Ok(Attribute {
        name: stored.name,
        value,
    })
}
