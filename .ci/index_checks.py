"""What faults.py checks an index with: articles that tell their version, and what an index holds after a command."""
import collections
import concurrent.futures
import contextlib
import functools
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import types

# Of the whole run: bin, work (a folder of our own), question (a file with all sentences), long, seed.
RUN = types.SimpleNamespace()
MOUNTS = []
COLUMNS = ("cases", "hits", "torn", "lost", "silent", "unclear", "left", "panics")
VERSIONS = 6
# What changes a disk; `?`: not every machine has it.
CHANGES = ("openat", "open", "creat", "write", "pwrite64", "writev", "fsync", "fdatasync", "rename", "renameat",
           "renameat2", "unlink", "unlinkat", "ftruncate", "fallocate", "mkdir", "mkdirat", "link", "linkat", "flock")
READS = ("read", "pread64", "getdents64", "statx", "newfstatat", "lseek")
SYNCS = ("fsync", "fdatasync")
PANIC = re.compile(r"panicked|overflowed its stack|memory allocation of")
CRASHES = (101, -signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS, -signal.SIGILL)
Ran = collections.namedtuple("Ran", "code out err")
Call = collections.namedtuple("Call", "name number line")
Scene = collections.namedtuple("Scene", "name base command old new")


# Articles: a sentence that tells their version, and words of their own. From 100 on they are long.

def words(seed, count):
    syllables = [c + v for c in "bcdfghklmnprstvz" for v in "aeiou"]
    draw = random.Random(seed)
    return " ".join("".join(draw.choices(syllables, k=draw.randint(2, 4))) for _ in range(count))


@functools.cache
def sentence(version):
    return words(f"version {version}", 24)


def article(number, version):
    text = f"{sentence(version)}\n\n{words(f'{number} in {version}', 400 if number >= 100 else 60)}"
    return {"id": f"a{number:03}", "source": f"paper-{number}.example", "text": text,
            "time": f"2031-03-{1 + number // 24:02}T{number % 24:02}:00:00Z"}


def some(numbers, version):
    return {number: version for number in numbers}


class Wrong(Exception):
    """What is there is neither the old nor the new."""


