//! Files that ROOT 6.40 wrote for us (`testdata/root-writers`): every value is known from the
//! formula in `writers.C`, and uproot must agree wherever it can read.

use std::collections::BTreeMap;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, types};
use arrow_schema::DataType;
use photopeak_rootfile::{BranchReader, Friend, RootFile, RootHistogram, Tree, chain_elements};
use serde_json::{Value, json};

use crate::peer;

fn open(name: &str) -> RootFile {
    RootFile::open(peer::testdata("root-writers").join(format!("{name}.root"))).unwrap()
}

/// Reads a branch in blocks that do not fit its baskets and compares each entry with a formula.
fn check(file: &RootFile, tree: &str, branch: &str, formula: impl Fn(i64) -> Value) {
    let tree = Tree::open(file, tree).unwrap();
    let branch = tree.branch(branch).unwrap().clone();
    let mut reader = BranchReader::new(&tree, branch.clone()).unwrap();
    for start in (0..tree.entries()).step_by(37) {
        let array = reader.read(start..tree.entries().min(start + 37)).unwrap();
        for row in 0..array.len() {
            let entry = start as i64 + row as i64;
            let wanted = formula(entry);
            assert_eq!(value(&array, row), wanted, "{}, entry {entry}", branch.path);
        }
    }
}

/// One value as JSON: integers, floats and texts stay apart.
pub(crate) fn value(array: &ArrayRef, i: usize) -> Value {
    macro_rules! number {
        ($type:ty) => {
            json!(array.as_primitive::<$type>().value(i))
        };
    }
    let all = |items: &ArrayRef| Value::Array((0..items.len()).map(|j| value(items, j)).collect());
    match array.data_type() {
        DataType::Boolean => json!(array.as_boolean().value(i)),
        DataType::Int8 => number!(types::Int8Type),
        DataType::UInt8 => number!(types::UInt8Type),
        DataType::Int16 => number!(types::Int16Type),
        DataType::UInt16 => number!(types::UInt16Type),
        DataType::Int32 => number!(types::Int32Type),
        DataType::UInt32 => number!(types::UInt32Type),
        DataType::Int64 => number!(types::Int64Type),
        DataType::UInt64 => number!(types::UInt64Type),
        DataType::Float32 => number!(types::Float32Type),
        DataType::Float64 => number!(types::Float64Type),
        DataType::Utf8 => json!(array.as_string::<i32>().value(i)),
        DataType::List(_) => all(&array.as_list::<i32>().value(i)),
        DataType::FixedSizeList(..) => all(&array.as_fixed_size_list().value(i)),
        DataType::Struct(fields) => {
            let record = array.as_struct();
            let named = fields.iter().zip(record.columns());
            named
                .map(|(field, column)| (field.name().clone(), value(column, i)))
                .collect()
        }
        other => panic!("no JSON for {other}"),
    }
}

/// `n` items of a formula.
fn list<T: Into<Value>>(n: i64, item: impl Fn(i64) -> T) -> Value {
    (0..n).map(|j| item(j).into()).collect()
}

fn letters(first: char, i: i64) -> String {
    let letter = char::from(first as u8 + (i % 26) as u8);
    let n = if i % 10 == 9 { 250 + i } else { i % 10 };
    String::from(letter).repeat(n as usize)
}

#[test]
fn every_codec() {
    for codec in ["none", "zlib", "lzma", "lz4", "zstd"] {
        let file = open(&format!("codec-{codec}"));
        check(&file, "t", "i", |i| json!(i));
        check(&file, "t", "x", |i| json!(0.25 * i as f64));
        check(&file, "t", "n", |i| json!(i % 5));
        check(&file, "t", "v", |i| {
            list(i % 5, |j| i as f64 + 0.5 * j as f64)
        });
        check(&file, "t", "w", |i| list(i % 7, |_| 2.0 * i as f64));
        let tree = Tree::open(&file, "t").unwrap();
        assert_eq!((tree.entries(), tree.title()), (200, "several baskets"));
        assert!(
            tree.branches().iter().all(|b| b.raw_bytes > 4 * 256),
            "several baskets each"
        );
    }
}

