"""What each preset on pictures is about: idea, formula and recipe, for the page that starts it."""

from collections.abc import Mapping

from ganlab.catalogue.explanation import Explanation
from ganlab.catalogue.system_explanations import SYSTEM_EXPLANATIONS

NON_SATURATING = (
    r"L_D=-\log\sigma(D(x))-\log(1-\sigma(D(G(z))))",
    r"L_G=-\log\sigma(D(G(z)))",
)
HINGE = (r"L_D=\max(0,1-D(x))+\max(0,1+D(G(z)))", r"L_G=-D(G(z))")
FOLDED = "A dense layer and two folded 4×4 up-convolutions against two 4×4 convolutions of stride 2"
BODY = "The DCGAN body: dense 7×7×128, 4×4 kernels of stride 2, batch norm and ReLU in G"

EXPLANATIONS: Mapping[str, Explanation] = {
    "digits": Explanation(
        idea="The smallest run that makes something legible: two small convolutional networks and "
        "1,797 real digits that need no download. So few pictures are soon known by heart, so R1 "
        "keeps D from growing steep around each of them.",
        objective=(NON_SATURATING[0] + r"+\tfrac\gamma2\|\nabla D(x)\|^2", NON_SATURATING[1]),
        recipe=f"{FOLDED}; Adam 1e-3 for D and 2e-3 for G with cosine decay, batch 32, γ = 1.",
        paper="Radford et al. 2016; Mescheder et al. 2018",
        look=(
            "Within seconds blobs become strokes; most tiles are digits after half a minute.",
            "Set R1's γ to 0 and start again: D becomes sure of itself and the digits wobble.",
        ),
    ),
    "fast-mnist": Explanation(
        idea="The same small networks on the 60,000 digits of MNIST. Upsampling and convolution "
        "are one layer here, which does a third of the tutorial network's work.",
        objective=NON_SATURATING,
        recipe=f"{FOLDED}; Adam 1e-3 for D and 2e-3 for G with cosine decay, batch 32.",
        paper="Radford et al. 2016; the folding is this lab's",
        look=("The first legible digits come after some twenty seconds on two CPU cores.",),
    ),
    "cgan-mnist": Explanation(
        idea="Both players are told which digit is meant. G can then be asked for a 7, and D also "
        "catches a good 1 that was meant to be a 7.",
        objective=(r"L_D=-\log\sigma(D(x,y))-\log(1-\sigma(D(G(z,y),y)))",),
        recipe="Labels steer every batch norm of G and enter D by projection; Adam 3e-3, batch 64.",
        paper="Mirza & Osindero 2014; Miyato & Koyama 2018",
        look=("The tiles count from 0 to 9 and start over: soon each is what it was asked for.",),
    ),
    "cgan-digits": Explanation(
        idea="Digits on demand from the 1,797 that come with scikit-learn: a label goes into G "
        "beside z, and into D beside the picture.",
        objective=(r"L_D=-\log\sigma(D(x,y))-\log(1-\sigma(D(G(z,y),y)))",),
        recipe="Labels steer every batch norm of G and enter D by projection; Adam 2e-3, batch 64.",
        paper="Mirza & Osindero 2014; Miyato & Koyama 2018",
        look=("Within a minute one can read what each tile was asked for.",),
    ),
    "digits-cgan": Explanation(
        idea="How the digits that come with the lab were made: one more convolution at each size, "
        "a slow decay of the learning rate, and R1 for peace at the end.",
        objective=(
            r"L_D=-\log\sigma(D(x,y))-\log(1-\sigma(D(G(z,y),y)))+\tfrac\gamma2\|\nabla D\|^2",
        ),
        recipe="Width 16, depth 1; Adam 1e-3 with β₁ = 0 and cosine decay, batch 64, γ = 0.5.",
        paper="Miyato & Koyama 2018; Mescheder et al. 2018",
        look=("D's accuracy stays near 60 %: R1 keeps D flat where G has caught up.",),
    ),
    "dcgan-mnist": Explanation(
        idea="The convolutional GAN of TensorFlow's tutorial, kept as it is: strided convolutions "
        "instead of pooling, batch norm, LeakyReLU and dropout made GANs on pictures stable "
        "enough to teach with.",
        objective=NON_SATURATING,
        recipe="G: dense 7×7×256, transposed 5×5 convolutions to 128, 64 and 1; D: 5×5 with stride "
        "2 to 64 and 128, dropout 0.3. Adam 1e-4 (Keras's β₁ = 0.9, ε = 1e-7), batch 256, 50 "
        "epochs, a state kept every 15 and a look at 16 fixed z after each, for the film. One pass "
        "of G and D serves both players, as there.",
        paper="Radford et al. 2016; TensorFlow's DCGAN tutorial",
        look=(
            "Grey noise, then a bright blob in the middle, then strokes: each takes some epochs.",
            "D's accuracy on real and fake draws near to a half as the pictures improve.",
            "Compare with the fast preset: what the tutorial takes an hour for needs minutes.",
        ),
    ),
    "dcgan-cifar10": Explanation(
        idea="The DCGAN as it is printed in PyTorch's tutorial, on small photographs scaled up to "
        "64×64. Ten kinds of things on any background are far more than ten digits on black.",
        objective=NON_SATURATING,
        recipe="G 100-512-256-128-64-3 and D 3-64-128-256-512-1, 4×4 kernels without bias, weights "
        "from N(0, 0.02); Adam 2e-4 with β₁ = 0.5, batch 64, 30 epochs. 3,576,704 and 2,765,568 "
        "weights.",
        paper="Radford et al. 2016; PyTorch's DCGAN tutorial; Krizhevsky 2009",
        look=(
            "Colours come first, then a thing before a background, then shapes. On a plain CPU "
            "that takes many hours: it is made for an accelerator.",
            "Batch norm in D lets its samples see each other: real and fake pass apart.",
        ),
    ),
    "vanilla-mnist": Explanation(
        idea="The first GAN of most lectures: two multilayer perceptrons that know nothing of "
        "neighbourhoods in a picture. It works, with speckles.",
        objective=NON_SATURATING,
        recipe="G: 100-256-512-1024-784 with LeakyReLU and tanh; D: 784-1024-512-256-1 with "
        "dropout 0.3; Adam 2e-4, batch 100, 50 epochs.",
        paper="Goodfellow et al. 2014",
        look=(
            "D's loss falls at first while G's rises; then the two approach each other.",
            "Single bright pixels far from any stroke: a convolution would not draw them.",
        ),
    ),
    "wgan": Explanation(
        idea="Where real and generated pictures do not overlap, a perfect D gives G no gradient. "
        "A critic that may only rise slowly always gives one: its score estimates how far the "
        "two distributions are apart (the earth mover's distance).",
        objective=(r"L_D=D(G(z))-D(x)", r"L_G=-D(G(z))", r"|\psi_i|\le 0.01"),
        recipe=f"{BODY}; no norm in the critic, its weights clipped to ±0.01 after each of its 5 "
        "steps; RMSprop 5e-5, batch 64.",
        paper="Arjovsky et al. 2017",
        look=(
            "Minus D's loss is the distance, up to a factor: it falls while pictures improve.",
            "Clipping makes the critic simple, and the run slow: compare with wgan-gp.",
        ),
    ),
    "wgan-gp": Explanation(
        idea="Clipping wastes what the critic could do. Instead it pays for every slope that is "
        "not 1 on the lines between real and generated pictures, which is the slope of a perfect "
        "critic there.",
        objective=(
            r"L_D=D(G(z))-D(x)+10\,(\|\nabla D(\hat x)\|-1)^2",
            r"\hat x=\alpha x+(1-\alpha)G(z)",
        ),
        recipe=f"{BODY}; no norm in the critic, for the penalty looks at each sample alone; λ = 10 "
        "(γ = 20 in this lab's γ/2), 5 steps of D; Adam 1e-4 with β₁ = 0 and β₂ = 0.9.",
        paper="Gulrajani et al. 2017",
        look=(
            "Minus D's loss rises while the critic learns, and then only falls: a curve that "
            "means something.",
            "Each step costs six passes and a second derivative: watch steps a second.",
        ),
    ),
    "lsgan": Explanation(
        idea="The logarithm stops caring about a fake that D already takes for real, however far "
        "from the data it lies. Squares pull it on until it lies where real pictures do.",
        objective=(
            r"L_D=\tfrac12(D(x)-1)^2+\tfrac12D(G(z))^2",
            r"L_G=\tfrac12(D(G(z))-1)^2",
        ),
        recipe=f"{BODY}, batch norm in D but for its first layer; Adam 2e-4 with β₁ = 0.5, "
        "batch 64.",
        paper="Mao et al. 2017",
        look=(
            "Both losses stay near their dashed lines, 0.25 and 0.125.",
            "A D's loss of 0 for long means that G has lost: turn D's rate down.",
        ),
    ),
    "sngan": Explanation(
        idea="A D whose layers are each divided by their largest singular value cannot change "
        "faster than its input does. No penalty, no second derivative: it costs one product of a "
        "matrix and a vector in each layer.",
        objective=(r"W\;\to\;W/\sigma(W)", *NON_SATURATING),
        recipe=f"{BODY}; spectral norm in every layer of D; Adam 2e-4 with β₁ = 0.5, batch 64.",
        paper="Miyato et al. 2018",
        look=(
            "'What reaches G' stays of one size through the whole run.",
            "Choose d_norm none under 'More settings' and compare.",
        ),
    ),
    "hinge": Explanation(
        idea="D need not be infinitely sure. Once it tells a picture apart by a margin of 1 the "
        "picture no longer pulls at it, and it spends itself on the hard ones. Most large GANs "
        "were trained this way.",
        objective=HINGE,
        recipe=f"{BODY}; spectral norm in D; Adam 2e-4 with β₁ = 0.5, batch 64.",
        paper="Lim & Ye 2017; Miyato et al. 2018",
        look=("D's loss settles between 1 and 2: at 2 every picture still teaches it.",),
    ),
    "sagan": Explanation(
        idea="A convolution sees its neighbourhood; a stroke's two ends may lie further apart. "
        "Attention lets each place gather from all others, weighted by how well they match. How "
        "much of it is used, γ, starts at zero.",
        objective=(
            r"y_j=x_j+\gamma\,W_v\sum_i\mathrm{softmax}_i(q_j\cdot k_i)\,W_h x_i",
            *HINGE,
        ),
        recipe=f"{BODY}, spectral norm in both players, self-attention at 14×14 (16×16 for larger "
        "pictures); Adam 1e-4 for G and 4e-4 for D with β₁ = 0, β₂ = 0.9.",
        paper="Zhang et al. 2019; two time-scales: Heusel et al. 2017",
        look=(
            "Below a run's pictures: choose a picture and a place, and see where G looks when it "
            "draws there.",
            "Maps are even at first, and follow strokes once γ has left zero.",
        ),
    ),
    "ralsgan": Explanation(
        idea="Half of what D meets is real, and D should know it: if fakes get better, real "
        "pictures have to look less real beside them. So D scores each picture against the mean "
        "of the other kind, asks for a lead of 1, and G asks for the same the other way round. "
        "Now real pictures teach G too.",
        objective=(
            r"L_D=(D(x)-\overline{D(G(z))}-1)^2+(D(G(z))-\overline{D(x)}+1)^2",
            r"L_G=(D(G(z))-\overline{D(x)}-1)^2+(D(x)-\overline{D(G(z))}+1)^2",
        ),
        recipe=f"{BODY}; spectral norm in D; Adam 2e-4 with β₁ = 0.5, batch 64. Means are those of "
        "the batch.",
        paper="Jolicoeur-Martineau 2018",
        look=(
            "At a draw both losses are 2. With δ, D's mean lead of real over fake, D's loss is "
            "about 2(δ - 1)² and G's 2(δ + 1)².",
            "Compare with lsgan, which holds scores to 1 and 0: here only the lead counts.",
        ),
    ),
    "r3gan": Explanation(
        idea="Ten years of tricks, taken out again: compare real and fake in pairs, so that no "
        "mode can be left aside, flatten D at both (R1 and R2), and the game converges by itself. "
        "Then plain residual networks without any norm are enough.",
        objective=(
            r"L_D=-\log\sigma(D(x)-D(G(z)))+\tfrac\gamma2\|\nabla D(x)\|^2"
            r"+\tfrac\gamma2\|\nabla D(G(z))\|^2",
        ),
        recipe="Blocks of 1×1, grouped 3×3 and 1×1 convolutions that start as the identity; G ends "
        "without tanh; γ = 1, in every fourth step and four times as strong; Adam 1e-3 for D and "
        "2e-3 for G with β₁ = 0, β₂ = 0.99 and cosine decay, batch 32, averaged G.",
        paper="Huang et al. 2024",
        look=(
            "D's loss stays between 0 and its line at log 2: D leads, but does not run away.",
            "Take R1 and R2 away: the same networks fall apart.",
        ),
    ),
    "own-pictures": Explanation(
        idea="Any pictures of yours: a folder or a ZIP, cut to squares. Some hundred of one kind, "
        "alike in where things are, give more than thousands of everything.",
        objective=HINGE,
        recipe="The DCGAN body for 32×32, spectral norm in D and R1 against learning few pictures "
        "by heart; Adam 2e-4 with β₁ = 0.5, batch 32.",
        paper="Radford et al. 2016; Miyato et al. 2018; Mescheder et al. 2018",
        look=(
            "Colours and layout come within minutes, detail much later.",
            "With few pictures compare tiles and real ones: are they new, or known by heart?",
        ),
    ),
    **SYSTEM_EXPLANATIONS,
}
