//! TStreamerInfo: the file's own description of its classes, by which everything else is read.
//!
//! Only the streamer classes themselves are known in advance. A future ROOT may add members
//! at the end of any of them: byte counts step over those.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::compress::decompress;
use crate::cursor::Cursor;
use crate::error::{Error, Result};
use crate::key::Key;
use crate::object::References;
use crate::plan::ClassPlan;

/// The descriptions of ROOT's own tree and histogram classes: a whole record of ROOT 6.40, key
/// included, as `testdata/root-writers/generate.py` takes it from a file.
pub(crate) const STANDARD_RECORD: &[u8] = include_bytes!("standard-streamers.bin");

/// All class descriptions of one file, by name and version.
#[derive(Default)]
pub(crate) struct Streamers {
    classes: HashMap<String, Vec<Arc<ClassInfo>>>,
    /// By name, version and checksum.
    plans: Mutex<HashMap<(String, i32, u32), Arc<ClassPlan>>>,
    /// Why the file's own are missing, where the list could not be read.
    damage: Option<String>,
    /// Ours, not the file's: then only the very version will do.
    standard: bool,
}

/// One version of one class.
#[derive(Debug, Clone)]
pub(crate) struct ClassInfo {
    pub(crate) name: String,
    pub(crate) version: i32,
    pub(crate) checksum: u32,
    pub(crate) elements: Vec<Element>,
}

/// One member (or base class) of a class.
#[derive(Debug, Clone)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) title: String,
    /// ROOT's type code (`TVirtualStreamerInfo::EReadWrite`).
    pub(crate) code: i32,
    pub(crate) array_len: usize,
    pub(crate) type_name: String,
    /// Member that counts a variable-length array.
    pub(crate) count_name: Option<String>,
}

impl Streamers {
    /// Parses the decompressed list of streamer infos.
    pub(crate) fn parse(bytes: &[u8], key_bytes: usize) -> Result<Self> {
        let mut c = Cursor::with_origin(bytes, key_bytes);
        let mut refs = References::default();
        let mut classes: HashMap<String, Vec<Arc<ClassInfo>>> = HashMap::new();
        for info in read_list(&mut c, &mut refs)? {
            if let Item::Info(info) = info {
                classes
                    .entry(normalise(&info.name))
                    .or_default()
                    .push(Arc::new(info));
            }
        }
        for versions in classes.values_mut() {
            versions.sort_by_key(|info| info.version);
        }
        Ok(Self {
            classes,
            ..Self::default()
        })
    }

    /// ROOT's own tree and histogram classes as ROOT 6.40 writes them, for a file without
    /// class descriptions (a job that died before it closed the file) or with damaged ones.
    pub(crate) fn standard(damage: Option<String>) -> Self {
        let parsed = Key::parse(&mut Cursor::new(STANDARD_RECORD)).and_then(|key| {
            let mut bytes = Vec::new();
            let stored = STANDARD_RECORD
                .get(usize::from(key.key_bytes)..)
                .unwrap_or_default();
            decompress(stored, key.object_bytes as usize, &mut bytes)?;
            Self::parse(&bytes, usize::from(key.key_bytes))
        });
        Self {
            damage,
            standard: true,
            ..parsed.unwrap_or_default()
        }
    }

    /// The plan of a ROOT class that the file uses without describing it (as ROOT 6.40 does for
    /// TChainElement), where ours is of the very version.
    pub(crate) fn fallback(class: &str, version: u16) -> Option<Arc<ClassPlan>> {
        static STANDARD: OnceLock<Streamers> = OnceLock::new();
        let standard = STANDARD.get_or_init(|| Self::standard(None));
        standard
            .find(class, version, None)
            .map(|info| standard.plan(info))
    }

    /// The error for a class that is not in the list.
    pub(crate) fn unknown(&self, class: &str) -> Error {
        Error::unsupported(match &self.damage {
            None if self.standard => format!(
                "class {class} at this version: the file has no class descriptions (was it closed?), \
                 and those of ROOT 6.40 do not fit"
            ),
            None => format!("class {class}, which the file does not describe"),
            Some(why) => format!("class {class}: the file's class descriptions are {why}"),
        })
    }

    /// The newest description of a class.
    pub(crate) fn newest(&self, class: &str) -> Option<&Arc<ClassInfo>> {
        self.classes.get(&normalise(class))?.last()
    }

