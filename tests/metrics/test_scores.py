"""What is said of a quality: every number with its N, its k, its features and its floor."""

from ganlab.metrics.scores import floor, in_short, named, spread, value

QUALITY = {
    "features": "SqueezeNet 1.0",
    "step": 1200,
    "n": 1000,
    "k": 5,
    "kid_subsets": 20,
    "kid_size": 500,
    "frechet": 3.14159,
    "frechet_floor": 0.8,
    "kid": -0.00002,
    "kid_deviation": 0.00123,
    "kid_floor": -0.0012,
    "coverage": 0.5,
    "coverage_floor": 0.96,
}


def test_a_score_is_named_with_its_features_and_n():
    assert named(QUALITY, "frechet") == "Fréchet distance in SqueezeNet 1.0 features, N = 1,000"
    assert named(QUALITY, "kid") == (
        "KID over 20 subsets of 500 in SqueezeNet 1.0 features, N = 1,000"
    )
    assert "with k = 5" in named(QUALITY, "coverage")


def test_kid_has_its_deviation_and_a_true_minus_but_never_minus_nought():
    assert value(QUALITY, "kid") + spread(QUALITY, "kid") == "0.0000 ± 0.0012"
    assert spread(QUALITY, "coverage") == ""
    assert floor(QUALITY, "kid") == "−0.0012"
    assert value(QUALITY, "density") == floor(QUALITY, "density") == "–"


def test_a_line_holds_every_measured_score_with_that_of_real_pictures():
    text = in_short(QUALITY)
    assert text.startswith("Fréchet distance 3.14 (real 0.80), KID 0.0000 ± 0.0012 (real −0.0012)")
    assert text.endswith("in SqueezeNet 1.0 features at step 1,200, N = 1,000, k = 5.")
    assert "density" not in text
    assert in_short({"words": "Not measured: no eyes."}) == "Not measured: no eyes."
    assert in_short({}) == ""
