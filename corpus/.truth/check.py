#!/usr/bin/env python3
"""Is the truth of the sample corpus right? Recomputes everything from the files; standard library only.

  python3 corpus/.truth/check.py        prints what it looked at; exits 1 if anything is wrong

Looks at: offsets (cut at words), exact spans (equal after folding), every shared run of 8 words or more between two articles
or twice inside one (inside a listed span, 2 words of play at each end), pairs that must share nothing, relations and their
margins, credits and altered quotations (the words are there).
"""
import collections
import datetime
import difflib
import itertools
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
MIN = 8        # words: the shortest run that must be found
PLAY = 2       # words a listed span may be short of a run at each end
LIMIT = .80    # relations
MARGIN = .05   # nothing may lie nearer to the limit

KINDS = {"quotation", "unattributed", "credited", "boilerplate", "self", "revision"}
WORD = re.compile(r"[^\W\d_](?:\.[^\W\d_])+(?!\w)|\d+(?:[.,]\d+)+|\w+(?:['’]\w+)*")

Doc = collections.namedtuple("Doc", "id text source date url title words starts ends body")


def fold(word):
    word = word.replace("’", "'").casefold()
    if re.fullmatch(r"[^\W\d_](\.[^\W\d_])+", word):
        return word.replace(".", "")
    if re.fullmatch(r"\d{1,3}(,\d{3})+", word):
        return word.replace(",", "")
    return word


def document(id, text, body, meta):
    found = [m for m in WORD.finditer(text, body)]
    return Doc(id, text, meta.get("source"), meta.get("date"), meta.get("url"), meta.get("title"),
               [fold(m.group()) for m in found], [m.start() for m in found], [m.end() for m in found], body)


def load(root=ROOT):
    docs = {}
    def put(d):
        assert d.id not in docs, "twice the same id: " + d.id
        docs[d.id] = d
    for folder, subs, names in os.walk(root):
        subs[:] = sorted(s for s in subs if not s.startswith("."))
        for name in sorted(names):
            path = os.path.join(folder, name)
            if name.startswith(("README", ".")) or not name.endswith((".md", ".txt", ".jsonl")):
                continue
            assert os.path.getsize(path) <= 20 * 1024, path + " is above 20 KB"
            with open(path, encoding="utf-8", newline="") as f:
                raw = f.read()
            if name.endswith(".jsonl"):
                for line in raw.splitlines():
                    r = json.loads(line)
                    put(document(r["id"], r["text"], 0, r))
                continue
            head = re.match(r"---\n(.*?)\n---\n", raw, re.S)
            assert head, path + " has no front matter"
            meta = dict(line.split(": ", 1) for line in head.group(1).split("\n"))
            meta = {k: json.loads(v) if v.startswith('"') else v for k, v in meta.items()}
            put(document(meta.get("id") or os.path.relpath(path, root).replace(os.sep, "/"), raw, head.end(), meta))
    return docs


def instant(date):
    """Order by time: a bare date is the start of its day here, a missing one comes last."""
    if not date:
        return float("inf")
    d = datetime.datetime.fromisoformat(date.replace("Z", "+00:00"))
    return (d if d.tzinfo else d.replace(tzinfo=datetime.timezone.utc)).timestamp()


def order(doc):
    return (instant(doc.date), doc.id)


def runs(a, b, least=MIN):
    """Every maximal run of equal words: (place in a, place in b, length). In one article: earlier place first, no self-overlap."""
    grams = collections.defaultdict(list)
    for j in range(len(b.words) - least + 1):
        grams[tuple(b.words[j:j + least])].append(j)
    out = []
    for i in range(len(a.words) - least + 1):
        for j in grams.get(tuple(a.words[i:i + least]), ()):
            if a is b and j <= i:
                continue
            if i and j and a.words[i - 1] == b.words[j - 1]:
                continue
            n = least
            while i + n < len(a.words) and j + n < len(b.words) and a.words[i + n] == b.words[j + n]:
                n += 1
            if a is not b or j - i >= n:
                out.append((i, j, n))
    return out


def tokens(doc, start, end):
    """Word numbers [first, last) of a slice of the text; the slice must begin and end at word rims."""
    try:
        return doc.starts.index(start), doc.ends.index(end) + 1
    except ValueError:
        return None


def equal_words(a, b):
    """Pairs of word numbers that are equal, in order, from two lists of words."""
    m = difflib.SequenceMatcher(None, a, b, autojunk=False)
    return [(x.a + k, x.b + k) for x in m.get_matching_blocks() for k in range(x.size)]


