//! Files of several formats as one table, and there and back through Parquet.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use arrow_array::ArrayRef;
use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use photopeak_formats::{Dataset, Partition, Table, write_parquet};

const ATLAS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../testdata/atlas-13tev-4lep"
);

fn column(table: &dyn Table, name: &str, block: usize) -> Vec<i32> {
    let index = table.schema().index_of(name).unwrap();
    let mut scan = table.scan(&[index], 0..table.num_rows()).unwrap();
    let mut values = Vec::new();
    while scan.advance(block).unwrap().is_some() {
        values.extend_from_slice(scan.column(0).unwrap().as_primitive::<Int32Type>().values());
    }
    values
}

#[test]
fn four_files_are_one_table() {
    let data = Dataset::open(&[ATLAS]).unwrap();
    assert_eq!(data.parts().len(), 4);
    assert_eq!(data.num_rows(), 832);
    assert_eq!(data.boundaries(), [0, 39, 195, 432, 832]);
    assert_eq!(data.schema().fields().len(), 81);
    let events = column(&data, "eventNumber", 1000);
    assert_eq!(events.len(), 832);
    // Blocks of any size give the same rows.
    assert_eq!(column(&data, "eventNumber", 7), events);
    // A range that starts in one file and ends in the next.
    let index = data.schema().index_of("eventNumber").unwrap();
    let mut scan = data.scan(&[index], 30..50).unwrap();
    let mut part = Vec::new();
    while scan.advance(100).unwrap().is_some() {
        part.extend_from_slice(scan.column(0).unwrap().as_primitive::<Int32Type>().values());
    }
    assert_eq!(part, events[30..50]);
}

#[test]
fn partitions_cover_all_rows_once() {
    let data = Dataset::open(&[ATLAS]).unwrap();
    for rows in [0, 1, 100, 1_000_000] {
        let partitions = data.partitions(rows);
        assert_eq!(partitions.first().unwrap().rows.start, 0);
        assert_eq!(partitions.last().unwrap().rows.end, 832);
        assert!(
            partitions
                .windows(2)
                .all(|w| w[0].rows.end == w[1].rows.start)
        );
        for Partition { part, rows } in partitions {
            assert!(data.parts()[part].first_row <= rows.start);
        }
    }
}

#[test]
fn a_file_is_cut_whatever_the_others_are() {
    let data = Dataset::open(&[ATLAS]).unwrap();
    let last = data.subset(&[3]).unwrap();
    let lengths = |data: &Dataset, part: usize| -> Vec<u64> {
        let partitions = data.partitions(100);
        let own = partitions.iter().filter(|p| p.part == part);
        own.map(|p| p.rows.end - p.rows.start).collect()
    };
    assert_eq!(lengths(&data, 3), lengths(&last, 0));
}

#[test]
fn a_subset_keeps_the_units() {
    let mut data = Dataset::open(&[ATLAS]).unwrap();
    data.annotate(|column| match column {
        "lep_pt" => vec![("unit".to_owned(), "MeV".to_owned())],
        _ => Vec::new(),
    });
    let some = data.subset(&[1, 3]).unwrap();
    assert_eq!(some.num_rows(), 156 + 400);
    let field = some.schema().field_with_name("lep_pt").unwrap();
    assert_eq!(field.metadata().get("unit").unwrap(), "MeV");
    assert!(data.subset(&[4]).is_err());
}

type Digested = (Option<u128>, Result<Vec<ArrayRef>, String>);

/// The digest of some columns, and their values; none if the file does not open.
fn digest_and_values(path: &Path) -> Option<Digested> {
    let data = Dataset::open(&[path.to_str()?]).ok()?;
    let columns: Vec<usize> = ["x", "v"]
        .iter()
        .filter_map(|name| data.schema().index_of(name).ok())
        .collect();
    let rows = 0..data.num_rows();
    let digest = data.digest(&columns, rows.clone()).ok()?;
    let mut scan = data.scan(&columns, rows).ok()?;
    scan.advance(usize::MAX).ok()??;
    let batch = scan.batch().map_err(|e| e.to_string());
    Some((digest, batch.map(|batch| batch.columns().to_vec())))
}

