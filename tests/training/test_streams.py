"""A run's luck against that of whoever else draws numbers."""

import torch

from ganlab.training.streams import RandomStreams

CPU = torch.device("cpu")


def test_the_callers_global_stream_is_untouched():
    torch.manual_seed(5)
    wanted = torch.rand(3)
    torch.manual_seed(5)
    streams = RandomStreams(1, CPU)
    with streams.own():
        torch.rand(7)
    assert torch.equal(torch.rand(3), wanted)


def test_an_error_inside_gives_the_callers_stream_back_and_keeps_the_runs():
    streams, before = RandomStreams(1, CPU), torch.get_rng_state()
    try:
        with streams.own():
            torch.rand(7)
            raise RuntimeError
    except RuntimeError:
        pass
    assert torch.equal(torch.get_rng_state(), before)
    other = RandomStreams(1, CPU)
    with other.own():
        torch.rand(7)
    assert torch.equal(streams.state()["cpu"], other.state()["cpu"])


def test_the_runs_stream_goes_on_where_it_stood_whatever_the_caller_draws():
    def drawn(disturb):
        streams, out = RandomStreams(3, CPU), []
        for _ in range(3):
            with streams.own():
                out.append(torch.rand(2))
            if disturb:
                torch.rand(11)
        return torch.cat(out)

    assert torch.equal(drawn(False), drawn(True))
    torch.manual_seed(3)
    assert torch.equal(drawn(False), torch.rand(6).view(3, 2).flatten())


def test_restored_streams_repeat_what_came_after():
    streams = RandomStreams(3, CPU)
    kept = {name: tensor.clone() for name, tensor in streams.state().items()}

    def draw(from_streams):
        with from_streams.own():
            return torch.cat([torch.rand(4), torch.randn(4, generator=from_streams.z)])

    first, other = draw(streams), RandomStreams(99, CPU)
    assert not torch.equal(draw(other), first)
    other.restore(kept)
    assert torch.equal(draw(other), first)


def test_seeds_give_different_luck():
    states = [RandomStreams(seed, CPU).z.get_state() for seed in range(4)]
    assert not any(torch.equal(a, b) for i, a in enumerate(states) for b in states[:i])
