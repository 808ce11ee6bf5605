//! Objects of any class the file describes, as named values: trees, branches, histograms.
//!
//! Bulk data never passes through here; this reads the metadata that leads to it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::cursor::Cursor;
use crate::error::{Error, Result};
use crate::plan::{ClassPlan, Kind, Prim};
use crate::streamer::{Streamers, skip_tobject};

/// Set in the byte count that precedes an object reached by pointer.
const BYTE_COUNT_MASK: u32 = 0x4000_0000;
/// Set in a tag that names a class rather than an object.
const CLASS_MASK: u32 = 0x8000_0000;
/// The tag of a class seen for the first time: its name follows.
const NEW_CLASS: u32 = 0xFFFF_FFFF;
/// References count from the start of the key plus this.
const MAP_OFFSET: usize = 2;
/// Objects nest at most this deep (a branch within a branch within a tree, with room to spare).
const MAX_DEPTH: usize = 64;

/// A value of a member.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    None,
    Int(i64),
    Float(f64),
    Text(String),
    Ints(Vec<i64>),
    Floats(Vec<f64>),
    /// Shared: a reference to a collection must not copy it.
    Items(Arc<Vec<Value>>),
    Object(Arc<Object>),
    Basket(Arc<EmbeddedBasket>),
}

/// A basket that was still in memory when its tree was written.
#[derive(Debug)]
pub(crate) struct EmbeddedBasket {
    pub(crate) entries: usize,
    /// Byte offsets within `data`, where entries vary in size.
    pub(crate) offsets: Option<Vec<i32>>,
    pub(crate) data: Vec<u8>,
}

/// An object: its class and its members, those of base classes first.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) class: Arc<str>,
    members: Vec<(Arc<str>, Value)>,
}

impl Object {
    pub(crate) fn get(&self, name: &str) -> &Value {
        self.members
            .iter()
            .find(|(n, _)| n.as_ref() == name)
            .map_or(&Value::None, |(_, v)| v)
    }

    pub(crate) fn int(&self, name: &str) -> Option<i64> {
        match self.get(name) {
            Value::Int(v) => Some(*v),
            // Trees before ROOT 4 counted entries in a double.
            Value::Float(v) if v.fract() == 0.0 && v.abs() < 9e15 => Some(*v as i64),
            _ => None,
        }
    }

    pub(crate) fn float(&self, name: &str) -> Option<f64> {
        match self.get(name) {
            Value::Float(v) => Some(*v),
            Value::Int(v) => Some(*v as f64),
            _ => None,
        }
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        match self.get(name) {
            Value::Text(text) => text,
            _ => "",
        }
    }

    pub(crate) fn ints(&self, name: &str) -> &[i64] {
        match self.get(name) {
            Value::Ints(values) => values,
            _ => &[],
        }
    }

    pub(crate) fn floats(&self, name: &str) -> &[f64] {
        match self.get(name) {
            Value::Floats(values) => values,
            _ => &[],
        }
    }

    pub(crate) fn items(&self, name: &str) -> &[Value] {
        match self.get(name) {
            Value::Items(items) => items,
            _ => &[],
        }
    }

    pub(crate) fn object(&self, name: &str) -> Option<&Arc<Object>> {
        match self.get(name) {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }
}

/// Classes and objects met so far in a buffer, by their position.
pub(crate) struct References<T> {
    classes: HashMap<usize, Arc<str>>,
    objects: HashMap<usize, T>,
}

impl<T> Default for References<T> {
    fn default() -> Self {
        Self {
            classes: HashMap::new(),
            objects: HashMap::new(),
        }
    }
}

/// What stands in front of an object reached by pointer.
pub(crate) struct Tag<T> {
    /// The class of an object that follows; none for null and for references.
    pub(crate) class: Option<Arc<str>>,
    /// The object referred to.
    pub(crate) object: Option<T>,
    /// Where the object ends.
    pub(crate) end: Option<usize>,
    /// Under what position to remember it.
    pub(crate) id: usize,
}

impl<T: Clone> References<T> {
    pub(crate) fn read_tag(&mut self, c: &mut Cursor<'_>) -> Result<Tag<T>> {
        let id = c.displacement() + MAP_OFFSET;
        let first = c.u32()?;
        let (tag, tag_at, end) = if first & BYTE_COUNT_MASK == 0 || first == NEW_CLASS {
            (first, None, None)
        } else {
            let at = c.displacement();
            let end = c.pos() + (first & !BYTE_COUNT_MASK) as usize;
            (c.u32()?, Some(at), Some(end))
        };
        let mut result = Tag {
            class: None,
            object: None,
            end,
            id,
        };
        if tag & CLASS_MASK == 0 {
            result.object = self.objects.get(&(tag as usize)).cloned();
            if let Some(end) = end {
                c.skip_to(end)?;
            }
            return Ok(result);
        }
        let class = if tag == NEW_CLASS {
            let class: Arc<str> = c.c_string()?.into();
            let key = tag_at.map_or(self.classes.len() + self.objects.len() + 1, |at| {
                at + MAP_OFFSET
            });
            self.classes.insert(key, Arc::clone(&class));
            class
        } else {
            let key = (tag & !CLASS_MASK) as usize;
            let class = self.classes.get(&key).cloned();
            class.ok_or_else(|| {
                Error::corrupt("an object of a class that was not named before").at(c.pos() as u64)
            })?
        };
        result.class = Some(class);
        Ok(result)
    }

