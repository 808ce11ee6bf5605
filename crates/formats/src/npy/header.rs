//! The header of a `.npy` array: version, element type, shape.
//!
//! Source: NumPy Enhancement Proposal 1, format versions 1.0 to 3.0.

use photopeak_hdf5file::ReadAt;

use crate::npy::element::Element;
use crate::npy::literal::{Literal, parse};

/// A header is at most this long; NumPy refuses more than 10,000 bytes itself.
const MAX_HEADER: u64 = 1 << 20;
/// Dimensions of an array, at most.
const MAX_RANK: usize = 8;

/// What an array is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) element: Element,
    pub(crate) shape: Vec<u64>,
}

impl Header {
    pub(crate) fn rows(&self) -> u64 {
        self.shape.first().copied().unwrap_or(0)
    }

    /// Bytes of a row, if they fit the memory at all.
    pub(crate) fn row_bytes(&self) -> Option<usize> {
        let mut lists = self.shape.iter().skip(1);
        lists.try_fold(self.element.size(), |n, d| {
            n.checked_mul(usize::try_from(*d).ok()?)
        })
    }
}

/// Reads the header of the array that lies between two places; gives where its elements begin.
pub(crate) fn read(source: &dyn ReadAt, start: u64, end: u64) -> Result<(Header, u64), String> {
    let bytes = |at: u64, length: u64| -> Result<Vec<u8>, String> {
        if at.checked_add(length).is_none_or(|stop| stop > end) {
            return Err("its header is cut off; copy the file anew".to_owned());
        }
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
        let read = source.read_at(at, &mut bytes);
        read.map_err(|e| e.to_string()).map(|()| bytes)
    };
    let head = bytes(start, 8)?;
    if !head.starts_with(b"\x93NUMPY") {
        return Err("it does not begin as a .npy array does".to_owned());
    }
    let (major, width) = match head.get(6) {
        Some(1) => (1, 2),
        Some(2) => (2, 4),
        Some(3) => (3, 4),
        other => return Err(format!("version {other:?} of .npy; 1 to 3 are read")),
    };
    let length = bytes(start + 8, width)?;
    let length = length
        .iter()
        .rev()
        .fold(0u64, |n, b| n << 8 | u64::from(*b));
    if length > MAX_HEADER {
        return Err(format!("a header of {length} bytes"));
    }
    let text = bytes(start + 8 + width, length)?;
    let text = match String::from_utf8(text) {
        Ok(text) => text,
        // Versions 1 and 2 are Latin-1.
        Err(e) if major < 3 => e.into_bytes().iter().map(|b| char::from(*b)).collect(),
        Err(_) => return Err("a header that is not UTF-8".to_owned()),
    };
    let header = header(&text)?;
    let start = start + 8 + width + length;
    let all = header
        .shape
        .iter()
        .try_fold(header.element.size() as u64, |n, d| n.checked_mul(*d));
    if all != Some(end - start) {
        return Err(format!(
            "its shape {:?} asks for {} bytes where {} follow",
            header.shape,
            all.map_or_else(|| "too many".to_owned(), |n| n.to_string()),
            end - start
        ));
    }
    Ok((header, start))
}

fn header(text: &str) -> Result<Header, String> {
    let Literal::Dictionary(pairs) = parse(text)? else {
        return Err("a header that is no dictionary".to_owned());
    };
    let get = |name: &str| {
        let found = pairs
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value);
        found.ok_or_else(|| format!("a header without {name}"))
    };
    let Literal::List(shape) = get("shape")? else {
        return Err("a shape that is no tuple".to_owned());
    };
    if shape.len() > MAX_RANK {
        return Err(format!("{} dimensions", shape.len()));
    }
    let shape = shape
        .iter()
        .map(|n| match n {
            Literal::Number(n) => Ok(*n),
            other => Err(format!("a shape of {other:?}")),
        })
        .collect::<Result<Vec<_>, _>>()?;
    // A product of zero is of zero bytes, whatever the other dimensions say.
    if shape.iter().skip(1).any(|n| i32::try_from(*n).is_err()) {
        return Err(format!("a shape of {shape:?}"));
    }
    if *get("fortran_order")? != Literal::Truth(false) && shape.len() > 1 {
        return Err("an array in Fortran's order; save np.ascontiguousarray of it".to_owned());
    }
    let element = Element::parse(get("descr")?)?;
    Ok(Header { element, shape })
}