def jsonl(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as f:
        return [json.loads(line) for line in f if line.strip()]


def main():
    docs, wrong = load(), []
    spans, relations = jsonl("spans.jsonl"), jsonl("relations.jsonl")
    with open(os.path.join(HERE, "expect.json"), encoding="utf-8") as f:
        expect = json.load(f)

    def bad(text):
        wrong.append(text)

    # spans: offsets, folding, words
    listed = collections.defaultdict(list)
    covered = collections.defaultdict(set)
    for n, s in enumerate(spans, 1):
        where = "spans.jsonl:%d %s × %s" % (n, s["a"], s["b"])
        if s["a"] not in docs or s["b"] not in docs:
            bad(where + ": no such article")
            continue
        a, b = docs[s["a"]], docs[s["b"]]
        if s["kind"] not in KINDS:
            bad(where + ": kind " + s["kind"])
        if a is not b and order(a) > order(b) or a is b and s["a_start"] >= s["b_start"]:
            bad(where + ": a must be the earlier one")
        ends = []
        for side, d in (("a", a), ("b", b)):
            text = d.text[s[side + "_start"]:s[side + "_end"]]
            if not text or not text[0].isalnum() or not text[-1].isalnum() or s[side + "_start"] < d.body:
                bad("%s: side %s is %r" % (where, side, text[:40]))
            t = tokens(d, s[side + "_start"], s[side + "_end"])
            if t is None:
                bad("%s: side %s does not lie at word rims" % (where, side))
            ends.append(t)
        if None in ends:
            continue
        (i, i2), (j, j2) = ends
        x, y = a.words[i:i2], b.words[j:j2]
        if s["exact"] != (x == y):
            bad(where + ": exact is wrong")
        eq = equal_words(x, y)
        if s["words"] != len(eq):
            bad("%s: words %d, counted %d" % (where, s["words"], len(eq)))
        if len(eq) < MIN or len(eq) < .6 * max(len(x), len(y)):
            bad("%s: too thin, %d equal of %d and %d" % (where, len(eq), len(x), len(y)))
        listed[s["a"], s["b"]].append((i, i2, j, j2))
        if s["a"] != s["b"]:
            covered[s["a"], s["b"]].update(i + p for p, _ in eq)
            covered[s["b"], s["a"]].update(j + q for _, q in eq)

    # every shared run is listed, nothing else is
    ids = sorted(docs, key=lambda k: order(docs[k]))
    count, pairs = 0, set()
    for p, q in itertools.combinations_with_replacement(ids, 2):
        for i, j, n in runs(docs[p], docs[q]):
            count += 1
            pairs.add((p, q))
            if not any(i + PLAY >= a and i + n - PLAY <= a2 and j + PLAY >= b and j + n - PLAY <= b2 for a, a2, b, b2 in listed[p, q]):
                bad("not listed: %s × %s, %d words: %s" % (p, q, n, " ".join(docs[p].words[i:i + n])))

    # pairs that share nothing
    for p, q in expect["never"]:
        p, q = sorted((p, q), key=lambda k: order(docs[k]))
        if (p, q) in pairs or listed[p, q]:
            bad("must share nothing: %s × %s" % (p, q))

    # relations: what is listed holds, what is not listed is neither
    def share(p, q):
        return len(covered[p, q]) / len(docs[p].words)
    named = {(r["a"], r["b"]): r["relation"] for r in relations}
    events = [set(e) for e in expect["events"].values()]
    for p, q in itertools.combinations(ids, 2):
        x, y = share(p, q), share(q, p)
        same = [w for w in docs[p].words] == docs[q].words
        want = "identical" if same else "near-duplicate" if min(x, y) >= LIMIT else "abridged" if y >= LIMIT else "expanded" if x >= LIMIT else None
        for z in (x, y):
            if abs(z - LIMIT) < MARGIN:
                bad("near the limit: %s × %s: %.3f, %.3f" % (p, q, x, y))
        have = named.pop((p, q), None)
        if have == "none":
            if covered[p, q]:
                bad("relation none, but they share words: %s × %s" % (p, q))
        elif have != want:
            bad("relation of %s × %s is %s (%.3f, %.3f), listed: %s" % (p, q, want, x, y, have))
    for p, q in named:
        bad("relations.jsonl: a must be the earlier one, or no such article: %s × %s" % (p, q))
    for k in ids:
        if sum(k in e for e in events) != 1:
            bad("not in exactly one event: " + k)

    # credits, altered quotations, directions
    for k, name in expect["credits"].items():
        if name.casefold() not in docs[k].text[docs[k].body:].casefold():
            bad("%s does not name %s" % (k, name))
    for r in expect["altered_quotes"]:
        for side in "ab":
            d = docs[r[side]]
            at = d.text.find(r[side + "_text"], d.body)
            if at < 0:
                bad("altered quotation not in %s: %s" % (r[side], r[side + "_text"]))
        if r["a_text"].casefold() == r["b_text"].casefold():
            bad("not altered: " + r["a_text"])
    for r in expect["directions"]:
        if r["a"] not in docs or r["b"] not in docs or r["first"] not in (r["a"], r["b"], "common", "undetermined"):
            bad("direction: %s × %s" % (r["a"], r["b"]))

    for line in wrong:
        print("WRONG", line)
    kinds = collections.Counter(s["kind"] for s in spans)
    print("%d articles, %d words, %d outlets; %d spans (%s); %d shared runs in %d pairs; %d relations; %d wrong" % (
        len(docs), sum(len(d.words) for d in docs.values()), len({d.source for d in docs.values()}), len(spans),
        ", ".join("%s %d" % kv for kv in sorted(kinds.items())), count, len(pairs), len(relations), len(wrong)))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
