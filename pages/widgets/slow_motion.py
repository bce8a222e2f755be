"""One iteration in slow motion: captions, what to look at, and where the weights really move."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ganlab.registry import Loss, Optimizer, find
from pages.widgets.playground_canvas import Layer

Facts = Mapping[str, Any]
"""config: the run's configuration as JSON; d_loss, g_loss, g_gradient: of the newest step."""


@dataclass(frozen=True)
class Stage:
    """One caption of an iteration."""

    who: str
    """Whose turn it is: D or G."""
    title: str
    words: Callable[[Facts], str]
    look: tuple[Layer, ...]
    """Layers that stay bright."""
    moves: bool = False
    """Whether the player's weights move now."""


def _noise(facts: Facts) -> str:
    config = facts["config"]
    return (
        f"Draw {config['batch']} random vectors *z* with {config['z_dim']} numbers each, from the "
        f"{config['noise']['name']} distribution. They know nothing of the data."
    )


def _d_answer(facts: Facts) -> str:
    return (
        f"{facts['config']['batch']} real points join them, and **D** gives every point a score: "
        "high where it believes in a real one. The colours are that score all over the plane."
    )


def _d_loss(facts: Facts) -> str:
    loss = find(Loss, facts["config"]["loss"]["name"])
    return (
        f"How wrong was D? The {facts['config']['loss']['name']} loss turns its scores into one "
        f"number: {_number(facts, 'd_loss')}. {loss.summary}"
    )


def _d_gradient(facts: Facts) -> str:
    penalties = " and ".join(one["name"].upper() for one in facts["config"]["penalties"])
    also = f" The penalty {penalties} has its say here too." if penalties else ""
    return (
        "Backpropagation asks each weight of **D** which way the loss falls. G is frozen: its "
        f"points are only examples.{also}"
    )


def _d_update(facts: Facts) -> str:
    times = max(1, facts["config"]["d_steps"])
    often = "once" if times == 1 else f"{times} times, K, each on a fresh batch"
    return (
        f"{_optimizer(facts, 'd_optimizer')} moves D's weights {often}. "
        "Watch the landscape give way; the points stand still."
    )


def _g_answer(facts: Facts) -> str:
    del facts
    return (
        "The new **D** judges the fake points. Where they lie on its real side, G has fooled it; "
        "everywhere else G learns."
    )


def _g_loss(facts: Facts) -> str:
    formula = find(Loss, facts["config"]["loss"]["name"]).formula
    formula_text = f" ${formula}$" if formula.startswith("L_G") else ""
    return f"G's loss is large where D is not fooled: {_number(facts, 'g_loss')}.{formula_text}"


def _g_gradient(facts: Facts) -> str:
    return (
        "Each arrow is $-\\nabla L_G$ at a fake point: where it would go for the loss to fall. "
        f"Through G's weights together they have the norm {_number(facts, 'g_gradient')}. "
        "D is frozen now."
    )


def _g_update(facts: Facts) -> str:
    return (
        f"{_optimizer(facts, 'g_optimizer')} moves **G**'s weights once. Every point moves, for "
        "all share these weights: that is why G's sheet bends as a whole."
    )


STAGES: tuple[Stage, ...] = (
    Stage("D", "Draw z", _noise, ("manifold",)),
    Stage(
        "D",
        "G makes points",
        lambda _: (
            "**G** maps each *z* to a point of the plane: the fake "
            "points. The net is the image of a regular grid of *z*."
        ),
        ("fake", "manifold"),
    ),
    Stage("D", "D answers", _d_answer, ("landscape", "real", "fake")),
    Stage("D", "D's loss", _d_loss, ("landscape", "real", "fake")),
    Stage("D", "The gradient of D", _d_gradient, ("landscape",)),
    Stage("D", "D moves", _d_update, ("landscape",), moves=True),
    Stage("G", "Draw z again", _noise, ("manifold",)),
    Stage(
        "G",
        "G makes points",
        lambda _: (
            "**G** maps the fresh *z* to points. Real points are "
            "not shown to it: all that it learns of them, it learns from D."
        ),
        ("fake", "manifold"),
    ),
    Stage("G", "D answers", _g_answer, ("landscape", "fake")),
    Stage("G", "G's loss", _g_loss, ("landscape", "fake")),
    Stage("G", "The gradient of G", _g_gradient, ("arrows", "fake")),
    Stage("G", "G moves", _g_update, ("fake", "manifold"), moves=True),
)


def _number(facts: Facts, name: str) -> str:
    value = facts.get(name)
    return f"**{value:.3g}** at the last step" if value is not None else "not measured yet"


def _optimizer(facts: Facts, player: str) -> str:
    one = facts["config"][player]
    return f"{find(Optimizer, one['name']).title} (rate {one['lr']:g})"
