//! Random numbers that are a function of seed, purpose and event.
//!
//! A generator with a state would make an event depend on those before it. Philox counts: block
//! `n` of stream `s` of event `e` is computed from these numbers alone, so that events come out
//! the same in any order, on any number of threads. Philox4x32-10: J. K. Salmon et al., Proc. SC
//! 2011. Normal numbers by the formula of G. E. P. Box and M. E. Muller (Ann. Math. Stat. 29 (1958)
//! 610), which has no branch: noise is drawn for eight events side by side.

use std::f64::consts::TAU;

use crate::Sample;
use crate::lanes::Lanes;

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
}

/// Numbers for one purpose of one subject (an event, a detector).
pub(crate) struct Random {
    stream: Stream<1>,
    next: u32,
    block: [u32; 4],
    left: usize,
}

/// The blocks of one purpose of `N` subjects, side by side.
#[derive(Clone, Copy)]
pub(super) struct Stream<const N: usize> {
    key: [u32; 2],
    subjects: [Lanes<u32, N>; 2],
    purpose: u32,
}

impl<const N: usize> Stream<N> {
    pub(super) fn new(seed: u64, purpose: Purpose, subjects: [u64; N]) -> Self {
        Self {
            key: [seed as u32, (seed >> 32) as u32],
            subjects: [0, 32].map(|shift| Lanes(subjects.map(|number| (number >> shift) as u32))),
            purpose: purpose as u32,
        }
    }

    /// Four numbers of each subject.
    #[inline(always)]
    pub(super) fn block(self, index: u32) -> [Lanes<u32, N>; 4] {
        let same = |number: u32| Lanes([number; N]);
        let [low, high] = self.subjects;
        philox([same(index), same(self.purpose), low, high], self.key)
    }
}

impl Random {
    pub(crate) fn new(seed: u64, purpose: Purpose, subject: u64) -> Self {
        Self {
            stream: Stream::new(seed, purpose, [subject]),
            next: 0,
            block: [0; 4],
            left: 0,
        }
    }

