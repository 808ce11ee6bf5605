//! The score of the TrackML challenge.

use std::collections::HashMap;

use crate::metric::*;
use crate::{Error, Inputs};

pub(super) const METRIC: Metric = Metric {
    name: "trackml",
    title: "TrackML",
    what: "The weight of hits in well reconstructed tracks: the hits that a track shares with its majority \
        particle, if these are more than half of the track and more than half of the particle.",
    formula: "mean over events of Σ w(hits of track t of its majority particle, if pure both ways) / Σ w",
    direction: Direction::Higher,
    scale: Scale::Plain(0.0, 1.0),
    inputs: &[
        truth("event", Form::Id, "the event of each hit"),
        truth(
            "particle",
            Form::Id,
            "the particle that made the hit; 0 for noise",
        ),
        predicted("track", Form::Id, "the track that the hit was given to"),
        truth(
            "weight",
            Form::Number,
            "the weight of each hit, not negative",
        ),
    ],
    options: &[],
    caution: "More than half is strict: a track of two particles with as many hits each is lost. Events are drawn \
        for the uncertainty, not hits: it needs some tens of them. Events without weight do not count.",
    source: "S. Amrouche et al., The tracking machine learning challenge: accuracy phase, arXiv:1904.06778; \
        trackml-library score_event (which takes weights as normalised)",
    example: "particles 1 1 1 1 2 2 2 3 3 0, tracks 1 1 1 2 2 2 2 3 4 1, weights .2 .1 .1 .1 .1 .1 .1 .1 .1 0: 0.7",
    prepare: |inputs, _| Ok(Box::new(Tracks::new(inputs)?)),
};

/// The score of each event.
struct Tracks(Vec<f64>);

impl Tracks {
    fn new(inputs: &Inputs<'_>) -> Result<Self, Error> {
        let particles = inputs.ids("particle")?;
        let tracks = inputs.ids("track")?;
        let weights = inputs.weights("weight")?;
        let mut events: HashMap<i64, Vec<usize>> = HashMap::new();
        let mut order = Vec::new();
        for (hit, event) in inputs.ids("event")?.iter().enumerate() {
            let hits = events.entry(*event).or_default();
            if hits.is_empty() {
                order.push(*event);
            }
            hits.push(hit);
        }
        let hits = |event: &i64| -> Vec<Hit> {
            let hits = events.get(event).into_iter().flatten();
            let hit = |&i: &usize| {
                Some(Hit {
                    particle: *particles.get(i)?,
                    track: *tracks.get(i)?,
                    weight: *weights.get(i)?,
                })
            };
            hits.filter_map(hit).collect()
        };
        Ok(Tracks(
            order
                .iter()
                .filter_map(|event| score(&hits(event)))
                .collect(),
        ))
    }
}

impl Prepared for Tracks {
    fn units(&self) -> usize {
        self.0.len()
    }

    fn score(&self, counts: Option<&[u8]>) -> Option<f64> {
        super::mean(&self.0, counts)
    }
}

struct Hit {
    particle: i64,
    track: i64,
    weight: f64,
}

/// The score of one event; `None` if its hits have no weight.
fn score(hits: &[Hit]) -> Option<f64> {
    let mut particles: HashMap<i64, usize> = HashMap::new();
    let mut tracks: HashMap<i64, usize> = HashMap::new();
    let mut shared: HashMap<(i64, i64), (usize, f64)> = HashMap::new();
    let mut total = 0.0;
    for hit in hits {
        *particles.entry(hit.particle).or_default() += 1;
        *tracks.entry(hit.track).or_default() += 1;
        let both = shared.entry((hit.track, hit.particle)).or_default();
        both.0 += 1;
        both.1 += hit.weight;
        total += hit.weight;
    }
    // More than half of a track is one particle at most, and the other way round, so every
    // pair that passes counts once. Sorted, so that sums do not depend on the hash.
    let mut good: Vec<((i64, i64), f64)> = shared
        .into_iter()
        .filter(|((track, particle), (n, _))| {
            let of = |all: Option<&usize>| all.is_some_and(|all| 2 * n > *all);
            *particle != 0 && of(tracks.get(track)) && of(particles.get(particle))
        })
        .map(|(pair, (_, weight))| (pair, weight))
        .collect();
    good.sort_unstable_by_key(|(pair, _)| *pair);
    let good: f64 = good.into_iter().map(|(_, weight)| weight).sum();
    (total > 0.0).then(|| good / total)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{near, score};
    use super::*;
    use crate::Column;

    #[test]
    fn worked_number() {
        let event = [5; 10];
        let weight = [0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.0];
        let columns = [
            ("event", Column::Ids(&event)),
            ("particle", Column::Ids(&[1, 1, 1, 1, 2, 2, 2, 3, 3, 0])),
            ("track", Column::Ids(&[1, 1, 1, 2, 2, 2, 2, 3, 4, 1])),
            ("weight", Column::Numbers(&weight)),
        ];
        near(score(&METRIC, &columns, "").unwrap(), 0.7, 1e-15);
    }

    #[test]
    fn tracks_of_other_events_are_other_tracks() {
        let columns = [
            ("event", Column::Ids(&[1, 1, 2, 2])),
            ("particle", Column::Ids(&[7, 7, 8, 9])),
            ("track", Column::Ids(&[1, 1, 1, 1])),
            ("weight", Column::Numbers(&[1.0, 1.0, 1.0, 1.0])),
        ];
        near(score(&METRIC, &columns, "").unwrap(), 0.5, 0.0);
    }
}