#[test]
fn every_leaf_type() {
    let file = open("leaves");
    let check =
        |branch: &str, formula: &dyn Fn(i64) -> Value| check(&file, "leaves", branch, formula);
    let l = |e: i64| e * 90_000_000_000_000_000 - 4_500_000_000_000_000_000;
    let ul = |e: i64| e as u64 * 180_000_000_000_000_000;
    check("b", &|e| json!(e - 50));
    check("ub", &|e| json!(2 * e));
    check("s", &|e| json!(300 * e - 15000));
    check("us", &|e| json!(600 * e));
    check("i", &|e| json!(20_000_000 * e - 1_000_000_000));
    check("ui", &|e| json!(40_000_000 * e));
    check("l", &|e| json!(l(e)));
    check("ul", &|e| json!(ul(e)));
    check("g", &|e| json!(-l(e)));
    check("ug", &|e| json!(ul(e) + 1));
    check("f", &|e| json!(0.5 * e as f64 - 7.0));
    check("d", &|e| json!(0.125 * (e * e) as f64));
    check("o", &|e| json!(e % 3 == 0));
    check("text", &|e| json!(letters('a', e)));
    check("d32", &|e| json!(0.25 * e as f64));
    check("d32r", &|e| json!(e as f64));
    check("d32t", &|e| json!(4.0 * e as f64));
    check("f16", &|e| json!(2.0 * e as f64 - 50.0));
    check("f16r", &|e| json!((e % 64) as f64));
    check("a3", &|e| list(3, |k| 3 * e + k));
    check("a23", &|e| {
        list(2, |r| list(3, |k| e as f64 + 0.125 * (3 * r + k) as f64))
    });
    check("ob", &|e| list(4, |k| (e >> k) & 1 == 1));
    check("n", &|e| json!(e % 9));
    check("vn", &|e| list(e % 9, |j| e as f64 + 0.5 * j as f64));
    check("vn3", &|e| {
        list(e % 9, |j| list(3, |k| 100 * e + 10 * j + k))
    });
    check("vn23", &|e| {
        list(e % 9, |j| {
            list(2, |r| list(3, |k| 100 * e + 10 * j + 3 * r + k))
        })
    });
    check("on", &|e| list(e % 9, |j| (e + j) % 2 == 1));
    check("dn", &|e| list(e % 9, |j| (e + j) as f64));
    check("m", &|e| json!(e % 4));
    check("um", &|e| list(e % 4, |j| ul(e) + j as u64));
    check(
        "rec",
        &|e| json!({"d": 0.5 * e as f64, "i": e, "f": 0.25 * e as f64}),
    );
    check("rec2", &|e| json!({"a": [e, -e], "b": 3 * e}));
}

#[test]
fn every_container() {
    let file = open("stl");
    let check = |branch: &str, formula: &dyn Fn(i64) -> Value| check(&file, "stl", branch, formula);
    let run = |start: i64, e: i64| list(e % 5, |j| start + j);
    let floats = |start: f64, e: i64| list(e % 5, |j| start + j as f64);
    let text = |n: i64, e: i64| String::from(char::from(b'a' + (e % 26) as u8)).repeat(n as usize);
    check("text", &|e| json!(letters('A', e)));
    check("vo", &|e| list(e % 5, |j| (e + j) % 2 == 1));
    check("vb", &|e| run(e - 30, e));
    check("vub", &|e| run(4 * e, e));
    check("vs", &|e| run(500 * e - 15000, e));
    check("vus", &|e| run(1000 * e, e));
    check("vi", &|e| run(30_000_000 * e - 900_000_000, e));
    check("vui", &|e| run(70_000_000 * e, e));
    check("vg", &|e| {
        run(e * 150_000_000_000_000_000 - 4_500_000_000_000_000_000, e)
    });
    check("vug", &|e| {
        list(e % 5, |j| e as u64 * 300_000_000_000_000_000 + j as u64)
    });
    check("vl", &|e| run(-e, e));
    check("vul", &|e| run(e, e));
    check("vf", &|e| floats(0.5 * e as f64, e));
    check("vd", &|e| floats(0.125 * e as f64, e));
    check("vt", &|e| list(e % 5, |j| text(j, e)));
    check("vvf", &|e| {
        list(e % 5, |j| list((e + j) % 3, |_| e as f64 + 0.25 * j as f64))
    });
    check("vvt", &|e| list(e % 5, |j| list(j, |_| format!("t{e}"))));
    check("vvvi", &|e| {
        list(e % 5, |j| list(j % 3, |_| list(j, |_| e)))
    });
    check("rf", &|e| list(e % 6, |_| 0.75 * e as f64));
    check("ri", &|e| list(e % 3, |_| e));
    check("mti", &|e| json!(e % 5));
    check("mti.first", &|e| list(e % 5, |j| format!("k{j}")));
    check("mti.second", &|e| list(e % 5, |j| 10 * e + j));
    check("mit.first", &|e| list(e % 5, |j| j));
    check("mit.second", &|e| list(e % 5, |_| e.to_string()));
    check("mtv.first", &|e| list(e % 5, |j| j.to_string()));
    check("mtv.second", &|e| list(e % 5, |j| list(j, |_| e as f64)));
    check("si", &|e| list(e % 5, |j| e - (e % 5 - 1) + j));
    check("li", &|e| list(e % 5, |j| e + j));
    check("di", &|e| list(e % 5, |j| e + (e % 5 - 1) - j));
}

