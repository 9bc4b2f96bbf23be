#!/usr/bin/python3
"""templates.py PROGRAM: each template below (and every one of the rule files
in $SKEP_SHARED/data/rules) expanded by promtool and by template-answers, and
compared text by text. promtool tells what an alert's annotations are when
they are not those that were expected."""

import glob
import os
import re
import subprocess
import sys
import tempfile

import yaml

FIRING = 'm{instance="host.example.com:9100",job="node",n="7"}'
OTHERS = {'up{job="a",instance="x:1"}': "1", 'up{job="b",instance="y:2"}': "0"}

# What both say but not in the same words: why a regular expression is wrong.
LOOSE = re.compile(r"(error parsing regexp: ).*?(>$)", re.S)

CASES = r'''
plain text, } and { too
{{ $value }}|{{ .Value }}|{{ $.Value }}
{{ $labels.instance }} {{ .Labels.job }} {{ $.Labels.n }} [{{ $labels.missing }}] {{ $labels.__name__ }}
{{ . }}
{{ $labels }} {{ $externalLabels }} {{ $externalLabels.region }} {{ .ExternalLabels.nope }}
{{- "trimmed" -}}   x   {{- " y" }} z {{ "a" -}}
	b
{{/* a comment */}}[{{- /* another */ -}} ]
{{ 1 }} {{ 1.5 }} {{ -3 }} {{ +4 }} {{ 0x1F }} {{ 0b101 }} {{ 0o17 }} {{ 017 }} {{ 1_000 }} {{ 'a' }} {{ '\n' }} {{ '\u00e9' }} {{ 1e3 }} {{ .5 }} {{ 0x1p4 }}
{{ true }} {{ false }} {{ "a\tb\"c\\\x41\u00e9" }} {{ `raw\n` }}
{{ 100000.0 }} {{ 1000000.0 }} {{ 1e20 }} {{ 1e21 }} {{ 123456789.0 }} {{ 0.0001 }} {{ 0.00001 }} {{ 1e-7 }} {{ 0.1 }}
{{ $x := 5 }}{{ $x }}{{ $x = 6 }}{{ $x }}{{ if true }}{{ $x := 7 }}{{ $x }}{{ end }}{{ $x }}{{ if true }}{{ $x = 8 }}{{ end }}{{ $x }}
{{ if $labels.missing }}yes{{ else }}no{{ end }} {{ if $labels.job }}yes{{ else }}no{{ end }}
{{ if false }}a{{ else if $labels.n }}b{{ else }}c{{ end }}{{ if 0 }}x{{ else if 0.0 }}y{{ else if "" }}z{{ else }}w{{ end }}
{{ with $labels.job }}[{{ . }}]{{ end }}{{ with $labels.missing }}a{{ else }}b{{ end }}{{ with $x := 3 }}{{ $x }}{{ . }}{{ end }}
{{ range $k, $v := $labels }}{{ $k }}={{ $v }};{{ end }}
{{ range $labels }}{{ . }},{{ end }}{{ range $v := $labels }}{{ $v }},{{ end }}
{{ range $i, $e := sortByLabel "instance" (query "up") }}{{ $i }}:{{ $e.Labels.job }}={{ $e.Value }} {{ end }}
{{ range query "nope" }}x{{ else }}none{{ end }}
{{ range $k, $v := $labels }}{{ if eq $k "job" }}{{ continue }}{{ end }}{{ if eq $k "n" }}{{ break }}{{ end }}{{ $k }} {{ end }}
{{ range 5 }}x{{ end }}
{{ range "abc" }}x{{ end }}
{{ define "x" }}<{{ . }}>{{ end }}{{ template "x" 1 }}{{ template "x" $labels.job }}{{ template "x" }}
{{ block "b" $value }}[{{ . }}]{{ end }}
{{ define "rec" }}{{ if . }}{{ len . }}{{ template "rec" (slice . 1) }}{{ end }}{{ end }}{{ template "rec" "abc" }}
{{ define "args" }}{{ .arg0 }}-{{ .arg1 }}-{{ .arg7 }}{{ end }}{{ template "args" (args 1 "two") }}{{ args 1 "b" 2.5 }}
{{ range $k, $v := args 0 1 2 3 4 5 6 7 8 9 10 }}{{ $k }}={{ $v }} {{ end }}
{{ template "nope" }}
{{ query "up{job=\"a\"}" | first | value }} {{ query "up{job=\"a\"}" | first | label "instance" }} {{ with query "up{job=\"a\"}" }}{{ . | first | value | humanize }}{{ end }}
{{ first (query "nope") }}
{{ (first (query "up{job=\"b\"}")).Labels.instance }} {{ (query "up{job=\"b\"}" | first).Value }} {{ query "up{job=\"b\"}" | first }}
{{ query "up{job=\"b\"}" | first | strvalue }}|{{ query "3" | first | value }}|{{ len (query "up") }}
{{ range query "up{job=\"a\"}" }}{{ . }} {{ print . }} {{ printf "%v %+v" . . }} {{ .Labels }}{{ end }}
{{ index $labels "job" }} {{ index $labels "nope" }} {{ index "abc" 1 }} {{ (index (query "up{job=\"a\"}") 0).Value }}
{{ index (query "up{job=\"a\"}") 1 }}
{{ index (query "up{job=\"a\"}") 2 }}
{{ index "abc" "x" }}
{{ index $labels 1 }}
{{ index nil 1 }}
{{ index 5 1 }}
{{ slice "abcdef" 1 3 }} {{ slice "abcdef" 2 }} {{ slice "abc" }} {{ len (slice (query "up") 1) }}
{{ slice "abc" 2 1 }}
{{ slice "abc" 1 2 3 }}
{{ slice "abc" 9 }}
{{ slice 5 1 }}
{{ len "abc" }} {{ len $labels }} {{ len "é" }}
{{ len 5 }}
{{ len nil }}
{{ and 1 0 2 }} {{ and 1 2 }} {{ or 0 "" "x" "y" }} {{ or 0 0.0 }} {{ not 1 }} {{ not "" }} {{ and true (eq 1 1) }} {{ 0 | or 5 }} {{ 3 | and 5 }}
{{ and false (first (query "nope")) }}{{ or true (first (query "nope")) }}
{{ and }}
{{ eq 1 1 }} {{ eq 1 2 3 1 }} {{ eq "a" "b" "a" }} {{ ne 1 2 }} {{ ne "a" "a" }} {{ eq 1.5 1.5 }} {{ eq true true }}
{{ lt 1 2 }} {{ le 2 2 }} {{ gt 3 2 }} {{ ge 2 3 }} {{ lt "a" "b" }} {{ lt 1.5 2.5 }} {{ gt $value 1.0 }} {{ ge "b" "a" }}
{{ gt $value 1 }}
{{ eq $value 1.5 }} {{ eq $labels.job "node" }} {{ eq $labels.missing "" }}
{{ eq "a" 1 }}
{{ eq 1 }}
{{ eq $labels $labels }}
{{ lt true false }}
{{ lt nil 1 }}
{{ eq nil nil }} {{ eq nil 1 }}
{{ eq 'a' 97 }} {{ eq (index "abc" 0) 97 }} {{ lt (index "abc" 0) 98 }}
{{ print 1 2 "a" 3 4 "b" "c" 5.5 true false nil }}|{{ println 1 "a" 2 }}|{{ print }}|{{ print nil }}
{{ print $labels "x" $value }}
{{ html "<a href='x'>\"&" }} {{ "<b>" | html }} {{ html 1 2 "a" }}
{{ js "it's \"<&>=\\\n" }} {{ js "é" }} {{ urlquery "a b&c=d/é~" }} {{ urlquery 1 2 }}
{{ call 5 }}
{{ call nil }}
{{ printf "%d %5d|%-5d|%05d|%+d|% d|%x|%X|%#x|%o|%#o|%O|%b|%c|%q|%U|%#U|%08b" 42 42 42 42 42 42 255 255 255 8 8 8 5 65 65 65 65 5 }}
{{ printf "%d %+d %x %05d %6.3d|%-6.3d|%.0d|" -42 -42 -255 -42 7 7 0 }}
{{ printf "%f %.2f %8.3f|%-8.1f|%08.2f|%+.1f|% .1f|%e|%E|%g|%G|%.3g|%.3e|%F" 1.5 1.5 1.5 1.5 1.5 1.5 1.5 1.5 1.5 1.5 1.5 1234.5678 1234.5678 1.5 }}
{{ printf "%g %g %g %g %g %v %v" 100000.0 1000000.0 1e-4 1e-5 0.1 1e21 123456789.0 }}
{{ printf "%#g %#v %#.3f %#.0f %#e %#.3g" 1.0 1.0 1.0 1.0 1.0 100.0 }}
{{ printf "%x %X %b %.2x" 1.5 1.5 1.5 1.555 }}
{{ printf "%s|%10s|%-10s|%.2s|%q|%#q|%x|%X|% x|%#x|%+q|%5.1s|" "abc" "abc" "abc" "abc" "a\"b" "abc" "abc" "abc" "abc" "abc" "abc" "abc" }}
{{ printf "%s %10s|%-6s|%.2s|%q" "é" "é" "éa" "éab" "é\n\x00\u200b" }}
{{ printf "%t %v %5t|%-7t|" true false true false }}
{{ printf "%v %d %s %T %T %T %T %T %T" $labels 1 "a" 1 1.5 "a" true $labels nil }}
{{ printf "%d" 1.5 }} {{ printf "%d" "a" }} {{ printf "%s" 1 }} {{ printf "%f" 1 }} {{ printf "%t" 1 }} {{ printf "%s" 1.5 }} {{ printf "%s" true }} {{ printf "%z" 1 }} {{ printf "%d" nil }} {{ printf "%s" nil }} {{ printf "%v" nil }}
{{ printf "%d %d" 1 }} {{ printf "%d" 1 2 "x" nil }} {{ printf "%" }} {{ printf "100%%" }} {{ printf "%!" 1 }} {{ printf "%é" 1 }}
{{ printf "%[2]d %[1]d" 1 2 }} {{ printf "%[3]d" 1 }} {{ printf "%[x]d" 1 }} {{ printf "%[2]*[1]d" 5 8 }} {{ printf "%*d|%-*d|" 5 1 5 2 }} {{ printf "%.*f" 2 1.2345 }} {{ printf "%*d" "a" 1 }} {{ printf "%.*d" "a" 1 }} {{ printf "%*d|" -5 1 }} {{ printf "%[1]d %d" 1 2 }}
{{ printf "%s %q %d %x" $labels $labels $externalLabels $externalLabels }}
{{ printf "%5v|%-5v|%05v" 1 2 3 }} {{ printf "%v" (query "nope") }} {{ printf "%+v" $labels }} {{ printf "%#v %#v %#v %#v" "a" 1 true $externalLabels }}
{{ printf "%.3v %6.2v|%v" "abcdef" 3.14159 'x' }} {{ printf "%+d" 5 }} {{ printf "%+v" 5 }} {{ printf "%c%c" 233 0x1F600 }}
{{ printf 5 }}
{{ printf }}
{{ "%d-%s" | printf 5 }}
{{ "a" | printf "%s-%s" "b" }}
{{ $value | printf "%.2f" }} {{ printf "%.0f" $value }} {{ $value | printf "%.4g" | printf "%s!" }}
{{ humanize 0.0 }} {{ humanize 1.0 }} {{ humanize 999.0 }} {{ humanize 1000.0 }} {{ humanize 1234567.0 }} {{ humanize 0.1234 }} {{ humanize 0.00000012345 }} {{ humanize -1234.5 }} {{ humanize 1e30 }} {{ humanize 1e-30 }} {{ humanize 5 }} {{ humanize "1234" }}
{{ humanize1024 0.0 }} {{ humanize1024 1.0 }} {{ humanize1024 1024.0 }} {{ humanize1024 1048576.0 }} {{ humanize1024 -5e9 }} {{ humanize1024 1e30 }} {{ humanize1024 0.5 }}
{{ humanizeDuration 0.0 }} {{ humanizeDuration 1.0 }} {{ humanizeDuration 59.9999 }} {{ humanizeDuration 60.0 }} {{ humanizeDuration 90061.5 }} {{ humanizeDuration 0.001 }} {{ humanizeDuration -3661.0 }} {{ humanizeDuration 1e9 }} {{ humanizeDuration 0.0000012 }} {{ humanizeDuration "77" }} {{ humanizeDuration -0.5 }}
{{ humanizePercentage 0.5 }} {{ humanizePercentage 0.123456 }} {{ humanizePercentage 1.0 }} {{ humanizePercentage -0.00001 }} {{ humanizePercentage 123.456 }}
{{ humanizeTimestamp 0.0 }} {{ humanizeTimestamp 1435065584.128 }} {{ humanizeTimestamp 1600000000 }} {{ humanizeTimestamp -1.5 }}
{{ humanizeTimestamp 1e300 }}
{{ humanize "NaN" }} {{ humanize "+Inf" }} {{ humanize "-Inf" }} {{ humanizeDuration "NaN" }} {{ humanizeDuration "-inf" }} {{ humanizePercentage "Inf" }} {{ humanizeTimestamp "NaN" }} {{ humanize1024 "NaN" }}
{{ humanize "abc" }}
{{ humanize true }}
{{ humanize $labels }}
{{ humanize nil }}
{{ humanize $labels.n }} {{ humanize "0x10" }}
{{ toTime 1600000000.5 }} {{ (toTime 1600000000).Year }} {{ (toTime 1600000000).Month }} {{ (toTime 1600000000).Day }} {{ (toTime 1600000000).Weekday }} {{ (toTime 1600000000).Unix }} {{ (1600000000 | toTime).Hour }}
{{ (toTime 1600000000).Format "2006-01-02T15:04:05Z07:00" }} {{ (toTime 1600003333.25).Format "Mon Jan _2 3:04:05.000 PM 06 002 MST -0700" }} {{ (toTime 0).Format "Monday January 2 15h .999 1/2/06" }}
{{ toTime "NaN" }}
{{ (toTime 0).Nope }}
{{ (toTime 0).Format }}
{{ (toTime 0).Format 5 }}
{{ parseDuration "1h30m" }} {{ parseDuration "0" }} {{ parseDuration "1d" }} {{ parseDuration "250ms" }}
{{ parseDuration "x" }}
{{ parseDuration "" }}
{{ title "hello wORLD foo-bar a_b" }} {{ toUpper "aé" }} {{ toLower "AÉ" }} {{ $labels.job | title }}
{{ reReplaceAll "a(.)" "x$1y" "abac" }} {{ reReplaceAll "(?P<n>[0-9]+)" "<${n}>" "a1b22" }} {{ reReplaceAll "b*" "-" "abc" }} {{ reReplaceAll "^" "x" "ab" }} {{ reReplaceAll "$" "x" "ab" }} {{ reReplaceAll "(.*):(.*)" "$2 $1" $labels.instance }} {{ reReplaceAll "x" "$$" "axb" }} {{ reReplaceAll "" "-" "aé" }}
{{ reReplaceAll ":[0-9]+" "" $labels.instance }} {{ $labels.instance | reReplaceAll "(.*?)\\..*" "$1" }} {{ reReplaceAll "o" "$1x" "foo" }} {{ reReplaceAll "a|b" "[$0]" "cab" }}
{{ reReplaceAll "[" "a" "b" }}
{{ match "a.c" "xabcx" }} {{ match "^b" "abc" }} {{ match "(?i)ABC" "abc" }} {{ match "" "" }}
{{ match "(" "a" }}
{{ stripPort "a:1" }} {{ stripPort "a" }} {{ stripPort "[::1]:9" }} {{ stripPort "::1" }} {{ stripPort "a:b:c" }} {{ stripPort ":80" }} {{ stripPort "[::1]" }} {{ stripPort "" }} {{ stripPort "a:" }}
{{ stripDomain "a.b.c:80" }} {{ stripDomain "a.b" }} {{ stripDomain "1.2.3.4:80" }} {{ stripDomain "[::1]:80" }} {{ stripDomain "host" }} {{ stripDomain "" }} {{ stripDomain "a.b:" }}
{{ graphLink "up > 1" }} {{ tableLink "sum(a) by (b)" }}
{{ safeHtml "<b>" }} {{ safeHtml "x" | printf "%s %T" "y" }} {{ eq (safeHtml "a") "a" }}
{{ safeHtml "x" | toUpper }}
{{ toUpper 5 }}
{{ toUpper $value }}
{{ toUpper nil }}
{{ toUpper }}
{{ toUpper "a" "b" }}
{{ $value | toUpper }}
{{ 5 | toUpper }}
{{ value 5 }}
{{ value nil }}
{{ label "a" nil }}
{{ first nil }}
{{ first 5 }}
{{ first $labels }}
{{ query 5 }}
{{ externalURL }}
{{ pathPrefix }}
{{ .Foo }}
{{ $labels.job.foo }}
{{ $labels.job "x" }}
{{ .Labels.job 5 }}
{{ .Value.x }}
{{ $value.x }}
{{ $value 5 }}
{{ 5 6 }}
{{ "a" "b" }}
{{ (1) 2 }}
{{ nil }}
{{ 1 | $labels.job }}
{{ . 1 }}
{{ (first (query "nope")).Labels.x }}
{{ if eq $labels.job "node" }}{{ if gt $value 1.0 }}both{{ end }}{{ end }}
{{ if and (eq $labels.job "node") (gt $value 1.0) (not $labels.missing) }}all{{ end }}
{{ $x := 1 }}{{ range $labels }}{{ $x = . }}{{ end }}{{ $x }}
{{ $l := $labels }}{{ $l.job }} {{ $l := query "up{job=\"a\"}" | first }}{{ $l.Labels.instance }} {{ $l.Value | humanizePercentage }}
{{ with $labels }}{{ .job }}{{ $.Value }}{{ end }}
{{ with printf "%.1f" $value }}v={{ . }}{{ end }}
{{ define "y" }}{{ .Foo }}{{ end }}{{ template "y" . }}
{{ define "z" }}{{ . | toUpper }}{{ end }}line\nx{{ template "z" 5 }}
{{ range $i, $x := query "up{job=\"a\"}" }}{{ $i }}{{ $x.Foo }}{{ end }}
{{ template "x y" "a" | printf "%s" }}
{{ $labels.job | printf "%s %d" "a" | toUpper | len }}
{{ printf "%s" ($labels.job | toUpper) }} {{ (printf "%d" 5) | len }} {{ ((5)) }}
{{ "a" | print "b" | print "c" }} {{ print ("x" | print) }}
{{ if not (match "^host" $labels.instance) }}a{{ else }}b{{ end }}
{{ range $i, $j := $labels }}{{ if $i }}{{ $j }}{{ end }}{{ else }}none{{ end }}
{{ len (printf "%1000d" 5) }} {{ printf "%-8s|%8s|" "ab" "cd" }}
{{ break }}x
{{ print (index $labels "job") (len $labels) }} {{ printf "%q" $labels.instance }}
{{ printf "%v %v" 'a' "b" }} {{ printf "%08.3f|%+08.3f|%-8.2f|% 8.2f" 3.14159 3.14159 3.14159 3.14159 }}
{{ printf "%6.2f%%" 12.345 }} {{ printf "%.1e" 12345.678 }} {{ printf "%3c|%-3c|" 65 66 }} {{ printf "%03s" "a" }} {{ printf "%05t" true }}
{{ printf "%t" "x" }} {{ printf "%e" "x" }} {{ printf "%x" true }} {{ printf "%!d" }} {{ printf "%-010d|" 5 }} {{ printf "%+q" "é" }} {{ printf "%#U" 233 }}
'''


