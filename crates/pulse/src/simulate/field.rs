//! Electric field and weighting potential of a detector, on a grid in r and z.
//!
//! Poisson's equation with the space charge of the depleted crystal, div grad V = -ρ/ε, between
//! the contact (0 V) and the lithium (the bias); Laplace's with 1 V and 0 V for the weighting
//! potential. Both by successive over-relaxation of the five-point difference in cylindrical
//! coordinates (D. M. Young, 1950). The passivated face is taken to carry no charge and to let no
//! field through: germanium's permittivity is sixteen times that of what lies beyond.

use super::geometry::Geometry;

/// Elementary charge over vacuum permittivity, in V mm.
const CHARGE_OVER_PERMITTIVITY: f64 = 1.602_176_634e-19 / 8.854_187_812_8e-12 * 1e3;

/// Values on the nodes of a grid that begins at r = 0, z = 0.
#[derive(Clone, Debug)]
pub(super) struct Grid<T> {
    pub(super) step: f64,
    per_mm: f64,
    /// The row before the last.
    last_row: usize,
    /// Nodes along r.
    pub(super) across: usize,
    values: Vec<T>,
}

/// A place between nodes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Between {
    /// Index of the node at smaller r and z.
    first: usize,
    /// From 0 to 1 towards the next node in r, and in z.
    pub(super) u: f64,
    pub(super) v: f64,
}

/// What a node is.
#[derive(Clone, Copy, PartialEq)]
enum Node {
    Contact,
    Bulk,
    Lithium,
}

/// What goes into Poisson's equation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bias {
    pub(super) volts: f64,
    pub(super) permittivity: f64,
    /// Net impurities per mm³ at the contact; negative for p-type.
    pub(super) impurity: f64,
    /// Their gradient along z, per mm⁴.
    pub(super) gradient: f64,
}

/// Potentials of a detector.
pub(super) struct Potentials {
    pub(super) volts: Grid<f64>,
    pub(super) weighting: Grid<f64>,
}

impl<T: Copy> Grid<T> {
    pub(super) fn fill(
        step: f64,
        across: usize,
        along: usize,
        mut at: impl FnMut(usize, usize) -> T,
    ) -> Self {
        let nodes = (0..along).flat_map(|j| (0..across).map(move |i| (i, j)));
        Self {
            step,
            per_mm: 1.0 / step,
            last_row: along - 2,
            across,
            values: nodes.map(|(i, j)| at(i, j)).collect(),
        }
    }

    pub(super) fn along(&self) -> usize {
        self.values.len() / self.across.max(1)
    }

    /// The node at column `i`, row `j`; of one outside the nearest.
    pub(super) fn node(&self, i: usize, j: usize) -> Option<T> {
        let (i, j) = (i.min(self.across - 1), j.min(self.along() - 1));
        self.values.get(j * self.across + i).copied()
    }

    /// The nodes that a place is between; the nearest to a place outside.
    #[inline(always)]
    pub(super) fn between(&self, r: f64, z: f64) -> Between {
        let (u, v) = ((r * self.per_mm).max(0.0), (z * self.per_mm).max(0.0));
        let (i, j) = (
            (u as usize).min(self.across - 2),
            (v as usize).min(self.last_row),
        );
        Between {
            first: j * self.across + i,
            u: (u - i as f64).min(1.0),
            v: (v - j as f64).min(1.0),
        }
    }

    /// Values at the four nodes around a place, of this grid or one with the same nodes.
    #[inline(always)]
    pub(super) fn nodes(&self, place: Between) -> Option<[T; 4]> {
        let low = self.values.get(place.first..place.first + 2)?;
        let high = place.first + self.across;
        let high = self.values.get(high..high + 2)?;
        Some([low[0], low[1], high[0], high[1]])
    }
}

impl Grid<f64> {
    /// Straight between nodes.
    #[inline(always)]
    pub(super) fn mean(&self, place: Between) -> f64 {
        let Some([a, b, c, d]) = self.nodes(place) else {
            return 0.0;
        };
        let (low, high) = (a + (b - a) * place.u, c + (d - c) * place.u);
        low + (high - low) * place.v
    }
}

impl Potentials {
    /// Solves for both.
    pub(super) fn solve(geometry: &Geometry, bias: &Bias, step: f64) -> Self {
        let across = (geometry.radius / step).ceil() as usize + 2;
        let along = (geometry.length / step).ceil() as usize + 2;
        let nodes = Grid::fill(step, across, along, |i, j| {
            let (r, z) = (i as f64 * step, j as f64 * step);
            if geometry.in_contact(r, z) {
                Node::Contact
            } else if geometry.has_field(r, z) {
                Node::Bulk
            } else {
                Node::Lithium
            }
        });
        let source = |z: f64| {
            let impurities = bias.impurity + bias.gradient * z;
            impurities * CHARGE_OVER_PERMITTIVITY / bias.permittivity
        };
        Self {
            volts: relax(&nodes, 0.0, bias.volts, source),
            weighting: relax(&nodes, 1.0, 0.0, |_| 0.0),
        }
    }
}

