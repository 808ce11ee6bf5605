"""Asks dspeed what its processors give for pulses.parquet: dspeed.json, dspeed.parquet.

    python testdata/pulses/ask_dspeed.py                   with the packages of bench/pulse/requirements.txt
    python testdata/pulses/ask_dspeed.py th228_raw.lh5     for real records: dspeed-th228.json and .parquet

The configuration uses every processor of which Photopeak has a counterpart. Of each waveform it
gives the mean, the standard deviation and the ends, which no wrong sample leaves alone.
"""

import json
import sys
from pathlib import Path

import h5py
import lgdo
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from dspeed import build_processing_chain

HERE = Path(__file__).parent
# Records of the file of LEGEND's test data that are asked for.
REAL = 64

PROCESSORS: dict = {}
OUTPUTS: list[str] = []


def call(names: str, function: str, *arguments, module: str = "dspeed.processors", unit=None, **more) -> None:
    """A processor; its numbers come out, of its waveforms the summary."""
    node = {"function": function, "module": module, "args": list(arguments)}
    if unit is not None:
        node["unit"] = unit
    PROCESSORS[names] = node | more


def number(names: str, function: str, *arguments, **more) -> None:
    call(names, function, *arguments, **more)
    OUTPUTS.extend(names.split(", "))


def waveform(names: str, function: str, *arguments, **more) -> None:
    # With a unit: without one dspeed takes the first word of a declaration for the type.
    call(names, function, *arguments, unit="ADC", **more)
    name = names.split(", ")[-1]
    number(
        f"{name}_min_at, {name}_max_at, {name}_min, {name}_max", "min_max",
        name, f"{name}_min_at", f"{name}_max_at", f"{name}_min", f"{name}_max", unit=["ns", "ns", "ADC", "ADC"],
    )
    number(
        f"{name}_mean, {name}_rms, {name}_slope, {name}_intercept", "linear_slope_fit",
        name, f"{name}_mean", f"{name}_rms", f"{name}_slope", f"{name}_intercept", unit=["ADC"] * 4,
    )


def expression(name: str, text: str) -> None:
    PROCESSORS[name] = text
    OUTPUTS.append(name)


