"""2N steps against N steps, stored, read into a fresh run, and N more: equal bit for bit."""

import itertools
import json

import pytest
import torch

from ganlab.errors import CheckpointError
from ganlab.training.loop import Training
from ganlab.training.state_tensors import load_weights, pack, unpack

N = 3
CASES = [
    *itertools.product(["fast28"], ["adam", "rmsprop", "sgd"], ["float32", "bfloat16"]),
    ("vanilla", "adam", "float32"),
    ("vanilla", "rmsprop", "bfloat16"),
    ("dcgan28", "adam", "float32"),
    ("dcgan28", "sgd", "bfloat16"),
    (
        {"name": "dcgan-body", "width": 4, "d_norm": "spectral", "g_norm": "both"},
        "adam",
        "bfloat16",
    ),
    ({"name": "dcgan-body", "width": 4, "d_norm": "batch"}, "rmsprop", "float32"),
    ({"name": "sagan", "width": 4}, "adam", "float32"),
    ({"name": "r3gan", "width": 4}, "adam", "bfloat16"),
]
"""Batch norm, dropout, spectral norm with averaging of G, attention: all that keeps a state."""


def stored(state):
    """What a file would hold: copies of the tensors, and the facts through JSON."""
    tensors, facts = pack(state)
    copies = {name: tensor.detach().clone().contiguous() for name, tensor in tensors.items()}
    return copies, json.loads(json.dumps(facts))


@pytest.fixture
def trained(tiny, state_of):
    """Builds a run of N steps, and what it stored."""

    def build(**values):
        training = Training(tiny, state=state_of(tiny.with_values(values)))
        training.advance(N)
        return training.state, *stored(training.state)

    return build


@pytest.mark.parametrize(("network", "optimizer", "precision"), CASES, ids=str)
def test_2n_steps_are_n_steps_stored_and_n_more(
    tiny, state_of, same, network, optimizer, precision
):
    config = tiny.with_values(
        {
            "network": network,
            "precision": precision,
            "d_optimizer": optimizer,
            "g_optimizer": optimizer,
            "g_optimizer.decay": "cosine",
            "batch": 4,
        }
    )
    whole = Training(config, state=state_of(config))
    whole.advance(2 * N)
    first = Training(config, state=state_of(config))
    first.advance(N)
    state = state_of(config)
    unpack(state, *stored(first.state))
    second = Training(config, state=state)
    second.advance(N)
    (wanted, wanted_facts), (got, got_facts) = pack(whole.state), pack(second.state)
    assert same(got, wanted)
    assert got_facts | {"seconds": 0} == wanted_facts | {"seconds": 0}
    assert got_facts["step"] == 2 * N


def test_a_run_goes_on_in_the_same_epoch_after_it_was_stored(tiny, state_of, same):
    config = tiny.with_values({"batch": 1000})  # 1,797 digits: each second batch begins an epoch
    whole, first = (Training(config, state=state_of(config)) for _ in range(2))
    whole.advance(2)
    first.advance(1)
    state = state_of(config)
    unpack(state, *stored(first.state))
    Training(config, state=state).advance(1)
    assert same(pack(state)[0], pack(whole.state)[0])
    assert state.source.state() == {"epoch": 1, "position": 203}


def test_on_another_kind_of_device_weights_go_on_and_luck_begins_again(trained, state_of, weights):
    state, tensors, facts = trained()
    facts |= {"device": "cuda", "tensors": [*facts["tensors"], "stream.cuda"]}
    tensors |= {f"stream.{name}": torch.zeros(16, dtype=torch.uint8) for name in ("z", "cuda")}
    fresh = state_of(state.config)
    luck = fresh.streams.state()["z"].clone()
    unpack(fresh, tensors, facts)
    assert torch.equal(fresh.streams.state()["z"], luck)
    assert torch.equal(weights(fresh)["G.dense.weight"], weights(state)["G.dense.weight"])


def test_a_run_at_step_0_can_be_stored_too(tiny, state_of, same):
    state, other = state_of(tiny), state_of(tiny.with_values({"seed": 5}))
    unpack(other, *stored(state))
    assert same(pack(other)[0], pack(state)[0])


def test_moments_lie_in_memory_as_their_weights_do(trained, state_of):
    state, tensors, facts = trained()
    fresh = state_of(state.config)
    unpack(fresh, tensors, facts)
    for optimizer in (fresh.d_optimizer, fresh.g_optimizer):
        for weight, moments in optimizer.state.items():
            assert moments["exp_avg"].stride() == weight.stride()


