//! Histograms that ROOT wrote: contents, flow bins and errors as ROOT has them.

use photopeak_analysis::from_root;
use photopeak_hist::{Histogram, StorageKind};
use photopeak_rootfile::{RootFile, RootHistogram};

use super::common::{python, testdata};

fn open(name: &str) -> Histogram {
    let file = RootFile::open(testdata("root-writers/histograms.root")).unwrap();
    from_root(&RootHistogram::open(&file, name).unwrap()).unwrap()
}

#[test]
fn one_dimension_with_flow() {
    // Filled with 0.5 i and weight 1 + i % 3 (C++: -1 % 3 is -1) for i from -1 to 11.
    let histogram = open("h1f");
    assert_eq!(histogram.title(), "fixed bins");
    assert_eq!(
        histogram.values(true),
        [
            0.0,
            1.0,
            2.0,
            3.0,
            1.0,
            2.0,
            3.0,
            1.0,
            2.0,
            3.0,
            1.0,
            2.0 + 3.0
        ]
    );
    assert_eq!(histogram.entries(), 13);
    assert_eq!(
        histogram.axes()[0].edges(),
        [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0]
    );
}

#[test]
fn weights_and_their_squares() {
    // Filled with i and weight i/2 in the bins 0, 1, 2.5, 4, 8.
    let histogram = open("h1d");
    assert_eq!(histogram.storage().kind(), StorageKind::Weighted);
    assert_eq!(
        histogram.values(true),
        [
            -0.5,
            0.0,
            0.5 + 1.0,
            1.5,
            2.0 + 2.5 + 3.0 + 3.5,
            4.0 + 4.5 + 5.0 + 5.5
        ]
    );
    assert_eq!(
        histogram.variances(true).unwrap(),
        [
            0.25,
            0.0,
            0.25 + 1.0,
            2.25,
            4.0 + 6.25 + 9.0 + 12.25,
            16.0 + 20.25 + 25.0 + 30.25
        ]
    );
    assert_eq!(histogram.axes()[0].edges(), [0.0, 1.0, 2.5, 4.0, 8.0]);
}

#[test]
fn two_and_three_dimensions_keep_their_order() {
    let two = open("h2d");
    assert_eq!(two.shape(), [3 + 2, 2 + 2]);
    let mut expected = vec![0.0; 5 * 4];
    for i in -1..12 {
        let (x, y) = (i % 5, 0.25 * f64::from(i) - 1.5);
        let column = usize::try_from((x + 1).clamp(0, 4)).unwrap();
        // Bins of y: below -1, up to 0, up to 1, above.
        let row = if y < -1.0 {
            0
        } else if y < 0.0 {
            1
        } else if y < 1.0 {
            2
        } else {
            3
        };
        expected[column * 4 + row] += 2.0;
    }
    assert_eq!(two.values(true), expected);
    assert_eq!(open("h3f").shape(), [2 + 2, 3 + 2, 4 + 2]);
}

#[test]
fn every_histogram_is_as_uproot_reads_it() {
    let program = "
import sys, uproot, numpy as np
file = uproot.open(sys.argv[1])
for name in file.keys(cycle=False):
    h = file[name]
    if 'Profile' in h.classname:
        means, weights = h.values(flow=True), np.array(h.member('fBinEntries'))
        print(name, 'values', *np.where(weights > 0, means, 0).ravel())
        continue
    print(name, 'values', *h.values(flow=True).ravel())
    print(name, 'variances', *h.variances(flow=True).ravel())
";
    let path = testdata("root-writers/histograms.root");
    let Some(printed) = python("uproot, numpy", program, &[&path]) else {
        return;
    };
    let mut compared = 0;
    for line in printed.lines() {
        let mut words = line.split(' ');
        let (name, what) = (words.next().unwrap(), words.next().unwrap());
        let theirs: Vec<f64> = words.map(|word| word.parse().unwrap()).collect();
        let histogram = open(name);
        let ours = match what {
            "values" => histogram.values(true),
            _ => histogram.variances(true).unwrap(),
        };
        assert_eq!(ours, theirs, "{name} {what}");
        compared += 1;
    }
    assert_eq!(compared, 19);
}

#[test]
fn a_profile_has_means() {
    // y = 2 i at x = i % 5, i from -1 to 11; bin x holds i = x, x + 5, x + 10.
    let profile = open("profile");
    assert!(profile.storage().kind().is_profile());
    let samples = |x: i32| {
        (0..12)
            .filter(move |i| i % 5 == x)
            .map(|i| 2.0 * f64::from(i))
            .collect::<Vec<_>>()
    };
    for x in 0..4 {
        let y = samples(x);
        let n = y.len() as f64;
        let mean = y.iter().sum::<f64>() / n;
        let variance = y.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / (n - 1.0);
        let at = usize::try_from(x).unwrap();
        assert!((profile.values(false)[at] - mean).abs() < 1e-12);
        assert!((profile.variances(false).unwrap()[at] - variance).abs() < 1e-9);
        assert_eq!(profile.weights(false)[at], n);
    }
}
