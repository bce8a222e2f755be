"""Systems of the literature that are more than an objective."""

from ganlab.config import Choice, OptimizerConfig, RunConfig
from ganlab.presets.literature import steps_of
from ganlab.registry import preset


@preset(
    "vanilla-mnist",
    title="The plain GAN on MNIST",
    summary="Two multilayer perceptrons with dropout, as in most first lectures on GANs.",
    watch="D's loss falls at first while G's rises; then the two approach each other.",
    source="Goodfellow et al. 2014",
    idea="The first GAN of most lectures: two multilayer perceptrons that know nothing of "
    "neighbourhoods in a picture. It works, with speckles.",
    recipe="G: 100-256-512-1024-784 with LeakyReLU and tanh; D: 784-1024-512-256-1 with "
    "dropout 0.3; Adam 2e-4, batch 100, 50 epochs.",
    look=(
        "D's loss falls at first while G's rises; then the two approach each other.",
        "Single bright pixels far from any stroke: a convolution would not draw them.",
    ),
)
def vanilla_mnist() -> RunConfig:
    """Fifty epochs in batches of a hundred."""
    return RunConfig(
        data=Choice("mnist"),
        network=Choice("vanilla"),
        z_dim=100,
        batch=100,
        d_optimizer=OptimizerConfig(lr=2e-4),
        g_optimizer=OptimizerConfig(lr=2e-4),
        ema=0.0,
        steps=steps_of(50, 100),
    )


@preset(
    "vae-gan",
    title="VAE/GAN: pictures there and back",
    summary="An encoder finds the z of a picture; D's features measure how similar two are.",
    watch="Systems, Attributes: inputs above their reconstructions, which sharpen with D.",
    source="Larsen et al. 2016",
    idea="A GAN turns z into pictures but cannot go back. Here an **encoder** E learns the way "
    "back: it gives each real picture a mean and a spread in z, and G must draw the "
    "picture again from there. Comparing pixels would blur (a shift of one pixel costs as "
    "much as another digit), so pictures are compared in **D's own features**, which the "
    "game keeps sharp.",
    objective=(
        r"L_E=\gamma\left(\tfrac12\overline{\|D_\ell(x)-D_\ell(G(z))\|^2}"
        r"+\beta\,\mathrm{KL}\!\left(E(x)\,\|\,\mathcal N(0,I)\right)\right)",
        r"L_G=\tfrac\gamma2\overline{\|D_\ell(x)-D_\ell(G(z))\|^2}"
        r"+L^{\mathrm{GAN}}_G(G(z))+L^{\mathrm{GAN}}_G(G(z_p))",
        r"L_D=L^{\mathrm{GAN}}_D(x,G(z))+L^{\mathrm{GAN}}_D(x,G(z_p))",
    ),
    recipe="D plays against reconstructions G(z), z from the encoder, and against draws G(z_p), "
    "z_p from N(0, I). The encoder does not see the game, only likeness and prior, as in "
    "the paper's algorithm 1. One difference: the paper counts real pictures once against "
    "two kinds of fakes; here they count against each, so that D's neutral score stays 0. "
    "γ = 20 and β = 0.0001 on means over features; both can be turned while it trains.",
    look=(
        "On *Systems, Attributes*: inputs above reconstructions, and digits that lean, thicken "
        "or widen as one vector is added to their z.",
        "Turn β up while it trains: reconstructions get vaguer, draws better.",
    ),
    paper="Larsen, Sønderby, Larochelle & Winther 2016, Autoencoding beyond pixels",
)
def vae_gan() -> RunConfig:
    """D learns at a quarter of G's rate."""
    return RunConfig(
        data=Choice("digits"),
        network=Choice("vae-gan"),
        z_dim=16,
        terms=(Choice("reconstruction"),),
        batch=32,
        d_optimizer=OptimizerConfig(lr=5e-4, decay="cosine"),
        g_optimizer=OptimizerConfig(lr=2e-3, decay="cosine"),
        ema=0.99,
        steps=3_000,
    )


@preset(
    "infogan",
    title="InfoGAN: codes that mean something",
    summary="Ten categories and two dials in z that D can read back: digits sort themselves.",
    watch="Systems, Codes: each row settles on a digit without any labels.",
    source="Chen et al. 2016",
    idea="A GAN's z means nothing in particular. InfoGAN sets a **category** of ten and two "
    "**dials** apart in z and adds a second head to D that reads them back off the "
    "picture. A code that can be read must show, and what shows most easily is what the "
    "data differ in most: often the digit, its slant, its width.",
    objective=(
        r"L_I=-\lambda\,\mathbb E\left[\log Q(c\mid G(z,c))\right]\;\ge\;"
        r"\lambda\left(H(c)-I(c;G(z,c))\right)",
        r"L_D=L^{\mathrm{GAN}}_D+L_I",
        r"L_G=L^{\mathrm{GAN}}_G+L_I",
    ),
    recipe="Q shares all of D's convolutions. For the category it is a softmax, for a dial a "
    "normal distribution of variance 1. The term's gradient runs through the picture into "
    "G. λ is 1 for the category and 0.05 for the dials.",
    look=(
        "On *Systems, Codes*: a row of the table is a category, and in each row one dial goes "
        "from end to end. The page says how pure the categories are, by a classifier that the "
        "training never saw.",
        "Turn λ to 0 while it trains and the codes lose their meaning.",
    ),
    paper="Chen, Duan, Houthooft, Schulman, Sutskever & Abbeel 2016, InfoGAN",
)
def infogan() -> RunConfig:
    """Codes beside the noise in z, read back by the term `information`."""
    return RunConfig(
        data=Choice("digits"),
        network=Choice("infogan"),
        noise=Choice("codes"),
        z_dim=32,
        terms=(Choice("information", {"continuous": 0.05}),),
        batch=32,
        d_optimizer=OptimizerConfig(lr=3e-4, decay="cosine"),
        g_optimizer=OptimizerConfig(lr=1e-3, decay="cosine"),
        ema=0.99,
        steps=2_400,
    )


