//! SVG and PNG: structure, escaping, determinism, accessibility.

use photopeak_analysis::plot::{Axis, Content, Kind, Plot, PlotError, Ratio, Scale, Series, Theme};
use resvg::{tiny_skia, usvg};

use super::gallery;

fn svg(plot: &Plot) -> String {
    plot.to_svg().unwrap()
}

/// Parses as XML, and returns all text of it.
fn texts(svg: &str) -> Vec<String> {
    let tree = usvg::roxmltree::Document::parse(svg).expect("well-formed XML");
    let is_text = |n: &usvg::roxmltree::Node<'_, '_>| n.has_tag_name("text");
    let whole = |n: usvg::roxmltree::Node<'_, '_>| {
        n.descendants()
            .filter(|d| d.is_text())
            .filter_map(|d| d.text())
            .collect::<String>()
    };
    tree.descendants().filter(is_text).map(whole).collect()
}

#[test]
fn titles_follow_from_bins_and_units() {
    let texts = texts(&svg(&gallery::four_leptons()));
    for expected in [
        "Events / 3.75 GeV",
        "m4ℓ [GeV]",
        "ATLAS Open Data",
        "√s = 13 TeV, 10 fb−1",
        "Data",
        "100",
    ] {
        assert!(
            texts.iter().any(|t| t == expected),
            "{expected:?} not in {texts:?}"
        );
    }
}

#[test]
fn y_title_of_other_binnings() {
    let check = |edges: &[f64], unit: &str, content, expected: &str| {
        let values = vec![1.0; edges.len() - 1];
        let mut plot =
            Plot::new(Axis::new("x", unit)).with(Series::new(Kind::Step, "", edges, values));
        plot.options.content = content;
        let texts = texts(&svg(&plot));
        assert!(
            texts.iter().any(|t| t == expected),
            "{expected:?} not in {texts:?}"
        );
    };
    check(&[0.0, 1.0, 2.0], "GeV", Content::PerBin, "Events / GeV");
    check(&[0.0, 0.1, 0.2], "", Content::PerBin, "Events / 0.1");
    check(&[0.0, 1.0, 5.0], "GeV", Content::PerBin, "Events / bin");
    check(&[0.0, 1.0, 5.0], "GeV", Content::Per(2.0), "Events / 2 GeV");
}

#[test]
fn an_empty_bin_has_no_marker() {
    // 23 of the 24 bins hold events; the legend shows one more marker.
    assert_eq!(svg(&gallery::four_leptons()).matches("<circle").count(), 24);
}

#[test]
fn the_ratio_panel_needs_data_and_prediction() {
    let has_ratio = |plot: &Plot| texts(&svg(plot)).iter().any(|t| t == "Data / Pred.");
    let stack = gallery::stack();
    assert!(has_ratio(&stack));
    let mut off = stack.clone();
    off.options.ratio = Ratio::Off;
    assert!(!has_ratio(&off));
    let mut no_data = stack;
    no_data.series.retain(|s| s.kind != Kind::Data);
    assert!(!has_ratio(&no_data));
}

#[test]
fn what_users_write_stays_text() {
    let evil = "</text><script>alert('&')</script>\u{0}\u{1b}";
    let mut plot = gallery::stack();
    plot.title = evil.into();
    plot.x = Axis::new(evil, evil);
    plot.label.experiment = evil.into();
    plot.series[0].label = evil.into();
    let svg = svg(&plot);
    assert!(!svg.contains("<script"));
    assert!(texts(&svg).iter().any(|t| t.contains("<script>")));
}

#[test]
fn the_same_plot_gives_the_same_bytes() {
    for (name, plot) in gallery::all() {
        assert_eq!(svg(&plot), svg(&plot.clone()), "{name}");
        assert_eq!(
            plot.to_png(1.0).unwrap(),
            plot.to_png(1.0).unwrap(),
            "{name}"
        );
    }
}

#[test]
fn pictures_have_words_for_those_who_cannot_see_them() {
    let svg = svg(&gallery::four_leptons());
    let tree = usvg::roxmltree::Document::parse(&svg).unwrap();
    let root = tree.root_element();
    assert_eq!(root.attribute("role"), Some("img"));
    let words = |tag: &str| {
        let node = root.children().find(|n| n.has_tag_name(tag)).unwrap();
        node.text().unwrap_or_default().to_string()
    };
    assert_eq!(
        words("title"),
        "ATLAS Open Data: Events / 3.75 GeV against m_4ℓ [GeV]"
    );
    assert_eq!(
        words("desc"),
        "Data: sum 95, 24 bins from 80 GeV to 170 GeV, highest 20 between 87.5 GeV and 91.25 GeV."
    );
}

