//! The processors: one to a file, pure functions on slices, and the catalogue of them.
//!
//! To add one, write its function over [`Sample`](crate::Sample) (or [`Trace`](crate::Trace)
//! where it searches), its `PROCESSOR` entry, tests with known answers, and name it in
//! [`all`]. The checker of chains and `docs/processors.md` follow from the entry.

pub mod add;
pub mod convolve;
pub mod crossings;
pub mod current;
pub mod current_max;
pub mod cusp;
pub mod double_pole_zero;
pub mod downsample;
pub mod expand_presum;
pub mod extrema;
pub mod high_pass;
pub mod last_below;
pub mod late_charge;
pub mod line_fit;
pub mod maximum;
pub mod mean;
pub mod moving_average;
pub mod pole_zero;
pub mod remove_tail;
pub mod saturation;
pub mod scale;
pub mod subtract;
pub mod t0_filter;
pub mod tail_fit;
#[cfg(test)]
pub(crate) mod testing;
pub mod time_over;
pub mod time_point;
pub mod trap_fixed;
pub mod trap_max;
pub mod trapezoid;
pub mod two_pole_zero;
pub mod upsample;
pub mod value_at;
pub mod walk_back;
pub mod window;
pub mod zac;

use crate::processor::Processor;

static ALL: [&Processor; 35] = [
    // Levels.
    &mean::PROCESSOR,
    &line_fit::PROCESSOR,
    &extrema::PROCESSOR,
    &maximum::PROCESSOR,
    &value_at::PROCESSOR,
    &saturation::PROCESSOR,
    // Correction.
    &subtract::PROCESSOR,
    &scale::PROCESSOR,
    &add::PROCESSOR,
    &pole_zero::PROCESSOR,
    &double_pole_zero::PROCESSOR,
    &two_pole_zero::PROCESSOR,
    &remove_tail::PROCESSOR,
    // Filters.
    &trapezoid::PROCESSOR,
    &trap_max::PROCESSOR,
    &trap_fixed::PROCESSOR,
    &moving_average::PROCESSOR,
    &high_pass::PROCESSOR,
    &convolve::PROCESSOR,
    &cusp::PROCESSOR,
    &zac::PROCESSOR,
    &t0_filter::PROCESSOR,
    // Times.
    &walk_back::PROCESSOR,
    &time_point::PROCESSOR,
    &last_below::PROCESSOR,
    &time_over::PROCESSOR,
    // Pulse shape.
    &current::PROCESSOR,
    &current_max::PROCESSOR,
    &late_charge::PROCESSOR,
    &tail_fit::PROCESSOR,
    &crossings::PROCESSOR,
    // Sampling.
    &window::PROCESSOR,
    &upsample::PROCESSOR,
    &downsample::PROCESSOR,
    &expand_presum::PROCESSOR,
];

/// Every processor, by family.
pub fn all() -> impl Iterator<Item = &'static Processor> {
    ALL.into_iter()
}

/// The processor with this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Processor> {
    all().find(|processor| processor.name == name)
}
