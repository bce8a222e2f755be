"""Sentences of records that once promised too much, each held to what its source proves."""

from ganlab.registry import Penalty, Preset, find, table

TOO_MUCH = {
    "wgan-gp": ("slope of a perfect", "then only falls"),
    "lsgan": ("near their lines", "stay near"),
    "sngan": ("cannot change faster",),
    "hinge": ("Most large GANs",),
    "r3gan": ("converges by itself",),
}
SAID = {
    "wgan-gp": "only between pairs that the cheapest transport couples",
    "lsgan": "0.19 for D and 0.22 for G",
    "sngan": "bounded slope",
    "hinge": "Many large GANs",
    "r3gan": "converges near its solution",
}
OWN_GAMMA = {"r1", "r2", "r1-r2", "consensus"}


def words_of(name: str) -> str:
    record = find(Preset, name)
    return " ".join([record.summary, record.watch, record.idea, *record.look])


def test_a_preset_says_no_more_than_its_source():
    for name, phrases in TOO_MUCH.items():
        said = words_of(name)
        assert not [one for one in phrases if one in said], name
        assert SAID[name] in said


def test_the_help_of_each_gamma_says_what_it_is_in_the_penaltys_own_paper():
    for name, record in table(Penalty).items():
        said = record.parameters["gamma"].help
        assert ("as its paper writes it" in said) == (name in OWN_GAMMA), name
        assert ("twice its paper's λ" in said) == (name not in OWN_GAMMA), name
