//! Interval end points against scipy 1.17 (gammaincinv, beta.ppf, binomtest).

use photopeak_hist::intervals::{
    Interval, ONE_SIGMA, clopper_pearson, garwood, normal_quantile_two_sided, symmetric, wilson,
};
use photopeak_hist::{Axis, Histogram, StorageKind};

/// Both ends agree to a relative 1e-10.
#[track_caller]
fn check(found: photopeak_hist::Result<Interval>, low: f64, high: f64) {
    let found = found.unwrap();
    let close = |a: f64, b: f64| (a - b).abs() <= 1e-10 * b.abs();
    assert!(
        close(found.low, low) && close(found.high, high),
        "{found:?}, expected [{low}, {high}]"
    );
}

#[test]
fn garwood_as_scipy() {
    check(garwood(0.0, ONE_SIGMA), 0.0, 1.841_021_645_009_263_1);
    check(
        garwood(1.0, ONE_SIGMA),
        0.172_753_779_023_449_96,
        3.299_526_559_115_855,
    );
    check(
        garwood(2.0, ONE_SIGMA),
        0.708_185_439_818_971_3,
        4.637_859_623_455_245,
    );
    check(
        garwood(5.0, ONE_SIGMA),
        2.840_308_855_593_220_5,
        8.382_472_652_146_888,
    );
    check(
        garwood(10.0, ONE_SIGMA),
        6.891_305_560_638_357,
        14.266_949_761_009_391,
    );
    check(
        garwood(100.0, ONE_SIGMA),
        90.016_745_177_113_4,
        111.033_360_941_149_67,
    );
    check(
        garwood(12_345.0, ONE_SIGMA),
        12_233.893_445_130_905,
        12_457.111_056_162_512,
    );
    check(
        garwood(1e6, ONE_SIGMA),
        999_000.000_166_674,
        1_001_001.000_333_340_7,
    );
    check(
        garwood(3e8, ONE_SIGMA),
        299_982_679.491_933_94,
        300_017_321.508_094_9,
    );
    check(
        garwood(3.0, 0.95),
        0.618_672_122_895_601_4,
        8.767_273_069_742_325,
    );
}

#[test]
fn garwood_is_continuous_where_the_method_changes() {
    let (below, above) = (
        garwood(1e9, ONE_SIGMA).unwrap(),
        garwood(1e9 + 1.0, ONE_SIGMA).unwrap(),
    );
    assert!(
        (above.low - below.low - 1.0).abs() < 1e-3,
        "{below:?} {above:?}"
    );
    assert!(
        (above.high - below.high - 1.0).abs() < 1e-3,
        "{below:?} {above:?}"
    );
}

#[test]
fn clopper_pearson_as_scipy() {
    check(
        clopper_pearson(1.0, 10.0, ONE_SIGMA),
        0.017_127_014_136_728_243,
        0.294_135_389_638_466_97,
    );
    check(
        clopper_pearson(5.0, 10.0, ONE_SIGMA),
        0.304_817_883_008_531_3,
        0.695_182_116_991_468_7,
    );
    check(
        clopper_pearson(0.0, 7.0, ONE_SIGMA),
        0.0,
        0.231_260_479_745_948_65,
    );
    check(
        clopper_pearson(7.0, 7.0, ONE_SIGMA),
        0.768_739_520_254_051_3,
        1.0,
    );
    check(
        clopper_pearson(999.0, 1000.0, ONE_SIGMA),
        0.996_704_264_882_121_2,
        0.999_827_261_142_051_4,
    );
    check(
        clopper_pearson(4e5, 1e6, ONE_SIGMA),
        0.399_509_702_392_090_55,
        0.400_490_497_811_913_87,
    );
    check(clopper_pearson(0.0, 0.0, ONE_SIGMA), 0.0, 1.0);
}

#[test]
fn wilson_as_scipy() {
    check(
        wilson(1.0, 10.0, ONE_SIGMA),
        0.038_874_497_320_330_81,
        0.233_852_775_406_941_88,
    );
    check(wilson(0.0, 7.0, ONE_SIGMA), 0.0, 0.125);
    check(wilson(7.0, 7.0, ONE_SIGMA), 0.875, 1.0);
    check(
        wilson(4e5, 1e6, ONE_SIGMA),
        0.399_510_202_286_085_97,
        0.400_489_997_713_714,
    );
}

#[test]
fn normal_quantiles() {
    let z = |level| normal_quantile_two_sided(level).unwrap();
    assert!((z(ONE_SIGMA) - 1.0).abs() < 1e-13);
    assert!((z(0.95) - 1.959_963_984_540_054_5).abs() < 1e-12);
    assert!((z(1.0 - 1e-6) - 4.891_638_475_698_591).abs() < 1e-9);
}

#[test]
fn domains() {
    assert!(
        garwood(-1.0, 0.9)
            .unwrap_err()
            .to_string()
            .contains("count = -1")
    );
    assert!(garwood(f64::NAN, 0.9).is_err());
    assert!(
        garwood(1.0, 1.0)
            .unwrap_err()
            .to_string()
            .contains("confidence level")
    );
    assert!(symmetric(1.0, -1.0, 0.9).is_err());
    assert!(clopper_pearson(2.0, 1.0, 0.9).is_err());
    assert!(wilson(f64::NAN, 1.0, 0.9).is_err());
}

#[test]
fn of_a_histogram() {
    let axis = || vec![Axis::regular(2, 0.0, 2.0).unwrap()];
    let counts = Histogram::new(axis(), StorageKind::Int).unwrap();
    check(
        Ok(counts.intervals(false, ONE_SIGMA).unwrap()[0]),
        0.0,
        1.841_021_645_009_263_1,
    );
    let mut weighted = Histogram::new(axis(), StorageKind::Weighted).unwrap();
    weighted.fill(&[0.5.into()], Some(&[3.0])).unwrap();
    check(
        Ok(weighted.intervals(false, 0.954_499_736_103_641_6).unwrap()[0]),
        -3.0,
        9.0,
    );
    assert!(
        Histogram::new(axis(), StorageKind::Mean)
            .unwrap()
            .intervals(false, 0.9)
            .is_err()
    );
}
