//! Electrons and holes on their way: how fast they are, and what charge they induce.
//!
//! Velocities along three axes of the crystal are tabulated against the field. In between they
//! follow the cubic symmetry: with s = x⁴ + y⁴ + z⁴ and p = x²y²z² of the field's direction,
//! v = v100 + 2 (1-s) (v110 - v100) + 27 p (v111 - v100 - 4/3 (v110 - v100)), which is each of the
//! three on its axis. The z axis of the detector is a <100> axis. Charges drift along the field;
//! that the crystal pulls them aside by some degrees is left out.

use super::description::{DriftTable, Mobility};
use super::field::{Between, Grid, Potentials};
use super::geometry::{Geometry, Place};

/// What drifts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carrier {
    Electron,
    Hole,
}

/// Velocities against the field, at the detector's temperature.
pub(super) struct Velocities {
    rows: Vec<[f64; 7]>,
    electrons: Scale,
    holes: Scale,
}

/// From the table's temperature to the detector's.
struct Scale {
    table: Saturating,
    detector: Saturating,
}

struct Saturating {
    mobility: f64,
    saturation: f64,
}

impl Saturating {
    fn at(of: &Mobility, kelvin: f64) -> Self {
        let mobility = of.mobility_cm2_per_vs * libm::pow(kelvin, of.mobility_power);
        let saturation = of.saturation_cm_per_s * libm::tanh(of.theta_k / (2.0 * kelvin)).sqrt();
        Self {
            mobility,
            saturation,
        }
    }

    /// In cm/s.
    fn velocity(&self, field: f64) -> f64 {
        let ratio = self.mobility * field / self.saturation;
        self.mobility * field / (1.0 + ratio * ratio).sqrt()
    }
}

impl Velocities {
    pub(super) fn new(table: &DriftTable, kelvin: f64) -> Self {
        let scale = |of: &Mobility| Scale {
            table: Saturating::at(of, table.table_temperature_k),
            detector: Saturating::at(of, kelvin),
        };
        Self {
            rows: table.velocity.clone(),
            electrons: scale(&table.electrons),
            holes: scale(&table.holes),
        }
    }

    /// Speed in mm/ns in a field (V/cm) of this direction, for azimuths of 0 and 45° to a <100>
    /// axis; it is straight in sin²(2 azimuth) between.
    fn speeds(&self, carrier: Carrier, field: f64, [r, z]: [f64; 2]) -> [f64; 2] {
        let (first, scale) = match carrier {
            Carrier::Electron => (1, &self.electrons),
            Carrier::Hole => (4, &self.holes),
        };
        let along = |axis: usize| {
            let right = self.rows.partition_point(|row| row[0] <= field).max(1);
            let point = |i: usize| {
                let row = self.rows.get(i)?;
                Some((row[0], *row.get(first + axis)?))
            };
            match (point(right - 1), point(right)) {
                (Some((x0, y0)), Some((x1, y1))) => y0 + (y1 - y0) * (field - x0) / (x1 - x0),
                (Some((_, y)), _) => y,
                _ => 0.0,
            }
        };
        let [v100, v110, v111] = [0, 1, 2].map(along);
        let temperature = match field > 0.0 {
            true => scale.detector.velocity(field) / scale.table.velocity(field),
            false => 0.0,
        };
        let (r4, z4) = (r.powi(4), z.powi(4));
        [0.0, 1.0].map(|weight| {
            let s = r4 * (1.0 - 0.5 * weight) + z4;
            let p = 0.25 * r4 * z * z * weight;
            let to110 = v110 - v100;
            let v = v100 + 2.0 * (1.0 - s) * to110 + 27.0 * p * (v111 - v100 - 4.0 / 3.0 * to110);
            v * temperature
        })
    }
}

/// Velocity at a node: r and z components at azimuth 0, then at 45°.
type Motion = [f32; 4];

/// A detector as charges see it.
pub(super) struct Drift {
    geometry: Geometry,
    electrons: Grid<Motion>,
    holes: Grid<Motion>,
    weighting: Grid<f64>,
}

/// A charge's way: times in ns, and the weighting potential it has reached then.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Path {
    pub(super) steps: Vec<(f64, f64)>,
    /// Speed at the start, mm/ns: it turns the size of a cloud into a duration, which stays the
    /// same on the way.
    pub(super) start_speed: f64,
    /// Length of the way, mm.
    pub(super) length: f64,
}

/// Why a charge does not arrive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stuck(pub(super) Place);

/// Steps after which a charge counts as stuck.
const MOST_STEPS: usize = 4000;
/// Shorter and longest steps, in mm: short where the weighting potential is steep.
const STEPS: (f64, f64) = (0.1, 1.0);
/// A step as a part of the distance to the contact.
const STEP_BY_DISTANCE: f64 = 0.08;

