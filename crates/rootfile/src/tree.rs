//! TTree: what branches there are and where their baskets lie.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow_schema::DataType;

use crate::basket::{BasketRef, Place};
use crate::error::{Error, Result};
use crate::file::{MAX_PATH, RootFile};
use crate::interpret;
use crate::layout::Layout;
use crate::nearest::suggest;
use crate::object::{EmbeddedBasket, Object, ObjectReader, Value};
use crate::write::worth_saying;

/// Branches nest at most this deep.
const MAX_DEPTH: usize = 32;

/// A tree of a file: its branches flattened in file order, parents before children.
#[derive(Debug, Clone)]
pub struct Tree {
    pub(crate) file: RootFile,
    name: String,
    title: String,
    entries: u64,
    branches: Vec<Arc<Branch>>,
    aliases: Vec<(String, String)>,
    friends: Vec<Friend>,
    notes: Vec<(String, String)>,
}

/// Another tree whose entries run alongside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Friend {
    /// Alias of the friend, by which its branches are prefixed in ROOT.
    pub alias: String,
    /// Name of the friend tree.
    pub tree: String,
    /// File that holds it; empty for the same file.
    pub file: String,
}

/// One branch: a column of the tree, or a group of branches.
#[derive(Debug)]
pub struct Branch {
    /// Names of the parents and its own, joined by `/`.
    pub path: String,
    /// Its own name.
    pub name: String,
    /// The branch's title, for a leaf list its declaration.
    pub title: String,
    /// `TBranch`, `TBranchElement`, …
    pub class: String,
    /// The C++ type, as far as the file tells.
    pub type_name: String,
    /// Entries of this branch, normally those of its tree.
    pub entries: u64,
    /// Compressed bytes of all baskets.
    pub packed_bytes: u64,
    /// Decompressed bytes of all baskets.
    pub raw_bytes: u64,
    /// Whether it only groups other branches and has no column of its own.
    pub is_group: bool,
    pub(crate) layout: Result<Layout>,
    pub(crate) baskets: Vec<BasketRef>,
    pub(crate) embedded: Vec<Arc<EmbeddedBasket>>,
    /// Path of the branch that counts the items, for baskets without entry offsets.
    pub(crate) counter: Option<Counter>,
}

/// Where the number of items of each entry comes from.
#[derive(Debug, Clone)]
pub(crate) struct Counter {
    /// Name of the leaf (and usually the branch).
    pub(crate) leaf: String,
}

impl Counter {
    /// The branch of the counter. It stands beside its array, if there are several of the name.
    pub(crate) fn branch<'t>(&self, tree: &'t Tree, of: &Branch) -> Result<&'t Arc<Branch>> {
        let beside = match of.path.rsplit_once('/') {
            Some((parent, _)) => format!("{parent}/{}", self.leaf),
            None => self.leaf.clone(),
        };
        tree.branch(&beside).or_else(|_| tree.branch(&self.leaf))
    }
}

impl Tree {
    /// Opens the tree at `path` within a file: `tree`, `dir/tree`, or `tree;3`.
    ///
    /// # Errors
    /// When it is not there, is not a TTree, or its metadata is damaged.
    pub fn open(file: &RootFile, path: &str) -> Result<Self> {
        let entry = file.find(path)?;
        let class = entry.key.class.as_str();
        if !is_tree(class) {
            let what = if class.contains("RNTuple") {
                "an RNTuple, ROOT's newer format; convert it to a TTree or to Parquet".to_owned()
            } else {
                format!("a {class}, not a TTree")
            };
            return Err(Error::unsupported(what)
                .in_object(entry.path)
                .in_file(file.label()));
        }
        let bytes = file.object_bytes(&entry.key)?;
        let streamers = file.streamers();
        let object = ObjectReader::new(&bytes, entry.key.key_bytes, &streamers)
            .read_class(class)
            .map_err(|e| e.in_object(entry.path.clone()).in_file(file.label()))?;
        Self::from_object(file, &entry.path, &object)
            .map_err(|e| e.in_object(entry.path.clone()).in_file(file.label()))
    }

    /// The paths of all trees of a file (the newest cycle of each).
    ///
    /// # Errors
    /// When a directory is damaged.
    pub fn list(file: &RootFile) -> Result<Vec<String>> {
        let mut paths: Vec<String> = Vec::new();
        for entry in file.entries()? {
            if is_tree(&entry.key.class) && !paths.contains(&entry.path) {
                paths.push(entry.path);
            }
        }
        Ok(paths)
    }

