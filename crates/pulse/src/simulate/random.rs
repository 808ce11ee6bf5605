//! Random numbers that are a function of seed, purpose and event.
//!
//! A generator with a state would make an event depend on those before it. Philox counts: block
//! `n` of stream `s` of event `e` is computed from these numbers alone, so that events come out
//! the same in any order, on any number of threads. Philox4x32-10: J. K. Salmon et al., Proc. SC
//! 2011. Normal numbers by the ziggurat of G. Marsaglia and W. W. Tsang, J. Stat. Softw. 5 (2000)
//! 8, with the index and the number from different bits, as J. A. Doornik (2005) asks.

use std::sync::LazyLock;

/// What a stream of random numbers is for. Numbers of one purpose never shift those of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Purpose {
    /// What a detector is like.
    Detector,
    /// What a run is like, of one detector.
    Run,
    /// What happens in an event.
    Event,
    /// Its noise: a number a sample.
    Noise,
    /// Noise that the ziggurat could not take from one number.
    Spare,
}

/// Numbers for one purpose of one subject (an event, a detector).
pub(crate) struct Random {
    stream: Stream,
    next: u32,
    block: [u32; 4],
    left: usize,
}

/// The blocks of one purpose of one subject.
#[derive(Clone, Copy)]
pub(super) struct Stream {
    key: [u32; 2],
    subject: [u32; 2],
    purpose: u32,
}

impl Stream {
    pub(super) fn new(seed: u64, purpose: Purpose, subject: u64) -> Self {
        let halves = |number: u64| [number as u32, (number >> 32) as u32];
        Self {
            key: halves(seed),
            subject: halves(subject),
            purpose: purpose as u32,
        }
    }

    #[inline(always)]
    fn block(self, index: u32) -> [u32; 4] {
        philox(
            [index, self.purpose, self.subject[0], self.subject[1]],
            self.key,
        )
    }

    /// Fills `numbers` with the first blocks.
    #[inline(always)]
    pub(super) fn fill(self, numbers: &mut [u32]) {
        for (index, four) in (0..).zip(numbers.chunks_mut(4)) {
            for (number, random) in four.iter_mut().zip(self.block(index)) {
                *number = random;
            }
        }
    }
}

impl Random {
    pub(crate) fn new(seed: u64, purpose: Purpose, subject: u64) -> Self {
        Self {
            stream: Stream::new(seed, purpose, subject),
            next: 0,
            block: [0; 4],
            left: 0,
        }
    }

    pub(super) fn bits(&mut self) -> u32 {
        if self.left == 0 {
            self.block = self.stream.block(self.next);
            self.next = self.next.wrapping_add(1);
            self.left = 4;
        }
        self.left -= 1;
        let [a, b, c, d] = self.block;
        [d, c, b, a].get(self.left).copied().unwrap_or_default()
    }

    /// Between 0 and 1, neither of them.
    pub(crate) fn uniform(&mut self) -> f64 {
        let bits = u64::from(self.bits()) << 20 | u64::from(self.bits() >> 12);
        (bits as f64 + 0.5) / (1u64 << 52) as f64
    }

    pub(crate) fn between(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.uniform()
    }

    /// A whole number below `end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        ((self.uniform() * end as f64) as usize).min(end.saturating_sub(1))
    }

    pub(crate) fn exponential(&mut self) -> f64 {
        -libm::log(self.uniform())
    }

    pub(crate) fn normal(&mut self) -> f64 {
        let bits = self.bits();
        normal(bits, self)
    }

    /// A direction: uniform on the sphere.
    pub(super) fn direction(&mut self) -> [f64; 3] {
        let z = self.between(-1.0, 1.0);
        let azimuth = self.between(0.0, std::f64::consts::TAU);
        let (sin, cos) = libm::sincos(azimuth);
        let across = (1.0 - z * z).sqrt();
        [across * cos, across * sin, z]
    }
}

#[inline(always)]
fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    let wide = |a: u32, b: u32| {
        let product = u64::from(a) * u64::from(b);
        ((product >> 32) as u32, product as u32)
    };
    for _ in 0..10 {
        let [c0, c1, c2, c3] = counter;
        let (high0, low0) = wide(0xd251_1f53, c0);
        let (high1, low1) = wide(0xcd9e_8d57, c2);
        counter = [high1 ^ c1 ^ key[0], low1, high0 ^ c3 ^ key[1], low0];
        key = [
            key[0].wrapping_add(0x9e37_79b9),
            key[1].wrapping_add(0xbb67_ae85),
        ];
    }
    counter
}