fn hit(i: i64) -> serde_json::Map<String, Value> {
    let record = json!({
        "id": i, "x": 0.5 * i as f64, "energy": 0.25 * i as f64 - 1.0, "ranged": (i % 64) as f64,
        "name": format!("hit{i}"), "samples": list(i % 4, |_| 1.5 * i as f64),
        "cell": list(3, |k| 10 * i + k),
    });
    record.as_object().unwrap().clone()
}

fn p4(x: i64, y: i64, z: i64, e: i64) -> Value {
    let [x, y, z, e] = [x, y, z, e].map(|v| v as f64);
    json!({"fP": {"fX": x, "fY": y, "fZ": z}, "fE": e})
}

fn points(i: i64) -> Value {
    list(i % 3, |k| i as f64 + 0.125 * k as f64)
}

#[test]
fn objects_whole_and_split() {
    let file = open("objects");
    let check =
        |branch: &str, formula: &dyn Fn(i64) -> Value| check(&file, "objects", branch, formula);
    check("p4_whole", &|e| p4(e, 2 * e, 3 * e, 4 * e));
    check("p4_split", &|e| p4(e, 2 * e, 3 * e, 4 * e));
    check("p4s_whole", &|e| list(e % 4, |j| p4(e, j, e + j, e * j)));
    // A class with a custom streamer is never split.
    check("p4s_split", &|e| list(e % 4, |j| p4(e, j, e + j, e * j)));
    check("hit_whole", &|e| Value::Object(hit(e)));
    check("track_whole", &|e| {
        let mut track = hit(e);
        track.insert("npoints".into(), json!(e % 3));
        track.insert("points".into(), points(e));
        track.insert("p4".into(), p4(e, -e, 2 * e, 4 * e));
        Value::Object(track)
    });
    check("hits_whole", &|e| list(e % 4, |j| hit(e + j)));
    check("hits_split", &|e| json!(e % 4));
    for member in ["id", "x", "energy", "ranged", "name", "samples", "cell"] {
        let dims = if member == "cell" { "[3]" } else { "" };
        let of = |i: i64| hit(i)[member].clone();
        check(&format!("hit_split./hit_split.{member}{dims}"), &of);
        check(
            &format!("track_split./track_split.Hit/track_split.Hit.{member}{dims}"),
            &of,
        );
        check(&format!("hits_split/hits_split.{member}{dims}"), &|e| {
            list(e % 4, |j| of(e + j))
        });
    }
    check("track_split./track_split.points", &points);
    check("track_split./track_split.p4", &|e| p4(e, -e, 2 * e, 4 * e));
    check("clones_split/clones_split.fE", &|e| {
        list(e % 4, |_| (e + 1) as f64)
    });
    check("clones_split/clones_split.fP", &|e| {
        list(e % 4, |j| p4(j, e, e - j, 0)["fP"].clone())
    });
}

