//! The order of submissions, and which neighbours differ by more than chance.

use crate::{Score, bootstrap};

/// A submission among others.
#[derive(Debug, Clone)]
pub struct Ranked<'a> {
    /// Its scores on the rows that rank, the metric that decides first.
    pub scores: &'a [Score],
    /// When it came: of equal scores the earlier is first.
    pub order: u64,
}

/// A place on a board.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Which submission, by its number in the list that was ranked.
    pub submission: usize,
    /// From 1; equal scores share a rank.
    pub rank: usize,
    /// By how many standard deviations the first metric is better than that of the next place:
    /// both were scored on the same rows, so their difference is surer than either. `None` at
    /// the end, and where the bootstrap cannot tell.
    pub significance: Option<f64>,
}

/// Ranks submissions: by the first metric, those after it break ties, then by time. What has no
/// score comes last.
#[must_use]
pub fn rank(submissions: &[Ranked<'_>]) -> Vec<Place> {
    let merits = |one: &Ranked<'_>| -> Vec<f64> {
        let merit = |score: &Score| {
            score
                .value
                .map_or(f64::NEG_INFINITY, |v| score.direction.merit(v))
        };
        one.scores.iter().map(merit).collect()
    };
    let mut order: Vec<(usize, Vec<f64>, u64)> = submissions
        .iter()
        .enumerate()
        .map(|(i, one)| (i, merits(one), one.order))
        .collect();
    let compare = |a: &[f64], b: &[f64]| {
        let pairs = a.iter().zip(b).map(|(a, b)| b.total_cmp(a));
        pairs.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
    };
    order.sort_by(|(_, a, first), (_, b, second)| compare(a, b).then(first.cmp(second)));
    let mut places: Vec<Place> = Vec::new();
    let mut last: Option<&[f64]> = None;
    for (at, (submission, merits, _)) in order.iter().enumerate() {
        let shared = last.is_some_and(|last| compare(last, merits).is_eq());
        let rank = match places.last() {
            Some(place) if shared => place.rank,
            _ => at + 1,
        };
        let next = order
            .get(at + 1)
            .and_then(|(next, ..)| submissions.get(*next));
        let significance = submissions
            .get(*submission)
            .zip(next)
            .and_then(|(one, next)| {
                let (one, next) = (one.scores.first()?, next.scores.first()?);
                let (difference, error) = bootstrap::difference(&one.replicas, &next.replicas)?;
                (error > 0.0).then(|| difference.abs() / error)
            });
        places.push(Place {
            submission: *submission,
            rank,
            significance,
        });
        last = Some(merits);
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Direction, Replicas};

    fn score(value: Option<f64>, direction: Direction) -> Score {
        let replicas = (0..20).map(|i| value.unwrap_or(f64::NAN) + f64::from(i % 5) * 0.01);
        Score {
            metric: "m".to_owned(),
            title: "m".to_owned(),
            direction,
            precision: 3,
            value,
            uncertainty: None,
            replicas: Replicas {
                score: value,
                replicas: replicas.collect(),
            },
            breakdown: Vec::new(),
        }
    }

    #[test]
    fn ties_failures_and_directions() {
        let table = [
            [
                score(Some(0.5), Direction::Higher),
                score(Some(3.0), Direction::Lower),
            ],
            [
                score(None, Direction::Higher),
                score(Some(1.0), Direction::Lower),
            ],
            [
                score(Some(0.9), Direction::Higher),
                score(Some(9.0), Direction::Lower),
            ],
            [
                score(Some(0.5), Direction::Higher),
                score(Some(2.0), Direction::Lower),
            ],
            [
                score(Some(0.5), Direction::Higher),
                score(Some(2.0), Direction::Lower),
            ],
        ];
        let submissions: Vec<Ranked<'_>> = (0..)
            .zip(&table)
            .map(|(order, scores)| Ranked { scores, order })
            .collect();
        let places = rank(&submissions);
        let found: Vec<(usize, usize)> = places.iter().map(|p| (p.submission, p.rank)).collect();
        assert_eq!(found, [(2, 1), (3, 2), (4, 2), (0, 4), (1, 5)]);
        // Replicas that move together differ surely; those of the tie not at all.
        assert_eq!(places.last().and_then(|p| p.significance), None);
    }
}