def configuration(period: int = 10, samples: int = 2000, tau: str = "72*us") -> dict:
    """For records of so many samples, `period` ns apart."""

    def t(nanoseconds: float) -> str:
        """A time, to a whole number of samples."""
        return f"{round(nanoseconds / period) * period / 1000:g}*us"

    every = 8 if samples % 8 == 0 else 4
    number("tp_min, tp_max, wf_min, wf_max", "min_max", "waveform", "tp_min", "tp_max", "wf_min", "wf_max",
           unit=["ns", "ns", "ADC", "ADC"])
    number("bl_mean, bl_std, bl_slope, bl_int", "linear_slope_fit", "waveform[0:800]", "bl_mean", "bl_std", "bl_slope",
           "bl_int", unit=["ADC"] * 4)
    number("n_low, n_high", "saturation", "waveform", 14, "n_low", "n_high")
    waveform("wf_bl", "bl_subtract", "waveform", "bl_mean", "wf_bl")
    waveform("wf_pz", "pole_zero", "wf_bl", "db.pz.tau", "wf_pz", defaults={"db.pz.tau": tau})
    waveform("wf_pz2", "double_pole_zero", "wf_bl", "db.pz.tau1", "db.pz.tau2", "db.pz.frac", "wf_pz2",
             defaults={"db.pz.tau1": 7200.0, "db.pz.tau2": "2.1*us", "db.pz.frac": 0.01})
    waveform("wf_flat", "soft_pileup_corr", "waveform", 800, tau, "wf_flat")
    waveform("wf_trap", "trap_filter", "wf_pz", "4*us", "2*us", "wf_trap")
    waveform("wf_norm", "trap_norm", "wf_pz", "4*us", "2*us", "wf_norm")
    waveform("wf_atrap", "asym_trap_filter", "wf_pz", t(40), t(100), t(2000), "wf_atrap")
    call("at_min, tp_start, a_min, a_max", "min_max", "wf_atrap", "at_min", "tp_start", "a_min", "a_max",
         unit=["ns", "ns", "ADC", "ADC"])
    number("trapEmax", "amax", "wf_norm", 1, "trapEmax", module="numpy", unit="ADC",
           kwargs={"signature": "(n),()->()", "types": ["fi->f"]})
    number("trapEmin", "amin", "wf_norm", 1, "trapEmin", module="numpy", unit="ADC",
           kwargs={"signature": "(n),()->()", "types": ["fi->f"]})
    number("tp_0", "time_point_thresh", "wf_atrap", "3*bl_std", "tp_start", 0, "tp_0", unit="ns")
    number("tp_50", "time_point_thresh", "wf_pz", "trapEmax*0.5", "tp_max", 0, "tp_50", unit="ns")
    number("tp_on", "time_point_thresh", "wf_pz", "trapEmax*0.5", "0", 1, "tp_on", unit="ns")
    for mode in "labr":
        number(f"tp_80_{mode}", "interpolated_time_point_thresh", "wf_pz", "0.8*trapEmax", "tp_max", 0, f"'{mode}'",
               f"tp_80_{mode}", unit="ns")
    number("tp_80_f", "interpolated_time_point_thresh", "wf_pz", "0.8*trapEmax", "0", 1, "'l'", "tp_80_f", unit="ns")
    number("trapEftp", "fixed_time_pickoff", "wf_norm", "tp_0+5.8*us", "'l'", "trapEftp", unit="ADC")
    number("trapEpick", "trap_pickoff", "wf_pz", "4*us", "2*us", "tp_80_l+5.8*us", "trapEpick", unit="ADC")
    for mode in "lhnfc":
        number(f"at_{mode}", "fixed_time_pickoff", "wf_pz", "tp_80_l", f"'{mode}'", f"at_{mode}", unit="ADC")
    number("over", "time_over_threshold", "wf_pz", "trapEmax*0.5", "over")
    waveform("wf_le", "windower", "wf_pz", "tp_0", "wf_le(301, 'f')")
    waveform("curr", "avg_current", "wf_le", 1, "curr(len(wf_le)-1, 'f')")
    waveform("curr_pz", "avg_current", "wf_pz", 10, "curr_pz(len(wf_pz)-10, 'f')")
    waveform("curr_up", "upsampler", "curr", 16, "curr_up(4784, 'f')")
    waveform("curr_av", "moving_window_multi", "curr_up", 48, 3, 0, "curr_av")
    waveform("av_left", "moving_window_left", "wf_pz", 30, "av_left")
    waveform("av_right", "moving_window_right", "wf_pz", t(300), "av_right")
    waveform("av_lefts", "moving_window_multi", "wf_pz", t(200), 2, 1, "av_lefts")
    waveform("up_l", "interpolating_upsampler", "wf_le", "'l'", "up_l(len(wf_le)*4, 'f')")
    waveform("up_h", "interpolating_upsampler", "wf_le", "'h'", "up_h(len(wf_le)*4, 'f')")
    waveform("up_n", "interpolating_upsampler", "wf_le", "'n'", "up_n(len(wf_le)*4, 'f')")
    waveform("sum_factor, wf_sum", "presum", "waveform", 0, "sum_factor", f"wf_sum(len(waveform)/{every}, 'f')")
    waveform("mean_factor, wf_mean", "presum", "waveform", 1, "mean_factor",
             f"wf_mean(shape={samples // every}, dtype='f', period=waveform.period*{every})")
    call("t0_kernel", "t0_filter", f"{t(100)}/wf_pz.period", f"{t(2000)}/wf_pz.period",
         f"t0_kernel(round(({t(100)}+{t(2000)})/wf_pz.period), 'f')", unit="ADC")
    waveform("wf_t0", "convolve_wf", "wf_pz", "t0_kernel", "'s'", "wf_t0(len(wf_pz), 'f', grid=wf_pz.grid)")
    call("cusp_kernel", "cusp_filter", "6*us/wf_bl.period", "round(2*us/wf_bl.period)", f"{tau}/wf_bl.period",
         "cusp_kernel(round(len(wf_bl)-4*us/wf_bl.period), 'f')", unit="ADC")
    waveform("wf_cusp", "convolve_wf", "wf_bl", "cusp_kernel", "'v'", "wf_cusp(round(4*us/wf_bl.period)+1, 'f')")
    call("zac_kernel", "zac_filter", "6*us/wf_bl.period", "round(2*us/wf_bl.period)", f"{tau}/wf_bl.period",
         "zac_kernel(round(len(wf_bl)-4*us/wf_bl.period), 'f')", unit="ADC")
    waveform("wf_zac", "fft_convolve_wf", "wf_bl", "zac_kernel", "'v'", "wf_zac(round(4*us/wf_bl.period)+1, 'f')")
    waveform("wf_full", "fft_convolve_wf", "wf_bl", "t0_kernel", "'f'", "wf_full(len(wf_bl)+len(t0_kernel)-1, 'f')")
    number("aoe", "divide", "curr_av_max", "trapEftp", "aoe", module="numpy")
    number("sum_of", "add", "bl_mean", "bl_std", "sum_of", module="numpy", unit="ADC")
    number("less", "subtract", "bl_mean", "baseline", "less", module="numpy", unit="ADC")
    number("rise_ns", "subtract", "tp_80_l", "tp_0", "rise_ns", module="numpy", unit="ns")
    waveform("wf_minus", "subtract", "waveform", "baseline", "wf_minus", module="numpy")
    PROCESSORS["whole"] = "dspeed.processors.bl_subtract(waveform, baseline, whole(unit='ADC'))"
    expression("tail", f"wf_pz[{samples - 100}] - wf_pz[-150]")
    expression("rise", "tp_80_l - tp_0")
    expression("later", "tp_0 + 1*us")
    expression("half", "(trapEmax - trapEmin)/2")
    number("at_rounded", "fixed_time_pickoff", "wf_pz", "round(tp_80_l, waveform.grid)", "'i'", "at_rounded", unit="ADC")
    expression("floored", "floor(trapEmax, 100)")
    expression("chosen", "where(trapEmax > 1000, trapEftp, bl_mean)")
    expression("aoe_at", "tp_0 + curr_av_max_at/16")
    number("whole_mean, whole_rms, whole_slope, whole_int", "linear_slope_fit", f"whole[{t(1500)}:]", "whole_mean", "whole_rms",
           "whole_slope", "whole_int", unit=["ADC"] * 4)
    return {"outputs": ["id", *OUTPUTS], "processors": PROCESSORS}