    pub(crate) fn remember(&mut self, tag: &Tag<T>, object: T) {
        self.objects.insert(tag.id, object);
    }
}

/// Reads objects from one decompressed record.
pub(crate) struct ObjectReader<'a> {
    cursor: Cursor<'a>,
    streamers: &'a Streamers,
    refs: References<Value>,
    /// Values that may still be made and bytes that may still be read again: a record cannot
    /// hold more than its bytes allow.
    budget: usize,
}

impl<'a> ObjectReader<'a> {
    pub(crate) fn new(bytes: &'a [u8], key_bytes: u16, streamers: &'a Streamers) -> Self {
        Self {
            cursor: Cursor::with_origin(bytes, usize::from(key_bytes)),
            streamers,
            refs: References::default(),
            budget: bytes.len().saturating_mul(4) + 1024,
        }
    }

    /// Reads the object that fills the record.
    pub(crate) fn read_class(&mut self, class: &str) -> Result<Arc<Object>> {
        let mut members = Vec::new();
        self.class_members(class, &mut members, 0)?;
        Ok(Arc::new(Object {
            class: class.into(),
            members,
        }))
    }

    fn class_members(
        &mut self,
        class: &str,
        members: &mut Vec<(Arc<str>, Value)>,
        depth: usize,
    ) -> Result<()> {
        if depth > MAX_DEPTH {
            return Err(Error::corrupt("objects nested too deep"));
        }
        let header = self.cursor.header()?;
        if header.member_wise {
            return Err(Error::unsupported(format!(
                "member-wise streaming of {class}"
            )));
        }
        let plan = self.class_plan(class, header.version)?;
        for member in &plan.members {
            self.spend()?;
            if let Some(end) = header.end
                && self.cursor.pos() >= end
            {
                break;
            }
            let read = self.member(&plan, &member.kind, member.is_base, members, depth);
            match (read, header.end) {
                (Ok(Some(value)), _) => members.push((Arc::clone(&member.name), value)),
                (Ok(None), _) => {}
                // What we have is enough to go on with; the object says where it ends.
                (Err(e), Some(_)) if e.kind() == crate::ErrorKind::Unsupported => break,
                (Err(e), _) => return Err(e.in_object(format!("{class}::{}", member.name))),
            }
        }
        self.end(header.end)?;
        Ok(())
    }

    /// Goes to where an object says it ends. Bytes that will be read again are paid for: one
    /// value may be a text or an array as long as the record, so counting values is not enough.
    fn end(&mut self, end: Option<usize>) -> Result<()> {
        let Some(end) = end else {
            return Ok(());
        };
        self.pay(self.cursor.pos().saturating_sub(end))?;
        self.cursor.reposition(end)
    }

    fn spend(&mut self) -> Result<()> {
        self.pay(1)
    }

    fn pay(&mut self, cost: usize) -> Result<()> {
        self.budget = self
            .budget
            .checked_sub(cost)
            .ok_or_else(|| Error::corrupt("more values than the record has bytes"))?;
        Ok(())
    }

    fn class_plan(&mut self, class: &str, version: u16) -> Result<Arc<ClassPlan>> {
        let checksum = if version == 0 {
            let mut ahead = self.cursor.clone();
            ahead.u32().ok()
        } else {
            None
        };
        if let Some(info) = self.streamers.find(class, version, checksum) {
            if checksum == Some(info.checksum) {
                self.cursor.skip(4)?;
            }
            return Ok(self.streamers.plan(info));
        }
        crate::builtin::plan(class, version)
            .or_else(|| Streamers::fallback(class, version))
            .ok_or_else(|| self.streamers.unknown(class))
    }

