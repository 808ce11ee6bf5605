//! A plot as a PNG, from its SVG and the font that is built in; no font of the machine
//! has any influence.

use std::sync::{Arc, LazyLock};

use resvg::{tiny_skia, usvg};

use super::error::PlotError;
use super::font;

/// The longest side a picture may have, in pixels.
const LONGEST: f64 = 16_384.0;
/// Pixels a picture may have in all: 256 MB.
const MOST: f64 = 64.0 * 1024.0 * 1024.0;

static FONTS: LazyLock<Arc<usvg::fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = usvg::fontdb::Database::new();
    for file in font::FILES {
        fonts.load_font_data(file.to_vec());
    }
    fonts.set_sans_serif_family(font::FAMILY);
    Arc::new(fonts)
});

/// Rasterises `svg`, `scale` pixels to a CSS pixel.
pub(crate) fn rasterise(svg: &str, scale: f64) -> Result<Vec<u8>, PlotError> {
    let failed = |reason: String| PlotError::Raster { reason };
    let options = usvg::Options {
        fontdb: Arc::clone(&FONTS),
        font_family: font::FAMILY.into(),
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_str(svg, &options).map_err(|e| failed(e.to_string()))?;
    let size = tree.size();
    let (width, height) = (
        (f64::from(size.width()) * scale).round(),
        (f64::from(size.height()) * scale).round(),
    );
    let fits = |side: f64| (1.0..=LONGEST).contains(&side);
    if !(fits(width) && fits(height) && width * height <= MOST) {
        return Err(PlotError::Size {
            width,
            height,
            low: 1.0,
            high: LONGEST,
        });
    }
    // Both lie between 1 and 16384.
    let mut pixels = tiny_skia::Pixmap::new(width as u32, height as u32)
        .ok_or_else(|| failed("no memory for the pixels".into()))?;
    let transform = tiny_skia::Transform::from_scale(scale as f32, scale as f32);
    resvg::render(&tree, transform, &mut pixels.as_mut());
    pixels.encode_png().map_err(|e| failed(e.to_string()))
}
