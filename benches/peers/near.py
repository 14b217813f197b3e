#!/usr/bin/env python3
"""Near-duplicates by one peer.

  near.py PEER ARTICLES.jsonl CLUSTERS.csv THREADS BANDS
  near.py PEER ARTICLES.jsonl - THREADS                     signatures alone

128 slots of 5-word shingles, pairs that agree in a band and have an estimated Jaccard similarity of 0.3 or more, joined
into clusters. The peer signs; gaoya also finds by its own index, bands of the others are sorted here. Peers that take
tokens from Python get them as hashes of word tuples, which is faster than joined strings, from one process a thread.
Runs in the environment in which the peers are installed.
"""
import csv
import itertools
import json
import multiprocessing
import operator
import os
import sys

import numpy as np

SLOTS, WORDS, LEAST, SEED = 128, 5, 0.3, 1


def articles(path, begin=0, end=None):
    """(id, text) of the lines that start in these bytes of the file."""
    end = os.path.getsize(path) if end is None else end
    with open(path, "rb") as f:
        if begin:
            f.seek(begin - 1)
            f.readline()
        while f.tell() < end:
            record = json.loads(f.readline())
            yield record["id"], record["text"]


def shingles(text, mask):
    """64-bit hashes of the shingles, or of their lower bits."""
    words = text.split()
    following = [words[i:] for i in range(1, WORDS)] if len(words) >= WORDS else []
    tuples = zip(words, *following) if following else [tuple(words)]
    return np.fromiter(map(hash, tuples), np.int64).view(np.uint64) & np.uint64(mask)


def by_daft(path, _threads):
    import daft
    from daft.functions import minhash, regexp_replace

    # It parts words at single spaces alone, so paragraph breaks have to become spaces.
    text = regexp_replace(daft.col("text"), r"\s+", " ")
    signs = minhash(text, num_hashes=SLOTS, ngram_size=WORDS, seed=SEED, hash_function="xxhash3_64")
    table = daft.read_json(path).select(daft.col("id"), signs.alias("sign")).to_arrow()
    values = table["sign"].combine_chunks()
    return table["id"].to_pylist(), values.flatten().to_numpy().reshape(-1, SLOTS)


def share_of_rensa(path, begin, end):
    from rensa import RMinHash

    ids, hashes, offsets = [], [], [0]
    for i, text in articles(path, begin, end):
        ids.append(i)
        hashes.append(shingles(text, 2**64 - 1))
        offsets.append(offsets[-1] + len(hashes[-1]))
    flat = np.concatenate(hashes)
    hashes.clear()
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(flat, np.array(offsets, np.uint64), SLOTS, SEED)
    return ids, np.array(matrix.to_rows(), np.uint32)


def share_of_datasketch(path, begin, end):
    from datasketch import MinHash

    # No loop in Python over the hashes: they are numbers already.
    ids, texts = zip(*articles(path, begin, end))
    sets = (shingles(text, 2**32 - 1).tolist() for text in texts)
    signs = MinHash.generator(sets, num_perm=SLOTS, seed=SEED, hashfunc=operator.index)
    return list(ids), np.array([sign.hashvalues for sign in signs], np.uint32)


def by_shares(share):
    """Signatures from one process a thread, each of its part of the file."""

    def sign(path, threads):
        ends = [os.path.getsize(path) * i // threads for i in range(threads + 1)]
        with multiprocessing.get_context("fork").Pool(threads) as pool:
            parts = pool.starmap(share, [(path, a, b) for a, b in zip(ends, ends[1:])])
        return [i for ids, _ in parts for i in ids], np.concatenate([signs for _, signs in parts])

    return sign


def by_gaoya(path, bands):
    """Its index signs, bands and compares by itself: pairs."""
    from gaoya.minhash import MinHashStringIndex

    ids, texts = map(list, zip(*articles(path)))
    index = MinHashStringIndex(32, LEAST, bands, SLOTS // bands, None, "word", False, (WORDS, WORDS), "smallvec")
    index.par_bulk_insert_docs(list(range(len(ids))), texts)
    found = index.par_bulk_query(texts)
    return ids, [(a, b) for a, near in enumerate(found) for b in near if a < b]


SIGN = {"daft": by_daft, "rensa": by_shares(share_of_rensa), "datasketch": by_shares(share_of_datasketch)}


def pairs_of(signs, bands):
    """Pairs that agree in a band and in enough slots."""
    found, rows = [], SLOTS // bands
    odd = np.random.default_rng(SEED).integers(0, 2**63, rows, np.uint64) * np.uint64(2) + np.uint64(1)
    for band in range(0, SLOTS, rows):
        # A chance collision of this sum costs a comparison and no more.
        keys = signs[:, band:band + rows].astype(np.uint64) @ odd
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        for step in itertools.count(1):
            at = np.flatnonzero(keys[step:] == keys[:-step])
            if not len(at):
                break
            found.append(np.stack([order[at], order[at + step]], axis=1))
    pairs = np.unique(np.concatenate(found), axis=0) if found else np.empty((0, 2), np.int64)
    parts = np.array_split(pairs, len(pairs) // 100_000 + 1)
    return np.concatenate([p[(signs[p[:, 0]] == signs[p[:, 1]]).mean(axis=1) >= LEAST] for p in parts]).tolist()


def clusters_of(pairs):
    above = {}

    def top(x):
        while above.setdefault(x, x) != x:
            above[x] = above[above[x]]
            x = above[x]
        return x

    for a, b in pairs:
        above[top(a)] = top(b)
    return [(top(x), x) for x in above]


def main(peer, path, out, threads, bands=0):
    if peer == "gaoya":
        ids, pairs = by_gaoya(path, int(bands))
    else:
        ids, signs = SIGN[peer](path, int(threads))
        if out == "-":
            return
        pairs = pairs_of(signs, int(bands))
    with open(out, "w", encoding="utf-8", newline="") as f:
        table = csv.writer(f)
        table.writerow(["cluster_id", "id"])
        table.writerows((cluster, ids[x]) for cluster, x in clusters_of(pairs))


if __name__ == "__main__":
    main(*sys.argv[1:])
