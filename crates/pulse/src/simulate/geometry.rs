//! The shape of a point-contact detector, and where in it things happen.
//!
//! A cylinder around the z axis. At z = 0 lies the passivated face with the small p+ contact in
//! its middle; side and far end are covered by lithium, which reaches into the crystal. Where the
//! passivated face meets the side, a 45° taper carries lithium too. Lengths in mm.

use super::random::Random;

/// A place in cylindrical coordinates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) r: f64,
    pub(super) z: f64,
    /// From a <100> axis of the crystal.
    pub(super) azimuth: f64,
}

impl Place {
    pub(super) fn of([x, y, z]: [f64; 3]) -> Self {
        Self {
            r: libm::hypot(x, y),
            z,
            azimuth: libm::atan2(y, x),
        }
    }

    pub(super) fn cartesian(self) -> [f64; 3] {
        let (sin, cos) = libm::sincos(self.azimuth);
        [self.r * cos, self.r * sin, self.z]
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Geometry {
    /// Of the crystal, lithium and all.
    pub(super) length: f64,
    pub(super) radius: f64,
    pub(super) contact_radius: f64,
    pub(super) contact_length: f64,
    pub(super) taper: f64,
    /// Depth of the layer without field.
    pub(super) lithium: f64,
}

impl Geometry {
    /// Depth below the lithium-covered surface, of the nearest of side, taper and end.
    pub(super) fn depth(&self, r: f64, z: f64) -> f64 {
        let taper = (self.radius + z - self.taper - r) / std::f64::consts::SQRT_2;
        (self.radius - r).min(self.length - z).min(taper)
    }

    /// Whether there is a field: inside the lithium, outside the contact.
    pub(super) fn has_field(&self, r: f64, z: f64) -> bool {
        z >= 0.0 && self.depth(r, z) > self.lithium && !self.in_contact(r, z)
    }

    /// The p+ contact, rounded.
    pub(super) fn in_contact(&self, r: f64, z: f64) -> bool {
        let (r, z) = (r / self.contact_radius, z / self.contact_length);
        r * r + z * z <= 1.0
    }

    /// Uniform where there is a field.
    pub(super) fn anywhere(&self, random: &mut Random) -> Place {
        loop {
            let place = self.in_crystal(random);
            if self.has_field(place.r, place.z) {
                return place;
            }
        }
    }

    /// Uniform in the lithium layer, and its depth.
    pub(super) fn in_lithium(&self, random: &mut Random) -> (Place, f64) {
        // By far most of the layer is as large as the surface it covers.
        let (inner, end) = (self.radius - self.lithium, self.length - self.lithium);
        let side = self.radius * self.radius - inner * inner;
        let (side, end) = (side * self.length, inner * inner * (self.length - end));
        loop {
            let azimuth = random.between(0.0, std::f64::consts::TAU);
            let (r, z) = if random.uniform() * (side + end) < side {
                let r2 = random.between(inner * inner, self.radius * self.radius);
                (r2.sqrt(), random.between(0.0, self.length))
            } else {
                let z = random.between(self.length - self.lithium, self.length);
                (inner * random.uniform().sqrt(), z)
            };
            let depth = self.depth(r, z);
            if depth > 0.0 && depth <= self.lithium {
                return (Place { r, z, azimuth }, depth);
            }
        }
    }

    /// Uniform on the passivated face, at this depth below it.
    pub(super) fn on_face(&self, random: &mut Random, z: f64) -> Place {
        loop {
            let r = self.radius * random.uniform().sqrt();
            let azimuth = random.between(0.0, std::f64::consts::TAU);
            if self.has_field(r, z) {
                return Place { r, z, azimuth };
            }
        }
    }

    /// The nearest place with a field, from one in the lithium layer.
    pub(super) fn below_lithium(&self, place: Place, margin: f64) -> Place {
        let depth = self.lithium + margin;
        let z = place.z.min(self.length - depth);
        let taper = self.radius + z - self.taper - depth * std::f64::consts::SQRT_2;
        Place {
            r: place.r.min(self.radius - depth).min(taper),
            z,
            azimuth: place.azimuth,
        }
    }

    fn in_crystal(&self, random: &mut Random) -> Place {
        Place {
            r: self.radius * random.uniform().sqrt(),
            z: random.between(0.0, self.length),
            azimuth: random.between(0.0, std::f64::consts::TAU),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::random::Purpose;
    use super::*;

    pub(in super::super) const PPC: Geometry = Geometry {
        length: 50.0,
        radius: 35.0,
        contact_radius: 1.5,
        contact_length: 1.5,
        taper: 4.5,
        lithium: 1.0,
    };

    #[test]
    fn inside_and_outside() {
        for (r, z, inside) in [
            (0.0, 25.0, true),
            (0.0, 1.0, false),
            (0.0, 1.6, true),
            (33.9, 25.0, true),
            (34.1, 25.0, false),
            (0.0, 49.1, false),
            // The taper passes through (30.5, 0) and (35, 4.5).
            (29.0, 0.0, true),
            (29.2, 0.0, false),
            (33.9, 4.0, false),
        ] {
            assert_eq!(PPC.has_field(r, z), inside, "{r} {z}");
        }
    }

    #[test]
    fn places_fill_the_volume_evenly() {
        let mut random = Random::new(1, Purpose::Event, 1);
        let places: Vec<Place> = (0..100_000).map(|_| PPC.anywhere(&mut random)).collect();
        assert!(places.iter().all(|place| PPC.has_field(place.r, place.z)));
        let half = |inside: &dyn Fn(&Place) -> bool| {
            places.iter().filter(|place| inside(place)).count() as f64 / 1e5
        };
        // Of the cylinder without taper: 49 mm, 34 mm.
        let inner = half(&|place| place.r < 17.0 && place.z > 10.0 && place.z < 30.0);
        let volume = (34.0f64 * 34.0 * 49.0) - 0.0;
        let taper = 2.0 * 34.0 * 0.5 * 5.0 * 5.0;
        let expected = 17.0 * 17.0 * 20.0 / (volume - taper);
        assert!((inner - expected).abs() < 0.005, "{inner} {expected}");
    }

    #[test]
    fn the_lithium_layer_is_below_its_surface() {
        let mut random = Random::new(1, Purpose::Event, 2);
        for _ in 0..10_000 {
            let (place, depth) = PPC.in_lithium(&mut random);
            assert!(depth > 0.0 && depth <= 1.0 && !PPC.has_field(place.r, place.z));
            let below = PPC.below_lithium(place, 0.1);
            assert!(PPC.has_field(below.r, below.z), "{place:?} {below:?}");
            let moved = libm::hypot(below.r - place.r, below.z - place.z);
            assert!(moved <= 2.2 - depth, "{place:?} {below:?}");
        }
    }
}