    /// The description of a class at a version, or, for version 0, by checksum.
    pub(crate) fn find(
        &self,
        class: &str,
        version: u16,
        checksum: Option<u32>,
    ) -> Option<&Arc<ClassInfo>> {
        let versions = self.classes.get(&normalise(class))?;
        if let Some(checksum) = checksum
            && let Some(info) = versions.iter().find(|i| i.checksum == checksum)
        {
            return Some(info);
        }
        versions
            .iter()
            .find(|i| i.version == i32::from(version))
            .or(if !self.standard && (version == 0 || versions.len() == 1) {
                versions.last()
            } else {
                None
            })
    }

    /// The compiled reading plan of a class version, made once.
    pub(crate) fn plan(&self, info: &Arc<ClassInfo>) -> Arc<ClassPlan> {
        let key = (normalise(&info.name), info.version, info.checksum);
        let plans = || self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(plan) = plans().get(&key) {
            return Arc::clone(plan);
        }
        let plan = Arc::new(ClassPlan::compile(info));
        plans().insert(key, Arc::clone(&plan));
        plan
    }
}

/// One spelling for each type: no spaces but inside `unsigned int`, no `std::`.
pub(crate) fn normalise(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut chars = name.replace("std::", "");
    chars = chars.replace("const ", "");
    let mut previous = ' ';
    for ch in chars.chars() {
        let glue = |c: char| matches!(c, '<' | '>' | ',' | '*' | '&' | ':' | ' ');
        if ch == ' ' && glue(previous) {
            continue;
        }
        if matches!(ch, '<' | '>' | ',' | '*' | '&') && out.ends_with(' ') {
            out.pop();
        }
        out.push(ch);
        previous = ch;
    }
    while out.ends_with(' ') {
        out.pop();
    }
    out
}

enum Item {
    Info(ClassInfo),
    Element(Element),
    Elements(Vec<Element>),
    Other,
}

/// A TList: the outermost object of the record.
fn read_list(c: &mut Cursor<'_>, refs: &mut References<()>) -> Result<Vec<Item>> {
    let header = c.header()?;
    skip_tobject(c)?;
    c.string_bytes()?;
    let n = c.count()?;
    let mut items = Vec::new();
    for _ in 0..n {
        items.push(read_object(c, refs, 0)?);
        // Each link of a TList carries an option string.
        c.string_bytes()?;
    }
    c.finish(header)?;
    Ok(items)
}

fn read_object(c: &mut Cursor<'_>, refs: &mut References<()>, depth: usize) -> Result<Item> {
    if depth > 8 {
        return Err(Error::corrupt("class descriptions nested too deep"));
    }
    let tag = refs.read_tag(c)?;
    let Some(class) = tag.class else {
        return Ok(Item::Other);
    };
    let start = c.pos();
    let item = match class.as_ref() {
        "TStreamerInfo" => Item::Info(read_info(c, refs, depth)?),
        "TObjArray" => {
            let header = c.header()?;
            if header.version > 2 {
                skip_tobject(c)?;
            }
            if header.version > 1 {
                c.string_bytes()?;
            }
            let n = c.count()?;
            c.i32()?;
            let mut elements = Vec::new();
            for _ in 0..n {
                if let Item::Element(element) = read_object(c, refs, depth + 1)? {
                    elements.push(element);
                }
            }
            c.finish(header)?;
            Item::Elements(elements)
        }
        name if name.starts_with("TStreamer") => Item::Element(read_element(c, name)?),
        _ => Item::Other,
    };
    match tag.end {
        Some(end) => c.skip_to(end)?,
        None if matches!(item, Item::Other) => {
            return Err(
                Error::corrupt(format!("class {class} in the list of class descriptions"))
                    .at(start as u64),
            );
        }
        None => {}
    }
    Ok(item)
}

fn read_info(c: &mut Cursor<'_>, refs: &mut References<()>, depth: usize) -> Result<ClassInfo> {
    let header = c.header()?;
    let (name, _) = read_named(c)?;
    let checksum = c.u32()?;
    let version = c.i32()?;
    let elements = match read_object(c, refs, depth + 1)? {
        Item::Elements(elements) => elements,
        _ => Vec::new(),
    };
    c.finish(header)?;
    Ok(ClassInfo {
        name,
        version,
        checksum,
        elements,
    })
}

