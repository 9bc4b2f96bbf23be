"""Boards for the benches."""
import json


def write_board(path, panels):
    path.write_text(json.dumps({"title": "Bench", "time": {"from": "now-15m", "to": "now"}, "panels": panels}))


def nine(expression=None):
    """Five stats and four graphs on the node exporter, or all on one expression."""
    stats = ["node_load1", "up{job=\"node\"}", "node_memory_MemAvailable_bytes", "time() - node_boot_time_seconds",
             "sum(rate(node_cpu_seconds_total{mode!=\"idle\"}[1m]))"]
    graphs = ["rate(node_cpu_seconds_total[1m])", "node_memory_MemFree_bytes", "rate(node_network_receive_bytes_total[1m])",
              "rate(node_disk_written_bytes_total[1m])"]
    panels = [{"id": i, "type": "stat", "title": f"Stat {i}", "gridPos": {"x": i * 4, "y": 0, "w": 4, "h": 4},
               "targets": [{"refId": "A", "expr": expression or e}]} for i, e in enumerate(stats)]
    return panels + [{"id": 10 + i, "type": "timeseries", "title": f"Graph {i}",
                      "targets": [{"refId": "A", "expr": expression or e}],
                      "gridPos": {"x": i % 2 * 12, "y": 4 + i // 2 * 8, "w": 12, "h": 8}} for i, e in enumerate(graphs)]
