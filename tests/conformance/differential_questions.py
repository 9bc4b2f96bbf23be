"""The expressions of the comparison: every function and operator over data
that is good and bad for it, and expressions that must be refused."""
import json

import differential_corners

ALERTS = """
up{job="polln-colony"} == 0
polln_colony_healthy == 0
polln_agents_total < 100
polln_agents_total > 10000
histogram_quantile(0.99, rate(polln_decision_duration_seconds_bucket[5m])) > 0.5
histogram_quantile(0.99, rate(polln_decision_duration_seconds_bucket[5m])) > 2.0
polln_dream_cycle_duration_seconds > 900
time() - polln_dream_cycle_last_timestamp > 3600
process_resident_memory_bytes{job="polln-colony"} / 1024 / 1024 / 1024 > 8
process_resident_memory_bytes{job="polln-colony"} / 1024 / 1024 / 1024 > 14
rate(process_cpu_seconds_total{job="polln-colony"}[5m]) > 3
polln_event_loop_lag_seconds > 0.1
up{job="lmcache"} == 0
rate(polln_anchor_hits_total[5m]) / rate(polln_anchor_lookups_total[5m]) < 0.7
histogram_quantile(0.99, rate(polln_ann_lookup_duration_seconds_bucket[5m])) > 0.05
polln_anchor_pool_usage > 0.9
up{job="federated"} == 0
rate(polln_federated_sync_errors_total[5m]) > 0.1
time() - polln_federated_sync_last_timestamp > 1800
up{job="worldmodel"} == 0
rate(polln_vae_training_errors_total[5m]) > 0.01
polln_world_model_entropy < 0.5
polln_synapse_nan_count > 0
polln_synapse_corrupted_count > 0
polln_validation_errors_total > 0
rate(polln_auth_failures_total[5m]) > 10
rate(polln_auth_failures_total[1m]) > 100
polln_unauthorized_access_total > 0
polln_db_connection_errors_total > 0
up{job="redis"} == 0
polln_network_partition_detected == 1
( sum(rate(polln_requests_total{status!~"5.."}[5m])) / sum(rate(polln_requests_total[5m])) ) < 0.999
histogram_quantile(0.99, rate(polln_request_duration_seconds_bucket[5m])) > 1
( sum(rate(polln_requests_total{status=~"5.."}[1h])) / sum(rate(polln_requests_total[1h])) ) > 0.01
polln_meadow_connected == 0
rate(polln_meadow_sync_errors_total[5m]) > 0.05
""".strip().splitlines()

RANGE_FUNCTIONS = ["rate", "irate", "increase", "delta", "idelta", "deriv", "resets", "changes", "avg_over_time",
                   "min_over_time", "max_over_time", "sum_over_time", "count_over_time", "stddev_over_time",
                   "stdvar_over_time", "last_over_time", "present_over_time", "absent_over_time"]
RANGES = ["requests_total[5m]", "cpu_seconds_total{mode=\"user\"}[3m17s]", "temperature[10m]", "sparse_total[20m]",
          "slow_gauge[7m]", "ends[10m]", "once[1h]", "huge[5m]", "straight[90s]", "many[1m] offset 2m",
          "negative_zero[2m]", "memory_bytes[30m] offset -5m", "nothing_here[5m]", "zero[5m] @ 3600"]
MATH = ["abs", "ceil", "exp", "floor", "ln", "log2", "log10", "round", "sgn", "sqrt", "acos", "acosh", "asin", "asinh",
        "atan", "atanh", "cos", "cosh", "deg", "rad", "sin", "sinh", "tan", "tanh", "timestamp", "sort", "sort_desc"]
VECTORS = ["temperature", "many - 5", "zero", "huge", "-tiny"]
DATES = ["minute", "hour", "day_of_week", "day_of_month", "day_of_year", "days_in_month", "month", "year"]
AGGREGATIONS = ["sum", "avg", "min", "max", "count", "group", "stddev", "stdvar"]
GROUPINGS = ["", "by (job) ", "without (instance) ", "by () ", "without () ", "by (job, status) ", "by (nothing) "]
AGGREGATED = ["requests_total", "temperature", "rate(cpu_seconds_total[5m])", "nothing_here"]
ARITHMETIC = ["+", "-", "*", "/", "%", "^", "atan2"]
COMPARISONS = ["==", "!=", ">", "<", ">=", "<="]

