//! Small pictures in SVG: a histogram as bars, a record as a line. They take their colours from the
//! page.

use std::fmt::Write;

use photopeak_hist::Histogram;

const WIDTH: f64 = 240.0;
const HEIGHT: f64 = 56.0;

/// Bars of a histogram, with its range under it: of whole numbers the first and the last.
pub(super) fn histogram(picture: &Histogram, whole: bool, name: &str) -> String {
    let values = picture.values(false);
    let edges = picture
        .axes()
        .first()
        .map(|axis| axis.edges())
        .unwrap_or_default();
    let most = values.iter().copied().fold(0.0, f64::max);
    let (Some(low), Some(high)) = (edges.first(), edges.last()) else {
        return String::new();
    };
    if most <= 0.0 {
        return String::new();
    }
    let bar = WIDTH / values.len() as f64;
    // What is there at all is seen.
    let height = |value: &f64| match *value > 0.0 {
        true => (value / most * (HEIGHT - 2.0)).max(1.0),
        false => 0.0,
    };
    let mut path = String::new();
    // Wide bars stand apart; narrow ones are one outline, in which there are no seams.
    if bar > 6.0 {
        for (i, value) in values.iter().enumerate().filter(|(_, v)| **v > 0.0) {
            let (x, height) = (i as f64 * bar + 0.5, height(value));
            let _ = write!(
                path,
                "M{x:.1} {HEIGHT}v{:.1}h{:.1}V{HEIGHT}z",
                -height,
                bar - 1.0
            );
        }
    } else {
        let _ = write!(path, "M0 {HEIGHT}");
        for (i, value) in values.iter().enumerate() {
            let (top, end) = (HEIGHT - height(value), (i + 1) as f64 * bar);
            let _ = write!(path, "V{top:.1}H{end:.1}");
        }
        let _ = write!(path, "V{HEIGHT}z");
    }
    let outside = picture.sum(true) - picture.sum(false);
    let beyond = match outside > 0.0 {
        true => format!(" <span class=\"beyond\">{outside} beyond</span>"),
        false => String::new(),
    };
    figure(
        &format!("<path class=\"bars\" d=\"{path}\"/>"),
        name,
        &number(*low),
        &number(if whole { high - 1.0 } else { *high }),
        &beyond,
    )
}

/// A bar for false and one for true.
pub(super) fn truths(no: u64, yes: u64, name: &str) -> String {
    let share = yes as f64 / (no + yes).max(1) as f64;
    format!(
        "<figure class=\"truths\" role=\"img\" aria-label=\"{name}: {0} true\"><div class=\"share\"><i style=\"width:{1:.1}%\"></i></div>\
         <figcaption><span>true {0}</span><span>false {2}</span></figcaption></figure>",
        percent(share),
        100.0 * share,
        percent(1.0 - share)
    )
}

/// The first record of a table.
pub(super) fn record(samples: &[f64], name: &str) -> String {
    let least = samples.iter().copied().fold(f64::INFINITY, f64::min);
    let most = samples.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if samples.len() < 2 || least >= most {
        return String::new();
    }
    let mut points = String::new();
    // Two points a pixel are as much as is seen: the least and the most of what falls there.
    let columns = (WIDTH as usize * 2).min(samples.len());
    for column in 0..columns {
        let range = column * samples.len() / columns..(column + 1) * samples.len() / columns;
        let Some(part) = samples.get(range) else {
            continue;
        };
        let x = column as f64 * WIDTH / (columns - 1).max(1) as f64;
        let low = part.iter().copied().fold(f64::INFINITY, f64::min);
        let high = part.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let y = |v: f64| 1.0 + (HEIGHT - 2.0) * (most - v) / (most - least);
        let _ = write!(points, "{x:.1},{:.1} ", y(low));
        if high > low {
            let _ = write!(points, "{x:.1},{:.1} ", y(high));
        }
    }
    let line = format!(
        "<polyline class=\"line\" points=\"{}\"/>",
        points.trim_end()
    );
    let last = format!("{} samples", samples.len());
    figure(&line, name, "first row", &last, "")
}

fn figure(inner: &str, name: &str, low: &str, high: &str, middle: &str) -> String {
    format!(
        "<figure><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{name}\">{inner}</svg>\
         <figcaption><span>{low}</span>{middle}<span>{high}</span></figcaption></figure>"
    )
}

/// A number for people: `0.25`, `1200`, `3.1e9`.
pub(super) fn number(x: f64) -> String {
    let size = x.abs();
    if x == 0.0 {
        "0".to_owned()
    } else if !(1e-3..1e7).contains(&size) {
        format!("{x:.2e}")
    } else if size >= 1000.0 || x.trunc() == x {
        format!("{x:.0}")
    } else {
        let digits = 2 - (size.log10().floor() as i32).clamp(-3, 2);
        let text = format!("{x:.*}", usize::try_from(digits).unwrap_or(0));
        match text.contains('.') {
            true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
            false => text,
        }
    }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_for_people() {
        let cases = [
            (0.0, "0"),
            (0.25, "0.25"),
            (-1234.5, "-1234"),
            (12.345, "12.3"),
            (3.1e9, "3.10e9"),
            (0.00456, "0.00456"),
            (100.0, "100"),
        ];
        for (x, text) in cases {
            assert_eq!(number(x), text);
        }
    }
}
