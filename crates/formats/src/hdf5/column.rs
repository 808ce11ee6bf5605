//! What a column is made of: a dataset, or what LH5 spreads over several.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use arrow_schema::{DataType, Field};
use photopeak_hdf5file::Dataset;

use crate::Error;
use crate::hdf5::codec::Codec;
use crate::hdf5::read::Reader;

/// A column and what it is called.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) source: Source,
    pub(crate) data_type: DataType,
    /// Unit and description.
    pub(crate) notes: HashMap<String, String>,
}

/// Where the rows of a column come from.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    Rows(Dataset),
    /// Truth values in integers.
    Flags(Dataset),
    /// A member of each record.
    Member {
        records: Dataset,
        member: usize,
    },
    /// Lists of varying length: where each ends among all values.
    Lists {
        ends: Dataset,
        values: Box<Source>,
    },
    /// Encoded waveforms, as bytes of varying length.
    Encoded {
        codec: Codec,
        ends: Dataset,
        bytes: Dataset,
        lengths: Lengths,
    },
}

/// How many samples a waveform has.
#[derive(Debug, Clone)]
pub(crate) enum Lengths {
    All(usize),
    Each(Dataset),
}

impl Column {
    pub(crate) fn field(&self) -> Field {
        Field::new(self.name.clone(), self.data_type.clone(), false)
            .with_metadata(self.notes.clone())
    }

    pub(crate) fn reader(&self) -> Reader {
        Reader::new(&self.source)
    }

    /// Bytes of a row, where rows are of one length.
    pub(crate) fn row_bytes(&self) -> usize {
        match &self.source {
            Source::Encoded {
                lengths: Lengths::All(samples),
                ..
            } => samples.saturating_mul(4),
            source => source.main().row_bytes(),
        }
    }

    pub(crate) fn rows_of_chunk(&self) -> Option<u64> {
        match &self.source {
            Source::Encoded { .. } | Source::Lists { .. } => None,
            source => source.main().rows_of_chunk(),
        }
    }

    /// Whether [`Column::stored`] gives all that rows are read from.
    pub(crate) fn can_tell(&self) -> bool {
        matches!(
            self.source,
            Source::Rows(_) | Source::Flags(_) | Source::Member { .. }
        )
    }

    pub(crate) fn stored(
        &self,
        rows: Range<u64>,
        visit: &mut dyn FnMut(&[u8]),
    ) -> Result<bool, Error> {
        Ok(self.source.main().stored(rows, visit)?)
    }

    pub(crate) fn stored_bytes(&self) -> Option<u64> {
        self.source
            .datasets()
            .into_iter()
            .map(|dataset| dataset.stored_bytes().ok())
            .sum()
    }
}

impl Source {
    /// The dataset that has a row for each of the column's.
    pub(crate) fn main(&self) -> &Dataset {
        match self {
            Source::Rows(dataset) | Source::Flags(dataset) => dataset,
            Source::Member { records, .. } => records,
            Source::Lists { ends, .. } | Source::Encoded { ends, .. } => ends,
        }
    }

    fn datasets(&self) -> Vec<&Dataset> {
        match self {
            Source::Rows(dataset) | Source::Flags(dataset) => vec![dataset],
            // Shared with the other members.
            Source::Member { .. } => Vec::new(),
            Source::Lists { ends, values } => {
                let mut all = values.datasets();
                all.push(ends);
                all
            }
            Source::Encoded { ends, bytes, .. } => vec![ends, bytes],
        }
    }

    /// The Arrow type of a row.
    pub(crate) fn data_type(&self) -> Result<DataType, Error> {
        let list = |item| DataType::List(Arc::new(Field::new("item", item, false)));
        Ok(match self {
            Source::Rows(dataset) => dataset.data_type()?,
            Source::Flags(dataset) => match dataset.data_type()? {
                DataType::FixedSizeList(_, n) => {
                    let item = Field::new("item", DataType::Boolean, false);
                    DataType::FixedSizeList(Arc::new(item), n)
                }
                _ => DataType::Boolean,
            },
            Source::Member { records, member } => match records.data_type()? {
                DataType::Struct(fields) => match fields.get(*member) {
                    Some(field) => field.data_type().clone(),
                    None => DataType::Null,
                },
                other => other,
            },
            Source::Lists { values, .. } => list(values.data_type()?),
            Source::Encoded {
                lengths: Lengths::All(n),
                ..
            } => DataType::FixedSizeList(
                Arc::new(Field::new("item", DataType::Int32, false)),
                i32::try_from(*n).unwrap_or(i32::MAX),
            ),
            Source::Encoded { .. } => list(DataType::Int32),
        })
    }
}
