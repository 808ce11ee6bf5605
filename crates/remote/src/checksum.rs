//! Checksums as repositories give them, computed while bytes go by.

use std::fmt;

use md5::Md5;
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use simd_adler32::Adler32;

/// A function that gives checksums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Function {
    /// Adler-32, of CERN Open Data: finds accidents of transfer, no intent.
    Adler32,
    /// MD5, of Zenodo and Dataverse.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-256, of Photopeak's manifests and Croissant.
    Sha256,
    /// SHA-512.
    Sha512,
}

impl Function {
    /// By the name that a repository uses.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        Some(match name.to_ascii_lowercase().as_str() {
            // So written in a record of CERN Open Data.
            "adler32" | "alder32" => Function::Adler32,
            "md5" => Function::Md5,
            "sha1" => Function::Sha1,
            "sha256" => Function::Sha256,
            "sha512" => Function::Sha512,
            _ => return None,
        })
    }

    /// Hexadecimal digits of a checksum.
    fn digits(self) -> usize {
        match self {
            Function::Adler32 => 8,
            Function::Md5 => 32,
            Function::Sha1 => 40,
            Function::Sha256 => 64,
            Function::Sha512 => 128,
        }
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Function::Adler32 => "Adler-32",
            Function::Md5 => "MD5",
            Function::Sha1 => "SHA-1",
            Function::Sha256 => "SHA-256",
            Function::Sha512 => "SHA-512",
        })
    }
}

/// What the bytes of a file must give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checksum {
    /// By which function.
    pub function: Function,
    /// The value in lower-case hexadecimal digits.
    pub value: String,
}

impl Checksum {
    /// A value of a function; none if it cannot be one. Leading zeros that were lost are put back.
    #[must_use]
    pub fn new(function: Function, value: &str) -> Option<Self> {
        let value = value.trim().to_ascii_lowercase();
        let fits = !value.is_empty() && value.chars().all(|c| c.is_ascii_hexdigit());
        let digits = function.digits();
        let short = function == Function::Adler32 && value.len() <= digits;
        (fits && (value.len() == digits || short)).then(|| Self {
            function,
            value: format!("{value:0>digits$}"),
        })
    }

    /// As repositories write it: `md5:0cc1…`; without a function it is MD5, as on Zenodo.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            Some((function, value)) => Self::new(Function::named(function)?, value),
            None => Self::new(Function::Md5, text),
        }
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.function, self.value)
    }
}

/// A checksum in the making.
pub struct Hasher(State);

enum State {
    Adler32(Adler32),
    Md5(Md5),
    Sha1(Sha1),
    Sha256(Sha256),
    Sha512(Box<Sha512>),
}

impl Hasher {
    /// Of no bytes yet.
    #[must_use]
    pub fn new(function: Function) -> Self {
        Self(match function {
            Function::Adler32 => State::Adler32(Adler32::new()),
            Function::Md5 => State::Md5(Md5::new()),
            Function::Sha1 => State::Sha1(Sha1::new()),
            Function::Sha256 => State::Sha256(Sha256::new()),
            Function::Sha512 => State::Sha512(Box::default()),
        })
    }

    /// Takes further bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            State::Adler32(state) => state.write(bytes),
            State::Md5(state) => state.update(bytes),
            State::Sha1(state) => state.update(bytes),
            State::Sha256(state) => state.update(bytes),
            State::Sha512(state) => state.update(bytes),
        }
    }

    /// The checksum of all bytes that were taken.
    #[must_use]
    pub fn finish(self) -> Checksum {
        let (function, value) = match self.0 {
            State::Adler32(state) => (Function::Adler32, format!("{:08x}", state.finish())),
            State::Md5(state) => (Function::Md5, hex(&state.finalize())),
            State::Sha1(state) => (Function::Sha1, hex(&state.finalize())),
            State::Sha256(state) => (Function::Sha256, hex(&state.finalize())),
            State::Sha512(state) => (Function::Sha512, hex(&state.finalize())),
        };
        Checksum { function, value }
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The published values of the text "abc" (RFC 1321, FIPS 180, zlib).
    #[test]
    fn known_values() {
        for text in [
            "adler32:24d0127",
            "alder32:024D0127",
            "md5:900150983cd24fb0d6963f7d28e17f72",
            "sha1:a9993e364706816aba3e25717850c26c9cd0d89d",
            "SHA-256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        ] {
            let expected = Checksum::parse(text).unwrap();
            let mut hasher = Hasher::new(expected.function);
            hasher.update(b"a");
            hasher.update(b"bc");
            assert_eq!(hasher.finish(), expected, "{text}");
        }
        for wrong in ["md5:", "md5:12", "crc32:1234", "sha1:xyz"] {
            assert_eq!(Checksum::parse(wrong), None, "{wrong}");
        }
    }
}
