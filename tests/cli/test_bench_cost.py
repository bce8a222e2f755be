from ganlab.bench.costs import known, read


def test_what_is_measured_is_kept_for_the_cards_and_printed(ganlab, lab):
    quick = ["bench", "cost", "--methods", "pacgan2", "--steps", "2", "--rounds", "1"]
    done = ganlab(*quick, "--json")
    assert done.status == 0
    costs, own = known()
    assert own
    assert costs.ratios == done.json["ratios"]
    assert set(costs.ratios) == {"plain", "pacgan2"}
    assert "PacGAN2" in ganlab(*quick, "--out", "costs.json").out
    assert set(read(lab / "costs.json").ratios) == {"plain", "pacgan2"}
