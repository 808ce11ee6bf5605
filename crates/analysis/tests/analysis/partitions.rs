//! However the events are cut into files, partitions and blocks: the sum is the same.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use arrow_array::{ArrayRef, Float64Array, Int64Array, ListArray, RecordBatch};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field, SchemaRef};
use photopeak_analysis::{Analysis, Results, catalogue};
use photopeak_formats::{Dataset, Error, MemoryTable, Scan, Table};
use proptest::prelude::*;

use super::common::{described, four_leptons, outcome, results, testdata, with_units};
use super::together::same;

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
        (PathBuf::from(format!("data_A.part-{i}")), table)
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

/// Enough for several partitions, which have 131 072 rows at least.
const MANY: u64 = 400_000;

/// Many events. Weights are eighths, so that their sums are exact in any order.
static EVENTS: LazyLock<RecordBatch> = LazyLock::new(|| {
    let number = |i: u64| i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    let lengths: Vec<usize> = (0..MANY).map(|i| (number(i) % 4) as usize).collect();
    let values = (0..lengths.iter().sum::<usize>() as u64).map(|i| number(i + MANY) as f64 / 1e5);
    let item = Arc::new(Field::new("item", DataType::Float64, true));
    let values = Arc::new(Float64Array::from_iter_values(values));
    let pt = ListArray::new(item, OffsetBuffer::from_lengths(lengths), values, None);
    let n = Int64Array::from_iter_values((0..MANY).map(|i| (number(i) % 7) as i64));
    let w = Float64Array::from_iter_values((0..MANY).map(|i| (number(3 * i) % 16) as f64 / 8.0));
    let columns: [(&str, ArrayRef); 3] =
        [("pt", Arc::new(pt)), ("n", Arc::new(n)), ("w", Arc::new(w))];
    RecordBatch::try_from_iter(columns).unwrap()
});

/// The results of `EVENTS`, cut into files at some rows and into partitions at others.
fn partitioned(files: &[u64], boundaries: &[u64], threads: usize) -> Results {
    let analysis = described(
        "title = \"\"\nweight = \"w - 0.5\"\n[[cut]]\nname = \"some\"\nexpr = \"count(pt) > 0\"\n\
         [[histogram]]\nname = \"pt\"\nx = { expr = \"pt\", bins = [40, 10, 150] }\n\
         [[histogram]]\nname = \"pt_n\"\nx = { expr = \"pt[1]\", bins = [9, 0, 90] }\n\
         y = { expr = \"n\", bins = [5, 0, 5] }\n\
         [[systematic]]\nname = \"scale\"\nup.columns.pt = \"pt * 1.1\"\n\
         [[systematic]]\nname = \"weight\"\nup.weight = \"n / 4\"\n",
    );
    let sorted = |inner: &[u64], range: Range<u64>| {
        let inner = inner.iter().copied().filter(|row| range.contains(row));
        let mut edges: Vec<u64> = inner.chain([range.start, range.end]).collect();
        edges.sort_unstable();
        edges
    };
    let edges = sorted(files, 0..MANY);
    let tables = edges.windows(2).enumerate().map(|(i, rows)| {
        let (first, rows) = (rows[0], rows[1] - rows[0]);
        let mut boundaries = sorted(boundaries, first..first + rows);
        boundaries.iter_mut().for_each(|row| *row -= first);
        let batch = EVENTS.slice(first as usize, rows as usize);
        let table: Box<dyn Table> = Box::new(MemoryTable::new(batch).with_boundaries(boundaries));
        (PathBuf::from(format!("part-{i}")), table)
    });
    let data = Dataset::new(tables.collect()).unwrap();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    pool.build().unwrap().install(|| results(&analysis, &data))
}

static WHOLE: LazyLock<Results> = LazyLock::new(|| partitioned(&[], &[], 1));

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn any_partitioning_gives_the_identical_histogram(
        files in prop::collection::vec(0..=MANY, 0..4),
        boundaries in prop::collection::vec(0..=MANY, 0..20),
        threads in 1usize..5,
    ) {
        let parts = partitioned(&files, &boundaries, threads);
        for (whole, parts) in WHOLE.processes.iter().zip(&parts.processes) {
            prop_assert_eq!(&whole.nominal.cutflow.steps, &parts.nominal.cutflow.steps);
            prop_assert_eq!(&whole.nominal.histograms, &parts.nominal.histograms);
            for (whole, parts) in whole.varied.iter().zip(&parts.varied) {
                prop_assert_eq!(&whole.outcome.cutflow.steps, &parts.outcome.cutflow.steps);
                prop_assert_eq!(&whole.outcome.histograms, &parts.outcome.histograms);
            }
        }
        // Where rounding shows, the number of threads makes no difference.
        same("one thread", &partitioned(&files, &boundaries, 1), &parts);
    }
}

#[test]
fn the_whole_is_what_plain_loops_give() {
    let all = WHOLE.all().unwrap();
    let pt = EVENTS
        .column(0)
        .as_any()
        .downcast_ref::<ListArray>()
        .unwrap();
    let w = EVENTS
        .column(2)
        .as_any()
        .downcast_ref::<Float64Array>()
        .unwrap();
    let mut bins = vec![0.0; 40];
    for event in 0..MANY as usize {
        let list = pt.value(event);
        let list = list.as_any().downcast_ref::<Float64Array>().unwrap();
        for pt in list.values() {
            if let Some(bin) = bins.get_mut(((pt - 10.0) / 3.5).floor() as usize)
                && *pt >= 10.0
            {
                *bin += w.value(event) - 0.5;
            }
        }
    }
    assert_eq!(all.histograms[0].1.values(false), bins);
}
