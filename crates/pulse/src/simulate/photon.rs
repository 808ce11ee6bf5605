//! A photon that is absorbed in several places.
//!
//! It scatters by Klein and Nishina's cross-section, goes on for a length drawn from germanium's
//! attenuation at the energy it has left, and is absorbed where that is little, or at the last
//! place allowed. Steps that would leave the field are drawn again: the photon is known to be
//! absorbed. O. Klein, Y. Nishina, Z. Phys. 52 (1929) 853.

use super::curve::Curve;
use super::description;
use super::geometry::{Geometry, Place};
use super::random::Random;

/// Electron's rest energy, keV.
const ELECTRON_MASS: f64 = 510.998_95;
/// Attempts to stay inside before the photon is absorbed on the spot.
const ATTEMPTS: usize = 30;

/// Where, and how much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Site {
    pub(super) place: Place,
    pub(super) kev: f64,
}

pub(super) struct Photons {
    /// Mean free path in mm against energy in keV.
    path: Curve,
    absorbed_below: f64,
    most_sites: usize,
}

impl Photons {
    pub(super) fn new(photons: &description::Photons) -> Self {
        let path = |attenuation: &f64| 10.0 / (attenuation * photons.density_g_per_cm3);
        let paths: Vec<f64> = photons.attenuation_cm2_per_g.iter().map(path).collect();
        Self {
            path: Curve::new(&photons.energy_kev, &paths),
            absorbed_below: photons.absorbed_below_kev,
            most_sites: photons.most_sites,
        }
    }

    /// The sites of a photon of this energy whose first one is at `first`: two at least.
    pub(super) fn absorb(
        &self,
        kev: f64,
        first: Place,
        geometry: &Geometry,
        random: &mut Random,
        sites: &mut Vec<Site>,
    ) {
        sites.clear();
        let (mut left, mut place, mut direction) = (kev, first, random.direction());
        while sites.len() + 1 < self.most_sites && (sites.is_empty() || left > self.absorbed_below)
        {
            let (ratio, cos) = scatter(left, random);
            direction = turn(direction, cos, random);
            let Some(next) = self.step(left * ratio, place, direction, geometry, random) else {
                break;
            };
            sites.push(Site {
                place,
                kev: left * (1.0 - ratio),
            });
            (left, place) = (left * ratio, next);
        }
        sites.push(Site { place, kev: left });
    }

    fn step(
        &self,
        kev: f64,
        from: Place,
        direction: [f64; 3],
        geometry: &Geometry,
        random: &mut Random,
    ) -> Option<Place> {
        let mean = self.path.at(kev);
        let [x, y, z] = from.cartesian();
        for _ in 0..ATTEMPTS {
            let length = mean * random.exponential();
            let [dx, dy, dz] = direction.map(|part| part * length);
            let place = Place::of([x + dx, y + dy, z + dz]);
            if geometry.has_field(place.r, place.z) {
                return Some(place);
            }
        }
        None
    }
}

/// What a scattered photon keeps of its energy, and the cosine of the angle: by rejection from a
/// distribution that is even in the energy kept.
fn scatter(kev: f64, random: &mut Random) -> (f64, f64) {
    let alpha = kev / ELECTRON_MASS;
    let least = 1.0 / (1.0 + 2.0 * alpha);
    // dσ/dk ∝ k + 1/k - sin²: largest at the least k or at 1, where it is 2.
    let greatest = (least + 1.0 / least).max(2.0);
    loop {
        let kept = random.between(least, 1.0);
        let cos = 1.0 - (1.0 / kept - 1.0) / alpha;
        let density = kept + 1.0 / kept - (1.0 - cos * cos);
        if random.uniform() * greatest < density {
            return (kept, cos);
        }
    }
}

/// A direction at this angle to another, all around it alike.
fn turn([x, y, z]: [f64; 3], cos: f64, random: &mut Random) -> [f64; 3] {
    let sin = (1.0 - cos * cos).max(0.0).sqrt();
    let (s, c) = libm::sincos(random.between(0.0, std::f64::consts::TAU));
    let across = (x * x + y * y).sqrt();
    // Two directions across: in the plane of the z axis, and level.
    let ([ux, uy, uz], [vx, vy]) = if across > 1e-9 {
        (
            [x * z / across, y * z / across, -across],
            [-y / across, x / across],
        )
    } else {
        ([1.0, 0.0, 0.0], [0.0, 1.0])
    };
    [
        x * cos + sin * (c * ux + s * vx),
        y * cos + sin * (c * uy + s * vy),
        z * cos + sin * c * uz,
    ]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::description::Simulation;
    use super::super::geometry::tests::PPC;
    use super::super::random::Purpose;
    use super::*;

    #[test]
    fn scattering_has_klein_and_nishinas_mean() {
        let mut random = Random::new(3, Purpose::Event, 1);
        for kev in [200.0, 1000.0, 2614.5] {
            let n = 200_000;
            let mean = (0..n).map(|_| scatter(kev, &mut random).0).sum::<f64>() / f64::from(n);
            // The same mean, by summing the cross-section over angles.
            let alpha = kev / ELECTRON_MASS;
            let (mut above, mut below) = (0.0, 0.0);
            for i in 0..20_000 {
                let cos = -1.0 + (f64::from(i) + 0.5) / 10_000.0;
                let kept = 1.0 / (1.0 + alpha * (1.0 - cos));
                let section = kept * kept * (kept + 1.0 / kept - (1.0 - cos * cos));
                above += section * kept;
                below += section;
            }
            assert!(
                (mean - above / below).abs() < 0.002,
                "{kev}: {mean} {}",
                above / below
            );
        }
    }

    #[test]
    fn turning_keeps_the_length_and_the_angle() {
        let mut random = Random::new(3, Purpose::Event, 2);
        for _ in 0..1000 {
            let (from, cos) = (random.direction(), random.between(-1.0, 1.0));
            let to = turn(from, cos, &mut random);
            let dot = |a: [f64; 3], b: [f64; 3]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
            assert!((dot(to, to) - 1.0).abs() < 1e-9);
            assert!((dot(from, to) - cos).abs() < 1e-9);
        }
        let down = turn([0.0, 0.0, -1.0], 0.6, &mut random);
        assert!((down[2] + 0.6).abs() < 1e-12);
    }

    #[test]
    fn all_of_the_energy_stays_inside() {
        let text = include_str!("../../../../catalog/simulations/majorana.toml");
        let photons = Photons::new(&Simulation::parse("majorana", text).unwrap().photons);
        let mut random = Random::new(3, Purpose::Event, 3);
        let mut sites = Vec::new();
        for _ in 0..2000 {
            let first = PPC.anywhere(&mut random);
            photons.absorb(2614.5, first, &PPC, &mut random, &mut sites);
            assert!(sites.len() <= 5 && !sites.is_empty());
            let total: f64 = sites.iter().map(|site| site.kev).sum();
            assert!((total - 2614.5).abs() < 1e-9);
            assert!(
                sites
                    .iter()
                    .all(|site| PPC.has_field(site.place.r, site.place.z))
            );
        }
    }
}
