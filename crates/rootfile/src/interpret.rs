//! What a branch holds: from its leaves, its class and its place among other branches.

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::layout::{Framing, Layout};
use crate::object::{Object, Value};
use crate::plan::{Kind, Packed, Prim};
use crate::streamer::{Element, Streamers, normalise};

/// Types of TBranchElement (`fType`). A whole object has no version header, unless its class
/// has a custom streamer (then the type is -1).
const WHOLE: i64 = 0;
const CLONES_MASTER: i64 = 3;
const STL_MASTER: i64 = 4;
const CLONES_MEMBER: i64 = 31;
const STL_MEMBER: i64 = 41;

/// Arrays have at most so many fixed dimensions; more are read as one.
const MAX_DIMENSIONS: usize = 16;

/// The outcome for one branch.
pub(crate) struct Interpretation {
    pub(crate) layout: Result<Layout>,
    pub(crate) type_name: String,
    pub(crate) has_own_data: bool,
    /// The leaf that counts the items of each entry.
    pub(crate) counter: Option<String>,
}

/// Interprets a branch from its metadata.
pub(crate) fn branch(
    object: &Object,
    parent: Option<&Object>,
    streamers: &Streamers,
) -> Interpretation {
    let leaves: Vec<&Arc<Object>> = object
        .items("fLeaves")
        .iter()
        .filter_map(|v| {
            if let Value::Object(leaf) = v {
                Some(leaf)
            } else {
                None
            }
        })
        .collect();
    let counter = leaves
        .iter()
        .find_map(|leaf| leaf.object("fLeafCount"))
        .map(|leaf| leaf.text("fName").to_owned());
    let has_children = !object.items("fBranches").is_empty();
    let kind = object.int("fType").unwrap_or(0);
    if object.class.as_ref() == "TBranchElement" && matches!(kind, CLONES_MASTER | STL_MASTER) {
        // The master of a split collection holds the number of objects of each entry.
        return Interpretation {
            layout: Ok(Layout::one(Kind::Prim(Prim::I32))),
            type_name: "int".to_owned(),
            has_own_data: true,
            counter: None,
        };
    }
    if has_children {
        return Interpretation {
            layout: Err(Error::unsupported(
                "a group of branches; read the branches in it",
            )),
            type_name: object.text("fClassName").to_owned(),
            has_own_data: false,
            counter: None,
        };
    }
    if leaves.len() != object.items("fLeaves").len() {
        return Interpretation {
            layout: Err(Error::unsupported(
                "a leaf of a class that the file does not describe",
            )),
            type_name: object.text("fClassName").to_owned(),
            has_own_data: true,
            counter,
        };
    }
    let context = Context {
        object,
        parent,
        streamers,
        leaves: &leaves,
    };
    let (layout, type_name) = match context.layout() {
        Ok((layout, name)) => (Ok(layout), name),
        Err(e) => (Err(e), object.text("fClassName").to_owned()),
    };
    Interpretation {
        layout,
        type_name,
        has_own_data: true,
        counter,
    }
}

struct Context<'a> {
    object: &'a Object,
    parent: Option<&'a Object>,
    streamers: &'a Streamers,
    leaves: &'a [&'a Arc<Object>],
}

