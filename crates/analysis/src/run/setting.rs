//! For which events an analysis is compiled, and with which variation in it.

use crate::description::{Direction, Systematic, Variation};
use crate::release::Release;

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
pub(super) const GENERATOR_WEIGHT: &str = "generator_weight";

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
    pub(super) fn overrides(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let columns = self.variation.map(|(_, _, variation)| &variation.columns);
        let columns = columns.into_iter().flatten();
        columns.map(|(name, text)| (name.as_str(), text.as_str().unwrap_or_default()))
    }

    /// What `generator_weight` stands for.
    pub(super) fn generator_weight(&self) -> Option<String> {
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
    pub(super) fn place(&self, place: impl Into<String>) -> String {
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
