import base64
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganlab.config import RunConfig
from ganlab.config.share_link import LONGEST, MOST_BYTES, Shared, read_link, write_link
from ganlab.data.points_text import write_points
from ganlab.errors import ConfigError
from ganlab.presets import preset
from ganlab.registry import Data, Loss, Preset, table

TURN = {"step": 40, "name": "loss", "old": "relativistic", "new": "hinge"}
MOVED = {"step": 41, "name": "move", "old": "both", "new": "D"}


def packed(content) -> str:
    plain = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(zlib.compress(plain)).decode().rstrip("=")


def whole(**changes):
    return {"v": 1, "config": preset("ring").to_json(), "script": [], "step": 0} | changes


@given(
    name=st.sampled_from(sorted(table(Preset))),
    seed=st.integers(0, 2**31 - 1),
    rates=st.lists(st.tuples(st.integers(0, 10**6), st.floats(1e-6, 1.0)), max_size=20),
    loss=st.sampled_from(sorted(table(Loss))),
    step=st.integers(0, 10**6),
    title=st.text(max_size=80),
)
def test_a_link_reads_back_as_it_was_written(name, seed, rates, loss, step, title):
    config = preset(name).with_values({"seed": seed, "loss": loss})
    script = [
        {"step": at, "name": "d_optimizer.lr", "old": 1e-3, "new": rate}
        for at, rate in sorted(rates)
    ]
    shared = Shared(config, tuple(script), step, title)
    text = write_link(shared)
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert read_link(text) == shared


def test_knobs_and_moves_travel():
    shared = Shared(preset("ring"), (TURN, MOVED), 50, "A ring")
    assert read_link(write_link(shared)) == shared


def test_a_drawing_of_the_canvas_fits_into_a_link():
    points = write_points([(i * 0.0123456 - 2, (i * 7919 % 601) / 97) for i in range(600)])
    config = preset("ring").with_values({"data": {"name": "drawing", "points": points}})
    assert read_link(write_link(Shared(config))).config == config


def test_what_is_too_long_for_a_link_is_refused_in_a_sentence():
    points = write_points([(i * i % 9973 / 7, i * i * i % 9967 / 7) for i in range(20_000)])
    config = preset("ring").with_values({"data": {"name": "drawing", "points": points}})
    with pytest.raises(ConfigError, match="too long for a link"):
        write_link(Shared(config))


def test_a_link_of_a_newer_version_says_so():
    with pytest.raises(ConfigError, match="newer ganlab"):
        read_link(packed(whole(v=2, config="of the future")))
    with pytest.raises(ConfigError, match="update ganlab"):
        read_link(packed(whole(config=preset("ring").to_json() | {"version": 9})))


NONSENSE = {
    "empty": "",
    "words": "hello world",
    "not base64": "%%%%",
    "not deflated": base64.urlsafe_b64encode(b"plain text").decode(),
    "cut": write_link(Shared(preset("ring")))[:-20],
    "not JSON": packed(b"\xff\xfe"),
    "a list": packed([1, 2]),
    "no version": packed({"config": {}}),
    "a version of text": packed(whole(v="1")),
    "a version that is true": packed(whole(v=True)),
    "no configuration": packed({"v": 1}),
    "an unknown field": packed(whole(config={"nonsense": 1})),
    "a wrong value": packed(whole(config={"batch": "many"})),
    "a step of text": packed(whole(step="far")),
    "a negative step": packed(whole(step=-1)),
    "a title of numbers": packed(whole(title=[1])),
    "a script of text": packed(whole(script="turn it")),
    "half an intervention": packed(whole(script=[{"step": 1}])),
    "a turn of what is fixed": packed(whole(script=[TURN | {"name": "batch", "new": 3}])),
    "a turn of nothing": packed(whole(script=[TURN | {"name": ["loss"]}])),
    "a turn to nonsense": packed(whole(script=[TURN | {"new": "nonsense"}])),
    "a move of nobody": packed(whole(script=[MOVED | {"new": "E"}])),
    "too many turns": packed(whole(script=[TURN] * 2001)),
    "deep": packed(b"[" * 100_000),
    "long": "A" * (LONGEST + 1),
    "letters of elsewhere": "ссылка",
}


@pytest.mark.parametrize("text", NONSENSE.values(), ids=NONSENSE.keys())
def test_nonsense_is_refused_in_one_sentence(text):
    with pytest.raises(ConfigError) as caught:
        read_link(text)
    assert str(caught.value)


@given(st.text(max_size=200) | st.binary(max_size=200).map(packed))
def test_any_text_is_read_or_refused(text):
    with pytest.raises(ConfigError):
        read_link(text)


def test_a_bomb_is_not_inflated():
    bomb = packed(b" " * (20 * MOST_BYTES))
    assert len(bomb) < LONGEST
    with pytest.raises(ConfigError):
        read_link(bomb)


def test_every_distribution_can_be_shared():
    for name, one in table(Data).items():
        if one.space == "points" and not one.own:
            config = preset("ring").with_values({"data": name})
            assert read_link(write_link(Shared(config))).config == config
    assert read_link(write_link(Shared(RunConfig()))).config == RunConfig()
