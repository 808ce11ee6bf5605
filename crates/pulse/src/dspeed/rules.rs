//! dspeed's processors, and how each is written in a chain.

/// What an argument is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Role {
    Waveform,
    Filter,
    /// A waveform or a number.
    Operand,
    /// A number or a time.
    Number,
    /// A moment in the first waveform.
    Moment,
    /// A word or a number that stands for one of our words.
    Word(&'static [(&'static str, &'static str)]),
    /// What plays no part.
    Any,
    /// A variable that comes out.
    Out,
}

/// What comes out.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    /// A waveform with the samples of the one that goes in.
    Same,
    /// Another; `single` if its samples are as long.
    Other {
        single: bool,
    },
    Moment,
    Number,
    /// What an operation gives: a waveform if an operand is one, else a number or a time.
    Combined,
    Filter,
}

/// A processor of dspeed in the words of a chain; see `translate::fill` for the templates.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub(super) function: &'static str,
    pub(super) roles: &'static [Role],
    pub(super) outputs: &'static [(Form, &'static str)],
    /// Where it differs; only with this argument, if one is given.
    pub(super) note: Option<(&'static str, Option<&'static str>)>,
}

use Form::{Combined, Filter as Weights, Moment as At, Number as Value, Other, Same};
use Role::{Any, Filter, Moment, Number, Operand, Out, Waveform, Word};

/// A rule of dspeed.processors.
const fn rule(
    function: &'static str,
    roles: &'static [Role],
    outputs: &'static [(Form, &'static str)],
) -> Rule {
    Rule {
        function,
        roles,
        outputs,
        note: None,
    }
}

impl Rule {
    const fn but(mut self, note: &'static str) -> Self {
        self.note = Some((note, None));
        self
    }

    const fn but_with(mut self, argument: &'static str, note: &'static str) -> Self {
        self.note = Some((note, Some(argument)));
        self
    }
}