#[test]
fn an_empty_histogram_says_so() {
    let mut plot = gallery::four_leptons();
    plot.series[0].values = vec![0.0; 24];
    assert!(texts(&svg(&plot)).iter().any(|t| t == "no entries"));
    assert!(
        texts(&svg(&Plot::default()))
            .iter()
            .any(|t| t == "no entries")
    );
}

#[test]
fn png_has_the_size_asked_for() {
    for (scale, expected) in [(1.0, (800, 600)), (2.0, (1600, 1200)), (0.5, (400, 300))] {
        let png = gallery::four_leptons().to_png(scale).unwrap();
        let picture = tiny_skia::Pixmap::decode_png(&png).unwrap();
        assert_eq!((picture.width(), picture.height()), expected);
        // Black text and frame were drawn on white.
        let dark = picture.pixels().iter().filter(|p| p.red() < 64).count();
        let white = picture.pixels().iter().filter(|p| p.red() == 255).count();
        assert!(
            dark > 1000 && white > picture.pixels().len() / 2,
            "{dark} {white}"
        );
    }
}

#[test]
fn text_is_drawn_with_the_font_built_in() {
    let mut plot = Plot::default();
    let blank = plot.to_png(1.0).unwrap();
    plot.label.experiment = "ATLAS".into();
    assert_ne!(blank, plot.to_png(1.0).unwrap());
}

#[test]
fn dark_is_dark() {
    let mut plot = gallery::stack();
    plot.options.theme = Theme::Dark;
    let picture = tiny_skia::Pixmap::decode_png(&plot.to_png(0.5).unwrap()).unwrap();
    let corner = picture.pixel(0, 0).unwrap();
    assert!(corner.red() < 40 && corner.green() < 40);
}

#[test]
fn contradictions_are_errors() {
    let check = |plot: Plot, expected: &str| {
        let found = plot.to_svg().unwrap_err().to_string();
        assert!(found.contains(expected), "{found:?} lacks {expected:?}");
        assert!(plot.to_terminal(80, 24, false).is_err());
    };
    let with = |edges: &[f64], values: &[f64]| {
        Plot::default().with(Series::new(Kind::Data, "A", edges, values))
    };
    check(
        with(&[0.0, 1.0], &[1.0, 2.0]),
        "values holds 2 numbers but its edges make 1 bins",
    );
    check(
        with(&[0.0, 2.0, 1.0], &[1.0, 2.0]),
        "edge 2 of series 0 ('A') is 1",
    );
    check(with(&[0.0, f64::NAN], &[1.0]), "is NaN");
    let mut log = with(&[1.0, 2.0], &[1.0]);
    log.y = Axis::default().log().between(0.0, 10.0);
    check(log, "the y range 0 to 10");
    let mut stack = gallery::stack();
    stack.series[1].edges[1] += 0.5;
    check(stack, "is binned unlike the first of the stack");
    let mut tiny = gallery::stack();
    tiny.options.width = 10.0;
    assert!(matches!(tiny.to_svg(), Err(PlotError::Size { .. })));
    assert!(matches!(
        gallery::stack().to_png(1e6),
        Err(PlotError::Size { .. })
    ));
    assert!(matches!(
        gallery::stack().to_png(f64::NAN),
        Err(PlotError::Size { .. })
    ));
}

#[test]
fn two_pictures_can_stand_in_one_page() {
    let id = |svg: &str| svg.split("<title id=\"").nth(1).unwrap()[..9].to_string();
    assert_ne!(
        id(&svg(&gallery::stack())),
        id(&svg(&gallery::four_leptons()))
    );
}

#[test]
fn plots_are_data() {
    for (name, plot) in gallery::all() {
        let json = serde_json::to_string(&plot).unwrap();
        assert_eq!(serde_json::from_str::<Plot>(&json).unwrap(), plot, "{name}");
    }
    let plot: Plot = toml::from_str("[y]\nscale = \"log\"\n[options]\ntheme = \"dark\"").unwrap();
    assert_eq!(
        (plot.y.scale, plot.options.theme),
        (Scale::Log, Theme::Dark)
    );
}