#[test]
fn counted_arrays_without_stored_offsets() {
    for name in ["offsetmap", "offsetmap-plain"] {
        let file = open(name);
        check(&file, "t", "v", |e| {
            list(e % 11, |j| e as f64 - 0.5 * j as f64)
        });
        check(&file, "t", "w", |e| {
            list(e % 11, |j| list(2, |k| if k == 0 { e } else { j }))
        });
        check(&file, "t", "z", |e| list((e + 3) % 8, |j| e * j));
    }
}

/// The tree of `growing()` in `writers.C`: some baskets in the file, the last ones with the tree.
#[test]
fn unflushed_baskets_and_files_never_closed() {
    for name in ["embedded", "unclosed", "keyless"] {
        let file = open(name);
        check(&file, "t", "i", |i| json!(i));
        check(&file, "t", "n", |i| json!(i % 4));
        check(&file, "t", "x", |i| {
            list(i % 4, |j| i as f64 + 0.25 * j as f64)
        });
        check(&file, "t", "v", |i| list(i % 3, |_| i));
        check(&file, "t", "text", |i| json!("x".repeat((i % 5) as usize)));
        assert_eq!(Tree::open(&file, "t").unwrap().entries(), 170, "{name}");
    }
}

#[test]
fn friends_and_aliases() {
    let file = open("friends");
    check(&file, "beside", "i", |i| json!(1000 + i));
    let tree = Tree::open(&file, "t").unwrap();
    let friend = |alias: &str, tree: &str, file: &str| Friend {
        alias: alias.to_owned(),
        tree: tree.to_owned(),
        file: file.to_owned(),
    };
    let wanted = [
        friend("other", "t", "codec-zlib.root"),
        friend("beside", "beside", ""),
    ];
    assert_eq!(tree.friends(), wanted);
    assert_eq!(tree.aliases(), [("twice".to_owned(), "2*i".to_owned())]);
}

#[test]
fn saved_chains() {
    let file = open("chain");
    let part = |file: &str, tree: &str| (file.to_owned(), tree.to_owned());
    let wanted = vec![
        part("codec-zlib.root", "t"),
        part("codec-zstd.root", "t"),
        part("more/codec-lz4.root", "nested/t"),
    ];
    assert_eq!(chain_elements(&file, "parts").unwrap(), Some(wanted));
    assert_eq!(chain_elements(&open("friends"), "t").unwrap(), None);
    assert!(
        chain_elements(&file, "part")
            .unwrap_err()
            .to_string()
            .contains("parts")
    );
}

#[test]
fn directories_and_empty_trees() {
    let file = open("directories");
    assert_eq!(
        Tree::list(&file).unwrap(),
        ["empty", "bare", "a/b/c/deep", "a/shallow.tree"]
    );
    check(&file, "a/b/c/deep", "i", |i| json!(100 + i));
    check(&file, "a/shallow.tree", "i", |i| json!(i));
    let empty = Tree::open(&file, "empty").unwrap();
    for branch in empty.branches() {
        let array = BranchReader::new(&empty, branch.clone())
            .unwrap()
            .read(0..0)
            .unwrap();
        assert_eq!(
            (array.len(), array.data_type()),
            (0, &branch.data_type(&empty).unwrap())
        );
    }
    assert!(Tree::open(&file, "bare").unwrap().branches().is_empty());
    assert!(
        Tree::open(&file, "a")
            .unwrap_err()
            .to_string()
            .contains("not a TTree")
    );
    let classes: BTreeMap<String, String> = file
        .entries()
        .unwrap()
        .into_iter()
        .map(|e| (e.path, e.key.class))
        .collect();
    assert_eq!(classes["note"], "TObjString");
}

#[test]
fn cycles_of_one_name() {
    let file = open("cycles");
    assert_eq!(Tree::list(&file).unwrap(), ["t"]);
    for (path, entries) in [("t;1", 30), ("t;2", 60), ("t;3", 90), ("t", 90)] {
        assert_eq!(
            Tree::open(&file, path).unwrap().entries(),
            entries,
            "{path}"
        );
        check(&file, path, "i", |i| json!(i));
        check(&file, path, "v", |i| list(i % 3, |_| i));
    }
    assert!(Tree::open(&file, "t;4").is_err());
}

