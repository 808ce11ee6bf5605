//! How much a document may ask for.

/// Bounds on what is read, so that a small hostile document cannot claim much
/// memory. Reading needs about 4 bytes for each byte of text, and 8 for each
/// slot and array of the storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of text.
    pub bytes: usize,
    /// Histograms in the document.
    pub histograms: usize,
    /// Slots of all histograms together.
    pub slots: usize,
}

impl Default for Limits {
    /// 256 MiB of text, 65536 histograms, 2^24 slots.
    fn default() -> Self {
        Self {
            bytes: 1 << 28,
            histograms: 1 << 16,
            slots: 1 << 24,
        }
    }
}
