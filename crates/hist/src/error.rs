//! What can go wrong with a histogram, said so that the caller can act on it:
//! which axis, which number, what was expected.

/// Result of a histogram operation.
pub type Result<T> = std::result::Result<T, HistError>;

/// Errors of this crate.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum HistError {
    /// An axis definition makes no sense.
    #[error("axis definition: {reason}")]
    Axis {
        /// What is wrong, with the numbers.
        reason: String,
    },
    /// Too many or too few axes, or too many bins in all.
    #[error("histogram shape: {reason}")]
    Shape {
        /// What is wrong, with the numbers.
        reason: String,
    },
    /// The number of columns given to a fill is not the number of axes.
    #[error("fill got {columns} columns for {axes} axes; give one column per axis, in axis order")]
    ColumnCount {
        /// Columns given.
        columns: usize,
        /// Axes of the histogram.
        axes: usize,
    },
    /// Columns, weights or samples of different lengths.
    #[error(
        "{what} has {found} rows, but {reference} has {expected}; all columns need one length (or be scalars)"
    )]
    Length {
        /// The column at fault.
        what: String,
        /// Its length.
        found: usize,
        /// The column it was compared with.
        reference: String,
        /// The length of that.
        expected: usize,
    },
    /// A column whose type an axis cannot bin.
    #[error("{what}: a column of {found} cannot fill {axis}; it takes {takes}")]
    ColumnType {
        /// Which column.
        what: String,
        /// Its type.
        found: String,
        /// The axis kind.
        axis: &'static str,
        /// Types that would do.
        takes: &'static str,
    },
    /// The operation needs another storage.
    #[error("{operation} needs {needs}, but the histogram stores `{found}`")]
    Storage {
        /// The operation refused.
        operation: &'static str,
        /// Kinds that would do.
        needs: &'static str,
        /// The kind found.
        found: &'static str,
    },
    /// Histograms that cannot be added.
    #[error(
        "histograms differ: {reason}; only histograms with equal axes and storage can be merged"
    )]
    Mismatch {
        /// Which axis or storage, and how they differ.
        reason: String,
    },
    /// There is no such axis.
    #[error("no axis {wanted}; the histogram has {available}")]
    NoAxis {
        /// Name or number asked for.
        wanted: String,
        /// The axes there are.
        available: String,
    },
    /// A slice, rebin or projection that the axis does not allow.
    #[error("cannot {operation} axis {axis}: {reason}")]
    Reshape {
        /// `slice`, `rebin` or `project`.
        operation: &'static str,
        /// Axis name or number.
        axis: String,
        /// Why, and what would work.
        reason: String,
    },
    /// An argument outside its domain.
    #[error("{what} = {value} is outside {domain}")]
    Domain {
        /// The argument.
        what: &'static str,
        /// The value given.
        value: f64,
        /// The values allowed.
        domain: &'static str,
    },
    /// A UHI document that is not what the schema says.
    #[error("UHI JSON at {path}: {reason}")]
    Uhi {
        /// JSON path from the document root `$`.
        path: String,
        /// What was found and what is needed.
        reason: String,
    },
    /// A number that JSON cannot hold.
    #[error("cannot write {what} as JSON: the value {value} is not finite")]
    NotFinite {
        /// Which array.
        what: String,
        /// The value.
        value: f64,
    },
}

pub(crate) fn axis_error<T>(reason: impl Into<String>) -> Result<T> {
    Err(HistError::Axis {
        reason: reason.into(),
    })
}

pub(crate) fn shape_error<T>(reason: impl Into<String>) -> Result<T> {
    Err(HistError::Shape {
        reason: reason.into(),
    })
}
