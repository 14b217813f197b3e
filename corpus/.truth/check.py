#!/usr/bin/env python3
"""Is the truth of the sample corpus right? Recomputes everything from the files; standard library only.

  python3 corpus/.truth/check.py        prints what it looked at; exits 1 if anything is wrong

Looks at: offsets (cut at words), exact spans (equal after folding), every shared run of 8 words or more between two articles
or twice inside one (inside a listed span, 2 words of play at each end), pairs that must share nothing, relations and their
margins, credits and altered quotations (the words are there), kinds, directions and their bases (by quotation marks, credits,
addresses and dates, by a second hand as it were: this shares no line with the program), speakers (the names are printed in one
of the articles), origins (who holds how much of whose prose), statements (the pieces stand in the source, in order), flags.
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

QUOTED = .80   # of a row's words inside marks on both sides: a quotation
HALF = .50     # of an article's own prose in another: one origin

KINDS = {"quotation", "unattributed", "credited", "boilerplate", "self", "revision", "formula"}
BASES = {"a->b": {"credit", "agency", "canonical", "date"}, "b->a": {"credit", "agency", "canonical", "date"},
         "common": {"credit", "agency", "quotation"}, "unknown": {"conflict", "tie", "no-date", ""}}
FLAGS = {"headline-changed", "unmarked-quotation", "no-date"}
WORD = re.compile(r"[^\W\d_](?:\.[^\W\d_])+(?!\w)|\d+(?:[.,]\d+)+|\w+(?:['’]\w+)*")

Doc = collections.namedtuple("Doc", "id text source date url canonical title words starts ends body marked")


def fold(word):
    word = word.replace("’", "'").casefold()
    if re.fullmatch(r"[^\W\d_](\.[^\W\d_])+", word):
        return word.replace(".", "")
    if re.fullmatch(r"\d{1,3}(,\d{3})+", word):
        return word.replace(",", "")
    return word


def quoted(text):
    """For each character: inside quotation marks? A mark that is never closed holds to the end of its paragraph."""
    inside, out = False, []
    for c in text:
        inside = c == "“" or inside and c not in "”\n"
        out.append(inside)
    return out


def document(id, text, body, meta):
    found = [m for m in WORD.finditer(text, body)]
    inside = quoted(text)
    return Doc(id, text, meta.get("source"), meta.get("date"), meta.get("url"), meta.get("canonical"), meta.get("title"),
               [fold(m.group()) for m in found], [m.start() for m in found], [m.end() for m in found], body,
               [inside[m.start()] for m in found])


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


def instants(date):
    """First and last instant of a date: a bare one is its whole day."""
    return (instant(date), instant(date) + (86399 if len(date) == 10 else 0))


def by_date(a, b):
    if not a.date or not b.date:
        return "unknown", "no-date"
    (a1, a2), (b1, b2) = instants(a.date), instants(b.date)
    return ("a->b", "date") if a2 < b1 else ("b->a", "date") if b2 < a1 else ("unknown", "tie")


def agreed(a, b, credits):
    """Whether one credits the other, in words or by a canonical link, or both the same third."""
    if a.canonical and a.canonical == b.url or b.canonical and b.canonical == a.url:
        return True
    x, y = set(credits.get(a.id, ())), set(credits.get(b.id, ()))
    return a.source != b.source and (b.source in x or a.source in y or x & y)


def direction(a, b, quotation, credits, agencies):
    """What the rules say of a row: direction and basis."""
    date = by_date(a, b)
    x, y = set(credits.get(a.id, ())), set(credits.get(b.id, ()))
    if a.source != b.source:
        for of, to, way, against in ((a, y, "a->b", "b->a"), (b, x, "b->a", "a->b")):
            if of.source in to:
                return ("unknown", "conflict") if date[0] == against else (way, "agency" if of.source in agencies else "credit")
        if x & y:
            return "common", "agency" if x & y & agencies else "credit"
    for of, link, way in ((a, b.canonical, "a->b"), (b, a.canonical, "b->a")):
        if link and link == of.url:
            return way, "canonical"
    return ("common", "quotation") if quotation else date


def plain(name):
    """A name as it is compared: folded, without the article before it."""
    words = [fold(m.group()) for m in WORD.finditer(name)]
    return words[1:] if words and words[0] in ("the", "a", "an") else words


def stands(words, inside):
    return any(inside[n:n + len(words)] == words for n in range(len(inside) - len(words) + 1))


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
    credits, agencies = expect["credits"], set(expect["agencies"])
    listed = collections.defaultdict(list)
    covered = collections.defaultdict(set)
    unmarked = set()
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

        # kind: by marks, addresses and credits
        inside = [(a.marked[i + p], b.marked[j + q]) for p, q in eq]
        both, one, two = (sum(f(m) for m in inside) / len(eq) for f in (all, lambda m: m[0], lambda m: m[1]))
        kinds = [s["kind"], *s.get("also", [])]
        quotes = both >= QUOTED or two > .5
        last = all(d.text[s[side + "_end"]:].strip(".”\n") == "" for side, d in (("a", a), ("b", b)))
        names = sum(a.text[a.starts[i + p]].isupper() for p, _ in eq)
        if quotes:
            kind = "quotation"
        elif names > .6 * len(eq):
            kind = "formula"
        elif a.source == b.source:
            kind = "boilerplate" if last and a is not b else "revision" if a is not b and a.url == b.url else "self"
        else:
            kind = "credited" if agreed(a, b, credits) else "unattributed"
        if s["kind"] != kind:
            bad("%s: kind %s, by the rules %s" % (where, s["kind"], kind))
        if "also" in s and not (s["note"] and isinstance(s["also"], list) and KINDS.issuperset(s["also"])):
            bad(where + ": another kind needs a reason")
        if not quotes and one > QUOTED:
            unmarked.add(s["b"])

        # direction: by credits, addresses, marks and dates
        if a is not b:
            ways = list(zip(s["direction"], s["basis"]))
            if len(s["direction"]) != len(s["basis"]) or any(basis not in BASES[way] for way, basis in ways):
                bad(where + ": direction and basis do not go together")
            rules = {direction(a, b, both >= QUOTED, credits, agencies)}
            if kind in ("boilerplate", "formula"):
                rules = {("unknown", "")}     # nobody's words
            elif quotes and one > .5 and both < QUOTED:
                rules.add(direction(a, b, True, credits, agencies))
            if not rules.issubset(ways) or len(ways) > len(rules) and not s["note"]:
                bad("%s: direction %s, by the rules %s" % (where, ways, sorted(rules)))
        elif "direction" in s or "basis" in s:
            bad(where + ": one article has no direction")

        # speaker: a name that one of the two prints
        if ("speaker" in s) != (s["kind"] == "quotation"):
            bad(where + ": a quotation has a speaker, and nothing else has")
        for name in s.get("speaker", ()):
            if not any(stands(plain(name), d.words) or stands(plain(name), [w.removesuffix("'s") for w in d.words]) for d in (a, b)):
                bad("%s: neither prints %s" % (where, name))

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

    # credits, altered quotations, directions of whole articles
    for k, names in [*expect["credits"].items(), *expect["credits_may"].items()]:
        for name in names:
            if not stands(plain(name), docs[k].words):
                bad("%s does not name %s" % (k, name))
            if name == docs[k].source:
                bad("%s credits itself" % k)
    line = re.compile(r"(?:first appeared in|appeared originally on|Press release from) ([A-Z][\w ]+)\.$", re.M)
    for k, d in docs.items():
        told = set(credits.get(k, ()))
        shown = set(line.findall(d.text)) | {n for n in agencies - {d.source} if "(%s)" % n.upper() in d.text}
        if told != shown:
            bad("%s credits %s, listed: %s" % (k, sorted(shown), sorted(told)))
    for r in expect["altered_quotes"]:
        for side in "ab":
            d = docs[r[side]]
            at = d.text.find(r[side + "_text"], d.body)
            if at < 0:
                bad("altered quotation not in %s: %s" % (r[side], r[side + "_text"]))
            elif not r.get("should") and not quoted(d.text)[at]:
                bad("no marks around it in %s: %s" % (r[side], r[side + "_text"]))
        if r["a_text"].casefold() == r["b_text"].casefold():
            bad("not altered: " + r["a_text"])
        if order(docs[r["a"]]) > order(docs[r["b"]]):
            bad("altered quotation: a must be the earlier one: %s × %s" % (r["a"], r["b"]))
        if r.get("should") and not r.get("note"):
            bad("altered quotation: not promised needs a reason: %s × %s" % (r["a"], r["b"]))
        for name in r["speaker"]:
            if name and not any(stands(plain(name), d.words) for d in docs.values()):
                bad("altered quotation: nobody prints %s" % name)
    for r in expect["directions"]:
        if r["a"] not in docs or r["b"] not in docs or r["first"] not in (r["a"], r["b"], "common", "undetermined"):
            bad("direction: %s × %s" % (r["a"], r["b"]))
        way = {r["a"]: "a->b", r["b"]: "b->a", "common": "common", "undetermined": "unknown"}.get(r["first"])
        if any((s["a"], s["b"]) == (r["a"], r["b"]) and way not in s["direction"] for s in spans):
            bad("direction: spans.jsonl has another of %s × %s" % (r["a"], r["b"]))

    # origins: an article that holds half of another's own prose, or credits it, is of one origin with it
    for o in expect["origins"]:
        ids_of = [k for g in o["groups"] for k in g]
        if o["origins"] != len(o["groups"]) or o["with"] not in ids_of or "more" in o and not o.get("note"):
            bad("origins of: " + o["phrase"])
        for k in ids_of:
            if k != o["with"] and not any(o["with"] in pair and k in pair for pair in listed):
                bad("origins: %s shares nothing with %s" % (k, o["with"]))
        if "prose" in o:
            continue
        root = {k: k for k in ids_of}
        for p, q in itertools.permutations(ids_of, 2):
            own = [n for n, marked in enumerate(docs[p].marked) if not marked]
            part = len(covered[p, q].intersection(own)) / len(own)
            if abs(part - HALF) < MARGIN:
                bad("origins: near the half: %s in %s, %.3f" % (p, q, part))
            if part >= HALF or agreed(docs[p], docs[q], credits):
                old, new = root[p], root[q]
                root = {k: new if r == old else r for k, r in root.items()}
        groups = {frozenset(k for k in ids_of if root[k] == r) for r in root.values()}
        if groups != {frozenset(g) for g in o["groups"]}:
            bad("origins of %s: %s" % (o["phrase"], sorted(map(sorted, groups))))

    # statements: the pieces stand in the source, once and in order, and inside marks in two other articles at least
    for r in expect["statements"]:
        at = -1
        for piece in r["pieces"]:
            text = docs[r["in"]].text
            if text.count(piece) != 1 or text.index(piece) <= at:
                bad("statement: not once, or not in order: " + piece)
            at = text.find(piece)
            words = plain(piece)
            tells = [d.id for d in docs.values() for n, w in enumerate(d.words)
                     if d.marked[n] and d.words[n:n + len(words)] == words]
            if len(set(tells)) < 2:
                bad("statement: quoted by %d: %s" % (len(set(tells)), piece))
        for name in r["speaker"]:
            if not any(stands(plain(name), d.words) for d in docs.values()):
                bad("statement: nobody prints " + name)

    # flags
    if set(expect["flags"]) != FLAGS:
        bad("flags: " + " ".join(sorted(expect["flags"])))
    related = {r["b"]: r for r in relations if r["relation"] in ("identical", "near-duplicate", "abridged", "expanded")}
    for flag, r in expect["flags"].items():
        for k in r["must"] + r["may"]:
            if k not in docs or flag == "headline-changed" and k not in related:
                bad("flag %s of %s" % (flag, k))
    for r in relations:
        if r["b"] in expect["flags"]["headline-changed"]["must"] and docs[r["a"]].title == docs[r["b"]].title:
            bad("flag: one headline: %s × %s" % (r["a"], r["b"]))
    for flag, have in (("unmarked-quotation", unmarked), ("no-date", {k for k in docs if not docs[k].date})):
        if have != set(expect["flags"][flag]["must"]):
            bad("flag %s: %s" % (flag, sorted(have)))

    for line in wrong:
        print("WRONG", line)
    kinds = collections.Counter(s["kind"] for s in spans)
    print("%d articles, %d words, %d outlets; %d spans (%s); %d shared runs in %d pairs; %d relations; %d wrong" % (
        len(docs), sum(len(d.words) for d in docs.values()), len({d.source for d in docs.values()}), len(spans),
        ", ".join("%s %d" % kv for kv in sorted(kinds.items())), count, len(pairs), len(relations), len(wrong)))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
