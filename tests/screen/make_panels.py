#!/usr/bin/env python3
"""Writes panels.json: one panel for each type, state and oddity that a golden
screen should hold. Run it after changing the list below."""
import json
from pathlib import Path

GREEN_YELLOW_RED = {"mode": "absolute", "steps": [{"color": "green", "value": None}, {"color": "yellow", "value": 50},
                                                  {"color": "red", "value": 80}]}


def panel(kind, title, exprs, w=6, h=6, unit=None, options=None, legend="", fmt=None, defaults=None, **more):
    targets = [{"refId": chr(65 + i), "expr": e, "legendFormat": legend, **({"format": fmt} if fmt else {}),
                **({"instant": True} if fmt == "table" else {})} for i, e in enumerate(exprs)]
    config = {"thresholds": GREEN_YELLOW_RED, **({"unit": unit} if unit else {}), **(defaults or {})}
    return {"type": kind, "title": title, "targets": targets, "gridPos": {"w": w, "h": h},
            "fieldConfig": {"defaults": config, "overrides": []}, "options": options or {}, **more}


def calc(*names):
    return {"reduceOptions": {"calcs": list(names)}}


PANELS = [
    {"type": "row", "title": "Values", "gridPos": {"w": 24, "h": 1}, "collapsed": False, "panels": []},
    panel("stat", "Requests", ["fixed_wave"], 4, 4, "reqps", {**calc("lastNotNull"), "graphMode": "area"}),
    panel("stat", "Background", ["fixed_negative"], 4, 4, "celsius", {**calc("lastNotNull"), "colorMode": "background"}),
    panel("gauge", "Memory", ["fixed_wave"], 4, 4, "percent", calc("lastNotNull"), defaults={"min": 0, "max": 100}),
    panel("bargauge", "Disks", ['fixed_wave{n="3"}'], 6, 4, "percent", calc("last"), "{{instance}}",
          defaults={"min": 0, "max": 100}),
    panel("stat", "Mapped", ['up{job="polln-colony"}'], 3, 4, None, calc("lastNotNull"), defaults={
        "mappings": [{"type": "value", "options": {"1": {"text": "UP", "color": "green"}}}]}),
    panel("stat", "Not a number", ["fixed_nan"], 3, 4, None, calc("lastNotNull")),
    {"type": "row", "title": "Over time", "gridPos": {"w": 24, "h": 1}, "collapsed": False, "panels": []},
    panel("timeseries", "Three waves", ['fixed_wave{n="3"}'], 8, 8, "ms", {"legend": {"displayMode": "table", "calcs": [
        "min", "max", "mean"], "placement": "bottom"}}, "{{instance}}"),
    panel("timeseries", "Stacked", ['fixed_wave{n="4"}'], 8, 8, "bytes", None, "{{instance}}", defaults={
        "custom": {"stacking": {"mode": "normal"}, "fillOpacity": 30}}),
    panel("timeseries", "Gap, huge, one point", ["fixed_gap", "fixed_one"], 8, 8, "short", None, "__auto"),
    panel("timeseries", "Wide and hostile names", ["fixed_wide"], 8, 8, "short", None, "{{instance}}"),
    panel("timeseries", "Negative and bars", ["fixed_negative"], 8, 8, "short", defaults={"custom": {"drawStyle": "bars"}}),
    panel("timeseries", "1e308", ["fixed_huge"], 8, 8, "short"),
    panel("heatmap", "Latency", ["fixed_bucket"], 8, 8, "s", None, "{{le}}", "heatmap"),
    panel("state-timeline", "States", ['fixed_state{n="3"}'], 8, 8, None, None, "{{instance}}", defaults={
        "mappings": [{"type": "value", "options": {"0": {"text": "ok", "color": "green"}, "1": {
            "text": "slow", "color": "yellow"}, "2": {"text": "down", "color": "red"}}}]}),
    panel("status-history", "History", ['fixed_state{n="3"}'], 8, 8, None, None, "{{instance}}"),
    {"type": "row", "title": "Tables and shares", "gridPos": {"w": 24, "h": 1}, "collapsed": False, "panels": []},
    panel("table", "Filesystems", ["fixed_disk_size", "fixed_disk_free"], 12, 6, "bytes", None, "", "table",
          transformations=[{"id": "merge", "options": {}},
                           {"id": "organize", "options": {"excludeByName": {"Time": True, "__name__": True},
                                                          "renameByName": {"Value #A": "Size", "Value #B": "Free"}}}]),
    panel("piechart", "Shares", ['fixed_wave{n="4"}'], 6, 6, "short", {**calc("lastNotNull"), "legend": {
        "values": ["percent"], "displayMode": "list"}}, "{{instance}}"),
    panel("barchart", "Bars", ['fixed_wave{n="4"}'], 6, 6, "short", None, "{{instance}}", "table"),
    panel("histogram", "Distribution", ['fixed_wave{n="4"}'], 6, 6, "short", None, "{{instance}}"),
    {"type": "text", "title": "Notes", "gridPos": {"w": 6, "h": 6}, "options": {"mode": "markdown", "content":
        "# On call\n\n- **first** look at *latency*\n- [x] then `restart`\n\n| who | when |\n|---|---|\n| Ada | day |\n"}},
    panel("geomap", "A type nobody draws", ["fixed_wave"], 6, 6, "short"),
    {"type": "row", "title": "States", "gridPos": {"w": 24, "h": 1}, "collapsed": False, "panels": []},
    panel("stat", "No data", ["fixed_nothing"], 4, 4),
    panel("stat", "Absent", ["missing_metric"], 4, 4),
    panel("stat", "Down", ['fixed_downed{job="down"}'], 4, 4),
    panel("timeseries", "Stale", ["fixed_ended"], 4, 6),
    panel("stat", "Insufficient", ["avg_over_time(fixed_wave[20d])"], 4, 4),
    panel("stat", "Failed", ["fixed_broken("], 4, 4),
    {"type": "logs", "title": "Another language", "gridPos": {"w": 6, "h": 4},
     "datasource": {"type": "loki", "uid": "x"}, "targets": [{"refId": "A", "expr": "{app=\"x\"}"}]},
    {"type": "row", "title": "Folded", "gridPos": {"w": 24, "h": 1}, "collapsed": True,
     "panels": [panel("stat", "Hidden", ["fixed_wave"], 4, 4)]},
]


def place(panels):
    x = y = height = 0
    for number, item in enumerate(panels, 1):
        grid = item["gridPos"]
        if x + grid["w"] > 24:
            x, y, height = 0, y + height, 0
        grid.update(x=x, y=y)
        x, height = x + grid["w"], max(height, grid["h"])
        item["id"] = number
    return panels


DASHBOARD = {"title": "Every panel", "uid": "every-panel", "schemaVersion": 39, "refresh": "5s",
             "time": {"from": "now-1h", "to": "now"}, "panels": place(PANELS)}
Path(__file__).with_name("panels.json").write_text(json.dumps(DASHBOARD, indent=1) + "\n")
