//! From C++ types to reading plans: what a type name or a class member looks like in bytes.

use std::sync::Arc;

use crate::streamer::{ClassInfo, Element, normalise};

/// A fundamental type, big-endian on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Prim {
    Bool,
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    F32,
    F64,
}

impl Prim {
    /// Bytes on disk (and in Arrow, except `Bool`).
    pub(crate) fn size(self) -> usize {
        match self {
            Self::Bool | Self::I8 | Self::U8 => 1,
            Self::I16 | Self::U16 => 2,
            Self::I32 | Self::U32 | Self::F32 => 4,
            Self::I64 | Self::U64 | Self::F64 => 8,
        }
    }

    /// By ROOT's type code (`EDataType`), where `long` is always eight bytes on disk.
    pub(crate) fn from_code(code: i32) -> Option<Self> {
        Some(match code {
            1 | 10 => Self::I8,
            2 => Self::I16,
            3 | 6 => Self::I32,
            4 | 16 => Self::I64,
            5 => Self::F32,
            8 => Self::F64,
            11 => Self::U8,
            12 => Self::U16,
            13 | 15 => Self::U32,
            14 | 17 => Self::U64,
            18 => Self::Bool,
            _ => return None,
        })
    }

    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "bool" | "Bool_t" => Self::Bool,
            "char" | "Char_t" | "signed char" | "int8_t" | "Int8_t" => Self::I8,
            "unsigned char" | "UChar_t" | "uint8_t" | "UInt8_t" | "Byte_t" => Self::U8,
            "short" | "Short_t" | "short int" | "int16_t" | "Int16_t" | "signed short" => Self::I16,
            "unsigned short" | "UShort_t" | "uint16_t" | "UInt16_t" | "unsigned short int" => {
                Self::U16
            }
            "int" | "Int_t" | "int32_t" | "Int32_t" | "signed int" | "signed" => Self::I32,
            "unsigned int" | "UInt_t" | "unsigned" | "uint32_t" | "UInt32_t" => Self::U32,
            "long" | "Long_t" | "long long" | "Long64_t" | "int64_t" | "Int64_t" | "long int"
            | "signed long" => Self::I64,
            "unsigned long" | "ULong_t" | "unsigned long long" | "ULong64_t" | "uint64_t"
            | "UInt64_t" | "size_t" | "unsigned long int" => Self::U64,
            "float" | "Float_t" => Self::F32,
            "double" | "Double_t" => Self::F64,
            _ => return None,
        })
    }
}

/// A floating-point number stored in fewer bits (`Double32_t`, `Float16_t` with or without a
/// range in the member's comment, as in `[0,1,8]`).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Packed {
    /// A plain `float` that widens to `double`.
    Float32AsDouble,
    /// An unsigned integer of four bytes scaled into `[low, high]`.
    Ranged {
        low: f64,
        high: f64,
        bits: u32,
        double: bool,
    },
    /// One byte of exponent and two of sign and mantissa; `bits` of mantissa.
    Truncated { bits: u32, double: bool },
}

impl Packed {
    /// Bytes on disk.
    pub(crate) fn size(self) -> usize {
        match self {
            Self::Float32AsDouble | Self::Ranged { .. } => 4,
            Self::Truncated { .. } => 3,
        }
    }

    /// Whether it becomes a `double` in memory (else `float`).
    pub(crate) fn is_double(self) -> bool {
        match self {
            Self::Float32AsDouble => true,
            Self::Ranged { double, .. } | Self::Truncated { double, .. } => double,
        }
    }

    /// From the title of the member or leaf: `x[n]/d[0,twopi,10]`, `[-1,1]`, or nothing.
    /// `None` when the bracket cannot be understood.
    pub(crate) fn from_title(title: &str, double: bool) -> Option<Self> {
        let plain = if double {
            Self::Float32AsDouble
        } else {
            Self::Truncated { bits: 12, double }
        };
        let Some(spec) = bracket_with_comma(title) else {
            return Some(plain);
        };
        let mut parts = spec.split(',').map(str::trim);
        let low = range_bound(parts.next()?)?;
        let high = range_bound(parts.next()?)?;
        let bits = match parts.next() {
            None => 32,
            Some(text) => match text.parse::<u32>().ok()? {
                bits @ 2..=32 => bits,
                _ => 32,
            },
        };
        if !(low.is_finite() && high.is_finite()) {
            return None;
        }
        if low >= high {
            // No range, only a number of mantissa bits, which counts below 15 (as in ROOT's
            // TStreamerElement); else the default of the type.
            return Some(if bits < 15 {
                Self::Truncated { bits, double }
            } else {
                plain
            });
        }
        Some(Self::Ranged {
            low,
            high,
            bits,
            double,
        })
    }
}