def ask(name: str, config: dict, period: int, values: np.ndarray, baseline: np.ndarray) -> None:
    """Writes NAME.json and NAME.parquet: the configuration, and what dspeed gives by it."""
    table = lgdo.Table(col_dict={
        "waveform": lgdo.WaveformTable(t0=0, t0_units="ns", dt=period, dt_units="ns", values=values),
        "baseline": lgdo.Array(baseline),
        "id": lgdo.Array(np.arange(len(values))),
    })
    (HERE / f"{name}.json").write_text(json.dumps(config, indent=1) + "\n")
    chain, _, out = build_processing_chain(config, table)
    chain.execute()
    columns = {name: pa.array(np.asarray(out[name].nda, dtype=np.int64 if name == "id" else float)) for name in config["outputs"]}
    pq.write_table(pa.table(columns), HERE / f"{name}.parquet", compression="zstd")


def main() -> None:
    match sys.argv[1:]:
        case []:
            pulses = pq.read_table(HERE / "pulses.parquet")
            records = pulses["waveform"].combine_chunks()
            values = np.asarray(records.flatten()).reshape(len(records), -1)
            ask("dspeed", configuration(), 10, values, np.asarray(pulses["baseline"]))
        case [file]:
            with h5py.File(file) as raw:
                event = raw["FCEvent"]
                values, baseline = event["waveform/values"][:REAL], event["baseline"][:REAL]
            config = configuration(16, values.shape[1], "82.8*us")
            config["outputs"].remove("id")
            ask("dspeed-th228", config, 16, values, baseline.astype(float))


if __name__ == "__main__":
    main()
