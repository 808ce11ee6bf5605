//! Bytes of ROOT objects in the making: big-endian numbers, byte counts, references.
//!
//! An object that is pointed to is written where it is first met; later it is named by its place,
//! counted from the start of the key in front of it.

use std::collections::HashMap;

/// Set in a 32-bit field that is a byte count, and in one that names a class by its place.
const BYTE_COUNT: u32 = 0x4000_0000;
const CLASS_AT: u32 = 0x8000_0000;
const NEW_CLASS: u32 = 0xFFFF_FFFF;
/// Places are told with 2 added, so that none is the null pointer.
const PLACE_OFFSET: usize = 2;
/// Bits of every object that is alive.
const ALIVE: u32 = 0x0100_0000;

/// The bytes of one object, and where the objects within it begin.
#[derive(Debug)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    /// Length of the key that will stand in front.
    origin: usize,
    classes: HashMap<&'static str, u32>,
    objects: HashMap<usize, u32>,
}

macro_rules! write_number {
    ($($name:ident: $type:ty),*) => {$(
        pub(crate) fn $name(&mut self, value: $type) {
            self.bytes.extend_from_slice(&value.to_be_bytes());
        }
    )*};
}

impl Buffer {
    pub(crate) fn new(origin: usize) -> Self {
        Self {
            bytes: Vec::new(),
            origin,
            classes: HashMap::new(),
            objects: HashMap::new(),
        }
    }

    write_number!(u8: u8, u16: u16, i16: i16, u32: u32, i32: i32, u64: u64, i64: i64, f32: f32, f64: f64);

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// One length byte, or 255 and four; then the text.
    pub(crate) fn string(&mut self, text: &str) {
        put_string(&mut self.bytes, text.as_bytes());
    }

    /// A number of things, of which there are never more than ROOT can count.
    pub(crate) fn count(&mut self, n: usize) {
        self.i32(i32::try_from(n).unwrap_or(i32::MAX));
    }

    /// Byte count, version and what `members` writes.
    pub(crate) fn versioned(&mut self, version: u16, members: impl FnOnce(&mut Self)) {
        let start = self.begin();
        self.u16(version);
        members(self);
        self.end(start);
    }

    /// A pointer to an object that is pointed to once.
    pub(crate) fn pointer(&mut self, class: &'static str, object: impl FnOnce(&mut Self)) {
        let start = self.begin();
        self.class(class);
        object(self);
        self.end(start);
    }

    /// A pointer to the object known as `id`: whole the first time, then its place.
    pub(crate) fn shared(
        &mut self,
        id: usize,
        class: &'static str,
        object: impl FnOnce(&mut Self),
    ) {
        if let Some(place) = self.objects.get(&id) {
            self.u32(*place);
            return;
        }
        let place = self.place();
        self.objects.insert(id, place);
        self.pointer(class, object);
    }

    /// Numbers in a row.
    pub(crate) fn all<T, const N: usize>(&mut self, numbers: [T; N], put: fn(&mut Self, T)) {
        for number in numbers {
            put(self, number);
        }
    }

    pub(crate) fn null(&mut self) {
        self.u32(0);
    }

    fn class(&mut self, class: &'static str) {
        match self.classes.get(class) {
            Some(place) => self.u32(place | CLASS_AT),
            None => {
                let place = self.place();
                self.classes.insert(class, place);
                self.u32(NEW_CLASS);
                self.raw(class.as_bytes());
                self.u8(0);
            }
        }
    }

    fn place(&self) -> u32 {
        u32::try_from(self.bytes.len() + self.origin + PLACE_OFFSET).unwrap_or(u32::MAX)
    }

    fn begin(&mut self) -> usize {
        self.u32(0);
        self.bytes.len()
    }

    fn end(&mut self, start: usize) {
        let count = u32::try_from(self.bytes.len() - start).unwrap_or(u32::MAX) | BYTE_COUNT;
        if let Some(place) = self.bytes.get_mut(start - 4..start) {
            place.copy_from_slice(&count.to_be_bytes());
        }
    }

    /// The base of all objects.
    pub(crate) fn object(&mut self) {
        self.u16(1);
        self.u32(0);
        self.u32(ALIVE);
    }

    pub(crate) fn named(&mut self, name: &str, title: &str) {
        self.versioned(1, |b| {
            b.object();
            b.string(name);
            b.string(title);
        });
    }

    /// A TObjArray of `n` pointers, which `items` writes.
    pub(crate) fn array(&mut self, n: usize, items: impl FnOnce(&mut Self)) {
        self.versioned(3, |b| {
            b.object();
            b.string("");
            b.count(n);
            b.i32(0);
            items(b);
        });
    }
}

/// One length byte, or 255 and four; then the text.
pub(crate) fn put_string(out: &mut Vec<u8>, text: &[u8]) {
    match u8::try_from(text.len()) {
        Ok(short) if short < 255 => out.push(short),
        _ => {
            out.push(255);
            let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
            out.extend_from_slice(&length.to_be_bytes());
        }
    }
    out.extend_from_slice(text);
}

/// Bytes that a text takes.
pub(crate) fn string_bytes(text: &str) -> usize {
    text.len() + if text.len() < 255 { 1 } else { 5 }
}
