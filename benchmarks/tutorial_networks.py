"""The networks of dcgan-mnist and vanilla-mnist as tutorials write them: torch's layers, in order.

Layer by layer they are the lab's own pairs (the same kernels, widths, norms and dropout), without
what the lab does to make the same functions quick.
"""

from torch import nn

SLOPE = 0.3


def tutorial_networks(name: str, z_dim: int) -> tuple[nn.Module, nn.Module]:
    """(G, D) of that network; D returns logits (N, 1)."""
    return {"dcgan28": dcgan, "vanilla": vanilla}[name](z_dim)


def dcgan(z_dim: int) -> tuple[nn.Module, nn.Module]:
    """G: dense 7·7·256, 5×5 up to 128, 64, 1; D: 5×5 stride 2 to 64 and 128 with dropout."""
    G = nn.Sequential(
        nn.Linear(z_dim, 7 * 7 * 256, bias=False),
        nn.BatchNorm1d(7 * 7 * 256, 1e-3, 0.01),
        nn.LeakyReLU(SLOPE),
        nn.Unflatten(1, (256, 7, 7)),
        nn.ConvTranspose2d(256, 128, 5, 1, padding=2, bias=False),
        nn.BatchNorm2d(128, 1e-3, 0.01),
        nn.LeakyReLU(SLOPE),
        nn.ConvTranspose2d(128, 64, 5, 2, padding=2, output_padding=1, bias=False),
        nn.BatchNorm2d(64, 1e-3, 0.01),
        nn.LeakyReLU(SLOPE),
        nn.ConvTranspose2d(64, 1, 5, 2, padding=2, output_padding=1, bias=False),
        nn.Tanh(),
    )
    D = nn.Sequential(
        nn.Conv2d(1, 64, 5, 2, padding=2),
        nn.LeakyReLU(SLOPE),
        nn.Dropout(0.3),
        nn.Conv2d(64, 128, 5, 2, padding=2),
        nn.LeakyReLU(SLOPE),
        nn.Dropout(0.3),
        nn.Flatten(),
        nn.Linear(7 * 7 * 128, 1),
    )
    return G, D


def vanilla(z_dim: int) -> tuple[nn.Module, nn.Module]:
    """G: z-256-512-1024-784 tanh; D: 784-1024-512-256-1 with dropout."""
    G = nn.Sequential(
        *(nn.Linear(z_dim, 256), nn.LeakyReLU(0.2)),
        *(nn.Linear(256, 512), nn.LeakyReLU(0.2)),
        *(nn.Linear(512, 1024), nn.LeakyReLU(0.2)),
        *(nn.Linear(1024, 784), nn.Tanh(), nn.Unflatten(1, (1, 28, 28))),
    )
    D = nn.Sequential(
        nn.Flatten(),
        *(nn.Linear(784, 1024), nn.LeakyReLU(0.2), nn.Dropout(0.3)),
        *(nn.Linear(1024, 512), nn.LeakyReLU(0.2), nn.Dropout(0.3)),
        *(nn.Linear(512, 256), nn.LeakyReLU(0.2), nn.Dropout(0.3)),
        nn.Linear(256, 1),
    )
    return G, D
