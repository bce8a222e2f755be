"""Every system: 2N steps are N steps, stored, and N more; and its file is a generator."""

import json

import numpy as np
import pytest
import torch

import ganlab
from ganlab.config import Choice
from ganlab.data.pictures import to_bytes
from ganlab.training.checkpoint import save_run
from ganlab.training.loop import Training
from ganlab.training.state_tensors import pack, unpack

SYSTEMS = {
    "vae-gan": {"network": Choice("vae-gan", {"width": 4}), "terms": "reconstruction"},
    "infogan": {
        "z_dim": 16,
        "noise": "codes",
        "network": Choice("infogan", {"width": 4}),
        "terms": "information",
    },
    "transgan": {
        "network": Choice("transgan", {"width": 32, "depth": 1, "d_width": 16}),
        "transforms": "augment",
        "penalties": "r1-r2",
    },
    "figan": {"network": Choice("figan", {"width": 4, "features": 5}), "terms": "consistency"},
}


@pytest.fixture(params=SYSTEMS)
def config(request, tiny):
    return tiny.with_values({"batch": 4, "precision": "auto", **SYSTEMS[request.param]})


def test_2n_steps_are_n_steps_stored_and_n_more(config, state_of, same):
    whole, first = (Training(config, state=state_of(config)) for _ in range(2))
    whole.advance(4)
    first.advance(2)
    tensors, facts = pack(first.state)
    stored = {name: tensor.detach().clone().contiguous() for name, tensor in tensors.items()}
    state = state_of(config)
    unpack(state, stored, json.loads(json.dumps(facts)))
    Training(config, state=state).advance(2)
    assert same(pack(state)[0], pack(whole.state)[0])


def test_its_checkpoint_is_a_generator_that_samples(config, state_of, tmp_path):
    training = Training(config, state=state_of(config))
    training.advance(2)
    save_run(tmp_path / "model.safetensors", training.state)
    generator = ganlab.load(tmp_path / "model.safetensors")
    pictures = generator.sample(5, seed=3)
    with torch.no_grad():
        wanted = to_bytes(training.state.G_mean(generator.z(5, 3))).numpy()
    np.testing.assert_array_equal(pictures, wanted)
    assert generator.classes == 0


def test_a_terms_weight_is_turned_while_it_trains(tiny, state_of):
    config = tiny.with_values(SYSTEMS["infogan"])
    training = Training(config, state=state_of(config))
    training.advance(1)
    training.set_live("terms.information.weight", 0.25)
    assert training.state.objective.terms[0].values["weight"] == 0.25
    assert training.advance(1).interventions[0].old == 1.0