fn read_element(c: &mut Cursor<'_>, class: &str) -> Result<Element> {
    // The plain TStreamerElement is the object itself; the others derive from it.
    let outer = if class == "TStreamerElement" {
        None
    } else {
        Some(c.header()?)
    };
    if class == "TStreamerSTLstring" {
        // The one class two steps below TStreamerElement.
        c.header()?;
    }
    let header = c.header()?;
    let (name, title) = read_named(c)?;
    let code = c.i32()?;
    let _size = c.i32()?;
    let array_len = c.count()?;
    let _dim = c.i32()?;
    let max_index = if header.version == 1 { c.count()? } else { 5 };
    c.skip(max_index.saturating_mul(4))?;
    let type_name = c.string()?;
    c.finish(header)?;
    let mut element = Element {
        name,
        title,
        code,
        array_len,
        type_name,
        count_name: None,
    };
    match class {
        "TStreamerBasicPointer" | "TStreamerLoop" => {
            let _count_version = c.i32()?;
            element.count_name = Some(c.string()?);
        }
        _ => {}
    }
    if let Some(outer) = outer {
        c.finish(outer)?;
    }
    Ok(element)
}

/// TNamed: name and title.
pub(crate) fn read_named(c: &mut Cursor<'_>) -> Result<(String, String)> {
    let header = c.header()?;
    skip_tobject(c)?;
    let name = c.string()?;
    let title = c.string()?;
    c.finish(header)?;
    Ok((name, title))
}

/// Steps over a TObject.
pub(crate) fn skip_tobject(c: &mut Cursor<'_>) -> Result<()> {
    read_tobject(c).map(drop)
}

/// TObject: version, unique id (which is given back), bits, and two more bytes for objects
/// that others refer to.
pub(crate) fn read_tobject(c: &mut Cursor<'_>) -> Result<u32> {
    const IS_REFERENCED: u32 = 1 << 4;
    let header = c.header()?;
    let id = c.u32()?;
    if c.u32()? & IS_REFERENCED != 0 {
        c.skip(2)?;
    }
    c.finish(header)?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Arc;

    use super::{ClassInfo, Element, Streamers, normalise};
    use crate::column::Column;
    use crate::plan::Kind;

    /// Classes C0 to Cn, each with two members of the next.
    fn doubling(n: usize) -> Streamers {
        let member = |name: &str, class: usize| Element {
            name: name.to_owned(),
            title: String::new(),
            code: 62,
            array_len: 0,
            type_name: format!("C{class}"),
            count_name: None,
        };
        let class = |i: usize| {
            let info = ClassInfo {
                name: format!("C{i}"),
                version: 1,
                checksum: 0,
                elements: if i < n {
                    vec![member("a", i + 1), member("b", i + 1)]
                } else {
                    Vec::new()
                },
            };
            (info.name.clone(), vec![Arc::new(info)])
        };
        Streamers {
            classes: (0..=n).map(class).collect::<HashMap<_, _>>(),
            ..Streamers::default()
        }
    }

    #[test]
    fn classes_that_double_are_refused() {
        let whole = Kind::Class("C0".to_owned());
        assert!(Column::new(&whole, &doubling(8)).is_ok());
        let error = Column::new(&whole, &doubling(30))
            .err()
            .map(|e| e.to_string());
        assert!(error.is_some_and(|e| e.contains("too much")));
    }

    #[test]
    fn the_standard_descriptions_are_there() {
        let standard = Streamers::standard(None);
        for (class, version) in [
            ("TTree", 20),
            ("TBranchElement", 10),
            ("TLeafD32", 2),
            ("TH3F", 4),
            ("TProfile", 7),
        ] {
            assert!(
                standard.find(class, version, None).is_some(),
                "{class} {version}"
            );
            assert!(
                standard.find(class, 999, None).is_none(),
                "{class}: the version counts"
            );
        }
    }

    #[test]
    fn one_spelling_for_each_type() {
        for (given, wanted) in [
            ("std::vector<std::vector<int> >", "vector<vector<int>>"),
            ("map<string, unsigned int>", "map<string,unsigned int>"),
            ("const char *", "char*"),
            ("ROOT::VecOps::RVec<float>", "ROOT::VecOps::RVec<float>"),
        ] {
            assert_eq!(normalise(given), wanted);
        }
    }
}
