"""A super-resolution training as a run: examined, steered, resumed bit-exactly, left as a file."""

import numpy as np
import pytest
import torch
from PIL import Image

from ganlab.errors import CheckpointError, ConfigError, RunError
from ganlab.export.files import generator_file
from ganlab.images.picture import Picture
from ganlab.jobs import superres, superres_worker
from ganlab.jobs.samples import from_png
from ganlab.jobs.worker import work
from ganlab.networks.files import opening, weights
from ganlab.networks.srgan_paper import SRGANDiscriminator, SRResNet
from ganlab.networks.superres import LeanSRResNet
from ganlab.trained.upscaling import UpscaleRequest, upscale
from ganlab.training.checkpoint import load_tensors
from ganlab.training.superres import adversarial, recipes
from ganlab.training.superres.config import Plan


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Networks that cost little, one thread, and an examination at every step."""
    torch.set_num_threads(1)
    for name in ("srresnet", "srgan"):
        preset = recipes.PRESETS[name]
        tiny = recipes.replace(preset, channels=8, blocks=1, batch=2, crop=12, shrinkages=(0.5,))
        monkeypatch.setitem(recipes.PRESETS, name, tiny)
    for name in ("srresnet-paper", "srgan-paper"):
        preset = recipes.PRESETS[name]
        tiny = recipes.replace(preset, channels=8, blocks=1, batch=2, side=32, shrinkages=(0.5,))
        monkeypatch.setitem(recipes.PRESETS, name, tiny)
    judges = {**adversarial.DISCRIMINATORS, "paper": lambda side: SRGANDiscriminator(side, 4)}
    monkeypatch.setattr(adversarial, "DISCRIMINATORS", judges)
    monkeypatch.setattr(recipes, "vgg19_is_here", lambda: False)
    monkeypatch.setattr(superres_worker, "UNWATCHED_VALIDATION", 0.0)
    monkeypatch.setattr(superres_worker, "VALIDATION_SHARE", 1e9)
    monkeypatch.setattr(recipes, "squeezenet_is_there", lambda: False)


PLAN = Plan(steps=6, threads=1)


def with_commands(record, *commands):
    """Work the run; give each command (step, verb) at the first step from that one."""
    waiting, numbers = list(commands), []

    def on_step(step, trainer):
        del trainer
        while waiting and step.step >= waiting[0][0]:
            numbers.append(record.command(waiting.pop(0)[1]))

    state = work(record, "cpu", on_step)
    return state, [record.answer(number) for number in numbers]


def test_a_run_is_examined_on_what_it_never_saw_and_leaves_a_network(store):
    record = superres.create(store, PLAN)
    assert work(record) == "finished"
    info = record.info()
    assert (info.kind, info.step, info.steps, info.preset) == ("superres", 6, 6, "srresnet")
    columns = record.columns()
    assert set(columns) == {"step", "seconds", "psnr", "ssim", "l1"}
    assert columns["step"][0] == 0
    assert columns["step"][-1] == 6
    assert np.isfinite(columns["psnr"]).all()
    assert info.results["psnr"] == pytest.approx(columns["psnr"][-1], abs=1e-4)
    # Twice PSNR's protocol by hand: bicubic on the held-out photograph.
    assert info.results["bicubic_psnr"] == record.facts()["bicubic"]["psnr"]
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
    record, said = superres.create(store, Plan(folder=str(folder), steps=4, threads=1)), []

    def on_step(step, trainer):
        del trainer
        said.append(record.info().words)
        if step.step == 2:
            record.command("pause")
            record.command("resume")

    assert work(record, "cpu", on_step) == "finished"
    assert "Skipped: bad.png is not a picture" in said[0]
    assert said == 4 * said[:1]


def test_pause_resume_and_stop_are_answered_and_others_refused(store):
    record = superres.create(store, Plan(steps=5000, threads=1))
    commands = [(2, "pause"), (2, "resume"), (3, "dance"), (4, "stop")]
    state, answers = with_commands(record, *commands)
    assert state == "stopped"
    assert answers[:2] == answers[3:] * 2 == ["", ""]
    assert answers[2] == "a super-resolution run knows no command 'dance'"
    assert 4 <= record.info().step < 10
    assert record.facts()["checkpoint_step"] == record.info().step


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["srresnet", "srgan", "srresnet-paper", "srgan-paper"])
def test_a_stopped_run_goes_on_bit_exactly(store, preset, tmp_path):
    torch.manual_seed(0)
    network = SRResNet(4, 8, 1) if "paper" in preset else LeanSRResNet(4, 8, 1)
    weights.save(tmp_path / "start.safetensors", network, {})
    start = tmp_path / "start.safetensors" if "srgan" in preset else None
    plan = Plan(preset, steps=5, threads=1)
    whole, parts = (superres.create(store, plan, start=start) for _ in range(2))
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
    record = superres.create(store, Plan(steps=5000, threads=1))
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
    record = superres.create(store, PLAN)
    work(record)
    record.extend_budget(4)
    assert work(record) == "finished"
    assert record.info().step == record.info().steps == 10


def test_srgan_goes_on_from_a_run_whose_weights_it_keeps_for_itself(store):
    parent = superres.create(store, PLAN)
    work(parent)
    plan = Plan("srgan", steps=2, threads=1)
    with pytest.raises(ConfigError, match="goes on from trained weights"):
        superres.create(store, plan)
    child = superres.create(store, plan, start=parent.network, start_name=parent.id)
    store.delete(parent.id)
    assert work(child) == "finished"
    assert opening.load(child.network).card["start"] == parent.id
    assert {"d_loss", "matching", "adversarial"} <= set(child.columns())
    assert np.isnan(child.columns()["features"]).all()
    # Two steps change little: the start's weights are still to be seen.
    assert child.columns()["psnr"][-1] > 25


def test_the_papers_networks_are_trained_one_from_the_other_and_loaded_as_methods(store):
    parent = superres.create(store, Plan("srresnet-paper", steps=2, threads=1))
    assert work(parent) == "finished"
    assert np.isfinite(parent.columns()["mse"]).any()
    losses = {"adversarial": "relativistic", "total_variation": 1e-4}
    plan = Plan("srgan-paper", steps=2, threads=1, losses=losses)
    with pytest.raises(ConfigError, match="train srresnet-paper first"):
        superres.create(store, plan)
    child = superres.create(store, plan, start=parent.network)
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
    record = superres.create(store, Plan(folder=str(tmp_path / "none"), threads=1))
    assert work(record) == "failed"
    assert "a folder of photographs was wanted" in record.info().words
    with pytest.raises(RunError, match="left no network"):
        generator_file(record)


def test_a_checkpoint_of_another_plan_is_refused(store):
    record = superres.create(store, PLAN)
    work(record)
    record.set_facts(config=Plan(scale=2, steps=20, threads=1).to_json())
    assert work(record) == "failed"
    assert "does not belong to this configuration" in record.info().words


def test_a_training_that_diverges_keeps_its_last_checkpoint(store, monkeypatch):
    record = superres.create(store, Plan(steps=5000, threads=1))
    with_commands(record, (2, "stop"))
    kept = record.checkpoint.read_bytes()

    def broken(self):
        self.step += 1
        return {"l1": torch.tensor(torch.nan)}

    monkeypatch.setattr("ganlab.training.superres.loop.PixelTraining.one_step", broken)
    assert work(record) == "diverged"
    assert record.checkpoint.read_bytes() == kept


def test_what_a_run_of_a_gan_knows_is_refused(store):
    record = superres.create(store, PLAN)
    with pytest.raises(RunError, match="trains no GAN from noise"):
        record.config()
    with pytest.raises(RunError, match="trains no GAN from noise"):
        store.branch(record.id, {})


def test_weights_of_another_network_are_refused_as_a_start(store, tmp_path):
    path = tmp_path / "other.safetensors"
    path.write_bytes(b"nothing")
    with pytest.raises(CheckpointError, match="no safetensors file"):
        superres.create(store, Plan("srgan"), start=path)
    assert store.records() == []