SINGLE = r"""
1
-1
+1
1.5e3
0x1F
Inf
-Inf
NaN
"a string"
'single "quotes"'
`raw \n string`
1 + 2 * 3 ^ 2 ^ 0.5
-2 ^ 2
(1 + 2) % 2
7 % -3
1 / 0
0 / 0
-1 / 0
1 == bool 1
2 > bool 3
NaN == bool NaN
time()
time() - 60
pi()
vector(1)
vector(time())
scalar(zero)
scalar(many)
scalar(vector(3)) + 1
up
up{job="api"}
up{job=~"a.*"}
up{job!~"a.*"}
up{job!="api", instance=~".*-(1|2)"}
{__name__="up", job="api"}
{__name__=~"cpu.*|up", job="web"}
{job="api", __name__!="up", __name__=~"m.*"}
job:requests:rate5m
by
by{on="keyword"}
sum by (on, group_left) (by)
quoted{text="a \"b\" \\ c\nd"}
quoted{text=~"a.*"}
up{instance=~"api-[0-2]"} offset 10m
up offset -10m
up @ 3600
up @ 3600 offset 5m
up offset 5m @ 3600
up @ start()
up @ end()
rate(requests_total[5m] @ end())
sum(rate(requests_total[5m] @ 3600))
requests_total{status="200", instance="api-1"}[1m]
temperature{room="void"}[2m]
up[45s] offset 1m
avg_over_time(rate(requests_total{status="200"}[5m])[20m:1m])
max_over_time(sum(rate(requests_total[1m]))[30m:])
rate(sum(requests_total)[10m:30s])
sum_over_time(up[10m:1m] offset 5m)
last_over_time(many[5m:17s])
increase(straight[10m:1m] @ 3600)
min_over_time((many > 5)[10m:30s])
changes(up[1h:1m])
deriv(temperature{room="cellar"}[20m:45s])
quantile_over_time(0.5, avg_over_time(many[2m])[10m:1m])
max_over_time(max_over_time(many[2m:30s])[10m:1m])
quantile_over_time(0.9, many[10m])
quantile_over_time(-1, many[10m])
quantile_over_time(2, many[10m])
quantile_over_time(NaN, many[10m])
predict_linear(straight[10m], 3600)
predict_linear(many[10m], -60)
predict_linear(once[1h], 60)
holt_winters(many[10m], 0.3, 0.1)
holt_winters(temperature[10m], 0.5, 0.5)
clamp(many, 2, 6)
clamp(many, 6, 2)
clamp(temperature, -10, 30)
clamp_min(many, 4)
clamp_max(many, 4)
clamp(many, NaN, 4)
round(temperature, 0.5)
round(many, 3)
round(-many, 0.1)
absent(up)
absent(nothing_here)
absent(nothing_here{a="b", c=~"d", e!="f"})
absent(sum(nothing_here))
absent(nothing_here{a="b", a="c"})
absent_over_time(nothing_here{a="b"}[5m])
absent_over_time(up{job="nope"}[5m])
absent_over_time(ends[5m])
label_replace(path, "first", "$1", "src", "([^/]+)/.*")
label_replace(path, "first", "$2-${1}", "src", "([^/]+)/(.*)")
label_replace(path, "dst", "", "dst", ".*")
label_replace(path, "src", "same", "nothing", "")
label_replace(path, "new", "$3", "src", "(.*)")
label_replace(path, "new", "x", "src", "nomatch")
label_replace(many, "n", "all", "n", ".*")
label_replace(path, "~bad", "x", "src", ".*")
label_replace(path, "new", "x", "src", "(")
label_replace(path, "new", "${named}", "src", "(?P<named>[a-z]).*")
label_join(path, "both", "-", "src", "dst")
label_join(path, "both", "", "src", "none", "dst")
label_join(path, "src", "/")
label_join(path, "bad-name", "-", "src")
topk(3, many)
bottomk(3, many)
topk(2, many) by (odd)
bottomk by (third) (1, many)
topk(0, many)
topk(-1, many)
topk(100, many)
topk(1, temperature)
bottomk(2, temperature)
topk(3, sum by (job, status) (rate(requests_total[5m])))
quantile(0.5, many)
quantile by (odd) (0.9, many)
quantile(-0.1, many)
quantile(1.1, many)
quantile(NaN, many)
quantile(0.5, temperature)
count_values("value", up)
count_values by (job) ("value", build_info)
count_values("v", temperature)
count_values("bad-name", up)
count_values without (instance) ("version", build_info)
histogram_quantile(0.5, rate(latency_seconds_bucket[5m]))
histogram_quantile(0.99, sum by (le) (rate(latency_seconds_bucket[5m])))
histogram_quantile(0.9, sum by (job, le) (rate(latency_seconds_bucket[5m])))
histogram_quantile(0, latency_seconds_bucket)
histogram_quantile(1, latency_seconds_bucket)
histogram_quantile(-1, latency_seconds_bucket)
histogram_quantile(1.5, latency_seconds_bucket)
histogram_quantile(NaN, latency_seconds_bucket)
histogram_quantile(0.9, no_inf_bucket)
histogram_quantile(0.9, one_bucket_bucket)
histogram_quantile(0.9, odd_le_bucket)
histogram_quantile(0.5, falling_bucket)
histogram_quantile(0.95, falling_bucket)
histogram_quantile(0.9, up)
histogram_quantile(0.9, rate(latency_seconds_bucket{job="nope"}[5m]))
rate(latency_seconds_sum[5m]) / rate(latency_seconds_count[5m])
requests_total * on (job) group_left quota
quota * on (job) group_right requests_total
memory_bytes * on (instance) group_left (rack) meta
up * on (instance) group_left (rack) meta
up * on (job, instance) group_left (version) build_info
up / ignoring (version, revision) build_info
up == on (job, instance) build_info
requests_total / on (job, instance, status) requests_total
requests_total / ignoring (status) group_left sum without (status) (requests_total)
sum by (job) (requests_total) / on (job) quota
many > on (n) (many offset 1m)
many > bool on (n) (many offset 1m)
up == bool up
up and on (job) quota
up and ignoring (instance) quota
up unless meta
up unless on (instance) meta
meta or on (instance) up
(many > 5) or (many < 2)
(many > 5) and (many < 8)
vector(1) or up
up or vector(5)
nothing_here or vector(0)
sum(nothing_here) or vector(0)
many and on () vector(1)
many unless on () vector(1)
up and up offset 1h
-many
-temperature
+many
--many
-(1)
many ^ 2
2 ^ many
many % 3
1 - many
many atan2 3
10 > many
many > 10
many != bool 3
5 < bool many
temperature == temperature
temperature != temperature
temperature > bool NaN
sum(up) by (job) > 3
sum(rate(requests_total{status=~"5.."}[5m])) / sum(rate(requests_total[5m]))
1 - avg_over_time(up[30m])
100 * (1 - avg by (instance) (rate(cpu_seconds_total{mode="user"}[5m])))
max by (job) (max_over_time(up[5m]))
count(up == 1)
count by (version) (build_info)
sum by (job) (up) == on (job) count by (job) (up)
increase(requests_total[1m:15s] offset -1m)
time() - timestamp(slow_gauge)
timestamp(timestamp(slow_gauge))
timestamp(up @ 3600)
timestamp(sum(up))
month(clock_seconds)
day_of_week(vector(0))
hour(vector(-1))
year(vector(1e12))
days_in_month(vector(5097600))
minute(temperature)
sgn(-0.5)
1 # a comment
up # the end
requests_total{status="200",}
sum by (job,) (up)
avg(up) by (job)
group without (instance, job) (up)
stddev by (odd) (many)
sort(many)
sort_desc(sum by (third) (many))
sort(temperature)
resets(requests_total[1h])
irate(requests_total[16s])
rate(requests_total[15s])
rate(requests_total[29s])
idelta(temperature[31s])
delta(temperature[1m])
sum(sum_over_time(huge[1h]))
avg(huge) + avg(huge)
avg_over_time(huge[1h])
stddev_over_time(huge[10m])
sum(tiny)
avg_over_time(temperature[1h])
sum_over_time(temperature[1h])
min_over_time(temperature{room="void"}[1m])
max(temperature)
min(temperature)
rate(begins[5m])
increase(ends[1h])
sum(rate(requests_total[5m])) by (job) > bool 50
scalar(sum(up)) * 2
clamp_max(scalar(vector(9)) * many, 50)
vector(scalar(nothing_here))
absent(scalar(up) == bool 1)
up{job=""}
up{nolabel=""}
up{nolabel!=""}
{job="api", instance=~"api-.+", nolabel=~".*"}
temperature{room=~"(?i:CELLAR)"}
temperature{room=~"c[a-z]+r|attic"}
temperature{room!~".*i.*"}
sum(many) without (n)
max_over_time(up[5m]) - min_over_time(up[5m])
present_over_time(ends[1h])
count_over_time(temperature[10m])
quantile by (job) (0.75, rate(requests_total[5m]))
""".strip().splitlines()

