"""Wrong use of every command: one sentence, status 2, and nothing is made or changed by it."""

import shlex

import pytest

from ganlab.jobs.store import Store
from tests.cli.conftest import one_sentence

FILES = {
    "cut.json": b'{"batch": ',
    "version.json": b'{"version": 99}',
    "field.json": b'{"colour": 1}',
    "text.safetensors": b"no weights",
}
"""What lies in the folder; RUN and OTHER in a command are finished runs of twelve steps."""
COMMANDS = {
    "": "--help",
    "nonsense": "--help",
    "runs": "--help",
    "runs nonsense": "--help",
    "train": "--help",
    "train digits --nonsense": "--help",
    "sample model": "--help",
}
TRAIN = {
    "nonsense": "digits",
    "digits --set nonsense=1": "nonsense",
    "digits --set batch=0": "batch must be between 1",
    "digits --set loss=kind": "hinge",
    "digits --set d_optimizer.lr=nan": "d_optimizer",
    "digits --set batch": "KEY=VALUE",
    "digits --seed -1": "seed",
    "digits --device abacus": "abacus",
    "missing.json": "cannot be read",
    "cut.json": "is no JSON",
    "version.json": "version",
    "field.json": "colour",
    "digits --epochs 1 --steps 5": "--steps or --epochs, not both",
    "digits --epochs 0": "epochs must be more than 0",
    "digits --epochs nan": "epochs",
    "digits --epochs 1e9": "at most 100000",
    "own-pictures --epochs 1": "give steps instead",
    "ring --epochs 1": "give steps instead",
    "digits --race plain,pacgan2": "points",
    "srresnet --race plain,pacgan2": "on points only: leave --race out",
    "ring --race plain,magic": "method must be one of",
}
RUNS = {
    "resume RUN --steps -3": "steps",
    "branch RUN --set loss": "KEY=VALUE",
    "branch RUN --set batch=0": "batch must be",
    "branch RUN --step -1": "step",
    "branch RUN --step 13": "step",
    "compare RUN": "two runs or more, got 1",
    "compare RUN OTHER --out runs.txt": "--out must end in .csv or .json",
    "compare RUN OTHER --results --out runs.json": "--results is for a table",
    "export RUN --out m.txt": ".csv, .gif, .png",
    "show ../home": "there is no run",
    "export nonsense --out m.csv": "there is no run",
    **{
        f"{verb} nonsense": "there is no run"
        for verb in ("show", "resume", "branch", "measure", "stop", "delete")
    },
}
MODELS = {
    "film RUN a.avi": "must end in .gif, .webm, .mp4, got .avi",
    "film RUN a.gif --frames 241": "frames must be",
    "film RUN a.gif --seconds 0": "--seconds must be",
    "sample RUN --out a.gif": ".png or .npz",
    "sample RUN --out a.png --n 0": "between 1 and",
    "sample digits-cgan --out a.png --labels 12a": "--labels takes digits",
    "sample digits-cgan --out a.png --labels 3,11": "between 0 and 9, got 11",
    "sample digits-cgan --out a.png --labels 123 --n 5": "labels must be 5",
    "sample digits-cgan --out a.png --balanced --n 15": "multiple of 10",
    "sample digits-cgan --out a.png --seed -1": "--seed must be",
    "walk digits-cgan --out a.gif --from 1": "go together",
    "walk digits-cgan --out a.gif --from 1 --to 12": "between 0 and 9, got 12",
    "walk digits-cgan --out a.gif --frames 1": "--frames must be",
    "augment digits-cgan --k 0": "k must be between 1 and 1000, got 0",
    "augment digits-cgan --k 500": "fewer than 500",
    "augment playground-ring": "makes no digits",
}
BENCH = {
    "cost --steps 0": "steps must be at least 1",
    "cost --out /nowhere/at/all.json": "is no folder",
    "map --x k --y k": "two knobs",
    "map --size 40": "size must be between 2 and 16",
    "modes --methods magic": "method must be one of plain",
    "modes --csv /nowhere/at/all.csv": "is no folder",
    "systems --presets ,": "presets must name at least one",
    "systems --presets nobody": "preset must be one of",
    "systems --presets ring": "ring learns ring, and the classifier reads digits",
}
WRONG = {
    **COMMANDS,
    **{f"train {words} --json": said for words, said in TRAIN.items()},
    **{f"runs {words}": said for words, said in RUNS.items()},
    **MODELS,
    **{f"bench {words}": said for words, said in BENCH.items()},
}
FAILING = {
    "sample nonsense --out a.png": "there is no model",
    "sample missing.safetensors --out a.png": "missing.safetensors",
    "film RUN nowhere/out.gif": "",
    "sample RUN --out nowhere/a.png": "there is no folder nowhere",
    "sample text.safetensors --out a.png": "no whole safetensors file",
    "runs export RUN --out nowhere/m.csv": "",
}
"""Where the use is right and the machine is not: status 1."""


@pytest.mark.parametrize(
    ("words", "said", "status"),
    [(*one, 2) for one in WRONG.items()] + [(*one, 1) for one in FAILING.items()],
    ids=lambda one: one if isinstance(one, str) else None,
)
def test_wrong_use_is_one_sentence_and_changes_nothing(
    ganlab, lab, digits_run, words, said, status
):
    for name, content in FILES.items():
        (lab / name).write_bytes(content)
    runs = {name: digits_run().id for name in ("RUN", "OTHER") if name in words}
    before = {path for path in lab.rglob("*") if "home" not in path.parts}
    done = ganlab(*(runs.get(word, word) for word in shlex.split(words)))
    assert done.status == status, done.err
    assert one_sentence(done.err)
    assert said in done.err
    assert done.out == ""
    assert {path for path in lab.rglob("*") if "home" not in path.parts} == before
    assert {info.id for info in Store().infos()} == set(runs.values())
