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
SAID = {
    "digits-cgan": {"accuracy": "{:.2%}", "frechet": "{:.3f}", "coverage": "{:.3f}"},
    "digits-r3gan": {"confidence": "{:.2%}"}
    | dict.fromkeys(("frechet", "precision", "recall", "density", "coverage"), "{:.3f}"),
    "digits-vae-gan": {"reconstruction_error": "{:.4f}"},
    "digits-infogan": {"code_purity": "{:.1%}"},
    "digits-figan": {"feature_agreement": "{:.1%}"},
}
"""What the README says of a shipped model, and in which form."""
OF_SYSTEMS = {"accuracy_real": "{:.2%}", "frechet": "{:.2f}", "kid": "{:.3f}"} | {
    "coverage": "{:.3f}",
    "class_entropy": "{:.3f}",
}


@pytest.mark.parametrize("name", SAID)
def test_the_readme_says_what_the_cards_say(name):
    card = load(name).card
    forms = SAID[name] | ({} if "quality" in card else OF_SYSTEMS)
    quality = card.get("quality") or card["measured"]
    said = [form.format(quality[one]).replace("-", "−") for one, form in forms.items()]
    assert not [one for one in (card["command"], f"{card['steps']:,}", *said) if one not in README]


def test_the_readme_says_what_the_classifiers_card_says():
    card = load_classifier().card
    assert card["command"] in README
    assert f"{card['test_accuracy']:.2%}" in README


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


@pytest.mark.parametrize("name", ["vae-gan", "infogan", "figan"])
def test_the_card_of_a_system_names_its_preset(name):
    shipped = load(f"digits-{name}")
    quality = shipped.card["measured"]
    assert shipped.config == preset(name)
    assert shipped.card["steps"] == quality["step"] == shipped.config.steps
    assert shipped.card["command"] == f"python -m ganlab train {name} --device cpu"
    assert quality["features"] == load_classifier().name


def test_a_fresh_measurement_of_a_system_agrees_with_its_card():
    # Other z, and the real pictures of another draw.
    shipped = load("digits-infogan")
    classifier, real = load_classifier(), load_digits().pictures
    fake = classifier.read(shipped.sample(898, seed=99), box_of("digits")).features
    others = classifier.read(real[::2][:898], box_of("digits")).features
    quality = shipped.card["measured"]
    assert frechet_distance(fake, others) == pytest.approx(quality["frechet"], rel=0.25)
