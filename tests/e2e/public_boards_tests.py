"""Public dashboards on what skep collects by itself, with no exporter: which
panels show values, and why the others do not."""
import json
import re
import time

from redis_tests import Running
from servers import Servers, shared, wait_until

NODE = "grafana-dashboards__node-exporter-full.json"
# 92 on a virtual machine without swap and scheduler statistics.
NODE_PANELS, NODE_SHOWN_LEAST = 125, 86

# What of this dashboard the host collector does not read, by the beginning of the metrics' names, and why not.
NOT_READ = {
    "node_systemd": "units are systemd's to tell, over D-Bus; node_exporter too has them off unless asked",
    "node_processes": "counting processes means reading a folder of each; node_exporter has it off unless asked",
    "node_tcp_connection_states": "means reading every socket; node_exporter has it off unless asked",
    "node_interrupts": "a series for each interrupt and processor; node_exporter has it off unless asked",
    "process_": "of the exporter's own process, which there is none of",
    "node_timex": "of the clock of this process's machine alone, by a system call",
    "node_hwmon": "sensors", "node_cooling_device": "sensors", "node_power_supply": "sensors",
    "node_cpu_scaling": "of few machines' drivers, slow to read",
    "node_network_speed": "virtual cards have none",
    "node_network_receive_nohandler": "newer kernels' column of a file that older ones lack",
    "node_entropy": "constant on kernels of today", "node_udp_queues": "means reading every socket",
}
# There, but only where the machine has it.
MACHINE = ("SWAP", "Swap", "Network Saturation", "CPU Saturation", "CPU Schedule", "Pressure", "NF Conntrack", "ARP")


def unfolded(panels):
    """Without rows: what they fold away is shown like the rest."""
    for panel in panels:
        if panel["type"] == "row":
            yield from unfolded(panel.get("panels", []))
        else:
            yield panel


def write_unfolded(source, target):
    board = json.loads(source.read_text())
    board["panels"] = list(unfolded(board["panels"]))
    for number, panel in enumerate(board["panels"]):
        panel["id"] = number + 1
        panel["gridPos"] = {"x": number % 4 * 6, "y": number // 4 * 8, "w": 6, "h": 8}
    target.write_text(json.dumps(board))
    return board["panels"]


def shown(panel):
    return panel["state"] == "value" and any(value["value"] is not None for value in panel["values"])


def why_not(panel):
    """What of its metrics is not read, and why; "" when nothing explains it."""
    names = {name for target in panel["targets"] for name in re.findall(r"\b(?:node|process)_\w+", target["expr"])}
    reasons = {reason for prefix, reason in NOT_READ.items() for name in names if name.startswith(prefix)}
    return "; ".join(sorted(reasons))


def tests(skep):
    def node_exporter_full():
        """By the host collector alone, on this machine."""
        source = shared() / "data/dashboards" / NODE
        with Servers() as servers:
            board, path = servers.folder / "node.json", servers.folder / "host.yaml"
            panels = write_unfolded(source, board)
            assert len(panels) == NODE_PANELS, len(panels)
            path.write_text("system: host\ntitle: Host\nscrape_interval: 1s\ncollect:\n"
                            f"  - {{ type: host, job: node, interval: 1s }}\ndashboards: [{board}]\n")
            with Running(skep, path, "--format", "json", "--size", "180xall") as running:
                time.sleep(12)
                document = wait_until(lambda: (running.last() or {}).get("panels") and running.last(), 20)
        answers = document["panels"]
        without = {board["title"]: why_not(board) for board, answer in zip(panels, answers) if not shown(answer)}
        print(f"     {len(answers) - len(without)} of {len(answers)} panels show values; not shown:")
        for title, why in without.items():
            print(f"       {title}: {why or 'this machine has none'}")
        assert [board["title"] for board in panels] == [answer["title"] for answer in answers]
        assert len(answers) - len(without) >= NODE_SHOWN_LEAST, without
        # Of what is read, only what the machine may lack is without a value.
        unexplained = [title for title, why in without.items() if not why and not title.startswith(MACHINE)]
        assert not unexplained, unexplained

    yield "public node exporter full", node_exporter_full
