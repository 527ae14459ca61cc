"""A process that speaks as a training does, and trains nothing; the seed says how it behaves."""

import json
import sys

from core.live.film import film

FINISHES, BABBLES, FALLS, WAITS = range(4)


def tell(kind, **values):
    print(json.dumps({"kind": kind, **values}), flush=True)


def main():
    asked = json.loads(sys.stdin.readline())
    seed = asked["config"]["seed"]
    shown = film()[0]
    if seed == FALLS:
        sys.exit(3)
    if seed == BABBLES:
        tell("ready" * 100_000)
        sys.stdin.read()
    tell(
        "ready",
        told="",
        parameters=1,
        **{one: shown[one] for one in ("source", "target", "tokens")},
    )
    for frame in shown["frames"][:5]:
        tell("snapshot", **frame)
    if seed == FINISHES:
        tell("done", why="finished", kept=False, told="")
        sys.exit(0)
    for line in sys.stdin:
        do = json.loads(line)["do"]
        if do == "pause":
            tell("paused")
        elif do == "go":
            tell("running")
        elif do == "rate":
            tell("snapshot", **{**shown["frames"][5], "rate": json.loads(line)["rate"]})
        elif do == "stop":
            tell("done", why="stopped", kept=False, told="")
            break


if __name__ == "__main__":
    main()
