"""One day of bars from the JSON lines, with pandas and zstandard alone: python read_day.py FOLDER 20261120 [J]"""
import sys
from pathlib import Path
import pandas as pd

folder, day, venue = sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "J"
parts = []
for path in sorted(Path(folder).glob(f"{day}*_{venue}_*.jsonl.zstd"), key=lambda path: path.name.split("_")[-1]):
    lines = pd.read_json(path, lines=True, compression="zstd", dtype=False, convert_dates=False)
    rows = [(time, symbol, *values) for time, data in zip(lines["timestamp"], lines["data"]) for symbol, values in data.items()]
    parts.append(pd.DataFrame(rows, columns=["timestamp", "symbol", *lines["fields"][0]]))
bars = pd.concat(parts).drop_duplicates(["timestamp", "symbol"], keep="last").sort_values(["symbol", "timestamp"])
print(bars.to_csv(index=False), end="")  # of two objects the one that was stored last wins: days that are left whole
