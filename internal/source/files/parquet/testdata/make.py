"""Writes the files of this folder: python make.py, with pyarrow 26.0 and fastparquet 2026.9.

What row i has in each column is said again in foreign_test.go.
"""
import decimal
import os
import sys

import pyarrow as pa
import pyarrow.parquet as pq

ROWS = 120
decimal.getcontext().prec = 50
INSTANT = 1_790_000_000_123_456  # microseconds


def column(kind, of, nulls=True):
    return pa.array([None if nulls and i % 7 == 3 else of(i) for i in range(ROWS)], kind)


def number(i, digits):  # a decimal of two digits behind the point
    return decimal.Decimal((i * 104_729 - 7_000_000) % 10**digits - 10**digits // 2).scaleb(-2)


def table():
    D = pa.decimal128
    return pa.table({
        "i8": column(pa.int8(), lambda i: i % 256 - 128),
        "i16": column(pa.int16(), lambda i: i * 200 - 30000),
        "i32": column(pa.int32(), lambda i: i * 7919 - 1_000_000),
        "i64": column(pa.int64(), lambda i: i * 7919 * 10**9 - 10**15),
        "u8": column(pa.uint8(), lambda i: i % 256),
        "u16": column(pa.uint16(), lambda i: 65535 - i),
        "u32": column(pa.uint32(), lambda i: 4294967295 - i),
        "u64": column(pa.uint64(), lambda i: 18446744073709551615 - i),
        "f16": column(pa.float16(), lambda i: __import__("numpy").float16(i / 4)),
        "f32": column(pa.float32(), lambda i: i / 4 - 10),
        "f64": column(pa.float64(), lambda i: i / 8 - 3),
        "flag": column(pa.bool_(), lambda i: i % 3 == 0),
        "word": column(pa.string(), lambda i: ["", "caf\u00e9", "x" * 40][i % 3]),
        "line": column(pa.string(), lambda i: f"line {i} \u20ac"),
        "sure": column(pa.int64(), lambda i: i, nulls=False),
        "raw": column(pa.binary(), lambda i: bytes([i % 256, 0])),
        "five": column(pa.binary(5), lambda i: bytes([i % 256, 1, 2, 3, 4])),
        "d9": column(D(9, 2), lambda i: number(i, 9)),
        "d18": column(D(18, 2), lambda i: number(i, 18)),
        "d38": column(D(38, 2), lambda i: number(i, 38)),
        "day": column(pa.date32(), lambda i: i * 100 - 15000),
        "t_ms": column(pa.time32("ms"), lambda i: i * 719_999),
        "t_us": column(pa.time64("us"), lambda i: i * 719_999_001),
        "t_ns": column(pa.time64("ns"), lambda i: i * 719_999_001_003),
        "ts_ms": column(pa.timestamp("ms"), lambda i: (INSTANT + i) // 1000 - i * 10**9),
        "ts_us": column(pa.timestamp("us"), lambda i: INSTANT - i * 10**12),
        "ts_utc": column(pa.timestamp("us", "UTC"), lambda i: INSTANT - i * 10**12),
        "ts_ns": column(pa.timestamp("ns"), lambda i: (INSTANT - i * 10**12) * 1000 + 7),
        "void": column(pa.null(), lambda i: None),
    })


def main(to):
    t = table()
    plain = dict(row_group_size=64, data_page_size=100, write_batch_size=16, store_schema=False, write_statistics=False)
    few = t.select(["i64", "line", "word", "d38", "flag", "ts_us"])
    for codec in ["none", "snappy", "gzip", "brotli", "lz4", "zstd"]:
        pq.write_table(t if codec == "zstd" else few, os.path.join(to, f"arrow-{codec}.parquet"), compression=codec, write_page_checksum=True, **plain)
    pq.write_table(t, os.path.join(to, "arrow-v2.parquet"), compression="zstd", data_page_version="2.0", use_dictionary=False, write_page_checksum=True, **plain)
    pq.write_table(t, os.path.join(to, "arrow-integers.parquet"), compression="none", data_page_version="2.0", store_decimal_as_integer=True, **plain)
    delta = {c: "DELTA_BINARY_PACKED" for c in ["i32", "i64", "u64", "sure", "day", "ts_us"]}
    delta |= {"word": "DELTA_BYTE_ARRAY", "line": "DELTA_LENGTH_BYTE_ARRAY", "raw": "DELTA_BYTE_ARRAY", "five": "DELTA_BYTE_ARRAY", "flag": "RLE"}
    delta |= {c: "BYTE_STREAM_SPLIT" for c in ["f16", "f32", "f64", "i16", "d38", "ts_ms"]}
    pq.write_table(t, os.path.join(to, "arrow-delta.parquet"), compression="snappy", use_dictionary=False, column_encoding=delta, **plain)
    old = t.drop_columns(["ts_ns", "t_ns"]).append_column("ts_ns", t["ts_ns"])
    pq.write_table(old, os.path.join(to, "arrow-int96.parquet"), compression="zstd", version="1.0", use_deprecated_int96_timestamps=True, **plain)
    import fastparquet
    fast = t.select(["f64", "line", "sure", "ts_us"]).to_pandas()
    fastparquet.write(os.path.join(to, "fastparquet.parquet"), fast, compression="GZIP", row_group_offsets=64, object_encoding="utf8")


main(sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__)))
