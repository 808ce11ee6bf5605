//! Plots in characters.

use photopeak_analysis::plot::{Axis, Kind, Plot, Series};

use super::gallery;

#[test]
fn a_small_histogram() {
    let plot = Plot::new(Axis::new(r"m_{\ell\ell}", "GeV")).with(Series::new(
        Kind::Step,
        "",
        [0.0, 1.0, 2.0, 3.0, 4.0],
        [1.0, 4.0, 2.0, 0.5],
    ));
    let expected = "\
Events / GeV
 4┤     ▃▃▃▃▃
  │     █████
  │     █████
  │     █████
 2┤     █████▆▆▆▆▆
  │     ██████████
  │▇▇▇▇▇██████████
 0┤███████████████▇▇▇▇▇
  ├────┬────┬────┬────┬
  0    1    2    3    4
             m_ℓℓ [GeV]
";
    assert_eq!(plot.to_terminal(24, 12, false).unwrap(), expected);
}

#[test]
fn a_pulse_with_its_moments_and_windows() {
    let expected = "\
raw [ADC]
 9800┤               ┊start
     │               ┊  ⡞end⠲⠶⠤⣤⣄⣀⣀⡀
     │               ┊  ⡇        ⠈⠉⠉⠛⠛⠒⠶⠦⢤⣤⣄⣀⣀⡀
 9600┤               ┊ ⢸⠁                   ⠈⠉⠉⠙⠛⠓⠲⠶⠦⢤⣤⣄⣀⣀⣀
     │               ┊ ⢸┊                                ⠉⠉
 9400┤               ┊ ⡏┊
     │               ┊⢀⡇┊
     │               ┊⢸ ┊
 9200┤               ┊⣸ ┊
     │               ┊⡇ ┊
     │               ⢀⡇ ┊
 9000┤⠛⠛⠛⠛⠛⠛⠛⠛⠛⠛⠛⠛⠛⠛⠛⠛  ┊
     ├──────┬─────┬──────┬──────┬─────┬──────┬─────┬──────┬
     0      5     10     15     20    25     30    35     40
                                                  Time [µs]
      ├────────────┤ baseline
                           tail ├─────────────────────────┤
";
    assert_eq!(
        gallery::pulse().to_terminal(60, 18, false).unwrap(),
        expected
    );
}

#[test]
fn nothing_leaves_the_page() {
    for (name, plot) in gallery::all() {
        for width in [0, 1, 10, 23, 24, 25, 40, 79, 80, 200] {
            for height in [0, 1, 8, 9, 12, 24, 50] {
                let page = plot.to_terminal(width, height, false).unwrap();
                assert!(page.lines().count() <= height, "{name} {width}x{height}");
                for line in page.lines() {
                    assert!(
                        line.chars().count() <= width,
                        "{name} {width}x{height}: {line:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn colour_only_when_asked() {
    for (name, plot) in gallery::all() {
        assert!(
            !plot.to_terminal(80, 24, false).unwrap().contains('\u{1b}'),
            "{name}"
        );
        let coloured = plot.to_terminal(80, 24, true).unwrap();
        if name != "four_leptons" {
            assert!(coloured.contains("\u{1b}[38;2;"), "{name}");
        }
        for line in coloured.lines().filter(|l| l.contains('\u{1b}')) {
            assert!(
                line.ends_with("\u{1b}[0m") || line.contains("\u{1b}[0m"),
                "{name}"
            );
        }
    }
}

#[test]
fn labels_cannot_command_the_terminal() {
    let mut plot = gallery::stack();
    plot.label.experiment = "\u{1b}[2J\u{7}evil".into();
    plot.series[0].label = "\u{9b}31m".into();
    let page = plot.to_terminal(80, 24, false).unwrap();
    assert!(page.chars().all(|c| c == '\n' || !c.is_control()));
}

#[test]
fn a_stack_shows_data_and_ratio() {
    let page = gallery::stack().to_terminal(80, 30, false).unwrap();
    for expected in [
        "● Data",
        "tt\u{304}",
        "Data / Pred.",
        "p_T [GeV]",
        "Events / 5 GeV",
    ] {
        assert!(page.contains(expected), "{expected} not in\n{page}");
    }
}