@pytest.mark.parametrize("to", ["rmsprop", "sgd", "adam"])
@pytest.mark.parametrize("origin", ["rmsprop", "sgd", "adam"])
def test_a_branch_with_another_optimizer_starts_its_moments_afresh(trained, state_of, origin, to):
    state, tensors, facts = trained(d_optimizer=origin)
    branch = state_of(state.config.with_values({"d_optimizer": to, "loss": "hinge"}))
    unpack(branch, tensors, facts)
    assert bool(branch.d_optimizer.state) == (origin == to)
    tick = Training(branch.config, state=branch).advance(2)
    assert tick.step == N + 2
    assert tick.end == ""


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"network.width": 8}, r"network is fast28 \(width 4\) and the run's is .*width 8"),
        ({"z_dim": 9}, "z_dim is 8 and the run's is 9: start a new run"),
        ({"data": "mnist"}, "data is digits and the run's is mnist"),
    ],
)
def test_a_branch_that_does_not_fit_is_refused(trained, state_of, values, sentence):
    state, tensors, facts = trained()
    branch = state_of(state.config)
    branch.members = [state.config.with_values(values)]
    with pytest.raises(CheckpointError, match=sentence):
        unpack(branch, tensors, facts)


MOMENT = "d_optimizer.0.exp_avg"
NAN = "holds values that are not finite"
DAMAGES = [
    ("G.dense.weight", None, r"no tensor G\.dense\.weight"),
    ("G_mean.dense.weight", None, "no tensor G_mean"),
    (MOMENT, None, r"no tensor d_optimizer\.0\.exp_avg"),
    ("g_optimizer.1.step", None, r"no tensor g_optimizer\.1\.step"),
    ("stream.z", None, r"no tensor stream\.z"),
    ("stream.cpu", None, r"no tensor stream\.cpu"),
    ("D.dense.bias", torch.zeros(2), r"D\.dense\.bias must have shape \(1,\), got \(2,\)"),
    (MOMENT, torch.zeros(3), r"d_optimizer\.0\.exp_avg must have shape .*, got \(3,\)"),
    ("d_optimizer.0.step", torch.zeros(2), r"must have shape \(\), got \(2,\)"),
    ("G.dense.weight", lambda old: torch.full_like(old, torch.nan), rf"G\.dense\.weight {NAN}"),
    (MOMENT, lambda old: torch.full_like(old, torch.nan), rf"0\.exp_avg {NAN}"),
    ("stream.cpu", lambda old: old[:-1].clone(), r"stream\.cpu"),
    ("stream.z", lambda old: old.float(), r"stream\.z"),
    ("G.more", torch.zeros(1), r"G\.more"),
    ("d_optimizer.99.step", torch.zeros(()), r"holds d_optimizer\.99\.step"),
    ("hello", torch.zeros(1), "hello"),
]
"""A tensor's name, what stands in its place (nothing: it is missing), and what is said."""


@pytest.mark.parametrize(("name", "other", "sentence"), DAMAGES)
def test_damaged_tensors_are_refused_in_a_sentence_that_names_them(
    trained, state_of, name, other, sentence
):
    state, tensors, facts = trained()
    old = tensors.pop(name, None)
    if other is not None:
        tensors[name] = other if isinstance(other, torch.Tensor) else other(old)
    with pytest.raises(CheckpointError, match=sentence):
        unpack(state_of(state.config), tensors, facts)


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (lambda f: f.pop("step"), "step"),
        (lambda f: f.pop("source"), "source"),
        (lambda f: f.update(step="many"), "step"),
        (lambda f: f.update(step=-1), "step"),
        (lambda f: f.update(source={"epoch": 0, "position": 10**9}), "between 0 and 1796"),
        (lambda f: f.update(source=None), "source"),
        (lambda f: f.pop("config"), "config"),
        (lambda f: f.update(config={"network": "unknown"}), "network must be one of"),
    ],
)
def test_damaged_facts_are_refused_in_a_sentence(trained, state_of, harm, sentence):
    state, tensors, facts = trained()
    harm(facts)
    with pytest.raises(CheckpointError, match=sentence):
        unpack(state_of(state.config), tensors, facts)


def test_load_weights_takes_only_what_begins_with_its_prefix():
    net = torch.nn.Linear(2, 1)
    wanted = {"weight": torch.ones(1, 2), "bias": torch.zeros(1)}
    named = {f"G.{name}": tensor for name, tensor in wanted.items()}
    load_weights(net, named | {"G_mean.weight": torch.full((1, 2), 7.0)}, "G.")
    assert torch.equal(net.weight, wanted["weight"])