#[test]
fn a_digest_changes_when_the_values_do() {
    let folder = tempfile::tempdir().unwrap();
    let root = |codec: &str| {
        ATLAS.replace(
            "atlas-13tev-4lep",
            &format!("root-writers/codec-{codec}.root"),
        )
    };
    let (root, plain) = (root("zlib"), root("none"));
    let parquet = folder.path().join("b.parquet");
    let data = Dataset::open(&[&root]).unwrap();
    let columns: Vec<usize> = (0..data.schema().fields().len()).collect();
    write_parquet(&data, &columns, &parquet, |_| {}).unwrap();
    for original in [Path::new(&root), Path::new(&plain), &parquet] {
        let bytes = std::fs::read(original).unwrap();
        let (digest, values) = digest_and_values(original).unwrap();
        assert!(digest.is_some());
        // Elsewhere and under another name it is the same.
        let copy = folder.path().join("copy");
        std::fs::write(&copy, &bytes).unwrap();
        assert_eq!(digest_and_values(&copy).unwrap().0, digest);
        let (mut changed, mut untouched) = (0, 0);
        for place in (0..bytes.len()).step_by(bytes.len() / 600) {
            let mut damaged = bytes.clone();
            damaged[place] ^= 0x55;
            std::fs::write(&copy, &damaged).unwrap();
            let Some((other, others)) = digest_and_values(&copy) else {
                continue;
            };
            if others != values {
                changed += 1;
                assert_ne!(other, digest, "byte {place} of {}", original.display());
            }
            untouched += usize::from(other == digest);
        }
        assert!(changed > 50, "{changed} {}", original.display());
        // What the columns are not read from does not matter.
        assert!(untouched > 50, "{untouched} {}", original.display());
    }
}

#[test]
fn parquet_gives_back_every_column() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.parquet");
    let data = Dataset::open(&[ATLAS]).unwrap();
    let columns: Vec<usize> = (0..data.schema().fields().len()).collect();
    let mut last = 0;
    write_parquet(&data, &columns, &path, |rows| last = rows).unwrap();
    assert_eq!(last, 832);
    let back = Dataset::open(&[path.to_str().unwrap()]).unwrap();
    assert_eq!(back.schema().fields(), data.schema().fields());
    for block in [64, 1000] {
        let mut a = data.scan(&columns, 0..832).unwrap();
        let mut b = back.scan(&columns, 0..832).unwrap();
        // The blocks of the chain end at files, so compare row by row over the whole.
        let collect = |scan: &mut dyn photopeak_formats::Scan| {
            let mut rows = Vec::new();
            while scan.advance(block).unwrap().is_some() {
                rows.push(scan.batch().unwrap());
            }
            arrow_select::concat::concat_batches(&rows[0].schema(), &rows).unwrap()
        };
        let (a, b) = (collect(a.as_mut()), collect(b.as_mut()));
        for (name, (a, b)) in data
            .schema()
            .fields()
            .iter()
            .zip(a.columns().iter().zip(b.columns()))
        {
            assert_eq!(a, b, "{}", name.name());
        }
    }
}

#[test]
fn friends_stand_beside_the_tree() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../testdata/root-writers/friends.root:t"
    );
    let data = Dataset::open(&[path]).unwrap();
    let names: Vec<&str> = data
        .schema()
        .fields()
        .iter()
        .map(|f| f.name().as_str())
        .collect();
    assert_eq!(
        names,
        [
            "i", "other.i", "other.x", "other.n", "other.v", "other.w", "beside.i"
        ]
    );
    assert!(data.unreadable().is_empty());
    // The generator counts from 0 in the tree and its friend in another file, from 1000 in the
    // friend of its own file.
    assert_eq!(column(&data, "i", 7), (0..200).collect::<Vec<i32>>());
    assert_eq!(column(&data, "other.i", 7), (0..200).collect::<Vec<i32>>());
    assert_eq!(
        column(&data, "beside.i", 7),
        (1000..1200).collect::<Vec<i32>>()
    );
}

#[test]
fn errors_say_what_and_where() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("a.root");
    std::fs::write(&text, "hello world").unwrap();
    let check = |name: &str, words: &[&str]| {
        let error = Dataset::open(&[name]).err().unwrap().to_string();
        for word in words {
            assert!(error.contains(word), "{error:?} should contain {word:?}");
        }
    };
    check(
        text.to_str().unwrap(),
        &["a.root", "neither ROOT, HDF5, Parquet nor NumPy"],
    );
    check(
        &format!("{ATLAS}/data_A.4lep.root:mimi"),
        &["did you mean mini?"],
    );
    check("nowhere.root", &["nowhere.root", "no such file"]);
}
