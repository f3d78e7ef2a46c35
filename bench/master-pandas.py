"""KIS's own route from a .mst to a DataFrame, timed: python3 master-pandas.py kospi DIR ROUNDS -> JSON, ms.

As stocks_info/kis_kospi_code_mst.py of koreainvestment/open-trading-api does it (read 2026-11-21): the decoded
lines are cut from their end, both halves are written to files, read with read_csv and read_fwf and merged. Mended
where it only runs on Windows: paths, and the encoding of the files. Download and to_excel are not timed.
"""

import json
import os
import sys
import time

import pandas as pd

# Widths of the tail, and how many characters it has with the line end that Python keeps.
TAILS = {
    "kospi": (228, [2, 1, 4, 4, 4] + [1] * 26 + [9, 5, 5, 1, 1, 1, 2, 1, 1, 1, 2, 2, 2, 3, 1, 3, 12, 12, 8, 15, 21, 2, 7, 1, 1, 1, 1, 1, 9, 9, 9, 5, 9, 8, 9, 3, 1, 1, 1]),
    "kosdaq": (222, [2, 1, 4, 4, 4] + [1] * 21 + [9, 5, 5, 1, 1, 1, 2, 1, 1, 1, 2, 2, 2, 3, 1, 3, 12, 12, 8, 15, 21, 2, 7, 1, 1, 1, 1, 9, 9, 9, 5, 9, 8, 9, 3, 1, 1, 1]),
}


def load(market, folder):
    tail, widths = TAILS[market]
    assert sum(widths) == tail - 1, sum(widths)
    head_file, tail_file = os.path.join(folder, "part1.tmp"), os.path.join(folder, "part2.tmp")
    with open(os.path.join(folder, market + "_code.mst"), encoding="cp949") as f, open(
        head_file, "w", encoding="utf-8"
    ) as heads, open(tail_file, "w", encoding="utf-8") as tails:
        for row in f:
            head = row[0 : len(row) - tail]
            heads.write(head[0:9].rstrip() + "," + head[9:21].rstrip() + "," + head[21:].strip() + "\n")
            tails.write(row[-tail:])
    names = pd.read_csv(head_file, header=None, names=["short", "isin", "name"], encoding="utf-8")
    fields = pd.read_fwf(tail_file, widths=widths, header=None)
    return pd.merge(names, fields, how="outer", left_index=True, right_index=True)


times = []
for _ in range(int(sys.argv[3])):
    start = time.perf_counter()
    load(sys.argv[1], sys.argv[2])
    times.append((time.perf_counter() - start) * 1000)
times.sort()
print(json.dumps({"median": times[len(times) // 2], "best": times[0]}))
