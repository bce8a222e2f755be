import numpy as np
import pytest
import torch
from scipy import stats

from ganlab.data.pictures import PictureSet
from ganlab.errors import ConfigError
from ganlab.evaluation import augmentation_study as a
from ganlab.trained.generator import load


@pytest.fixture(scope="module")
def generator():
    return load("digits-cgan")


@pytest.fixture
def sets():
    return a.real_sets()


def trial(arm, seed, accuracy):
    return a.Trial(arm, seed, accuracy, [accuracy] * 10)


def test_without_mnist_the_embedded_digits_are_parted_and_share_none(sets):
    assert sets.train.name == sets.test.name == "digits"
    assert len(sets.train.labels) == 1_000
    assert len(sets.test.labels) == 797
    train = {bytes(picture.numpy()) for picture in sets.train.pictures}
    assert not [1 for picture in sets.test.pictures if bytes(picture.numpy()) in train]


def test_a_draw_holds_what_was_asked_for_and_nothing_twice(sets):
    counts = [3, 0, 5, 1, 2, 4, 6, 7, 8, 9]
    places = a.draw(sets.train.labels, counts, seed=1)
    assert torch.bincount(sets.train.labels[places], minlength=10).tolist() == counts
    assert len(set(places.tolist())) == sum(counts)
    assert places.tolist() != a.draw(sets.train.labels, counts, seed=2).tolist()


def test_more_real_digits_than_there_are_is_refused(sets):
    with pytest.raises(ConfigError, match="fewer than 500"):
        a.draw(sets.train.labels, [500] * 10, seed=0)


def test_an_unbalanced_set_is_topped_up_to_equal_classes():
    plan = a.Plan(k=50, unbalanced=True)
    assert plan.real() == [50] * 5 + [5] * 5
    assert [r + g for r, g in zip(plan.real(), plan.generated(), strict=True)] == [50] * 10


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"k": 0}, "k must be between 1 and 1000, got 0"),
        ({"seeds": 1}, "seeds must be between 2 and 30"),
        ({"k": 9, "unbalanced": True}, "at least 10, got 9"),
    ],
)
def test_a_plan_that_cannot_be_tried_says_why(values, words):
    with pytest.raises(ConfigError, match=words):
        a.Plan(**values)


def test_both_arms_see_the_same_real_digits_and_only_one_sees_generated_ones(
    generator, sets, monkeypatch
):
    given = []

    def note(data: PictureSet, recipe, device):
        del device
        given.append(data)
        return lambda x: type("Read", (), {"logits": torch.zeros(len(x), 10)})

    monkeypatch.setattr(a, "train_classifier", note)
    done = list(a.trials(generator, sets, a.Plan(k=2, n=3, seeds=2)))
    assert [(one.arm, one.seed) for one in done] == [
        ("real", 0),
        ("both", 0),
        ("real", 1),
        ("both", 1),
    ]
    for alone, both in (given[:2], given[2:]):
        assert len(alone.labels) == 20
        torch.testing.assert_close(both.pictures[:20], alone.pictures)
        assert torch.bincount(both.labels).tolist() == [5] * 10
    assert not torch.equal(given[1].pictures[20:], given[3].pictures[20:])
    # A classifier that always reads a 0 is right about the zeros and nothing else.
    assert done[0].by_class == [1.0] + [0.0] * 9
    assert done[0].accuracy == pytest.approx(float((sets.test.labels == 0).double().mean()))


@pytest.mark.slow
def test_equal_plans_give_equal_accuracies(generator, sets):
    plan = a.Plan(k=2, n=2, seeds=2, steps=20)
    first = [one.accuracy for one in a.trials(generator, sets, plan)]
    assert first == [one.accuracy for one in a.trials(generator, sets, plan)]
    assert len(set(first)) > 1


def test_the_interval_is_that_of_the_paired_t_test():
    alone, both = [0.80, 0.85, 0.78, 0.90], [0.84, 0.86, 0.85, 0.91]
    done = [trial("real", k, x) for k, x in enumerate(alone)]
    done += [trial("both", k, x) for k, x in enumerate(both)]
    told = a.summary(done)
    twin = stats.ttest_rel(both, alone).confidence_interval(0.95)
    assert told["difference"]["low"] == pytest.approx(twin.low)
    assert told["difference"]["high"] == pytest.approx(twin.high)
    assert told["arms"]["real"]["deviation"] == pytest.approx(float(np.std(alone, ddof=1)))


@pytest.mark.parametrize(
    ("gaps", "words"),
    [
        ([0.05, 0.06, 0.055], "helped"),
        ([-0.05, -0.06, -0.055], "did harm"),
        ([0.05, -0.06, 0.01], "No effect that these seeds could show"),
        ([0.05], "Two seeds"),
    ],
)
def test_the_verdict_says_which_way_it_came_out(gaps, words):
    assert words in a.verdict(a.interval(gaps))


def test_a_seed_that_is_half_done_counts_in_no_pair():
    told = a.summary([trial("real", 0, 0.8), trial("both", 0, 0.9), trial("real", 1, 0.7)])
    assert told["pairs"] == 1
    assert told["difference"] is None
    assert told["arms"]["real"]["mean"] == pytest.approx(0.75)


def test_a_generator_without_labels_is_refused(sets):
    from ganlab.config import Choice, RunConfig
    from ganlab.trained.generator import Generator
    from ganlab.training.tasks.pictures import build_networks

    config = RunConfig(data=Choice("digits"), network=Choice("fast28", {"width": 4}))
    plain = Generator("plain", config, build_networks(config)[0])
    with pytest.raises(ConfigError, match="take a conditional one"):
        next(a.trials(plain, sets, a.Plan()))