impl Drift {
    pub(super) fn new(geometry: Geometry, potentials: Potentials, velocities: &Velocities) -> Self {
        let Potentials { volts, weighting } = potentials;
        let step = volts.step;
        let motion = |carrier, sign: f64| {
            Grid::fill(step, volts.across, volts.along(), |i, j| {
                let value = |i: usize, j: usize| volts.node(i, j).unwrap_or_default();
                // Central differences; towards the inside where the crystal ends.
                let slope =
                    |low: f64, high: f64, steps: usize| (low - high) / (steps as f64 * step);
                let (left, down) = (i.saturating_sub(1), j.saturating_sub(1));
                let r = match i {
                    0 => 0.0,
                    _ => slope(value(left, j), value(i + 1, j), 2),
                };
                let z = match j {
                    0 => 0.0,
                    _ => slope(value(i, down), value(i, j + 1), 2),
                };
                let field = libm::hypot(r, z);
                if field <= 0.0 {
                    return Motion::default();
                }
                let direction = [r / field, z / field];
                let [v0, v45] = velocities.speeds(carrier, 10.0 * field, direction);
                let [r, z] = direction.map(|part| sign * part);
                [v0 * r, v0 * z, v45 * r, v45 * z].map(|v| v as f32)
            })
        };
        Self {
            geometry,
            electrons: motion(Carrier::Electron, -1.0),
            holes: motion(Carrier::Hole, 1.0),
            weighting,
        }
    }

    pub(super) fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// The way of a charge from a place to its contact.
    ///
    /// # Errors
    /// When it does not arrive: the detector is not depleted there.
    pub(super) fn path(&self, carrier: Carrier, from: Place, path: &mut Path) -> Result<(), Stuck> {
        let steps = &mut path.steps;
        steps.clear();
        (path.start_speed, path.length) = (0.0, 0.0);
        let double = libm::sin(2.0 * from.azimuth);
        let weight = (double * double) as f32;
        let (mut r, mut z, mut time) = (from.r, from.z, 0.0);
        let (motion, last) = match carrier {
            Carrier::Electron => (&self.electrons, 0.0),
            Carrier::Hole => (&self.holes, 1.0),
        };
        let mut here = motion.between(r, z);
        steps.push((0.0, self.weighting.mean(here)));
        for _ in 0..MOST_STEPS {
            let [vr, vz] = velocity(motion, here, weight);
            let speed = (vr * vr + vz * vz).sqrt();
            if speed < 1e-6 {
                return Err(Stuck(from));
            }
            if steps.len() == 1 {
                path.start_speed = speed;
            }
            let distance = (r * r + z * z).sqrt();
            let step = (STEP_BY_DISTANCE * distance).clamp(STEPS.0, STEPS.1);
            let duration = step / speed;
            // To the middle, and with its velocity all the way.
            let middle = (
                (r + 0.5 * duration * vr).abs(),
                (z + 0.5 * duration * vz).max(0.0),
            );
            let between = motion.between(middle.0, middle.1);
            let [vr, vz] = velocity(motion, between, weight);
            r = (r + duration * vr).abs();
            z = (z + duration * vz).max(0.0);
            time += duration;
            path.length += step;
            // There is no field in the lithium that would carry the charge over its edge.
            let arrived = match carrier {
                Carrier::Hole => self.at_contact(r, z),
                Carrier::Electron => {
                    let has_field = |r, z| self.geometry.has_field(r, z);
                    !has_field(middle.0, middle.1) || !has_field(r, z)
                }
            };
            if arrived {
                steps.push((time, last));
                return Ok(());
            }
            // All grids have the same nodes.
            here = motion.between(r, z);
            steps.push((time, self.weighting.mean(here)));
        }
        Err(Stuck(from))
    }

    /// As near to the contact as the grid tells.
    fn at_contact(&self, r: f64, z: f64) -> bool {
        let near = 0.5 * self.weighting.step;
        let radius = self
            .geometry
            .contact_radius
            .max(self.geometry.contact_length)
            + near;
        r * r + z * z <= radius * radius
    }

    /// Charges from everywhere arrive.
    ///
    /// # Errors
    /// With the first place from which one does not.
    pub(super) fn check(&self) -> Result<(), Stuck> {
        let mut path = Path::default();
        let Geometry { radius, length, .. } = self.geometry;
        for (i, j) in (0..20).flat_map(|i| (0..20).map(move |j| (i, j))) {
            let place = Place {
                r: (f64::from(i) + 0.5) / 20.0 * radius,
                z: (f64::from(j) + 0.5) / 20.0 * length,
                azimuth: 0.3,
            };
            if self.geometry.has_field(place.r, place.z) {
                self.path(Carrier::Hole, place, &mut path)?;
                self.path(Carrier::Electron, place, &mut path)?;
            }
        }
        Ok(())
    }
}