class Part:
    """Counts of one part, and what went wrong in it."""

    def __init__(self, title):
        self.title, self.counts, self.lock, self.notes = title, collections.Counter(), threading.Lock(), []

    def count(self, column, by=1):
        with self.lock:
            self.counts[column] += by

    def bad(self, column, what):
        self.count(column)
        if sum(self.counts[c] for c in COLUMNS[2:]) <= 12:
            print(f"FAIL {self.title}: {column}: {' '.join(str(what).split())[:600]}", flush=True)

    def note(self, what):
        self.notes.append(what)
        print(f"     {what}", flush=True)

    def failures(self):
        return sum(self.counts[column] for column in COLUMNS[2:])

    def run(self, *args, prefix=(), text=None, timeout=60, **more):
        """Runs wirecopy to its end; a panic, a crash or a hang is counted."""
        command = [*prefix, RUN.bin, *map(str, args)]
        child = subprocess.Popen(command, stdin=subprocess.PIPE if text is not None else subprocess.DEVNULL, text=True,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, **more)
        try:
            out, err = child.communicate(text, timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            out, err = child.communicate()
            self.bad("unclear", f"{command} hangs")
        if PANIC.search(err) or child.returncode in CRASHES:
            self.bad("panics", f"{command}: exit {child.returncode}: {err}")
        return Ran(child.returncode, out, err)


def ask(part, index, **more):
    """The version of each article that has a sentence of ours, and how many were searched."""
    ran = part.run("query", RUN.question, "--corpus", index, "--format", "json", **more)
    if ran.code:
        raise Wrong(f"query exits {ran.code}: {ran.err}")
    answer, state = json.loads(ran.out), {}
    for source in answer["sources"]:
        said = {v for v in range(VERSIONS) for o in source["overlaps"] if sentence(v)[9:-9] in o["source_text"]}
        if len(said) != 1:
            raise Wrong(f"{source['id']} is of the versions {said}")
        state[int(source["id"][1:])] = said.pop()
    return state, answer["searched"]


def look(part, index):
    """What the index holds, proven; {} where there is none yet."""
    ran = part.run("index", "verify", index)
    if ran.code == 2 and "there is no index" in ran.err and not os.path.exists(os.path.join(index, "manifest")):
        return {}
    if ran.code:
        raise Wrong(f"verify exits {ran.code}: {ran.err}")
    documents = stats(part, index)["documents"]
    if not documents:
        return {}
    state, searched = ask(part, index)
    if not documents == searched == len(state):
        raise Wrong(f"{documents} articles by stats, {searched} searched, {len(state)} found")
    return state


def stats(part, index):
    ran = part.run("index", "stats", index, "--format", "json")
    if ran.code:
        raise Wrong(f"stats exits {ran.code}: {ran.err}")
    return json.loads(ran.out)


def tables(part, *scanned):
    out = tempfile.mkdtemp(dir=RUN.work)
    ran = part.run("scan", "-q", "-o", os.path.join(out, "report"), *scanned)
    if ran.code:
        raise Wrong(f"scan exits {ran.code}: {ran.err}")
    found = {name: open(os.path.join(out, "report", name), "rb").read()
             for name in sorted(os.listdir(os.path.join(out, "report"))) if name.endswith(".csv")}
    shutil.rmtree(out)
    return hash(tuple(found.items()))


def written(state):
    """A file of these articles, made once."""
    key = tuple(sorted(state.items()))
    path = os.path.join(RUN.work, f"articles-{hash(key) & (1 << 64) - 1:016x}.jsonl")
    if not os.path.exists(path):
        with tempfile.NamedTemporaryFile("w", dir=RUN.work, delete=False) as file:
            file.writelines(json.dumps(article(*item)) + "\n" for item in key)
        os.replace(file.name, path)
    return path


EXPECTED = {}


def same_tables(part, index, state):
    key = tuple(sorted(state.items()))
    if key and key not in EXPECTED:
        EXPECTED[key] = tables(part, written(state))
    if key and tables(part, "--corpus", index) != EXPECTED[key]:
        raise Wrong("the tables are not those of a scan of the same articles")


def clean(part, index):
    """Fails where files are left that the manifest does not name."""
    names, segments = sorted(os.listdir(index)), stats(part, index)["segments"]
    if names[:2] != ["lock", "manifest"] or len(names) != 2 + segments or any(n[0] == "." for n in names):
        part.bad("left", f"{names} for {segments} segments")


def settle(part, what, scene, index, ran=None, scan=True, again=True):
    """After a fault: all of the old or all of the new; then the same command must end as if nothing had been."""
    try:
        state = look(part, index)
        if state not in (scene.old, scene.new):
            kept = [n for n, v in scene.old.items() if scene.new.get(n) == v and state.get(n) != v]
            part.bad("lost" if kept else "torn", f"{what}: {len(state)} articles, lost {kept}")
        elif ran and ran.code == 0 and state != scene.new:
            part.bad("lost", f"{what}: said to be done, and is not")
        elif scan:
            same_tables(part, index, state)
        if not again:
            return state
        ran = part.run(*scene.command(index))
        if ran.code:
            raise Wrong(f"the next writer exits {ran.code}: {ran.err}")
        if look(part, index) != scene.new:
            raise Wrong("the next writer does not bring the new state about")
        clean(part, index)
        if scan:
            same_tables(part, index, scene.new)
        return scene.new
    except Wrong as wrong:
        part.bad("torn", f"{what}: {wrong}")


@contextlib.contextmanager
def case(base=None, under=None):
    """A folder for one case, with a copy of an index."""
    folder = tempfile.mkdtemp(prefix="case-", dir=under or RUN.work)
    index = os.path.join(folder, "index")
    try:
        if base:
            shutil.copytree(base, index)
        yield index
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def adds(state):
    return lambda index: ("index", "add", "-j", "1", index, written(state))


def removes(numbers):
    return lambda index: ("index", "remove", "-j", "1", index, *(f"a{n:03}" for n in numbers))


def compact(index):
    return "index", "compact", "-j", "1", index


def built(part, name, *steps):
    """An index made by these commands, once."""
    index = os.path.join(RUN.work, f"base-{name}")
    for step in steps:
        ran = part.run(*step(index))
        if ran.code:
            sys.exit(f"cannot make the index {name}: {ran.err}")
    return index


def scenes(part):
    """Every kind of commit."""
    first, second = some(range(24), 0), {**some(range(12, 18), 1), **some(range(24, 30), 1)}
    both = {**first, **second}
    small = [some(range(3 * n, 3 * n + 3), n % VERSIONS) for n in range(8)]
    seven = {k: v for s in small[:7] for k, v in s.items()}
    one, two = built(part, "one", adds(first)), built(part, "two", adds(first), adds(second))
    many = built(part, "seven", *map(adds, small[:7]))
    left = lambda numbers: {n: v for n, v in both.items() if n not in numbers}
    return [
        Scene("first add", None, adds(first), {}, first),
        Scene("second add", one, adds(second), first, both),
        Scene("remove", two, removes(range(5, 9)), both, left(range(5, 9))),
        Scene("remove most", two, removes(range(0, 20)), both, left(range(0, 20))),
        Scene("compact", two, compact, both, both),
        Scene("add that merges eight", many, adds(small[7]), seven, {**seven, **small[7]}),
    ]


def strace(log, *injections):
    names = ",".join("?" + name for name in (*CHANGES, *READS, "exit_group"))
    return ["strace", "-f", "-qq", "-y", "-s", "1", "-o", log, "-e", f"trace={names}",
            *(arg for injection in injections for arg in ("-e", f"inject={injection}"))]


def recorded(part, scene):
    """The calls of an undisturbed run that touch the index or say how it went, numbered by name."""
    with case(scene.base) as index:
        log = os.path.join(os.path.dirname(index), "log")
        if part.run(*scene.command(index), prefix=strace(log)).code:
            sys.exit(f"{scene.name} fails under strace")
        calls, seen = [], collections.Counter()
        for line in open(log, errors="replace"):
            begun = re.match(r"(\d+) +(\w+)\(", line)
            if not begun:
                continue
            thread, name = begun.groups()
            seen[thread, name] += 1
            if os.path.dirname(index) in line.split(" = ")[0] or "write(1<" in line or name == "exit_group":
                calls.append(Call(name, seen[thread, name], line.split(" ", 1)[1].strip()))
        return calls


def changes(calls):
    is_change = lambda c: c.name in (*CHANGES, "exit_group") and ("O_CREAT" in c.line or not c.name.startswith("open"))
    return [call for call in calls if is_change(call)]


def each(work, items, workers=None):
    with concurrent.futures.ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        for done in [pool.submit(work, *item) for item in items]:
            done.result()


def judge(part, what, ran, folder):
    """A command that met a fault ends well, or with exit 2 and a message that names the place."""
    if ran.code not in (0, 2) or (ran.code and folder not in ran.err and "standard output" not in ran.err):
        part.bad("unclear", f"{what}: exit {ran.code}: {ran.err or 'says nothing'}")


def mount(part, folder, *options):
    os.makedirs(folder, exist_ok=True)
    ran = subprocess.run(["mount", *options, folder], capture_output=True, text=True)
    if ran.returncode:
        part.note(f"SKIPPED: no mount here: {ran.stderr.strip()}")
        return False
    MOUNTS.append(folder)
    return True


def unmount(folder):
    subprocess.run(["umount", folder], capture_output=True, check=False)
    MOUNTS.remove(folder)


def has_strace():
    if not shutil.which("strace") and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "-qq", "strace"], stdout=subprocess.DEVNULL, check=False)
    return shutil.which("strace")


