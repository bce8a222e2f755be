"""Games of real or generated."""

import pytest
import torch

from ganlab.trained.discriminator import ROUNDS, deal


def some(seed=0):
    real = (
        torch.full((50, 1, 2, 2), 200, dtype=torch.uint8)
        + torch.arange(50, dtype=torch.uint8)[:, None, None, None]
    )
    fake = torch.arange(50, dtype=torch.uint8)[:, None, None, None].expand(50, 1, 2, 2)
    return deal(real, fake, torch.ones(50), -torch.ones(50), 0.0, seed)


def test_the_truth_is_that_of_the_pictures():
    game = some()
    assert [bool(picture.max() >= 200) for picture in game.pictures] == list(game.real)


def test_a_d_that_knows_is_always_right_and_its_opposite_never():
    game = some()
    assert game.d_right == ROUNDS
    assert game.right([not one for one in game.real]) == 0
    assert game.right(game.real[:7]) == 7


def test_no_picture_comes_twice_and_a_seed_deals_the_same_game():
    game = some(3)
    assert len({int(picture[0, 0, 0]) for picture in game.pictures}) == ROUNDS
    again = some(3)
    assert torch.equal(game.pictures, again.pictures)
    assert game.real == again.real
    assert any(some(seed).real != game.real for seed in range(5))


@pytest.mark.parametrize(("real", "fake"), [(16, 400), (19, 400), (30, 7), (2, 50)])
def test_where_there_are_few_pictures_there_are_as_few_rounds(real, fake):
    pictures = torch.zeros(real, 1, 2, 2, dtype=torch.uint8)
    game = deal(
        pictures, pictures[:1].expand(fake, 1, 2, 2), torch.ones(real), -torch.ones(fake), 0.0, 5
    )
    assert game.rounds == len(game.pictures) == len(game.d_says) == min(real, fake)
    assert game.d_right == game.rounds


def test_over_many_games_half_of_the_pictures_are_real():
    shares = [sum(some(seed).real) / ROUNDS for seed in range(200)]
    assert sum(shares) / 200 == pytest.approx(0.5, abs=0.03)
