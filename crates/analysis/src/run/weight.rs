//! What an event weighs: what the description says, times what the release and a variation add.

use super::setting::{Events, GENERATOR_WEIGHT, Setting};
use crate::Error;
use crate::description::Analysis;
use crate::expr::{ErrorKind, ExprError, ExprId, Program, Type};

/// The weight of an event: that of the description, times what the release and the variation
/// add to it.
pub(super) fn weight(
    program: &mut Program,
    analysis: &Analysis,
    setting: Setting<'_>,
) -> Result<Option<ExprId>, Error> {
    let own = match setting.events {
        Events::Data => return Ok(None),
        Events::All => analysis.weight.as_deref(),
        Events::Simulated { .. } => Some(analysis.weight.as_deref().unwrap_or(GENERATOR_WEIGHT)),
    };
    let normalisation = match setting.events {
        Events::Simulated { .. } => setting.release.and_then(|r| r.normalisation.as_deref()),
        _ => None,
    };
    let varied = setting.variation.and_then(|(_, _, v)| v.weight.as_deref());
    let factors = [
        (own, "weight"),
        (normalisation, "normalisation of the release"),
        (varied, "factor on the weight"),
    ];
    // Each by itself first, so that messages show what was written.
    let mut weight = None;
    let mut product = String::new();
    for (text, place) in factors {
        let Some(text) = text else { continue };
        let at = || Error::expression(setting.place(place));
        let factor = add_weight(program, text).map_err(at())?;
        let unit = program.unit(factor);
        // The normalisation is a cross-section.
        if !unit.is_none() && Some(text) != normalisation {
            let message = format!("a weight is a plain number; this is in {unit}");
            let error = program.error(factor, ErrorKind::Unit, message);
            return Err(at()(error.with_help(unit.divide(text))));
        }
        if place == "weight" {
            check_generator_weight(program, factor, setting)?;
        }
        if weight.is_none() {
            product = format!("({text})");
            weight = Some(factor);
        } else {
            product = format!("{product} * ({text})");
            let added = add_weight(program, &product);
            weight = Some(added.map_err(Error::expression(setting.place("weight")))?);
        }
    }
    Ok(weight)
}

/// Simulated events are normalised by the sum of the generator weights (of their signs, for
/// some samples). A weight without them would be normalised by the wrong sum.
fn check_generator_weight(
    program: &mut Program,
    weight: ExprId,
    setting: Setting<'_>,
) -> Result<(), Error> {
    if !matches!(setting.events, Events::Simulated { .. }) {
        return Ok(());
    }
    let at = || Error::expression(setting.place("weight"));
    let generator = program.add(GENERATOR_WEIGHT).map_err(at())?;
    let node = |id: ExprId| program.term(id).leaf();
    let (Some(weight_node), Some(generator)) = (node(weight), node(generator)) else {
        return Ok(());
    };
    let graph = program.graph();
    if graph.constant(generator).is_some() || graph.closure(&[weight_node]).contains(&generator) {
        return Ok(());
    }
    let message = "simulated events are normalised by the sum of `generator_weight`, which is not in this weight";
    let error = program.error(weight, ErrorKind::Name, message);
    Err(at()(error.with_help(
        "`generator_weight` is the generator's weight, or its sign where the sum is that of the signs: \
         `generator_weight * scaleFactor_...`",
    )))
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