def refused(part, code, err, took):
    if code != 2 or "another wirecopy is writing" not in err or took > 1:
        part.bad("unclear", f"a second writer exits {code} after {took:.2f} s: {err}")


def asking(index):
    return ("query", RUN.question, "--corpus", index), ("index", "stats", index), ("index", "verify", index)


def many(path, number):
    """Writes as many short articles."""
    draw, some_words = random.Random(RUN.seed), words(RUN.seed, 20_000).split()
    with open(path, "w", encoding="utf-8") as file:
        for n in range(number):
            text = " ".join(draw.choices(some_words, k=120))
            file.write(json.dumps({"id": str(n), "source": f"s{n % 50}.example", "text": text}) + "\n")


def print_table(rows):
    head = ["fault", *COLUMNS, "s"]
    print("\n| " + " | ".join(head) + " |\n|" + " --- |" + " ---: |" * (len(head) - 1))
    for title, part, took in rows:
        print("| " + " | ".join([title, *(f"{part.counts[c]:,}" for c in COLUMNS), f"{took:.0f}"]) + " |")


def random_step(draw, state):
    """A command, and what an index of `state` holds after it."""
    kind = draw.random()
    if kind < 0.7 or not state:
        batch = some(draw.sample(range(48), draw.randint(1, 12)), draw.randrange(VERSIONS))
        return adds(batch), {**state, **batch}
    if kind < 0.9:
        gone = draw.sample(sorted(state), draw.randint(1, min(6, len(state))))
        return removes(gone), {n: v for n, v in state.items() if n not in gone}
    return compact, state


