"""What an optimiser and its schedule can be."""

OPTIMIZERS: dict[str, str] = {
    "adam": "Moments of the gradient set the step of each weight (Kingma & Ba 2015).",
    "sgd": "Plain steps against the gradient.",
    "rmsprop": "Steps divided by the recent size of the gradient (Tieleman & Hinton 2012).",
}
"""Name to one sentence."""

DECAYS: dict[str, str] = {
    "none": "The learning rate stays.",
    "cosine": "Half a cosine from the learning rate to its floor over the run's steps.",
    "linear": "A straight line from the learning rate to its floor over the run's steps.",
}
"""Name to one sentence."""
