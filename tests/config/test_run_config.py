"""Configurations against their JSON, their paths and everything that can be wrong with them."""

import dataclasses
import json
import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ganlab import registry
from ganlab.config import FIXED, SETTINGS, Choice, OptimizerConfig, RunConfig
from ganlab.errors import ConfigError
from ganlab.registry import Data, Decay, Network, Noise, Optimizer, Parameter, Penalty, find, table

FRICTION = Penalty(
    "friction",
    target="math:hypot",
    summary="A penalty that only these tests know.",
    parameters={"gamma": Parameter(1.0, "Strength.", 0.0, 10.0)},
)


@pytest.fixture
def friction(monkeypatch):
    monkeypatch.setitem(registry._records["penalty"], "friction", FRICTION)
    monkeypatch.setitem(registry._records["penalty"], "drag", FRICTION)


def values_of(parameter):
    if parameter.options:
        return st.sampled_from(parameter.options)
    if isinstance(parameter.default, str):
        return st.text("0123456789.,;-", max_size=20)
    if isinstance(parameter.default, bool):
        return st.booleans()
    if isinstance(parameter.default, int):
        return st.integers(int(max(parameter.low, -1e6)), int(min(parameter.high, 1e6)))
    return st.floats(max(parameter.low, -1e6), min(parameter.high, 1e6))


@st.composite
def choices(draw, field, space=None):
    fits = [n for n, s in table(SETTINGS[field].kind).items() if (s.space or space) == space]
    name = draw(st.sampled_from(fits if space else list(table(SETTINGS[field].kind))))
    parameters = table(SETTINGS[field].kind)[name].parameters
    return Choice(name, {key: draw(values_of(one)) for key, one in parameters.items()})


@st.composite
def optimizers(draw):
    return OptimizerConfig(
        name=draw(st.sampled_from(list(table(Optimizer)))),
        lr=draw(st.floats(0, 10)),
        beta1=draw(st.floats(0, 0.9999)),
        decay=draw(st.sampled_from(list(table(Decay)))),
        floor=draw(st.floats(0, 1)),
    )


@st.composite
def configurations(draw):
    data = draw(choices("data"))
    space = find(Data, data.name).space
    numbers = {
        name: draw(values_of(one))
        for name, one in SETTINGS.items()
        if not (one.kind or one.options or "." in name or name == "version")
        if one.space in ("", space)
    }
    network = draw(choices("network", space))
    if scales := find(Network, network.name).scales:
        data = Choice(data.name, {**data.values, "scale": draw(st.sampled_from(scales))})
    if "adversarial" in numbers:  # no terms are drawn, so that G learns from the game alone
        numbers["adversarial"] = max(numbers["adversarial"], 1e-3)
        network = Choice(network.name, {**network.values, "game": True})
    wanted = find(Network, network.name).noise
    noise = Choice(wanted) if wanted else draw(choices("noise"))
    inside = find(Noise, noise.name).inside_z
    defaults = find(Noise, noise.name).parameters
    least = sum(int(noise.values.get(one, defaults[one].default)) for one in inside)
    numbers["z_dim"] = max(numbers["z_dim"], least)
    return RunConfig(
        data=data,
        network=network,
        noise=noise,
        loss=draw(choices("loss")),
        strategy=draw(choices("strategy", space)),
        d_optimizer=draw(optimizers()),
        g_optimizer=draw(optimizers()),
        precision=draw(st.sampled_from(["auto", "float32", "bfloat16"])),
        **numbers,
    )


@given(configurations())
def test_a_configuration_survives_json_with_its_hash(config):
    again = RunConfig.from_json(json.loads(json.dumps(config.to_json(), allow_nan=False)))
    assert again == config
    assert again.hash() == config.hash()
    assert len(config.hash()) == 10
    assert config.difference(again) == {}


@given(configurations())
def test_every_path_of_a_configuration_takes_its_own_value_back_as_text(config):
    flat = config.flat()
    assert config.with_values(flat) == config
    assert config.with_values({path: str(value) for path, value in flat.items()}) == config
    assert all(config.get(path) == value for path, value in flat.items())


@given(configurations(), configurations())
def test_the_hash_differs_exactly_where_a_setting_does(one, other):
    assert (one.hash() == other.hash()) == (one.difference(other) == {})


def test_the_order_of_a_json_object_does_not_change_the_hash():
    given_json = RunConfig().to_json()
    turned = dict(reversed(given_json.items()))
    assert RunConfig.from_json(turned).hash() == RunConfig().hash()


def test_missing_fields_take_their_defaults():
    assert RunConfig.from_json({}) == RunConfig()
    assert RunConfig.from_json({"loss": "minimax"}).loss == Choice("minimax", {"smoothing": 0.0})


def test_a_name_alone_takes_its_parameters_defaults():
    config = RunConfig().with_values({"network": "vanilla"})
    assert config.get("network.dropout") == 0.3


def test_a_choices_parameter_is_set_below_its_name():
    config = RunConfig().with_values({"noise": "student-t", "noise.nu": "5"})
    assert config.noise == Choice("student-t", {"nu": 5.0})


