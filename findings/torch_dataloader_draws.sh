#!/usr/bin/env bash
# Guess: a pass over a DataLoader with shuffle=False and no workers draws no random numbers, so an evaluation between
#   two steps leaves the training as it is.
# What happens: every `iter(loader)` draws one number from torch's global generator. One evaluation more, and all later
#   dropout masks, z and initial weights are others. A loader with a generator of its own leaves the global one alone.
# Versions: torch 2.14.1, numpy 2.4.6.
# Source: torch/utils/data/dataloader.py, `_BaseDataLoaderIter.__init__` (`_base_seed`). The documentation speaks of
#   base_seed under "Randomness in multi-process data loading" only.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --no-compile torch==2.14.1 numpy==2.4.6
"$folder/bin/python" -I - <<'EOF'
from importlib.metadata import version

import torch
from torch.utils.data import DataLoader, TensorDataset

print({name: version(name) for name in ("torch", "numpy")})
data = TensorDataset(torch.arange(8.0))


def train(evaluate_with=None):
    """Return the weights after ten steps on random z, with an evaluation before the fifth."""
    torch.manual_seed(0)
    layer = torch.nn.Linear(4, 1)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    for step in range(10):
        if step == 4 and evaluate_with is not None:
            assert sum(len(batch) for (batch,) in evaluate_with) == 8
        z = torch.randn(16, 4)
        loss = (layer(z) - z.sum(1, keepdim=True)).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return layer.weight.detach()


alone = train()
ordered = train(DataLoader(data, batch_size=4, shuffle=False, num_workers=0))
own = train(DataLoader(data, batch_size=4, generator=torch.Generator().manual_seed(0)))
print("no evaluation                  ", alone.tolist())
print("evaluation, shuffle=False      ", ordered.tolist())
print("evaluation, generator of its own", own.tolist())
assert torch.equal(alone, train())
assert not torch.allclose(alone, ordered, atol=1e-3)
assert torch.equal(alone, own)
EOF
