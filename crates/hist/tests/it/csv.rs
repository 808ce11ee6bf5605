//! CSV tables, cell by cell.

use photopeak_hist::{Axis, Histogram, StorageKind};

#[test]
fn one_dimension_with_flow() {
    let axis = Axis::regular(2, 0.0, 1.0)
        .unwrap()
        .with_name("m")
        .with_unit("GeV");
    let mut hist = Histogram::new(vec![axis], StorageKind::Weighted).unwrap();
    hist.fill(&[(&[0.25, 0.25, 5.0]).into()], Some(&[1.0, 1.0, 2.0]))
        .unwrap();
    let expected = "m_low [GeV],m_high [GeV],value,variance,error\n\
        -inf,0,0,0,0\n0,0.5,2,2,1.4142135623730951\n0.5,1,0,0,0\n1,inf,2,4,2\n";
    assert_eq!(hist.to_csv(true), expected);
}

#[test]
fn labels_are_quoted_and_the_last_axis_runs_fastest() {
    let axes = vec![
        Axis::categories(["a,b", "c"]).unwrap(),
        Axis::integer(7, 9).unwrap().with_name("n"),
    ];
    let hist = Histogram::new(axes, StorageKind::Int).unwrap();
    let expected =
        "axis0,n,value,variance,error\n\"a,b\",7,0,0,0\n\"a,b\",8,0,0,0\nc,7,0,0,0\nc,8,0,0,0\n";
    assert_eq!(hist.to_csv(false), expected);
}

#[test]
fn profiles_have_the_error_of_the_mean() {
    let mut hist = Histogram::new(vec![Axis::integer(0, 2).unwrap()], StorageKind::Mean).unwrap();
    hist.fill_profile(&[0.0.into()], &[1.0, 3.0], None).unwrap();
    assert_eq!(
        hist.to_csv(false),
        "axis0,value,variance,error\n0,2,2,1\n1,0,,\n"
    );
}
