//! Any numbers and any text: a document without `NaN`, or an error; never a panic.

use photopeak_analysis::plot::{Axis, HeatMap, Kind, Plot, Reference, Scale, Series, Span};
use proptest::collection::vec;
use proptest::prelude::*;
use resvg::usvg;

fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>(),
        -1e3..1e3,
        Just(0.0),
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(f64::MAX),
        Just(f64::MIN_POSITIVE),
        Just(-0.0)
    ]
}

fn any_kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        Just(Kind::Data),
        Just(Kind::Points),
        Just(Kind::Step),
        Just(Kind::Filled),
        Just(Kind::Stacked),
        Just(Kind::Band),
        Just(Kind::Curve)
    ]
}

/// Increasing edges of every size, within what is allowed.
fn edges(bins: usize) -> impl Strategy<Value = Vec<f64>> {
    let widths = prop_oneof![1e-9..1e9, 0.5..2.0, 1e-200..1e-190, 1e250..1e290];
    (
        prop_oneof![-1e3..1e3, -1e290..1e290, Just(0.0)],
        vec(widths, bins),
    )
        .prop_map(|(first, widths)| {
            let mut edges = vec![first];
            edges.extend(widths.iter().scan(first, |edge, width| {
                *edge += width;
                Some(*edge)
            }));
            edges
        })
}

prop_compose! {
    fn any_plot()(bins in 0..8_usize)(
        edges in edges(bins),
        series in vec((any_kind(), vec(any_number(), bins), vec(any_number(), bins), ".{0,12}"), 0..4),
        log in any::<(bool, bool)>(),
        title in ".{0,30}",
        line in any_number(),
        span in (any_number(), any_number()),
        heat in any::<bool>(),
        cells in vec(any_number(), bins * bins),
        scales in any::<bool>(),
    ) -> Plot {
        let scale = |log| if log { Scale::Log } else { Scale::Linear };
        let mut plot = Plot::new(Axis { scale: scale(log.0), ..Axis::new(title.clone(), title.clone()) });
        plot.y.scale = scale(log.1);
        plot.references.push(Reference { x: line, label: title.clone() });
        plot.spans.push(Span { low: span.0, high: span.1, label: title.clone() });
        plot.label.lines.push(title);
        for (kind, values, errors, name) in series {
            plot = plot.with(Series::new(kind, name, edges.clone(), values).with_errors(errors));
        }
        if heat {
            let z = Axis { scale: scale(scales), ..Axis::default() };
            plot.heat = Some(HeatMap { x_edges: edges.clone(), y_edges: edges, values: cells, z });
        }
        plot
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn svg_holds_only_finite_numbers(plot in any_plot()) {
        let Ok(svg) = plot.to_svg() else { return Ok(()) };
        let tree = usvg::roxmltree::Document::parse(&svg).expect("well-formed XML");
        for node in tree.descendants() {
            for attribute in node.attributes() {
                let value = attribute.value();
                let spelled = ["NaN", "inf"].iter().any(|bad| value.contains(bad));
                prop_assert!(!spelled, "{}={value}", attribute.name());
            }
        }
    }

    #[test]
    fn terminals_keep_their_width(plot in any_plot(), width in 0..120_usize, height in 0..40_usize) {
        let Ok(page) = plot.to_terminal(width, height, false) else { return Ok(()) };
        prop_assert!(page.lines().count() <= height);
        // Marks over letters take no column of their own; nothing takes less than one else.
        let wide = |line: &str| line.chars().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).count();
        for line in page.lines() {
            prop_assert!(wide(line) <= width, "{line:?}");
        }
    }

    #[test]
    fn any_edges_are_drawn_or_refused(edges in vec(any_number(), 0..6), value in any_number()) {
        let values = vec![value; edges.len().saturating_sub(1)];
        let plot = Plot::default().with(Series::new(Kind::Step, "", edges, values));
        if let Ok(svg) = plot.to_svg() {
            prop_assert!(!svg.contains("NaN") && !svg.contains("inf"));
        }
    }
}

#[test]
fn hostile_numbers_still_become_pictures() {
    let values = [1e300, -1e300, f64::NAN, 1e-300, f64::INFINITY, 5.0];
    for kind in [
        Kind::Data,
        Kind::Step,
        Kind::Stacked,
        Kind::Points,
        Kind::Band,
    ] {
        let series =
            Series::new(kind, "x", [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0], values).with_errors(values);
        for log in [false, true] {
            let mut plot = Plot::default().with(series.clone());
            plot.y.scale = if log { Scale::Log } else { Scale::Linear };
            plot.to_png(0.5).unwrap();
        }
    }
}