#[test]
fn histograms() {
    let file = open("histograms");
    let h = |name: &str| RootHistogram::open(&file, name).unwrap();
    let fills = -1..12;
    let h1f = h("h1f");
    assert_eq!(
        (h1f.class.as_str(), h1f.title.as_str()),
        ("TH1F", "fixed bins")
    );
    assert_eq!(h1f.axes[0].title, "x [GeV]");
    assert_eq!(h1f.entries, 13.0);
    let mut wanted = [0.0; 12];
    for i in fills.clone() {
        wanted[(i + 1).clamp(0, 11) as usize] += f64::from(1 + i % 3);
    }
    assert_eq!(h1f.contents, wanted);
    let h1d = h("h1d");
    assert_eq!(h1d.axes[0].edges, [0.0, 1.0, 2.5, 4.0, 8.0]);
    assert!(!h1d.axes[0].uniform && h1f.axes[0].uniform);
    // -0.5 | 0 | 0.5 + 1 | 1.5 | 2 + … + 3.5 | 4 + … + 5.5
    assert_eq!(h1d.contents, [-0.5, 0.0, 1.5, 1.5, 11.0, 19.0]);
    assert_eq!(h1d.sum_w2.unwrap(), [0.25, 0.0, 1.25, 2.25, 31.5, 91.5]);
    let labels = h("labels");
    assert_eq!(labels.axes[0].labels, ["electron", "muon", "tau"]);
    assert_eq!(labels.contents, [0.0, 3.0, 2.0, 1.0, 0.0]);
    let h3f = h("h3f");
    assert_eq!(h3f.contents.len(), 4 * 5 * 6);
    assert_eq!(h3f.contents.iter().sum::<f64>(), 6.5);
    // i = 5: x bin 2 % 3 and so on; only i = 5 fills (2, 1, 0), that is overflow in x.
    assert_eq!(h3f.contents[3 + 4 * (2 + 5)], 0.5);
    let profile = h("profile");
    // Bin of i % 5 = 2: i = 2 and 7 with 2i = 4 and 14.
    assert_eq!(profile.contents[3], 18.0);
    assert_eq!(profile.profile_entries.unwrap()[3], 2.0);
    for (name, class) in [
        ("h1i", "TH1I"),
        ("h1c", "TH1C"),
        ("h1s", "TH1S"),
        ("h2d", "TH2D"),
        ("h2f", "TH2F"),
    ] {
        assert_eq!(h(name).class, class);
    }
    assert_eq!(h("h2f").axes[1].edges, [0.0, 1.0, 10.0]);
    assert_eq!(h("h2d").contents.iter().sum::<f64>(), 26.0);
    assert_eq!(h("h1i").contents, [1.0, 3.0, 3.0, 3.0, 3.0]);
}

/// Everything that uproot reads of these files is the same here; what only we read is listed.
#[test]
fn uproot_agrees() {
    let paths = peer::files("root-writers");
    let Some(expected) = peer::uproot_digests(&paths) else {
        return;
    };
    let (mut equal, mut only_here, mut misread) = (0, Vec::new(), Vec::new());
    for path in &paths {
        let found = peer::compare(path, &expected[path.to_str().unwrap()]);
        equal += found.equal;
        only_here.extend(found.only_here);
        misread.extend(found.different);
    }
    let names: Vec<&str> = misread
        .iter()
        .map(|b| b.split(": ").next().unwrap())
        .collect();
    // Strings without bytes end uproot's walk; a range on a counted array is not applied there.
    assert_eq!(names, ["leaves:text", "leaves:dn"], "{misread:#?}");
    let wanted = [
        "objects:hit_whole",
        "objects:track_whole",
        "objects:hits_whole",
        "objects:hits_split",
        "t:v",
        "t:w",
        "t:z",
        "stl:mti",
        "stl:mit",
        "stl:mtv",
        "stl:di",
    ];
    assert_eq!(only_here, wanted);
    assert_eq!(equal, 155);
}