def spoilt(name, data, draw):
    """A file cut short, lengthened, with a bit flipped, with zeros in it."""
    for at in range(0, len(data), len(data) // (2000 if RUN.long else 60) + 1):
        yield f"{name} cut at {at}", data[:at]
    for count in (1, 16, 4096):
        yield f"{name} and {count} bytes", data + bytes(count)
    bits = range(8 * len(data))
    for at in bits if len(data) < 1000 and RUN.long else draw.sample(bits, min(len(bits), 2500 if RUN.long else 150)):
        flipped = bytearray(data)
        flipped[at // 8] ^= 1 << at % 8
        yield f"{name} with bit {at} flipped", bytes(flipped)
    for size in (64, 512, 4096, len(data)) if RUN.long else (512, len(data)):
        for at in range(0, len(data), size):
            hole = data[:at] + bytes(min(size, len(data) - at)) + data[at + size:]
            if hole != data:
                yield f"{name} zeroed at {at}", hole


def nameless(part, path):
    """Where a disk has no files without a name, one has a name for a moment. Killed in it, an add leaves no trace."""
    command = lambda index: ("index", "add", "-q", "-j", "1", "--memory", "256M", index, path)
    calls = recorded(part, Scene("spilled add", None, command, {}, {}))
    call = next((call for call in calls if "O_TMPFILE" in call.line), None)
    if not call:
        part.note("SKIPPED: nothing was sorted in a file without a name")
        return
    with case() as index:
        log = os.path.join(os.path.dirname(index), "log")
        fail, kill = f"{call.name}:error=EOPNOTSUPP:when={call.number}", "unlink,unlinkat:signal=KILL:when=1"
        killed = part.run(*command(index), prefix=strace(log, fail, kill)).code == -signal.SIGKILL
        part.count("cases")
        part.count("hits", killed)
        left = sorted(os.listdir(index))
        ran = part.run(*adds({0: 0})(index))
        if ran.code or not killed:
            part.bad("left", f"{left}, and the next add exits {ran.code}: {ran.err}")
        else:
            clean(part, index)


def checksum(index):
    """Of all bytes of an index."""
    found = hashlib.blake2b()
    for name in sorted(os.listdir(index)):
        with open(os.path.join(index, name), "rb") as file:
            while chunk := file.read(1 << 20):
                found.update(chunk)
    return found.hexdigest()


def measured(command):
    """Exit code, and most MiB in memory. What the system tells of a child that ended counts its parent's, too."""
    child, peak = subprocess.Popen(command), 0
    while child.poll() is None:
        with contextlib.suppress(OSError), open(f"/proc/{child.pid}/status", encoding="utf-8") as status:
            told = re.search(r"VmHWM:\s+(\d+)", status.read())
            peak = max(peak, int(told[1]) if told else 0)
        time.sleep(0.01)
    return child.returncode, peak / 1024