class Promtool:
    """What promtool says the annotations of the n-th alert are."""

    def __init__(self, folder):
        self.folder = folder

    def expand(self, templates, value):
        rules = [{"alert": "A%03d" % i, "expr": "m", "annotations": {"t": text}} for i, text in enumerate(templates)]
        series = [{"series": FIRING, "values": value}]
        series += [{"series": name, "values": of} for name, of in OTHERS.items()]
        asked = [{"eval_time": "0m", "alertname": "A%03d" % i, "exp_alerts": []} for i in range(len(templates))]
        test = {"interval": "1m", "external_labels": {"region": "eu"}, "input_series": series, "alert_rule_test": asked}
        self.write("rules.yml", {"groups": [{"name": "g", "rules": rules}]})
        self.write("test.yml", {"rule_files": ["rules.yml"], "evaluation_interval": "1m", "tests": [test]})
        done = subprocess.run(["promtool", "test", "rules", "test.yml"], cwd=self.folder, capture_output=True,
                              text=True, timeout=120)
        return self.read(done.stdout + done.stderr, len(templates))

    def write(self, name, what):
        with open(os.path.join(self.folder, name), "w") as file:
            yaml.safe_dump(what, file, width=1000000, allow_unicode=True)

    def read(self, said, count):
        found = dict(re.findall(r'Labels:\{alertname="A(\d+)".*?\n\s+Annotations:\{t=(".*")\}\n', said))
        if len(found) != count:
            sys.exit("promtool told of %d alerts, not %d:\n%s" % (len(found), count, said[:3000]))
        return [unquote(found["%03d" % i]) for i in range(count)]


