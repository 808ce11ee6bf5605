//! Releases of the catalogue: their numbers, and from which sample a file is.

use std::path::Path;

use photopeak_analysis::catalogue;
use photopeak_analysis::release::{FileFacts, Origin, Release};
use photopeak_formats::Dataset;

use super::common::testdata;

/// What a release says of a file by its name alone: `data`, or name and collection.
fn origin_of_name(release: &Release, path: &str) -> String {
    let facts = FileFacts {
        path: Path::new(path),
        table: None,
    };
    match release.origin(&facts) {
        Ok(Origin::Data) => "data".to_owned(),
        Ok(Origin::Simulated(sample)) => sample.name,
        Err(error) => error.to_string(),
    }
}

/// What a release says of a file of the test data that goes by another name.
fn origin_of_content(release: &Release, path: &str) -> Result<Origin, String> {
    let data = Dataset::open(&[testdata(path)]).unwrap();
    let facts = FileFacts {
        path: Path::new("renamed.root"),
        table: Some(data.parts()[0].table.as_ref()),
    };
    release.origin(&facts).map_err(|error| error.to_string())
}

#[test]
fn names_of_published_files_tell() {
    let of_2020 = catalogue::release("atlas-2020-13tev").unwrap();
    for (path, origin) in [
        ("2lep/MC/mc_361106.Zee.2lep.root", "Zee"),
        ("mc_410000.ttbar_lep.1lep1tau.root", "ttbar_lep"),
        ("/data/data_A.4lep.root", "data"),
        ("data_D.exactly2lep.root", "data"),
    ] {
        assert_eq!(origin_of_name(&of_2020, path), origin, "{path}");
    }
    let of_2016 = catalogue::release("atlas-2016-8tev").unwrap();
    for (path, origin) in [
        ("skim.mc_105986.ZZ.root", "ZZ"),
        ("mc_147770.Zee.parquet", "Zee"),
        ("skim.DataEgamma.root", "data"),
        ("DataMuons.root", "data"),
    ] {
        assert_eq!(origin_of_name(&of_2016, path), origin, "{path}");
    }
}

#[test]
fn columns_tell_where_names_do_not() {
    let of_2020 = catalogue::release("atlas-2020-13tev").unwrap();
    let of_2016 = catalogue::release("atlas-2016-8tev").unwrap();
    let data = "atlas-13tev-4lep/data_A.4lep.root";
    assert_eq!(origin_of_content(&of_2020, data), Ok(Origin::Data));
    let zz = of_2016.sample(105_986, None).unwrap().clone();
    let simulated = "atlas-8tev-4lep/skim.mc_105986.ZZ.root";
    assert_eq!(
        origin_of_content(&of_2016, simulated),
        Ok(Origin::Simulated(zz))
    );
    let recorded = "atlas-8tev-4lep/skim.DataMuons.root";
    assert_eq!(origin_of_content(&of_2016, recorded), Ok(Origin::Data));
}

#[test]
fn what_is_not_known_is_said() {
    let release = catalogue::release("atlas-2020-13tev").unwrap();
    assert_eq!(
        origin_of_name(&release, "mc_999999.New.2lep.root"),
        "mc_999999.New.2lep.root: release atlas-2020-13tev has no sample 999999; `photopeak samples --release \
         atlas-2020-13tev` lists them, and a row in releases/atlas-2020-13tev/samples.csv of a folder named by \
         PHOTOPEAK_CATALOG adds one"
    );
    let untold = "is not known: its name does not tell; say it with --sample FILE=DSID";
    let error = origin_of_name(&release, "events.root");
    assert!(error.contains(untold), "{error}");
    // Its sum of weights is another in 1lep1tau, so the collection must be known.
    let error = origin_of_name(&release, "mc_410000.root");
    assert!(
        error.contains("say which collection it is, as in 410000.1lep1tau"),
        "{error}"
    );
    assert_eq!(origin_of_name(&release, "2lep/mc_410000.root"), "ttbar_lep");
    // An 8 TeV sample is none of 2020.
    let error = origin_of_content(&release, "atlas-8tev-4lep/skim.mc_105986.ZZ.root").unwrap_err();
    assert!(error.contains("has no sample 105986"), "{error}");
}

#[test]
fn a_user_names_a_sample() {
    let release = catalogue::release("atlas-2020-13tev").unwrap();
    let sum = |text: &str| release.named_sample(text).unwrap().sum_of_weights;
    assert_eq!(sum("410000.1lep1tau"), Some(49_296_600.0));
    assert_eq!(sum("410000.2lep"), Some(49_386_600.0));
    let error = |text: &str| release.named_sample(text).unwrap_err().to_string();
    assert!(error("ttbar").starts_with("\"ttbar\" names no sample"));
    assert_eq!(
        error("410000.1lep1tua"),
        "release atlas-2020-13tev has no collection \"1lep1tua\"; did you mean 1lep1tau?"
    );
}

#[test]
fn scales_are_those_of_the_published_formula() {
    // σ·L/Σw by hand, in the digits of infofile.py.
    let of_2020 = catalogue::release("atlas-2020-13tev").unwrap();
    assert_eq!(of_2020.luminosity_pb, 10_064.0);
    let zee = of_2020.sample(361_106, Some("2lep")).unwrap();
    let scale = zee.scale(of_2020.luminosity_pb).unwrap();
    assert!(
        (scale / 1.306_257_861_825_7e-4 - 1.0).abs() < 1e-13,
        "{scale}"
    );
    assert!(!zee.sign_of_weight);
    let top = of_2020.sample(410_011, Some("1lep")).unwrap();
    assert!(top.sign_of_weight);
    // With the efficiency of the reduction.
    let of_2016 = catalogue::release("atlas-2016-8tev").unwrap();
    let zz = of_2016.sample(105_986, None).unwrap();
    let scale = zz.scale(of_2016.luminosity_pb).unwrap();
    let by_hand = 1000.0 * 1.5376 / (243_674.74 * 0.950_88);
    assert!((scale / by_hand - 1.0).abs() < 1e-14, "{scale}");
    // Not published.
    let graviton = of_2020.sample(305_550, None).unwrap();
    let error = graviton.scale(1.0).unwrap_err().to_string();
    assert!(
        error.starts_with("sample 305550 (Gee_01_750) has no published cross-section"),
        "{error}"
    );
}

#[test]
fn a_release_is_recognised_by_its_columns() {
    for (folder, name) in [
        ("atlas-13tev-4lep", Some("atlas-2020-13tev")),
        ("atlas-8tev-4lep", Some("atlas-2016-8tev")),
        ("root-writers/leaves.root", None),
    ] {
        let data = Dataset::open(&[testdata(folder)]).unwrap();
        let release = catalogue::release_of(&data).unwrap();
        assert_eq!(release.map(|r| r.name).as_deref(), name);
    }
}
