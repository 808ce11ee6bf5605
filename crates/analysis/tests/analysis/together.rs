//! Several analyses in one pass give what each gives alone, to the last bit.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::SchemaRef;
use photopeak_analysis::{Analysis, Error, ProcessResult, Results, Run, catalogue};
use photopeak_formats::{Dataset, Scan, Table};
use proptest::prelude::*;

use super::common::{described, four_leptons, results, with_units};
use super::partitions::cut_at;

/// Analyses that share cuts, conditions, fills and weights, and differ in each.
pub(crate) fn analyses() -> Vec<Analysis> {
    let mut all: Vec<Analysis> = ["atlas-2020/hzz", "atlas-2020/hzz-as-published"]
        .map(|name| catalogue::analysis(name).unwrap())
        .into();
    let cuts = "[[cut]]\nname = \"trigger\"\nexpr = \"trigE || trigM\"\n";
    let histogram = |name: &str, rest: &str| {
        format!(
            "[[histogram]]\nname = \"{name}\"\nx = {{ expr = \"lep_pt/GeV\", bins = [9, 0, 90] }}\n{rest}\n"
        )
    };
    let one = histogram("one", "where = \"lep_n == 4 && trigM\"");
    let two = histogram("two", "where = \"lep_n == 4\"");
    let weight = "weight = \"1 + 0.1*sin(met_et/GeV)\"\n";
    let pairs = "[[cut]]\nname = \"four\"\nexpr = \"lep_n == 4 && trigM\"\n";
    let jes = "[[systematic]]\nname = \"scale\"\nup.columns.lep_pt = \"lep_pt*1.03\"\ndown.columns.lep_pt = \"lep_pt*0.97\"\n\
               [[systematic]]\nname = \"weight\"\nup.weight = \"1.1 + 0.01*lep_n\"\n\
               [[systematic]]\nname = \"yield\"\nup.scale = 1.017\n";
    for (i, parts) in [
        vec![cuts, &one, &two],
        vec![weight, cuts, &one, &two],
        vec![weight, cuts, pairs, &two],
        vec![weight, cuts, &two, jes],
        vec![&one],
    ]
    .into_iter()
    .enumerate()
    {
        let mut analysis = described(&format!("title = \"\"\n{}", parts.concat()));
        analysis.name = format!("made-{i}");
        all.push(analysis);
    }
    all
}

fn together(analyses: &[Analysis], data: &Dataset, threads: usize) -> Vec<Results> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    let run = || Run::new(analyses, data).run().unwrap();
    pool.build().unwrap().install(run)
}

pub(crate) fn same(what: &str, one: &Results, other: &Results) {
    assert_eq!(one.processes.len(), other.processes.len(), "{what}");
    for (one, other) in one.processes.iter().zip(&other.processes) {
        same_process(what, one, other);
    }
}

fn same_process(what: &str, one: &ProcessResult, other: &ProcessResult) {
    assert_eq!(one.name, other.name, "{what}");
    assert_eq!(one.nominal.cutflow, other.nominal.cutflow, "{what}");
    assert_eq!(one.nominal.histograms, other.nominal.histograms, "{what}");
    assert_eq!(one.varied.len(), other.varied.len(), "{what}");
    for (one, other) in one.varied.iter().zip(&other.varied) {
        let what = format!("{what}, {} {}", one.systematic, one.direction);
        assert_eq!(one.systematic, other.systematic, "{what}");
        assert_eq!(one.outcome.cutflow, other.outcome.cutflow, "{what}");
        assert_eq!(one.outcome.histograms, other.outcome.histograms, "{what}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn any_choice_in_any_order_on_any_number_of_threads(
        chosen in Just((0..7).collect::<Vec<usize>>()).prop_shuffle(),
        count in 1usize..7,
        cuts in prop::collection::vec(0u64..=832, 0..6),
        block in 20usize..400,
        threads in 1usize..4,
    ) {
        let all = analyses();
        let chosen: Vec<Analysis> = chosen.iter().take(count).map(|i| all[*i].clone()).collect();
        let data = cut_at(&cuts, block);
        for (analysis, many) in chosen.iter().zip(together(&chosen, &data, threads)) {
            same(&analysis.name, &results(analysis, &data), &many);
        }
    }
}

/// Counts how often each column is decoded.
struct Counted {
    data: Dataset,
    decoded: Arc<Mutex<BTreeMap<String, usize>>>,
}

struct CountedScan<'a> {
    scan: Box<dyn Scan + 'a>,
    names: Vec<String>,
    decoded: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl Table for Counted {
    fn schema(&self) -> &SchemaRef {
        self.data.schema()
    }

    fn num_rows(&self) -> u64 {
        self.data.num_rows()
    }

    fn boundaries(&self) -> &[u64] {
        self.data.boundaries()
    }

    fn scan(
        &self,
        columns: &[usize],
        rows: Range<u64>,
    ) -> Result<Box<dyn Scan + '_>, photopeak_formats::Error> {
        let name = |i: &usize| self.schema().field(*i).name().clone();
        Ok(Box::new(CountedScan {
            scan: self.data.scan(columns, rows)?,
            names: columns.iter().map(name).collect(),
            decoded: Arc::clone(&self.decoded),
        }))
    }
}

