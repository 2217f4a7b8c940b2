"""The heavy cells of the table: large databases, many leases, huge answers."""

import subprocess
import time

from .numbers import Number
from .server import ORIGINAL, peak_memory, serving

PACED = ("-op=put", "-clients=16", "-connections=4", "-rate=100", "-key-space=1000")


class MillionCell:
    """One database through a day: filled, overwritten, scanned, saved, defragmented, started again."""

    heavy = True
    what = "1 M keys of 256 B"

    def run(self, kind, folder, options):
        keys = options.keys
        with serving(kind, folder) as server:
            many = ("-op=put", "-clients=512", "-connections=64", f"-key-space={keys}", "-value-size=256")
            fill = server.load(*many, "-sequential", f"-total={keys}", "-duration=1200s")
            loaded = server.memory_mb()
            earlier = len(server.pauses_millis())
            late = server.load(*many, f"-duration={options.seconds}s")
            pauses = server.pauses_millis()[earlier:]
            scans = self.scans(server, keys, options.seconds)
            saved = self.etcdctl(server, "snapshot", "save", str(folder / "saved.db"))
            (folder / "saved.db").unlink()
            defragmented = self.etcdctl(server, "defrag")
            restart = server.restart()
            time.sleep(2)
            restarted = server.memory_mb()
            return [
                Number("puts/s while filling", fill["ratePerSecond"], 0, more=True, ratio=1.0),
                Number("CPU µs per put while filling", fill["cpuMicrosPerOp"]),
                Number("puts/s once filled", late["ratePerSecond"], 0, more=True),
                Number("CPU µs per put once filled", late["cpuMicrosPerOp"]),
                Number("longest pause once filled, ms", max(pauses, default=None), bound=50),
                Number("RssAnon loaded, MB", loaded["RssAnon"], 0, ratio=1.2),
                Number("RssFile loaded, MB", loaded["RssFile"], 0),
                Number("RssAnon restarted, MB", restarted["RssAnon"], 0, ratio=1.2),
                Number("RssFile restarted, MB", restarted["RssFile"], 0),
                Number("restart → ready, s", restart, 2, ratio=1.2),
                Number("snapshot save, s", saved, 2, ratio=1.2),
                Number("defragment, s", defragmented, 2, ratio=1.2),
                *scans,
            ], {"fill": fill, "late": late}

    def scans(self, server, keys, seconds):
        """Puts and gets of single keys, 100 a second each, alone and while 4 clients scan everything, 10,000 keys a page."""
        gets = ("-op=range", *PACED[1:], f"-key-space={keys}")

        def measured(during):
            sum_before, count_before = self.commits(server)
            put = server.begin_load(*PACED, f"-duration={seconds}s")
            get = server.begin_load(*gets, f"-duration={seconds}s")
            put, get = put.result(), get.result()
            sum_after, count_after = self.commits(server)
            commit = (sum_after - sum_before) / max(count_after - count_before, 1) * 1000
            more = {"ratio": 1.0} if during == "4 scans" else {}
            return commit, [Number(f"{during}: put p99 ms", put["p99Millis"], **more),
                            Number(f"{during}: get p99 ms", get["p99Millis"], **more)]

        quiet, alone = measured("no scans")
        scanning = server.begin_load("-op=scan", "-clients=4", "-connections=4", "-limit=10000", "-duration=1200s")
        busy, meanwhile = measured("4 scans")
        scanned = scanning.end()
        return [*alone, *meanwhile,
                Number("commit, no scans, ms", quiet), Number("commit, 4 scans, ms", busy),
                Number("commit, 4 scans / no scans", busy / max(quiet, 1e-9), 2, bound=1.2),
                Number("keys scanned per second", scanned["ratePerSecond"] * keys, 0, more=True)]

    @staticmethod
    def commits(server):
        name = "etcd_disk_backend_commit_duration_seconds"
        return server.metric(name + "_sum"), server.metric(name + "_count")

    @staticmethod
    def etcdctl(server, *command):
        """Seconds that the original's etcdctl takes, with either server."""
        begin = time.monotonic()
        subprocess.run([ORIGINAL / "etcdctl", f"--endpoints={server.endpoint}", "--command-timeout=600s", *command],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return time.monotonic() - begin


class LeaseCell:
    """A key with each lease; a tenth of them expires together."""

    heavy = True
    what = "500,000 leases with a key each"

    def run(self, kind, folder, options):
        expiring = options.leases // 10
        with serving(kind, folder) as server:
            granting = ("-op=lease", "-clients=512", "-connections=64", "-value-size=16", "-sequential", "-duration=1200s")
            staying = options.leases - expiring
            grant = server.load(*granting, "-ttl=36000", f"-total={staying}", f"-key-space={staying}")
            server.load(*granting, "-ttl=30", f"-total={expiring}", f"-key-space={expiring}", "-key-prefix=x")
            loaded = server.memory_mb()
            expiry = server.load("-key-prefix=x", f"-total={expiring}", command="expiry")
            restart = server.restart()
            time.sleep(2)
            restarted = server.memory_mb()
            before, during = expiry["before"]["p99Millis"], expiry["during"]["p99Millis"]
            return [
                Number("grants, each with a put, per second", grant["ratePerSecond"], 0, more=True, ratio=1.0),
                Number("CPU µs per grant with put", grant["cpuMicrosPerOp"]),
                Number("expired per second", expiry["ratePerSecond"], 0, more=True, ratio=0.97),
                Number("put p99 before, 100/s, ms", before),
                Number("put p99 while they expire, ms", during),
                Number("put p99 while they expire / before", during / max(before, 1e-9), 2, bound=2),
                Number("restart → ready, s", restart, 2, ratio=1.2),
                Number("RssAnon loaded, MB", loaded["RssAnon"], 0),
                Number("RssAnon restarted, MB", restarted["RssAnon"], 0),
            ], {"grant": grant, "expiry": expiry}


class OneKeyCell:
    """Puts to one key: the last tenth must not cost more than the first."""

    heavy = True
    what = "10⁶ puts to one key"

    def run(self, kind, folder, options):
        tenth = options.keys // 10
        with serving(kind, folder) as server:
            def puts(total):
                return server.load("-op=put", "-clients=512", "-connections=64", "-key-space=1", f"-total={total}",
                                   "-duration=1200s")
            puts(tenth)
            first = puts(tenth)
            puts(7 * tenth)
            last = puts(tenth)
            return [
                Number("puts/s, second tenth", first["ratePerSecond"], 0, more=True),
                Number("puts/s, last tenth", last["ratePerSecond"], 0, more=True),
                Number("CPU µs, second tenth", first["cpuMicrosPerOp"]),
                Number("CPU µs, last tenth", last["cpuMicrosPerOp"]),
                Number("CPU, last / second tenth", last["cpuMicrosPerOp"] / max(first["cpuMicrosPerOp"], 1e-9), 2, bound=1.2),
                Number("RssAnon after, MB", server.memory_mb()["RssAnon"], 0),
            ], {"first": first, "last": last}


class GibibyteCell:
    """One answer of 1 GiB, while puts of 256 B go on; ours with a heap of 256 MB."""

    heavy = True
    what = "range of 1 GiB, our heap 256 MB"

    def run(self, kind, folder, options):
        with serving(kind, folder, ["-Xmx256m"]) as server:
            values = options.mebibytes
            server.load("-op=put", "-clients=8", "-connections=8", "-sequential", f"-total={values}", f"-key-space={values}",
                        f"-value-size={1 << 20}", "-key-prefix=big", "-duration=1200s")
            before = server.load(*PACED, f"-duration={options.seconds}s")
            meanwhile = server.begin_load(*PACED, "-duration=1200s")
            with peak_memory(server) as peak:
                # Up to the load's process, which shares the CPUs and keeps it all.
                answer = server.load("-op=range", "-limit=0", "-key-prefix=\x01", "-key-space=1", "-total=3", "-duration=1200s")
            during = meanwhile.end()
            return [
                Number("answers of 3", answer["total"], 0, more=True, bound=3),
                Number("seconds per answer", answer["p50Millis"] / 1000, 2),
                Number("put p99 before, 100/s, ms", before["p99Millis"]),
                Number("put p99 meanwhile, ms", during["p99Millis"]),
                Number("put p99 meanwhile / before", during["p99Millis"] / max(before["p99Millis"], 1e-9), 2, bound=2),
                Number("most RssAnon meanwhile, MB", peak["RssAnon"], 0),
            ], {"before": before, "during": during, "answer": answer}


HEAVY = {"million": MillionCell(), "leases": LeaseCell(), "one-key": OneKeyCell(), "gibibyte": GibibyteCell()}