    fn from_object(file: &RootFile, path: &str, object: &Object) -> Result<Self> {
        let entries = object
            .int("fEntries")
            .and_then(|n| u64::try_from(n).ok())
            .ok_or_else(|| Error::corrupt("no number of entries"))?;
        let mut branches = Branches::default();
        for branch in object.items("fBranches") {
            if let Value::Object(branch) = branch {
                branches.collect(file, branch, "", None, 0)?;
            }
        }
        let branches = branches.list;
        let named = |list: &str| {
            let objects = object.items(list).iter().filter_map(|v| match v {
                Value::Object(o) => Some((o.text("fName").to_owned(), o.text("fTitle").to_owned())),
                _ => None,
            });
            objects.collect()
        };
        let aliases = named("fAliases");
        let notes = named("fUserInfo");
        let friends = object
            .items("fFriends")
            .iter()
            .filter_map(|v| match v {
                Value::Object(o) => Some(Friend {
                    alias: o.text("fName").to_owned(),
                    tree: o.text("fTreeName").to_owned(),
                    file: o.text("fTitle").to_owned(),
                }),
                _ => None,
            })
            .collect();
        Ok(Self {
            file: file.clone(),
            name: path.to_owned(),
            title: object.text("fTitle").to_owned(),
            entries,
            branches,
            aliases,
            friends,
            notes,
        })
    }

    /// Path of the tree within its file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Title given by the writer.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Number of entries (events).
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// The file the tree is in.
    #[must_use]
    pub fn file(&self) -> &RootFile {
        &self.file
    }

    /// All branches, groups included, parents before children.
    #[must_use]
    pub fn branches(&self) -> &[Arc<Branch>] {
        &self.branches
    }

    /// Names that the writer gave to expressions (`SetAlias`).
    #[must_use]
    pub fn aliases(&self) -> &[(String, String)] {
        &self.aliases
    }

    /// Trees declared to run alongside (`AddFriend`).
    #[must_use]
    pub fn friends(&self) -> &[Friend] {
        &self.friends
    }

    /// Names and texts in the list that ROOT keeps for the tree's user (`GetUserInfo`), where what
    /// we write has units and descriptions: `lep_pt.unit`.
    #[must_use]
    pub fn notes(&self) -> &[(String, String)] {
        &self.notes
    }

    /// Finds a branch by path, or by name where that is unique.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) with the nearest names.
    pub fn branch(&self, name: &str) -> Result<&Arc<Branch>> {
        let by_path = self.branches.iter().find(|b| b.path == name && !b.is_group);
        by_path
            .or_else(|| self.branches.iter().find(|b| b.name == name && !b.is_group))
            .or_else(|| self.branches.iter().find(|b| b.path == name))
            .ok_or_else(|| {
                let known: Vec<&str> = self.branches.iter().map(|b| b.path.as_str()).collect();
                Error::not_found(format!("no branch {name:?}{}", suggest(name, &known)))
                    .in_object(self.name.clone())
                    .in_file(self.file.label())
            })
    }

    /// Entry numbers at which every branch starts a new basket, 0 and the end included: a read
    /// between two of them decompresses nothing twice.
    #[must_use]
    pub fn boundaries(&self) -> Vec<u64> {
        let mut seen: HashMap<u64, usize> = HashMap::new();
        let mut columns = 0;
        for branch in self.branches.iter().filter(|b| !b.baskets.is_empty()) {
            columns += 1;
            for basket in &branch.baskets {
                *seen.entry(basket.first_entry).or_default() += 1;
            }
        }
        let mut edges: Vec<u64> = seen
            .into_iter()
            .filter(|(first, n)| *n == columns && *first > 0 && *first < self.entries)
            .map(|(first, _)| first)
            .collect();
        edges.push(0);
        edges.push(self.entries);
        edges.sort_unstable();
        edges.dedup();
        edges
    }
}

impl Branch {
    /// The Arrow type of the branch's column, or why there is none.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) with the reason.
    pub fn data_type(&self, tree: &Tree) -> Result<DataType> {
        let layout = self
            .layout
            .as_ref()
            .map_err(|e| self.name_error(tree, e.clone()))?;
        let column = layout
            .column(&tree.file.streamers())
            .map_err(|e| self.name_error(tree, e))?;
        Ok(column.data_type())
    }

    /// How ROOT declares the branch, where its column's type alone would have it written as another:
    /// `float[lep_n]`, `char*`, `vector<long>`. See [`ROOT_TYPE`](crate::ROOT_TYPE).
    #[must_use]
    pub fn declaration(&self, column: &DataType) -> Option<String> {
        let declared = match &self.counter {
            Some(counter) => format!("{}[{}]", self.type_name, counter.leaf),
            None => self.type_name.clone(),
        };
        worth_saying(&self.name, &declared, column)
    }

    pub(crate) fn name_error(&self, tree: &Tree, e: Error) -> Error {
        e.in_object(format!("{}/{}", tree.name, self.path))
            .in_file(tree.file.label())
    }
}

fn is_tree(class: &str) -> bool {
    matches!(class, "TTree" | "TNtuple" | "TNtupleD")
}

/// The branches found so far, and what shows that they are not the same again and again.
#[derive(Default)]
struct Branches {
    list: Vec<Arc<Branch>>,
    visited: HashSet<*const Object>,
    packed_bytes: u64,
}

