"""A super-resolution training as a run: examined, steered, resumed bit-exactly, left as a file."""

from functools import partial

import numpy as np
import pytest
import torch
from PIL import Image

from ganlab.errors import CheckpointError, ConfigError, RunError
from ganlab.export.files import generator_file
from ganlab.images.picture import Picture
from ganlab.jobs import controls, superres
from ganlab.jobs.kept_states import kept_steps
from ganlab.jobs.samples import from_png
from ganlab.jobs.worker import work
from ganlab.networks import superres_pair
from ganlab.networks.files import opening, weights
from ganlab.networks.srgan_paper import SRGANDiscriminator, SRResNet
from ganlab.networks.superres import LeanSRResNet
from ganlab.presets.superres import superres_config
from ganlab.trained.upscaling import UpscaleRequest, upscale
from ganlab.training.checkpoint import load_tensors, save_tensors
from ganlab.training.loop import Pace, Training
from ganlab.training.tasks import superres as task

SMALL = {"network.channels": 8, "network.blocks": 1, "batch": 2, "data.shrinkages": "0.5"}


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """One thread, a D that costs little, nothing pretrained, and an examination at every step."""
    torch.set_num_threads(1)
    judge = partial(SRGANDiscriminator, width=4)
    monkeypatch.setattr(superres_pair, "SRGANDiscriminator", judge)
    monkeypatch.setattr(task, "vgg19_is_here", lambda: False)
    monkeypatch.setattr(task, "squeezenet_is_there", lambda: False)
    monkeypatch.setattr(task.SuperresTask, "looks", (1e-9, 1e-9))
    monkeypatch.setattr(controls, "LOOKING", 1e9)
    monkeypatch.setitem(Training.__init__.__kwdefaults__, "pace", Pace(tick=0.0))


def made(store, name="srresnet", losses=(), start=None, start_name="", **values):
    """A run of a small network, not started."""
    more = {"data.crop": 8} if "paper" in name else {"data.crop": 12}
    config = superres_config(name, losses=dict(losses), **SMALL | more | {"steps": 6} | values)
    return superres.create(store, config, preset=name, start=start, start_name=start_name)


def with_commands(record, *commands):
    """Work the run; give each command (step, verb) at the first step from that one."""
    waiting, numbers = list(commands), []

    def on_step(tick, training):
        del training
        while waiting and tick.step >= waiting[0][0]:
            _, verb, *more = waiting.pop(0)
            numbers.append(record.command(verb, **(more[0] if more else {})))

    state = work(record, "cpu", on_step)
    return state, [record.answer(number) for number in numbers]


def test_a_run_is_examined_on_what_it_never_saw_and_leaves_a_network(store):
    record = made(store)
    assert work(record) == "finished"
    info = record.info()
    assert (info.kind, info.step, info.steps, info.preset) == ("superres", 6, 6, "srresnet")
    columns = record.columns()
    finite = {name for name, values in columns.items() if np.isfinite(values).any()}
    assert finite == {"step", "seconds", "psnr", "ssim", "l1", "g_loss", "g_gradient"}
    assert columns["step"][0] == 0
    assert columns["step"][-1] == 6
    assert np.isfinite(columns["psnr"]).all()
    assert info.results["psnr"] == pytest.approx(columns["psnr"][-1], abs=1e-4)
    # Twice PSNR's protocol by hand: bicubic on the held-out photograph.
    assert 30 < info.results["bicubic_psnr"] < 33
    assert record.sample_steps()[0] == 0
    for data in (record.sample()[1], (record.folder / "real.png").read_bytes()):
        assert from_png(data).shape == (192, 192, 3)
    loaded = opening.load(record.network)
    assert loaded.architecture == "LeanSRResNet"
    assert loaded.card["steps"] == 6
    assert loaded.card["scores"]["psnr"] == info.results["psnr"]
    assert generator_file(record) == record.network.read_bytes()
    assert superres.with_networks(store, store.infos()).keys() == {record.network}


def test_what_was_skipped_is_told_after_a_pause_as_before(store, tmp_path):
    folder = tmp_path / "photographs"
    folder.mkdir()
    Image.fromarray(np.full((200, 200, 3), 90, np.uint8)).save(folder / "a.png")
    (folder / "bad.png").write_bytes(b"no")
    record, said = made(store, steps=4, **{"data.path": str(folder)}), []

    def on_step(tick, training):
        del training
        said.append(record.info().words)
        if tick.step == 2:
            record.command("pause")
            record.command("resume")

    assert work(record, "cpu", on_step) == "finished"
    assert "Skipped: bad.png is not a picture" in said[0]
    assert said == 4 * said[:1]


