"""Corners of the comparison, one by one: what Prometheus 2.42 does where few
look. @ in an aggregation's parameter, under timestamp, and in subqueries; NaN,
-0 and the ends of what a double holds; long rows of operators."""

AT = r"""
topk(scalar(count(many @ end()) * 0 + max(clock_seconds @ end()) / max(clock_seconds offset 1h @ end())), many)
bottomk(time() / 900, many @ 900)
quantile(scalar(straight @ end()) / 30000, many)
quantile(scalar(straight @ start() offset -15m) / 30000, many)
quantile(scalar(straight @ end()) / 30000, many @ 900)
quantile(scalar(sum_over_time(straight[5m] @ end())) / 800000, many)
quantile(scalar(straight @ 7200) / 30000, many)
quantile(time()/7200, many @ 900)
sum_over_time(quantile(time()/7200, many @ 900)[30m:5m])
sum_over_time(quantile(scalar(straight @ end())/30000, many)[30m:5m])
quantile(scalar(sum_over_time((straight @ end())[10m:1m])) / 80000, many)
quantile(scalar(sum_over_time((straight @ 900)[10m:1m])) / 80000, many)
quantile(scalar(sum_over_time((straight @ 900)[10m:1m] @ 3600)) / 80000, many)
quantile(scalar(sum_over_time((straight @ 900)[10m:1m] @ end() offset 5m)) / 80000, many)
quantile(scalar(sum_over_time(straight[10m:1m] @ 3600 offset 5m)) / 80000, many)
quantile(scalar(timestamp(straight @ 3600)) / 10000, many)
quantile(scalar(predict_linear(straight[10m] @ 3600, 5)) / 10000, many)
sum_over_time(quantile(scalar(sum_over_time(straight[10m:1m] @ 3600)) / 80000, many)[30m:5m] offset 5m)
sum_over_time(quantile(scalar(straight @ 3600) / 80000, many @ start())[30m:1m] offset 5m)
sum_over_time(predict_linear(straight[10m] @ 3600, time())[30m:1m] offset 5m)
sum_over_time(timestamp(straight @ 3600)[30m:1m] offset 5m)
count_values(("x"), many @ 900)
topk(scalar(topk(scalar(count(many @ start())) - 11, quota{job="api"} @ 7200)) / 25, many)
timestamp(temperature @ 3600)
timestamp(temperature @ 3600 offset 5m)
timestamp(temperature @ 3600 offset 7m)
timestamp(temperature @ 3600 offset -5m)
timestamp(temperature @ 3600 offset 1m)
timestamp(temperature @ 3600 offset -1m)
timestamp((temperature @ 3600) offset 1m)
timestamp((temperature @ 3600 offset 1m))
quantile(scalar(timestamp(straight @ 3600 offset 1m)) / 10000, many)
quantile(scalar(timestamp(straight @ end())) / 10000, many)
quantile(scalar(sum_over_time(timestamp(straight @ 3600 offset 30s)[30m:1m])) / 10000, many)
sum_over_time(timestamp(straight @ 3600 offset 30s)[30m:1m])
sum_over_time(timestamp(straight @ end() offset 5m)[30m:1m])
sort_desc(min(predict_linear((many @ 0)[10m:90s] offset -10m, 3.7)))
sum_over_time((straight @ 900)[10m:1m] offset -10m)
sum_over_time((straight @ 900)[10m:1m] offset -10m) + sum_over_time((straight @ 1000)[10m:1m] offset 1m)
sum_over_time((straight @ 900)[2m:1m] offset -2m)
sum_over_time((straight @ 900 offset 30s)[2m:1m] offset -2m)
sum_over_time(sum_over_time(straight[3m:1m] @ 900)[2m:1m] offset -2m)
sum_over_time(sum_over_time((straight @ 900)[2m:1m] offset -2m)[2m:1m] offset -2m)
sum_over_time(sum_over_time((straight @ 900)[2m:1m] offset -2m)[2m:1m] offset 2m)
sum_over_time(sum_over_time((straight @ 900)[2m:1m])[2m:1m] offset -2m)
sum_over_time(timestamp(straight @ 900)[2m:1m] offset -2m)
sum_over_time((straight @ 900)[2m:1m] @ 3600 offset -2m)
sum_over_time((straight @ 900)[2m:1m] @ 3660 offset -1m)
sum_over_time((straight @ 900)[2m:1m] @ 120)
sum_over_time((straight @ 3600)[2m:1m] @ 3720)
""".strip().splitlines()

