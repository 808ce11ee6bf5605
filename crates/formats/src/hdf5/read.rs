//! Rows of a column, put together from the datasets it is made of.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array as _, ArrayRef, BooleanArray, FixedSizeListArray, Int32Array, ListArray};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field};
use photopeak_hdf5file::{Dataset, RowReader};
use rayon::prelude::*;

use crate::Error;
use crate::hdf5::codec::Codec;
use crate::hdf5::column::{Lengths, Source};

/// Samples or list elements of one block.
const MAX_ELEMENTS: u64 = 1 << 28;

/// A walk over the rows of a column.
pub(crate) enum Reader {
    Rows(RowReader),
    Flags(RowReader),
    Member(RowReader, usize),
    Lists(RowReader, Box<Reader>),
    Encoded {
        codec: Codec,
        ends: RowReader,
        bytes: RowReader,
        lengths: Samples,
    },
}

/// How many samples each row has.
pub(crate) enum Samples {
    All(usize),
    Each(RowReader),
}

impl Reader {
    pub(crate) fn new(source: &Source) -> Self {
        match source {
            Source::Rows(dataset) => Reader::Rows(dataset.reader()),
            Source::Flags(dataset) => Reader::Flags(dataset.reader()),
            Source::Member { records, member } => Reader::Member(records.reader(), *member),
            Source::Lists { ends, values } => {
                Reader::Lists(ends.reader(), Box::new(Reader::new(values)))
            }
            Source::Encoded {
                codec,
                ends,
                bytes,
                lengths,
            } => Reader::Encoded {
                codec: *codec,
                ends: ends.reader(),
                bytes: bytes.reader(),
                lengths: match lengths {
                    Lengths::All(n) => Samples::All(*n),
                    Lengths::Each(dataset) => Samples::Each(dataset.reader()),
                },
            },
        }
    }

    /// The dataset that has a row for each of the column's.
    fn main(&self) -> &Dataset {
        match self {
            Reader::Rows(rows) | Reader::Flags(rows) | Reader::Member(rows, _) => rows.dataset(),
            Reader::Lists(ends, _) | Reader::Encoded { ends, .. } => ends.dataset(),
        }
    }

    pub(crate) fn read(&mut self, rows: Range<u64>) -> Result<ArrayRef, Error> {
        match self {
            Reader::Rows(reader) => Ok(reader.read(rows)?),
            Reader::Flags(reader) => flags(reader, rows),
            Reader::Member(reader, member) => {
                let records = reader.read(rows)?;
                let member = records.as_struct().columns().get(*member).map(Arc::clone);
                member.ok_or_else(|| damaged(reader.dataset(), "it is no record"))
            }
            Reader::Lists(ends, values) => {
                let (offsets, elements) = spans(ends, rows, values.main().rows())?;
                let inner = values.read(elements)?;
                let field = Arc::new(Field::new("item", inner.data_type().clone(), false));
                let list = ListArray::try_new(field, offsets, inner, None);
                Ok(Arc::new(
                    list.map_err(|e| damaged(ends.dataset(), &e.to_string()))?,
                ))
            }
            Reader::Encoded {
                codec,
                ends,
                bytes,
                lengths,
            } => encoded(*codec, ends, bytes, lengths, rows),
        }
    }
}

fn damaged(dataset: &Dataset, what: &str) -> Error {
    dataset.damaged(what).into()
}

/// Integers as truth values: what is not zero is true.
fn flags(reader: &mut RowReader, rows: Range<u64>) -> Result<ArrayRef, Error> {
    let array = reader.read(rows)?;
    let truths = |values: &ArrayRef| -> Result<ArrayRef, Error> {
        let numbers = integers(values)
            .ok_or_else(|| damaged(reader.dataset(), "truth values that are no integers"))?;
        let truths: Vec<bool> = numbers.iter().map(|n| *n != 0).collect();
        Ok(Arc::new(BooleanArray::from(truths)))
    };
    match array.data_type() {
        DataType::FixedSizeList(_, n) => {
            let values = truths(array.as_fixed_size_list().values())?;
            let field = Arc::new(Field::new("item", DataType::Boolean, false));
            let length = array.len();
            let list = FixedSizeListArray::try_new_with_length(field, *n, values, None, length);
            Ok(Arc::new(
                list.map_err(|e| damaged(reader.dataset(), &e.to_string()))?,
            ))
        }
        DataType::Boolean => Ok(array),
        _ => truths(&array),
    }
}

/// Any integers in 64 bits; none if they do not fit or are no integers.
pub(crate) fn integers(array: &ArrayRef) -> Option<Vec<i64>> {
    macro_rules! widen {
        ($($ty:ident)*) => {$(
            if let Some(values) = array.as_primitive_opt::<$ty>() {
                return values.values().iter().map(|v| i64::try_from(*v).ok()).collect();
            }
        )*};
    }
    widen!(Int8Type Int16Type Int32Type Int64Type UInt8Type UInt16Type UInt32Type UInt64Type);
    None
}

