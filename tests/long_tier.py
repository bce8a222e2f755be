"""The long tier, run by --long from where the last call stopped: tests marked `long`, and fuzzing.

Tests of properties (Hypothesis) belong to it as well, with ten times the examples of other calls.
"""

import hashlib
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

KEY = "ganlab/long"
"""Where pytest's cache keeps the state of the source and the seconds of each test that passed."""
REPORT = Path("benchmarks/README.md")
BEGIN, END = "<!-- long tier -->", "<!-- end of long tier -->"


class LongTier:
    """Deselects tests marked `long` unless --long is given, and then all but the tier's own.

    What passed is written down after each test, with the state of the source, so that the next call
    goes on after an interruption and begins again after a change. When the whole tier has passed,
    the report is given commit and date.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.wanted: bool = config.getoption("--long")
        self.state = state_of_source(config.rootpath) if self.wanted else ""
        stored = config.cache.get(KEY, {}) if self.wanted and config.cache else {}
        self.passed: dict[str, float] = {}
        if stored.get("state") == self.state:
            self.passed = stored["passed"]
        self.tier: set[str] = set()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep what this call runs."""
        marked = {item.nodeid for item in items if item.get_closest_marker("long")}
        fuzzing = {item.nodeid for item in items if _is_property(item)}
        self.tier = marked | fuzzing
        others = {item.nodeid for item in items} - marked
        kept = self.tier - self.passed.keys() if self.wanted else others
        out = [item for item in items if item.nodeid not in kept]
        if out:
            self.config.hook.pytest_deselected(items=out)
            items[:] = [item for item in items if item.nodeid in kept]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write down at once that a test passed."""
        if self.wanted and self.config.cache and report.when == "call" and report.passed:
            self.passed[report.nodeid] = report.duration
            self.config.cache.set(KEY, {"state": self.state, "passed": self.passed})

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say how far the tier has come, and write the report when the whole of it has passed."""
        if not self.wanted or self.config.option.collectonly:
            return
        done = self.tier & self.passed.keys()
        terminalreporter.write_line(
            f"long tier at {self.state}: {len(done)} of {len(self.tier)} passed"
        )
        option = self.config.option
        chosen = option.keyword or option.markexpr or option.deselect
        whole = self.config.args_source is not pytest.Config.ArgsSource.ARGS and not chosen
        if whole and self.tier and done == self.tier:
            minutes = sum(self.passed.values()) / 60
            write_result(
                self.config.rootpath / REPORT,
                f"Last complete run: commit {self.state}, {datetime.now(UTC):%Y-%m-%d}, "
                f"{len(done)} tests passed in {minutes:.0f} minutes.",
            )

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Nothing left to run is no failure."""
        if self.wanted and session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and self.tier:
            session.exitstatus = pytest.ExitCode.OK


def state_of_source(root: Path) -> str:
    """The commit, and a hash of what differs from it where something but the report does."""
    commit = _git(root, "rev-parse", "--short=12", "HEAD").strip() or "unknown"
    changes = _git(root, "diff", "HEAD", "--", ".", f":!{REPORT.as_posix()}")
    return f"{commit}+{hashlib.sha256(changes.encode()).hexdigest()[:8]}" if changes else commit


def write_result(report: Path, line: str) -> None:
    """Put the line between the report's two marks, in place of what stands there."""
    text = report.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN, 1)
    report.write_text(f"{before}{BEGIN}\n{line}\n{END}{rest.split(END, 1)[1]}", encoding="utf-8")


def _is_property(item: pytest.Item) -> bool:
    return getattr(getattr(item, "obj", None), "is_hypothesis_test", False)


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=root, capture_output=True, text=True, check=False, errors="replace"
    )
    return done.stdout