NUMBERS = r"""
topk(1, quantile_over_time(NaN, many[5m]))
topk(3, quantile_over_time(NaN, many[5m]))
bottomk(3, quantile_over_time(NaN, many[5m]))
topk(4, many / (many > 5) * on (n) quantile_over_time(NaN, many{n="1"}[5m]) or many)
holt_winters({__name__=~"ends|begins|zero|negative_zero"}[2m], 0.5, 0.3)
stdvar_over_time(huge[5m])
1 / avg(negative_zero)
avg({__name__=~"negative_zero|zero"})
clamp_min(negative_zero, 0)
clamp_max(zero, -0)
clamp(negative_zero, 0, 5)
clamp(zero, -5, -0)
clamp(negative_zero, -0, 0)
temperature ^ Inf
temperature ^ -Inf
(temperature * 0 - 1) ^ Inf
temperature ^ NaN
temperature ^ 0
NaN ^ negative_zero
negative_zero ^ -1
negative_zero ^ -2
negative_zero ^ 3
negative_zero % 5
temperature % Inf
temperature % 0
negative_zero atan2 zero
round(negative_zero)
round(temperature, 0.3)
round(temperature, 0)
round(temperature, NaN)
round(temperature, Inf)
round(many, -1)
round(tiny, 1e-305)
round(huge, 10)
sgn(negative_zero)
abs(negative_zero)
ceil(many - 6)
max(negative_zero or zero)
min_over_time(negative_zero[5m])
quantile(0.5, negative_zero)
quantile(0.3, zero or negative_zero)
deriv(negative_zero[5m])
predict_linear(negative_zero[5m], 5)
holt_winters(negative_zero[5m], .5, .5)
rate(negative_zero[5m])
delta(negative_zero[5m])
idelta(negative_zero[5m])
sum_over_time(negative_zero[5m])
stddev(negative_zero)
stdvar_over_time(negative_zero[5m])
scalar(negative_zero)
vector(-0)
-vector(0)
0 * -1
exp(temperature * 100)
ln(temperature)
log2(many - 6)
log10(0 * many)
count_values("x", negative_zero)
count_values("x", temperature * 1e15)
count_values("x", tiny)
label_replace(up, "x", "$0-$1-${2}-$$", "instance", "(a.*)-(.)")
label_replace(up, "x", "$name $1x", "instance", "(?P<name>a.*)-(.)")
histogram_quantile(0.5, latency_seconds_bucket * 1e300)
histogram_quantile(0.5, latency_seconds_bucket * NaN)
histogram_quantile(0.5, latency_seconds_bucket * -1)
histogram_quantile(0.5, latency_seconds_bucket{le!="1"})
histogram_quantile(0, rate(latency_seconds_bucket[5m]))
histogram_quantile(1, rate(latency_seconds_bucket[5m]))
histogram_quantile(0.5, label_replace(latency_seconds_bucket, "le", "-$1", "le", "(.*)"))
histogram_quantile(0.5, label_replace(latency_seconds_bucket, "le", "0x1p-2", "le", "0.1"))
histogram_quantile(0.5, label_replace(latency_seconds_bucket, "le", "1e", "le", "0.1"))
histogram_quantile(0.5, sum by (le) (label_replace(latency_seconds_bucket, "le", "0.10", "le", "0.1")))
cosh(floor(cpu_seconds_total))
sinh(-cpu_seconds_total / 2)
cosh(vector(21.5)) 
cosh(vector(NaN))
sinh(vector(-Inf))
sinh(vector(-0))
sinh(-vector(0))
tanh(cpu_seconds_total)
asinh(huge)
asinh(-huge)
acosh(huge)
atanh(tiny)
sinh(tiny)
exp(vector(709.9))
exp(vector(-745.1))
exp(vector(-745.2))
cos(huge)
sin(clock_seconds)
tan(clock_seconds)
log2(tiny)
log10(tiny)
huge * huge
tiny * tiny
tiny ^ 1.07
""".strip().splitlines()

ROWS = [
    "quota" + " + on (job) quota" * 999,
    "quota" + " * 1.01" * 1999,
    "((quota" + " + 1" * 300 + ") > 5)" + " + 1" * 300,
    "sum_over_time((quota" + " + 1" * 300 + ")[5m:1m])",
]

QUESTIONS = AT + NUMBERS + ROWS
