//! The TTree object: what ROOT knows of a tree but the baskets.
//!
//! Classes and their versions are those of ROOT 6.40, whose descriptions are in the file.

use super::branch::Branch;
use super::buffer::Buffer;
use super::shape::{Item, Shape};
use crate::plan::Prim;

/// What is said of a whole tree.
pub(crate) struct TreeInfo<'a> {
    pub(crate) name: &'a str,
    pub(crate) title: &'a str,
    pub(crate) compression: i32,
    /// Entries from one place where all branches begin a basket to the next.
    pub(crate) cluster: u64,
    /// Names and texts that ROOT keeps with a tree for its user.
    pub(crate) notes: &'a [(String, String)],
    pub(crate) branches: &'a [Branch],
}

/// `TIOFeatures`: byte count, version 0 with a checksum, and no feature.
const NO_FEATURES: [u8; 11] = [0x40, 0, 0, 7, 0, 0, 0x1A, 0xA1, 0x2F, 0x10, 0];
/// ROOT's default of entries that a loop or a tree may have.
const MAX_ENTRIES: i64 = 1_000_000_000_000;

/// Writes the tree's object.
pub(crate) fn put_tree(b: &mut Buffer, tree: &TreeInfo<'_>) {
    let sum = |of: fn(&Branch) -> u64| tree.branches.iter().map(of).sum::<u64>();
    b.versioned(20, |b| {
        b.named(tree.name, tree.title);
        // How it is drawn, by ROOT's defaults.
        b.versioned(2, |b| {
            b.all([602, 1, 1], Buffer::i16);
        });
        put_fill(b);
        b.versioned(3, |b| {
            b.i16(1);
            b.i16(1);
            b.f32(1.0);
        });
        b.u64(tree.branches.first().map_or(0, |branch| branch.entries));
        b.u64(sum(|branch| branch.raw_bytes));
        b.u64(sum(|branch| branch.packed_bytes));
        // Bytes saved, and bytes flushed.
        b.u64(0);
        b.u64(sum(|branch| branch.packed_bytes));
        b.f64(1.0);
        // Timer, fields of a scan, update.
        b.all([0, 25, 0], Buffer::i32);
        // The default length of offsets; clusters of sizes of their own.
        b.all([1000, 0], Buffer::i32);
        b.all([MAX_ENTRIES, MAX_ENTRIES, 0], Buffer::i64);
        b.i64(-300_000_000);
        b.u64(tree.cluster);
        b.i64(1_000_000);
        // Ends and sizes of clusters of other sizes: none.
        b.all([0, 0], Buffer::u8);
        b.raw(&NO_FEATURES);
        b.array(tree.branches.len(), |b| {
            for i in 0..tree.branches.len() {
                put_branch(b, tree, i);
            }
        });
        b.array(tree.branches.len(), |b| {
            for i in 0..tree.branches.len() {
                put_leaf(b, tree.branches, i);
            }
        });
        // Aliases; values and numbers of an index, and the index; friends.
        b.null();
        b.all([0, 0], Buffer::i32);
        b.null();
        b.null();
        match tree.notes {
            [] => b.null(),
            notes => b.pointer("TList", |b| put_notes(b, notes)),
        }
        // The branch of references.
        b.null();
    });
}

fn put_notes(b: &mut Buffer, notes: &[(String, String)]) {
    b.versioned(5, |b| {
        b.object();
        b.string("");
        b.count(notes.len());
        for (name, text) in notes {
            b.pointer("TNamed", |b| b.named(name, text));
            // The option of a link.
            b.u8(0);
        }
    });
}

fn put_fill(b: &mut Buffer) {
    b.versioned(2, |b| {
        b.i16(0);
        b.i16(1001);
    });
}

fn put_branch(b: &mut Buffer, tree: &TreeInfo<'_>, i: usize) {
    let Some(branch) = tree.branches.get(i) else {
        return;
    };
    let Shape::Object { class, of } = &branch.shape else {
        b.pointer("TBranch", |b| put_plain_branch(b, tree, branch, i));
        return;
    };
    b.pointer("TBranchElement", |b| {
        b.versioned(10, |b| {
            put_plain_branch(b, tree, branch, i);
            b.string(class);
            // Its parent, and the class in a collection of objects.
            b.string("");
            b.string("");
            let collection = matches!(of, Item::List(_));
            let (checksum, version, kind) = match collection {
                true => (checksum(class), 6, 0),
                // As ROOT has it for std::string.
                false => (1_852_773_892, 2, -1),
            };
            b.u32(checksum);
            b.i16(version);
            b.i32(-1);
            b.i32(kind);
            // Its streamer's type, and the most objects.
            b.i32(-1);
            b.i32(0);
            b.null();
            b.null();
        });
    });
}

/// ROOT's checksum of a collection, which has only its name to go by (`TClass::GetCheckSum`).
fn checksum(class: &str) -> u32 {
    let letters = class.bytes().map(u32::from);
    letters.fold(0, |sum, c| sum.wrapping_mul(3).wrapping_add(c))
}

