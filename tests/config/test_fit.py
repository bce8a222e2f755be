"""Which parts of a configuration go together, and what is said of those that do not."""

import pytest

from ganlab.config import Choice, RunConfig
from ganlab.errors import ConfigError
from ganlab.presets import preset
from ganlab.registry import Penalty, table


def test_a_term_needs_networks_that_offer_what_it_works_with():
    sentence = r"term information needs networks with codes, which fast28 has not: choose infogan"
    with pytest.raises(ConfigError, match=sentence):
        RunConfig(terms=(Choice("information"),))
    config = RunConfig(network=Choice("infogan"), noise=Choice("codes"), terms=("information",))  # type: ignore[arg-type]
    assert config.with_values({"terms.information.weight": "2"}).terms[0].values["weight"] == 2.0
    assert config.is_live("terms.information.weight")


def test_networks_that_read_codes_need_them_in_z_and_room_for_them():
    with pytest.raises(ConfigError, match="infogan needs the noise codes, got normal"):
        RunConfig(network=Choice("infogan"))
    with pytest.raises(ConfigError, match="z_dim must be at least 12 to hold the codes, got 11"):
        RunConfig(network=Choice("infogan"), noise=Choice("codes"), z_dim=11)


def test_what_alters_pictures_does_not_stand_before_points():
    with pytest.raises(ConfigError, match="augment is for pictures, and ring holds points"):
        RunConfig(data=Choice("ring"), network=Choice("mlp"), transforms=(Choice("augment"),))


@pytest.mark.parametrize("name", ["digits", "infogan", "cgan-digits", "vae-gan"])
def test_a_strategy_for_points_is_refused_for_pictures_with_those_that_fit(name):
    with pytest.raises(ConfigError, match="unrolled is for points, and") as e:
        preset(name).with_values({"strategy": "unrolled"})
    assert "choose alternating, extragradient, g-twice, optimistic" in str(e.value)
    for strategy in ("alternating", "optimistic", "extragradient", "simultaneous", "g-twice"):
        assert preset(name).with_values({"strategy": strategy}).strategy.name == strategy
    assert preset("ring").with_values({"strategy": "unrolled"}).strategy.values["unroll"] == 5


def test_values_that_fit_together_are_taken_in_any_order():
    values = {
        "terms": "information",
        "network": "infogan",
        "z_dim": 12,
        "noise": "codes",
        "noise.categories": 10,
    }
    wanted = RunConfig(
        network=Choice("infogan"), noise=Choice("codes"), z_dim=12, terms=(Choice("information"),)
    )
    for order in (list(values), list(values)[::-1]):
        if order.index("noise") < order.index("noise.categories"):
            assert RunConfig().with_values({path: values[path] for path in order}) == wanted
    back = {"z_dim": 2, "network": "fast28", "noise": "normal", "terms": ""}
    assert wanted.with_values(back).z_dim == 2
    with pytest.raises(ConfigError, match="needs networks with codes"):
        wanted.with_values({"network": "fast28"})
    with pytest.raises(ConfigError, match="needs the noise codes"):
        RunConfig(network=Choice("infogan"))


def test_networks_that_look_at_each_picture_alone_refuse_packing():
    with pytest.raises(ConfigError, match="vae-gan looks at each picture alone, and packing"):
        RunConfig(network=Choice("vae-gan"), transforms=(Choice("packing"),))


PENALISED = [name for name, one in table(Penalty).items() if not one.both_players]


@pytest.mark.parametrize("penalty", PENALISED)
def test_batch_norm_in_d_refuses_what_looks_at_each_sample(penalty):
    pictures, points = {"data": "mnist"}, {"data": "ring", "network": "mlp"}
    for there, word in (
        (pictures | {"network": "dcgan-body", "network.d_norm": "batch"}, "dcgan-body"),
        (pictures | {"network": "dcgan"}, "of dcgan"),
        ({"data": "cifar10", "data.size": 64, "network": "dcgan64"}, "dcgan64"),
        (points | {"network.d_norm": "batch"}, "mlp"),
    ):
        config = RunConfig().with_values(there)
        with pytest.raises(ConfigError, match=f"^{penalty} asks how steep.*{word}.*mixes.*choose"):
            config.with_values({"penalties": penalty})
        if "network.d_norm" in config.flat():
            config.with_values({"penalties": penalty, "network.d_norm": "none"})
        config.with_values({"penalties": "consensus"})


def test_lazy_penalties_are_for_pictures():
    lazy = {"penalties.r1.every": 8}
    assert RunConfig().with_values(lazy).penalties[0].values["every"] == 8
    with pytest.raises(ConfigError, match=r"penalties\.r1\.every must be 1 on points, got 8"):
        RunConfig().with_values(lazy | {"data": "ring", "network": "mlp", "z_dim": 2})


def test_a_batch_that_cannot_be_packed_is_refused_with_one_that_can():
    with pytest.raises(ConfigError, match="which is 3, got 64: try 63"):
        RunConfig(transforms=(Choice("packing", {"m": 3}),))
    with pytest.raises(ConfigError, match="got 2: try 8"):
        RunConfig(batch=2).with_values({"transforms.packing.m": 8})