impl Context<'_> {
    fn layout(&self) -> Result<(Layout, String)> {
        if self.object.class.as_ref() == "TBranchObject" {
            return self.dynamic();
        }
        match self.leaves {
            [] if self.object.class.as_ref() == "TBranchElement" => self.element(),
            [] => Err(Error::unsupported("a branch without leaves")),
            [leaf] => match self.numeric(leaf)? {
                Some((kind, name)) => Ok((self.framed(leaf, kind), name)),
                None if leaf.class.as_ref() == "TLeafC" => {
                    let item = Kind::Text { header: false };
                    Ok((
                        Layout {
                            framing: Framing::LeafString,
                            item,
                        },
                        "char*".to_owned(),
                    ))
                }
                None if self.object.class.as_ref() == "TBranchElement" => self.element(),
                None => Err(Error::unsupported(format!("leaf class {}", leaf.class))),
            },
            leaves => self.leaf_list(leaves),
        }
    }

    /// The kind of a numeric leaf without its dimensions; none if it is not numeric.
    fn numeric(&self, leaf: &Object) -> Result<Option<(Kind, String)>> {
        let unsigned = leaf.int("fIsUnsigned") == Some(1);
        let either = |signed: Prim, other: Prim| if unsigned { other } else { signed };
        let prim = match leaf.class.as_ref() {
            "TLeafO" => Prim::Bool,
            "TLeafB" => either(Prim::I8, Prim::U8),
            "TLeafS" => either(Prim::I16, Prim::U16),
            "TLeafI" => either(Prim::I32, Prim::U32),
            "TLeafL" | "TLeafG" => either(Prim::I64, Prim::U64),
            "TLeafF" => Prim::F32,
            "TLeafD" => Prim::F64,
            "TLeafD32" => return self.packed(leaf.text("fTitle"), true),
            "TLeafF16" => return self.packed(leaf.text("fTitle"), false),
            "TLeafElement" => {
                let code = leaf.int("fType").unwrap_or(-1);
                let code = i32::try_from(code).unwrap_or(-1);
                let base = match code {
                    21..=39 => code - 20,
                    other => other,
                };
                match base {
                    9 => return self.packed(&self.member_title(), true),
                    19 => return self.packed(&self.member_title(), false),
                    _ => match Prim::from_code(base) {
                        Some(prim) => prim,
                        None => return Ok(None),
                    },
                }
            }
            _ => return Ok(None),
        };
        Ok(Some((Kind::Prim(prim), c_name(prim).to_owned())))
    }

    fn packed(&self, title: &str, double: bool) -> Result<Option<(Kind, String)>> {
        let packed = Packed::from_title(title, double)
            .ok_or_else(|| Error::unsupported(format!("the range in {title:?}")))?;
        let name = if double { "Double32_t" } else { "Float16_t" };
        Ok(Some((Kind::Packed(packed), name.to_owned())))
    }

    fn member_title(&self) -> String {
        self.member().map_or_else(String::new, |e| e.title.clone())
    }

    /// Puts a leaf's dimensions around its kind, and a list where another leaf counts.
    fn framed(&self, leaf: &Object, kind: Kind) -> Layout {
        let item = kind.with_dims(&fixed_dims(leaf));
        if leaf.object("fLeafCount").is_some() {
            Layout::list(item, 0)
        } else {
            Layout::one(item)
        }
    }

    /// Several leaves in one branch: a record per entry.
    fn leaf_list(&self, leaves: &[&Arc<Object>]) -> Result<(Layout, String)> {
        let mut fields = Vec::with_capacity(leaves.len());
        for leaf in leaves {
            if leaf.object("fLeafCount").is_some() {
                return Err(Error::unsupported(
                    "a leaf list with arrays of varying length",
                ));
            }
            let (kind, _) = self.numeric(leaf)?.ok_or_else(|| {
                Error::unsupported(format!("leaf class {} in a leaf list", leaf.class))
            })?;
            fields.push((
                leaf.text("fName").to_owned(),
                kind.with_dims(&fixed_dims(leaf)),
            ));
        }
        Ok((Layout::one(Kind::Tuple(fields)), "struct".to_owned()))
    }

    /// Whole objects that derive from TObject, perhaps each of another class.
    fn dynamic(&self) -> Result<(Layout, String)> {
        let class = self.object.text("fClassName");
        let named = match self.leaves {
            [leaf] if leaf.class.as_ref() == "TLeafObject" => leaf.int("fVirtual") != Some(0),
            _ => return Err(Error::unsupported("a TBranchObject without its leaf")),
        };
        let item = Kind::from_type(class, true);
        let framing = if named { Framing::Named } else { Framing::One };
        Ok((Layout { framing, item }, class.to_owned()))
    }

    /// A branch described by class and member rather than by leaves.
    fn element(&self) -> Result<(Layout, String)> {
        let kind_of_branch = self.object.int("fType").unwrap_or(0);
        let id = self.object.int("fID").unwrap_or(-1);
        let repeated = matches!(kind_of_branch, CLONES_MEMBER | STL_MEMBER);
        let class = self.object.text("fClassName");
        let Some(member) = (id >= 0).then(|| self.member()).flatten() else {
            if class.is_empty() {
                return Err(Error::unsupported("a branch without class or leaves"));
            }
            if id >= 0 {
                return Err(self.streamers.unknown(class));
            }
            // A whole object per entry. A string at the top has no header.
            let kind = match Kind::from_type(class, true) {
                Kind::Text { .. } => Kind::Text { header: false },
                kind => kind,
            };
            if kind_of_branch == WHOLE && matches!(kind, Kind::Class(_)) {
                // Without headers the entries do not say which version they are.
                let version = self.object.int("fClassVersion").unwrap_or(-1);
                let checksum = self.object.int("fCheckSum").unwrap_or(-1);
                if let Some(info) = self.streamers.newest(class)
                    && i64::from(info.version) != version
                    && i64::from(info.checksum) != checksum
                {
                    return Err(Error::unsupported(format!(
                        "version {version} of class {class} where the file's newest is {}",
                        info.version
                    )));
                }
                return Ok((
                    Layout {
                        framing: Framing::Members,
                        item: kind,
                    },
                    class.to_owned(),
                ));
            }
            return Ok((Layout::one(kind), class.to_owned()));
        };
        let name = member.type_name.clone();
        let kind = Kind::of_element(&member);
        if !repeated {
            return match kind {
                // Members counted by another: one flag byte, then values to the end of the entry.
                Kind::Counted { item, .. } => Ok((Layout::list(*item, 1), name)),
                kind => Ok((Layout::one(kind), name)),
            };
        }
        // One entry holds this member of all objects of the collection.
        let (item, header) = match kind {
            Kind::Text { header } => (Kind::Text { header: false }, header),
            Kind::List { item, header } => (
                Kind::List {
                    item,
                    header: false,
                },
                header,
            ),
            Kind::Map { key, value, header } => (
                Kind::Map {
                    key,
                    value,
                    header: false,
                },
                header,
            ),
            Kind::Counted { .. } => {
                return Err(Error::unsupported(
                    "arrays of varying length within a split collection",
                ));
            }
            kind => (kind, false),
        };
        let dims_free = item.fixed_size().is_some();
        if dims_free && !header {
            return Ok((Layout::list(item, 0), name));
        }
        Ok((
            Layout {
                framing: Framing::Run { header },
                item,
            },
            name,
        ))
    }

    /// The class member that this branch holds.
    fn member(&self) -> Option<Element> {
        let id = usize::try_from(self.object.int("fID")?).ok()?;
        // The class is the one the branch names; within a collection, that of its elements.
        let own = self.object.text("fClassName");
        let version = self
            .object
            .int("fClassVersion")
            .and_then(|v| u16::try_from(v).ok())
            .unwrap_or(0);
        let checksum = self
            .object
            .int("fCheckSum")
            .and_then(|v| u32::try_from(v).ok());
        let candidates = [
            own,
            self.parent.map_or("", |p| p.text("fClonesName")),
            self.parent.map_or("", |p| p.text("fClassName")),
        ];
        let name = self.object.text("fName");
        let last = name.rsplit('.').next().unwrap_or(name);
        let stripped = last.split('[').next().unwrap_or(last);
        for class in candidates.into_iter().filter(|c| !c.is_empty()) {
            if let Some(info) = self
                .streamers
                .find(class, version, checksum)
                .or_else(|| self.streamers.newest(class))
                && let Some(element) = info.elements.get(id)
                && (element.name == stripped || normalise(&element.name) == normalise(stripped))
            {
                return Some(element.clone());
            }
        }
        // Written with another version of the class: the name decides.
        candidates
            .into_iter()
            .filter(|c| !c.is_empty())
            .filter_map(|class| {
                self.streamers
                    .find(class, version, checksum)
                    .or_else(|| self.streamers.newest(class))
            })
            .find_map(|info| info.elements.iter().find(|e| e.name == stripped))
            .cloned()
    }
}