/// Where these rows lie among `total` values: offsets from the first, and the range.
fn spans(
    ends: &mut RowReader,
    rows: Range<u64>,
    total: u64,
) -> Result<(OffsetBuffer<i32>, Range<u64>), Error> {
    let before = u64::from(rows.start > 0);
    let read = ends.read(rows.start - before..rows.end)?;
    let wrong = |what: &str| damaged(ends.dataset(), what);
    let read = integers(&read).ok_or_else(|| wrong("ends of lists that are no integers"))?;
    let mut all = read.iter().map(|n| u64::try_from(*n).unwrap_or(u64::MAX));
    let first = if before == 1 {
        all.next().unwrap_or(0)
    } else {
        0
    };
    let mut offsets = vec![0i32];
    let mut last = first;
    for end in all {
        if end < last || end > total {
            return Err(wrong(&format!(
                "a list ends at {end}, after {last}, of {total} values"
            )));
        }
        last = end;
        let offset = i32::try_from(end - first).ok();
        let offset = offset.filter(|_| end - first <= MAX_ELEMENTS);
        offsets.push(offset.ok_or_else(|| {
            wrong(&format!(
                "more than {MAX_ELEMENTS} values in {} rows",
                rows.end - rows.start
            ))
        })?);
    }
    Ok((OffsetBuffer::new(offsets.into()), first..last))
}

fn encoded(
    codec: Codec,
    ends: &mut RowReader,
    bytes: &mut RowReader,
    lengths: &mut Samples,
    rows: Range<u64>,
) -> Result<ArrayRef, Error> {
    let count = usize::try_from(rows.end - rows.start).unwrap_or(usize::MAX);
    let (spans, range) = spans(ends, rows.clone(), bytes.dataset().rows())?;
    let coded = bytes.read(range)?;
    let coded = coded.as_primitive_opt::<UInt8Type>();
    let coded = coded.ok_or_else(|| damaged(bytes.dataset(), "encoded waveforms are no bytes"))?;
    let coded: &[u8] = coded.values();
    let samples: Vec<usize> = match lengths {
        Samples::All(n) => vec![*n; count],
        Samples::Each(reader) => {
            let read = reader.read(rows.clone())?;
            let read = integers(&read).and_then(|all| {
                let all = all.into_iter().map(usize::try_from);
                all.collect::<Result<Vec<_>, _>>().ok()
            });
            read.ok_or_else(|| damaged(reader.dataset(), "lengths that are no numbers"))?
        }
    };
    // Each sample takes a bit of its bytes or more: memory follows what is there.
    let total = samples.iter().try_fold(0usize, |n, s| n.checked_add(*s));
    let most = coded.len().saturating_mul(64).min(MAX_ELEMENTS as usize);
    let total = total.filter(|total| *total <= most).ok_or_else(|| {
        damaged(
            bytes.dataset(),
            &format!("{} bytes for {count} waveforms", coded.len()),
        )
    })?;
    let mut out = vec![0i32; total];
    let mut targets = Vec::with_capacity(count);
    let mut rest = out.as_mut_slice();
    for length in &samples {
        let (target, tail) = rest.split_at_mut_checked(*length).unwrap_or_default();
        targets.push(target);
        rest = tail;
    }
    let sources = spans.windows(2);
    let mut pieces: Vec<(u64, &[u8], &mut [i32])> = rows
        .zip(sources)
        .zip(targets)
        .map(|((row, span), target)| {
            let span = match span {
                [start, end] => coded.get(*start as usize..*end as usize),
                _ => None,
            };
            (row, span.unwrap_or_default(), target)
        })
        .collect();
    pieces
        .par_iter_mut()
        .try_for_each(|(row, source, target)| {
            codec
                .decode(source, target)
                .map_err(|e| damaged(bytes.dataset(), &format!("waveform {row}: {e}")))
        })?;
    let values: ArrayRef = Arc::new(Int32Array::from(out));
    let field = Arc::new(Field::new("item", DataType::Int32, false));
    let failed = |e: arrow_schema::ArrowError| damaged(ends.dataset(), &e.to_string());
    match lengths {
        Samples::All(n) => {
            let n = i32::try_from(*n).unwrap_or(i32::MAX);
            let list = FixedSizeListArray::try_new_with_length(field, n, values, None, count);
            Ok(Arc::new(list.map_err(failed)?))
        }
        Samples::Each(_) => {
            let offsets = OffsetBuffer::from_lengths(samples);
            let list = ListArray::try_new(field, offsets, values, None);
            Ok(Arc::new(list.map_err(failed)?))
        }
    }
}
