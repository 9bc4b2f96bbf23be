"""Data for the comparison with a real Prometheus: the same OpenMetrics text
for both sides, from a number, so that a difference can be had again."""
import math
import random

END = 7200
STEP = 15
LES = ["0.005", "0.01", "0.05", "0.1", "0.5", "1", "5", "+Inf"]


def number(value):
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return repr(float(value))


def text_of(name, labels):
    if not labels:
        return name
    escaped = {k: str(v).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") for k, v in labels.items()}
    return name + "{" + ",".join(f'{k}="{v}"' for k, v in sorted(escaped.items())) + "}"


class Data:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lines = []

    def series(self, name, labels, points):
        text = text_of(name, labels)
        self.lines += [f"{text} {number(value)} {time:.3f}" for time, value in points]

    def times(self, first=0, last=END, step=STEP, jitter=0.0):
        time = first
        while time <= last:
            yield round(time + self.random.uniform(0, jitter), 3)
            time += step

    def counter(self, times, rate, whole=True, reset=0.004):
        value = 0.0
        for time in times:
            value += rate * STEP * self.random.random() * 2
            if self.random.random() < reset:
                value = self.random.random() * rate
            yield time, math.floor(value) if whole else round(value, 2)

    def walk(self, times, start, size, digits=2):
        value = start
        for time in times:
            value += self.random.uniform(-size, size)
            yield time, round(value, digits)

    def text(self):
        return "\n".join(self.lines) + "\n# EOF\n"


def histogram(data, name, labels, rate, times, les=LES):
    counts = [0.0] * len(les)
    sum_, total, rows = 0.0, 0.0, []
    for time in times:
        for _ in range(data.random.randint(0, rate)):
            value = data.random.expovariate(8)
            total += 1
            sum_ += value
            for i, le in enumerate(les):
                if value <= float(le):
                    counts[i] += 1
        rows.append((time, list(counts), sum_, total))
    for i, le in enumerate(les):
        data.series(name + "_bucket", {**labels, "le": le}, [(time, c[i]) for time, c, _, _ in rows])
    data.series(name + "_sum", labels, [(time, s) for time, _, s, _ in rows])
    data.series(name + "_count", labels, [(time, t) for time, _, _, t in rows])


def common(data):
    for job in ("api", "web"):
        for instance in range(4):
            who = {"job": job, "instance": f"{job}-{instance}"}
            data.series("up", who, [(t, 0.0 if 3000 < t < 3300 and instance == 2 else 1.0) for t in data.times()])
            data.series("cpu_seconds_total", {**who, "mode": "user"}, data.counter(data.times(), .4, whole=False))
            data.series("cpu_seconds_total", {**who, "mode": "system"}, data.counter(data.times(), .1, whole=False))
            for status, rate in (("200", 20), ("404", 1), ("500", .3)):
                data.series("requests_total", {**who, "status": status}, data.counter(data.times(), rate))
            data.series("memory_bytes", who, data.walk(data.times(), 4e9, 3e6, 0))
            data.series("build_info", {**who, "version": f"1.{instance % 2}", "revision": "abc"},
                        [(t, 1.0) for t in data.times()])
            histogram(data, "latency_seconds", who, 9, list(data.times()))
        data.series("quota", {"job": job}, [(t, 100.0 if job == "api" else 250.0) for t in data.times()])
    for instance in range(4):
        data.series("meta", {"instance": f"api-{instance}", "rack": f"r{instance // 2}"}, [(t, 1.0) for t in data.times()])


def odd(data):
    data.series("temperature", {"room": "cellar"}, data.walk(data.times(jitter=.9), -3.5, .4))
    data.series("temperature", {"room": "attic"},
                [(t, v) for t, v in data.walk(data.times(jitter=.9), 28, .4) if not 2000 < t < 2700])
    data.series("temperature", {"room": "void"},
                [(t, math.nan if int(t / 15) % 7 == 0 else v) for t, v in data.walk(data.times(), 0, 1)])
    data.series("temperature", {"room": "sun"}, [(t, math.inf if 3000 < t < 3600 else 5800.0) for t in data.times()])
    data.series("temperature", {"room": "pole"}, [(t, -math.inf if 1000 < t < 1300 else -40.0) for t in data.times()])
    data.series("huge", {}, [(t, 1e300 * (1 + t / END)) for t in data.times()])
    data.series("tiny", {}, [(t, 1e-300 * (1 + t / END)) for t in data.times()])
    data.series("zero", {}, [(t, 0.0) for t in data.times()])
    data.series("negative_zero", {}, [(t, -0.0) for t in data.times()])
    data.series("once", {"only": "3600"}, [(3600.0, 42.0)])
    data.series("ends", {"early": "yes"}, data.counter(data.times(last=3000), 3))
    data.series("begins", {"late": "yes"}, data.counter(data.times(first=5000), 3))
    data.series("sparse_total", {}, data.counter(data.times(step=290), 1))
    data.series("slow_gauge", {}, data.walk(data.times(step=120), 10, 5))
    data.series("straight", {}, [(t, 3 * t + 7) for t in data.times()])
    data.series("job:requests:rate5m", {"job": "api"}, data.walk(data.times(), 30, 2))
    data.series("by", {"on": "keyword", "group_left": "label"}, data.walk(data.times(), 1, .1))
    data.series("quoted", {"text": 'a "b" \\ c\nd', "empty_like": " "}, data.walk(data.times(), 1, .1))
    data.series("path", {"src": "a/b/c", "dst": "x.y"}, [(t, 1.0) for t in data.times()])
    data.series("path", {"src": "d/e", "dst": "z"}, [(t, 2.0) for t in data.times()])
    data.series("clock_seconds", {}, [(t, 1.7e9 + t * 9000) for t in data.times()])
    for i in range(12):
        data.series("many", {"n": str(i), "odd": str(i % 2), "third": str(i % 3)},
                    data.walk(data.times(), float(i), .8))
    # Histograms that are not as they should be.
    histogram(data, "no_inf", {"who": "a"}, 5, list(data.times()), LES[:-1])
    histogram(data, "one_bucket", {"who": "a"}, 5, list(data.times()), LES[-1:])
    data.series("odd_le_bucket", {"le": "0.1"}, data.counter(data.times(), 1, reset=0))
    data.series("odd_le_bucket", {"le": "abc"}, data.counter(data.times(), 1, reset=0))
    data.series("odd_le_bucket", {"le": "+Inf"}, data.counter(data.times(), 3, reset=0))
    data.series("falling_bucket", {"le": "1"}, [(t, 10.0 + t) for t in data.times()])
    data.series("falling_bucket", {"le": "2"}, [(t, 8.0 + t) for t in data.times()])
    data.series("falling_bucket", {"le": "+Inf"}, [(t, 12.0 + t) for t in data.times()])


def write(path, seed):
    data = Data(seed)
    common(data)
    odd(data)
    path.write_text(data.text())
    return len(data.lines)