/// Velocity in mm/ns at a place; `weight` is sin²(2 azimuth).
#[inline(always)]
fn velocity(motion: &Grid<Motion>, place: Between, weight: f32) -> [f64; 2] {
    let Some([a, b, c, d]) = motion.nodes(place) else {
        return [0.0; 2];
    };
    let (u, v) = (place.u as f32, place.v as f32);
    let mut at = [0.0; 4];
    for (i, at) in at.iter_mut().enumerate() {
        let (low, high) = (a[i] + (b[i] - a[i]) * u, c[i] + (d[i] - c[i]) * u);
        *at = low + (high - low) * v;
    }
    let [r0, z0, r45, z45] = at;
    [r0 + (r45 - r0) * weight, z0 + (z45 - z0) * weight].map(f64::from)
}

impl Path {
    /// Time of arrival.
    pub(super) fn duration(&self) -> f64 {
        self.steps.last().map_or(0.0, |(time, _)| *time)
    }
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::description::Simulation;
    use super::super::field::Bias;
    use super::super::geometry::tests::PPC;
    use super::*;

    fn table() -> DriftTable {
        let text = include_str!("../../../../catalog/simulations/majorana.toml");
        Simulation::parse("majorana", text).unwrap().drift
    }

    pub(in super::super) fn detector() -> Drift {
        let bias = Bias {
            volts: 3600.0,
            permittivity: 16.0,
            impurity: -1e7,
            gradient: 1e5,
        };
        let potentials = Potentials::solve(&PPC, &bias, 0.5);
        Drift::new(PPC, potentials, &Velocities::new(&table(), 90.0))
    }

    #[test]
    fn velocities_are_those_of_the_table_on_each_axis() {
        let velocities = Velocities::new(&table(), 77.0);
        let diagonal = [f64::sqrt(2.0 / 3.0), f64::sqrt(1.0 / 3.0)];
        for (carrier, direction, azimuth45, expected) in [
            (Carrier::Electron, [0.0, 1.0], false, 0.101),
            (Carrier::Electron, [1.0, 0.0], false, 0.101),
            (Carrier::Electron, [1.0, 0.0], true, 0.095),
            (Carrier::Electron, diagonal, true, 0.078),
            (Carrier::Hole, [0.0, 1.0], true, 0.086),
            (Carrier::Hole, [1.0, 0.0], true, 0.077),
            (Carrier::Hole, diagonal, true, 0.073),
        ] {
            let found = velocities.speeds(carrier, 1000.0, direction)[usize::from(azimuth45)];
            assert!(
                (found - expected).abs() < 1e-9,
                "{carrier:?} {direction:?}: {found}"
            );
        }
        // Warmer is slower, by less where the velocity saturates.
        let warm = Velocities::new(&table(), 90.0);
        let ratio = |field| {
            let [speed, _] = warm.speeds(Carrier::Hole, field, [0.0, 1.0]);
            speed / velocities.speeds(Carrier::Hole, field, [0.0, 1.0])[0]
        };
        assert!(
            (ratio(1.0) - f64::powf(90.0 / 77.0, -2.398)).abs() < 1e-3,
            "{}",
            ratio(1.0)
        );
        assert!(ratio(1000.0) > ratio(100.0) && ratio(1000.0) < 1.0);
    }

    #[test]
    fn charges_arrive_and_induce_one_charge_together() {
        let drift = detector();
        assert_eq!(drift.check(), Ok(()));
        let (mut hole, mut electron) = (Path::default(), Path::default());
        let mut earlier = 0.0;
        for z in [5.0, 15.0, 25.0, 35.0, 45.0] {
            let place = Place {
                r: 10.0,
                z,
                azimuth: 0.2,
            };
            drift.path(Carrier::Hole, place, &mut hole).unwrap();
            drift.path(Carrier::Electron, place, &mut electron).unwrap();
            let (first, last) = (hole.steps[0].1, hole.steps.last().unwrap().1);
            assert_eq!((last, electron.steps.last().unwrap().1), (1.0, 0.0));
            assert_eq!(first, electron.steps[0].1);
            // Holes come from farther away the longer they take.
            assert!(hole.duration() > earlier, "{z}: {}", hole.duration());
            earlier = hole.duration();
        }
        // Drift times of such detectors reach 1 to 2 us.
        assert!((500.0..2000.0).contains(&earlier), "{earlier}");
    }

    #[test]
    fn finer_steps_change_little() {
        let coarse = detector();
        let bias = Bias {
            volts: 3600.0,
            permittivity: 16.0,
            impurity: -1e7,
            gradient: 1e5,
        };
        let potentials = Potentials::solve(&PPC, &bias, 0.25);
        let fine = Drift::new(PPC, potentials, &Velocities::new(&table(), 90.0));
        let (mut a, mut b) = (Path::default(), Path::default());
        for (r, z) in [(5.0, 10.0), (20.0, 20.0), (30.0, 40.0), (15.0, 45.0)] {
            let place = Place { r, z, azimuth: 0.4 };
            coarse.path(Carrier::Hole, place, &mut a).unwrap();
            fine.path(Carrier::Hole, place, &mut b).unwrap();
            let ratio = a.duration() / b.duration();
            assert!((ratio - 1.0).abs() < 0.03, "{r} {z}: {ratio}");
        }
    }
}
