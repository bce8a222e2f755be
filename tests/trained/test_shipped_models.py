"""What the cards claim, held against the files and against a fresh measurement."""

import pytest

from ganlab.data.embedded import load_digits
from ganlab.evaluation.classifier import box_of, load_classifier
from ganlab.evaluation.report import evaluate
from ganlab.metrics.feature_distances import frechet_distance
from ganlab.paths import CHECKPOINTS
from ganlab.presets import preset
from ganlab.trained.generator import load

README = (CHECKPOINTS / "README.md").read_text(encoding="utf-8")
SIZES = {"digits-cgan": 8, "digits-r3gan": 2, "digits-classifier": 2, "digits-reference": 2}


@pytest.mark.parametrize("name", SIZES)
def test_shipped_files_are_small(name):
    assert (CHECKPOINTS / f"{name}.safetensors").stat().st_size <= SIZES[name] * 2**20


def test_the_readme_says_what_the_cards_say():
    card = load("digits-cgan").card
    for words in (
        load_classifier().card["command"],
        f"{load_classifier().card['test_accuracy']:.2%}",
        card["command"],
        f"{card['steps']:,}",
        f"{card['quality']['accuracy']:.2%}",
        f"{card['quality']['frechet']:.3f}",
        f"{card['quality']['coverage']:.3f}",
    ):
        assert words in README


def test_the_readme_says_what_the_card_of_the_generator_without_labels_says():
    card = load("digits-r3gan").card
    quality = card["quality"]
    assert quality["n"] == 10_000
    for words in (
        card["command"],
        f"{card['steps']:,}",
        f"{quality['confidence']:.2%}",
        *(f"{quality[name]:.3f}" for name in ("frechet", "precision", "recall", "density")),
        f"{quality['coverage']:.3f}",
    ):
        assert words in README


def test_the_shipped_generator_reaches_its_bars():
    quality = load("digits-cgan").card["quality"]
    assert quality["n"] == 10_000
    assert quality["accuracy"] >= 0.99
    assert quality["frechet"] <= 1.0
    assert quality["coverage"] >= 0.85


@pytest.mark.slow
def test_a_fresh_measurement_agrees_with_the_card():
    # Another seed and a fifth of the samples: a card that was made up would not agree.
    generator = load("digits-cgan")
    fresh, quality = evaluate(generator, 2_000, seed=1), generator.card["quality"]
    assert fresh["accuracy"] == pytest.approx(quality["accuracy"], abs=0.01)
    assert fresh["frechet"] == pytest.approx(quality["frechet"], abs=0.35)
    assert fresh["recall"] == pytest.approx(quality["recall"], abs=0.1)
    assert min(fresh["accuracy_by_class"]) > 0.95


SYSTEMS = {
    "digits-vae-gan": ("reconstruction_error", "{:.4f}"),
    "digits-infogan": ("code_purity", "{:.1%}"),
    "digits-figan": ("feature_agreement", "{:.1%}"),
}


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_card_of_a_system_names_its_preset_and_holds_what_the_readme_says(name):
    shipped = load(name)
    quality, (score, form) = shipped.card["measured"], SYSTEMS[name]
    preset_name = name.removeprefix("digits-")
    assert shipped.config == preset(preset_name)
    assert shipped.card["steps"] == quality["step"] == shipped.config.steps
    assert shipped.card["command"] == f"python -m ganlab train {preset_name} --device cpu"
    assert quality["features"] == load_classifier().name
    assert quality["accuracy_real"] > 0.97
    for words in (
        shipped.card["command"],
        f"{quality['step']:,}",
        form.format(quality[score]),
        f"{quality['accuracy_real']:.2%}",
        f"{quality['frechet']:.2f}",
        f"{quality['kid']:.3f}".replace("-", "−"),
        f"{quality['coverage']:.3f}",
        f"{quality['class_entropy']:.3f}",
    ):
        assert words in README


def test_a_fresh_measurement_of_a_system_agrees_with_its_card():
    # Other z, and the real pictures of another draw.
    shipped = load("digits-infogan")
    classifier, real = load_classifier(), load_digits().pictures
    fake = classifier.read(shipped.sample(898, seed=99), box_of("digits")).features
    others = classifier.read(real[::2][:898], box_of("digits")).features
    quality = shipped.card["measured"]
    assert frechet_distance(fake, others) == pytest.approx(quality["frechet"], rel=0.25)
