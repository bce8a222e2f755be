"""Pictures, real or generated: people against D."""

import secrets
from pathlib import Path

import streamlit as st

from ganlab.errors import GanlabError
from ganlab.trained.discriminator import Game, deal, side_by_side
from pages.widgets.enlarged import enlarged, tiles
from pages.widgets.messages import counted, sentence
from pages.widgets.players import asked, players, title_of
from pages.widgets.time_machine import still_there

WIDE = 280
"""Pixels of the picture in question."""
TICKED = 72
"""Pixels of a picture at the end of a game."""
KEPT = 200
"""Games of a class that are remembered for each run and step."""


@st.cache_resource
def scoreboard() -> dict[str, list[int]]:
    """Right answers of every game played on this server, by run and step."""
    return {}


def panel(run: str, where: Path | str) -> None:
    """A game at the chosen step; everybody with the same link gets the same pictures."""
    pair = players(where)
    try:
        with still_there(where):
            said = asked(where)
    except (GanlabError, OSError) as error:
        st.error(sentence(error), icon=":material/error:")
        return
    seed = _seed()
    border = pair.D.threshold(said.real_scores, said.fake_scores)
    real, fake = (side_by_side(one, pair.D.together) for one in (said.real, said.fake))
    game = deal(real, fake, said.real_scores, said.fake_scores, border, seed)
    if pair.D.together > 1:
        st.caption(
            f"This D judges {pair.D.together} pictures together, so both of you see as many: all "
            "are real, or none is."
        )
    place = f"{title_of(run)}, step {pair.step:,}"
    st.fragment(_play)(game, f"game.{run}.{pair.step}.{seed}", place)


def ticks(mine: bool, machine: bool) -> str:
    """What stands below a picture: who was right about it."""
    marks = {True: ":green[✓]", False: ":red[✗]"}
    return f"you {marks[mine]}  \nD {marks[machine]}"


def _seed() -> int:
    """The game's number, from the address."""
    given = st.query_params.get("game", "")
    if not given.isdigit() or len(given) > 6:
        given = str(secrets.randbelow(10_000))
        st.query_params["game"] = given
    return int(given)


def _play(game: Game, key: str, place: str) -> None:
    answers: list[bool] = st.session_state.setdefault(key, [])
    if len(answers) == game.rounds:
        _end(game, key, answers, place)
        return
    number = len(answers)
    left, right = st.columns([1, 2], gap="large", vertical_alignment="center")
    with left:
        picture = game.pictures[number].permute(1, 2, 0).numpy()
        large = enlarged(picture.squeeze(), max(1, WIDE // picture.shape[1]))
        st.image(large, width=WIDE)
    with right:
        st.progress(number / game.rounds, f"Picture {number + 1} of {game.rounds}")
        st.markdown("#### Did a person make this, or did G?")
        with st.container(horizontal=True):
            for words, answer, shortcut in (("Real", True, "left"), ("Generated", False, "right")):
                st.button(
                    words,
                    key=f"{key}.{shortcut}",
                    shortcut=shortcut,
                    on_click=_answer,
                    args=(key, answer, game, place),
                )
        st.caption(
            f"Nobody says yet who is right: D answers the same {game.rounds}, and a coin decided "
            "which are real. Everybody who opens this page's link gets the same pictures."
        )


def _answer(key: str, answer: bool, game: Game, place: str) -> None:
    answers: list[bool] = st.session_state[key]
    if len(answers) >= game.rounds:
        return  # a key that was pressed twice
    answers.append(answer)
    if len(answers) == game.rounds:
        board = scoreboard().setdefault(place, [])
        board.append(game.right(answers))
        del board[:-KEPT]


def _end(game: Game, key: str, answers: list[bool], place: str) -> None:
    mine, theirs = game.right(answers), game.d_right
    winner = "You win." if mine > theirs else "D wins." if theirs > mine else "A draw."
    st.markdown(f"#### {winner}")
    first, second, third = st.columns(3)
    first.metric("You", f"{mine} of {game.rounds}", border=True)
    second.metric("D", f"{theirs} of {game.rounds}", border=True)
    board = scoreboard().get(place, [])
    if board:
        mean = sum(board) / len(board)
        words = f"Everybody here, {counted(len(board), 'game')}"
        third.metric(words, f"{mean:.1f} of {game.rounds}", border=True)
    st.caption(
        f"Guessing gives {game.rounds / 2:g}. At {place}: go to an early step and play again, and "
        "D will be easier to beat, or to agree with."
    )
    for words, wanted in (("Real", True), ("Generated", False)):
        chosen = [k for k in range(game.rounds) if game.real[k] == wanted]
        if not chosen:
            continue
        st.markdown(f"**{words}**")
        with st.container(horizontal=True, gap="small"):
            for k in chosen:
                with st.container(width=TICKED, gap=None):
                    st.image(tiles(game.pictures[[k]].numpy(), 1), width=TICKED)
                    st.caption(ticks(answers[k] == wanted, game.d_says[k] == wanted))
    if st.button("Play again", icon=":material/replay:", key=f"{key}.again", type="primary"):
        st.session_state.pop(key, None)
        st.query_params["game"] = str(secrets.randbelow(10_000))
        st.rerun()
