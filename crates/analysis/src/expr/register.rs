//! What a node has computed for the present block, and what can go wrong with the data.

use std::sync::Arc;

use super::ir::Const;
use super::value::{Array, Level, Offsets};

/// A computed node.
#[derive(Clone, Debug)]
pub(crate) enum Register {
    Array(Array),
    Index(Index),
    Tuple(Vec<Index>),
}

/// Which elements of another register to take, and the lists they form.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    /// Lists around each item.
    pub(crate) levels: Vec<Level>,
    /// Positions in the level `source.len()` of the register; [`HOLE`] takes nothing.
    pub(crate) items: Arc<Vec<u32>>,
    /// The lists that the register must have for the positions to mean anything.
    pub(crate) source: Vec<Offsets>,
    /// Whether an item is [`HOLE`].
    pub(crate) holes: bool,
}

/// The position of an element that does not exist.
pub(crate) const HOLE: u32 = u32::MAX;

/// An argument of an operation.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Arg<'a> {
    Const(&'a Const),
    Register(&'a Register),
}

impl<'a> Arg<'a> {
    pub(crate) fn array(self) -> Option<&'a Array> {
        match self {
            Arg::Register(Register::Array(array)) => Some(array),
            _ => None,
        }
    }

    pub(crate) fn index(self) -> Option<&'a Index> {
        match self {
            Arg::Register(Register::Index(index)) => Some(index),
            _ => None,
        }
    }
}

/// The data do not fit the expression.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// Which event, counted among the selected events of the block.
    pub(crate) event: Option<usize>,
    pub(crate) message: String,
    pub(crate) help: Option<&'static str>,
}

impl Fault {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            event: None,
            message: message.into(),
            help: None,
        }
    }

    pub(crate) fn at(mut self, event: usize) -> Self {
        self.event = Some(event);
        self
    }

    pub(crate) fn with_help(mut self, help: &'static str) -> Self {
        self.help = Some(help);
        self
    }

    /// A bug of ours rather than of the user: the checker let something through.
    pub(crate) fn internal(what: &str) -> Self {
        Self::new(format!("internal error: {what}"))
            .with_help("this is a bug in Photopeak; please report the expression")
    }
}

/// The event that element `i` below `levels` belongs to.
pub(crate) fn event_of(levels: &[Level], i: usize) -> usize {
    levels.iter().rev().fold(i, |i, level| {
        let after = level.offsets.partition_point(|&start| start as usize <= i);
        after.saturating_sub(1)
    })
}

/// Fails unless both have the same lists; the first `shared` levels of each are looked at.
pub(crate) fn same_lists<'a>(
    left: impl IntoIterator<Item = &'a Offsets>,
    right: &[Level],
) -> Result<(), Fault> {
    for (depth, (a, level)) in left.into_iter().zip(right).enumerate() {
        let b = &level.offsets;
        if Arc::ptr_eq(a, b) || a == b {
            continue;
        }
        let lengths = a.windows(2).zip(b.windows(2));
        let mut lengths = lengths.map(|(a, b)| (a[1] - a[0], b[1] - b[0]));
        let Some(at) = lengths.position(|(a, b)| a != b) else {
            return Err(Fault::internal("registers of different selections meet"));
        };
        let length = |offsets: &[u32]| match offsets.get(at..at + 2) {
            Some(&[start, end]) => end - start,
            _ => 0,
        };
        let message = format!(
            "lists of {} and {} elements meet",
            length(a.as_slice()),
            length(b.as_slice())
        );
        return Err(Fault::new(message)
            .at(event_of(right.get(..depth).unwrap_or(&[]), at))
            .with_help("lists combine element by element; `cross(a, b)` makes all pairs"));
    }
    Ok(())
}
