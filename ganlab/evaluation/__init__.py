"""What needs a model: `quality` (Fréchet distance, KID, …), `diagnosis` (what a run's curves mean).

`classifier` reads digits, `feature_networks` say in which features distances are taken.
"""