    pub(super) fn bits(&mut self) -> u32 {
        if self.left == 0 {
            self.block = self.stream.block(self.next).map(|Lanes([number])| number);
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
        let radius = (-2.0 * libm::log(self.uniform())).sqrt();
        radius * libm::cos(TAU * self.uniform())
    }

    /// A direction: uniform on the sphere.
    pub(super) fn direction(&mut self) -> [f64; 3] {
        let z = self.between(-1.0, 1.0);
        let azimuth = self.between(0.0, TAU);
        let (sin, cos) = libm::sincos(azimuth);
        let across = (1.0 - z * z).sqrt();
        [across * cos, across * sin, z]
    }
}

/// Ten rounds of Philox in each lane.
#[inline(always)]
fn philox<const N: usize>(counter: [Lanes<u32, N>; 4], mut key: [u32; 2]) -> [Lanes<u32, N>; 4] {
    // Numbers stay in 64 bits, where a product is one instruction and its halves need not be
    // sorted. What lies above 32 bits is left over, and counts for nothing.
    let mut counter = counter.map(|number| number.map(u64::from));
    for _ in 0..10 {
        let [c0, c1, c2, c3] = counter;
        let product =
            |factor: u32, c: Lanes<u64, N>| c.map(|c| u64::from(factor) * u64::from(c as u32));
        let (first, second) = (product(0xd251_1f53, c0), product(0xcd9e_8d57, c2));
        let mixed = |product: Lanes<u64, N>, c: Lanes<u64, N>, key: u32| {
            Lanes::each(|i| (product.0[i] >> 32) ^ c.0[i] ^ u64::from(key))
        };
        counter = [
            mixed(second, c1, key[0]),
            second,
            mixed(first, c3, key[1]),
            first,
        ];
        key = [
            key[0].wrapping_add(0x9e37_79b9),
            key[1].wrapping_add(0xbb67_ae85),
        ];
    }
    counter.map(|number| number.map(|number| number as u32))
}

/// Two independent normal numbers a lane of two times 32 bits, none beyond 5.9: one in 10⁸ is.
#[inline(always)]
pub(super) fn normals<const N: usize>([radius, angle]: [Lanes<u32, N>; 2]) -> [Lanes<f32, N>; 2] {
    let of = Lanes::<f32, N>::of;
    // 24 bits, above 0 and at most 1.
    let uniform = radius.map(|bits| ((bits >> 8) as i32 as f32 + 0.5) * (1.0 / 16_777_216.0));
    let radius = (of(-2.0) * logarithm(uniform)).sqrt();
    // Two bits choose the quadrant, the others the angle to its middle, at most an eighth turn.
    let quarter = std::f64::consts::FRAC_PI_2 / 1_073_741_824.0;
    let x = angle.map(|bits| ((bits << 2) as i32 >> 2) as f32) * of(quarter);
    let square = x * x;
    let series = |terms: [f64; 4]| {
        let [a, b, c, d] = terms.map(of);
        a + square * (b + square * (c + square * d))
    };
    // Taylor's series: to 3e-7.
    let sin = x * series([1.0, -1.0 / 6.0, 1.0 / 120.0, -1.0 / 5040.0]);
    let fourth = of(1.0 / 24.0) + square * (of(-1.0 / 720.0) + square * of(1.0 / 40_320.0));
    let cos = of(1.0) + square * (of(-0.5) + square * fourth);
    let first = Lanes::each(|i| {
        let bits = angle.0[i];
        turned(cos.0[i], sin.0[i], bits, bits << 1)
    });
    let second = Lanes::each(|i| {
        let bits = angle.0[i];
        turned(sin.0[i], cos.0[i], bits, bits ^ bits << 1)
    });
    [radius * first, radius * second]
}

/// The first number, the second one if the highest bit of `other` is set; negative if that of `minus` is.
#[inline(always)]
fn turned(first: f32, second: f32, other: u32, minus: u32) -> f32 {
    let chosen = (other as i32 >> 31) as u32;
    let bits = first.to_bits() & !chosen | second.to_bits() & chosen;
    f32::from_bits(bits ^ minus & 0x8000_0000)
}

/// The natural logarithm of normal positive numbers, to 3e-7: m 2ᵉ with m between √½ and √2, and of
/// m the series of 2 artanh((m-1)/(m+1)).
#[inline(always)]
fn logarithm<const N: usize>(x: Lanes<f32, N>) -> Lanes<f32, N> {
    const ROOT_HALF: u32 = std::f32::consts::FRAC_1_SQRT_2.to_bits();
    let of = Lanes::<f32, N>::of;
    let exponent = x.map(|x| x.to_bits().wrapping_sub(ROOT_HALF) as i32 >> 23);
    let m = Lanes::each(|i| {
        f32::from_bits(x.0[i].to_bits().wrapping_sub((exponent.0[i] << 23) as u32))
    });
    let s = (m - of(1.0)) / (m + of(1.0));
    let square = s * s;
    let series =
        of(2.0) + square * (of(2.0 / 3.0) + square * (of(2.0 / 5.0) + square * of(2.0 / 7.0)));
    exponent.map(|exponent| exponent as f32) * of(std::f64::consts::LN_2) + s * series
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
            let counter = counter.map(|number| Lanes([number; 3]));
            assert_eq!(
                philox(counter, key),
                expected.map(|number| Lanes([number; 3]))
            );
        }
    }

    /// Moments and tails of a million numbers.
    fn check(numbers: &[f64]) {
        let n = numbers.len() as f64;
        // Five standard deviations of each moment.
        for (power, expected, variance) in
            [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)]
        {
            let moment = numbers.iter().map(|x| x.powi(power)).sum::<f64>() / n;
            let allowed = 5.0 * f64::sqrt(variance / n);
            assert!((moment - expected).abs() < allowed, "{power}: {moment}");
        }
        for (beyond, expected) in [
            (0.1, 0.920_344),
            (1.0, 0.317_310_5),
            (3.0, 0.002_699_8),
            (3.654, 0.000_258_2),
        ] {
            let count = numbers.iter().filter(|x| x.abs() > beyond).count() as f64;
            let mean = expected * n;
            assert!(
                (count - mean).abs() < 5.0 * mean.sqrt(),
                "{beyond}: {count}"
            );
        }
    }

    #[test]
    fn normal_numbers_have_the_normal_distribution() {
        let mut random = Random::new(1, Purpose::Event, 2);
        let numbers: Vec<f64> = (0..1_000_000).map(|_| random.normal()).collect();
        check(&numbers);
    }

    #[test]
    fn normal_numbers_in_lanes_have_it_and_are_independent() {
        let stream = Stream::new(1, Purpose::Noise, [3, 4, 5, 6]);
        let pairs: Vec<[Lanes<f32, 4>; 2]> = (0..62_500)
            .flat_map(|index| {
                let [a, b, c, d] = stream.block(index);
                [normals([a, b]), normals([c, d])]
            })
            .collect();
        let of = |member: usize| -> Vec<f64> {
            let lanes = pairs.iter().flat_map(|pair| pair[member].0);
            lanes.map(f64::from).collect()
        };
        let (first, second) = (of(0), of(1));
        check(&[first.as_slice(), &second].concat());
        let n = first.len() as f64;
        let mean = |of: fn(f64, f64) -> f64| -> f64 {
            first
                .iter()
                .zip(&second)
                .map(|(a, b)| of(*a, *b))
                .sum::<f64>()
                / n
        };
        // Products of the two, and of their squares less one: variances 1 and 4.
        let products = [
            (mean(|a, b| a * b), 1.0),
            (mean(|a, b| (a * a - 1.0) * (b * b - 1.0)), 4.0),
        ];
        for (mean, variance) in products {
            assert!(mean.abs() < 5.0 * f64::sqrt(variance / n), "{mean}");
        }
    }

    #[test]
    fn logarithms_are_right() {
        for i in 1..10_000u32 {
            let x = (i as f32) / 10_000.0;
            for x in [x, x * 1e-7] {
                let Lanes([found]) = logarithm(Lanes([x]));
                let expected = f64::from(x).ln();
                let allowed = 3e-7 * expected.abs().max(1.0);
                assert!(
                    (f64::from(found) - expected).abs() < allowed,
                    "{x}: {found}"
                );
            }
        }
    }

    #[test]
    fn lanes_do_not_mix() {
        let mut random = Random::new(7, Purpose::Noise, 9);
        let beside = Stream::new(7, Purpose::Noise, [8, 9]);
        for index in 0..3 {
            for Lanes([other, number]) in beside.block(index) {
                assert_eq!(number, random.bits());
                assert_ne!(number, other);
            }
        }
    }
}