def test_an_optimizer_is_named_alone_or_set_part_by_part():
    config = RunConfig().with_values({"d_optimizer": "sgd", "d_optimizer.lr": "0.01"})
    assert config.d_optimizer == OptimizerConfig("sgd", lr=0.01)
    assert config.g_optimizer == OptimizerConfig()
    whole = RunConfig().with_values({"g_optimizer": {"lr": 0.5}})
    assert whole.g_optimizer == OptimizerConfig(lr=0.5)


@pytest.mark.usefixtures("friction")
def test_penalties_come_by_name_by_parameter_and_as_json():
    config = RunConfig().with_values({"penalties.friction.gamma": "3"})
    assert config.penalties == (Choice("friction", {"gamma": 3.0}),)
    both = config.with_values({"penalties": "friction,drag"})
    assert both.flat()["penalties"] == "friction,drag"
    assert both.get("penalties.friction.gamma") == 3.0
    assert both.with_values({"penalties": ""}).penalties == ()
    assert RunConfig.from_json(both.to_json()) == both
    assert RunConfig().with_values({"penalties": both.to_json()["penalties"]}) == both
    assert RunConfig().with_values({"penalties": both.penalties}) == both


@pytest.mark.usefixtures("friction")
def test_difference_names_what_one_has_and_the_other_lacks():
    plain, rubbed = RunConfig(), RunConfig(penalties=(Choice("friction"),), batch=32)
    assert plain.difference(rubbed) == {
        "penalties": ("", "friction"),
        "penalties.friction.gamma": (None, 1.0),
        "batch": (64, 32),
    }


WRONG = [
    ({"batch": 0}, "batch must be between 1 and 65536, got 0"),
    ({"batch": 1.5}, "batch must be a whole number, got 1.5"),
    ({"steps": 10**400}, "steps must be a whole number, got 10000"),
    ({"ema": 1.5}, "ema must be between 0 and 1, got 1.5"),
    ({"seconds": math.nan}, "seconds must be a number, got nan"),
    ({"loss": "hing"}, "loss must be one of .*hinge.*, got 'hing'"),
    ({"loss": {"smoothing": 0.1}}, "loss must be a name or an object with a name"),
    ({"loss": {"name": "hinge", "margin": 2}}, "hinge has no parameters, got margin"),
    ({"loss": {"name": "minimax", "smoothing": 2}}, r"loss.smoothing must be between .*, got 2"),
    ({"network": {"name": "fast28", 7: 1}}, "fast28 has width, got 7"),
    ({"penalties": "r1"}, "penalties must be a list, got 'r1'"),
    ({"penalties": ["no such"]}, "penalties must be one of .*got 'no such'"),
    ({"d_optimizer": {"rate": 1}}, "d_optimizer has .*lr.*, got rate"),
    ({"d_optimizer": {7: 1}}, "d_optimizer has .*lr.*, got 7"),
    ({"g_optimizer": {"lr": -1}}, "g_optimizer: lr must be between 0 and 10, got -1"),
    ({"g_optimizer": {"name": "lion"}}, "optimizer must be one of adam, .*, got 'lion'"),
    ({"g_optimizer": {"decay": "step"}}, "decay must be one of none, .*, got 'step'"),
    ({"precision": "float64"}, "precision must be one of auto, .*, got 'float64'"),
    ({"version": 99}, "version 99 and this ganlab reads version 1"),
    ({"colour": 1}, "a configuration has no field colour"),
    ([1], "a configuration must be a JSON object, got list"),
    (None, "a configuration must be a JSON object, got NoneType"),
]


@pytest.mark.parametrize(("given_json", "sentence"), WRONG)
def test_wrong_json_is_refused_with_what_was_wanted_and_what_came(given_json, sentence):
    with pytest.raises(ConfigError, match=sentence):
        RunConfig.from_json(given_json)


CHOICES = ("data", "network", "noise", "loss", "strategy")
NATURAL = [
    ({"d_optimizer": "sgd"}, {"d_optimizer": OptimizerConfig("sgd")}),
    ({"g_optimizer": {"name": "sgd"}}, {"g_optimizer": OptimizerConfig("sgd")}),
    ({"loss": "hinge"}, {"loss": Choice("hinge")}),
    ({"penalties": "r1"}, {"penalties": (Choice("r1"),)}),
    ({"penalties": "r1,r2"}, {"penalties": (Choice("r1"), Choice("r2"))}),
    ({"penalties": {"name": "r1", "gamma": 2}}, {"penalties": [Choice("r1", {"gamma": 2})]}),
    ({"penalties": Choice("r1")}, {"penalties": ["r1"]}),
    ({"transforms": "augment"}, {"transforms": ("augment",)}),
    ({"penalties": ""}, {"penalties": ()}),
    ({"steps": "500", "ema": "0.5"}, {"steps": 500, "ema": 0.5}),
    ({"steps": 500.0, "seed": np.int64(7)}, {"steps": 500, "seed": 7}),
]


