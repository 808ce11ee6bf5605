//! Releases of the catalogue: their numbers, and from which sample a file is.

use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, Int32Array, RecordBatch};
use photopeak_analysis::catalogue;
use photopeak_analysis::release::{FileFacts, Holds, Origin, Quantity, Release, TableText, Texts};
use photopeak_formats::{Dataset, MemoryTable};

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
    let of_2025 = catalogue::release("atlas-2025-13tev").unwrap();
    for (path, origin) in [
        (
            "ODEO_FEB2025_v0_exactly4lep_mc_700600.Sh_2212_llll.exactly4lep.root",
            "Sh_2212_llll",
        ),
        (
            "mc_345060.PowhegPythia8EvtGen_NNLOPS_nnlo_30_ggH125_ZZ4l.noskim.root",
            "PowhegPythia8EvtGen_NNLOPS_nnlo_30_ggH125_ZZ4l",
        ),
        (
            "ODEO_FEB2025_v0_exactly4lep_data15_periodD.exactly4lep.root",
            "data",
        ),
        ("data16_periodL.2bjets70.root", "data"),
    ] {
        assert_eq!(origin_of_name(&of_2025, path), origin, "{path}");
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
         PHOTOPEAK_CATALOG adds one; --sample FILE=DSID says that it is another one"
    );
    let untold = "are: its name does not tell; say it with --sample FILE=DSID";
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

/// Events that do not tell by themselves whose they are.
#[test]
fn columns_that_do_not_tell() {
    let release = catalogue::release("atlas-2016-8tev").unwrap();
    let origin = |columns: Vec<(&str, Vec<Option<i32>>)>| {
        let arrays = columns.into_iter().map(|(name, values)| {
            let array: ArrayRef = Arc::new(Int32Array::from(values));
            (name, array)
        });
        let table = MemoryTable::new(RecordBatch::try_from_iter(arrays).unwrap());
        let facts = FileFacts {
            path: Path::new("events.parquet"),
            table: Some(&table),
        };
        match release.origin(&facts) {
            Ok(Origin::Data) => "data".to_owned(),
            Ok(Origin::Simulated(sample)) => sample.name,
            Err(error) => error.to_string(),
        }
    };
    let channel = |values: &[i32]| {
        let values: Vec<Option<i32>> = values.iter().copied().map(Some).collect();
        ("channelNumber", values)
    };
    let run = |values: &[i32]| ("runNumber", values.iter().copied().map(Some).collect());
    let zz = origin(vec![channel(&[105_986; 3]), run(&[195_847; 3])]);
    assert_eq!(zz, "ZZ");
    assert_eq!(origin(vec![channel(&[7, 8]), run(&[7, 8])]), "data");
    for (columns, why) in [
        (
            vec![channel(&[105_986, 147_770]), run(&[1, 1])],
            "it holds events of several samples (105986, 147770), each with a normalisation of its own",
        ),
        (
            vec![channel(&[1, 2, 3, 4, 5, 6]), run(&[0; 6])],
            "it holds events of several samples (1, 2, 3, 4 and more)",
        ),
        (
            vec![channel(&[105_986, 7]), run(&[1, 7])],
            "it holds recorded and simulated events",
        ),
        (vec![channel(&[]), run(&[])], "it has no events"),
        (
            vec![channel(&[-5]), run(&[1])],
            "-5 is no data set identifier",
        ),
        (
            vec![("channelNumber", vec![Some(1), None]), run(&[3, 3])],
            "of some events it is missing",
        ),
        (vec![run(&[1])], "there is no column `channelNumber`"),
        (vec![channel(&[1])], "there is no column `runNumber`"),
    ] {
        let error = origin(columns);
        let start = "events.parquet: it is not known what these events of release atlas-2016-8tev are: its name \
                     does not tell, and ";
        assert!(error.starts_with(start) && error.contains(why), "{error}");
        assert!(
            error.ends_with("say it with --sample FILE=DSID, or FILE=data for recorded events")
        );
    }
    let error = origin(vec![channel(&[42]), run(&[1])]);
    assert!(
        error.contains("release atlas-2016-8tev has no sample 42;"),
        "{error}"
    );
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

/// The name of every published file tells where it is from.
#[test]
fn all_published_names_tell() {
    for name in catalogue::releases() {
        let release = catalogue::release(&name).unwrap();
        assert!(!release.files.is_empty());
        for file in &release.files {
            let facts = FileFacts {
                path: Path::new(&file.uri),
                table: None,
            };
            match (release.origin(&facts).unwrap(), file.dsid) {
                (Origin::Data, None) => {}
                (Origin::Simulated(sample), Some(dsid)) => {
                    assert_eq!(sample.dsid, dsid, "{}", file.uri);
                    let own = release
                        .samples
                        .iter()
                        .find(|s| s.dsid == dsid && s.collection == file.collection);
                    assert!(own.is_none_or(|own| *own == sample), "{}", file.uri);
                }
                (origin, _) => panic!("{}: {origin:?}", file.uri),
            }
        }
    }
}

/// What the files of a collection add up to is what its records say.
#[test]
fn files_add_up_to_the_records() {
    let release = catalogue::release("atlas-2025-13tev").unwrap();
    assert_eq!(release.files.len(), 4668);
    for collection in &release.collections {
        for record in &collection.records {
            let simulated = record.holds == Holds::Simulated;
            let files = release.files.iter().filter(|f| {
                f.collection.as_deref() == Some(&collection.name) && f.dsid.is_some() == simulated
            });
            let sizes: Vec<u64> = files.map(|f| f.bytes).collect();
            assert_eq!(sizes.len(), record.files as usize, "{}", collection.name);
            assert_eq!(
                sizes.iter().sum::<u64>(),
                record.bytes,
                "{}",
                collection.name
            );
        }
    }
    let release = catalogue::release("atlas-2020-13tev").unwrap();
    assert_eq!(release.files.len(), 1149);
    for collection in &release.collections {
        let files = release
            .files
            .iter()
            .filter(|f| f.collection.as_deref() == Some(&collection.name))
            .count();
        // The records count archives too, one to three.
        let more = collection.records[0].files as usize - files;
        assert!((1..=3).contains(&more), "{}: {more}", collection.name);
    }
    assert_eq!(
        catalogue::release("atlas-2016-8tev").unwrap().files.len(),
        44
    );
}

/// The value that a conflict says is chosen is the one that the release has.
#[test]
fn conflicts_say_what_was_chosen() {
    for (name, conflicts) in [
        ("atlas-2016-8tev", 24),
        ("atlas-2020-13tev", 93),
        ("atlas-2025-13tev", 15),
    ] {
        let release = catalogue::release(name).unwrap();
        assert_eq!(release.conflicts.len(), conflicts, "{name}");
        for conflict in &release.conflicts {
            assert!(conflict.claims.len() >= 2, "{conflict:?}");
            let chosen = &conflict.claims[0];
            assert!(chosen.chosen && conflict.claims.iter().filter(|c| c.chosen).count() == 1);
            let Some(quantity) = conflict.quantity else {
                continue;
            };
            if quantity == Quantity::Luminosity {
                let luminosity = &release.luminosity;
                assert!(chosen.value.starts_with(&luminosity.value.to_string()));
                continue;
            }
            let dsid = conflict.dsid.unwrap();
            // Without a collection it is about those that have no row of their own.
            let sample = match &conflict.collection {
                Some(collection) => release.sample(dsid, Some(collection)).unwrap(),
                None => {
                    let mut rows = release.samples.iter();
                    rows.find(|s| s.dsid == dsid && s.collection.is_none())
                        .unwrap()
                }
            };
            let value = match quantity {
                Quantity::Luminosity => unreachable!(),
                Quantity::Dsid => Some(f64::from(sample.dsid)),
                Quantity::Events => sample.events.map(|n| n as f64),
                Quantity::CrossSectionPb => sample.cross_section_pb,
                Quantity::ReductionEfficiency => Some(sample.reduction_efficiency),
                Quantity::SumOfWeights => sample.sum_of_weights,
            };
            assert_eq!(value, chosen.value.parse().ok(), "{conflict:?}");
        }
    }
}

/// A file of the shipped release of 2016.
fn shipped(file: &str) -> String {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../catalog/releases/atlas-2016-8tev/"
    );
    std::fs::read_to_string(format!("{folder}{file}")).unwrap()
}