    fn member(
        &mut self,
        plan: &ClassPlan,
        kind: &Kind,
        is_base: bool,
        members: &mut Vec<(Arc<str>, Value)>,
        depth: usize,
    ) -> Result<Option<Value>> {
        match kind {
            Kind::TObject => {
                skip_tobject(&mut self.cursor)?;
                Ok(None)
            }
            Kind::Class(base) if is_base && !is_collection(base) => {
                self.class_members(base, members, depth + 1)?;
                Ok(None)
            }
            Kind::Counted { item, counter } => {
                let count = members
                    .iter()
                    .rev()
                    .find(|(name, _)| name.as_ref() == counter)
                    .and_then(|(_, v)| {
                        if let Value::Int(n) = v {
                            usize::try_from(*n).ok()
                        } else {
                            None
                        }
                    })
                    .ok_or_else(|| {
                        Error::corrupt(format!("{}: array counter {counter} is missing", plan.name))
                    })?;
                let present = self.cursor.u8()? != 0;
                let n = if present { count } else { 0 };
                self.repeated(item, n, depth).map(Some)
            }
            kind => self.value(kind, depth).map(Some),
        }
    }

    fn value(&mut self, kind: &Kind, depth: usize) -> Result<Value> {
        if depth > MAX_DEPTH {
            return Err(Error::corrupt("objects nested too deep"));
        }
        self.spend()?;
        let c = &mut self.cursor;
        Ok(match kind {
            Kind::Prim(prim) => match prim {
                Prim::Bool => Value::Int(i64::from(c.u8()? != 0)),
                Prim::I8 => Value::Int(c.i8()?.into()),
                Prim::U8 => Value::Int(c.u8()?.into()),
                Prim::I16 => Value::Int(c.i16()?.into()),
                Prim::U16 => Value::Int(c.u16()?.into()),
                Prim::I32 => Value::Int(c.i32()?.into()),
                Prim::U32 => Value::Int(c.u32()?.into()),
                Prim::I64 => Value::Int(c.i64()?),
                Prim::U64 => Value::Int(c.u64()?.cast_signed()),
                Prim::F32 => Value::Float(c.f32()?.into()),
                Prim::F64 => Value::Float(c.f64()?),
            },
            Kind::Packed(packed) => match packed {
                crate::plan::Packed::Float32AsDouble => Value::Float(c.f32()?.into()),
                other => {
                    c.skip(other.size())?;
                    Value::None
                }
            },
            Kind::Text { header } => {
                let head = if *header { Some(c.header()?) } else { None };
                let text = Value::Text(c.string()?);
                if let Some(head) = head {
                    c.finish(head)?;
                }
                text
            }
            Kind::CharStar => {
                let n = c.count()?;
                Value::Text(String::from_utf8_lossy(c.take(n)?).into_owned())
            }
            Kind::Datime => Value::Int(c.u32()?.into()),
            Kind::TObject | Kind::Ref => {
                skip_tobject(c)?;
                Value::None
            }
            Kind::Array { item, len } => self.repeated(item, *len, depth)?,
            Kind::List { item, header } => {
                let head = if *header { Some(c.header()?) } else { None };
                if head.is_some_and(|h| h.member_wise) {
                    return Err(Error::unsupported("member-wise streaming in metadata"));
                }
                let n = c.count()?;
                let items = self.repeated(item, n, depth)?;
                if let Some(head) = head {
                    self.cursor.finish(head)?;
                }
                items
            }
            Kind::Map { .. } | Kind::Tuple(_) | Kind::Counted { .. } => {
                return Err(Error::unsupported("this type within metadata"));
            }
            Kind::Class(class) => self.class_value(class, depth)?,
            Kind::Pointer(_) => self.pointer(depth)?,
            Kind::Unsupported(why) => return Err(Error::unsupported(why.clone())),
        })
    }

    fn repeated(&mut self, item: &Kind, n: usize, depth: usize) -> Result<Value> {
        let size = item.fixed_size().unwrap_or(1).max(1);
        if n.checked_mul(size)
            .is_none_or(|bytes| bytes > self.cursor.remaining())
        {
            return Err(Error::corrupt(format!(
                "an array of {n} items where {} bytes are left",
                self.cursor.remaining()
            ))
            .at(self.cursor.pos() as u64));
        }
        let c = &mut self.cursor;
        match item {
            Kind::Prim(Prim::F32) => (0..n)
                .map(|_| c.f32().map(f64::from))
                .collect::<Result<_>>()
                .map(Value::Floats),
            Kind::Prim(Prim::F64) => (0..n)
                .map(|_| c.f64())
                .collect::<Result<_>>()
                .map(Value::Floats),
            Kind::Prim(_) => {
                let mut ints = Vec::with_capacity(n);
                for _ in 0..n {
                    if let Value::Int(v) = self.value(item, depth)? {
                        ints.push(v);
                    }
                }
                Ok(Value::Ints(ints))
            }
            _ => (0..n)
                .map(|_| self.value(item, depth + 1))
                .collect::<Result<Vec<_>>>()
                .map(|items| Value::Items(Arc::new(items))),
        }
    }