@pytest.mark.parametrize(("written", "meant"), NATURAL)
def test_a_setting_is_written_in_the_ways_that_come_naturally(written, meant):
    config = RunConfig(**written)
    assert config == RunConfig(**meant)
    assert RunConfig.from_json(json.loads(json.dumps(config.to_json()))) == config
    assert RunConfig().with_values(written) == config


FOREIGN = [
    None,
    [],
    [[]],
    {},
    {"name": None},
    {"name": ["adam"]},
    "no such",
    ["no such"],
    b"adam",
    1.5j,
    True,
    -1,
    2**80,
    math.inf,
    {"adam"},  # a set: two of its names have no order
    iter(["r1"]),
    object(),
    RunConfig,
    RunConfig(),
    Choice("no such"),
    Choice("adam", 5),  # type: ignore[arg-type]
    np.zeros(2),
    torch.zeros(2),
]


EMPTY = {
    **dict.fromkeys(("penalties", "terms", "transforms"), list),
    **dict.fromkeys(("d_optimizer", "g_optimizer"), dict),
}


def assert_refused(build, what):
    with pytest.raises(ConfigError, match=what) as refused:
        build()
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize("field", [one.name for one in dataclasses.fields(RunConfig)])
def test_a_value_of_a_foreign_type_is_refused_in_one_sentence_that_names_the_setting(field):
    for value in FOREIGN:
        if type(value) is EMPTY.get(field) and not value:
            assert RunConfig(**{field: value}) == RunConfig()
            continue
        what = field.removesuffix("_optimizer")
        assert_refused(lambda v=value: RunConfig(**{field: v}), what)
        assert_refused(lambda v=value: RunConfig.from_json({field: v}), what)
        assert_refused(lambda v=value: RunConfig().with_values({field: v}), what)


@pytest.mark.parametrize("player", ["d_optimizer", "g_optimizer"])
@pytest.mark.parametrize("part", [one.name for one in dataclasses.fields(OptimizerConfig)])
def test_an_optimisers_part_of_a_foreign_type_is_refused_too(player, part):
    for value in FOREIGN:
        path = f"{player}.{part}"
        given: Any = {player: {part: value}}
        assert_refused(lambda g=given: RunConfig(**g), player)
        assert_refused(lambda v=value, p=path: RunConfig().with_values({p: v}), player)


@pytest.mark.parametrize("values", [None, 5, "batch=3", ["batch"], {5: 1}, {None: 1}])
def test_with_values_takes_paths_with_values_and_nothing_else(values):
    with pytest.raises(ConfigError):
        RunConfig().with_values(values)


WRONG_PATHS = [
    ({"colour": 1}, "no setting 'colour'; it has .*d_optimizer.lr"),
    ({"batch.size": 1}, "no setting 'batch.size'"),
    ({"loss.margin": 1}, "non-saturating has smoothing, got margin"),
    ({"d_optimizer.rate": 1}, "d_optimizer has .*, got rate"),
    ({"penalties": 5}, "penalties must be .*got 5"),
    ({"penalties.no such": 1}, r"write penalties\.no such\.PARAMETER=value"),
    ({"penalties.no such.gamma": 1}, "penalties must be one of .*, got 'no such'"),
]


@pytest.mark.parametrize(("values", "sentence"), WRONG_PATHS)
def test_wrong_values_by_path_are_refused(values, sentence):
    config = RunConfig()
    with pytest.raises(ConfigError, match=sentence):
        config.with_values(values)
    assert config == RunConfig()


@pytest.mark.usefixtures("friction")
def test_a_penalty_counts_once():
    with pytest.raises(ConfigError, match="name each entry once, got friction, friction"):
        RunConfig(penalties=(Choice("friction"), Choice("friction")))


def test_get_lists_the_paths_when_there_is_none():
    with pytest.raises(ConfigError, match=r"no setting 'lr'; it has .*g_optimizer\.lr"):
        RunConfig().get("lr")


def test_shapes_data_and_luck_cannot_be_turned_live_and_rates_can():
    config = RunConfig()
    assert not any(config.is_live(path) for path in config.flat() if path.split(".")[0] in FIXED)
    for path in ("d_optimizer.lr", "loss", "ema", "d_steps", "strategy", "steps"):
        assert config.is_live(path)


def test_a_choice_reads_well():
    assert str(Choice("hinge")) == "hinge"
    assert str(RunConfig().network) == "fast28 (width 16)"


@pytest.mark.parametrize("path", ["loss.name", "penalties.r1.name", "transforms.packing.name"])
def test_a_choices_name_has_no_path_of_its_own_to_read_or_to_write(path):
    for access in (lambda: RunConfig().get(path), lambda: RunConfig().with_values({path: "hinge"})):
        with pytest.raises(ConfigError, match="no setting"):
            access()


def test_an_optimisers_name_is_read_where_it_is_written():
    config = RunConfig().with_values({"d_optimizer.name": "sgd"})
    assert config.get("d_optimizer.name") == config.get("d_optimizer") == "sgd"


@pytest.mark.parametrize(("count", "steps"), [(15, 2), (16, 2), (17, 3), (1, 1)])
def test_an_epoch_is_as_many_batches_as_it_takes_to_see_every_picture(count, steps):
    assert RunConfig(batch=8).epoch(count) == steps
