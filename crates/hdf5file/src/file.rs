//! An HDF5 file and the way to its objects.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use crate::attribute::{Attribute, attributes};
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::group::{is_group, join, links, names};
use crate::header::{Header, kind};
use crate::message::link::{Link, Target};
use crate::nearest::suggest;
use crate::source::{DiskFile, ReadAt};
use crate::store::Store;
use crate::superblock;

/// Names that are looked up for one path, those in soft links on the way with it.
const MAX_STEPS: usize = 1024;
/// Bytes of the headers of all objects of a group.
const MAX_HEADERS: usize = 512 << 20;
/// Groups within groups.
const MAX_DEPTH: usize = 64;

/// An open file. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Hdf5File {
    store: Arc<Store>,
}

/// What a path leads to.
#[derive(Debug, Clone)]
pub enum Object {
    /// A group.
    Group(Group),
    /// A dataset; an error if it is of a kind that is not read.
    Dataset(Result<Dataset>),
    /// A type that has a name, or what is not known.
    Other,
}

/// A group: objects by name.
#[derive(Debug, Clone)]
pub struct Group {
    store: Arc<Store>,
    path: Arc<str>,
    address: u64,
    header: Arc<Header>,
}

impl Hdf5File {
    /// Opens a file on disk.
    ///
    /// # Errors
    /// When it cannot be read or is no HDF5 file.
    pub fn open(path: &Path) -> Result<Self> {
        let label = path.display().to_string();
        let source =
            DiskFile::open(path).map_err(|e| Error::io(&e).in_file(&label.as_str().into()))?;
        Self::from_source(Arc::new(source), &label)
    }

    /// Opens any source of bytes; `label` is what errors call it.
    ///
    /// # Errors
    /// As [`Hdf5File::open`].
    pub fn from_source(source: Arc<dyn ReadAt>, label: &str) -> Result<Self> {
        Self::with_checksums(source, label, true)
    }

    /// The same, where checksums of metadata may be passed over: what can be saved of a damaged
    /// file.
    ///
    /// # Errors
    /// As [`Hdf5File::open`].
    pub fn with_checksums(source: Arc<dyn ReadAt>, label: &str, verify: bool) -> Result<Self> {
        let mut store = Store::new(Arc::clone(&source), label, verify);
        let root = superblock::read(&mut store, source.as_ref());
        store.root = root.map_err(|e| e.in_file(&store.label))?;
        Ok(Self {
            store: Arc::new(store),
        })
    }

    /// The group that holds all others.
    ///
    /// # Errors
    /// When its header is damaged.
    pub fn root(&self) -> Result<Group> {
        match self.at(self.store.root, "".into())? {
            Object::Group(group) => Ok(group),
            _ => Err(Error::corrupt("the root is no group").in_file(&self.store.label)),
        }
    }

    /// The object of a path, `group/dataset`.
    ///
    /// # Errors
    /// When there is none (the nearest name is given), or a header on the way is damaged.
    pub fn object(&self, path: &str) -> Result<Object> {
        self.follow(path, &mut 0)
    }

    fn follow(&self, path: &str, steps: &mut usize) -> Result<Object> {
        let mut at = Object::Group(self.root()?);
        let mut so_far: Arc<str> = "".into();
        for name in names(path) {
            *steps += 1;
            if *steps > MAX_STEPS {
                return Err(Error::corrupt("links that go in a circle")
                    .in_object(format!("/{path}"))
                    .in_file(&self.store.label));
            }
            let Object::Group(group) = &at else {
                return Err(
                    Error::not_found(format!("/{so_far} is no group")).in_file(&self.store.label)
                );
            };
            let links = group.links()?;
            let Some(link) = links.iter().find(|link| link.name == name) else {
                let all: Vec<&str> = links.iter().map(|l| l.name.as_str()).collect();
                let hint = suggest(name, &all);
                let message = format!("there is no {name} in /{so_far}{hint}");
                return Err(Error::not_found(message).in_file(&self.store.label));
            };
            so_far = join(&so_far, name);
            at = group.open(link, &so_far, steps)?;
        }
        Ok(at)
    }

