//! A small SVG writer: short numbers, escaped text, the same bytes every time.

use std::fmt::Write;

use super::color::Color;
use super::font::Line;
use super::markup::Over;

/// Fonts asked for, in this order; all but the last have the same widths.
pub(crate) const FAMILIES: &str = "Helvetica, Arial, Liberation Sans, sans-serif";

/// Which end of a text its position names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// Where and how a line of text is set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) x: f64,
    /// Of the base line.
    pub(crate) y: f64,
    pub(crate) size: f64,
    pub(crate) anchor: Anchor,
    /// Degrees, clockwise, about (`x`, `y`).
    pub(crate) turn: f64,
    pub(crate) color: Color,
}

/// SVG elements as they are written, without the root element.
#[derive(Debug, Default)]
pub(crate) struct Svg {
    out: String,
}

impl Svg {
    pub(crate) fn into_string(self) -> String {
        self.out
    }

    /// Writes markup that is known to be well formed.
    pub(crate) fn raw(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.out, "{element}");
    }

    pub(crate) fn rect(&mut self, x: f64, y: f64, w: f64, h: f64, attributes: &str) {
        let (x, y, w, h) = (num(x), num(y), num(w.max(0.0)), num(h.max(0.0)));
        self.raw(format_args!(
            r#"<rect x="{x}" y="{y}" width="{w}" height="{h}" {attributes}/>"#
        ));
    }

    pub(crate) fn path(&mut self, path: &Path, attributes: &str) {
        if !path.d.is_empty() {
            self.raw(format_args!(r#"<path d="{}" {attributes}/>"#, path.d));
        }
    }

    pub(crate) fn circle(&mut self, x: f64, y: f64, r: f64, attributes: &str) {
        let (x, y, r) = (num(x), num(y), num(r));
        self.raw(format_args!(
            r#"<circle cx="{x}" cy="{y}" r="{r}" {attributes}/>"#
        ));
    }

    pub(crate) fn text(&mut self, line: &Line, place: Place) {
        if line.pieces.is_empty() {
            return;
        }
        let Place { x, y, size, .. } = place;
        let (anchor, back) = match place.anchor {
            Anchor::Start => ("", 0.0),
            Anchor::Middle => (r#" text-anchor="middle""#, 0.5),
            Anchor::End => (r#" text-anchor="end""#, 1.0),
        };
        let turn = match num(place.turn).as_str() {
            "0" => String::new(),
            turn => format!(r#" transform="rotate({turn} {} {})""#, num(x), num(y)),
        };
        let mut body = String::new();
        let mut bars = Path::default();
        let (mut pen, mut raise) = (0.0, 0.0);
        for (at, run) in &line.pieces {
            let width = run.size * super::font::advance(&run.text, run.italic, run.bold);
            let mut style = String::new();
            if run.bold {
                style.push_str(r#" font-weight="bold""#);
            }
            if run.italic {
                style.push_str(r#" font-style="italic""#);
            }
            if run.size != 1.0 {
                let _ = write!(style, r#" font-size="{}""#, num(size * run.size));
            }
            if (at - pen).abs() > 1e-9 {
                let _ = write!(style, r#" dx="{}""#, num(size * (at - pen)));
            }
            if run.raise != raise {
                let _ = write!(style, r#" dy="{}""#, num(size * (raise - run.raise)));
            }
            let text = escape(&run.text);
            match style.as_str() {
                "" => body.push_str(&text),
                style => {
                    let _ = write!(body, "<tspan{style}>{text}</tspan>");
                }
            }
            if run.over != Over::None {
                let left = x + size * (at - back * line.width);
                // Over a lower-case letter the bar of an antiparticle sits closer than
                // the roof of a root, which has to meet the top of its sign.
                let tall = run.over == Over::Root
                    || run
                        .text
                        .chars()
                        .any(|c| "bdfhklt".contains(c) || c.is_uppercase());
                let height = match run.over {
                    Over::Root => 0.885,
                    _ if tall => 0.80,
                    _ => 0.62,
                };
                let top = y - size * (run.raise + run.size * height);
                let slack = if run.over == Over::Bar {
                    0.04 * size * run.size
                } else {
                    0.0
                };
                bars.move_to(left + slack, top);
                bars.line_to(left + size * width - slack, top);
            }
            (pen, raise) = (at + width, run.raise);
        }
        let (px, py, size, color) = (num(x), num(y), num(size), place.color);
        self.raw(format_args!(
            r#"<text x="{px}" y="{py}" font-size="{size}" fill="{color}"{anchor}{turn} xml:space="preserve">{body}</text>"#
        ));
        let stroke = num(place.size * 0.055);
        self.path(
            &bars,
            &format!(r#"stroke="{color}" stroke-width="{stroke}"{turn}"#),
        );
    }
}

/// The data of a path.
#[derive(Debug, Default, Clone)]
pub(crate) struct Path {
    d: String,
}

impl Path {
    fn go(&mut self, command: char, x: f64, y: f64) {
        let _ = write!(self.d, "{command}{} {}", num(x), num(y));
    }

    pub(crate) fn move_to(&mut self, x: f64, y: f64) {
        self.go('M', x, y);
    }

    pub(crate) fn line_to(&mut self, x: f64, y: f64) {
        self.go('L', x, y);
    }

    pub(crate) fn segment(&mut self, x1: f64, y1: f64, x2: f64, y2: f64) {
        self.move_to(x1, y1);
        self.line_to(x2, y2);
    }

    pub(crate) fn close(&mut self) {
        self.d.push('Z');
    }

    pub(crate) fn rect(&mut self, x: f64, y: f64, w: f64, h: f64) {
        let _ = write!(
            self.d,
            "M{} {}h{}v{}h{}Z",
            num(x),
            num(y),
            num(w),
            num(h),
            num(-w)
        );
    }
}

/// A coordinate with at most two decimals, never `NaN`, `inf`, `-0` or an exponent.
pub(crate) fn num(value: f64) -> String {
    if !value.is_finite() {
        return "0".into();
    }
    let text = format!("{:.2}", value.clamp(-1e7, 1e7));
    let short = text.trim_end_matches('0').trim_end_matches('.');
    match short {
        "-0" | "" => "0".into(),
        short => short.into(),
    }
}

/// Text made safe inside elements and attributes; what XML 1.0 cannot hold is replaced.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_finite() {
        for (value, expected) in [
            (1.0, "1"),
            (0.1 + 0.2, "0.3"),
            (-0.001, "0"),
            (100.0, "100"),
            (f64::NAN, "0"),
            (f64::INFINITY, "0"),
            (1e300, "10000000"),
        ] {
            assert_eq!(num(value), expected);
        }
    }

    #[test]
    fn text_cannot_leave_its_element() {
        assert_eq!(
            escape("</text><script a=\"b\">&'\u{0}"),
            "&lt;/text&gt;&lt;script a=&quot;b&quot;&gt;&amp;&#39; "
        );
    }

    #[test]
    fn scripts_shift_and_come_back() {
        let mut svg = Svg::default();
        let place = Place {
            x: 10.0,
            y: 20.0,
            size: 10.0,
            anchor: Anchor::End,
            turn: 0.0,
            color: Color(0, 0, 0),
        };
        svg.text(&Line::new("m_{T}x"), place);
        assert_eq!(
            svg.into_string().trim(),
            r##"<text x="10" y="20" font-size="10" fill="#000000" text-anchor="end" xml:space="preserve">m<tspan font-size="7" dy="2.3">T</tspan><tspan dy="-2.3">x</tspan></text>"##
        );
    }
}
