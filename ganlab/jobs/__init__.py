"""Runs as processes: `store` (all runs), `folder` (one), `worker` (trains it), `hub` (reads it).

`commands` are what a person can ask of a run: pause, step, undo, knobs.
"""
