//! Smoothing by moving averages.

use crate::carry::carried;
use crate::processor::*;
use crate::simd::vectorise;
use crate::{Lanes, Sample};

pub(super) const PROCESSOR: Processor = Processor {
    name: "moving_average",
    family: Family::Filters,
    what: "The mean of a window that moves along, once or several times over. \
        Averages to the left and to the right in turn do not shift the pulse.",
    formula: "left: y[i] = mean(x[i-length+1 ..= i]);  right: y[i] = mean(x[i .. i+length])",
    arguments: &[
        waveform("x", "the waveform"),
        argument("length", Kind::Samples(1), "samples in the window"),
        argument("times", Kind::Count(1), "how often to average").or(Default::Number(1.0)),
        argument(
            "direction",
            Kind::Word(&["alternate", "left", "right"]),
            "alternate begins with left",
        )
        .or(Default::FirstWord),
    ],
    outputs: &[gives_waveform(Quantity::Signal, "the smoothed waveform")],
    edges: "The record is taken to go on at its first or last sample. A NaN stays from its place to the end \
        (left) or to the start (right).",
    source: "elementary; dspeed's moving_window_left, _right, _multi",
    shape,
    action: both!(run),
};

fn shape(constants: &Constants<'_>) -> Result<Shape, String> {
    let x = constants.waveform(0);
    if constants.count(1) > x.len {
        return Err(format!(
            "the window has {} samples, the waveform {}",
            constants.count(1),
            x.len
        ));
    }
    Ok(x)
}

/// Which way an average looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// At earlier samples.
    Left,
    /// At later samples.
    Right,
}

/// The mean of `length` samples up to each (left), or from each on (right).
#[inline(always)]
pub fn moving_average<S: Sample>(x: &[S], length: usize, direction: Direction, out: &mut [S]) {
    match direction {
        Direction::Left => average(x.iter(), x.iter(), length, out.iter_mut()),
        Direction::Right => average(x.iter().rev(), x.iter().rev(), length, out.iter_mut().rev()),
    }
}

/// `now` and `left` walk over the same samples, `left` a window behind.
#[inline(always)]
fn average<'a, S: Sample>(
    mut now: impl ExactSizeIterator<Item = &'a S> + Clone,
    left: impl ExactSizeIterator<Item = &'a S>,
    length: usize,
    mut out: impl Iterator<Item = &'a mut S>,
) {
    let Some(&edge) = now.clone().next() else {
        return;
    };
    let share = S::of(1.0 / length as f64);
    let mut put = |sample| {
        if let Some(out) = out.next() {
            *out = sample;
        }
    };
    let inside = length.min(now.len());
    let filling: Steps<_> = Steps(now.by_ref(), inside);
    let total = carried(
        edge.widen(),
        filling.map(|&now| (now - edge) * share),
        &mut put,
    );
    carried(
        total,
        now.zip(left).map(|(&now, &left)| (now - left) * share),
        &mut put,
    );
}

/// The first so many items; `Take` of a borrowed iterator forgets its length.
struct Steps<I>(I, usize);

impl<I: Iterator> Iterator for Steps<I> {
    type Item = I::Item;

    #[inline(always)]
    fn next(&mut self) -> Option<I::Item> {
        self.1 = self.1.checked_sub(1)?;
        self.0.next()
    }

    #[inline(always)]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.1, Some(self.1))
    }
}

impl<I: Iterator> ExactSizeIterator for Steps<I> {}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let (x, length, times, word) = (call.waveform(0), call.count(1), call.count(2), call.word(3));
    for turn in 0..times {
        let direction = match word {
            1 => Direction::Left,
            2 => Direction::Right,
            _ if turn % 2 == 0 => Direction::Left,
            _ => Direction::Right,
        };
        let x = if turn == 0 {
            x
        } else {
            call.scratch.clear();
            call.scratch.extend_from_slice(call.out);
            &*call.scratch
        };
        vectorise!(moving_average::<Lanes<T>>(x, length, direction, call.out));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    fn of_a_step<T: Element>(tolerance: f64) {
        let mut out = record::<T>(300, |_| 0.0);
        let x = record(300, |i| 7.0 + step(100.0, 10.0)(i));
        moving_average(&x, 20, Direction::Left, &mut out);
        for (i, sample) in out.iter().enumerate() {
            close(
                sample.widen(),
                7.0 + 10.0 * ((i as f64 - 99.0) / 20.0).clamp(0.0, 1.0),
                tolerance,
            );
        }
        moving_average(&x, 20, Direction::Right, &mut out);
        for (i, sample) in out.iter().enumerate() {
            close(
                sample.widen(),
                7.0 + 10.0 * ((i as f64 - 80.0) / 20.0).clamp(0.0, 1.0),
                tolerance,
            );
        }
        let broken = record(300, |i| if i == 50.0 { f64::NAN } else { 1.0 });
        moving_average(&broken, 20, Direction::Right, &mut out);
        close(out[51].widen(), 1.0, tolerance);
        assert!(out[..=50].iter().all(|sample| sample.widen().is_nan()));
    }

    #[test]
    fn a_step_becomes_a_ramp() {
        of_a_step::<f32>(1e-5);
        of_a_step::<f64>(1e-12);
    }

    #[test]
    fn lanes_give_the_same_bits() {
        lanes_agree::<f32, 0>(
            |x, out| {
                moving_average(x, 17, Direction::Right, out);
                []
            },
            |x, out| {
                moving_average(x, 17, Direction::Right, out);
                []
            },
        );
    }
}
