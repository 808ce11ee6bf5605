//! However the events are cut into files, partitions and blocks: the sum is the same.

use std::ops::Range;
use std::path::PathBuf;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::SchemaRef;
use photopeak_analysis::{Analysis, catalogue};
use photopeak_formats::{Dataset, Error, Scan, Table};
use proptest::prelude::*;

use super::common::{described, four_leptons, outcome, testdata, with_units};

/// Some rows of the four-lepton data as a table, in blocks of few rows.
struct Slice {
    data: Dataset,
    rows: Range<u64>,
    block: usize,
    boundaries: Vec<u64>,
}

impl Slice {
    fn new(rows: Range<u64>, block: usize) -> Self {
        let boundaries = vec![0, rows.end - rows.start];
        Self {
            data: four_leptons(),
            rows,
            block,
            boundaries,
        }
    }
}

impl Table for Slice {
    fn stored(
        &self,
        columns: &[usize],
        rows: Range<u64>,
        visit: &mut dyn FnMut(&[u8]),
    ) -> Result<bool, Error> {
        let first = self.rows.start;
        visit(&first.to_le_bytes());
        self.data
            .stored(columns, rows.start + first..rows.end + first, visit)
    }

    fn schema(&self) -> &SchemaRef {
        self.data.schema()
    }

    fn num_rows(&self) -> u64 {
        self.rows.end - self.rows.start
    }

    fn boundaries(&self) -> &[u64] {
        &self.boundaries
    }

    fn scan(&self, columns: &[usize], rows: Range<u64>) -> Result<Box<dyn Scan + '_>, Error> {
        let first = self.rows.start;
        Ok(Box::new(SliceScan {
            scan: self
                .data
                .scan(columns, rows.start + first..rows.end + first)?,
            first,
            block: self.block,
        }))
    }
}

struct SliceScan<'a> {
    scan: Box<dyn Scan + 'a>,
    first: u64,
    block: usize,
}

impl Scan for SliceScan<'_> {
    fn advance(&mut self, max_rows: usize) -> Result<Option<Range<u64>>, Error> {
        let block = self.scan.advance(max_rows.min(self.block))?;
        Ok(block.map(|rows| rows.start - self.first..rows.end - self.first))
    }

    fn column(&mut self, i: usize) -> Result<ArrayRef, Error> {
        self.scan.column(i)
    }

    fn batch(&mut self) -> Result<RecordBatch, Error> {
        self.scan.batch()
    }
}

/// The data cut at these rows.
pub(crate) fn cut_at(cuts: &[u64], block: usize) -> Dataset {
    let mut edges: Vec<u64> = cuts.iter().copied().chain([0, 832]).collect();
    edges.sort_unstable();
    let tables = edges.windows(2).enumerate().map(|(i, rows)| {
        let table: Box<dyn Table> = Box::new(Slice::new(rows[0]..rows[1], block));
        (PathBuf::from(format!("part-{i}")), table)
    });
    with_units(Dataset::new(tables.collect()).unwrap())
}

fn check_cut(analysis: &Analysis, cuts: &[u64], block: usize) {
    let whole = outcome(analysis, &four_leptons());
    let parts = outcome(analysis, &cut_at(cuts, block));
    assert_eq!(
        whole.cutflow.steps, parts.cutflow.steps,
        "cut at {cuts:?}, blocks of {block}"
    );
    assert_eq!(
        whole.histograms, parts.histograms,
        "cut at {cuts:?}, blocks of {block}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_cut_gives_the_same(cuts in prop::collection::vec(0u64..=832, 0..6), block in 1usize..400) {
        check_cut(&catalogue::analysis("atlas-2020/hzz-as-published").unwrap(), &cuts, block);
    }
}

#[test]
fn empty_parts_and_single_events() {
    let analysis = catalogue::analysis("atlas-2020/hzz").unwrap();
    check_cut(&analysis, &[0, 0, 832, 832, 500, 500], 832);
    check_cut(&analysis, &[], 1);
}

#[test]
fn files_one_by_one_add_up_to_all() {
    let analysis = catalogue::analysis("atlas-2020/hzz").unwrap();
    let whole = outcome(&analysis, &four_leptons());
    let mut sum: Option<photopeak_analysis::Outcome> = None;
    for period in ["A", "B", "C", "D"] {
        let path = testdata(&format!("atlas-13tev-4lep/data_{period}.4lep.root"));
        let part = outcome(&analysis, &with_units(Dataset::open(&[path]).unwrap()));
        sum = Some(match sum {
            None => part,
            Some(mut sum) => {
                for (step, more) in sum.cutflow.steps.iter_mut().zip(&part.cutflow.steps) {
                    step.events += more.events;
                    step.sum_weights += more.sum_weights;
                    step.sum_weights_squared += more.sum_weights_squared;
                }
                for ((_, histogram), (_, more)) in sum.histograms.iter_mut().zip(&part.histograms) {
                    histogram.merge(more).unwrap();
                }
                sum
            }
        });
    }
    let sum = sum.unwrap();
    assert_eq!(sum.cutflow.steps, whole.cutflow.steps);
    assert_eq!(sum.histograms, whole.histograms);
}

#[test]
fn missing_values_are_counted_in_every_block() {
    let analysis = described(
        "title = \"\"\n[[histogram]]\nname = \"fifth\"\nx = { expr = \"lep_pt[4]/GeV\", bins = [10, 0, 100] }",
    );
    let whole = outcome(&analysis, &four_leptons());
    let (_, fifth) = &whole.histograms[0];
    assert!(fifth.tallies().missing.entries > 700);
    assert_eq!(fifth.tallies().nan.entries, 0);
    assert_eq!(
        fifth.sum(true) + fifth.tallies().missing.entries as f64,
        832.0
    );
    check_cut(&analysis, &[100, 101, 300], 7);
}
