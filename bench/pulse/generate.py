"""Simulated records in the layout of the Majorana release: 3,800 samples of 10 ns, 16 bits.

    python generate.py RECORDS OUTPUT.parquet

Energies from a line spectrum on an exponential, a start near 9.5 us, a rise of some 100 to 300 ns,
a decay of 72 us, white noise. The same bytes every time for the same number.
"""

import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SAMPLES, TAU, GAIN, BASELINE, NOISE = 3800, 7200.0, 2.2, 8000.0, 6.0
LINES = {583.2: 0.2, 2614.5: 0.15, 1592.5: 0.05, 1460.8: 0.05}
BLOCK = 1000


def main() -> None:
    records, output = int(sys.argv[1]), sys.argv[2]
    about = {"unit": "ADC", "period": "10*ns"}
    waveform = pa.field("waveform", pa.list_(pa.field("item", pa.uint16(), nullable=False), SAMPLES), nullable=False)
    schema = pa.schema([waveform.with_metadata(about)])
    encoding = {"waveform.list.element": "DELTA_BINARY_PACKED"}
    with pq.ParquetWriter(output, schema, compression="none", use_dictionary=False, column_encoding=encoding) as writer:
        for start in range(0, records, BLOCK):
            rng = np.random.default_rng([1, start])
            samples = block(rng, min(BLOCK, records - start))
            writer.write_table(pa.table([pa.FixedSizeListArray.from_arrays(samples.ravel(), type=waveform.type)], schema=schema))


def block(rng: np.random.Generator, rows: int) -> np.ndarray:
    lines = rng.choice([*LINES, 0.0], rows, p=[*LINES.values(), 1 - sum(LINES.values())])
    energy = np.where(lines > 0, lines, 50 + rng.exponential(700, rows))[:, None]
    start, rise = rng.normal(950, 5, (rows, 1)), rng.uniform(10, 30, (rows, 1))
    t = np.arange(SAMPLES) - start
    pulse = np.exp(-np.clip(t, 0, None) / TAU) / (1 + np.exp(-(t - 5 * rise) / rise))
    signal = BASELINE + GAIN * energy * pulse + rng.normal(0, NOISE, (rows, SAMPLES))
    return np.clip(np.rint(signal), 0, 65535).astype(np.uint16)


if __name__ == "__main__":
    main()