/// Over-relaxation until nothing changes by more than a ten millionth of the voltage.
fn relax(nodes: &Grid<Node>, contact: f64, lithium: f64, source: impl Fn(f64) -> f64) -> Grid<f64> {
    let (step, across, along) = (nodes.step, nodes.across, nodes.along());
    let mut grid = Grid::fill(step, across, along, |i, j| match nodes.node(i, j) {
        Some(Node::Contact) => contact,
        Some(Node::Bulk) => 0.5 * (contact + lithium),
        _ => lithium,
    });
    let longest = across.max(along) as f64;
    let over = 2.0 / (1.0 + std::f64::consts::PI / longest);
    let accuracy = 1e-7 * (contact - lithium).abs();
    let added: Vec<f64> = (0..along)
        .map(|j| step * step * source(j as f64 * step))
        .collect();
    // Weights of the neighbours at smaller and larger r: 1 ∓ step/2r.
    let weights: Vec<f64> = (0..across).map(|i| 0.5 / i.max(1) as f64).collect();
    for _ in 0..20 * along.max(across) {
        let mut greatest = 0.0f64;
        // The last row and column are lithium.
        for j in 0..along - 1 {
            let row = j * across;
            // No field through the face: what is below it mirrors what is above.
            let below = if j == 0 { row + across } else { row - across };
            for i in 0..across - 1 {
                let Some(Node::Bulk) = nodes.values.get(row + i) else {
                    continue;
                };
                let value = |place: usize| grid.values.get(place).copied().unwrap_or_default();
                let (here, up, down) = (value(row + i), value(row + across + i), value(below + i));
                let right = value(row + i + 1);
                let sum = up + down + added.get(j).copied().unwrap_or_default();
                let new = if i == 0 {
                    (4.0 * right + sum) / 6.0
                } else {
                    let weight = weights.get(i).copied().unwrap_or_default();
                    (right + value(row + i - 1) + weight * (right - value(row + i - 1)) + sum) / 4.0
                };
                let change = new - here;
                greatest = greatest.max(change.abs());
                if let Some(here) = grid.values.get_mut(row + i) {
                    *here += over * change;
                }
            }
        }
        if greatest < accuracy {
            break;
        }
    }
    grid
}

#[cfg(test)]
mod tests {
    use super::super::geometry::tests::PPC;
    use super::*;

    fn at(grid: &Grid<f64>, r: f64, z: f64) -> f64 {
        grid.mean(grid.between(r, z))
    }

    /// A long rod, its axis the contact: a coaxial detector far from its ends.
    #[test]
    fn a_coaxial_detector_has_the_known_potential() {
        let (inner, outer, step) = (5.0, 20.0, 0.25);
        // High enough that the end, which is lithium, does not matter at the face.
        let nodes = Grid::fill(step, 82, 400, |i, _| {
            let r = i as f64 * step;
            if r <= inner {
                Node::Contact
            } else if r < outer {
                Node::Bulk
            } else {
                Node::Lithium
            }
        });
        let source = -13.0;
        let grid = relax(&nodes, 0.0, 3000.0, |_| source);
        for r in [6.0f64, 10.0, 15.0, 19.0] {
            // V = -s r²/4 + a ln r + b.
            let particular = |r: f64| -source * r * r / 4.0;
            let a = (3000.0 - particular(outer) + particular(inner)) / (outer / inner).ln();
            let expected = particular(r) - particular(inner) + a * (r / inner).ln();
            let found = at(&grid, r, 0.3);
            assert!((found - expected).abs() < 2.0, "{r}: {found} {expected}");
        }
    }

    #[test]
    fn the_weighting_potential_falls_from_one_to_nothing() {
        let bias = Bias {
            volts: 3600.0,
            permittivity: 16.0,
            impurity: -1e7,
            gradient: 1e5,
        };
        let Potentials { volts, weighting } = Potentials::solve(&PPC, &bias, 0.5);
        assert_eq!(
            (at(&weighting, 0.0, 0.0), at(&weighting, 34.5, 20.0)),
            (1.0, 0.0)
        );
        let along: Vec<f64> = (3..48).map(|z| at(&weighting, 0.0, f64::from(z))).collect();
        assert!(
            along
                .windows(2)
                .all(|pair| pair[0] > pair[1] && pair[1] > 0.0)
        );
        // Half a contact's size away it has fallen to a few per cent: that is what makes the
        // detector tell one site from several.
        assert!(
            (0.005..0.05).contains(&at(&weighting, 0.0, 20.0)),
            "{}",
            at(&weighting, 0.0, 20.0)
        );
        // Depleted everywhere: the potential rises from the contact on.
        let along: Vec<f64> = (2..49).map(|z| at(&volts, 0.0, f64::from(z))).collect();
        assert!(along.windows(2).all(|pair| pair[0] < pair[1]), "{along:?}");
    }
}
