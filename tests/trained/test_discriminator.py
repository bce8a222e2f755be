"""D asked outside of training, against the networks themselves and finite differences."""

import pytest
import torch

from ganlab.data.pictures import to_float
from ganlab.errors import CheckpointError
from ganlab.presets import preset
from ganlab.trained.discriminator import Discriminator, drawn, load_players, side_by_side
from ganlab.training.checkpoint import save_run, to_file
from ganlab.training.loop import Training
from ganlab.training.tasks.pictures import build_networks


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    values = {"network.width": 4, "batch": 8, "steps": 20}
    training = Training(preset("digits").with_values(values), device="cpu")
    for _ in training:
        pass
    path = tmp_path_factory.mktemp("run") / "players.safetensors"
    save_run(path, training.state)
    return training.state, path


def some_pictures(n=6):
    return torch.randint(0, 256, (n, 1, 28, 28), generator=torch.Generator().manual_seed(3)).to(
        torch.uint8
    )


def test_scores_are_those_of_the_trained_d_at_rest(stored):
    state, path = stored
    players = load_players(path)
    pictures = some_pictures(300)
    state.D.eval()
    with torch.no_grad():
        expected = state.D(to_float(pictures))
    torch.testing.assert_close(players.D.scores(pictures), expected, atol=1e-5, rtol=1e-5)
    assert players.step == 20


def test_the_pictures_are_those_of_the_averaged_g(stored):
    state, path = stored
    pictures, labels = drawn(load_players(path).G, 4, seed=5)
    assert labels is None
    z = load_players(path).G.z(4, 5)
    with torch.no_grad():
        expected = state.G_mean.eval()(z)
    assert (torch.from_numpy(pictures) - (expected + 1) * 127.5).abs().max() <= 0.51


def test_the_heat_map_is_the_scores_gradient(stored):
    D = load_players(stored[1]).D
    pictures = some_pictures(2)
    heat = D.gradients(pictures)
    assert heat.shape == (2, 28, 28)
    x, h = to_float(pictures).double(), 1e-4
    net = D.net.double()
    try:
        for row, column in ((3, 4), (14, 14), (27, 0)):
            more, less = x.clone(), x.clone()
            more[:, :, row, column] += h
            less[:, :, row, column] -= h
            slope = (net(more) - net(less)) / (2 * h)
            torch.testing.assert_close(heat[:, row, column].double(), slope, atol=1e-4, rtol=1e-3)
    finally:
        net.float()


@pytest.mark.parametrize(
    ("loss", "expected"),
    [("non-saturating", 0.0), ("least-squares", 0.5), ("wasserstein", 1.5), ("hinge", 1.5)],
)
def test_the_threshold_lies_where_the_loss_is_undecided(stored, loss, expected):
    D = load_players(stored[1]).D
    D.config = D.config.with_values({"loss": loss})
    assert D.threshold(torch.tensor([3.0, 5.0]), torch.tensor([-1.0])) == pytest.approx(expected)


@pytest.fixture(scope="module")
def packed():
    values = {"network.width": 4, "batch": 8, "transforms": [{"name": "packing", "m": 2}]}
    config = preset("digits").with_values(values)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        return Discriminator("packed", config, build_networks(config)[1])


def test_a_d_that_packs_judges_pictures_with_their_neighbours(packed):
    pictures = some_pictures(6)
    x = to_float(pictures)
    with torch.no_grad():
        pairs = [packed.net(torch.cat([x[k], x[k + 1]])[None]) for k in (0, 2, 4)]
    assert packed.together == 2
    torch.testing.assert_close(packed.scores(pictures), torch.cat(pairs))
    heat = packed.gradients(pictures)
    assert heat.shape == (6, 28, 28)
    torch.testing.assert_close(heat[2:4], packed.gradients(pictures[2:4]))
    assert not torch.allclose(heat[2:4], packed.gradients(pictures[[2, 5]]))


def test_what_is_judged_together_stands_side_by_side():
    pictures = some_pictures(6)
    wide = side_by_side(pictures, 3)
    assert wide.shape == (2, 1, 28, 84)
    assert torch.equal(wide[1, :, :, 28:56], pictures[4])
    assert torch.equal(side_by_side(pictures, 1), pictures)


def test_a_file_without_a_d_is_refused(stored, tmp_path):
    from ganlab.training.checkpoint import load_tensors

    tensors, facts = load_tensors(stored[1])
    kept = {name: value for name, value in tensors.items() if name.startswith("G")}
    path = tmp_path / "half.safetensors"
    path.write_bytes(to_file(kept, facts))
    with pytest.raises(CheckpointError, match="no two players"):
        load_players(path)
