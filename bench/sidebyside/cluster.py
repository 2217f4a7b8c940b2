"""Three members on one machine and one disk, of one kind or of both."""

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import time

from .numbers import Number
from .server import ORIGINAL, SERVERS, Load, Server

COMPOSITIONS = {
    "original": ["original"] * 3,
    "ours": ["ours"] * 3,
    # As many of each as three allow, either way.
    "mixed-1": ["ours", "original", "original"],
    "mixed-2": ["original", "ours", "ours"],
}


class Peer(Server):
    """One member. Its ports stay the same over restarts, so that the others find it again."""

    def __init__(self, kind, folder, name):
        super().__init__(kind, folder)
        self.name, self.cluster = name, ""

    @property
    def peer_url(self):
        return f"http://127.0.0.1:{self.peer}"

    def launch(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [
            str(SERVERS[self.kind]), f"--name={self.name}", f"--data-dir={self.folder / 'data'}",
            f"--listen-client-urls={self.endpoint}", f"--advertise-client-urls={self.endpoint}",
            f"--listen-peer-urls={self.peer_url}", f"--initial-advertise-peer-urls={self.peer_url}",
            f"--initial-cluster={self.cluster}", "--quota-backend-bytes=8589934592",
        ]
        with open(self.folder / "server.log", "wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)

    def is_ready(self):
        return b"ready to serve client requests" in (self.folder / "server.log").read_bytes()

    def status(self):
        """Its own id and whom it takes for the leader, or None while it does not answer."""
        result = subprocess.run([ORIGINAL / "etcdctl", f"--endpoints={self.endpoint}", "endpoint", "status", "-w", "fields"],
                                capture_output=True, text=True, env={**os.environ, "ETCDCTL_DIAL_TIMEOUT": "5s"})
        fields = dict(line.split(" : ", 1) for line in result.stdout.splitlines() if " : " in line)
        return (int(fields['"MemberID"']), int(fields['"Leader"'])) if '"Leader"' in fields else None


class Cluster:
    def __init__(self, kinds, folder):
        folder = pathlib.Path(folder)
        self.members = [Peer(kind, folder / f"m{i}", f"m{i}") for i, kind in enumerate(kinds)]
        for member in self.members:
            member.cluster = ",".join(f"{m.name}={m.peer_url}" for m in self.members)

    def start(self):
        """Seconds from the first exec until all say that they are ready."""
        begin = time.monotonic()
        for member in self.members:
            member.launch()
        self.await_ready(self.members)
        return time.monotonic() - begin

    @staticmethod
    def await_ready(members):
        deadline = time.monotonic() + 60
        while not all(m.is_ready() for m in members):
            if time.monotonic() > deadline:
                raise SystemExit(f"not all became ready; see {members[0].folder.parent}")
            time.sleep(0.005)

    def leader(self):
        while True:
            for member in self.members:
                status = member.status()
                if status and status[0] == status[1]:
                    return member
            time.sleep(0.05)

    def cpu_seconds(self):
        return sum(member.cpu_seconds() for member in self.members)

    def stop(self):
        for member in self.members:
            if member.process and member.process.poll() is None:
                member.process.send_signal(signal.SIGTERM)
        for member in self.members:
            member.stop()

    def load(self, through, *arguments):
        """The load on one member, and the CPU of all for it."""
        load = Load(through, [str(ORIGINAL / "checker"), "load", f"-endpoint={through.endpoint}", *arguments])
        # What is summed is the cluster's.
        load.server, load.before = self.named(through.kind), self.cpu_seconds()
        return load.result()

    def named(self, kind):
        total = Server.__new__(Server)
        total.kind, total.cpu_seconds = kind, self.cpu_seconds
        return total


@contextlib.contextmanager
def clustered(kinds, folder):
    cluster = Cluster(kinds, folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
    shutil.rmtree(folder, ignore_errors=True)


class ClusterPutCell:
    """The clients are connected to the leader, of whichever kind it is."""

    heavy = False
    what = "three members, put 256 B, 100 clients on 10 connections, 100,000 keys"
    arguments = ["-op=put", "-clients=100", "-connections=10"]

    def __init__(self, mixed=None):
        self.mixed = mixed
        if mixed:
            self.what += f", {' + '.join(COMPOSITIONS[mixed])}"

    def run(self, kind, folder, options):
        composition = COMPOSITIONS[self.mixed if self.mixed and kind == "ours" else kind]
        with clustered(composition, folder) as cluster:
            leader = cluster.leader()
            cold = cluster.load(leader, *self.arguments, f"-duration={options.seconds}s")
            cluster.load(leader, *self.arguments, f"-duration={3 * options.seconds}s", "-total=100000", "-seed=1000")
            warm = cluster.load(leader, *self.arguments, f"-duration={options.seconds}s", "-seed=2000")
        rate, cpu = (None, None) if self.mixed else (1.2, 0.8)
        return [
            Number("cold: per second", cold["ratePerSecond"], 0, more=True),
            Number("cold: CPU µs of all members", cold["cpuMicrosPerOp"]),
            Number("warm: per second", warm["ratePerSecond"], 0, more=True, ratio=rate),
            Number("warm: CPU µs of all members", warm["cpuMicrosPerOp"], ratio=cpu),
            Number("warm: p50 ms", warm["p50Millis"], 2),
            Number("warm: p99 ms", warm["p99Millis"], 2),
        ], {"cold": cold, "warm": warm, "leader": leader.kind}


CLUSTER = {"cluster-put": ClusterPutCell(), "cluster-put-mixed-1": ClusterPutCell("mixed-1"),
           "cluster-put-mixed-2": ClusterPutCell("mixed-2")}
