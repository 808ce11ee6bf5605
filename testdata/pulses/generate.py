"""Makes pulses.parquet: simulated records of a germanium detector, in the form in which they are digitised.

    python testdata/pulses/generate.py        with the packages of tests/requirements.txt

Charge arrives at one to four sites with a drift time each, leaks away with 72 us, and is digitised
with noise at 10 ns and 14 bits. Nothing here comes from an experiment. The same bytes every time.
"""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROWS, SAMPLES, TAU = 32, 2000, 7200.0
GAIN, FULL = 4.0, 16383


def charge(t: np.ndarray, rng: np.random.Generator, sites: int) -> np.ndarray:
    """The collected share of the charge: a slow start, then fast, for each site."""
    shares = rng.dirichlet(np.ones(sites))
    drifts = rng.uniform(25, 90, sites)
    total = np.zeros_like(t)
    for share, drift in zip(shares, drifts):
        rise = np.clip(t / drift, 0, 1)
        total += share * (0.35 * rise + 0.65 * rise**6)
    return total


def main() -> None:
    rng = np.random.default_rng(11)
    t = np.arange(SAMPLES, dtype=float)
    energies = np.concatenate([[2614.5, 1592.5, 583.2, 238.6, 60.0], rng.uniform(80, 2600, ROWS - 5)])
    sites = rng.choice([1, 1, 2, 3, 4], ROWS)
    sites[:5] = [1, 1, 3, 2, 1]
    records, baselines = [], []
    for row in range(ROWS):
        start = 900 + rng.normal(0, 4)
        pulses = [(start, energies[row], sites[row])]
        if row in (20, 21):  # a second pulse in the record
            pulses.append((start + 300 + 100 * (row - 20), 700.0, 1))
        if row == 22:  # an earlier one, of which the tail is left
            pulses.append((-3000.0, 900.0, 1))
        if row in (23, 24):  # nothing
            pulses = []
        signal = np.zeros(SAMPLES)
        for at, energy, number in pulses:
            q = GAIN * energy * charge(t - at, rng, number)
            # The step response of the preamplifier is exp(-t/TAU): the charge, less what leaked away.
            leaked, x, before = 0.0, np.zeros(SAMPLES), 0.0
            decay = np.exp(-1 / TAU)
            for i in range(SAMPLES):
                leaked = leaked * decay + q[i] - before
                before = q[i]
                x[i] = leaked
            if at < 0:
                x = GAIN * energy * np.exp(-(t - at) / TAU)
            signal += x
        baseline = 1200 + rng.integers(-60, 60)
        if row == 25:  # beyond the digitiser's range
            signal *= 16000 / signal.max()
        noise = rng.normal(0, 2.5, SAMPLES) + 0.3 * np.cumsum(rng.normal(0, 0.3, SAMPLES))
        records.append(np.clip(np.rint(baseline + signal + noise), 0, FULL).astype(np.uint16))
        baselines.append(baseline)
    waveform = pa.field("waveform", pa.list_(pa.field("item", pa.uint16(), nullable=False), SAMPLES), nullable=False)
    about = {"unit": "ADC", "period": "10*ns", "description": "Simulated record of a germanium detector"}
    fields = [
        pa.field("id", pa.int64(), nullable=False),
        pa.field("detector", pa.int64(), nullable=False),
        pa.field("baseline", pa.float64(), nullable=False, metadata={"description": "Level before the pulse, as the digitiser says"}),
        pa.field("energy", pa.float64(), nullable=False, metadata={"unit": "keV", "description": "Simulated energy"}),
        waveform.with_metadata(about),
    ]
    columns = [
        pa.array(np.arange(ROWS)),
        pa.array(np.where(np.arange(ROWS) % 3 == 0, 7, 12)),
        pa.array(np.array(baselines, dtype=float)),
        pa.array(energies),
        pa.FixedSizeListArray.from_arrays(pa.array(np.concatenate(records)), type=waveform.type),
    ]
    table = pa.table(columns, schema=pa.schema(fields))
    pq.write_table(
        table,
        Path(__file__).with_name("pulses.parquet"),
        compression="zstd",
        use_dictionary=False,
        column_encoding={"waveform.list.element": "DELTA_BINARY_PACKED"},
    )


if __name__ == "__main__":
    main()
