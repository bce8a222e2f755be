"""Set everything up and open the lab, or run its tests. Needs Python 3.11 and nothing else.

python lab.py               set up on the first call, then open the lab in the browser
python lab.py test          lint, check types, run the fast tests and the browser's
python lab.py test --all    the slow tests as well
python lab.py test --long   the long tests alone, from where the last call stopped

Further arguments of `test` go to pytest: `python lab.py test tests/data -k mnist`.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
SCRIPTS = ROOT / "pages" / "static"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PARALLEL = ("-n", "auto", "--maxprocesses", "4", "--dist", "loadfile")
"""A process a core, four at most; the tests of a file stay together and share its fixtures."""


def environment_folder() -> Path:
    """Where the virtual environment is: GANLAB_VENV, or .venv beside this file."""
    return Path(os.environ.get("GANLAB_VENV") or ROOT / ".venv")


def python_of(folder: Path) -> Path:
    """The interpreter of a virtual environment."""
    windows = os.name == "nt"
    return folder / ("Scripts/python.exe" if windows else "bin/python")


def set_up(requirements: str) -> Path:
    """Make the environment and install a requirements file, unless that was done; its Python."""
    folder = environment_folder()
    python = python_of(folder)
    content = b"".join((ROOT / name).read_bytes() for name in _read_by(requirements))
    stamp = folder / f".{requirements}.{hashlib.sha256(content).hexdigest()[:16]}"
    if stamp.exists() and python.exists():
        return python
    print(f"Setting up in {folder}. PyTorch is large: this takes some minutes once.", flush=True)
    if not python.exists():
        venv.create(folder, with_pip=True)
    install = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    run([*install, "--requirement", str(ROOT / requirements)])
    stamp.touch()
    return python


def _read_by(requirements: str) -> list[str]:
    """The requirements file and those that it includes."""
    text = (ROOT / requirements).read_text(encoding="utf-8")
    included = [line.split()[1] for line in text.splitlines() if line.startswith("-r ")]
    return [requirements, *included]


def run(command: list[str]) -> None:
    """Run a command in the project's folder; leave with its status if it fails."""
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    if status:
        sys.exit(status)


def open_lab(arguments: list[str]) -> None:
    """Open the lab; further arguments go to Streamlit."""
    python = set_up("requirements.txt")
    run([str(python), "-m", "streamlit", "run", "app.py", *arguments])


def check_scripts() -> None:
    """Test the JavaScript, check its types and lint it, as far as Node and npm are here."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None:
        print("There is no Node here: the JavaScript is neither tested nor checked.", flush=True)
        return
    run([node, "--test", *map(str, sorted(ROOT.glob("tests/js/*.test.mjs")))])
    wanted = (SCRIPTS / "package.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    tools = cache / f"ganlab-js-{hashlib.sha256(wanted).hexdigest()[:16]}"
    modules, fetched = tools / "node_modules", tools / "fetched"
    if npm and not fetched.exists():
        tools.mkdir(parents=True, exist_ok=True)
        (tools / "package.json").write_bytes(wanted)
        options = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--fetch-retries=0"]
        if not subprocess.run([npm, "install", *options], cwd=tools, check=False).returncode:
            fetched.touch()
    if not fetched.exists():
        print(
            "npm could not fetch TypeScript and ESLint: the JavaScript is only tested.", flush=True
        )
        return
    run([node, str(modules / "typescript" / "bin" / "tsc"), "-p", str(SCRIPTS)])
    rules = str(ROOT / "tests" / "js" / "eslint.config.mjs")
    run([node, str(modules / "eslint/bin/eslint.js"), "-c", rules, "pages/static", "tests/js"])


def test(arguments: list[str]) -> None:
    """Lint, check types and run a tier of the tests; what is no tier goes to pytest."""
    tiers = {"--all", "--long"} & {*arguments}
    arguments = [one for one in arguments if one not in tiers]
    if len(tiers) > 1:
        sys.exit("--all and --long exclude each other: choose one.")
    python = str(set_up("requirements-dev.txt"))
    pytest = [python, "-m", "pytest"]
    if tiers == {"--long"}:
        run([*pytest, "--long", *arguments])
        return
    if not any(shutil.which(name) for name in BROWSERS):
        # Playwright keeps a Chromium of its own; in CI a missing browser fails the tests below.
        subprocess.run([python, "-m", "playwright", "install", "chromium"], cwd=ROOT, check=False)
    run([python, "-m", "ruff", "check", "."])
    run([python, "-m", "ruff", "format", "--check", "."])
    run([python, "-m", "pyright", "--pythonpath", python])
    check_scripts()
    slow = "" if tiers else "not slow"
    if arguments:
        run([*pytest, "-m", slow, *arguments])
        return
    # The browser's tests share one server and watch what moves: they have the cores to themselves.
    run([*pytest, *PARALLEL, "-m", f"not browser{slow and f' and {slow}'}"])
    run([*pytest, "-m", f"browser{slow and f' and {slow}'}"])


def main() -> None:
    """Do what the first argument says."""
    if sys.version_info < (3, 11):  # noqa: UP036 (this file is what an older Python would run)
        sys.exit("ganlab needs Python 3.11 or newer: install one from python.org and use it here.")
    arguments = sys.argv[1:]
    if arguments[:1] == ["test"]:
        test(arguments[1:])
    elif arguments[:1] in (["-h"], ["--help"]):
        print(__doc__)
    else:
        open_lab(arguments)


if __name__ == "__main__":
    main()
