#!/usr/bin/env python3
"""Scans text that breaks programs: exit 0 or 3, every offset inside the text, on a character's border.

bad_input.py BIN FOLDER WORK_DIR. The decoded text is what the tables' own a_text says it is: bytes and characters are compared
with the file where it is valid UTF-8, and with each other everywhere.
"""
import csv
import os
import shutil
import subprocess
import sys

csv.field_size_limit(1 << 30)


def main(binary, folder, work):
    source, out = os.path.join(work, "bad"), os.path.join(work, "bad-out")
    os.makedirs(source)
    for name, target in (("naughty.txt", "naughty.txt"), ("naughty.txt", "naughty-again.txt"),
                         ("utf8-stress.bin", "stress.txt"), ("utf8-stress.bin", "stress-again.txt")):
        shutil.copyfile(os.path.join(folder, name), os.path.join(source, target))
    run = subprocess.run([binary, "scan", source, "-o", out, "--csv-raw"], capture_output=True)
    if run.returncode not in (0, 3) or b"panicked" in run.stderr:
        print("FAIL exit", run.returncode, run.stderr[-500:])
        return 1
    valid = {}
    for name in os.listdir(source):
        data = open(os.path.join(source, name), "rb").read()
        try:
            valid[name] = data.decode("utf-8")
        except UnicodeDecodeError:
            valid[name] = None
    bad = rows = 0
    for r in csv.DictReader(open(os.path.join(out, "overlaps.csv"), encoding="utf-8", newline="")):
        for s in "ab":
            rows += 1
            start, end = int(r[s + "_char_start"]), int(r[s + "_char_end"])
            first, last = int(r[s + "_byte_start"]), int(r[s + "_byte_end"])
            text = r[s + "_text"]
            ok = end - start == len(text) and last - first == len(text.encode("utf-8"))
            whole = valid[r[s + "_id"]]
            if whole is not None:
                ok = ok and whole[start:end] == text and whole.encode("utf-8")[first:last] == text.encode("utf-8")
            bad += not ok
    print(f"exit {run.returncode}, {rows} spans, {bad} wrong")
    return 1 if bad or not rows else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