REFUSED = r"""
sum(
up{
up{job=}
up{job="api"
up{job=~"("}
{}
{job=~".*"}
{job=""}
rate(up)
rate(up[5m]
rate(up[5m:1m)
up[0s]
up[-5m]
up[5m][5m]
sum(up[5m])
sum(1)
abs("x")
abs()
abs(up, up)
nosuchfunction(up)
up + "x"
"a" + "b"
1 == 1
1 and 2
up and 1
1 or up
up == bool "x"
up bool 1
up + bool up
up + on (job) up
up * on (job) group_left group_right up
up and on (job) group_left up
topk(up)
topk("x", up)
quantile(up)
count_values(1, up)
histogram_quantile(up)
label_replace(up, "a", "b", "c")
label_join(up)
up offset
up offset 5
up @
up @ foo
up @ "x"
sum by job (up)
sum(up) by (job) by (job)
up on (job)
1 +
* 5
(1
1)
5m
up{a="b" c="d"}
up{"job"="x" y}
up{1="x"}
up{__name__="x"}
'unterminated
"bad \q escape"
1..2
1e
0xZZ
sum(requests_total) / requests_total{
requests_total + requests_total{status="200"} * on (job) quota
label_replace(many, "n", "same", "n", ".*") + ignoring (odd, third) many
rate({__name__=~"up|zero"}[5m] offset)
requests_total / on (job) requests_total
requests_total * on (job) meta
sum_over_time(requests_total)
avg_over_time(1[5m])
(up)[5m]
up[5m:1m][5m:1m]
predict_linear(up[5m])
holt_winters(many[10m], 0, 0.5)
holt_winters(many[10m], 0.5, 1)
vector(up)
scalar(1)
absent(1)
absent_over_time(up)
timestamp(1)
time(1)
pi(1)
day_of_week(1)
sort(1)
round(up, up)
round(up, 1, 2)
clamp(up, 1)
{__name__="up"}{job="api"}
up.
up!
up{job!api}
up{job="api",,}
offset 5m
sum without up
by (job) (up)
+
""".strip("\n").splitlines()