impl Scan for CountedScan<'_> {
    fn advance(&mut self, max_rows: usize) -> Result<Option<Range<u64>>, photopeak_formats::Error> {
        self.scan.advance(max_rows)
    }

    fn column(&mut self, i: usize) -> Result<ArrayRef, photopeak_formats::Error> {
        let mut decoded = self.decoded.lock().unwrap();
        *decoded.entry(self.names[i].clone()).or_default() += 1;
        self.scan.column(i)
    }

    fn batch(&mut self) -> Result<RecordBatch, photopeak_formats::Error> {
        self.scan.batch()
    }
}

#[test]
fn a_column_is_decoded_once_for_all_analyses() {
    let decoded = |analyses: &[Analysis]| {
        let decoded = Arc::default();
        let table = Counted {
            data: four_leptons().subset(&[3]).unwrap(),
            decoded: Arc::clone(&decoded),
        };
        let table: Box<dyn Table> = Box::new(table);
        let data = with_units(Dataset::new(vec![(PathBuf::from("one"), table)]).unwrap());
        together(analyses, &data, 1);
        drop(data);
        let decoded: Arc<Mutex<BTreeMap<String, usize>>> = decoded;
        Arc::try_unwrap(decoded).unwrap().into_inner().unwrap()
    };
    let all = analyses();
    let together = decoded(&all);
    assert!(together.values().all(|times| *times == 1), "{together:?}");
    for analysis in &all {
        let alone = decoded(std::slice::from_ref(analysis));
        assert!(alone.keys().all(|column| together.contains_key(column)));
    }
}

#[test]
fn events_count_once() {
    let all = analyses();
    let data = four_leptons();
    let events = AtomicU64::new(0);
    let run = Run {
        progress: &|done| {
            events.fetch_max(done.events, Ordering::Relaxed);
        },
        ..Run::new(&all, &data)
    };
    assert_eq!(run.run().unwrap().len(), all.len());
    assert_eq!(events.into_inner(), 832);
}

#[test]
fn a_run_can_be_stopped() {
    let all = analyses();
    let stop = AtomicBool::new(false);
    let data = cut_at(&[100, 200, 300], 50);
    let run = Run {
        progress: &|done| {
            if done.events >= 150 {
                stop.store(true, Ordering::Relaxed);
            }
        },
        stop: Some(&stop),
        ..Run::new(&all, &data)
    };
    assert!(matches!(run.run(), Err(Error::Interrupted)));
}

#[test]
fn an_error_names_the_analysis() {
    let mut wrong = described("title = \"\"\n[[cut]]\nname = \"a\"\nexpr = \"lepn == 4\"");
    wrong.name = "wrong".to_owned();
    let all = [catalogue::analysis("atlas-2020/hzz").unwrap(), wrong];
    let data = four_leptons();
    let message = Run::new(&all, &data).run().unwrap_err().to_string();
    assert!(
        message.starts_with("analysis wrong: cut a: there is no column `lepn`"),
        "{message}"
    );
}