/// Where the lowest layer of the ziggurat ends, and the area of each.
const EDGE: f64 = 3.654_152_885_361_009;
const AREA: f64 = 0.004_928_673_233_974_655;

/// Edges of 256 layers of equal area under exp(-x²/2), from the widest.
static LAYERS: LazyLock<[f64; 257]> = LazyLock::new(|| {
    let mut edges = [0.0; 257];
    let mut density = libm::exp(-0.5 * EDGE * EDGE);
    let mut edge = AREA / density;
    for (layer, place) in edges.iter_mut().take(256).enumerate() {
        *place = edge;
        edge = match layer {
            0 => EDGE,
            _ => (-2.0 * libm::log(AREA / edge + density)).sqrt(),
        };
        if layer > 0 {
            density = libm::exp(-0.5 * edge * edge);
        }
    }
    edges
});

/// A normal number from 32 bits; `spare` gives further ones where they are not enough.
#[inline]
pub(super) fn normal(mut bits: u32, spare: &mut Random) -> f64 {
    let layers = &*LAYERS;
    loop {
        let layer = (bits & 0xff) as usize;
        // 24 bits, from -1 to 1.
        let place = f64::from((bits as i32) >> 8) * (1.0 / 8_388_608.0) + 0.5 / 8_388_608.0;
        let (wide, narrow) = (
            layers.get(layer).copied().unwrap_or_default(),
            layers.get(layer + 1).copied().unwrap_or_default(),
        );
        let x = place * wide;
        if x.abs() < narrow {
            return x;
        }
        if layer == 0 {
            // Beyond the last edge.
            loop {
                let x = spare.exponential() / EDGE;
                if 2.0 * spare.exponential() > x * x {
                    return (EDGE + x).copysign(place);
                }
            }
        }
        let density = |edge: f64| libm::exp(-0.5 * (edge * edge - x * x));
        let (low, high) = (density(wide), density(narrow));
        if high + spare.uniform() * (low - high) < 1.0 {
            return x;
        }
        bits = spare.bits();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn philox_gives_its_known_answers() {
        // Random123's kat_vectors.
        let ones = u32::MAX;
        for (counter, key, expected) in [
            (
                [0; 4],
                [0; 2],
                [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8],
            ),
            (
                [ones; 4],
                [ones; 2],
                [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd],
            ),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
            ),
        ] {
            assert_eq!(philox(counter, key), expected);
        }
    }

    #[test]
    fn layers_have_equal_areas() {
        let density = |x: f64| (-0.5 * x * x).exp();
        for pair in LAYERS.windows(2).skip(1) {
            let area = pair[0] * (density(pair[1]) - density(pair[0]));
            assert!((area - AREA).abs() < 1e-9, "{pair:?}: {area}");
        }
    }

    #[test]
    fn normal_numbers_have_the_normal_distribution() {
        let mut random = Random::new(1, Purpose::Event, 2);
        let n = 1_000_000;
        let numbers: Vec<f64> = (0..n).map(|_| random.normal()).collect();
        let moment = |power: i32| numbers.iter().map(|x| x.powi(power)).sum::<f64>() / n as f64;
        // Five standard deviations of each moment.
        for (power, expected, variance) in
            [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)]
        {
            let allowed = 5.0 * f64::sqrt(variance / f64::from(n));
            assert!(
                (moment(power) - expected).abs() < allowed,
                "{power}: {}",
                moment(power)
            );
        }
        for (beyond, expected) in [(1.0, 0.317_310_5), (3.0, 0.002_699_8), (EDGE, 0.000_258_03)] {
            let count = numbers.iter().filter(|x| x.abs() > beyond).count() as f64;
            let mean = expected * f64::from(n);
            assert!(
                (count - mean).abs() < 5.0 * mean.sqrt(),
                "{beyond}: {count}"
            );
        }
    }

    #[test]
    fn a_filled_stream_is_the_one_drawn_number_by_number() {
        let mut random = Random::new(7, Purpose::Noise, 9);
        let mut filled = [0; 10];
        Stream::new(7, Purpose::Noise, 9).fill(&mut filled);
        assert_eq!(filled, [(); 10].map(|()| random.bits()));
        let mut other = [0; 10];
        Stream::new(7, Purpose::Noise, 10).fill(&mut other);
        assert!(filled.iter().zip(other).all(|(a, b)| *a != b));
    }
}
