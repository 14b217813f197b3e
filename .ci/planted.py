#!/usr/bin/env python3
"""Scans the generated corpus WORK_DIR/M by each way of finding candidates: floors on what is found, on time and on memory.

planted.py BIN BENCH_DIR WORK_DIR. Time is the median of five against `wc -w` of the same file in the same minute.
"""
import os
import re
import statistics
import subprocess
import sys
import time


def score(bench, corpus, out):
    text = subprocess.run([sys.executable, os.path.join(bench, "score_planted.py"), corpus, out],
                          capture_output=True, text=True, check=True).stdout
    print(text, end="")
    find = lambda pattern: float(re.search(pattern, text).group(1))
    return {"near recall": find(r"near-duplicates +recall ([\d.]+)"), "near precision": find(r"precision ([\d.]+)"),
            "found": find(r"all +members found ([\d.]+)"), "whole": find(r"all .*whole \(95 %\) ([\d.]+)")}


def timed(command):
    start = time.time()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C"})
    _, status, use = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return time.time() - start, use.ru_maxrss / 1024, child.returncode


def main(binary, bench, work):
    corpus, out, failed = os.path.join(work, "M"), os.path.join(work, "M-out"), 0
    docs = os.path.join(corpus, "articles.jsonl")

    def hold(name, value, floor):
        nonlocal failed
        ok = value >= floor if floor >= 0 else value <= -floor
        failed += not ok
        print(f"{'ok  ' if ok else 'FAIL'} {name} {value:.4f} ({'>=' if floor >= 0 else '<='} {abs(floor)})", flush=True)

    walls, words, peaks = [], [], []
    # The first pair of runs is not counted: it fetches the file and memory that the machine took back meanwhile.
    for turn in range(6):
        words.append(timed(["wc", "-w", docs])[0])
        wall, peak, code = timed([binary, "scan", docs, "-q", "-o", out])
        if code:
            print("FAIL scan exits", code)
            return 1
        walls.append(wall)
        peaks.append(peak)
        if turn == 0:
            words.clear()
            walls.clear()
    got = score(bench, corpus, out)
    hold("near-duplicate recall", got["near recall"], 0.99)
    hold("near-duplicate precision", got["near precision"], 0.995)
    hold("passage members found", got["found"], 0.999)
    hold("passage members whole", got["whole"], 0.97)
    hold("wall / wc -w", statistics.median(walls) / statistics.median(words), -5.4)
    hold("peak MiB", max(peaks), -700)
    timed([binary, "scan", docs, "-q", "--candidates", "lsh", "-o", out + "-lsh"])
    hold("near-duplicate recall by signatures alone", score(bench, corpus, out + "-lsh")["near recall"], 0.95)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
