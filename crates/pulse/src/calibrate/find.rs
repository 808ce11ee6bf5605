//! Peaks in a spectrum that nobody has calibrated, and which lines they are.
//!
//! Peaks of germanium are narrow, and about as wide in proportion over a large range: so energies
//! are counted in bins of equal ratio, where a filter of one width finds all: the counts in a
//! window less those expected from both sides, over its error (after M. A. Mariscotti, NIM 50
//! (1967) 309, with windows for the second difference). Which line is which follows from their
//! ratios alone: of all scales that put some peak on some line, the one that explains most.

/// A peak of a spectrum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Peak {
    /// Where, in the units of the numbers.
    pub at: f64,
    /// Counts above what lies beside it.
    pub counts: f64,
    /// Those over their standard deviation.
    pub significance: f64,
}

/// How a search is done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Search {
    /// Full width of a peak as a part of its place, at high energies.
    pub width: f64,
    /// Least significance.
    pub significance: f64,
    /// Where to begin: below, peaks are wider than in proportion, and there is noise.
    pub from: f64,
    /// Where to end.
    pub to: f64,
}

/// Bins a peak's width.
const FINE: usize = 3;
/// Of the window and of each side, in widths of a peak.
const WINDOW: usize = 2;

/// Peaks of a sample of numbers, the most significant first.
#[must_use]
pub fn peaks(values: &[f64], search: Search) -> Vec<Peak> {
    let ratio = libm::log1p(search.width / FINE as f64);
    let bins = (libm::log(search.to / search.from) / ratio).ceil();
    // A range that is none, or would take more memory than the numbers are worth.
    if !(ratio > 0.0 && (1.0..1e7).contains(&bins)) {
        return Vec::new();
    }
    let mut counts = vec![0.0; bins as usize];
    for value in values {
        let place = libm::log(value / search.from) / ratio;
        if place >= 0.0
            && let Some(count) = counts.get_mut(place as usize)
        {
            *count += 1.0;
        }
    }
    let window = WINDOW * FINE;
    let sum = |from: usize| -> f64 {
        let bins = counts.get(from..from + window);
        bins.unwrap_or_default().iter().sum()
    };
    let sums: Vec<f64> = (0..counts.len()).map(sum).collect();
    let excess = |middle: usize| {
        let sum = |from: Option<usize>| from.and_then(|from| sums.get(from)).copied();
        let left = sum(middle.checked_sub(window))?;
        let (inside, right) = (sum(Some(middle))?, sum(Some(middle + window))?);
        let beside = 0.5 * (left + right);
        // Of nothing beside nothing there is no telling: as if one had been counted.
        let error = (inside + 0.25 * (left + right)).max(1.0).sqrt();
        Some((inside - beside, (inside - beside) / error))
    };
    let found: Vec<(f64, f64)> = (0..counts.len())
        .map(|middle| excess(middle).unwrap_or((0.0, 0.0)))
        .collect();
    let highest = |i: usize, significance: f64| {
        let near = found.get(i.saturating_sub(window)..(i + window + 1).min(found.len()));
        let near = near.unwrap_or_default().iter().enumerate();
        let before = i - i.saturating_sub(window);
        // The first of equals.
        near.clone()
            .all(|(k, (_, other))| *other < significance || (k >= before && *other <= significance))
    };
    let mut peaks: Vec<Peak> = found
        .iter()
        .enumerate()
        .filter(|(i, (_, significance))| {
            *significance >= search.significance && highest(*i, *significance)
        })
        .map(|(i, (excess, significance))| {
            let bins = counts.get(i..i + window).unwrap_or_default();
            let total: f64 = bins.iter().sum();
            let weighted: f64 = bins
                .iter()
                .zip(0..)
                .map(|(n, k)| n * (f64::from(k) + 0.5))
                .sum();
            let place = i as f64 + weighted / total.max(1.0);
            Peak {
                at: search.from * libm::exp(place * ratio),
                counts: *excess,
                significance: *significance,
            }
        })
        .collect();
    peaks.sort_by(|a, b| b.significance.total_cmp(&a.significance));
    peaks
}

/// A line to look for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// Its energy.
    pub energy: f64,
    /// How strong it is, compared to the others: a rough guess decides between scales.
    pub strength: f64,
}

/// Peaks that are taken into account, the most significant.
const MOST_PEAKS: usize = 40;

