#!/usr/bin/env python3
"""Texts for tools that compare files line by line, and what they report as overlaps.

  lines.py wrap ARTICLES.jsonl DIR                              one file an article, 12 words a line
  lines.py sim_text | jscpd ARTICLES.jsonl REPORT OVERLAPS.csv  a match gets all words of its lines, first to last
"""
import csv
import json
import os
import re
import sys

A_LINE = 12
WORD = re.compile(r"\S+")
# jscpd would take what stands between two apostrophes for one token, the string of a program.
QUOTES = str.maketrans("\"'`", "   ")
RUN = re.compile(r"^(\d+)\.txt: line (\d+)-(\d+)\s*\|\s*(\d+)\.txt: line (\d+)-(\d+)\s*\[\d+\]")


def articles(path):
    with open(path, encoding="utf-8") as f:
        for line in f:
            record = json.loads(line)
            yield record["id"], record["text"]


def wrap(path, folder):
    os.makedirs(folder)
    for i, text in articles(path):
        words = WORD.findall(text)
        with open(os.path.join(folder, f"{i}.txt"), "w", encoding="utf-8") as f:
            for at in range(0, len(words), A_LINE):
                f.write(" ".join(words[at:at + A_LINE]).translate(QUOTES) + "\n")


def sim_text(report):
    with open(report, encoding="utf-8", errors="replace") as f:
        for line in f:
            match = RUN.match(line)
            if match:
                yield tuple(map(int, match.groups()))


def jscpd(report):
    with open(report, encoding="utf-8") as f:
        for found in json.load(f)["duplicates"]:
            sides = found["firstFile"], found["secondFile"]
            yield tuple(x for s in sides for x in (int(os.path.basename(s["name"])[:-4]), s["start"], s["end"]))


def credit(found, path, out):
    """Lines become characters of the article's text."""
    found = list(found)
    needed = {match[side] for match in found for side in (0, 3)}
    words = {i: [m.span() for m in WORD.finditer(text)] for i, text in articles(path) if i in needed}

    def characters(i, first, last):
        return words[i][(first - 1) * A_LINE][0], words[i][min(last * A_LINE, len(words[i])) - 1][1]

    with open(out, "w", encoding="utf-8", newline="") as f:
        table = csv.writer(f)
        table.writerow(["a_id", "a_char_start", "a_char_end", "b_id", "b_char_start", "b_char_end"])
        table.writerows((*m[:1], *characters(*m[:3]), *m[3:4], *characters(*m[3:])) for m in found)


if __name__ == "__main__":
    if sys.argv[1] == "wrap":
        wrap(*sys.argv[2:])
    else:
        credit({"sim_text": sim_text, "jscpd": jscpd}[sys.argv[1]](sys.argv[3]), sys.argv[2], sys.argv[4])
