//! The published analyses of each release on synthetic events, against programs
//! that share nothing with ours: plain loops in Python for the one, NumPy and awkward-array for
//! the other. Every cut, bin and normalised weight of every process.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use photopeak_analysis::{Direction, Outcome, Results, catalogue};
use photopeak_formats::Dataset;
use serde_json::{Value, json};

use super::common::{results, testdata};
use photopeak_peers::Python;

/// The analyses of a release in the catalogue, and where their events are.
struct Release {
    /// Its folder in `catalog/analyses/`.
    catalogue: &'static str,
    /// Its folder in `tests/analyses/`: `events.py` writes synthetic events, `check.py` compares.
    programs: &'static str,
    /// Modules that the programs need.
    modules: &'static str,
    /// Names of the analyses, and the folder of the events that each reads.
    analyses: &'static [(&'static str, &'static str)],
}

const ATLAS_2016: Release = Release {
    catalogue: "atlas-2016",
    programs: "atlas_2016",
    modules: "pyarrow, uproot",
    analyses: &[
        ("hww", ""),
        ("hww-as-published", ""),
        ("ttbar", ""),
        ("ttbar-as-published", ""),
        ("w", ""),
        ("w-as-published", ""),
        ("wz", ""),
        ("z", ""),
        ("z-as-published", ""),
        ("zprime", ""),
        ("zprime-as-published", ""),
        ("zz", ""),
    ],
};

const ATLAS_2020: Release = Release {
    catalogue: "atlas-2020",
    programs: "atlas_2020",
    modules: "pyarrow, numpy",
    analyses: &[
        ("hww", "2lep"),
        ("hww-as-published", "2lep"),
        ("hyy", "GamGam"),
        ("hzz", "4lep"),
        ("hzz-as-published", "4lep"),
        ("single-top", "1lep"),
        ("single-top-as-published", "1lep"),
        ("susy", "2lep"),
        ("susy-as-published", "2lep"),
        ("ttbar", "1lep"),
        ("ttbar-as-published", "1lep"),
        ("wboson", "1lep"),
        ("wboson-as-published", "1lep"),
        ("wz", "3lep"),
        ("wz-as-published", "3lep"),
        ("zboson", "2lep"),
        ("zboson-as-published", "2lep"),
        ("zprime", "1largeRjet1lep"),
        ("zprime-as-published", "1largeRjet1lep"),
        ("ztautau", "1lep1tau"),
        ("ztautau-as-published", "1lep1tau"),
        ("zz", "4lep"),
        ("zz-as-published", "4lep"),
    ],
};

const ATLAS_2025: Release = Release {
    catalogue: "atlas-2025",
    programs: "atlas_2025",
    modules: "pyarrow, awkward",
    analyses: &[
        ("hbb", "2bjets70"),
        ("hbb-as-published", "2bjets70"),
        ("hmumu", "2muons"),
        ("hmumu-as-published", "2muons"),
        ("hyy", "GamGam"),
        ("hyy-as-published", "GamGam"),
        ("hzz", "exactly4lep"),
        ("hzz-as-published", "exactly4lep"),
        ("ttbar", "1LMET30"),
        ("ttbar-as-published", "1LMET30"),
        ("wz", "exactly3lep"),
    ],
};

#[test]
fn the_2016_analyses_on_synthetic_events() {
    ATLAS_2016.check(None);
}

#[test]
fn the_2016_analyses_on_real_events() {
    ATLAS_2016.check(Some(&testdata("atlas-8tev-4lep")));
}

#[test]
fn the_2020_analyses_on_synthetic_events() {
    ATLAS_2020.check(None);
}

#[test]
fn the_2025_analyses_on_synthetic_events() {
    ATLAS_2025.check(None);
}

#[test]
fn every_analysis_of_the_releases_is_checked() {
    for release in [ATLAS_2016, ATLAS_2020, ATLAS_2025] {
        let folder = format!("{}/", release.catalogue);
        let shipped: Vec<String> = catalogue::analyses()
            .iter()
            .filter_map(|name| name.strip_prefix(&folder).map(str::to_owned))
            .collect();
        let checked: Vec<&str> = release.analyses.iter().map(|(name, _)| *name).collect();
        assert_eq!(shipped, checked, "{}", release.catalogue);
    }
}

impl Release {
    /// Runs each analysis, on synthetic events without others, and has the results compared.
    fn check(&self, events: Option<&str>) {
        let Some(python) = Python::with(self.modules) else {
            return;
        };
        let folder = tempfile::tempdir().unwrap();
        let synthetic = folder.path().join("events");
        let events = events.map_or(synthetic.as_path(), Path::new);
        if events == synthetic {
            python.script(&self.program("events.py"), &[events]);
        }
        let mut arguments: Vec<&Path> = vec![events, folder.path()];
        for (name, of_these) in self.analyses {
            let text = self.run(name, &events.join(of_these)).to_string();
            std::fs::write(folder.path().join(format!("{name}.json")), text).unwrap();
            arguments.push(Path::new(name));
        }
        python.script(&self.program("check.py"), &arguments);
    }

    fn program(&self, name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../tests/analyses")
            .join(self.programs)
            .join(name)
    }

    /// What an analysis gives, for the programs.
    fn run(&self, name: &str, events: &Path) -> Value {
        let analysis = catalogue::analysis(&format!("{}/{name}", self.catalogue)).unwrap();
        let release = catalogue::release(analysis.release.as_deref().unwrap()).unwrap();
        let mut data = Dataset::open(&[events.to_str().unwrap()]).unwrap();
        catalogue::schema(&release.schema)
            .unwrap()
            .annotate(&mut data);
        as_json(&results(&analysis, &data))
    }
}

fn as_json(results: &Results) -> Value {
    let processes: serde_json::Map<String, Value> = results
        .processes
        .iter()
        .map(|process| (process.name.clone(), of_process(&process.nominal)))
        .collect();
    let mut varied = BTreeMap::<String, serde_json::Map<String, Value>>::new();
    for process in &results.processes {
        for variation in &process.varied {
            let direction = match variation.direction {
                Direction::Up => "up",
                Direction::Down => "down",
            };
            let name = format!("{}_{direction}", variation.systematic);
            let outcome = of_process(&variation.outcome);
            varied
                .entry(name)
                .or_default()
                .insert(process.name.clone(), outcome);
        }
    }
    json!({ "luminosity": results.luminosity_pb, "processes": processes, "varied": varied })
}

fn of_process(outcome: &Outcome) -> Value {
    let cuts: Vec<Value> = outcome
        .cutflow
        .steps
        .iter()
        .map(|step| {
            json!({
                "name": step.name,
                "events": step.events,
                "sum": step.sum_weights,
                "squares": step.sum_weights_squared,
            })
        })
        .collect();
    let histograms: serde_json::Map<String, Value> = outcome
        .histograms
        .iter()
        .map(|(name, histogram)| {
            let value = json!({
                "edges": histogram.axes()[0].edges(),
                "values": histogram.values(true),
                "variances": histogram.variances(true),
            });
            (name.clone(), value)
        })
        .collect();
    json!({ "cuts": cuts, "histograms": histograms })
}
