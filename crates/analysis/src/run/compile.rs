//! An analysis as expressions of a program: every name, type and unit checked before the
//! first event is read.

use photopeak_hist::Histogram;

use super::setting::{GENERATOR_WEIGHT, Setting};
use super::weight::weight;
use crate::Error;
use crate::catalogue;
use crate::description::{Analysis, AxisDescription};
use crate::expr::{ErrorKind, ExprError, ExprId, Program, Type};
use crate::release::Constants;

/// The expressions of an analysis in one scope of a program.
pub(crate) struct Compiled {
    /// One for each cut.
    pub(crate) cuts: Vec<ExprId>,
    /// Weight of an event; 1 without it.
    pub(crate) weight: Option<ExprId>,
    /// One for each histogram of the analysis, in its order.
    pub(crate) fills: Vec<Fill>,
}

/// A histogram's expressions, and after how many cuts it is filled.
pub(crate) struct Fill {
    pub(crate) name: String,
    pub(crate) after: usize,
    pub(crate) condition: Option<ExprId>,
    pub(crate) axes: Vec<ExprId>,
    /// Weight of an event; 1 without it.
    pub(crate) weight: Option<ExprId>,
    /// The histogram without entries.
    pub(crate) empty: Histogram,
}

/// Compiles an analysis into a new scope of the program.
pub(crate) fn compile(
    program: &mut Program,
    analysis: &Analysis,
    setting: Setting<'_>,
) -> Result<Compiled, Error> {
    let at = |place: String| {
        let place = setting.place(place);
        move |error| Error::expression(place)(with_release(error))
    };
    program.begin_scope();
    for (name, value) in setting.release.iter().flat_map(|r| &r.constants) {
        // What the analysis defines itself comes first.
        if !analysis.define.contains_key(name) {
            let added = program.define_constant(name, &value.to_string());
            added.map_err(at(format!("constant {name} of the release")))?;
        }
    }
    // Each of them sees all columns as the file has them.
    let mut columns = Vec::new();
    for (column, text) in setting.overrides() {
        let new = program.in_place_of(column, text);
        columns.push(new.map_err(at(format!("column {column}")))?);
    }
    program.put_in_place(columns);
    if let Some(text) = setting.generator_weight() {
        let added = program.define(GENERATOR_WEIGHT, &text);
        added.map_err(at(GENERATOR_WEIGHT.to_owned()))?;
    }
    for (signature, text) in &analysis.functions {
        let added = program.define_function(signature, text.as_str().unwrap_or_default());
        added.map_err(at(format!("[functions] {signature}")))?;
    }
    for (name, text) in &analysis.define {
        let added = program.define(name, text.as_str().unwrap_or_default());
        added.map_err(at(format!("[define] {name}")))?;
    }
    let mut cuts = Vec::new();
    for cut in &analysis.cuts {
        let added = program.add_selection(&cut.expr);
        cuts.push(added.map_err(at(format!("cut {}", cut.name)))?);
    }
    let weight = weight(program, analysis, setting)?;
    let mut fills = Vec::new();
    for histogram in &analysis.histograms {
        let place = format!("histogram {}", histogram.name);
        let condition = match &histogram.condition {
            Some(text) => {
                let added = program.add_selection(text);
                Some(added.map_err(at(format!("{place}, where")))?)
            }
            None => None,
        };
        let mut axes = Vec::new();
        let mut units = Vec::new();
        for (axis, letter) in [(Some(&histogram.x), "x"), (histogram.y.as_ref(), "y")] {
            let Some(axis) = axis else { continue };
            let added = add_axis(program, axis, &axes);
            let (id, unit) = added.map_err(at(format!("{place}, {letter}")))?;
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
            weight,
            empty: histogram.empty(&units, weight.is_some())?,
        });
    }
    Ok(Compiled {
        cuts,
        weight,
        fills,
    })
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

/// An unknown name may be a constant of a release that the analysis does not name.
fn with_release(error: ExprError) -> ExprError {
    if error.kind != ErrorKind::Name {
        return error;
    }
    let name = error.text.get(error.span.start..error.span.end);
    let releases = catalogue::constants().unwrap_or_default();
    let found = releases
        .iter()
        .find(|release| name.is_some_and(|name| release.values.contains_key(name)));
    match found {
        Some(Constants { release, .. }) => error.with_help(format!(
            "it is a constant of a release: write `release = \"{release}\"` in the analysis"
        )),
        None => error,
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
