"""Variants are told and refused without torch."""

import pytest

from ganlab.config.variants import MOST, Variant, varied
from ganlab.errors import ConfigError
from ganlab.presets import preset

RING = preset("ring-collapse")


def test_a_variant_takes_its_label_from_its_values_unless_it_is_given_one():
    variants, members = varied(RING, [{}, {"batch": 32}, Variant("Packed", {"loss": "hinge"})])
    assert [one.label for one in variants] == ["as it is", "batch 32", "Packed"]
    assert members[0] == RING
    assert (members[1].batch, members[2].loss.name) == (32, "hinge")


def test_what_was_written_as_json_is_read_as_it_was():
    one = Variant("PacGAN2", {"transforms": "packing", "transforms.packing.m": 2})
    assert Variant.parse(one.to_json()) == one


@pytest.mark.parametrize(
    ("variants", "said"),
    [
        ([], "1 to 256 variants"),
        ([{}] * (MOST + 1), "got 257"),
        ([{}, {"nonsense": 1}], r"variant 2 \(nonsense 1\): a configuration has no setting"),
        ([{}, {"data": "grid"}], "variant 2 differs from variant 1 in data"),
        ([{}, {"steps": 7, "z_dim": 9}], "in z_dim, steps"),
        (["hinge"], "settings by path, got 'hinge'"),
    ],
)
def test_variants_that_cannot_train_in_lock_step_are_refused_in_words(variants, said):
    with pytest.raises(ConfigError, match=said):
        varied(RING, variants)


def test_a_run_holds_as_many_variants_as_the_refusal_says():
    assert len(varied(RING, [{}] * 256)[1]) == 256


def test_pictures_are_refused():
    with pytest.raises(ConfigError, match="on points only"):
        varied(preset("digits"), [{}, {}])