    /// The object whose header is at an address.
    fn at(&self, address: u64, path: Arc<str>) -> Result<Object> {
        let named = |e: Error| e.in_object(format!("/{path}")).in_file(&self.store.label);
        let header = Header::read(&self.store, address).map_err(named)?;
        if header.find(kind::LAYOUT).is_some() {
            let dataset = Dataset::new(Arc::clone(&self.store), Arc::clone(&path), header);
            return Ok(Object::Dataset(dataset.map_err(named)));
        }
        if is_group(&header) {
            return Ok(Object::Group(Group {
                store: Arc::clone(&self.store),
                path,
                address,
                header: Arc::new(header),
            }));
        }
        Ok(Object::Other)
    }

    /// Calls `visit` with each object of the file once, in the order of paths, groups before what
    /// is in them, until it says stop (false). What cannot be opened is an error of its path.
    ///
    /// # Errors
    /// When the root is damaged.
    pub fn walk(&self, visit: &mut dyn FnMut(&str, Result<&Object>) -> bool) -> Result<()> {
        let root = self.root()?;
        let mut seen = HashSet::from([root.address]);
        self.walk_group(&Object::Group(root), 0, &mut seen, visit);
        Ok(())
    }

    fn walk_group(
        &self,
        object: &Object,
        depth: usize,
        seen: &mut HashSet<u64>,
        visit: &mut dyn FnMut(&str, Result<&Object>) -> bool,
    ) -> bool {
        let Object::Group(group) = object else {
            return visit("", Ok(object));
        };
        if !visit(&group.path, Ok(object)) {
            return false;
        }
        let links = match group.links() {
            Ok(links) if depth < MAX_DEPTH => links,
            Ok(_) => return true,
            Err(e) => return visit(&group.path, Err(e)),
        };
        for link in &links {
            let path = join(&group.path, &link.name);
            // Soft links lead to what has another path; each object is shown once.
            let Target::Object(address) = link.target else {
                continue;
            };
            if !seen.insert(address) {
                continue;
            }
            let on = match self.at(address, Arc::clone(&path)) {
                Ok(child @ Object::Group(_)) => self.walk_group(&child, depth + 1, seen, visit),
                Ok(child) => visit(&path, Ok(&child)),
                Err(e) => visit(&path, Err(e)),
            };
            if !on {
                return false;
            }
        }
        true
    }
}

impl Group {
    /// Its path, without a slash in front.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The names in it, sorted.
    ///
    /// # Errors
    /// When they are damaged.
    pub fn names(&self) -> Result<Vec<String>> {
        Ok(self.links()?.into_iter().map(|link| link.name).collect())
    }

    /// All objects in it that lead somewhere within the file, sorted by name.
    ///
    /// # Errors
    /// When the names are damaged.
    pub fn children(&self) -> Result<Vec<(String, Result<Object>)>> {
        let links = self.links()?.into_iter();
        let mut bytes = 0;
        let children = links.map(|link| {
            let path = join(&self.path, &link.name);
            let object = match bytes {
                // Many names for one large header.
                MAX_HEADERS.. => Err(self.named(Error::unsupported(format!(
                    "more than {MAX_HEADERS} bytes of headers in one group"
                )))),
                _ => self.open(&link, &path, &mut 0),
            };
            bytes += match &object {
                Ok(Object::Group(group)) => group.header.bytes(),
                Ok(Object::Dataset(Ok(dataset))) => dataset.inner.header.bytes(),
                _ => 0,
            };
            (link.name, object)
        });
        Ok(children.collect())
    }

    /// Its attributes.
    ///
    /// # Errors
    /// When their index is damaged.
    pub fn attributes(&self) -> Result<Vec<Attribute>> {
        attributes(&self.store, &self.header).map_err(|e| self.named(e))
    }

    fn links(&self) -> Result<Vec<Link>> {
        links(&self.store, &self.header).map_err(|e| self.named(e))
    }

    fn open(&self, link: &Link, path: &Arc<str>, steps: &mut usize) -> Result<Object> {
        let file = Hdf5File {
            store: Arc::clone(&self.store),
        };
        match &link.target {
            Target::Object(address) => file.at(*address, Arc::clone(path)),
            Target::Path(target) if target.starts_with('/') => file.follow(target, steps),
            Target::Path(target) => file.follow(&join(&self.path, target), steps),
            Target::Elsewhere => Err(self.named(Error::unsupported(format!(
                "the link {} to another file; open that file instead",
                link.name
            )))),
        }
    }

    fn named(&self, error: Error) -> Error {
        error
            .in_object(format!("/{}", self.path))
            .in_file(&self.store.label)
    }
}