@preset(
    "transgan",
    title="TransGAN: no convolution anywhere",
    summary="Two small transformers; real and fake are moved, cut and recoloured before D.",
    watch="A haze with the grain of tokens first; strokes appear once tokens agree.",
    source="Jiang et al. 2021; Zhao et al. 2020",
    idea="Convolutions build in that neighbours belong together. A **transformer** has to learn "
    "it: G's tokens start as an 8×8 grid (7×7 for 28 pixels), look at each other, and are "
    "pixel-shuffled into four times as many, a fourth as wide. D reads patches as tokens. "
    "With so little built in, the data must go further: real and fake are **augmented** "
    "before D, in G's step too.",
    objective=(
        r"L_D=L^{\mathrm{GAN}}_D(T(x),T(G(z)))",
        r"L_G=L^{\mathrm{GAN}}_G(T(G(z)))",
        r"\mathrm{Attention}(q,k,v)=\mathrm{softmax}\!\left(qk^\top/\sqrt d\right)v",
    ),
    recipe="T shifts by up to an eighth, cuts a square of half the side out and changes "
    "brightness, saturation and contrast, differently for each picture. Where there are "
    "more than 16×16 tokens, attention stays within windows (grid self-attention). Not the "
    "paper's recipe, but one for a CPU: G is 96 wide and 2 deep where the authors' run on "
    "CIFAR-10 has 1,024 and 5, the loss is the non-saturating one, with one step of D and "
    "Adam 5e-4, where theirs is Wasserstein with gradient penalty, four critic steps, Adam "
    "1e-4 and weight decay. Places are learned vectors here, where theirs are also given "
    "relative to each other and get noise; D reads patches of one size, theirs of two.",
    look=(
        "The grain of the first pictures: each token paints its own square. It fades as "
        "attention learns who the neighbours are.",
    ),
    paper="Jiang, Chang & Wang 2021, TransGAN; Zhao et al. 2020, DiffAugment",
)
def transgan() -> RunConfig:
    """Every real and generated picture is augmented before D."""
    return RunConfig(
        data=Choice("digits"),
        network=Choice("transgan"),
        z_dim=64,
        transforms=(Choice("augment"),),
        batch=32,
        d_optimizer=OptimizerConfig(lr=5e-4, beta1=0.0, beta2=0.99),
        g_optimizer=OptimizerConfig(lr=5e-4, beta1=0.0, beta2=0.99),
        ema=0.99,
        steps=6_000,
    )


@preset(
    "figan",
    title="FIGAN: what a classifier looks for",
    summary="G is given principal features of a classifier and draws pictures that have them.",
    watch="Systems, Features: walk one up and down and see a stroke come and go.",
    source="Hasenstab et al. 2023",
    idea="What does a classifier look at? Heat maps say where, not what. FIGAN trains a "
    "generator that is given the classifier's **features** of a real picture and must draw "
    "one that has them. Then one feature is walked up and down while the rest stays: the "
    "pictures show what it stands for.",
    objective=(
        r"f=\Sigma^{-1}V\left(F(x)-\mu\right)",
        r"L_D=L^{\mathrm{GAN}}_D\!\left((x,f),(G(z,f),f)\right)",
        r"L_G=L^{\mathrm{GAN}}_G(G(z,f),f)+\lambda\tfrac1K\|F(G(z,f))-f\|^2",
    ),
    recipe="F is a classifier before its last layer: the lab's own for digits and MNIST, and for "
    "other pictures one that learns to tell their classes apart before the game begins. Of "
    "its 64 features the 16 strongest principal ones are used, each in standard "
    "deviations. D takes them by projection. The last term of G is ours: the classifier "
    "must find what was asked for.",
    look=(
        "On *Systems, Features*: each row walks one feature. Beside it, what was asked for and "
        "what the classifier finds. A feature that changes the picture but not the reading is "
        "one that the classifier knows and does not use.",
    ),
    paper="Hasenstab, Huynh, Masoudi, Cunha, Pazzani & Hsiao 2023, FIGAN",
)
def figan() -> RunConfig:
    """G is conditioned on features, and the term `consistency` asks for them."""
    return RunConfig(
        data=Choice("digits"),
        network=Choice("figan"),
        z_dim=32,
        terms=(Choice("consistency"),),
        batch=32,
        d_optimizer=OptimizerConfig(lr=1e-3, decay="cosine"),
        g_optimizer=OptimizerConfig(lr=2e-3, decay="cosine"),
        ema=0.99,
        steps=3_000,
    )
