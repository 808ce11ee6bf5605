//! The releases of the catalogue against what was published of them: every row of the lists of
//! samples and files, every branch. The published lists are not in the repository; the tests
//! look for them in `PHOTOPEAK_ATLAS_METADATA` or beside the checkout, and say if they skip.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use arrow_schema::DataType;
use photopeak_analysis::catalogue;
use photopeak_analysis::release::{Quantity, Release, Sample};
use photopeak_formats::{Dataset, Table};
use serde_json::Value;

use super::common::testdata;

/// The folder of published lists; none, with a printed line, where it is not there.
fn published(file: &str) -> Option<String> {
    let folder = std::env::var_os("PHOTOPEAK_ATLAS_METADATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/atlas-metadata"),
        PathBuf::from,
    );
    if !folder.is_dir() {
        println!("SKIPPED: no published lists; set PHOTOPEAK_ATLAS_METADATA to their folder");
        return None;
    }
    Some(std::fs::read_to_string(folder.join(file)).unwrap())
}

/// The rows of a CSV file by the names of their columns.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

/// The row of the release for a sample in a collection; that of all others without one.
fn row<'a>(release: &'a Release, dsid: u32, collection: Option<&str>) -> &'a Sample {
    let find = |collection: Option<&str>| {
        let mut samples = release.samples.iter();
        samples.find(|s| s.dsid == dsid && s.collection.as_deref() == collection)
    };
    find(collection).or_else(|| find(None)).unwrap()
}

/// Whether a published value is that of the release, or one that a conflict names.
fn accounted(
    release: &Release,
    sample: &Sample,
    collection: Option<&str>,
    quantity: Quantity,
    published: f64,
) -> bool {
    let ours = match quantity {
        Quantity::Events => sample.events.map(|n| n as f64),
        Quantity::CrossSectionPb => sample.cross_section_pb,
        Quantity::ReductionEfficiency => Some(sample.reduction_efficiency),
        Quantity::SumOfWeights => sample.sum_of_weights,
        Quantity::Luminosity | Quantity::Dsid => None,
    };
    let named = release.conflicts.iter().any(|conflict| {
        conflict.dsid == Some(sample.dsid)
            && conflict.quantity == Some(quantity)
            && (conflict.collection.is_none() || conflict.collection.as_deref() == collection)
            && conflict
                .claims
                .iter()
                .any(|c| c.value.parse() == Ok(published))
    });
    ours == Some(published) || named
}

/// Every row of infofile.py.
fn check_samples(release: &Release, text: &str, suffixes: &[&str]) -> usize {
    let rows = rows(text);
    for published in &rows {
        let name = &published["name"];
        let collection = suffixes
            .iter()
            .find(|suffix| name.ends_with(&format!("_{suffix}")));
        let collection = collection.copied();
        // The one slip: ZPrime5000_mumu has the identifier 1.
        let dsid: u32 = match published["dsid"].parse().unwrap() {
            1 => 301_223,
            dsid => dsid,
        };
        let sample = row(release, dsid, collection);
        if collection.is_none() {
            assert_eq!(sample.name, *name);
        }
        for (column, quantity) in [
            ("events", Quantity::Events),
            ("reduction_eff", Quantity::ReductionEfficiency),
            ("sum_weights", Quantity::SumOfWeights),
            ("xsec_pb", Quantity::CrossSectionPb),
        ] {
            let Ok(value) = published[column].parse() else {
                continue;
            };
            assert!(
                accounted(release, sample, collection, quantity, value),
                "{name}, {column} {value}: not in the release, and no conflict has it"
            );
        }
    }
    rows.len()
}

#[test]
fn every_published_sample_is_there() {
    let Some(text) = published("samples_13TeV_2020.csv") else {
        return;
    };
    let release = catalogue::release("atlas-2020-13tev").unwrap();
    assert_eq!(
        check_samples(&release, &text, &["1lep1tau", "1largeRjet1lep"]),
        420
    );
    let release = catalogue::release("atlas-2016-8tev").unwrap();
    let text = published("samples_8TeV_2016.csv").unwrap();
    assert_eq!(check_samples(&release, &text, &[]), 44);
}

/// The lists of the C++ framework: one for each of its analyses.
#[test]
fn every_number_of_the_plotting_lists_is_there() {
    let Some(text) = published("samples_13TeV_2020.json") else {
        return;
    };
    let release = catalogue::release("atlas-2020-13tev").unwrap();
    let json: Value = serde_json::from_str(&text).unwrap();
    let mut checked = 0;
    for (name, lists) in json["cpp_plotting_inputfiles"].as_object().unwrap() {
        if name == "data" {
            continue;
        }
        let name = match name.as_str() {
            "WH125_gamgam" => "WpH125J_Wincl_gamgam",
            "ZH125_gamgam" => "ZH125J_Zincl_gamgam",
            "slep600DM300" => "SlepSlep_direct_600p0_300p0_2L8",
            name => name,
        };
        let sliced = format!("{name}_E_CMS");
        let dsid = release
            .samples
            .iter()
            .find(|s| s.name == name || s.name == sliced)
            .unwrap_or_else(|| panic!("{name}"))
            .dsid;
        for (list, numbers) in lists.as_object().unwrap() {
            let collection = match list.as_str() {
                "Files_WBoson.txt" => Some("1lep"),
                "Files_SUSY.txt" | "Files_HWW.txt" => Some("2lep"),
                "Files_ZPrime.txt" => Some("1largeRjet1lep"),
                "Files_ZTauTau.txt" => Some("1lep1tau"),
                "Files_HZZ.txt" => Some("4lep"),
                "Files_Hyy.txt" => Some("GamGam"),
                "Files_base.txt" => None,
                other => panic!("{other}"),
            };
            let sample = row(&release, dsid, collection);
            for (at, quantity) in [(0, Quantity::CrossSectionPb), (1, Quantity::SumOfWeights)] {
                let value = numbers[at].as_f64().unwrap();
                assert!(
                    accounted(&release, sample, collection, quantity, value),
                    "{name} in {list}: {value} is not in the release, and no conflict has it"
                );
                checked += 1;
            }
        }
    }
    assert_eq!(checked, 816);
}