impl Branches {
    fn collect(
        &mut self,
        file: &RootFile,
        object: &Arc<Object>,
        prefix: &str,
        parent: Option<&Object>,
        depth: usize,
    ) -> Result<()> {
        let name = object.text("fName");
        let path = if prefix.is_empty() {
            name.to_owned()
        } else {
            format!("{prefix}/{name}")
        };
        if depth > MAX_DEPTH || path.len() > MAX_PATH {
            return Err(Error::corrupt("branches nested too deep"));
        }
        if !self.visited.insert(Arc::as_ptr(object)) {
            return Err(Error::corrupt(format!("branch {path} is in two places")));
        }
        let children = object.items("fBranches");
        let streamers = file.streamers();
        let interpretation = interpret::branch(object, parent, &streamers);
        let (baskets, embedded) = baskets(object)?;
        for basket in &baskets {
            if let Place::File { bytes, .. } = basket.place {
                self.packed_bytes += u64::from(bytes);
            }
        }
        let count = |name: &str| {
            object
                .int(name)
                .and_then(|n| u64::try_from(n).ok())
                .unwrap_or(0)
        };
        let layout = match object.text("fFileName") {
            // Baskets that share their bytes would let a small file hold any amount of data.
            "" if self.packed_bytes > file.len() => Err(Error::corrupt(format!(
                "baskets of {} bytes up to this branch, in a file of {}",
                self.packed_bytes,
                file.len()
            ))),
            "" => interpretation.layout,
            other => Err(Error::unsupported(format!(
                "baskets in another file, {other:?}; open that file"
            ))),
        };
        self.list.push(Arc::new(Branch {
            name: name.to_owned(),
            title: object.text("fTitle").to_owned(),
            class: object.class.to_string(),
            type_name: interpretation.type_name,
            entries: count("fEntries"),
            packed_bytes: count("fZipBytes"),
            raw_bytes: count("fTotBytes"),
            is_group: !children.is_empty() && !interpretation.has_own_data,
            layout,
            baskets,
            embedded,
            counter: interpretation.counter.map(|leaf| Counter { leaf }),
            path: path.clone(),
        }));
        for child in children {
            if let Value::Object(child) = child {
                self.collect(file, child, &path, Some(object), depth + 1)?;
            }
        }
        Ok(())
    }
}

/// The baskets of a branch in entry order: those in the file, then those in the metadata.
fn baskets(object: &Object) -> Result<(Vec<BasketRef>, Vec<Arc<EmbeddedBasket>>)> {
    let seeks = object.ints("fBasketSeek");
    let sizes = object.ints("fBasketBytes");
    let firsts = object.ints("fBasketEntry");
    let written = object
        .int("fWriteBasket")
        .and_then(|n| usize::try_from(n).ok())
        .unwrap_or(0)
        .min(seeks.len());
    let entries = object
        .int("fEntries")
        .and_then(|n| u64::try_from(n).ok())
        .unwrap_or(0);
    let mut list = Vec::with_capacity(written);
    let damaged = |i: usize| Error::corrupt(format!("basket {i} has no place or no entries"));
    let embedded: Vec<Arc<EmbeddedBasket>> = object
        .items("fBaskets")
        .iter()
        .filter_map(|v| {
            if let Value::Basket(b) = v {
                Some(Arc::clone(b))
            } else {
                None
            }
        })
        .filter(|b| b.entries > 0)
        .collect();
    let in_memory: u64 = embedded.iter().map(|b| b.entries as u64).sum();
    for i in 0..written {
        let (Some(&seek), Some(&bytes), Some(&first)) = (seeks.get(i), sizes.get(i), firsts.get(i))
        else {
            return Err(damaged(i));
        };
        // The list may be one entry short: the last basket then ends where the rest begins.
        let next = match firsts.get(i + 1) {
            Some(&next) if i + 1 < written || next > first => u64::try_from(next).ok(),
            _ => Some(entries.saturating_sub(in_memory)),
        };
        let (Ok(seek), Ok(bytes), Ok(first), Some(next)) = (
            u64::try_from(seek),
            u32::try_from(bytes),
            u64::try_from(first),
            next,
        ) else {
            return Err(damaged(i));
        };
        let Some(n) = next.checked_sub(first) else {
            return Err(damaged(i));
        };
        // A basket that was never written out lives in the metadata instead.
        if seek == 0 || bytes == 0 {
            continue;
        }
        list.push(BasketRef {
            first_entry: first,
            entries: n,
            place: Place::File { seek, bytes },
        });
    }
    let mut first = list
        .last()
        .map_or(0, |b: &BasketRef| b.first_entry + b.entries);
    for (i, basket) in embedded.iter().enumerate() {
        list.push(BasketRef {
            first_entry: first,
            entries: basket.entries as u64,
            place: Place::Embedded(i),
        });
        first += basket.entries as u64;
    }
    Ok((list, embedded))
}