fn put_plain_branch(b: &mut Buffer, tree: &TreeInfo<'_>, branch: &Branch, i: usize) {
    let written = branch.baskets.len();
    // One more than there are: where the next would begin.
    let room = (written + 1).max(10);
    b.versioned(13, |b| {
        let title = match (branch.title.as_str(), leaf_letter(&branch.shape)) {
            ("", Some(letter)) => format!("{}/{letter}", leaf_title(branch)),
            ("", None) => branch.name.clone(),
            (title, _) => title.to_owned(),
        };
        b.named(&branch.name, &title);
        put_fill(b);
        b.i32(tree.compression);
        b.count(branch.largest.max(512));
        b.i32(if branch.fixed_size().is_some() {
            0
        } else {
            1000
        });
        b.count(written);
        b.u64(branch.entries);
        b.raw(&NO_FEATURES);
        b.i32(0);
        b.count(room);
        // How deep objects are split: not at all.
        b.i32(0);
        b.u64(branch.entries);
        b.u64(0);
        b.u64(branch.raw_bytes);
        b.u64(branch.packed_bytes);
        b.array(0, |_| ());
        b.array(1, |b| put_leaf(b, tree.branches, i));
        b.array(0, |_| ());
        let unused = room - written;
        b.u8(1);
        for basket in &branch.baskets {
            b.u32(basket.placed.bytes);
        }
        (0..unused).for_each(|_| b.u32(0));
        b.u8(1);
        for basket in &branch.baskets {
            b.u64(basket.first_entry);
        }
        b.u64(branch.entries);
        (1..unused).for_each(|_| b.u64(0));
        b.u8(1);
        for basket in &branch.baskets {
            b.u64(basket.placed.seek);
        }
        (0..unused).for_each(|_| b.u64(0));
        // No other file.
        b.string("");
    });
}

/// The leaf of a branch, which the tree, the branch and the arrays that it counts point to.
fn put_leaf(b: &mut Buffer, branches: &[Branch], i: usize) {
    let Some(branch) = branches.get(i) else {
        return;
    };
    match &branch.shape {
        Shape::Numbers { prim, .. } | Shape::Counted { prim, .. } => {
            let class = match prim {
                Prim::Bool => "TLeafO",
                Prim::I8 | Prim::U8 => "TLeafB",
                Prim::I16 | Prim::U16 => "TLeafS",
                Prim::I32 | Prim::U32 => "TLeafI",
                Prim::I64 | Prim::U64 => "TLeafL",
                Prim::F32 => "TLeafF",
                Prim::F64 => "TLeafD",
            };
            // The largest number that a counter counts to, by which ROOT takes memory.
            let counted = branches.iter().filter(|other| other.counter == Some(i));
            let most = counted.map(|other| other.longest).max();
            b.shared(i, class, |b| {
                b.versioned(1, |b| {
                    let unsigned = matches!(prim, Prim::U8 | Prim::U16 | Prim::U32 | Prim::U64);
                    put_plain_leaf(b, branches, branch, prim.size(), unsigned, most.is_some());
                    for limit in [0, most.unwrap_or(0)] {
                        match prim {
                            Prim::Bool | Prim::I8 | Prim::U8 => b.u8(limit as u8),
                            Prim::I16 | Prim::U16 => b.u16(limit as u16),
                            Prim::I32 | Prim::U32 => b.u32(limit as u32),
                            Prim::I64 | Prim::U64 => b.u64(limit as u64),
                            Prim::F32 => b.f32(0.0),
                            Prim::F64 => b.f64(0.0),
                        }
                    }
                });
            });
        }
        Shape::Text => b.shared(i, "TLeafC", |b| {
            b.versioned(1, |b| {
                put_plain_leaf(b, branches, branch, 1, false, false);
                b.i32(0);
                b.count(branch.longest + 1);
            });
        }),
        Shape::Object { .. } => b.shared(i, "TLeafElement", |b| {
            b.versioned(1, |b| {
                put_plain_leaf(b, branches, branch, 0, false, false);
                b.i32(-1);
                b.i32(-1);
            });
        }),
    }
}

fn put_plain_leaf(
    b: &mut Buffer,
    branches: &[Branch],
    branch: &Branch,
    size: usize,
    unsigned: bool,
    counts: bool,
) {
    b.versioned(2, |b| {
        b.named(&branch.name, &leaf_title(branch));
        b.count(match &branch.shape {
            Shape::Numbers { dims, .. } | Shape::Counted { dims, .. } => dims.iter().product(),
            Shape::Text => branch.longest + 1,
            Shape::Object { .. } => 1,
        });
        b.count(size);
        b.i32(0);
        b.u8(counts.into());
        b.u8(unsigned.into());
        match branch.counter {
            Some(counter) => put_leaf(b, branches, counter),
            None => b.null(),
        }
    });
}

/// Name and dimensions: `x[n][3]`.
fn leaf_title(branch: &Branch) -> String {
    let mut title = branch.name.clone();
    if let Shape::Counted { counter, .. } = &branch.shape {
        title.push_str(&format!("[{counter}]"));
    }
    if let Shape::Numbers { dims, .. } | Shape::Counted { dims, .. } = &branch.shape {
        for n in dims {
            title.push_str(&format!("[{n}]"));
        }
    }
    title
}

/// ROOT's letter for the type of a leaf.
fn leaf_letter(shape: &Shape) -> Option<char> {
    match shape {
        Shape::Numbers { prim, .. } | Shape::Counted { prim, .. } => Some(match prim {
            Prim::Bool => 'O',
            Prim::I8 => 'B',
            Prim::U8 => 'b',
            Prim::I16 => 'S',
            Prim::U16 => 's',
            Prim::I32 => 'I',
            Prim::U32 => 'i',
            Prim::I64 => 'L',
            Prim::U64 => 'l',
            Prim::F32 => 'F',
            Prim::F64 => 'D',
        }),
        Shape::Text => Some('C'),
        Shape::Object { .. } => None,
    }
}
