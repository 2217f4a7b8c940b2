"""The light cells of the table: one kind of load on a small database, cold and warm.

Cold is the first seconds after the server is ready. Warm is after 200,000 operations or 30 s of the same load.
"""

import shutil
import statistics
import subprocess
import time

from .numbers import Number
from .server import ORIGINAL, OURS, Server, fdatasync_millis, peak_memory, serving

AT_REST_SECONDS = 3


class LoadCell:
    """`fill` keys are written before, and the server is started again so that cold is cold."""

    heavy = False

    def __init__(self, what, load, rate, cpu, fill=0, fill_value=256):
        self.what, self.arguments, self.rate, self.cpu = what, load, rate, cpu
        self.fill, self.fill_value = fill, fill_value

    def run(self, kind, folder, options):
        with serving(kind, folder) as server:
            if self.fill:
                server.load("-op=put", "-clients=64", "-connections=8", "-sequential", f"-total={self.fill}",
                            f"-key-space={self.fill}", f"-value-size={self.fill_value}", "-duration=600s")
                server.restart()
            seconds = options.seconds
            sync = fdatasync_millis(folder)
            cold = server.load(*self.arguments, f"-duration={seconds}s")
            server.load(*self.arguments, f"-duration={3 * seconds}s", "-total=200000", "-seed=1000")
            with peak_memory(server) as peak:
                warm = server.load(*self.arguments, f"-duration={seconds}s", "-seed=2000")
            return self.numbers(cold, warm, peak, server.memory_mb(), sync), {"cold": cold, "warm": warm, "fdatasync": sync}

    def numbers(self, cold, warm, peak, after, sync):
        return [
            Number("cold: per second", cold["ratePerSecond"], 0, more=True),
            Number("cold: CPU µs", cold["cpuMicrosPerOp"]),
            Number("cold: p99 ms", cold["p99Millis"], 2),
            Number("warm: per second", warm["ratePerSecond"], 0, more=True, ratio=self.rate),
            Number("warm: CPU µs", warm["cpuMicrosPerOp"], ratio=self.cpu),
            Number("warm: p50 ms", warm["p50Millis"], 2),
            Number("warm: p99 ms", warm["p99Millis"], 2),
            Number("most RssAnon meanwhile, MB", peak["RssAnon"], 0),
            Number("RssFile after, MB", after["RssFile"], 0),
            Number("operations measured, cold and warm", cold["total"] + warm["total"], 0, more=True),
        ]


class LonePut(LoadCell):
    def numbers(self, cold, warm, peak, after, sync):
        return [*super().numbers(cold, warm, peak, after, sync),
                Number("warm: p50 less the round's fdatasync, ms", warm["p50Millis"] - sync, 3),
                Number("fdatasync of the round, median ms", sync, 3)]


class ManyPuts(LoadCell):
    def numbers(self, cold, warm, peak, after, sync):
        numbers = super().numbers(cold, warm, peak, after, sync)
        return [Number(n.name, n.value, n.digits, bound=300) if n.name.startswith("most RssAnon") else n for n in numbers]


class WatchCell:
    heavy = False
    what = "1,000 watchers of one key on 10 streams, 100 puts/s"

    def run(self, kind, folder, options):
        with serving(kind, folder) as server:
            def watch(seconds):
                return server.load("-streams=10", "-watchers=1000", "-rate=100", f"-duration={seconds}s", command="watchload")
            cold = watch(options.seconds)
            watch(3 * options.seconds)
            warm = watch(options.seconds)
            return [
                Number("cold: event p99 ms", cold["event"]["p99Millis"]),
                Number("cold: put p99 ms", cold["put"]["p99Millis"]),
                Number("warm: event p99 ms", warm["event"]["p99Millis"], ratio=1.2),
                Number("warm: put p99 ms", warm["put"]["p99Millis"], ratio=1.2),
                Number("warm: CPU µs per event", warm["cpuMicrosPerOp"], 2),
                Number("events measured", cold["total"] + warm["total"], 0, more=True),
            ], {"cold": cold, "warm": warm}


class StartCell:
    """A fresh directory; the first second is that of 8 clients that connect when the line `ready` is read."""

    heavy = False
    what = "start"

    def run(self, kind, folder, options):
        took = []
        for _ in range(options.starts_per_round):
            server = Server(kind, folder)
            try:
                took.append(server.start())
            finally:
                server.stop()
                shutil.rmtree(folder, ignore_errors=True)
        with serving(kind, folder) as server:
            first = server.load("-op=put", "-clients=8", "-connections=8", "-duration=1s", "-warm=false")
        with serving(kind, folder) as server:
            time.sleep(AT_REST_SECONDS)
            rest = server.memory_mb()
        return [
            Number("exec → ready, s", statistics.median(took), 3, bound=0.6),
            Number("puts in the first second after ready, 8 clients", first["total"], 0, more=True, bound=500),
            Number("RssAnon at rest, MB", rest["RssAnon"], 0, bound=120),
            Number("RssFile at rest, MB", rest["RssFile"], 0),
        ], {"starts": took, "first": first}


class CtlCell:
    """Each side's etcdctl against the original's server, so that only the client differs."""

    heavy = False
    what = "etcdctl put"

    def run(self, kind, folder, options):
        program = {"original": ORIGINAL, "ours": OURS}[kind] / "etcdctl"
        took = []
        if program.exists():
            with serving("original", folder) as server:
                for i in range(options.starts_per_round + 1):
                    begin = time.monotonic()
                    subprocess.run([program, f"--endpoints={server.endpoint}", "put", f"key{i}", "value"], check=True,
                                   stdout=subprocess.DEVNULL)
                    took.append((time.monotonic() - begin) * 1000)
        # The first reads the program from the disk.
        return [Number("wall ms", statistics.median(took[1:]) if took else None, bound=80)], {"walls": took}


CELLS = {
    "put-1": LonePut("put 256 B, 1 client", ["-op=put", "-clients=1"], rate=0.9, cpu=None),
    "put-512": ManyPuts("put 256 B, 512 clients on 64 connections, 100,000 keys",
                        ["-op=put", "-clients=512", "-connections=64"], rate=1.2, cpu=0.7),
    "range": LoadCell("range 1 of 10,000 keys, linearizable, 256 clients on 64 connections",
                      ["-op=range", "-clients=256", "-connections=64", "-key-space=10000"], rate=1.2, cpu=0.7, fill=10_000),
    "serializable": LoadCell("range 1 of 10,000 keys, serializable, 256 clients on 64 connections",
                             ["-op=serializable", "-clients=256", "-connections=64", "-key-space=10000"], rate=1.2, cpu=0.7,
                             fill=10_000),
    "range-1000": LoadCell("range 1,000 keys of 1 KiB, 32 clients on 8 connections",
                           ["-op=range", "-limit=1000", "-clients=32", "-connections=8", "-key-space=9000"], rate=1.5,
                           cpu=0.6, fill=10_000, fill_value=1024),
    "watch": WatchCell(),
    "keep-alive": LoadCell("lease keep-alive, 128 clients, a stream each, on 32 connections",
                           ["-op=keep-alive", "-clients=128", "-connections=32"], rate=1.0, cpu=None),
    "start": StartCell(),
    "etcdctl": CtlCell(),
}
