"""Training: `loop` (the ticks of a run), `step` (one step of D and of G), `tasks` (what a task is).

`strategies` say who moves when, `optimizers` how weights move, `checkpoint` what a file holds.
"""
