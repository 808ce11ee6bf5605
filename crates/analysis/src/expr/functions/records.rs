//! Records: values with names, side by side.

use super::lists::shape;
use super::{Call, Example, Family, Function};
use crate::expr::check::Checker;
use crate::expr::error::{ExprError, Span};
use crate::expr::term::Term;

const FAMILY: Family = Family::Records;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "zip",
        family: FAMILY,
        signature: "zip(name=x, ...)",
        what: "A record with these fields. Values without a list are repeated for each element of the lists; a field with deeper lists keeps them. Equal lengths are checked where fields meet.",
        formula: "(xᵢ, yᵢ, ...) for each i",
        units: "each field keeps its unit",
        examples: &[
            Example {
                text: "zip(pt=pt, eta=eta)[0].eta",
                result: "[0.5, null, 0]",
            },
            Example {
                text: "zip(pt=pt, met=met).met",
                result: "[[35000, 35000, 35000], [], [120000]]",
            },
        ],
        source: "awkward zip",
        check: zip,
    },
    Function {
        name: "with",
        family: FAMILY,
        signature: "with(record, name=x, ...)",
        what: "The record with further fields, or with new values for fields it has.",
        formula: "(record, x)",
        units: "each field keeps its unit",
        examples: &[Example {
            text: "with(zip(pt=pt), eta=eta).eta",
            result: "[[0.5, -1, 2], [], [0]]",
        }],
        source: "awkward with_field",
        check: with,
    },
];

/// A record of these fields under the lists they share.
pub(crate) fn record_of(
    c: &mut Checker<'_>,
    fields: Vec<(&str, Term)>,
    span: Span,
) -> Result<Term, ExprError> {
    let depths = fields.iter().map(|(_, term)| c.depth(term));
    let depth = depths.filter(|&depth| depth > 0).min().unwrap_or(0);
    let like = fields.iter().find(|(_, term)| c.depth(term) == depth);
    let like = like.and_then(|(_, term)| {
        let mut leaves = term.leaves().into_iter().map(|(_, node)| node);
        leaves.find(|&node| c.leaf_type(node).depth == depth)
    });
    let mut spread = Vec::with_capacity(fields.len());
    for (name, term) in fields {
        let term = match like {
            Some(like) if depth > 0 => c.spread(&term, like, span)?,
            _ => term,
        };
        spread.push((name, term));
    }
    c.record(depth, spread, span)
}

fn zip(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    if let Some(argument) = call.args.first() {
        let error = c.type_error(argument.span, "a field needs a name");
        return Err(error.with_help("write `zip(pt=..., eta=...)`"));
    }
    if call.named.is_empty() {
        return Err(call.wrong_count(c, 0));
    }
    let fields = call.named.iter();
    let fields = fields.map(|(name, argument)| (name.text.as_str(), argument.term.clone()));
    record_of(c, fields.collect(), call.span)
}

fn with(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let [of] = call.args.as_slice() else {
        return Err(call.wrong_count(c, call.args.len()));
    };
    let Term::Record(record) = &of.term else {
        let message = format!("a record is needed; this is of type {}", c.ty(&of.term));
        return Err(c.type_error(of.span, message));
    };
    let like = shape(c, &of.term, record.depth, of.span)?;
    let given = |name: &str| call.named.iter().any(|(given, _)| given.text == name);
    let kept = record.fields.iter().filter(|(name, _)| !given(name));
    let mut fields: Vec<(&str, Term)> = kept
        .map(|(name, term)| (name.as_ref(), term.clone()))
        .collect();
    for (name, argument) in &call.named {
        let term = if c.depth(&argument.term) < record.depth {
            c.spread(&argument.term, like, argument.span)?
        } else {
            argument.term.clone()
        };
        fields.push((name.text.as_str(), term));
    }
    c.record(record.depth, fields, call.span)
}
