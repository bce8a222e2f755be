import numpy as np
import pytest

from ganlab.errors import PictureError
from pages.widgets.live_grid import TIMES, Ledger, digest, sprites_to_send

HOLDS = {"code": "abc"}
ONE, TWO = b"\x89PNG one", b"\x89PNG two"
BOTH = {digest(ONE): ONE, digest(TWO): TWO}


def test_a_sprite_is_sent_twice_and_then_rests():
    ledger = Ledger("a")
    for _ in range(TIMES):
        sent = sprites_to_send(ledger, HOLDS, "a", {digest(ONE): ONE})
        np.testing.assert_array_equal(sent[digest(ONE)], np.frombuffer(ONE, np.uint8))
    assert sprites_to_send(ledger, HOLDS, "a", {digest(ONE): ONE}) == {}
    assert list(sprites_to_send(ledger, HOLDS, "a", BOTH)) == [digest(TWO)]


def test_all_are_sent_while_the_browser_is_silent_and_after_a_change_of_run():
    ledger = Ledger("a", dict.fromkeys(BOTH, 9))
    assert list(sprites_to_send(ledger, {}, "a", BOTH)) == list(BOTH)
    ledger = Ledger("a", dict.fromkeys(BOTH, 9))
    assert list(sprites_to_send(ledger, HOLDS, "b", BOTH)) == list(BOTH)


def test_a_missing_sprite_is_sent_once_for_each_request():
    ledger = Ledger("a", dict.fromkeys(BOTH, 9))
    told = {**HOLDS, "ask": {"run": "a", "missing": [digest(TWO)], "n": 3}}
    assert list(sprites_to_send(ledger, told, "a", BOTH)) == [digest(TWO)]
    assert sprites_to_send(ledger, told, "a", BOTH) == {}


def test_the_ledger_forgets_sprites_that_left_the_history():
    ledger = Ledger("a")
    sprites_to_send(ledger, HOLDS, "a", BOTH)
    sprites_to_send(ledger, HOLDS, "a", {digest(TWO): TWO})
    assert list(ledger.counts) == [digest(TWO)]


def test_what_is_no_picture_is_refused():
    with pytest.raises(PictureError, match="PNG, WebP or JPEG"):
        digest(b"hello")