/// The energy of one unit: the scale on which lines lie on peaks within `tolerance` (a part of the
/// energy), best by the strength of lines found and of peaks explained. Nothing if fewer than
/// `least` lines are found.
#[must_use]
pub fn scale(peaks: &[Peak], lines: &[Line], tolerance: f64, least: usize) -> Option<f64> {
    let peaks = peaks.get(..peaks.len().min(MOST_PEAKS)).unwrap_or(peaks);
    let strongest = lines.iter().map(|line| line.strength).fold(0.0, f64::max);
    let mut best: Option<(f64, f64)> = None;
    let mut nearest = Vec::with_capacity(lines.len());
    for (peak, line) in peaks
        .iter()
        .flat_map(|peak| lines.iter().map(move |line| (peak, line)))
    {
        let scale = line.energy / peak.at;
        nearest.clear();
        for line in lines {
            let off = |peak: &&Peak| (peak.at * scale / line.energy - 1.0).abs();
            let found = peaks.iter().min_by(|a, b| off(a).total_cmp(&off(b)));
            if let Some(peak) = found.filter(|peak| off(peak) <= tolerance) {
                nearest.push((line, peak));
            }
        }
        if nearest.len() < least {
            continue;
        }
        // What is found counts by its strength, and by the peak it explains; closeness decides
        // between scales that find the same.
        let score: f64 = nearest
            .iter()
            .map(|(line, peak)| {
                let off = (peak.at * scale / line.energy - 1.0) / tolerance;
                let found = (line.strength / strongest).sqrt() * peak.significance.sqrt();
                found * (1.0 - 0.5 * off * off)
            })
            .sum();
        if best.is_none_or(|(highest, _)| score > highest) {
            let (mut above, mut below) = (0.0, 0.0);
            for (line, peak) in &nearest {
                above += peak.significance * line.energy * peak.at;
                below += peak.significance * peak.at * peak.at;
            }
            best = Some((score, above / below));
        }
    }
    best.map(|(_, scale)| scale)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::simulate::testing::{Purpose, Random};

    const THORIUM: [(f64, f64); 8] = [
        (238.632, 6900.0),
        (583.187, 2711.0),
        (727.33, 616.0),
        (860.557, 353.0),
        (1592.5, 114.0),
        (1620.5, 100.0),
        (2103.5, 204.0),
        (2614.511, 1731.0),
    ];

    fn lines() -> [Line; 8] {
        THORIUM.map(|(energy, strength)| Line { energy, strength })
    }

    /// A spectrum on a scale of `gain` units a keV, with lines on a falling background.
    fn spectrum(gain: f64, share: f64) -> Vec<f64> {
        let mut random = Random::new(17, Purpose::Event, gain as u64);
        let mut values = Vec::new();
        for (energy, counts) in THORIUM {
            for _ in 0..(counts * share) as usize {
                let sigma = (0.2 + 7e-4 * energy).sqrt();
                values.push(gain * (energy + sigma * random.normal()));
            }
        }
        for _ in 0..(40_000.0 * share) as usize {
            values.push(gain * (30.0 + 500.0 * random.exponential()));
        }
        values
    }

    #[test]
    fn peaks_are_where_they_were_put() {
        let values = spectrum(2.5, 1.0);
        let search = Search {
            width: 2e-3,
            significance: 5.0,
            from: 200.0,
            to: 8000.0,
        };
        let peaks = peaks(&values, search);
        for (energy, counts) in THORIUM {
            let near = |peak: &&Peak| (peak.at / 2.5 - energy).abs() < 1.0;
            let peak = peaks.iter().find(near);
            let peak = peak.unwrap();
            // At low energies a peak is wider than the window, and lies in those beside it, too.
            let part = peak.counts / counts;
            let least = if energy > 700.0 { 0.8 } else { 0.3 };
            assert!((least..1.3).contains(&part), "{energy}: {peak:?}");
        }
        assert!(peaks.len() <= 10, "{peaks:?}");
        assert!(
            peaks
                .windows(2)
                .all(|pair| pair[0].significance >= pair[1].significance)
        );
    }

    #[test]
    fn the_scale_is_found_whatever_it_is() {
        for gain in [0.07, 1.0, 2.41, 300.0] {
            // Of a whole file, and of what one detector has of it.
            for (share, least) in [(1.0, 6), (0.05, 3)] {
                let values = spectrum(gain, share);
                let search = Search {
                    width: 2e-3,
                    significance: 4.0,
                    from: 100.0 * gain,
                    to: 5000.0 * gain,
                };
                let found = scale(&peaks(&values, search), &lines(), 3e-3, least).unwrap();
                assert!((found * gain - 1.0).abs() < 1e-3, "{gain} {share}: {found}");
            }
        }
    }

    #[test]
    fn nothing_to_find() {
        let search = Search {
            width: 2e-3,
            significance: 5.0,
            from: 100.0,
            to: 8000.0,
        };
        assert_eq!(peaks(&[], search), []);
        assert_eq!(peaks(&[f64::NAN, -3.0, 0.0, f64::INFINITY], search), []);
        let none = Search { to: 50.0, ..search };
        assert_eq!(peaks(&[70.0], none), []);
        assert_eq!(scale(&[], &lines(), 1e-3, 1), None);
    }
}