fn table(place: &str, text: String) -> TableText {
    TableText {
        place: place.to_owned(),
        text,
    }
}

#[test]
fn a_copy_of_a_release_in_the_own_catalogue_is_the_release() {
    let tables = |file: &str, times: usize| vec![table(file, shipped(file)); times];
    let read = |times| {
        let texts = Texts {
            release: shipped("release.toml"),
            samples: tables("samples.csv", times),
            files: tables("files.csv", times),
            conflicts: tables("conflicts.csv", times),
        };
        Release::parse("atlas-2016-8tev", &texts).unwrap()
    };
    let (once, twice) = (read(1), read(2));
    assert_eq!(once.samples, twice.samples);
    assert_eq!(once.conflicts, twice.conflicts);
}

#[test]
fn tables_that_are_wrong_are_pointed_at() {
    let header = "dsid,name,process,events,cross_section_pb\n";
    let with = |samples: &str, files: &str| {
        Release::parse(
            "mine",
            &Texts {
                release: shipped("release.toml"),
                samples: vec![table("samples.csv", format!("{header}{samples}"))],
                files: vec![table("files.csv", format!("sample,bytes,adler32\n{files}"))],
                conflicts: vec![table("conflicts.csv", shipped("conflicts.csv"))],
            },
        )
        .unwrap_err()
        .to_string()
    };
    for (samples, files, error) in [
        (
            "1,a,Z,x,1",
            "",
            "release mine, samples.csv, line 2: events: invalid digit found in string",
        ),
        (
            "1,a,Z,2,3\n1,b,Z,2,3",
            "",
            "release mine, samples.csv, line 3: sample 1 is there twice",
        ),
        (
            "1,a,Z,2,-3",
            "",
            "release mine, samples.csv, line 2: cross_section_pb must be a positive number",
        ),
        (
            "1,a,Z,2",
            "",
            "release mine, samples.csv, line 2: 4 fields, where the header has 5",
        ),
        (
            "1,a,Z,2,3",
            "2,10,00000000",
            "release mine, files.csv, line 2: sample 2 is not in samples.csv",
        ),
        (
            "1,a,Z,2,3",
            "1,10,xyz",
            "release mine, files.csv, line 2: \"xyz\" is no Adler-32 checksum",
        ),
        (
            "1,a,Z,2,3",
            "",
            "release mine, conflicts.csv, line 2: sample 110090 is not in samples.csv",
        ),
    ] {
        let found = with(samples, files);
        assert!(found.starts_with(error), "{found}");
    }
}