/// The last bracket with a comma in it: `x[3]/d[0,1,8]` has its range there.
fn bracket_with_comma(title: &str) -> Option<&str> {
    title.match_indices('[').find_map(|(start, _)| {
        let rest = title.get(start + 1..)?;
        let inner = rest.get(..rest.find(']')?)?;
        inner.contains(',').then_some(inner)
    })
}

/// `twopi`, `-pi/2`, `2*pi`, `3.5`.
fn range_bound(text: &str) -> Option<f64> {
    if text.len() > 64 {
        // Each sign and operator is a step down; nobody writes more than a few.
        return None;
    }
    let text = text.trim().to_lowercase();
    if let Ok(value) = text.parse() {
        return Some(value);
    }
    if let Some(rest) = text.strip_prefix('-') {
        return range_bound(rest).map(|v| -v);
    }
    if let Some((a, b)) = text.split_once('/') {
        return Some(range_bound(a)? / range_bound(b)?);
    }
    if let Some((a, b)) = text.split_once('*') {
        return Some(range_bound(a)? * range_bound(b)?);
    }
    match text.as_str() {
        "pi" => Some(std::f64::consts::PI),
        "twopi" => Some(std::f64::consts::TAU),
        "halfpi" => Some(std::f64::consts::FRAC_PI_2),
        _ => None,
    }
}

/// What a type looks like in bytes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Prim(Prim),
    Packed(Packed),
    /// One length byte (or 255 and four), then text. `header`: a version header in front.
    Text {
        header: bool,
    },
    /// `char*`: four length bytes, then text.
    CharStar,
    /// A fixed number of items, nothing in front.
    Array {
        item: Box<Kind>,
        len: usize,
    },
    /// A pointer with a length in another member: one flag byte, then the items.
    Counted {
        item: Box<Kind>,
        counter: String,
    },
    /// `std::vector` and its kin: (header,) count, items.
    List {
        item: Box<Kind>,
        header: bool,
    },
    /// `std::map` and its kin: (header,) count, pairs.
    Map {
        key: Box<Kind>,
        value: Box<Kind>,
        header: bool,
    },
    /// Named members back to back, no header: leaf lists, pairs without a description.
    Tuple(Vec<(String, Kind)>),
    /// An object with a version header, described by the file.
    Class(String),
    /// A pointer to an object of any class, perhaps read before, perhaps null.
    Pointer(String),
    /// The base of all ROOT objects: ten bytes without content for us.
    TObject,
    /// A reference to another object: a TObject whose unique id is the object's number.
    Ref,
    /// Seconds since 1995 in packed fields, four bytes.
    Datime,
    /// A reason why it cannot be read.
    Unsupported(String),
}

impl Kind {
    /// Bytes of a value, where every value has the same number.
    pub(crate) fn fixed_size(&self) -> Option<usize> {
        match self {
            Self::Prim(prim) => Some(prim.size()),
            Self::Packed(packed) => Some(packed.size()),
            Self::Array { item, len } => item.fixed_size()?.checked_mul(*len),
            Self::Tuple(fields) => fields
                .iter()
                .try_fold(0usize, |sum, (_, kind)| sum.checked_add(kind.fixed_size()?)),
            Self::Datime => Some(4),
            _ => None,
        }
    }

    /// Wraps in fixed array dimensions, outermost first.
    pub(crate) fn with_dims(self, dims: &[usize]) -> Self {
        dims.iter().rev().fold(self, |item, &len| Self::Array {
            item: Box::new(item),
            len,
        })
    }

    /// By C++ type name. `header`: whether a container at the outside carries a version header
    /// (it does as a member or a branch, it does not inside another container).
    pub(crate) fn from_type(name: &str, header: bool) -> Self {
        Self::parse(&normalise(name), header, 0)
    }

