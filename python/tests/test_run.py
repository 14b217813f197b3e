"""A run beside the interpreter: progress, signals, threads, memory, import."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

import wirecopy


def words(at):
    return " ".join(f"w{(at * 7919 + place * 31) % 50021}" for place in range(400))


@pytest.fixture(scope="module")
def many():
    return [{"id": f"{at:05}", "text": words(at)} for at in range(4000)]


def test_progress_is_told_stage_by_stage(many):
    heard = []
    wirecopy.scan(many, progress=lambda stage, done, total: heard.append((stage, done, total)))
    assert heard and {stage for stage, _, _ in heard} <= {"read", "load", "group", "align", "judge", "write"}
    read = [done for stage, done, _ in heard if stage == "read"]
    assert read == sorted(read) and read[-1] > 0


def test_an_exception_of_progress_stops_the_scan(many):
    def enough(stage, done, total):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        wirecopy.scan(many, progress=enough)


def test_other_threads_run_meanwhile(many):
    turns, done = 0, threading.Event()

    def turn():
        nonlocal turns
        while not done.is_set():
            turns += 1
            time.sleep(0.001)

    other = threading.Thread(target=turn)
    other.start()
    table = __import__("pyarrow").Table.from_pylist(many)
    before, begun = turns, time.monotonic()
    wirecopy.scan(table, threads=1)
    took, after = time.monotonic() - begun, turns
    done.set()
    other.join()
    assert after - before > 50 * took, f"{after - before} turns in {took:.2f} s"


def test_an_interrupt_stops_a_scan_and_is_not_lost():
    code = """
import signal, threading, time, os, wirecopy
def endless():
    at = 0
    while True:
        at += 1
        yield {"id": str(at), "text": f"word{at} " * 200}
signal.signal(signal.SIGINT, signal.default_int_handler)
threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    wirecopy.scan(endless())
except KeyboardInterrupt:
    print("interrupted")
print(wirecopy.scan([{"text": "x"}]).articles.num_rows)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["interrupted", "1"], done.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_process_that_forks_scans_on():
    wirecopy.scan([{"text": "x"}])
    child = os.fork()
    if child == 0:
        signal.alarm(30)
        os._exit(0 if wirecopy.scan([{"text": "y"}] * 2).articles.num_rows == 2 else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_a_defect_is_an_exception_and_no_crash(monkeypatch):
    with pytest.raises(wirecopy.SettingsError, match="3 lanes; there are 128"):
        wirecopy.Signature("article", None, 5, [1, 2, 3]).bands()


def test_importing_is_quick_and_leaves_pyarrow_alone():
    code = "import sys, wirecopy; print('pyarrow' in sys.modules, 'pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.split() == ["False"] * 2
    code = "import time; t = time.perf_counter(); import wirecopy; print(time.perf_counter() - t)"
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout for _ in range(5)]
    assert min(map(float, runs)) < 0.150, runs


def test_a_thousand_scans_do_not_grow(articles):
    if not os.path.exists("/proc/self/statm"):
        pytest.skip("nobody tells the memory of a process here")

    def resident():
        with open("/proc/self/statm") as told:
            return int(told.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def scan():
        report = wirecopy.scan(articles, threads=2)
        assert report.overlaps.num_rows == 1 and report.passages.num_rows == 1

    for _ in range(200):
        scan()
    before = resident()
    for _ in range(1000):
        scan()
    grown = resident() - before
    # A report that were kept each time would be some 100 KB: a hundred times this.
    assert grown < 8 << 20, f"{grown} bytes more after 1,000 scans"
