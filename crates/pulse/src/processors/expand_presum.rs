//! Presummed records: a digitiser that adds up samples late in the record, to make it longer.
//!
//! Majorana's digitisers give samples of 10 ns up to some index, and sums of four from there on.
//! The release spreads each sum over four samples. Both directions are exact: a record goes out
//! as the digitiser gave it, at a fraction of the size, and comes back bit for bit.

use crate::processor::*;
use crate::simd::vectorise;
use crate::{Lanes, Sample};

pub(super) const PROCESSOR: Processor = Processor {
    name: "expand_presum",
    family: Family::Sampling,
    what: "Spreads presummed samples over as many as they are the sum of; whole numbers stay whole, and the sum is kept.",
    formula: "for s = x[from + k]: factor samples of floor(s/factor), the first s mod factor of them one more",
    arguments: &[
        waveform("x", "the record as the digitiser gave it"),
        argument("from", Kind::Count(0), "index of the first sum"),
        argument("factor", Kind::Count(1), "samples in a sum").or(Default::Number(4.0)),
    ],
    outputs: &[gives_waveform(
        Quantity::Signal,
        "the record in samples of one length",
    )],
    edges: "Rounds towards minus infinity, so that negative sums are kept too; the source rounds towards zero and \
        loses the remainder of negative ones. NaN stays NaN.",
    source: "D. C. Radford, rw0nbb (BSD-2-Clause): expansion of presummed signals",
    shape,
    action: both!(run),
};

fn shape(constants: &Constants<'_>) -> Result<Shape, String> {
    let (x, from, factor) = (
        constants.waveform(0),
        constants.count(1),
        constants.count(2),
    );
    if from > x.len {
        return Err(format!(
            "sums from sample {from} on; the waveform has {}",
            x.len
        ));
    }
    let sums = (x.len - from)
        .checked_mul(factor)
        .filter(|len| *len <= MAX_LENGTH);
    let len = sums.ok_or_else(|| format!("more than {MAX_LENGTH} samples"))? + from;
    Ok(Shape { len, ..x })
}

/// Samples before `from` as they are; each later one spread over `factor` whole numbers.
#[inline(always)]
pub fn expand_presum<S: Sample>(x: &[S], from: usize, factor: usize, out: &mut [S]) {
    let (zero, one, size) = (S::of(0.0), S::of(1.0), S::of(factor as f64));
    let (single, sums) = x.split_at_checked(from).unwrap_or((x, &[]));
    for (out, &x) in out.iter_mut().zip(single) {
        *out = x;
    }
    let spread = out.get_mut(single.len()..).unwrap_or(&mut []);
    for (out, &sum) in spread.chunks_mut(factor).zip(sums) {
        let each = (sum / size).floor();
        let rest = sum - each * size;
        for (k, out) in out.iter_mut().enumerate() {
            *out = each + rest.above(S::of(k as f64), one, zero);
        }
    }
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let (x, from, factor) = (call.waveform(0), call.count(1), call.count(2));
    vectorise!(expand_presum::<Lanes<T>>(x, from, factor, call.out));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    fn of_a_few<T: Element>() {
        let x: Vec<T> = [5.0, -3.0, 11.0, -6.0, 0.0].map(T::of).to_vec();
        let mut out = record::<T>(14, |_| 0.0);
        expand_presum(&x, 2, 4, &mut out);
        let expected = [
            5.0, -3.0, 3.0, 3.0, 3.0, 2.0, -1.0, -1.0, -2.0, -2.0, 0.0, 0.0, 0.0, 0.0,
        ];
        assert_eq!(out.iter().map(|y| y.widen()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn sums_are_spread_and_kept() {
        of_a_few::<f32>();
        of_a_few::<f64>();
    }

    #[test]
    fn the_same_as_in_whole_numbers() {
        let native: Vec<i32> = (0..400)
            .map(|i| (noise(f64::from(i)) * 9000.0) as i32)
            .collect();
        let x: Vec<f32> = native.iter().map(|s| *s as f32).collect();
        let mut out = record::<f32>(100 + 4 * 300, |_| 0.0);
        expand_presum(&x, 100, 4, &mut out);
        let whole = crate::presum::expand(&native, 100, 4);
        assert!(out.iter().zip(whole).all(|(a, b)| *a == b as f32));
    }
}
