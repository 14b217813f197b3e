"""A standalone cluster of Spark on loopback, one master and two workers, started and ended by whoever uses it; and what
Spark's own log of events tells of tasks."""

import json
import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pyspark

HOME = Path(pyspark.__file__).parent


def free_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


class Cluster:
    def __init__(self, folder, workers=2):
        self.folder = Path(folder)
        self.port = free_port()
        self.url = f"spark://127.0.0.1:{self.port}"
        self.environment = os.environ | {
            "SPARK_HOME": str(HOME),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "PYSPARK_PYTHON": sys.executable,
            "SPARK_NO_DAEMONIZE": "1",
        }
        deploy = "org.apache.spark.deploy"
        web = ["--webui-port", str(free_port())]
        self.master = self._start("master", f"{deploy}.master.Master", "--host", "127.0.0.1", "--port", str(self.port), *web)
        self._wait(lambda: self._reached())
        self.workers = []
        for number in range(workers):
            work = self.folder / f"worker-{number}"
            options = ["--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--work-dir", str(work)]
            web = ["--webui-port", str(free_port())]
            self.workers.append(self._start(f"worker-{number}", f"{deploy}.worker.Worker", *options, *web, self.url))

    def _start(self, name, *arguments):
        log = open(self.folder / f"{name}.log", "w")
        command = [str(HOME / "bin" / "spark-class"), *arguments]
        return subprocess.Popen(command, env=self.environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)

    def _reached(self):
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self.port)) == 0

    def _wait(self, done, seconds=120):
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, "the cluster did not start"
            time.sleep(0.2)

    def submit(self, *arguments, events=None):
        """Submits `wirecopy/spark.py` as a job, and gives its process."""
        script = Path(sys.modules["wirecopy"].__file__).parent / "spark.py"
        conf = {
            "spark.driver.host": "127.0.0.1",
            "spark.executor.memory": "768m",
            "spark.ui.enabled": "false",
            "spark.sql.shuffle.partitions": "8",
        }
        if events:
            conf |= {"spark.eventLog.enabled": "true", "spark.eventLog.dir": Path(events).as_uri(), "spark.eventLog.compress": "false"}
        options = [part for name, value in conf.items() for part in ("--conf", f"{name}={value}")]
        command = [str(HOME / "bin" / "spark-submit"), "--master", self.url, *options, str(script), *arguments]
        log = open(self.folder / "job.log", "w")
        return subprocess.Popen(command, env=self.environment, stdout=log, stderr=subprocess.STDOUT)

    def end(self):
        for process in [*self.workers, self.master]:
            if process.poll() is None:
                process.terminate()
        for process in [*self.workers, self.master]:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def tasks(events):
    """Of each stage that reads a shuffle, the records that each of its tasks read, and the bytes."""
    stages = {}
    for path in Path(events).rglob("*"):
        if not path.is_file():
            continue
        for line in open(path, errors="replace"):
            if '"SparkListenerTaskEnd"' not in line:
                continue
            event = json.loads(line)
            read = event.get("Task Metrics", {}).get("Shuffle Read Metrics", {})
            records = read.get("Total Records Read", 0)
            size = read.get("Remote Bytes Read", 0) + read.get("Local Bytes Read", 0)
            if records:
                stages.setdefault(event["Stage ID"], []).append((records, size))
    return stages


def skew(events, least_tasks=4):
    """The largest share that a task has of what the median task of its stage reads, in records and in bytes."""
    worst = [(0.0, 0.0)]
    for told in tasks(events).values():
        if len(told) >= least_tasks:
            of = [max(column) / statistics.median(column) for column in zip(*told)]
            worst.append(tuple(of))
    return max(one[0] for one in worst), max(one[1] for one in worst)