def test_pause_resume_and_stop_are_answered_and_others_refused(store):
    record = made(store, steps=5000)
    commands = [(2, "pause"), (2, "resume"), (3, "dance"), (4, "stop")]
    state, answers = with_commands(record, *commands)
    assert state == "stopped"
    assert answers[:2] == answers[3:] * 2 == ["", ""]
    assert answers[2] == "a worker knows no command 'dance'"
    assert 4 <= record.info().step < 10
    assert record.facts()["checkpoint_step"] == record.info().step


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["srresnet", "srgan", "srresnet-paper", "srgan-paper"])
def test_a_stopped_run_goes_on_bit_exactly(store, preset, tmp_path):
    torch.manual_seed(0)
    network = SRResNet(4, 8, 1) if "paper" in preset else LeanSRResNet(4, 8, 1)
    weights.save(tmp_path / "start.safetensors", network, {})
    start = tmp_path / "start.safetensors" if "srgan" in preset else None
    whole, parts = (made(store, preset, start=start, steps=5) for _ in range(2))
    assert work(whole) == "finished"
    assert with_commands(parts, (2, "stop"))[0] == "stopped"
    assert parts.info().step < 5
    assert work(parts) == "finished"
    expected, facts = load_tensors(whole.checkpoint)
    found, _ = load_tensors(parts.checkpoint)
    assert facts["step"] == 5
    assert found.keys() == expected.keys()
    for name in expected:
        torch.testing.assert_close(found[name], expected[name], rtol=0, atol=0, msg=name)
    assert parts.sample()[1] == whole.sample()[1]
    assert parts.info().generation == 0


def test_what_lies_beyond_the_checkpoint_is_forgotten(store):
    record = made(store, steps=5000)
    with_commands(record, (2, "stop"))
    kept, at = record.checkpoint.read_bytes(), record.info().step
    with_commands(record, (at + 3, "stop"))
    # As if the second worker had been killed before it wrote a checkpoint.
    record.checkpoint.write_bytes(kept)
    record.set_facts(state="running")
    assert record.info().state == "lost"
    with_commands(record, (at + 1, "stop"))
    assert record.info().step <= at + 2
    assert record.info().generation == 1
    assert record.columns()["step"][-1] == record.info().step


def test_a_finished_run_takes_more_steps(store):
    record = made(store)
    work(record)
    record.extend_budget(4)
    assert work(record) == "finished"
    assert record.info().step == record.info().steps == 10


def test_srgan_goes_on_from_a_run_whose_weights_it_keeps_for_itself(store):
    parent = made(store)
    work(parent)
    with pytest.raises(ConfigError, match="goes on from trained weights"):
        made(store, "srgan", steps=2)
    child = made(store, "srgan", steps=2, start=parent.network, start_name=parent.id)
    store.delete(parent.id)
    assert work(child) == "finished"
    assert opening.load(child.network).card["start"] == parent.id
    assert {"d_loss", "matching", "adversarial"} <= set(child.columns())
    assert "features" not in child.columns()
    # Two steps change little: the start's weights are still to be seen.
    assert child.columns()["psnr"][-1] > 25


def test_the_papers_networks_are_trained_one_from_the_other_and_loaded_as_methods(store):
    parent = made(store, "srresnet-paper", steps=2)
    assert work(parent) == "finished"
    assert np.isfinite(parent.columns()["mse"]).any()
    losses = {"adversarial": "relativistic", "total_variation": 1e-4}
    with pytest.raises(ConfigError, match="train srresnet-paper first"):
        made(store, "srgan-paper", losses, steps=2)
    child = made(store, "srgan-paper", losses, steps=2, start=parent.network)
    assert work(child) == "finished"
    assert np.isfinite(child.columns()["pixel"]).any()
    assert np.isfinite(child.columns()["total_variation"]).any()
    loaded = opening.load(child.network)
    assert loaded.architecture == "SRResNet"
    assert loaded.card["loss"] == {"pixel": 1.0, "adversarial": 1e-3, "total_variation": 1e-4}
    assert (loaded.card["pixel"], loaded.card["adversarial"]) == ("mse", "relativistic")
    order = UpscaleRequest(str(child.network))
    enlarged = upscale(Picture(np.zeros((6, 7, 3), np.uint8)), order)
    assert enlarged.colour.shape == (24, 28, 3)


