//! The catalogue of functions: one entry for each, from which the checker, the manual,
//! `--help`, completion and tests are all made.
//!
//! To add a function, add an entry to the file of its family. Its `check` turns a call into
//! nodes; only a new kind of loop needs a new operation.

mod arithmetic;
mod call;
mod choice;
mod combining;
mod elementary;
pub(crate) mod four_vector;
mod kinematics;
mod lists;
mod matching;
mod missing;
mod records;
mod reductions;
mod sample;
mod texts;
mod vectors;

use std::fmt;

pub(crate) use call::{Call, CallArgument};
pub(crate) use records::record_of;
pub use sample::sample;

use super::check::Checker;
use super::error::ExprError;
use super::term::Term;

/// A function of the language, as the reference manual shows it.
pub struct Function {
    /// Its name in an expression.
    pub name: &'static str,
    /// What it belongs to.
    pub family: Family,
    /// How it is called, with the names of its arguments.
    pub signature: &'static str,
    /// What it gives, in one or two sentences.
    pub what: &'static str,
    /// The formula.
    pub formula: &'static str,
    /// Units of the arguments and of the result.
    pub units: &'static str,
    /// Expressions over [`sample()`] and what they give.
    pub examples: &'static [Example],
    /// Whose definition this follows.
    pub source: &'static str,
    pub(crate) check: Check,
}

pub(crate) type Check = fn(&mut Checker<'_>, &Call) -> Result<Term, ExprError>;

/// An example that is run as a test.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// An expression over the columns of [`sample()`].
    pub text: &'static str,
    /// What it gives for the three events, as JSON.
    pub result: &'static str,
}

/// A group of functions; a chapter of the manual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Family {
    /// Numbers to numbers, one by one.
    Arithmetic,
    /// One value from each innermost list.
    Reductions,
    /// Order, choice and combination of list elements.
    Lists,
    /// Which objects are near which.
    Matching,
    /// Values that are not there.
    Missing,
    /// Records and their fields.
    Records,
    /// Energy and momentum.
    Vectors,
    /// Names of triggers, datasets, categories.
    Texts,
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Family::Arithmetic => "arithmetic",
            Family::Reductions => "reductions",
            Family::Lists => "lists",
            Family::Matching => "matching",
            Family::Missing => "missing values",
            Family::Records => "records",
            Family::Vectors => "four-vectors",
            Family::Texts => "texts",
        })
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Function")
            .field("name", &self.name)
            .field("signature", &self.signature)
            .finish_non_exhaustive()
    }
}

/// Every function, by family.
pub fn all() -> impl Iterator<Item = &'static Function> {
    let families: [&'static [Function]; 12] = [
        arithmetic::FUNCTIONS,
        elementary::FUNCTIONS,
        reductions::FUNCTIONS,
        lists::FUNCTIONS,
        combining::FUNCTIONS,
        choice::FUNCTIONS,
        matching::FUNCTIONS,
        missing::FUNCTIONS,
        records::FUNCTIONS,
        vectors::FUNCTIONS,
        kinematics::FUNCTIONS,
        texts::FUNCTIONS,
    ];
    families.into_iter().flatten()
}

/// The function with this name.
pub fn find(name: &str) -> Option<&'static Function> {
    all().find(|function| function.name == name)
}

/// The properties that every four-vector has: name, and what it is.
pub fn vector_properties() -> &'static [(&'static str, &'static str)] {
    four_vector::PROPERTIES
}