/// The constant dimensions of a leaf: `x[n][3][2]` has `[3, 2]`.
fn fixed_dims(leaf: &Object) -> Vec<usize> {
    let len = leaf
        .int("fLen")
        .and_then(|n| usize::try_from(n).ok())
        .unwrap_or(1);
    let title = leaf.text("fTitle");
    let title = title.split('/').next().unwrap_or(title);
    let dims: Vec<usize> = title
        .split('[')
        .skip(1)
        .filter_map(|part| part.split(']').next()?.trim().parse().ok())
        .collect();
    // `fLen` is what ROOT itself trusts.
    let product = dims
        .iter()
        .try_fold(1usize, |product, d| product.checked_mul(*d));
    if product == Some(len) && dims.len() <= MAX_DIMENSIONS {
        dims
    } else if len > 1 {
        vec![len]
    } else {
        Vec::new()
    }
}

fn c_name(prim: Prim) -> &'static str {
    match prim {
        Prim::Bool => "bool",
        Prim::I8 => "char",
        Prim::U8 => "unsigned char",
        Prim::I16 => "short",
        Prim::U16 => "unsigned short",
        Prim::I32 => "int",
        Prim::U32 => "unsigned int",
        Prim::I64 => "long",
        Prim::U64 => "unsigned long",
        Prim::F32 => "float",
        Prim::F64 => "double",
    }
}
