#!/usr/bin/env python3
"""Scores what a tool reported against what was planted: score.py TRUTH.json REPORT_DIR prints one JSON object.

near-duplicates (clusters.csv: cluster_id, id): pairs of articles that share a cluster, against those of planted
families.
passages (overlaps.csv: id, start and end in characters of both sides): a planted span counts as found where at least
half of it is covered. `members`: share of all spans found by overlaps with other members of their group; `edited`: of
spans that differ from the original; `pairs`: of all pairs of members, both spans found by overlaps of the two;
`joined`: the same after joining pairs over third members, for tools that name one partner for a match.
"""
import csv
import json
import os
import sys
from collections import Counter, defaultdict

csv.field_size_limit(1 << 30)


def rows(path):
    with open(path, encoding="utf-8", newline="") as f:
        yield from csv.DictReader(f)


def in_pairs(n):
    return n * (n - 1) // 2


def near(truth, path):
    family = {str(i): at for at, ids in enumerate(truth["near"]) for i in ids}
    clusters = defaultdict(set)
    for row in rows(path):
        clusters[row["cluster_id"]].add(row["id"])
    right = reported = 0
    for ids in clusters.values():
        right += sum(map(in_pairs, Counter(family[i] for i in ids if i in family).values()))
        reported += in_pairs(len(ids))
    planted = sum(in_pairs(len(ids)) for ids in truth["near"])
    return {"near_recall": right / max(planted, 1), "near_precision": right / max(reported, 1)}


def half(spans, start, end):
    covered, at = 0, start
    for a, b in sorted(spans):
        a, b = max(a, at), min(b, end)
        if b > a:
            covered, at = covered + b - a, b
    return 2 * covered >= end - start


def passages(truth, path):
    group, span, edits = {}, {}, {}
    for at, passage in enumerate(truth["passages"]):
        for m in passage["members"]:
            i = str(m["id"])
            group[i], span[i], edits[i] = at, (m["start"], m["end"]), m["edits"]
    one, two = defaultdict(list), defaultdict(lambda: ([], []))
    for row in rows(path):
        a, b = row["a_id"], row["b_id"]
        if a == b or group.get(a, -1) != group.get(b, -2):
            continue
        sides = {x: (int(row[side + "_char_start"]), int(row[side + "_char_end"])) for x, side in ((a, "a"), (b, "b"))}
        for x, spans in zip(sorted(sides), two[tuple(sorted(sides))]):
            spans.append(sides[x])
            one[x].append(sides[x])
    found = {i for i in span if half(one[i], *span[i])}
    pairs = [key for key, spans in two.items() if all(half(s, *span[x]) for x, s in zip(key, spans))]
    above = {i: i for i in span}

    def top(x):
        while above[x] != x:
            above[x] = above[above[x]]
            x = above[x]
        return x

    for a, b in pairs:
        above[top(a)] = top(b)
    planted = sum(in_pairs(len(p["members"])) for p in truth["passages"])
    edited = [i for i in span if edits[i]]
    return {"pairs": len(pairs) / max(planted, 1),
            "joined": sum(map(in_pairs, Counter(map(top, span)).values())) / max(planted, 1),
            "members": len(found) / max(len(span), 1), "edited": len(found.intersection(edited)) / max(len(edited), 1)}


def main(truth, report):
    with open(truth, encoding="utf-8") as f:
        truth = json.load(f)
    result = {}
    for name, score in (("clusters.csv", near), ("overlaps.csv", passages)):
        path = os.path.join(report, name)
        if os.path.exists(path):
            result |= score(truth, path)
    print(json.dumps(result))


if __name__ == "__main__":
    main(*sys.argv[1:])