def test_a_run_whose_photographs_are_gone_fails_in_one_sentence(store, tmp_path):
    record = made(store, **{"data.path": str(tmp_path / "none")})
    assert work(record) == "failed"
    assert "a folder of photographs was wanted" in record.info().words
    with pytest.raises(RunError, match="left no network"):
        generator_file(record)


def test_a_checkpoint_of_another_plan_is_refused(store):
    record = made(store)
    work(record)
    other = record.config().with_values({"data.scale": 2})
    record.set_facts(config=other.to_json())
    assert work(record) == "failed"
    assert "start a new run instead" in record.info().words


def test_a_training_that_diverges_goes_back_to_weights_that_are_finite(store, monkeypatch):
    record = made(store, steps=5000)
    with_commands(record, (2, "stop"))
    broken = {"l1": lambda sr, hr: sr.mean() * torch.nan}
    monkeypatch.setattr("ganlab.objective.superres_losses.PIXEL", broken)
    assert work(record) == "diverged"
    assert all(one.isfinite().all() for one in load_tensors(record.checkpoint)[0].values())


def test_a_run_is_stepped_turned_and_branched(store):
    record = made(store, steps=5000)
    commands = [
        (2, "pause"),
        (2, "step", {"count": 1, "who": "G"}),
        (2, "turn", {"name": "g_optimizer.lr", "value": 2e-3}),
        (2, "turn", {"name": "terms.sr-variation.weight", "value": 0.1}),
        (2, "turn", {"name": "data.crop", "value": 24}),
        (2, "resume"),
        (6, "stop"),
    ]
    state, answers = with_commands(record, *commands)
    assert state == "stopped"
    assert answers[4].startswith("data.crop cannot be turned while a run trains")
    assert answers[:4] + answers[5:] == [""] * 6
    assert np.isfinite(record.columns()["total_variation"]).any()
    assert [one["name"] for one in record.interventions()] == [
        *("move", "g_optimizer.lr", "terms.sr-variation.weight")
    ]
    assert kept_steps(record)
    child = store.branch(record.id, {"g_optimizer.lr": 1e-4})
    child.extend_budget(2)
    assert work(child) == "finished"
    assert child.info().kind == "superres"
    assert child.config().g_optimizer.lr == 1e-4


def test_weights_of_another_network_are_refused_as_a_start(store, tmp_path):
    path = tmp_path / "other.safetensors"
    path.write_bytes(b"nothing")
    with pytest.raises(CheckpointError, match="no safetensors file"):
        made(store, "srgan", start=path)
    assert store.records() == []


def test_a_run_of_before_has_the_size_of_the_weights_that_it_went_on_from(store, tmp_path):
    start = tmp_path / "start.safetensors"
    weights.save(start, LeanSRResNet(4, 8, 1), {})
    record = made(store, "srgan", start=start)
    plan = {"preset": "srgan", "scale": 4, "steps": 50, "losses": {"features": "none"}}
    record.set_facts(config=plan, progress={"step": 3, "seconds": 0.0, "speed": 0.0})
    save_tensors(record.checkpoint, {"crops": torch.zeros(1)}, {"layout": {}, "step": 2})
    record.set_facts(checkpoint_step=2)
    branches = [store.branch(record.id, {"g_optimizer.lr": 1e-4}, step) for step in (None, 2)]
    for one in (record, *branches):
        size = one.config().network.values
        assert (size["channels"], size["blocks"]) == (8, 1)
    for child in branches:
        assert child.facts()["checkpoint_step"] == 2
        assert child.checkpoint.read_bytes() == record.checkpoint.read_bytes()


def test_a_run_that_fails_says_why_though_nothing_can_be_measured(store):
    record = made(store)

    def on_step(tick, training):
        for weight in training.state.shown_generator.parameters():
            weight.data.fill_(torch.nan)
        training.state.extra.clear()
        raise ConfigError("the reason")

    assert work(record, "cpu", on_step) == "failed"
    assert (record.facts()["state"], record.info().words) == ("failed", "the reason")


def test_a_pause_is_measured_and_a_row_keeps_its_losses(store, monkeypatch):
    monkeypatch.setattr(task.SuperresTask, "looks", (1e9, 1e9))
    record = made(store, steps=5000)
    with_commands(record, (2, "pause"), (2, "stop"))
    at, before = record.info().step, record.columns()
    assert before["step"][-1] == record.sample()[0] == at
    assert np.isfinite([before["psnr"][-1], before["l1"][-1]]).all()
    with_commands(record, (at + 1, "stop"))
    after = record.columns()
    for name, values in before.items():
        np.testing.assert_array_equal(after[name][: len(values)], values, err_msg=name)