const PROCESSORS: &[Rule] = &[
    rule("min_max", &[Waveform, Out, Out, Out, Out], &[
        (At, "extrema({0}).min_at"), (At, "extrema({0}).max_at"), (Value, "extrema({0}).min"), (Value, "extrema({0}).max"),
    ]),
    rule("linear_slope_fit", &[Waveform, Out, Out, Out, Out], &[
        (Value, "line_fit({0}).mean"), (Value, "line_fit({0}).rms"),
        (Value, "line_fit({0}).slope*period({0})"), (Value, "line_fit({0}).intercept"),
    ]),
    rule("bl_subtract", &[Waveform, Number, Out], &[(Same, "subtract({0}, {1})")]),
    rule("pole_zero", &[Waveform, Number, Out], &[(Same, "pole_zero({0}, {1})")]),
    rule("double_pole_zero", &[Waveform, Number, Number, Number, Out], &[(Same, "two_pole_zero({0}, {1}, {2}, {3})")])
        .but("the first two samples are corrected as well, which moves the whole waveform by frac x[1] or so"),
    rule("soft_pileup_corr", &[Waveform, Number, Number, Out], &[(Same, "remove_tail({0}, tau={2}, length={1#})")]),
    rule("trap_filter", &[Waveform, Number, Number, Out], &[(Same, "scale(trapezoid({0}, {1#}, {2#}), {1#})")]),
    rule("trap_norm", &[Waveform, Number, Number, Out], &[(Same, "trapezoid({0}, {1#}, {2#})")]),
    rule("asym_trap_filter", &[Waveform, Number, Number, Number, Out], &[(Same, "trapezoid({0}, {1#}, {2#}, {3#})")]),
    rule("trap_pickoff", &[Waveform, Number, Number, Moment, Out], &[
        (Value, "trap_fixed({0}, {3} - (2*{1#} + {2#} - 1){3@}, {1#}, {2#})/({1#}*period({0}))"),
    ]),
    rule("moving_window_left", &[Waveform, Number, Out], &[(Same, "moving_average({0}, {1#}, 1, 'left')")]),
    rule("moving_window_right", &[Waveform, Number, Out], &[(Same, "moving_average({0}, {1#}, 1, 'right')")]),
    rule("moving_window_multi", &[Waveform, Number, Number, Word(&[("0", "alternate"), ("1", "left"), ("2", "right")]), Out], &[
        (Same, "moving_average({0}, {1#}, {2}, '{3}')"),
    ]),
    rule("avg_current", &[Waveform, Number, Out], &[(Other { single: true }, "scale(current({0}, {1#}), period({0}))")]),
    rule("windower", &[Waveform, Moment, Out], &[(Other { single: true }, "window({0}, {1}, {len})")]),
    rule("upsampler", &[Waveform, Number, Out], &[(Other { single: false }, "upsample({0}, {1}, 'nearest')[0:{len}]")]),
    rule("interpolating_upsampler", &[Waveform, Word(&[("n", "nearest"), ("l", "linear"), ("h", "cubic")]), Out], &[
        (Other { single: false }, "upsample({0}, {len}*period({0})/length({0}), '{1}')"),
    ])
        .but_with("'h'", "after the last sample the waveform stays at it; dspeed goes on along the last curve"),
    rule("presum", &[Waveform, Word(&[("0", "sum"), ("1", "mean")]), Out, Out], &[
        (Value, "floor(length({0})/period({0})/{len})"),
        (Other { single: false }, "downsample({0}, floor(length({0})/period({0})/{len}), '{1}')[0:{len}]"),
    ]),
    rule("convolve_wf", &[Waveform, Filter, CONVOLUTION, Out], &[(Other { single: true }, "convolve({0}, {1}, '{2}')")]),
    rule("fft_convolve_wf", &[Waveform, Filter, CONVOLUTION, Out], &[(Other { single: true }, "convolve({0}, {1}, '{2}')")]),
    rule("cusp_filter", &[Number, Number, Number, Out], &[(Weights, "cusp({0}, {1}, {2}, {len})")]),
    rule("zac_filter", &[Number, Number, Number, Out], &[(Weights, "zac({0}, {1}, {2}, {len})")]),
    rule("t0_filter", &[Number, Number, Out], &[(Weights, "t0_filter({0}, {1})")]),
    rule("time_point_thresh", &[
        Waveform, Number, Moment, Word(&[("0", "'back', 'after'"), ("1", "'forward', 'before'")]), Out,
    ], &[(At, "time_point({0}, {1}, {2}, {3})")]),
    rule("interpolated_time_point_thresh", &[
        Waveform, Number, Moment, Word(&[("0", "back"), ("1", "forward")]),
        Word(&[("l", "linear"), ("a", "after"), ("f", "after"), ("b", "before"), ("c", "before"), ("i", "before"), ("r", "nearest"), ("n", "middle")]),
        Out,
    ], &[(At, "time_point({0}, {1}, {2}, '{3}', '{4}')")]),
    rule("fixed_time_pickoff", &[
        Waveform, Moment,
        Word(&[("i", "nearest"), ("l", "linear"), ("h", "cubic"), ("n", "nearest"), ("f", "before"), ("c", "after")]),
        Out,
    ], &[(Value, "value_at({0}, {1}, '{2}')")]),
    rule("time_over_threshold", &[Waveform, Number, Out], &[(Value, "time_over({0}, {1})/period({0})")]),
    rule("saturation", &[Waveform, Number, Out, Out], &[
        (Value, "saturation({0}, 0, round(exp({1}*log(2))) - {1}).low"), (Value, "saturation({0}, 0, round(exp({1}*log(2))) - {1}).high"),
    ])
        .but("samples beyond 0 and 2^bits - bits are counted as well"),
];

const CONVOLUTION: Role = Word(&[("v", "valid"), ("s", "same"), ("f", "full")]);

const NUMPY: &[Rule] = &[
    rule("amax", &[Waveform, Any, Out], &[(Value, "maximum({0})")]),
    rule(
        "amin",
        &[Waveform, Any, Out],
        &[(Value, "extrema({0}).min")],
    ),
    rule(
        "add",
        &[Operand, Operand, Out],
        &[(Combined, "({0} + {1})")],
    ),
    rule(
        "subtract",
        &[Operand, Operand, Out],
        &[(Combined, "({0} - {1})")],
    ),
    rule(
        "multiply",
        &[Operand, Operand, Out],
        &[(Combined, "({0} * {1})")],
    ),
    rule(
        "divide",
        &[Operand, Operand, Out],
        &[(Combined, "({0} / {1})")],
    ),
    rule("negative", &[Operand, Out], &[(Combined, "(-{0})")]),
    rule("absolute", &[Number, Out], &[(Combined, "abs({0})")]),
    rule("sqrt", &[Number, Out], &[(Value, "sqrt({0})")]),
    rule("exp", &[Number, Out], &[(Value, "exp({0})")]),
    rule("log", &[Number, Out], &[(Value, "log({0})")]),
];

/// The rule for a processor, if it has one.
pub(super) fn find(module: &str, function: &str) -> Option<&'static Rule> {
    let rules = match module {
        "dspeed.processors" => PROCESSORS,
        "numpy" | "np" => NUMPY,
        _ => return None,
    };
    rules.iter().find(|rule| rule.function == function)
}

/// The processors of dspeed that have a counterpart.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    PROCESSORS.iter().map(|rule| rule.function)
}