    fn parse(name: &str, header: bool, depth: usize) -> Self {
        if depth > 16 {
            return Self::Unsupported(format!("type {name} is nested too deep"));
        }
        if let Some(prim) = Prim::from_name(name) {
            return Self::Prim(prim);
        }
        match name {
            "string" | "basic_string<char>" => return Self::Text { header },
            "TString" => return Self::Text { header: false },
            "Double32_t" => return Self::Packed(Packed::Float32AsDouble),
            "Float16_t" => {
                return Self::Packed(Packed::Truncated {
                    bits: 12,
                    double: false,
                });
            }
            "TObject" => return Self::TObject,
            "TDatime" => return Self::Datime,
            "TRef" => return Self::Ref,
            "TArrayC" => return Self::root_array(Prim::I8),
            "TArrayS" => return Self::root_array(Prim::I16),
            "TArrayI" => return Self::root_array(Prim::I32),
            "TArrayL" | "TArrayL64" => return Self::root_array(Prim::I64),
            "TArrayF" => return Self::root_array(Prim::F32),
            "TArrayD" => return Self::root_array(Prim::F64),
            _ => {}
        }
        if let Some(pointee) = name.strip_suffix('*') {
            return Self::Pointer(pointee.to_owned());
        }
        let Some((template, arguments)) = split_template(name) else {
            return Self::Class(name.to_owned());
        };
        let argument = |i: usize| match arguments.get(i) {
            Some(text) => Box::new(Self::parse(text, false, depth + 1)),
            None => Box::new(Self::Unsupported(format!("type {name} lacks an argument"))),
        };
        match template {
            "vector" | "list" | "deque" | "set" | "multiset" | "unordered_set"
            | "unordered_multiset" | "forward_list" | "ROOT::VecOps::RVec" | "ROOT::RVec"
            | "RVec" => Self::List {
                item: argument(0),
                header,
            },
            "map" | "multimap" | "unordered_map" | "unordered_multimap" => Self::Map {
                key: argument(0),
                value: argument(1),
                header,
            },
            "array" => match arguments.get(1).and_then(|n| n.parse().ok()) {
                Some(len) => Self::Array {
                    item: argument(0),
                    len,
                },
                None => Self::Unsupported(format!("type {name}")),
            },
            // A bitset streams as a collection of one byte per bit.
            "bitset" => Self::List {
                item: Box::new(Self::Prim(Prim::Bool)),
                header,
            },
            _ => Self::Class(name.to_owned()),
        }
    }

    /// TArray and its kin write a count and the values, no header.
    fn root_array(prim: Prim) -> Self {
        Self::List {
            item: Box::new(Self::Prim(prim)),
            header: false,
        }
    }

    /// What a class member looks like.
    pub(crate) fn of_element(element: &Element) -> Self {
        const ARRAY: i32 = 20;
        const POINTER: i32 = 40;
        const DOUBLE32: i32 = 9;
        const FLOAT16: i32 = 19;
        let basic = |code: i32| match code {
            DOUBLE32 | FLOAT16 => Packed::from_title(&element.title, code == DOUBLE32).map_or_else(
                || Self::Unsupported(format!("the range of {} {:?}", element.name, element.title)),
                Self::Packed,
            ),
            7 => Self::CharStar,
            _ => Prim::from_code(code).map_or_else(
                || Self::Unsupported(format!("member {} of type code {code}", element.name)),
                Self::Prim,
            ),
        };
        let repeated = |kind: Self| match element.array_len {
            0 => kind,
            len => Self::Array {
                item: Box::new(kind),
                len,
            },
        };
        let type_name = normalise(&element.type_name);
        match element.code {
            0 => match element.name.as_str() {
                "TObject" => Self::TObject,
                name => Self::from_type(name, false),
            },
            1..=19 => basic(element.code),
            21..=39 => Self::Array {
                item: Box::new(basic(element.code - ARRAY)),
                len: element.array_len,
            },
            41..=59 => match &element.count_name {
                Some(counter) => Self::Counted {
                    item: Box::new(basic(element.code - POINTER)),
                    counter: counter.clone(),
                },
                None => Self::Unsupported(format!("array {} without a counter", element.name)),
            },
            // Objects in place; a trailing star here still means in place.
            61..=63 | 68 | 81..=83 | 88 => {
                repeated(Self::from_type(type_name.trim_end_matches('*'), true))
            }
            64 | 69 | 84 | 89 => {
                repeated(Self::Pointer(type_name.trim_end_matches('*').to_owned()))
            }
            65 | 85 => repeated(Self::Text { header: false }),
            66 => Self::TObject,
            67 | 87 => repeated(Self::Class("TNamed".to_owned())),
            71 | 300 | 365 | 500 if element.array_len == 0 => {
                Self::from_type(type_name.trim_end_matches('*'), true)
            }
            code => Self::Unsupported(format!(
                "member {} of type {} (code {code})",
                element.name, element.type_name
            )),
        }
    }
}

