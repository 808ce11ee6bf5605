//! An analysis compiled against the columns of a dataset: every expression checked, before
//! the first event is read.

use std::path::Path;

use photopeak_formats::{Dataset, Table};

use crate::Error;
use crate::cutflow::{Cutflow, Step};
use crate::description::{Analysis, AxisDescription};
use crate::expr::{ErrorKind, ExprError, ExprId, Program, Type};
use crate::result::Outcome;

/// An analysis compiled against the columns of a dataset.
pub(crate) struct Plan {
    pub(crate) program: Program,
    /// The columns of the dataset that any expression needs, ascending.
    pub(crate) columns: Vec<usize>,
    pub(crate) cuts: Vec<ExprId>,
    pub(crate) weight: Option<ExprId>,
    /// One for each histogram of the analysis, in its order.
    pub(crate) fills: Vec<Fill>,
    /// An outcome without events and without files.
    pub(crate) empty: Outcome,
    /// The name of each file of the dataset.
    pub(crate) files: Vec<String>,
}

/// A histogram's expressions, and after how many cuts it is filled.
pub(crate) struct Fill {
    pub(crate) name: String,
    pub(crate) after: usize,
    pub(crate) condition: Option<ExprId>,
    pub(crate) axes: Vec<ExprId>,
}

impl Plan {
    pub(crate) fn new(analysis: &Analysis, data: &Dataset) -> Result<Self, Error> {
        let mut program = Program::new(data.schema());
        for (signature, text) in &analysis.functions {
            let text = text.as_str().unwrap_or_default();
            program
                .define_function(signature, text)
                .map_err(Error::expression(format!("[functions] {signature}")))?;
        }
        for (name, text) in &analysis.define {
            let text = text.as_str().unwrap_or_default();
            program
                .define(name, text)
                .map_err(Error::expression(format!("[define] {name}")))?;
        }
        let mut cuts = Vec::new();
        for cut in &analysis.cuts {
            let place = format!("cut {}", cut.name);
            cuts.push(
                program
                    .add_selection(&cut.expr)
                    .map_err(Error::expression(place))?,
            );
        }
        let weight = match &analysis.weight {
            Some(text) => {
                Some(add_weight(&mut program, text).map_err(Error::expression("weight"))?)
            }
            None => None,
        };
        let mut fills = Vec::new();
        let mut histograms = Vec::new();
        for histogram in &analysis.histograms {
            let place = format!("histogram {}", histogram.name);
            let condition = match &histogram.condition {
                Some(text) => {
                    let place = format!("{place}, where");
                    Some(
                        program
                            .add_selection(text)
                            .map_err(Error::expression(place))?,
                    )
                }
                None => None,
            };
            let mut axes = Vec::new();
            let mut units = Vec::new();
            for (axis, letter) in [(Some(&histogram.x), "x"), (histogram.y.as_ref(), "y")] {
                let Some(axis) = axis else { continue };
                let place = format!("{place}, {letter}");
                let (id, unit) =
                    add_axis(&mut program, axis, &axes).map_err(Error::expression(place))?;
                axes.push(id);
                units.push(unit);
            }
            let after = histogram
                .after
                .as_deref()
                .and_then(|name| analysis.cut_number(name));
            fills.push(Fill {
                name: histogram.name.clone(),
                after: after.unwrap_or(cuts.len()),
                condition,
                axes,
            });
            histograms.push((
                histogram.name.clone(),
                histogram.empty(&units, weight.is_some())?,
            ));
        }
        Ok(Self {
            columns: program.columns(),
            program,
            cuts,
            empty: Outcome {
                cutflow: empty_cutflow(analysis, weight.is_some()),
                histograms,
            },
            files: labels(data),
            weight,
            fills,
        })
    }
}

/// Adds an axis's expression in the unit of its bins; gives back that unit's name. `others`
/// are the axes before it.
fn add_axis(
    program: &mut Program,
    axis: &AxisDescription,
    others: &[ExprId],
) -> Result<(ExprId, Option<String>), ExprError> {
    let id = program.add(&axis.expr)?;
    let ty = program.ty(id);
    let wrong = |message: String| program.error(id, ErrorKind::Type, message);
    match innermost(&ty) {
        record @ Type::Record(_) => {
            return Err(
                wrong(format!("a histogram takes numbers; this is of type {ty}")).with_help(
                    format!("name a number in it, as in `{}`", first_number(record)),
                ),
            );
        }
        Type::Str => {
            return Err(
                wrong(format!("a histogram takes numbers; this is of type {ty}"))
                    .with_help("compare it with a text: true is filled as 1"),
            );
        }
        _ => {}
    }
    for other in others {
        let (mine, theirs) = (ty.depth(), program.ty(*other).depth());
        if mine != theirs && mine != 0 && theirs != 0 {
            return Err(wrong(format!(
                "the axes do not fit: lists {mine} deep here, {theirs} deep on the axis before"
            )));
        }
    }
    match &axis.unit {
        Some(unit) => Ok((program.convert(id, unit)?, Some(unit.clone()))),
        None => {
            let unit = program.unit(id);
            Ok((id, (!unit.is_none()).then(|| unit.to_string())))
        }
    }
}

/// Adds a weight: one number for each event.
fn add_weight(program: &mut Program, text: &str) -> Result<ExprId, ExprError> {
    let id = program.add(text)?;
    let ty = program.ty(id);
    match &ty {
        Type::Bool | Type::Int(_) | Type::Real(_) => Ok(id),
        Type::List(_) => Err(program
            .error(
                id,
                ErrorKind::Type,
                format!("a weight is one number for each event; this is of type {ty}"),
            )
            .with_help("make one number of the list: `x[0]`, `sum(x)`")),
        Type::Str | Type::Record(_) => Err(program.error(
            id,
            ErrorKind::Type,
            format!("a weight is a number; this is of type {ty}"),
        )),
    }
}

/// What is inside all lists.
pub(crate) fn innermost(ty: &Type) -> &Type {
    match ty {
        Type::List(inner) => innermost(inner),
        other => other,
    }
}

/// `.fP.fX`: the way to the first number of a record.
fn first_number(ty: &Type) -> String {
    match innermost(ty) {
        Type::Record(fields) => fields.first().map_or_else(String::new, |(name, ty)| {
            format!(".{name}{}", first_number(ty))
        }),
        _ => String::new(),
    }
}

fn empty_cutflow(analysis: &Analysis, weighted: bool) -> Cutflow {
    let step = |name: &str, title: &str| Step {
        name: name.to_owned(),
        title: title.to_owned(),
        events: 0,
        sum_weights: 0.0,
        sum_weights_squared: 0.0,
    };
    let cuts = analysis
        .cuts
        .iter()
        .map(|cut| step(&cut.name, cut.title.as_deref().unwrap_or(&cut.expr)));
    Cutflow {
        steps: std::iter::once(step("all", "all events"))
            .chain(cuts)
            .collect(),
        weighted,
        files: Vec::new(),
    }
}

/// The name of each file; where two folders hold files of one name, its whole path.
fn labels(data: &Dataset) -> Vec<String> {
    let short = |path: &Path| {
        path.file_name()
            .map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy())
            .into_owned()
    };
    let names: Vec<String> = data.parts().iter().map(|part| short(&part.path)).collect();
    let parts = data.parts().iter().zip(&names);
    parts
        .map(|(part, name)| {
            if names.iter().filter(|other| *other == name).count() > 1 {
                part.path.to_string_lossy().into_owned()
            } else {
                name.clone()
            }
        })
        .collect()
}