    fn class_value(&mut self, class: &str, depth: usize) -> Result<Value> {
        if depth > MAX_DEPTH {
            return Err(Error::corrupt("objects nested too deep"));
        }
        if is_collection(class) {
            return self.collection(class, depth);
        }
        match class {
            "TBasket" => self.basket(),
            _ => {
                let mut members = Vec::new();
                self.class_members(class, &mut members, depth + 1)?;
                Ok(Value::Object(Arc::new(Object {
                    class: class.into(),
                    members,
                })))
            }
        }
    }

    fn pointer(&mut self, depth: usize) -> Result<Value> {
        self.spend()?;
        let tag = self.refs.read_tag(&mut self.cursor)?;
        let Some(class) = &tag.class else {
            return Ok(tag.object.unwrap_or(Value::None));
        };
        let value = match (self.class_value(class, depth + 1), tag.end) {
            (Ok(value), _) => value,
            // An object nobody described is stepped over, the rest still reads.
            (Err(e), Some(_)) if e.kind() == crate::ErrorKind::Unsupported => Value::None,
            (Err(e), _) => return Err(e),
        };
        self.end(tag.end)?;
        self.refs.remember(&tag, value.clone());
        Ok(value)
    }

    /// ROOT's own collections have hand-written streamers.
    fn collection(&mut self, class: &str, depth: usize) -> Result<Value> {
        let header = self.cursor.header()?;
        if class != "TObjArray" || header.version > 2 {
            skip_tobject(&mut self.cursor)?;
        }
        if header.version > 1 {
            self.cursor.string_bytes()?;
        }
        let n = self.cursor.count()?;
        if n > self.cursor.remaining() {
            return Err(
                Error::corrupt(format!("a {class} of {n} objects")).at(self.cursor.pos() as u64)
            );
        }
        if class == "TObjArray" {
            self.cursor.i32()?;
        }
        let mut items = Vec::new();
        for _ in 0..n {
            items.push(self.pointer(depth + 1)?);
            if class != "TObjArray" && header.version > 3 {
                self.cursor.string_bytes()?;
            }
        }
        self.end(header.end)?;
        Ok(Value::Items(Arc::new(items)))
    }

    /// A basket within its branch: a key, the basket's numbers, offsets, and the data behind a
    /// second copy of the key.
    fn basket(&mut self) -> Result<Value> {
        let c = &mut self.cursor;
        let key_bytes = crate::key::Key::parse(c)?.key_bytes;
        let numbers = crate::basket::Numbers::parse(c)?;
        let flag = numbers.flag;
        if flag == 0 {
            return Ok(Value::None);
        }
        let mut offsets = None;
        if flag % 10 != 2 {
            let n = c.count()?;
            if n.saturating_mul(4) > c.remaining() {
                return Err(Error::corrupt("more entry offsets than bytes").at(c.pos() as u64));
            }
            let values = (0..n)
                .map(|_| c.i32().map(|v| v.wrapping_sub(i32::from(key_bytes))))
                .collect::<Result<Vec<_>>>()?;
            offsets = (n > 0).then_some(values);
        }
        if flag > 40 {
            let n = c.count()?;
            c.skip(n.saturating_mul(4))?;
        }
        let mut data = Vec::new();
        if flag == 1 || flag > 10 {
            let all = c.take(numbers.last)?;
            data = all
                .get(usize::from(key_bytes)..)
                .unwrap_or_default()
                .to_vec();
        }
        Ok(Value::Basket(Arc::new(EmbeddedBasket {
            entries: numbers.entries,
            offsets,
            data,
        })))
    }
}

fn is_collection(class: &str) -> bool {
    matches!(
        class,
        "TObjArray" | "TList" | "THashList" | "TSeqCollection" | "TCollection"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_again_is_paid_for() {
        let bytes = [0; 1000];
        let streamers = Streamers::default();
        let mut reader = ObjectReader::new(&bytes, 0, &streamers);
        let again = |reader: &mut ObjectReader<'_>| {
            reader.cursor.skip(900)?;
            reader.end(Some(0))
        };
        // Five times a thousand bytes are 5.6 rounds of 900.
        let rounds = (0..100).take_while(|_| again(&mut reader).is_ok()).count();
        assert_eq!(rounds, 5);
        // Ahead is free.
        assert!(reader.end(Some(1000)).is_ok());
    }
}
