"""Read Parquet columns with pyarrow: `pyarrow_read.py FILE THREADS [COLUMN,...]`.

Prints rows and leaf values.
"""

import sys

import pyarrow as pa
import pyarrow.parquet as pq


def main(path: str, threads: int, columns: list[str] | None) -> None:
    pa.set_cpu_count(threads)
    pa.set_io_thread_count(threads)
    file = pq.ParquetFile(path)
    values = 0
    for batch in file.iter_batches(batch_size=250_000, columns=columns, use_threads=threads > 1):
        values += sum(len(c.flatten()) if pa.types.is_list(c.type) else len(c) for c in batch.columns)
    print(file.metadata.num_rows, values)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3].split(",") if len(sys.argv) > 3 else None)
