#!/usr/bin/env python3
"""Breaks `wirecopy index` from outside: kill -9, failing calls, full disks, damage, many writers, readers meanwhile.

faults.py [--quick | --long] [--seed N] [--part N]... [--with-unit-tests] [BIN]: exit 1 if anything of an index was
torn, lost, silently wrong or unclear. Every article says in a sentence which version it is, so that one query tells
what an index holds: what it held before the command, or what it holds after it; its tables are those of a scan of the
same articles. Needs Linux and strace; full and read-only disks need root. Touches nothing outside a folder of its own.
"""
import argparse
import collections
import contextlib
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
from index_checks import (  # noqa: E402
    CHANGES, MOUNTS, PANIC, RUN, SYNCS, VERSIONS, Part, Ran, Scene, Wrong, adds, ask, asking, built, case, changes,
    checksum, clean, compact, each, has_strace, judge, look, many, measured, mount, nameless, print_table, random_step,
    recorded, refused, removes, scenes, sentence, settle, some, spoilt, stats, strace, unmount, written)

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def kills(part):
    all_scenes = scenes(part)

    def kill(scene, call):
        with case(scene.base) as index:
            log = os.path.join(os.path.dirname(index), "log")
            ran = part.run(*scene.command(index), prefix=strace(log, f"{call.name}:signal=KILL:when={call.number}"))
            part.count("cases")
            part.count("hits", ran.code == -signal.SIGKILL)
            if ran.code != -signal.SIGKILL:
                part.bad("unclear", f"{scene.name}: no kill at {call.line}")
            settle(part, f"{scene.name}, killed at {call.line}", scene, index, ran)

    calls = {scene.name: changes(recorded(part, scene)) for scene in all_scenes}
    each(kill, [(scene, call) for scene in all_scenes for call in calls[scene.name]])
    part.note(f"a kill at each call: {', '.join(f'{name} {len(found)}' for name, found in calls.items())}")
    for signals, goal in (((signal.SIGKILL,), 2000 if RUN.long else 200), (STOPS, 300 if RUN.long else 30)):
        hits, workers = part.counts["hits"], os.cpu_count()
        each(random_kills, [(part, signals, goal // workers + 1, f"{RUN.seed} {signals} {n}") for n in range(workers)])
        part.note(f"{', '.join(s.name for s in signals)} at random times: {part.counts['hits'] - hits} hits")


def random_kills(part, signals, goal, seed):
    """One index through many commands, each killed at a random time."""
    draw, state, hits, typical = random.Random(seed), {}, 0, 0.02
    with case() as index:
        for step in range(30 * goal):
            command, new = random_step(draw, state)
            args, begun = [RUN.bin, *command(index)], time.time()
            child = subprocess.Popen(args, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            wait = draw.random() * typical
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(wait)
            sent = draw.choice(signals)
            child.send_signal(sent)
            err = child.communicate(timeout=60)[1]
            part.count("cases")
            hit = child.returncode == -sent
            if time.time() - begun - wait > 2 and sent in STOPS:
                part.bad("unclear", f"{args} takes more than 2 s to stop")
            if not hit:
                typical = 0.9 * typical + 0.1 * 1.3 * (time.time() - begun)
                if child.returncode or PANIC.search(err):
                    part.bad("unclear", f"{args}: exit {child.returncode}: {err}")
            hits += hit
            part.count("hits", hit)
            scene = Scene("random", None, command, state, new)
            state = settle(part, f"{sent.name} after {wait:.4f} s, {args[1:3]}", scene, index,
                           None if hit else Ran(child.returncode, "", err), step % 25 == 0, draw.random() < 0.7)
            if hits >= goal or state is None:
                return
    part.bad("unclear", f"only {hits} of {goal} signals came in time")


def failures(part):
    all_scenes = scenes(part)
    done = collections.Counter()

    def fail(scene, call, error):
        with case(scene.base) as index:
            folder, injection = os.path.dirname(index), "retval=1" if error == "lie" else f"error={error}"
            log = os.path.join(folder, "log")
            ran = part.run(*scene.command(index), prefix=strace(log, f"{call.name}:{injection}:when={call.number}"))
            what = f"{scene.name}, {error} at {call.line}"
            part.count("cases", ran.code != 127)
            part.count("hits", ran.code != 127 and "INJECTED" in open(log, errors="replace").read())
            if ran.code == 127:
                return  # Met the loader: threads count their calls apart.
            done["it worked all the same" if ran.code == 0 else "it failed, and said so"] += 1
            judge(part, what, ran, folder)
            if error == "lie":
                # A disk that says "written" and has not: nobody can prevent it, verify has to see it.
                verify = part.run("index", "verify", index)
                if verify.code == 2 and index in verify.err:
                    done["a lie that verify noticed"] += 1
                else:
                    settle(part, what, scene, index, ran, scan=False, again=False)
                return
            # What is done is durable before segments are merged; that this failed is said.
            unmerged = "done, but segments were not merged: " in ran.err
            if ran.code == 0 and call.name in SYNCS and error != "EINTR" and not unmerged:
                part.bad("silent", f"{what}: a failed sync, and exit 0")
            settle(part, what, scene, index, ran, scan=False)

    items = []
    for scene in all_scenes:
        for at, call in enumerate(calls := recorded(part, scene)):
            if call.name == "exit_group":
                continue
            errors = ["EIO"] if call not in changes(calls) else ["ENOSPC", "EIO", "EINTR"]
            if call.name in ("write", "pwrite64") and os.sep + "index" in call.line:
                errors.append("lie")
            if RUN.long or changes([call]) or at % 8 == RUN.seed % 8:
                items += [(scene, call, error) for error in (errors if RUN.long else [errors[at % len(errors)]])]
    each(fail, items)

    def limit(scene, size):
        with case(scene.base) as index:
            # Python ignores SIGXFSZ, and so does its child then: writes end short at the limit, and then fail.
            limits = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
            ran = part.run(*scene.command(index), preexec_fn=limits, restore_signals=False)
            part.count("cases")
            part.count("hits", ran.code != 0)
            judge(part, f"{scene.name}, files of at most {size} bytes", ran, os.path.dirname(index))
            settle(part, f"{scene.name}, files of at most {size} bytes", scene, index, ran, scan=False)

    sizes = range(1, 30000, 97 if RUN.long else 1511)
    each(limit, [(scene, size) for scene in all_scenes[:2] for size in sizes], workers=1)
    part.note(", ".join(f"{name}: {number}" for name, number in sorted(done.items())))


def full_disk(part):
    first, second = some(range(100, 110), 0), some(range(105, 145), 1)
    one, two = built(part, "long", adds(first)), built(part, "long-two", adds(first), adds(second))
    both, disk = {**first, **second}, os.path.join(RUN.work, "disk")
    for scene in (Scene("add", one, adds(second), first, both), Scene("compact", two, compact, both, both)):
        for pages in range(40):
            if not mount(part, disk, "-t", "tmpfs", "-o", "size=64m", "none"):
                return
            with case(scene.base, disk) as index:
                used = os.statvfs(disk)
                size = (used.f_blocks - used.f_bfree) * used.f_frsize + pages * 4096 + 4096
                resize = lambda size: subprocess.run(["mount", "-o", f"remount,size={size}", disk], check=True)
                resize(size)
                ran = part.run(*scene.command(index))
                part.count("cases")
                part.count("hits", ran.code != 0)
                judge(part, f"{scene.name}, {pages} pages free", ran, index)
                if left := [n for n in os.listdir(index) if n.startswith(".")]:
                    part.bad("left", f"{scene.name}, {pages} pages free: {left}")
                resize(64 << 20)
                settle(part, f"{scene.name}, {pages} pages free", scene, index, ran, scan=False)
            unmount(disk)


def damage(part):
    first, second = some(range(9), 0), {**some(range(3, 6), 1), **some(range(9, 14), 1)}
    third = some(range(100, 112), 2)
    state, base = {**first, **second, **third}, built(part, "damage", *map(adds, (first, second, third)))
    other = built(part, "other", *map(adds, (some(range(9), 3), some(range(9, 17), 4), some(range(100, 112), 5))))
    files = {name: open(os.path.join(base, name), "rb").read() for name in sorted(os.listdir(base)) if name != "lock"}
    theirs = {name: open(os.path.join(other, name), "rb").read() for name in files}
    segments, draw = [name for name in files if name != "manifest"], random.Random(RUN.seed)
    seen = collections.Counter()

    def examine(what, changed, and_compact=False, named=None):
        """`changed`: bytes of files; None where one is gone, or a function that puts something in its place."""
        with case(base) as index:
            for name, data in changed.items():
                path = os.path.join(index, name)
                if isinstance(data, bytes):
                    open(path, "wb").write(data)
                else:
                    os.remove(path)
                    data and data(path)
            part.count("cases")
            verify = part.run("index", "verify", index, timeout=5)
            part.count("hits", verify.code == 2)
            if verify.code == 0:
                part.bad("silent", f"{what}: verify says {verify.out}")
            elif verify.code != 2 or not any(os.path.join(index, name) in verify.err for name in named or changed):
                part.bad("unclear", f"{what}: verify exits {verify.code}: {verify.err}")
            with contextlib.suppress(Wrong):
                answer = ask(part, index, timeout=5)
                seen["queries answered"] += 1
                if answer != (state, len(state)):
                    part.bad("silent", f"{what}: a wrong answer")
            if and_compact:
                # It may mend what can be made anew, and must not make damage look sound.
                ran = part.run(*compact(index), timeout=5)
                seen[f"compacted, exit {ran.code}"] += 1
                if ran.code == 0:
                    settle(part, f"{what}, compacted", Scene("", None, None, state, state), index, again=False)
                else:
                    judge(part, f"{what}, compacted", ran, index)

    items = []
    for name, data in files.items():
        items += [(what, {name: bad}, n % 40 == 0) for n, (what, bad) in enumerate(spoilt(name, data, draw))]
        items += [(f"{name} gone", {name: None}, True), (f"{name} a folder", {name: os.mkdir}, True),
                  (f"{name} a pipe", {name: os.mkfifo}), (f"{name} of another", {name: theirs[name]}, True, files)]
    for a in segments:
        items += [(f"{a} in place of {b}", {b: files[a]}, True) for b in segments if a != b]
        items += [(f"{a} and {b} swapped", {b: files[a], a: files[b]}, True) for b in segments if a < b]
    items += [("all of another but the manifest", {name: theirs[name] for name in segments}, True)]
    each(examine, items)
    part.note(", ".join(f"{name}: {number}" for name, number in sorted(seen.items())))
    older_manifests(part)
    with case(base) as index:
        # As a killed writer leaves one: of the next commit.
        beside = f"segment-{stats(part, index)['generation'] + 1:012x}0000"
        shutil.copy(os.path.join(index, segments[0]), os.path.join(index, beside))
        scene = Scene("segment beside", None, adds({30: 3}), state, {**state, 30: 3})
        settle(part, "a copy of a segment that nobody names", scene, index)


def older_manifests(part):
    """A manifest that was put back, all segments still there. One commit back looks as if a writer had been killed."""
    with case() as index:
        kept, state, path = [], {}, os.path.join(index, "manifest")
        for number in range(5):
            state[number] = 0
            part.run(*adds({number: 0})(index))
            kept.append(open(path, "rb").read())
        for back in range(1, 5):
            open(path, "wb").write(kept[-1 - back])
            verify = part.run("index", "verify", index)
            part.count("cases")
            part.count("hits", verify.code == 2)
            if back == 1:
                part.note(f"a manifest put back by one commit: verify exits {verify.code} (0: the known limit)")
            elif verify.code != 2 or path not in verify.err:
                part.bad("silent", f"a manifest put back by {back} commits: verify exits {verify.code}: {verify}")


def writers(part):
    draw, slow = random.Random(RUN.seed), 0
    with case(built(part, "writers", adds({47: 0}))) as index:
        state, won = {47: 0}, collections.Counter()
        for _ in range(1000 if RUN.long else 25):
            batches = [some(draw.sample(range(n * 5, n * 5 + 5), 2), draw.randrange(VERSIONS)) for n in range(8)]
            commands = [[RUN.bin, *adds(batch)(index)] for batch in batches]
            begun = time.time()
            pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
            children = [subprocess.Popen(command, **pipes) for command in commands]
            for batch, child in zip(batches, children):
                err = child.communicate(timeout=60)[1]
                part.count("cases")
                part.count("hits", child.returncode == 2)
                state.update(batch if child.returncode == 0 else {})
                refused(part, child.returncode, err, 0) if child.returncode else None
            slow = max(slow, time.time() - begun)
            won[sum(child.returncode == 0 for child in children)] += 1
            if won[0]:
                part.bad("unclear", "nobody won")
            if look(part, index) != state:
                part.bad("lost", f"{state} was acknowledged")
                return
        clean(part, index)
        part.note(f"rounds by number of winners: {dict(sorted(won.items()))}; the longest took {slow:.2f} s")
        for number in range(50 if RUN.long else 4):
            command = [RUN.bin, "index", "add", index, "-"]
            holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
            while not any(name.startswith(".tmp-segment") for name in os.listdir(index)):
                time.sleep(0.002)
            holder.send_signal(signal.SIGSTOP)

            def knock(number):
                begun = time.time()
                ran = part.run(*adds({number: 5})(index), timeout=5)
                refused(part, ran.code, ran.err, time.time() - begun)
                part.count("cases")
                part.count("hits")

            each(knock, [(n,) for n in range(8)], workers=8)
            holder.kill()
            holder.wait()
            holder.stdin.close()
            batch = {46: number % VERSIONS}
            scene = Scene("", None, adds(batch), dict(state), {**state, **batch})
            state = settle(part, "after a killed holder of the lock", scene, index)


def readers(part):
    end = time.time() + (60 if RUN.long else 10)
    seen = collections.Counter()
    with case() as index:
        part.run(*adds(some(range(20), 0))(index))

        def write():
            generation, numbers = 0, list(range(20))
            while time.time() < end:
                generation += 1
                numbers = numbers + [len(numbers)] if len(numbers) < 50 else numbers
                commands = [adds(some(numbers, generation % VERSIONS))(index)]
                if len(numbers) == 50:
                    commands += [removes(numbers[20:])(index), compact(index)]
                    numbers = numbers[:20]
                for command in commands:
                    ran = part.run(*command)
                    seen["commits"] += 1
                    if ran.code:
                        part.bad("unclear", f"the writer: exit {ran.code}: {ran.err}")

        def read(reader):
            last = 0
            while time.time() < end:
                part.count("cases")
                try:
                    state, searched = ask(part, index)
                    if len(state) != searched or len(set(state.values())) != 1:
                        part.bad("torn", f"an answer of {searched} articles: {state}")
                    if reader % 2:
                        ran = part.run("scan", "-q", "--corpus", index, "--format", "json")
                        report = json.loads(ran.out) if ran.code == 0 else {}
                        texts = {row["a_text"] for row in report.get("overlaps", [])}
                        if ran.code or len(texts) != 1 or len(report["articles"]) not in range(20, 51):
                            part.bad("torn", f"scan exits {ran.code}: {ran.err}, {len(texts)} sentences")
                    elif reader % 4:
                        ran = part.run("index", "verify", index)
                        if ran.code:
                            part.bad("unclear", f"verify exits {ran.code}: {ran.err}")
                    newest = stats(part, index)["generation"]
                    part.count("hits", newest != last)
                    if newest < last:
                        part.bad("torn", f"generation {newest} after {last}")
                    last = newest
                except Wrong as wrong:
                    part.bad("unclear", wrong)

        each(lambda work, *args: work(*args), [(write,), *((read, n) for n in range(8))], workers=9)
        part.note(f"{seen['commits']} commits; a hit is a reader that met a newer generation than it had seen")


def read_only(part):
    base, more = built(part, "one", adds(some(range(24), 0))), written({30: 1})

    def reads(index, who, **options):
        out = tempfile.mkdtemp(dir=public)
        os.chmod(out, 0o777)
        for command in (*asking(index), ("scan", "--corpus", index, "-q", "-o", os.path.join(out, "report"))):
            ran = part.run(*command, **options)
            part.count("cases")
            if ran.code:
                part.bad("unclear", f"{who}: {command} exits {ran.code}: {ran.err}")

    def refuses(index, who, **options):
        for command in (("add", index, more), ("compact", index), ("remove", index, "a001")):
            ran = part.run("index", *command, **options)
            part.count("cases")
            part.count("hits", ran.code == 2)
            if ran.code != 2 or index not in ran.err:
                part.bad("unclear", f"{who}: {command} exits {ran.code}: {ran.err}")
        part.note(f"{who}: {ran.err.strip().replace(index, 'INDEX')}")

    public = tempfile.mkdtemp(dir=RUN.work)
    with case(base, public) as index:
        log = os.path.join(RUN.work, "log")
        for command in asking(index):
            ran, calls = part.run(*command, prefix=strace(log)), open(log, errors="replace").read().splitlines()
            part.count("cases")
            if ran.code or not any(index in call for call in calls):
                part.bad("unclear", f"{command} under strace: exit {ran.code}: {ran.err}")
            for call in calls:
                name = re.match(r"(?:\d+ +)?(\w*)", call).group(1)
                is_change = re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TMPFILE", call) if name.startswith("open") else (
                    name in CHANGES and not re.search(r"write\([12]<", call))
                if is_change:
                    part.bad("silent", f"{command[:2]} writes: {call}")
        if os.geteuid():
            part.note("SKIPPED: not root: nobody and read-only mounts")
            return
        if mount(part, index, "--bind", index) and mount(part, index, "-o", "remount,ro,bind"):
            MOUNTS.pop()
            reads(index, "read-only")
            refuses(index, "read-only")
            unmount(index)
        nobody = {"user": 65534, "group": 65534, "extra_groups": []}
        for folder in (RUN.work, public, os.path.dirname(index), index):
            os.chmod(folder, 0o755)
        refuses(index, "nobody, who may not read", **nobody)
        for path in (RUN.question, more, *(os.path.join(index, name) for name in os.listdir(index))):
            os.chmod(path, 0o644)
        reads(index, "nobody", **nobody)
        refuses(index, "nobody, who may read", **nobody)


def memory(part):
    path, number = os.path.join(RUN.work, "many.jsonl"), 300_000 if RUN.long else 60_000
    many(path, number)
    found = []
    for options in ([], ["--memory", "256M"]):
        with case() as index:
            code, peak = measured([RUN.bin, "index", "add", "-q", index, path, *options])
            part.count("cases")
            found.append((code, checksum(index), peak))
            clean(part, index)
    nameless(part, path)
    part.note(f"{number:,} articles: peak {found[0][2]:.0f} MiB, {found[1][2]:.0f} MiB with --memory 256M")
    if found[0][0] or found[1][0] or found[1][2] > 256 * 1.1:
        part.bad("unclear", f"exits {found[0][0]}, {found[1][0]}; {found[1][2]:.0f} MiB")
    if found[0][1] != found[1][1]:
        part.bad("silent", "other bytes with --memory 256M")


def control(part):
    """The same checks, where a manifest is renamed in words alone, and where an index is not what it should be."""
    def notices(what, scene, index, ran=None):
        scratch = Part("control")
        with open(os.devnull, "w", encoding="utf-8") as devnull, contextlib.redirect_stdout(devnull):
            settle(scratch, what, scene, index, ran, again=False)
        told = ran is not None and ran.code == 2
        part.count("cases")
        part.count("hits", scratch.failures() > 0)
        part.note(f"{what}: {'noticed' if scratch.failures() else 'the program fails by itself' if told else 'missed'}")
        if not scratch.failures() and not told:
            part.bad("silent", f"{what}: the checks do not notice")

    for scene in scenes(part):
        first = next(c for c in recorded(part, scene) if c.name.startswith("rename") and '/manifest"' in c.line)
        with case(scene.base) as index:
            skipped = strace(os.path.join(os.path.dirname(index), "log"), f"{first.name}:retval=0:when={first.number}+")
            notices(f"{scene.name}, no rename", scene, index, part.run(*scene.command(index), prefix=skipped))
    with case(built(part, "one", adds(some(range(24), 0)))) as index:
        for what, state in (("an article is lost", some(range(25), 0)), ("one is old", {**some(range(24), 0), 3: 1}),
                            ("one is too many", some(range(23), 0))):
            notices(what, Scene("", None, None, state, state), index)
    part.note("fsync left out cannot be seen from outside: kill -9 loses no page cache. The unit tests "
              "index::disk::faulty cut the power at every point, and notice it")


PARTS = {1: ("kill -9 at every call and at random times", kills), 2: ("calls that fail", failures),
         3: ("disk full", full_disk), 4: ("damage", damage), 5: ("many writers", writers),
         6: ("readers meanwhile", readers), 7: ("read-only", read_only), 8: ("memory", memory),
         9: ("negative control", control)}


def main(args):
    if not has_strace():
        print("FAIL no strace here: install it")
        return 1
    print(f"seed {RUN.seed} (the same again by --seed, but for the moments of random kills)", flush=True)
    rows, failed = [], 0
    for number, (title, work) in PARTS.items():
        if args.part and number not in args.part:
            continue
        begun, part = time.time(), Part(title)
        print(f"{number}. {title}", flush=True)
        try:
            work(part)
        except Exception as error:  # The other parts are still of use.
            part.bad("unclear", f"{type(error).__name__}: {error}")
        failed += part.failures()
        rows.append((f"{number}. {title}", part, time.time() - begun))
    print_table(rows)
    if args.with_unit_tests:
        failed += subprocess.run(["cargo", "test", "--locked", "--lib", "index::disk::faulty"], check=False).returncode
    print("FAIL" if failed else "all held")
    return 1 if failed else 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    release = os.path.join(os.path.dirname(__file__), "../target/release/wirecopy")
    parser.add_argument("bin", nargs="?", default=release, help="release binary (default: target/release/wirecopy)")
    parser.add_argument("--quick", action="store_true", help="what CI runs, about a minute (the default)")
    parser.add_argument("--long", action="store_true", help="all of it, about a quarter of an hour")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--part", type=int, action="append", choices=sorted(PARTS), help="only this; repeat for more")
    parser.add_argument("--with-unit-tests", action="store_true", help="the power-loss tests as well, by cargo")
    return parser.parse_args()


if __name__ == "__main__":
    ARGS = arguments()
    RUN.long, RUN.seed, RUN.bin = ARGS.long, ARGS.seed, os.path.abspath(ARGS.bin)
    RUN.work = os.path.realpath(tempfile.mkdtemp(prefix="wirecopy-faults-"))
    RUN.question = os.path.join(RUN.work, "question.txt")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        with open(RUN.question, "w", encoding="utf-8") as question:
            question.write("\n\n".join(sentence(version) for version in range(VERSIONS)))
        sys.exit(main(ARGS))
    finally:
        for folder in reversed(MOUNTS):
            subprocess.run(["umount", "-l", folder], check=False)
        shutil.rmtree(RUN.work, ignore_errors=True)
