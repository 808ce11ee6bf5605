//! Charge from the lithium layer: it diffuses, some recombines, the rest arrives late.
//!
//! Below the lithium-covered surface there is no field. Holes wander until they reach the depth
//! where the field begins, and drift from there. One-dimensional diffusion with recombination in
//! the outer part, solved forward in time in equal cells. Diffusion is symmetric: what starts in
//! cell `i` leaves through the inner edge as what starts at the inner edge appears in cell `i`.
//! So one solution serves all depths. Transition layers so modelled: E. Aguayo et al., NIM A 701
//! (2013) 176.

use super::description;

/// Part of a cell that moves to each neighbour in a step of time: below a half, where forward
/// steps become unstable.
const MOVED: f64 = 0.29;

/// What arrives from each depth, when.
pub(super) struct Release {
    /// Arrivals per bin of time from each depth, the deepest first.
    arrivals: Vec<Vec<f32>>,
    /// What arrives of a charge from each depth.
    collected: Vec<f64>,
}

impl Release {
    /// Arrivals in bins of `bin_ns` from a layer `depth_mm` deep.
    pub(super) fn solve(lithium: &description::Lithium, depth_mm: f64, bin_ns: f64) -> Self {
        let cells = (depth_mm * 1000.0 / lithium.step_um).round().max(2.0) as usize;
        let step_cm = lithium.step_um * 1e-4;
        let step_ns = MOVED * step_cm * step_cm / lithium.diffusion_cm2_per_s * 1e9;
        // Cell 0 is the deepest, next to the field.
        let outer = (lithium.recombination_mm * 1000.0 / lithium.step_um).round() as usize;
        let kept = |cell: usize| match cell + outer >= cells {
            true => 1.0 - lithium.recombination_per_step,
            false => 1.0,
        };
        let kept: Vec<f64> = (0..cells).map(kept).collect();
        let deepest_kept = kept.first().copied().unwrap_or(1.0);
        let bins = (lithium.longest_us * 1000.0 / bin_ns).ceil() as usize;
        let mut arrivals = vec![vec![0.0f32; bins]; cells];
        let mut collected = vec![0.0; cells];
        let mut now = vec![0.0; cells];
        if let Some(deepest) = now.first_mut() {
            *deepest = 1.0;
        }
        let mut next = now.clone();
        let steps = (lithium.longest_us * 1000.0 / step_ns).floor() as usize;
        for step in 0..steps {
            let bin = ((step as f64 + 0.5) * step_ns / bin_ns) as usize;
            for (((cell, arrivals), collected), kept) in
                now.iter().zip(&mut arrivals).zip(&mut collected).zip(&kept)
            {
                // What moves on from the deepest cell is swept away by the field. Recombination
                // comes after each step, so that its order turns round with the direction.
                let arrives = MOVED * cell * deepest_kept / kept;
                if let Some(place) = arrivals.get_mut(bin) {
                    *place += arrives as f32;
                    *collected += arrives;
                }
            }
            for (i, next) in next.iter_mut().enumerate() {
                let here = now.get(i).copied().unwrap_or_default();
                let deeper = match i {
                    0 => 0.0,
                    _ => now.get(i - 1).copied().unwrap_or_default(),
                };
                // The surface lets nothing out.
                let shallower = now.get(i + 1).copied().unwrap_or(here);
                let moved = MOVED * (deeper + shallower) + (1.0 - 2.0 * MOVED) * here;
                *next = moved * kept.get(i).copied().unwrap_or_default();
            }
            std::mem::swap(&mut now, &mut next);
        }
        Self {
            arrivals,
            collected,
        }
    }

    /// Arrivals per bin of a unit charge from this depth, of a layer of depth `layer`; and how much
    /// arrives in all.
    pub(super) fn from(&self, depth: f64, layer: f64) -> (&[f32], f64) {
        let cells = self.arrivals.len();
        let cell = (1.0 - depth / layer) * cells as f64;
        let cell = (cell.max(0.0) as usize).min(cells.saturating_sub(1));
        let arrivals = self.arrivals.get(cell).map_or(&[][..], Vec::as_slice);
        (
            arrivals,
            self.collected.get(cell).copied().unwrap_or_default(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(recombination: f64) -> description::Lithium {
        description::Lithium {
            step_um: 10.0,
            diffusion_cm2_per_s: 310.0,
            recombination_per_step: recombination,
            recombination_mm: 0.5,
            longest_us: 150.0,
        }
    }

    #[test]
    fn without_recombination_all_arrives_after_the_known_mean_time() {
        let release = Release::solve(&layer(0.0), 1.0, 10.0);
        for depth in [0.005, 0.5, 0.995] {
            let (arrivals, collected) = release.from(depth, 1.0);
            assert!((collected - 1.0).abs() < 2e-3, "{depth}: {collected}");
            // To an absorbing end at x = 0 from x, a reflecting one at L: (L x - x²/2)/D.
            // Cells sit half a step deeper than where they begin.
            let x = 0.1 * (1.0 - depth) + 0.0005;
            let expected = (0.1 * x - 0.5 * x * x) / 310.0 * 1e9;
            let sum: f64 = arrivals.iter().map(|a| f64::from(*a)).sum();
            let mean = (arrivals.iter().zip(0..))
                .map(|(a, bin)| f64::from(*a) * (f64::from(bin) + 0.5) * 10.0)
                .sum::<f64>()
                / sum;
            assert!(
                (mean - expected).abs() < 0.02 * expected + 20.0,
                "{depth}: {mean} {expected}"
            );
        }
    }

    #[test]
    fn the_deeper_the_more_arrives() {
        let release = Release::solve(&layer(0.002), 1.0, 10.0);
        let collected: Vec<f64> = (0..100)
            .map(|i| release.from(0.005 + f64::from(i) * 0.01, 1.0).1)
            .collect();
        assert!(collected.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(
            collected[0] < 0.3 && collected[99] > 0.98,
            "{} {}",
            collected[0],
            collected[99]
        );
    }
}
