#!/usr/bin/env python3
"""Scores the evaluation sets with their own run.py and compares each figure with its floor.

floors.py BIN EVAL_DIR WORK_DIR: exit 1 if a figure is below. Floors stand for what the README promises; none is lowered to pass.
"""
import json
import os
import subprocess
import sys

# set -> [(which score of run.py in order, group, measure, floor, or ceiling where negative)]
FLOORS = {
    "news-2012-2013": [
        (0, "cross", "found_90pct", 0.985), (1, "cross", "found_90pct", 0.99),
        (0, "cross", "granularity", -1.03), (1, "cross", "granularity", -1.03)],
    "news-mini": [
        (0, "cross", "found_90pct", 0.985), (1, "cross", "found_90pct", 0.99),
        (0, "cross", "granularity", -1.03), (1, "cross", "granularity", -1.03)],
    "buzzfeed-2016": [
        (0, "cross", "found_90pct", 0.985), (1, "cross", "found_90pct", 0.99),
        (0, "cross", "granularity", -1.03), (1, "cross", "granularity", -1.03),
        (2, "all", "pair_f1", 0.99)],
    "pan13-train": [(0, "no-obfuscation", "plagdet", 0.96), (0, "no-obfuscation", "recall", 0.995)],
    "hanji": [(0, "all", "found_90pct", 0.98)],
    "tracts": [(0, "all", "found_90pct", 0.98)],
    "counter-odd": [(0, "grade>=1", "auc", 0.68), (0, "grade>=2", "auc", 0.81)],
    "short-answers": [(0, "grade>=1", "auc", 0.94), (0, "grade>=3", "auc", 0.81)],
}


def scores(text):
    """The JSON objects that run.py prints, each after a line that begins with '--'."""
    out, block = [], None
    for line in text.splitlines():
        if line.startswith("--"):
            block = []
            out.append(block)
        elif line.startswith("=="):
            print(line)
            block = None
        elif block is not None:
            block.append(line)
    return [json.loads("\n".join(block)) for block in out]


def no_plagiarism(folder, work):
    """Share of the pairs without plagiarism in which something was predicted."""
    pairs = set()
    with open(os.path.join(folder, "pairs.tsv"), encoding="utf-8") as f:
        for line in f:
            a, b, kind = line.rstrip("\n").split("\t")
            if kind == "no-plagiarism":
                pairs.add(frozenset((a, b)))
    with open(os.path.join(work, "pan13-train", "pred.jsonl"), encoding="utf-8") as f:
        hit = {frozenset((r["a"], r["b"])) for r in map(json.loads, f)}
    return len(pairs & hit) / len(pairs)


def main(binary, eval_dir, work):
    failed = 0
    for name, floors in FLOORS.items():
        folder = os.path.join(eval_dir, name)
        run = [sys.executable, os.path.join(eval_dir, "run.py"), "--bin", binary, "--keep", work, "--json", folder]
        result = subprocess.run(run, capture_output=True, text=True)
        if result.returncode:
            print(result.stdout, result.stderr)
            return 1
        found = scores(result.stdout)
        for which, group, measure, floor in floors:
            value = found[which][group][measure]
            ok = value >= floor if floor >= 0 else value <= -floor
            failed += not ok
            bound = f">= {floor}" if floor >= 0 else f"<= {-floor}"
            print(f"{'ok  ' if ok else 'FAIL'} {name} [{which}] {group} {measure} {value:.5f} ({bound})", flush=True)
        if name == "pan13-train":
            value = no_plagiarism(folder, work)
            failed += value > 0.015
            print(f"{'ok  ' if value <= 0.015 else 'FAIL'} {name} no-plagiarism pairs with predictions {value:.4f} (<= 0.015)")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
