"""One server process, ours or the original, and what can be measured of it from outside."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TARGET = ROOT / "bench" / "target"
ORIGINAL = ROOT / "e2e" / "target" / "original"
OURS = ROOT / "dist" / "target" / "quorate" / "bin"
SERVERS = {"original": ORIGINAL / "etcd", "ours": OURS / "etcd"}
TICKS = os.sysconf("SC_CLK_TCK")


TAKEN = set()


def free_port():
    """One that is free now and that nobody else here has been given."""
    while True:
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        if port not in TAKEN:
            TAKEN.add(port)
            return port


class Server:
    """A server on a directory of its own; listens on 127.0.0.1 only."""

    def __init__(self, kind, folder, jvm_options=()):
        self.kind, self.folder = kind, pathlib.Path(folder)
        self.client, self.peer = free_port(), free_port()
        self.process = None
        self.pauses = self.folder / "safepoints.log"
        self.jvm_options = [*jvm_options, "-Xlog:async", f"-Xlog:safepoint:file={self.pauses}:uptime"]

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.client}"

    def start(self):
        """Seconds from exec to the line that says it is ready."""
        self.folder.mkdir(parents=True, exist_ok=True)
        peer = f"http://127.0.0.1:{self.peer}"
        command = [
            str(SERVERS[self.kind]), "--name=bench", f"--data-dir={self.folder / 'data'}",
            f"--listen-client-urls={self.endpoint}", f"--advertise-client-urls={self.endpoint}",
            f"--listen-peer-urls={peer}", f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster=bench={peer}", "--quota-backend-bytes=8589934592", "--log-level=info",
        ]
        environment = {**os.environ, "QUORATE_JVM_OPTIONS": " ".join(self.jvm_options)}
        begin = time.monotonic()
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
        log = open(self.folder / "server.log", "ab")
        for line in self.process.stderr:
            log.write(line)
            if b"ready to serve client requests" in line:
                took = time.monotonic() - begin
                # What follows must be read too, or the pipe fills up.
                subprocess.Popen(["cat"], stdin=self.process.stderr, stdout=log, stderr=log)
                self.process.stderr.close()
                log.close()
                return took
        raise SystemExit(f"{self.kind} did not become ready; see {self.folder / 'server.log'}")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def restart(self):
        self.stop()
        return self.start()

    def cpu_seconds(self):
        stat = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(stat[11]) + int(stat[12])) / TICKS

    def memory_mb(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return {name: int(re.search(name + r":\s+(\d+)", status)[1]) / 1024 for name in ("RssAnon", "RssFile")}

    def pauses_millis(self):
        """Since the last start, each with the time to reach it; nothing of the original, which has no such log."""
        if self.kind != "ours":
            return []
        return [int(nanos) / 1e6 for nanos in re.findall(r"Total: +(\d+) ns", self.pauses.read_text())]

    def metric(self, name):
        """The sum of a metric over its labels."""
        with urllib.request.urlopen(self.endpoint + "/metrics", timeout=60) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if re.match(re.escape(name) + r"[ {]", line))

    def load(self, *arguments, command="load"):
        """Runs a command of our Go program of loads to its end; its result, and our CPU per operation."""
        return self.begin_load(*arguments, command=command).result()

    def begin_load(self, *arguments, command="load"):
        return Load(self, [str(ORIGINAL / "checker"), command, f"-endpoint={self.endpoint}", *arguments])


class Load:
    """A load under way, a process of its own."""

    def __init__(self, server, command):
        self.server, self.before = server, server.cpu_seconds()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def end(self):
        """Ends it before its time."""
        self.process.send_signal(signal.SIGTERM)
        return self.result()

    def result(self):
        out, err = self.process.communicate(timeout=3600)
        if self.process.returncode:
            raise SystemExit(f"load on {self.server.kind} failed: {err}")
        result = json.loads(out)
        if result["errors"]:
            print(f"{self.server.kind}: {result['errors']} errors, first: {result.get('firstError')}", file=sys.stderr)
        result["cpuMicrosPerOp"] = (self.server.cpu_seconds() - self.before) / max(result["total"], 1) * 1e6
        return result


@contextlib.contextmanager
def serving(kind, folder, jvm_options=()):
    """A started server, stopped at the end; its directory is removed if all went well."""
    server = Server(kind, folder, jvm_options)
    server.start()
    try:
        yield server
    finally:
        server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def peak_memory(server):
    """A dict that holds, in the end, the highest RssAnon seen meanwhile."""
    peak, over = {"RssAnon": 0.0}, threading.Event()

    def watch():
        while not over.wait(0.1):
            peak["RssAnon"] = max(peak["RssAnon"], server.memory_mb()["RssAnon"])

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()


def fdatasync_millis(folder):
    """The median of 200 small synced appends on the disk of this run."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "sync"
    times = []
    with open(path, "wb", buffering=0) as f:
        os.posix_fallocate(f.fileno(), 0, 1 << 20)
        for _ in range(200):
            begin = time.monotonic()
            f.write(b"x" * 512)
            os.fdatasync(f.fileno())
            times.append((time.monotonic() - begin) * 1000)
    path.unlink()
    return sorted(times)[len(times) // 2]
