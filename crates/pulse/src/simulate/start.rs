//! `tp0` of a record: where the pulse begins, as the analysis finds it.
//!
//! A trapezoid of 8, 10 and 200 samples, walked back from where it passes 100 ADC to where it is
//! no longer above 4 (D. C. Radford, rw0nbb). It is found on the record, as in the released
//! files; the simulation's own start is in the truth.

use crate::processors::walk_back::walk_back;

const RISE: usize = 8;
const FLAT: usize = 10;
const FALL: usize = 200;
const THRESHOLD: f64 = 4.0;
const CERTAIN: f64 = 100.0;

/// The start of a pulse, a sample of the record. `filtered` is room to work in; samples from `end`
/// on are not looked at.
pub(super) fn find(record: &[i16], end: usize, filtered: &mut Vec<f32>) -> i64 {
    filtered.clear();
    let record = record.get(..end.min(record.len())).unwrap_or(record);
    let sum = |samples: Option<&[i16]>| -> i32 {
        let samples = samples.unwrap_or_default();
        samples.iter().map(|sample| i32::from(*sample)).sum()
    };
    let mut early = sum(record.get(..FALL));
    let mut late = sum(record.get(FALL + FLAT..FALL + FLAT + RISE));
    let leaving = record.iter();
    let entering = record.iter().skip(FALL);
    let rising = record.iter().skip(FALL + FLAT);
    let last = record.iter().skip(FALL + FLAT + RISE);
    for (((leaving, entering), rising), last) in leaving.zip(entering).zip(rising).zip(last) {
        filtered.push(late as f32 * (1.0 / RISE as f32) - early as f32 * (1.0 / FALL as f32));
        early += i32::from(*entering) - i32::from(*leaving);
        late += i32::from(*last) - i32::from(*rising);
    }
    let start = walk_back(
        filtered.as_slice(),
        THRESHOLD,
        CERTAIN,
        0.0,
        filtered.len() as f64,
    );
    // The sample after the first window that is above the threshold; without one, the first.
    match start.is_nan() {
        true => 0,
        false => start as i64 + (FALL + FLAT + RISE) as i64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_of_a_step() {
        let mut filtered = Vec::new();
        for height in [40, 300, 4000] {
            let record: Vec<i16> = (0..2000)
                .map(|i| if i < 950 { 60 } else { 60 + height })
                .collect();
            let start = find(&record, 1424, &mut filtered);
            // Once a part of eight samples is above 4 ADC.
            assert!((950..=952).contains(&start), "{height}: {start}");
        }
        assert_eq!(find(&[60; 100], 1424, &mut filtered), 0);
    }
}
