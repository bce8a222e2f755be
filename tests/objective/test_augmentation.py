"""DiffAugment against what each of its parts may and may not do."""

import pytest
import torch

from ganlab.config import Choice
from ganlab.objective.augmentation import augment, color, cutout, translation
from ganlab.training.step import g_gradient


def luck(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def x():
    return torch.rand(64, 3, 16, 16, generator=luck(1)) * 2 - 1


def test_a_translation_moves_whole_pictures_by_whole_pixels_and_lets_zeros_in():
    dot = torch.zeros(500, 1, 16, 16)
    dot[:, 0, 8, 8] = 1.0
    moved = translation(dot, luck(), 0.125)
    assert torch.equal(moved.sum((1, 2, 3)), dot.sum((1, 2, 3)))
    places = {tuple(place[2:].tolist()) for place in (moved > 0).nonzero()}
    assert places == {(r, c) for r in range(6, 11) for c in range(6, 11)}
    edge = translation(torch.ones(50, 1, 16, 16), luck(), 0.5)
    assert set(edge.unique().tolist()) == {0.0, 1.0}


def test_a_cutout_is_one_square_of_zeros(x):
    cut = cutout(x, luck(), 0.5)
    gone = (cut == 0.0).all(1) & (x != 0.0).any(1)
    rows, columns = gone.any(2), gone.any(1)
    assert torch.equal(gone, rows[:, :, None] & columns[:, None, :])
    assert int(rows.sum(1).max()) == int(columns.sum(1).max()) == 8
    assert torch.equal(cut[~gone[:, None].expand_as(cut)], x[~gone[:, None].expand_as(x)])


def test_what_a_translation_shows_is_the_zero_padded_picture_read_elsewhere(x):
    # The paper's code pads with zeros, `F.pad(x, [1, 1, 1, 1])`, and reads from the padded picture.
    padded = torch.nn.functional.pad(x[:1], (2, 2, 2, 2))
    wanted = {(r, c): padded[0, :, r : r + 16, c : c + 16] for r in range(5) for c in range(5)}
    moved = translation(x[:1].expand(200, -1, -1, -1), luck(), 0.125)
    found = {place for one in moved for place, window in wanted.items() if torch.equal(one, window)}
    assert found == set(wanted)
    assert all(any(torch.equal(one, window) for window in wanted.values()) for one in moved)


def test_colour_keeps_the_order_of_a_pictures_greys(x):
    grey = x[:, :1]
    changed = color(grey, luck())
    assert torch.equal(grey.flatten(1).argsort(1), changed.flatten(1).argsort(1))
    ratio = changed.flatten(1).std(1) / grey.flatten(1).std(1)
    assert 0.5 <= float(ratio.min()) < float(ratio.max()) <= 1.5


@pytest.mark.parametrize("part", [color, translation, cutout])
def test_each_picture_of_a_batch_is_changed_in_its_own_way(x, part):
    copies = x[:1].expand(16, -1, -1, -1)
    assert len(part(copies, luck()).unique(dim=0)) > 4


def test_the_gradient_passes_everywhere_but_through_what_is_gone(x):
    x = x.requires_grad_(True)
    augment(x, luck(), color=0.0).sum().backward()
    assert x.grad is not None
    share = float((x.grad != 0).float().mean())
    assert 0.5 < share < 0.95


def test_nothing_is_drawn_or_changed_where_all_strengths_are_zero(x):
    generator = luck(3)
    assert torch.equal(augment(x, generator, 0.0, 0.0, 0.0), x)
    assert torch.equal(generator.get_state(), luck(3).get_state())


def test_the_same_luck_gives_the_same_change(x):
    assert torch.equal(augment(x, luck(5)), augment(x, luck(5)))
    assert not torch.equal(augment(x, luck(5)), augment(x, luck(6)))


def test_real_and_fake_are_changed_alike_and_gs_step_too(digits_state):
    state = digits_state
    plain = state.source.set.pictures
    batch = state.task.draw_batch(state)
    assert float(batch.real.max()) <= 2.5
    values = set((plain.float() / 127.5 - 1).unique().tolist())
    assert not set(batch.real.unique().tolist()) <= values
    seen = []
    hook = state.D.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    g_gradient(state)
    hook.remove()
    assert seen[0].abs().max() > 1  # tanh alone never leaves [-1, 1]
    assert sum(float(w.grad.abs().sum()) for w in state.g_weights) > 0


@pytest.fixture
def digits_state():
    from ganlab.config import RunConfig
    from ganlab.data.embedded import load_digits
    from ganlab.data.pictures import PictureSource
    from ganlab.training.state import build_state

    config = RunConfig(
        network=Choice("fast28", {"width": 4}),
        batch=64,
        precision="float32",
        transforms=(Choice("augment", {"cutout": 0.0}),),
    )
    cpu = torch.device("cpu")
    state = build_state(config, cpu, source=PictureSource(load_digits(), cpu, 0))
    with torch.no_grad():
        state.G.up[-2].bias.fill_(3.0)  # nearly white, so that brightness shows
    return state