/// `map<int,vector<float>>` to `("map", ["int", "vector<float>"])`.
fn split_template(name: &str) -> Option<(&str, Vec<&str>)> {
    let open = name.find('<')?;
    let inner = name.get(open + 1..)?.strip_suffix('>')?;
    let mut arguments = Vec::new();
    let (mut depth, mut start) = (0usize, 0usize);
    for (i, ch) in inner.char_indices() {
        match ch {
            '<' => depth += 1,
            '>' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => {
                arguments.push(inner.get(start..i)?.trim());
                start = i + 1;
            }
            _ => {}
        }
    }
    arguments.push(inner.get(start..)?.trim());
    Some((name.get(..open)?, arguments))
}

/// How to read one version of one class.
#[derive(Debug)]
pub(crate) struct ClassPlan {
    pub(crate) name: Arc<str>,
    pub(crate) version: i32,
    pub(crate) checksum: u32,
    pub(crate) members: Vec<Member>,
}

#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: Arc<str>,
    pub(crate) kind: Kind,
    /// Base classes are read like members, and their members become ours.
    pub(crate) is_base: bool,
}

impl ClassPlan {
    pub(crate) fn compile(info: &ClassInfo) -> Self {
        Self {
            name: info.name.as_str().into(),
            version: info.version,
            checksum: info.checksum,
            members: info
                .elements
                .iter()
                // -1: a member that exists in memory only.
                .filter(|e| e.code != -1)
                .map(|e| Member {
                    name: e.name.as_str().into(),
                    kind: Kind::of_element(e),
                    is_base: e.code == 0 || matches!(e.name.as_str(), "TObject" | "TNamed"),
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_names_become_plans() {
        let f32s = |header| Kind::List {
            item: Box::new(Kind::Prim(Prim::F32)),
            header,
        };
        for (name, wanted) in [
            ("vector<float>", f32s(true)),
            ("ROOT::VecOps::RVec<float>", f32s(true)),
            (
                "std::vector<std::vector<Float_t> >",
                Kind::List {
                    item: Box::new(f32s(false)),
                    header: true,
                },
            ),
            (
                "map<string, unsigned int>",
                Kind::Map {
                    key: Box::new(Kind::Text { header: false }),
                    value: Box::new(Kind::Prim(Prim::U32)),
                    header: true,
                },
            ),
            ("Muon*", Kind::Pointer("Muon".to_owned())),
            ("TLorentzVector", Kind::Class("TLorentzVector".to_owned())),
        ] {
            assert_eq!(Kind::from_type(name, true), wanted, "{name}");
        }
    }

    #[test]
    fn ranges_of_packed_floats() {
        for (title, wanted) in [
            ("x", Packed::Float32AsDouble),
            ("x[3]", Packed::Float32AsDouble),
            (
                "x[0,twopi,10]",
                Packed::Ranged {
                    low: 0.0,
                    high: std::f64::consts::TAU,
                    bits: 10,
                    double: true,
                },
            ),
            (
                "x/d[-pi/2,1]",
                Packed::Ranged {
                    low: -std::f64::consts::FRAC_PI_2,
                    high: 1.0,
                    bits: 32,
                    double: true,
                },
            ),
            (
                "x[0,0,8]",
                Packed::Truncated {
                    bits: 8,
                    double: true,
                },
            ),
        ] {
            assert_eq!(Packed::from_title(title, true), Some(wanted), "{title}");
        }
    }

    #[test]
    fn hostile_nesting_ends() {
        // Each of these signs would be a step down.
        for sign in ["-", "1/", "1*"] {
            let title = format!("x[{}1,2,3]", sign.repeat(1_000_000));
            assert_eq!(Packed::from_title(&title, true), None);
        }
        let name = format!("{}int{}", "vector<".repeat(500), ">".repeat(500));
        let text = format!("{:?}", Kind::from_type(&name, true));
        assert!(text.contains("nested too deep"));
    }
}
