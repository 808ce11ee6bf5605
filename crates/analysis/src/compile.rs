//! An analysis as expressions of a program: every name, type and unit checked before the
//! first event is read.

use photopeak_hist::Histogram;

use crate::Error;
use crate::catalogue;
use crate::description::{Analysis, AxisDescription};
use crate::expr::{ErrorKind, ExprError, ExprId, Program, Type};
use crate::release::{Constants, Release};
use crate::systematic::{Direction, Systematic, Variation};

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

/// How an analysis is compiled: for which events, as described or with a variation in it.
#[derive(Clone, Copy)]
pub(crate) struct Setting<'a> {
    pub(crate) events: Events,
    /// The release, whose constants expressions may use.
    pub(crate) release: Option<&'a Release>,
    pub(crate) variation: Option<(&'a Systematic, Direction, &'a Variation)>,
}

/// What the events are, which decides what they weigh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Events {
    /// Whatever was given: the weight is that of the description.
    All,
    /// Recorded: each counts 1.
    Data,
    /// Simulated; if `signed`, only the sign of the generator weight counts.
    Simulated { signed: bool },
}

/// The name that the generator weight has in expressions.
const GENERATOR_WEIGHT: &str = "generator_weight";

impl<'a> Setting<'a> {
    /// As described, for whatever is given.
    pub(crate) const PLAIN: Self = Self {
        events: Events::All,
        release: None,
        variation: None,
    };

    /// Under a systematic uncertainty; none if it has no variation in this direction.
    pub(crate) fn varied(self, systematic: &'a Systematic, direction: Direction) -> Option<Self> {
        let variation = match direction {
            Direction::Up => Some(&systematic.up),
            Direction::Down => systematic.down.as_ref(),
        };
        variation.map(|variation| Self {
            variation: Some((systematic, direction, variation)),
            ..self
        })
    }

    /// The factor on the whole yield.
    pub(crate) fn scale(&self) -> f64 {
        self.variation
            .and_then(|(_, _, variation)| variation.scale)
            .unwrap_or(1.0)
    }

    /// Columns and what stands in their place.
    fn overrides(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let columns = self.variation.map(|(_, _, variation)| &variation.columns);
        let columns = columns.into_iter().flatten();
        columns.map(|(name, text)| (name.as_str(), text.as_str().unwrap_or_default()))
    }

    /// What `generator_weight` stands for.
    fn generator_weight(&self) -> Option<String> {
        let column = self.release.and_then(|r| r.generator_weight.as_deref());
        match self.events {
            Events::All => None,
            Events::Data => Some("1".to_owned()),
            Events::Simulated { signed } => Some(match (column, signed) {
                (None, _) => "1".to_owned(),
                (Some(column), false) => column.to_owned(),
                (Some(column), true) => format!("sign({column})"),
            }),
        }
    }

    /// Where something is, for messages.
    fn place(&self, place: impl Into<String>) -> String {
        let mut place = place.into();
        place.push_str(match self.events {
            Events::All => "",
            Events::Data => ", for recorded events",
            Events::Simulated { .. } => ", for simulated events",
        });
        if let Some((systematic, direction, _)) = self.variation {
            place = format!("{place}, under systematic {} {direction}", systematic.name);
        }
        place
    }
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

/// The weight of an event: that of the description, times what the release and the variation
/// add to it.
fn weight(
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
