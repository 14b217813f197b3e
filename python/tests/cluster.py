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

# A job of a minute ends before what the second compiler of Java makes of it would be of use.
JAVA_OPTIONS = "-XX:TieredStopAtLevel=1"


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
            "SPARK_DAEMON_JAVA_OPTS": JAVA_OPTIONS,
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
            "spark.driver.extraJavaOptions": JAVA_OPTIONS,
            "spark.executor.extraJavaOptions": JAVA_OPTIONS,
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
    """Of each stage what its tasks, if they ended well, read of shuffles, and how long they ran: (records, bytes, ms)."""
    stages = {}
    for path in Path(events).rglob("*"):
        if not path.is_file():
            continue
        for line in open(path, errors="replace"):
            if '"SparkListenerTaskEnd"' not in line:
                continue
            event = json.loads(line)
            if event["Task End Reason"]["Reason"] != "Success":
                continue
            metrics = event.get("Task Metrics") or {}
            read = metrics.get("Shuffle Read Metrics", {})
            size = read.get("Remote Bytes Read", 0) + read.get("Local Bytes Read", 0)
            one = (read.get("Total Records Read", 0), size, metrics.get("Executor Run Time", 0))
            stages.setdefault(event["Stage ID"], []).append(one)
    return stages


def skew(events):
    """How many times the median the largest task is: in records and in bytes that it reads from a shuffle, among the
    tasks of its stage, where these are several that read any (Spark puts small partitions together); and in time,
    among all tasks of the job that read a shuffle."""
    stages = [[one for one in told if one[0]] for told in tasks(events).values()]
    ratio = lambda column: max(column) / max(1, statistics.median(column))
    several = [told for told in stages if len(told) > 1]
    of_stages = [max((ratio([one[at] for one in told]) for told in several), default=0.0) for at in (0, 1)]
    return *of_stages, ratio([one[2] for told in stages for one in told])