def unquote(text):
    """A text as Go quotes it."""

    def escaped(found):
        word = found[1]
        if word[0] == b"x"[0]:
            return bytes([int(word[1:], 16)])
        if word[:1] in b"uU":
            return chr(int(word[1:], 16)).encode()
        return {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}.get(word, word)

    whole = rb"\\(x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|.)"
    return re.sub(whole, escaped, text[1:-1].encode()).decode(errors="replace")


def ours(program, templates, value):
    given = b"".join(text.encode() + b"\0" for text in templates)
    done = subprocess.run([program, "--value", value], input=given, capture_output=True, timeout=60)
    if done.returncode:
        sys.exit("%s: status %d\n%s" % (program, done.returncode, done.stderr.decode()))
    found = [text.decode(errors="replace") for text in done.stdout.split(b"\0")[:-1]]
    if len(found) != len(templates):
        sys.exit("%s: %d answers to %d templates" % (program, len(found), len(templates)))
    return found


def of_rules():
    found = []
    for path in sorted(glob.glob(os.path.join(os.environ.get("SKEP_SHARED", ""), "data/rules/*.yaml"))):
        with open(path) as file:
            for group in yaml.safe_load(file)["spec"]["groups"]:
                for rule in group["rules"]:
                    found += rule.get("annotations", {}).values()
    if not found:
        if os.environ.get("CI") == "true":
            sys.exit("the public rules ($SKEP_SHARED/data/rules) are not there")
        print("the public rules ($SKEP_SHARED/data/rules) are not there: their templates are not compared")
    return found


def main():
    program = os.path.abspath(sys.argv[1])
    # A line that begins with a tab belongs to the one before.
    cases = re.sub(r"\n\t", "\x01", CASES.strip("\n")).split("\n")
    cases = [case.replace("\x01", "\n\t").replace("line\\n", "line\n") for case in cases]
    # What does not even parse is refused with its rule, by both.
    cases = [case for case in cases if case not in ("{{ break }}x", "{{ 1 | $labels.job }}x")]
    cases += of_rules()
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for value in ("1.5", "0", "123456789", "NaN", "0.000012", "-Inf"):
            theirs = Promtool(folder).expand(cases, value)
            for case, wanted, got in zip(cases, theirs, ours(program, cases, value)):
                if LOOSE.sub(r"\1\2", wanted) != LOOSE.sub(r"\1\2", got):
                    wrong += 1
                    print("%s\n  promtool: %r\n  skep:     %r" % (case, wanted, got))
    print("%d templates, 6 values each: %d differ" % (len(cases), wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
