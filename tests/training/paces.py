"""The two ends of how often a loop may tell: in every step, and once."""

from ganlab.training.loop import Pace

EVERY_STEP = Pace(tick=0.0, snapshot=0.0, rollback=0.0)
ONE_TICK = Pace(tick=1e9, snapshot=1e9, rollback=1e9)
