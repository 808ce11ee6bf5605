//! What an expression stands for while a chain is compiled.

use std::sync::Arc;

use super::plan::Scalar;
use super::unit::{Dimension, Shown, Units};
use crate::processor::{Processor, Shape};

/// The meaning of an expression.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Waveform(Wave),
    Number(Scalar, Dimension),
    /// True or false, as one or zero.
    Flag(Scalar),
    /// The weights of a filter, and whether a time went into them.
    Filter(Arc<[f64]>, bool),
    Word(String),
    /// The results of a processor with several.
    Results(&'static Processor, Vec<Value>),
}

/// Part of a buffer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wave {
    pub(crate) buffer: usize,
    pub(crate) from: usize,
    pub(crate) shape: Shape,
    pub(crate) dimension: Dimension,
}

impl Value {
    /// What it is, for a message.
    pub(crate) fn describe(&self, units: &Units) -> String {
        match self {
            Value::Waveform(_) => "a waveform".to_owned(),
            Value::Number(_, dimension) => Shown(units, *dimension).to_string(),
            Value::Flag(_) => "true or false".to_owned(),
            Value::Filter(..) => "a filter".to_owned(),
            Value::Word(word) => format!("the word '{word}'"),
            Value::Results(processor, _) => {
                let names: Vec<&str> = processor.outputs.iter().map(|output| output.name).collect();
                format!(
                    "all of {}; choose one of .{}",
                    processor.name,
                    names.join(", .")
                )
            }
        }
    }
}
