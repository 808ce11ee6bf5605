//! LEGEND's two codecs of waveforms, by the names in their `codec` attribute.
//!
//! Source: LEGEND data format specifications, "Data Compression".

mod radware;
mod uleb128;

/// How LEGEND encodes a waveform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    /// radware-sigcompress.
    Radware {
        /// What was added to the samples before they were encoded.
        shift: i32,
    },
    /// Differences, zigzag, ULEB128.
    Uleb128,
}

impl Codec {
    /// By name; the error says which are known.
    pub(crate) fn named(name: &str, shift: i32) -> Result<Self, String> {
        match name {
            "radware_sigcompress" => Ok(Codec::Radware { shift }),
            "uleb128_zigzag_diff" => Ok(Codec::Uleb128),
            _ => Err(format!(
                "waveforms encoded by {name}; radware_sigcompress and uleb128_zigzag_diff are read"
            )),
        }
    }

    /// Decodes one waveform into `out`, of which it must fill every sample.
    ///
    /// # Errors
    /// What is wrong with the bytes.
    pub fn decode(self, bytes: &[u8], out: &mut [i32]) -> Result<(), String> {
        match self {
            Codec::Radware { shift } => radware::decode(bytes, shift, out),
            Codec::Uleb128 => uleb128::decode(bytes, out),
        }
    }
}