#[test]
fn every_published_file_is_there() {
    for (list, release, of_collection) in [
        ("files_13TeV_2020.csv", "atlas-2020-13tev", "collection"),
        ("files_13TeV_2025.csv", "atlas-2025-13tev", "skim"),
    ] {
        let Some(text) = published(list) else { return };
        let release = catalogue::release(release).unwrap();
        let ours: BTreeMap<&str, _> = release.files.iter().map(|f| (f.uri.as_str(), f)).collect();
        let rows = rows(&text);
        assert_eq!(rows.len(), release.files.len());
        for published in &rows {
            let file = ours.get(published["uri"].as_str());
            let file = file.unwrap_or_else(|| panic!("{}", published["uri"]));
            assert_eq!(file.bytes.to_string(), published["size_bytes"]);
            assert_eq!(file.adler32, published["adler32"]);
            assert_eq!(file.collection.as_ref(), Some(&published[of_collection]));
            let collection = release.collection(&published[of_collection]).unwrap();
            let record: u32 = published["recid"].parse().unwrap();
            assert!(collection.records.iter().any(|r| r.id == record));
        }
    }
}

/// The 8 TeV samples have a record each.
#[test]
fn every_record_of_8_tev_is_there() {
    let release = catalogue::release("atlas-2016-8tev").unwrap();
    let mut found = 0;
    for list in [
        "atlas-simulated-datasets.json",
        "atlas-derived-datasets.json",
    ] {
        let Some(text) = published(&format!("cernopendata-records/{list}")) else {
            return;
        };
        let records: Value = serde_json::from_str(&text).unwrap();
        for record in records.as_array().unwrap() {
            let id: u32 = record["recid"].as_str().unwrap().parse().unwrap();
            if !matches!(id, 390 | 391 | 3800..=3841) {
                continue;
            }
            let published = &record["files"][0];
            let file = release.files.iter().find(|f| f.record == Some(id)).unwrap();
            assert_eq!(published["uri"], *file.uri);
            assert_eq!(published["size"], file.bytes);
            assert_eq!(published["checksum"], format!("adler32:{}", file.adler32));
            assert_eq!(record["doi"].as_str(), file.doi.as_deref());
            assert_eq!(
                record["distribution"]["number_events"].as_u64(),
                file.events
            );
            found += 1;
        }
    }
    assert_eq!(found, release.files.len());
}

/// Types as they are written in the lists of branches, in the words of the schemas.
fn type_in_words(published: &str) -> String {
    let element = |name: &str| match name {
        "float" => "float32".to_owned(),
        "double" => "float64".to_owned(),
        other => other.trim_end_matches("_t").to_owned(),
    };
    let inner = published
        .strip_prefix("std::vector<")
        .and_then(|rest| rest.strip_suffix('>'))
        .or_else(|| published.strip_suffix("[]"))
        .or_else(|| published.strip_prefix("var * "));
    match inner {
        Some(inner) => format!("list<{}>", element(inner)),
        None => element(published),
    }
}

#[test]
fn every_published_branch_is_described() {
    for (list, schema, branches) in [
        ("branches_8TeV_2016.json", "atlas-2016-8tev", 46),
        ("branches_13TeV_2020.json", "atlas-2020-13tev", 81),
        ("branches_13TeV_2025.json", "atlas-2025-13tev", 116),
    ] {
        let Some(text) = published(list) else { return };
        let schema = catalogue::schema(schema).unwrap();
        let json: Value = serde_json::from_str(&text).unwrap();
        let published = json["branches"].as_array().unwrap();
        assert_eq!(published.len(), branches);
        for branch in published {
            let name = branch["name"].as_str().unwrap();
            let column = schema.columns.get(name).unwrap_or_else(|| panic!("{name}"));
            let published = type_in_words(branch["type"].as_str().unwrap());
            assert_eq!(
                column.data_type.as_deref(),
                Some(published.as_str()),
                "{name}"
            );
        }
    }
}

/// Arrow's types in the words of the schemas.
fn type_of_field(data_type: &DataType) -> String {
    match data_type {
        DataType::List(item) | DataType::LargeList(item) => {
            format!("list<{}>", type_of_field(item.data_type()))
        }
        DataType::Boolean => "bool".to_owned(),
        other => format!("{other:?}").to_lowercase(),
    }
}

#[test]
fn files_have_the_types_of_their_schema() {
    for (folder, schema, columns) in [
        ("atlas-8tev-4lep", "atlas-2016-8tev", 46),
        ("atlas-13tev-4lep", "atlas-2020-13tev", 81),
    ] {
        let data = Dataset::open(&[testdata(folder)]).unwrap();
        let schema = catalogue::schema(schema).unwrap();
        assert_eq!(data.schema().fields().len(), columns);
        for field in data.schema().fields() {
            let described = schema.columns.get(field.name()).unwrap();
            let found = type_of_field(field.data_type());
            assert_eq!(described.data_type, Some(found), "{}", field.name());
        }
    }
}