def dashboard(path):
    inner = json.loads(path.read_text())
    found = []

    def walk(node):
        if isinstance(node, dict):
            if isinstance(node.get("expr"), str):
                found.append(node["expr"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)
    walk(inner)
    return found


def generated():
    for function in RANGE_FUNCTIONS:
        for argument in RANGES:
            yield f"{function}({argument})"
    for function in MATH:
        for vector in VECTORS:
            yield f"{function}({vector})"
    for function in DATES:
        yield f"{function}()"
        yield f"{function}(clock_seconds)"
    for aggregation in AGGREGATIONS:
        for grouping in GROUPINGS:
            for vector in AGGREGATED:
                yield f"{aggregation} {grouping}({vector})"
    for operator in ARITHMETIC + COMPARISONS:
        yield f"many {operator} on (n) (many offset 3m)"
        yield f"temperature {operator} 2"
        yield f"2 {operator} temperature"
        yield f"huge {operator} huge"
    for operator in COMPARISONS:
        yield f"temperature {operator} bool 28"
        yield f"3 {operator} bool 3"


def questions(dashboard_path):
    every = [*ALERTS, *dashboard(dashboard_path), *SINGLE, *generated(), *REFUSED,
             *differential_corners.QUESTIONS]
    return list(dict.fromkeys(every))
