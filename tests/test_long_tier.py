"""The long tier in a project of four tests, driven by pytest itself."""

import subprocess

import pytest

from tests.long_tier import BEGIN, END, REPORT, state_of_source, write_result

pytest_plugins = ["pytester"]
CONFTEST = """
from tests.long_tier import LongTier

def pytest_addoption(parser):
    parser.addoption("--long", action="store_true")

def pytest_configure(config):
    config.addinivalue_line("markers", "long: long")
    config.pluginmanager.register(LongTier(config))
"""
TESTS = """
import hypothesis, hypothesis.strategies, pathlib, pytest

def test_short(): ...

@hypothesis.given(hypothesis.strategies.integers())
def test_property(number): ...

@pytest.mark.long
@pytest.mark.parametrize("seed", [0, 1])
def test_long(seed):
    assert seed == 0 or pathlib.Path("mended").exists()
"""


@pytest.fixture
def project(pytester):
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(TESTS)
    report = pytester.path / REPORT
    report.parent.mkdir()
    report.write_text(f"before\n{BEGIN}\nnever\n{END}\nafter\n")
    return pytester


def test_long_tests_run_only_when_asked_for(project):
    project.runpytest_inprocess().assert_outcomes(passed=2, deselected=2)
    project.runpytest_inprocess("--long").assert_outcomes(passed=2, failed=1, deselected=1)


def test_the_long_tier_goes_on_where_it_stopped_and_reports_when_it_is_complete(project):
    project.runpytest_inprocess("--long")
    report = project.path / REPORT
    assert "never" in report.read_text()
    (project.path / "mended").touch()
    done = project.runpytest_inprocess("--long")
    done.assert_outcomes(passed=1, deselected=3)
    text = report.read_text()
    assert "3 tests passed" in text
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    again = project.runpytest_inprocess("--long")
    again.assert_outcomes(deselected=4)
    assert again.ret == pytest.ExitCode.OK


def test_a_part_of_the_long_tier_writes_no_report(project):
    (project.path / "mended").touch()
    project.runpytest_inprocess("--long", "-k", "0").assert_outcomes(passed=1, deselected=3)
    project.runpytest_inprocess("--long", "-k", "1 or property").assert_outcomes(
        passed=2, deselected=2
    )
    assert "never" in (project.path / REPORT).read_text()


def test_a_change_begins_the_tier_again_and_a_written_report_does_not(tmp_path):
    report = tmp_path / REPORT
    report.parent.mkdir()
    report.write_text(f"{BEGIN}\n{END}\n")
    (tmp_path / "code.py").write_text("one")

    def git(*arguments: str) -> None:
        who = ("-c", "user.name=test", "-c", "user.email=test@example.org")
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init")
    git("add", ".")
    git("commit", "-m", "one")
    clean = state_of_source(tmp_path)
    write_result(report, "a result")
    assert state_of_source(tmp_path) == clean
    (tmp_path / "code.py").write_text("two")
    assert state_of_source(tmp_path) not in (clean, "unknown")
