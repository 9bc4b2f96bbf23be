"""Random expressions over the data of differential_data.py, each from the seed
and its number alone, so that a difference can be had again.

What a real Prometheus leaves open is not asked for, or not compared:
- In a range answer the series inside an expression come in the order of a hash
  map. So of equal values topk and bottomk may keep any, and they stand only
  where it is seen by nothing but their values: outermost, compared as values
  then, and inside a sum over everything.
- By the same order sums differ in their last digits. What turns those into
  something else (comparing, rounding, remainders, counting values, differences,
  changes and resets) is asked of stored samples and of whole numbers only.
- Of -0 and 0 the first one is the greatest, or the least.
- On amd64 Go's exp, and what is made of it, is infinite from 709.44 on, not from
  709.78 on: a difference there is no fault of ours.
- sort and sort_desc only order an instant answer, and stand outermost; equal
  values come in any order."""
import random

SERVICE = {
    "up": ["job", "instance"],
    "cpu_seconds_total": ["job", "instance", "mode"],
    "requests_total": ["job", "instance", "status"],
    "memory_bytes": ["job", "instance"],
    "build_info": ["job", "instance", "version", "revision"],
    "latency_seconds_bucket": ["job", "instance", "le"],
    "latency_seconds_sum": ["job", "instance"],
    "latency_seconds_count": ["job", "instance"],
    "quota": ["job"],
    "meta": ["instance", "rack"],
    "job:requests:rate5m": ["job"],
}
ROOMS = {"temperature": ["room"]}
MANY = {"many": ["n", "odd", "third"]}
SINGLE = {name: [] for name in ("huge", "tiny", "zero", "negative_zero", "straight", "slow_gauge", "sparse_total",
                                "clock_seconds", "nothing_here")}
ODD = {
    "ends": ["early"], "begins": ["late"], "once": ["only"], "path": ["src", "dst"], "quoted": ["text", "empty_like"],
    "by": ["on", "group_left"], "falling_bucket": ["le"], "no_inf_bucket": ["who", "le"], "odd_le_bucket": ["le"],
}
FAMILIES = [SERVICE, SERVICE, SERVICE, MANY, MANY, ROOMS, SINGLE, ODD]
VALUES = {
    "job": ["api", "web", "none"], "instance": ["api-0", "api-1", "web-3"], "mode": ["user", "system"],
    "status": ["200", "404", "500"], "version": ["1.0", "1.1"], "le": ["0.1", "1", "+Inf"], "rack": ["r0", "r1"],
    "room": ["cellar", "attic", "void", "sun", "pole"], "n": ["0", "3", "11"], "odd": ["0", "1"],
    "third": ["0", "1", "2"],
}
REGEXES = {
    "job": ["a.*", "api|web", ".+", ""], "instance": ["api-[0-2]", ".*-(1|2)", "web.*"], "status": ["5..", "[24].."],
    "room": ["(?i:CELLAR)", ".*i.*", "sun|pole"], "n": ["[0-5]", "1.?", "\\\\d"], "odd": ["1|"], "le": ["0\\\\..*"],
}
WHOLE = {"up", "requests_total", "zero", "build_info", "latency_seconds_count", "latency_seconds_bucket", "quota",
         "meta", "path"}
RANGE = ["avg_over_time",
         "min_over_time", "max_over_time", "sum_over_time", "count_over_time", "stddev_over_time", "stdvar_over_time",
         "last_over_time", "present_over_time"]
JUMPS = ["changes", "resets", "rate", "increase", "irate", "delta", "idelta", "deriv"]
# Continuous ones: what differs in its last digits before does so behind them.
VALUE = ["abs", "exp", "ln", "log2", "log10", "sqrt", "acos", "acosh", "asin", "asinh", "atan", "atanh", "cosh", "deg",
         "rad", "sinh", "tanh"]
