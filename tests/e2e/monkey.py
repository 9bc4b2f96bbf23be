#!/usr/bin/env python3
"""monkey.py SKEP SECONDS [SEED]: presses random keys, pastes, splits sequences,
resizes and stalls, against fixed figures, a dead server and a hanging one in
turn. Fails when the program ends by itself, leaves the terminal otherwise than
it was, or does not answer a key within 5 s. Ends with `N passed, N failed`."""
import random
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from servers import Servers, free_port  # noqa: E402
from terminal import Terminal  # noqa: E402

ROOT = HERE.parents[1]
PANELS, POLLN, NODE = (ROOT / "tests/screen/panels.json", ROOT / "systems/polln/dashboard.json",
                       ROOT / "systems/node/dashboard.json")
KEYS = [*"hjklgGnNfosvwxyrp+-][<>.,;:/?123456789ABCDEFHIJKLMOPRSTUX!@# \t\r\x0c\x03\x15\x17\x7f\x08", "\x1b", "\x1b[A",
        "\x1b[B", "\x1b[C", "\x1b[D", "\x1bOA", "\x1b[Z", "\x1b[5~", "\x1b[6~", "\x1b[H", "\x1b[F", "\x1b[1;5C", "\x1bx",
        "\x1b[<0;10;10M", "\x1b[<64;10;10M", "\x1b[<65;20;5M", "\x1b[200~pasted\ntext\x1b[201~", "\x1b[999z", "\xc3",
        ":board 2\r", ":board 1\r", ":theme day\r", ":theme night\r", ":range 6h\r", ":var x=y\r", ":view sources\r",
        ":view board\r", "/e", "é", "漢", "\x1b[?1;2c"]


def session(skep, url, seconds, rng):
    pressed = []
    with Terminal([skep, "-p", url, "-d", PANELS, "-d", POLLN, "-d", NODE, "--refresh", "1s", "--timeout", "1s"],
                  rng.choice((40, 80, 120, 200)), rng.choice((12, 24, 40, 50))) as terminal:
        terminal.wait("Every", seconds=20)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            choice = rng.random()
            if choice < 0.04:
                terminal.resize(rng.choice((1, 2, 10, 40, 80, 133, 200, 400)), rng.choice((1, 2, 5, 12, 24, 50, 100)))
            elif choice < 0.05:
                time.sleep(0.2)
            else:
                key = rng.choice(KEYS)
                pressed.append(key)
                data = key.encode()
                cut = rng.randrange(len(data) + 1) if rng.random() < 0.1 else len(data)
                terminal.send(data[:cut], 0.0)
                if cut < len(data):
                    terminal.send(data[cut:], 0.0)
            if not terminal.alive():
                # q on the first screen leaves: that is no fault, but nothing else may end it.
                assert terminal.status == 0, (terminal.status, pressed[-30:], terminal.text())
                assert terminal.restored() == [], (terminal.restored(), pressed[-30:])
                return len(pressed)
        terminal.resize(100, 30)
        for _ in range(6):
            if terminal.alive():
                terminal.send("\x03", 0.2)
                terminal.send("\x1b", 0.2)
        if terminal.alive():
            terminal.send(":quit\r", 0.3)
        for _ in range(6):
            if terminal.alive():
                terminal.send("q", 0.2)
        status = terminal.finish(5)
        assert status == 0, (status, pressed[-30:])
        assert terminal.restored() == [], terminal.restored()
    return len(pressed)


def main():
    skep, seconds = str(Path(sys.argv[1]).resolve()), float(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 30)
    rng = random.Random(seed)
    print(f"monkey: seed {seed}", flush=True)
    passed = failed = keys = 0
    with Servers() as servers:
        urls = [f"http://127.0.0.1:{servers.script(ROOT / 'tests/screen/fixed_server.py')}"] * 3
        urls += [f"http://127.0.0.1:{free_port()}",
                 f"http://127.0.0.1:{servers.script(ROOT / 'tests/bench/hanging_server.py')}"]
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                keys += session(skep, rng.choice(urls), min(20, max(1, end - time.monotonic())), rng)
                passed += 1
            except Exception as fault:
                failed += 1
                print(f"monkey: {fault}", flush=True)
    print(f"monkey: {keys} keys")
    print(f"monkey: {passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


sys.exit(main())
