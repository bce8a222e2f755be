"""The objectives of the literature with their usual hyperparameters, and one's own pictures."""

from typing import Any

from ganlab.config import Choice, OptimizerConfig, RunConfig
from ganlab.registry import preset

BODY = "The DCGAN body: dense 7×7×128, 4×4 kernels of stride 2, batch norm and ReLU in G"
MNIST_COUNT, CIFAR_COUNT = 60_000, 50_000


def steps_of(count: int, batch: int, of: int = MNIST_COUNT) -> int:
    """The steps of `count` epochs of a data set with `of` pictures, by default MNIST."""
    return count * -(-of // batch)


def _compared(loss: str, d_steps: int = 1, **more: Any) -> RunConfig:
    """An objective of the literature on the DCGAN body and MNIST; everything else may change."""
    values: dict[str, Any] = {
        "data": Choice("mnist"),
        "network": Choice("dcgan-body"),
        "loss": Choice(loss),
        "d_steps": d_steps,
        "ema": 0.999,
        "steps": steps_of(20, 64),
    }
    return RunConfig(**values | more)


@preset(
    "dcgan-mnist",
    title="DCGAN on MNIST",
    summary="The DCGAN of TensorFlow's tutorial: 50 epochs, Adam 1e-4, batch 256.",
    watch="D's accuracy on real and fake draws near to a half as the pictures improve.",
    source="Radford et al. 2016; TensorFlow's DCGAN tutorial",
    film=16,
    idea="The convolutional GAN of TensorFlow's tutorial, kept as it is: strided convolutions "
    "instead of pooling, batch norm, LeakyReLU and dropout made GANs on pictures stable "
    "enough to teach with.",
    recipe="G: dense 7×7×256, transposed 5×5 convolutions to 128, 64 and 1; D: 5×5 with stride "
    "2 to 64 and 128, dropout 0.3. Adam 1e-4 (Keras's β₁ = 0.9, ε = 1e-7), batch 256, 50 "
    "epochs, a state kept every 15 and a look at 16 fixed z after each, for the film. One pass "
    "of G and D serves both players, as there.",
    look=(
        "Grey noise, then a bright blob in the middle, then strokes: each takes some epochs.",
        "D's accuracy on real and fake draws near to a half as the pictures improve.",
        "Compare with the fast preset: what the tutorial takes an hour for needs minutes.",
    ),
)
def dcgan_mnist() -> RunConfig:
    """The tutorial's numbers, Keras's defaults among them."""
    return RunConfig(
        data=Choice("mnist"),
        network=Choice("dcgan28"),
        strategy=Choice("shared"),
        z_dim=100,
        batch=256,
        # Keras's Adam: β1 0.9 and ε 1e-7.
        d_optimizer=OptimizerConfig(lr=1e-4, beta1=0.9, epsilon=1e-7),
        g_optimizer=OptimizerConfig(lr=1e-4, beta1=0.9, epsilon=1e-7),
        ema=0.0,
        keep_epochs=15,
        show_epochs=1,
        steps=steps_of(50, 256),
    )


@preset(
    "dcgan-cifar10",
    title="DCGAN on CIFAR-10",
    summary="The printed DCGAN for 64×64 colour pictures, 30 epochs of CIFAR-10 scaled up.",
    watch="Colours come first, then blobs on a background, then things with a shape.",
    source="Radford et al. 2016; PyTorch's DCGAN tutorial",
    idea="The DCGAN as it is printed in PyTorch's tutorial, on small photographs scaled up to "
    "64×64. Ten kinds of things on any background are far more than ten digits on black.",
    recipe="G 100-512-256-128-64-3 and D 3-64-128-256-512-1, 4×4 kernels without bias, weights "
    "from N(0, 0.02); Adam 2e-4 with β₁ = 0.5, batch 64, 30 epochs. 3,576,704 and 2,765,568 "
    "weights.",
    look=(
        "Colours come first, then a thing before a background, then shapes. On a plain CPU "
        "that takes many hours: it is made for an accelerator.",
        "Batch norm in D lets its samples see each other: real and fake pass apart.",
    ),
    paper="Radford et al. 2016; PyTorch's DCGAN tutorial; Krizhevsky 2009",
)
def dcgan_cifar10() -> RunConfig:
    """The tutorial's numbers."""
    return RunConfig(
        data=Choice("cifar10", {"size": 64}),
        network=Choice("dcgan64"),
        z_dim=100,
        batch=64,
        d_optimizer=OptimizerConfig(lr=2e-4),
        g_optimizer=OptimizerConfig(lr=2e-4),
        ema=0.0,
        steps=steps_of(30, 64, CIFAR_COUNT),
    )


@preset(
    "wgan",
    title="Wasserstein GAN, clipped",
    summary="A critic estimates how far apart real and generated are; clipping keeps it slow.",
    watch="Minus D's loss is the distance: it falls as the pictures improve.",
    source="Arjovsky et al. 2017",
    idea="Where real and generated pictures do not overlap, a perfect D gives G no gradient. "
    "A critic that may only rise slowly always gives one: its score estimates how far the "
    "two distributions are apart (the earth mover's distance).",
    objective=(r"L_D=D(G(z))-D(x)", r"L_G=-D(G(z))", r"|\psi_i|\le 0.01"),
    recipe=f"{BODY}; no norm in the critic, its weights clipped to ±0.01 after each of its 5 "
    "steps; RMSprop 5e-5, batch 64.",
    look=(
        "Minus D's loss is the distance, up to a factor: it falls while pictures improve.",
        "Clipping makes the critic simple, and the run slow: compare with wgan-gp.",
    ),
)
def wgan() -> RunConfig:
    """Five steps of a clipped critic for one of G, with RMSprop."""
    return _compared(
        "wasserstein",
        d_steps=5,
        d_clip=0.01,
        d_optimizer=OptimizerConfig("rmsprop", lr=5e-5, beta2=0.99),
        g_optimizer=OptimizerConfig("rmsprop", lr=5e-5, beta2=0.99),
    )


@preset(
    "wgan-gp",
    title="Wasserstein GAN, with gradient penalty",
    summary="Instead of clipping, the critic is paid for a slope of 1 between real and fake.",
    watch="Minus D's loss rises at first, while the critic learns, and then falls on the whole.",
    source="Gulrajani et al. 2017",
    idea="Clipping wastes what the critic could do. Instead it pays for every slope that is "
    "not 1 on the lines between real and generated pictures. A perfect critic has that slope only "
    "between pairs that the cheapest transport couples; pairs drawn at random stand in for them.",
    objective=(
        r"L_D=D(G(z))-D(x)+10\,(\|\nabla D(\hat x)\|-1)^2",
        r"\hat x=\alpha x+(1-\alpha)G(z)",
    ),
    recipe=f"{BODY}; no norm in the critic, for the penalty looks at each sample alone; λ = 10 "
    "(γ = 20 in this lab's γ/2), 5 steps of D; Adam 1e-4 with β₁ = 0 and β₂ = 0.9.",
    look=(
        "Minus D's loss rises while the critic learns, and then falls on the whole: a curve that "
        "means something.",
        "Each step costs six passes and a second derivative: watch steps a second.",
    ),
)
def wgan_gp() -> RunConfig:
    """Five steps of the critic for one of G; λ = 10 is γ = 20."""
    return _compared(
        "wasserstein",
        d_steps=5,
        penalties=(Choice("wgan-gp", {"gamma": 20.0}),),
        d_optimizer=OptimizerConfig(lr=1e-4, beta1=0.0, beta2=0.9),
        g_optimizer=OptimizerConfig(lr=1e-4, beta1=0.0, beta2=0.9),
    )


@preset(
    "lsgan",
    title="Least-squares GAN",
    summary="D's scores are pulled to 1 and 0 by squares, so that G is pulled from far away.",
    watch="Both losses are squares of scores about 0 and 1; a D loss of 0 for long is a lost G.",
    source="Mao et al. 2017",
    idea="The logarithm stops caring about a fake that D already takes for real, however far "
    "from the data it lies. Squares pull it on until it lies where real pictures do.",
    recipe=f"{BODY}, batch norm in D but for its first layer; Adam 2e-4 with β₁ = 0.5, batch 64.",
    look=(
        "The dotted lines are 0.25 and 0.125; the lab's run ended at 0.19 for D and 0.22 for G, "
        "which is a D that is ahead.",
        "A D's loss of 0 for long means that G has lost: turn D's rate down.",
    ),
)
def lsgan() -> RunConfig:
    """Batch norm in D."""
    return _compared(
        "least-squares",
        network=Choice("dcgan-body", {"d_norm": "batch"}),
        d_optimizer=OptimizerConfig(lr=2e-4),
        g_optimizer=OptimizerConfig(lr=2e-4),
    )


@preset(
    "sngan",
    title="Spectral normalisation",
    summary="Each layer of D is divided by its largest singular value: D cannot get too steep.",
    watch="D's slope is bounded: what reaches G cannot explode, but it can still fade.",
    source="Miyato et al. 2018",
    idea="A D whose layers are each divided by their largest singular value has a bounded slope: "
    "its score changes by no more than a fixed multiple of what its input does. No penalty, no "
    "second derivative: it costs one product of a "
    "matrix and a vector in each layer.",
    objective=(
        r"W\;\to\;W/\sigma(W)",
        r"L_D=-\log\sigma(D(x))-\log(1-\sigma(D(G(z))))",
        r"L_G=-\log\sigma(D(G(z)))",
    ),
    recipe=f"{BODY}; spectral norm in every layer of D; Adam 2e-4 with β₁ = 0.5, batch 64.",
    look=(
        "'What reaches G': D's slope is bounded everywhere, so that its gradients cannot explode; "
        "they can still fade.",
        "Choose d_norm none under 'More settings' and compare.",
    ),
)
def sngan() -> RunConfig:
    """Spectral norm in D."""
    return _compared(
        "non-saturating",
        network=Choice("dcgan-body", {"d_norm": "spectral"}),
        d_optimizer=OptimizerConfig(lr=2e-4),
        g_optimizer=OptimizerConfig(lr=2e-4),
    )


@preset(
    "hinge",
    title="Hinge loss",
    summary="D ignores samples that it already separates by a margin of 1.",
    watch="D's loss settles between 1 and 2: where it is 2, D learns from every picture.",
    source="Lim & Ye 2017; Miyato et al. 2018",
    idea="D need not be infinitely sure. Once it tells a picture apart by a margin of 1 the "
    "picture no longer pulls at it, and it spends itself on the hard ones. Many large GANs, "
    "such as SAGAN and BigGAN, were trained this way.",
    recipe=f"{BODY}; spectral norm in D; Adam 2e-4 with β₁ = 0.5, batch 64.",
    look=("D's loss settles between 1 and 2: at 2 every picture still teaches it.",),
)
def hinge() -> RunConfig:
    """Spectral norm in D."""
    return _compared(
        "hinge",
        network=Choice("dcgan-body", {"d_norm": "spectral"}),
        d_optimizer=OptimizerConfig(lr=2e-4),
        g_optimizer=OptimizerConfig(lr=2e-4),
    )


@preset(
    "sagan",
    title="Self-attention",
    summary="Each place of a picture looks at all others: strokes that belong together agree.",
    watch="Below the pictures: click a place and see where G looks when it draws there.",
    source="Zhang et al. 2019",
    idea="A convolution sees its neighbourhood; a stroke's two ends may lie further apart. "
    "Attention lets each place gather from all others, weighted by how well they match. How "
    "much of it is used, γ, starts at zero.",
    objective=(
        r"y_j=x_j+\gamma\,W_v\sum_i\mathrm{softmax}_i(q_j\cdot k_i)\,W_h x_i",
        r"L_D=\max(0,1-D(x))+\max(0,1+D(G(z)))",
        r"L_G=-D(G(z))",
    ),
    recipe=f"{BODY}, spectral norm in both players, self-attention at 14×14 (16×16 for larger "
    "pictures); Adam 1e-4 for G and 4e-4 for D with β₁ = 0, β₂ = 0.9.",
    look=(
        "Below a run's pictures: choose a picture and a place, and see where G looks when it "
        "draws there.",
        "Maps are even at first, and follow strokes once γ has left zero.",
    ),
    paper="Zhang et al. 2019; two time-scales: Heusel et al. 2017",
)
def sagan() -> RunConfig:
    """Two time-scales instead of several steps of D (Heusel et al. 2017)."""
    return _compared(
        "hinge",
        network=Choice("sagan"),
        d_optimizer=OptimizerConfig(lr=4e-4, beta1=0.0, beta2=0.9),
        g_optimizer=OptimizerConfig(lr=1e-4, beta1=0.0, beta2=0.9),
    )


@preset(
    "ralsgan",
    title="Relativistic average, by squares",
    summary="Real has to score 1 above the average fake, and in G's turn fake above real.",
    watch="Both losses start near 2 and part: whichever leads, their sum is 4 or more.",
    source="Jolicoeur-Martineau 2018",
    idea="Half of what D meets is real, and D should know it: if fakes get better, real "
    "pictures have to look less real beside them. So D scores each picture against the mean "
    "of the other kind, asks for a lead of 1, and G asks for the same the other way round. "
    "Now real pictures teach G too.",
    recipe=f"{BODY}; spectral norm in D; Adam 2e-4 with β₁ = 0.5, batch 64. Means are those of "
    "the batch.",
    look=(
        "At a draw both losses are 2. With δ, D's mean lead of real over fake, D's loss is "
        "about 2(δ - 1)² and G's 2(δ + 1)².",
        "Compare with lsgan, which holds scores to 1 and 0: here only the lead counts.",
    ),
)
def ralsgan() -> RunConfig:
    """Spectral norm in D."""
    return _compared(
        "relativistic-average",
        network=Choice("dcgan-body", {"d_norm": "spectral"}),
        d_optimizer=OptimizerConfig(lr=2e-4),
        g_optimizer=OptimizerConfig(lr=2e-4),
    )


@preset(
    "r3gan",
    title="R3GAN, the modern baseline",
    summary="Real and fake compared in pairs, R1 and R2, residual networks without any norm.",
    watch="D's loss stays below its line, log 2, and above 0: R1 and R2 keep D from winning.",
    source="Huang et al. 2024; lazy penalties: Karras et al. 2020",
    idea="Ten years of tricks, taken out again: compare real and fake in pairs, so that no "
    "mode can be left aside, flatten D at both (R1 and R2), and the game converges near its "
    "solution. Then plain residual networks without any norm are enough.",
    objective=(
        r"L_D=-\log\sigma(D(x)-D(G(z)))+\tfrac\gamma2\|\nabla D(x)\|^2"
        r"+\tfrac\gamma2\|\nabla D(G(z))\|^2",
    ),
    recipe="Blocks of 1×1, grouped 3×3 and 1×1 convolutions that start as the identity; G ends "
    "without tanh; γ = 1, in every fourth step and four times as strong; Adam 1e-3 for D and "
    "2e-3 for G with β₁ = 0, β₂ = 0.99 and cosine decay, batch 32, averaged G.",
    look=(
        "D's loss stays between 0 and its line at log 2: D leads, but does not run away.",
        "Take R1 and R2 away: the same networks fall apart.",
    ),
    paper="Huang et al. 2024",
)
def r3gan() -> RunConfig:
    """R1 and R2 in every fourth step, for they take two thirds of a step that has them."""
    return _compared(
        "relativistic",
        network=Choice("r3gan"),
        penalties=(Choice("r1-r2", {"gamma": 1.0, "every": 4}),),
        d_optimizer=OptimizerConfig(lr=1e-3, beta1=0.0, beta2=0.99, decay="cosine", floor=0.02),
        g_optimizer=OptimizerConfig(lr=2e-3, beta1=0.0, beta2=0.99, decay="cosine", floor=0.02),
        batch=32,
        ema=0.998,
        steps=steps_of(20, 32),
    )


@preset(
    "own-pictures",
    title="Your own pictures",
    summary="A folder or a ZIP of pictures that you bring, cut to squares of 32×32.",
    watch="Colours and layout come within minutes; with few pictures, tiles repeat them.",
    source="Miyato et al. 2018; Mescheder et al. 2018",
    idea="Any pictures of yours: a folder or a ZIP, cut to squares. Some hundred of one kind, "
    "alike in where things are, give more than thousands of everything.",
    recipe="The DCGAN body for 32×32, spectral norm in D and R1 against learning few pictures "
    "by heart; Adam 2e-4 with β₁ = 0.5, batch 32.",
    look=(
        "Colours and layout come within minutes, detail much later.",
        "With few pictures compare tiles and real ones: are they new, or known by heart?",
    ),
    paper="Radford et al. 2016; Miyato et al. 2018; Mescheder et al. 2018",
)
def own_pictures() -> RunConfig:
    """Hinge loss, spectral norm in D and a light R1, for few pictures."""
    return RunConfig(
        data=Choice("folder", {"size": 32}),
        network=Choice("dcgan-body", {"d_norm": "spectral"}),
        loss=Choice("hinge"),
        penalties=(Choice("r1", {"gamma": 0.1}),),
        d_optimizer=OptimizerConfig(lr=2e-4),
        g_optimizer=OptimizerConfig(lr=2e-4),
        batch=32,
        ema=0.995,
        steps=10_000,
    )