STEPPED = ["ceil", "floor", "round", "sgn", "sin", "cos", "tan", "minute", "hour", "day_of_week", "day_of_month",
           "day_of_year", "days_in_month", "month", "year"]
DURATIONS = ["15s", "29s", "1m", "2m", "3m17s", "5m", "10m", "30m", "1h"]
OFFSETS = ["15s", "1m", "7m", "1h", "-1m", "-10m"]
MOMENTS = ["0", "900", "3600", "5000.5", "7200", "start()", "end()", "-60", "9000"]
NUMBERS = ["0", "1", "2", "-1", "0.5", "3.7", "100", "-40", "1e3", "Inf", "-Inf", "NaN", "0x1F", "28"]
TAME = ["1", "2", "-1", "0.5", "3.7", "100", "-40", "1e3"]
AGGREGATIONS = ["sum", "avg", "min", "max", "count", "group", "stddev", "stdvar"]
ARITHMETIC = ["+", "-", "*", "/", "atan2"]
COMPARISONS = ["==", "!=", ">", "<", ">=", "<="]


class Expression:
    """One expression. Its metrics are of one family of labels, mostly, so that its sides meet."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.family = self.random.choice(FAMILIES)

    def chance(self, share):
        return self.random.random() < share

    def pick(self, items):
        return self.random.choice(items)

    def labels(self):
        every = sorted({label for labels in self.family.values() for label in labels})
        if self.chance(.08):
            every = every + ["nothing", "job", "__name__"]
        return self.random.sample(every, min(len(every), self.pick([0, 1, 1, 1, 2, 2, 3])))

    def modifiers(self):
        text = f" offset {self.pick(OFFSETS)}" if self.chance(.15) else ""
        if self.chance(.12):
            at = f" @ {self.pick(MOMENTS)}"
            text = text + at if self.chance(.5) else at + text
        return text

    def matcher(self, label):
        if self.chance(.35) and label in REGEXES:
            return f'{label}{self.pick(["=~", "!~"])}"{self.pick(REGEXES[label])}"'
        return f'{label}{self.pick(["=", "=", "!="])}"{self.pick(VALUES.get(label, ["", "x"]))}"'

    def series(self, names=None):
        """A selector without its range and modifiers."""
        metric = self.pick(sorted(names or self.family))
        labels = self.family.get(metric, ["job", "instance"])
        matchers = [self.matcher(label) for label in labels if self.chance(.22)]
        if self.chance(.06) and not names:
            other = self.pick(sorted(self.family))
            matchers.insert(0, f'__name__=~"{metric}|{other}"')
            metric = ""
        return metric + ("{" + ", ".join(matchers) + "}" if matchers else "")

    def stored(self):
        return self.series() + self.modifiers()

    def whole(self):
        """A vector of whole numbers, all of them exact however they are added up."""
        names = [name for name in self.family if name in WHOLE]
        if not names or self.chance(.3):
            return f"round({self.stored()})" if self.chance(.5) else f"count by ({', '.join(self.labels())}) ({self.stored()})"
        return self.series(names) + self.modifiers()

    def window(self, depth):
        if depth > 0 and self.chance(.35):
            step = self.pick(["", "15s", "17s", "1m", "90s"])
            length = self.pick(["2m", "5m", "10m", "20m"])
            return f"{self.operand(depth - 1)}[{length}:{step}]{self.modifiers()}"
        return f"{self.series()}[{self.pick(DURATIONS)}]{self.modifiers()}"

    def operand(self, depth):
        """A vector that any operator may stand beside."""
        text = self.vector(depth)
        return text if text[-1] in ")}" and text[0].isalpha() and self.simple(text) else f"({text})"

    @staticmethod
    def simple(text):
        """Is it a selector or one call, nothing behind it?"""
        depth = 0
        for place, sign in enumerate(text):
            depth += (sign in "({") - (sign in ")}")
            if sign == " " and depth == 0:
                return False
            if depth == 0 and sign in ")}" and place < len(text) - 1:
                return False
        return True

    def scalar(self, depth):
        if depth <= 0 or self.chance(.7):
            return self.pick(NUMBERS)
        return self.pick([lambda: f"scalar({self.vector(depth - 1)})", lambda: "time()", lambda: "pi()",
                          lambda: f"({self.scalar(depth - 1)} {self.pick(['+', '-', '*', '/', '^'])} {self.pick(TAME)})",
                          lambda: f"-{self.pick(TAME)}",
                          lambda: f"({self.pick(NUMBERS)} {self.pick(COMPARISONS)} bool {self.pick(NUMBERS)})"])()

    def range_call(self, depth):
        if self.chance(.3):
            points = f"({self.stored()})[{self.pick(DURATIONS)}:{self.pick(['', '15s', '17s'])}]{self.modifiers()}"
            return f"{self.pick(JUMPS)}({self.window(0) if self.chance(.7) else points})"
        window = self.window(depth)
        return self.pick([*[lambda: f"{self.pick(RANGE)}({window})"] * 9,
                          lambda: f"quantile_over_time({self.scalar(depth - 1)}, {window})",
                          lambda: f"predict_linear({window}, {self.scalar(depth - 1)})",
                          lambda: f"holt_winters({window}, {self.pick(['0.3', '0.5', '0.9', 'NaN', '1'])}, 0.4)",
                          lambda: f"absent_over_time({window})"])()

    def grouping(self):
        if self.chance(.3):
            return ""
        return f" {self.pick(['by', 'by', 'without'])} ({', '.join(self.labels())}) "

    def aggregate(self, depth):
        grouping = self.grouping()
        if self.chance(.06):
            return f'count_values{grouping}("value", {self.whole()})'
        if self.chance(.08):
            return f"sum({self.pick(['topk', 'bottomk'])}({self.pick(['1', '3', '0', '50'])}, {self.vector(depth - 1)}))"
        name, inner = self.pick(AGGREGATIONS), self.vector(depth - 1)
        if self.chance(.1):
            share = self.pick([self.scalar(depth - 2), "time() / 7200", f"scalar({self.stored()}) / 10"])
            return f"quantile{grouping}({share}, {inner})"
        return f"{name}{grouping}({inner})" if self.chance(.7) else f"{name}({inner}){grouping.rstrip()}"

    def matching(self, sets):
        if self.chance(.35):
            return ""
        labels = self.labels()
        text = f" {self.pick(['on', 'on', 'ignoring'])} ({', '.join(labels)})"
        if sets or self.chance(.55):
            return text
        more = [label for label in self.labels() if label not in labels and label != "__name__"]
        return text + f" {self.pick(['group_left', 'group_right'])} ({', '.join(more[:1]) if self.chance(.4) else ''})"

    def binary(self, depth):
        kind = self.random.random()
        if kind < .2:
            operator, left, right = self.pick(["and", "or", "unless"]), self.operand(depth - 1), self.operand(depth - 1)
            return f"{left} {operator}{self.matching(True)} {right}"
        if kind < .35:  # what is compared must be the same to the last digit
            operator = self.pick(COMPARISONS) + (" bool" if self.chance(.4) else "")
            right = self.pick(NUMBERS) if self.chance(.6) else self.stored() + ""
            if self.chance(.5) and right in NUMBERS:
                return f"{right} {operator} {self.stored()}"
            return f"{self.stored()} {operator}{'' if right in NUMBERS else self.matching(False)} {right}"
        operator = self.pick(ARITHMETIC)
        if kind < .6:
            left, right = self.operand(depth - 1), self.scalar(depth - 1)
            return f"{left} {operator} {right}" if self.chance(.6) else f"{right} {operator} {left}"
        return f"{self.operand(depth - 1)} {operator}{self.matching(False)} {self.operand(depth - 1)}"

    def call(self, depth):
        if self.chance(.3):
            return f"{self.pick(STEPPED)}({self.stored()})"
        inner = self.vector(depth - 1)
        return self.pick([*[lambda: f"{self.pick(VALUE)}({inner})"] * 6,
                          lambda: f"clamp({inner}, {self.scalar(depth - 2)}, {self.scalar(depth - 2)})",
                          lambda: f"clamp_min({inner}, {self.scalar(depth - 2)})",
                          lambda: f"clamp_max({inner}, {self.scalar(depth - 2)})",
                          lambda: f"{self.stored()} ^ {self.pick(['2', '0.5', '-1'])}",
                          lambda: f"{self.whole()} % {self.pick(['2', '7', '-3', '0'])}"])()

    def special(self, depth):
        inner = self.vector(depth - 1)
        label = self.pick(sorted({label for labels in self.family.values() for label in labels}) or ["job"])
        target = self.pick([label, "made", "job"])
        return self.pick([
            lambda: f'label_replace({inner}, "{target}", "x-$1", "{label}", "(.).*")',
            lambda: f'label_replace({inner}, "{target}", "$1", "{label}", "{self.pick([".*-(.*)", "(.*)", "none"])}")',
            lambda: f'label_join({inner}, "{target}", "{self.pick(["-", "", "::"])}", "{label}", "nothing", "{label}")',
            lambda: f"absent({inner})", lambda: f"vector({self.scalar(depth - 1)})", lambda: f"timestamp({inner})",
            lambda: f"-{self.operand(depth - 1)}", lambda: f"+{self.operand(depth - 1)}", lambda: f"({inner})",
            self.histogram, self.histogram])()

    def histogram(self):
        quantile = self.pick(["0.5", "0.9", "0.99", "0", "1", "-1", "2", "NaN"])
        bucket = self.pick(["latency_seconds_bucket", "falling_bucket", "odd_le_bucket", "no_inf_bucket"])
        inner = self.pick([bucket, f"rate({bucket}[5m])", f"sum by (le, job) (rate({bucket}[2m]))",
                           f"sum without (instance) (increase({bucket}[10m]))"])
        return f"histogram_quantile({quantile}, {inner})"

    def vector(self, depth):
        if depth <= 0 or self.chance(.08):
            return self.stored()
        return self.pick([self.range_call] * 4 + [self.aggregate] * 4 + [self.binary] * 5 + [self.call] * 2 +
                         [self.special] * 2)(depth)

    def whole_expression(self):
        depth = self.pick([1, 2, 2, 3, 3, 4])
        kind = self.random.random()
        if kind < .05:
            limit = self.pick(["1", "2", "5", "0", "time() / 900", f"scalar({self.series()} @ 900)", "-1", "1.9"])
            return f"{self.pick(['topk', 'bottomk'])}{self.grouping()}({limit}, {self.vector(depth - 1)})"
        if kind < .06:
            return f"{self.pick(['sort', 'sort_desc'])}({self.vector(depth - 1)})"
        if kind < .08:
            return self.scalar(depth)
        if kind < .1:
            return self.window(depth - 1)
        return self.vector(depth)

    def times(self):
        """When to ask: (start, end, step) in seconds, step 0 for a moment."""
        for _ in range(2):
            moment = self.pick([0, 15, 900, 3600, 5003.25, 7200, 7430, self.random.randint(0, 8000)])
            yield moment, moment, 0
        for _ in range(2):
            start = self.pick([0, 1000, 2995, 5000, 6900, round(self.random.uniform(-100, 7000), 3)])
            step = self.pick([7, 15, 30, 60, 61.5, 300])
            yield start, start + step * self.random.randint(0, 60), step


def questions(seed, count):
    """(expression, times) for numbers 0 to count - 1."""
    for number in range(count):
        expression = Expression(f"{seed}/{number}")
        yield expression.whole_expression(), list(expression.times())
