def test_the_map_is_printed_as_text_and_as_json(ganlab):
    command = ["bench", "map", "--x", "seed", "--y", "batch", "--size", "2", "--steps", "3"]
    text = ganlab(*command)
    assert text.status == 0
    assert "batch down, seed across" in text.out
    assert "4 GANs, 3 steps" in text.out
    printed = ganlab(*command, "--json").json
    assert printed["x"]["values"] == [0, 7]
    assert printed["y"]["values"] == [8, 1024]
    assert len(printed["modes"]) == 2
