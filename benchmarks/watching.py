"""What watching costs a training: the same run with 0, 1 and 10 people on its page.

    python benchmarks/watching.py [ROUNDS] [SECONDS]

A real server serves the real app. Each watcher is a websocket that speaks Streamlit's protocol as a
browser does: it opens the run's page, answers every timer with the rerun that a browser would send,
and tells the components' code once it has arrived, so that it is sent increments from then on. What
a browser spends on drawing is not in it: people watch on machines of their own.

Phases are interleaved, so that neighbours on the machine disturb all alike. Printed are the steps
of the worker for each second of its CPU time (what watching itself costs) and of wall time (what a
person sees, neighbours and these clients included), as medians and as ratios to nobody watching.
Linux only: it reads /proc.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.typing import Origin, Subprotocol

from ganlab.jobs.folder import RunFolder
from ganlab.jobs.store import Store
from ganlab.presets import preset
from pages.widgets.payload import unpack
from tests.browser.streamlit_server import ROOT, end, free_port, start
from tests.workers import worker_of

WATCHERS = (0, 1, 10)
LIMITS = {1: 0.95, 10: 0.85}
SETTLE = 3.0
"""Seconds between the arrival of the watchers and the first count."""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Watcher:
    """One browser tab, as the server sees it."""

    url: str
    run_id: str
    states: dict[str, str] = field(default_factory=dict)
    """What the components have said, by widget."""
    sources: dict[str, int] = field(default_factory=dict)
    timers: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    page: str = ""
    updates: int = 0
    last: int = 0
    """The newest step that has arrived."""

    async def watch(self) -> None:
        """Open the page and go on watching until cancelled."""
        where = self.url.replace("http", "ws") + "/_stcore/stream"
        async with websockets.connect(
            where, subprotocols=[Subprotocol("streamlit")], max_size=None, origin=Origin(self.url)
        ) as socket:
            try:
                await self.rerun(socket, "")
                async for raw in socket:
                    assert isinstance(raw, bytes)
                    self.hear(socket, ForwardMsg.FromString(raw))
            finally:
                for timer in self.timers.values():
                    timer.cancel()

    async def rerun(self, socket: websockets.ClientConnection, fragment: str) -> None:
        """Ask for the page, or for one of its fragments."""
        message = BackMsg()
        client = message.rerun_script
        client.query_string = f"run={self.run_id}"
        client.page_script_hash = self.page
        client.page_name = "" if self.page else "image_gans"
        client.fragment_id = fragment
        client.is_auto_rerun = bool(fragment)
        for widget, state in self.states.items():
            one = client.widget_states.widgets.add()
            one.id, one.json_value = widget, state
        await socket.send(message.SerializeToString())

    def hear(self, socket: websockets.ClientConnection, message: ForwardMsg) -> None:
        """Do what a browser does with a message, drawing left out."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.page = message.new_session.page_script_hash
        elif kind == "auto_rerun":
            name, every = message.auto_rerun.fragment_id, message.auto_rerun.interval
            if name not in self.timers:
                self.timers[name] = asyncio.create_task(self.keep_asking(socket, name, every))
        elif kind == "delta" and message.delta.new_element.HasField("bidi_component"):
            component = message.delta.new_element.bidi_component
            header, arrays = unpack(component.bytes)
            self.updates += header["name"] == "live_chart"
            if "step" in arrays and len(arrays["step"]):
                self.last = max(self.last, int(arrays["step"][-1]))
            if "source" in header:
                seen = self.sources[component.id] = self.sources.get(component.id, 0) + 1
                if seen == 2:
                    self.states[component.id] = json.dumps({"code": header["code"]})

    async def keep_asking(
        self, socket: websockets.ClientConnection, fragment: str, every: float
    ) -> None:
        """Rerun a fragment as often as the page wants."""
        while True:
            await asyncio.sleep(every)
            await self.rerun(socket, fragment)


@dataclass(frozen=True)
class Moment:
    """Where worker and server stand."""

    at: float
    step: int
    worker: float
    server: float


def cpu_seconds(pid: int) -> float:
    """CPU time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


async def phase(
    watchers: int, seconds: float, url: str, record: RunFolder, pids: tuple[int, int]
) -> tuple[float, float, float, float]:
    """Steps a CPU second, steps a second, updates a second and watcher, server CPU a second."""

    def now() -> Moment:
        rows = record.columns()["step"]
        return Moment(time.monotonic(), int(rows[-1]), *map(cpu_seconds, pids))

    tabs = [Watcher(url, record.id) for _ in range(watchers)]
    tasks = [asyncio.create_task(tab.watch()) for tab in tabs]
    await asyncio.sleep(SETTLE)
    before, updates = now(), sum(tab.updates for tab in tabs)
    await asyncio.sleep(seconds)
    after, updates = now(), sum(tab.updates for tab in tabs) - updates
    for task in tasks:
        if task.done():
            task.result()
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    passed, steps = after.at - before.at, after.step - before.step
    for tab in tabs:
        if tab.last < before.step:
            raise SystemExit("a watcher was shown nothing new: the benchmark measures nothing")
    shown = updates / passed / 3 / watchers if watchers else 0.0  # the page has three charts
    return (
        steps / (after.worker - before.worker),
        steps / passed,
        shown,
        (after.server - before.server) / passed,
    )


async def main(rounds: int, seconds: float) -> int:
    """Print the table; 1 if watching costs more than it may."""
    with tempfile.TemporaryDirectory() as home:
        port = free_port()
        server = start(ROOT / "app.py", {"GANLAB_HOME": home, "GANLAB_MAX_RUNS": "1"}, port)
        url = f"http://127.0.0.1:{port}"
        store = Store(Path(home))
        record = store.create(preset("digits").with_values({"steps": 50_000_000}), "", "digits")
        try:
            store.enqueue(record.id, "cpu")
            first = asyncio.create_task(Watcher(url, record.id).watch())  # wakes the hub
            while len(record.columns()["step"]) < 100:
                if first.done():
                    first.result()
                await asyncio.sleep(0.2)
            first.cancel()
            pids = (worker_of(record.id), server.pid)
            table: dict[int, list[tuple[float, ...]]] = {count: [] for count in WATCHERS}
            for number in range(rounds):
                order = WATCHERS if number % 2 == 0 else WATCHERS[::-1]
                for count in order:
                    table[count].append(await phase(count, seconds, url, record, pids))
        finally:
            store.leave_queue(record.id)
            record.command("stop")
            while record.is_alive():
                await asyncio.sleep(0.1)
            end(server)
    print(f"{rounds} rounds of {seconds:.0f} s; medians")
    print("watchers  steps/CPU s  ratio   steps/s  ratio   updates/s each  server CPU")
    failed = False
    means = {
        n: [statistics.median(column) for column in zip(*table[n], strict=True)] for n in WATCHERS
    }
    nobody = means[0]
    for count, (each, wall, shown, server_cpu) in means.items():
        print(
            f"{count:8}  {each:11.1f}  {each / nobody[0]:5.3f}  {wall:8.1f}  "
            f"{wall / nobody[1]:5.3f}  {shown:14.2f}  {server_cpu:9.2f}"
        )
        failed |= each / nobody[0] < LIMITS.get(count, 0.0)
    return int(failed)


if __name__ == "__main__":
    given = [float(value) for value in sys.argv[1:]]
    rounds, seconds = (*given, *(6.0, 10.0)[len(given) :])
    sys.exit(asyncio.run(main(int(rounds), seconds)))
