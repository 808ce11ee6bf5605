//! What is known of the events of one detector in one run: a column a number.

use super::Measured;

/// Numbers of events, as the chain computed them. Single precision: 24 bits are more than any of them
/// has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Events {
    energy: Vec<f32>,
    drift: Vec<f32>,
    a_over_e: Vec<f32>,
    delayed: Vec<f32>,
    late: Vec<f32>,
    noise: Vec<f32>,
}

impl Events {
    /// Adds an event.
    pub fn push(&mut self, event: &Measured) {
        self.energy.push(event.energy as f32);
        self.drift.push(event.drift as f32);
        self.a_over_e.push(event.a_over_e as f32);
        self.delayed.push(event.delayed as f32);
        self.late.push(event.late as f32);
        self.noise.push(event.noise as f32);
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.energy.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.energy.is_empty()
    }

    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = Measured> {
        let others = self.delayed.iter().zip(&self.late).zip(&self.noise);
        let first = self.energy.iter().zip(&self.drift).zip(&self.a_over_e);
        first.zip(others).map(
            |(((energy, drift), a_over_e), ((delayed, late), noise))| Measured {
                energy: f64::from(*energy),
                drift: f64::from(*drift),
                a_over_e: f64::from(*a_over_e),
                delayed: f64::from(*delayed),
                late: f64::from(*late),
                noise: f64::from(*noise),
            },
        )
    }
}
