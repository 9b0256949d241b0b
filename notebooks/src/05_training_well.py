# %% [raw] slug="front"
# title = "Training well"
# question = "My model scores well. How do I know that it will still work tomorrow?"
# hook = """
# A hundred patients, 5,000 blood values each, and a diagnosis that is decided by tossing a coin.
# The program below learns from fifty patients, is tested on the other fifty, and is right about nine times in ten.
# No line of it is miscalculated, and tomorrow it will be right every other time.
# This lesson is about the number you can trust: how it gets spoiled, how to train a model that makes it good, and how to report it.
# """
# able = [
#     "find the step at which test labels leak into a model, and prove it on pure noise",
#     "read two loss curves, and name the failure behind them",
#     "heal a network that overfits, and say which cure did it and which two together do harm",
#     "write batch and layer normalisation, dropout, precision, recall, F1 and ROC from scratch, equal to Keras",
#     "choose settings without fooling yourself, and resume a training to the same bits",
# ]
# needs = "Lessons 01 to 04: cross-entropy, Adam, layers with `forward` and `backward`, He initialisation."
# minutes = 75
# seconds = 38

# %% slug="setup"
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from course_utils.checks import nb05
from course_utils.data.digits import load_digits
from course_utils.metrics.classification import accuracy
from course_utils.metrics.confusion import confusion_matrix
from course_utils.metrics.precision_recall import precision_recall_f1
from course_utils.metrics.roc import roc_auc, roc_curve
from course_utils.plots import confusion, curves, digits, leakage, learning_curves, piles, roc, search
from course_utils.plots.figure import show
from course_utils.runtime import full, setup
from course_utils.scratch import dropout, init, losses, norms
from course_utils.scratch.activations import ReLU
from course_utils.scratch.linear import Linear
from course_utils.scratch.optimizers import Adam
from course_utils.scratch.sequential import Sequential
from course_utils.train.bar import progress

setup(seed=5)
rng = np.random.default_rng(5)

# %% [markdown] slug="coin-say"
# ## 1. A number made of nothing
#
# Lesson 04 ended with two test scores for one network, several points apart.
# Before we ask which one to believe, here is a score that nobody should believe.
# The values are noise and the diagnoses are coin tosses, so **nothing can be predicted**.
# The program does what published gene studies did (Ambroise and McLachlan, 2002): keep the most promising columns, then learn on one half and test on the other.

# %% slug="coin"
def coin_patients(columns, rng, rows=100):
    """Noise (N, D), and coin tosses (N,) that have nothing to do with it."""
    return rng.normal(size=(rows, columns)), rng.integers(0, 2, rows)


def promising(x, y, keep=20):
    """The columns whose means differ most between the two diagnoses."""
    return np.argsort(-np.abs(x[y == 1].mean(axis=0) - x[y == 0].mean(axis=0)))[:keep]


def nearest_mean(x, y):
    """A classifier: which of the two class means is nearer?"""
    means = np.stack([x[y == 0].mean(axis=0), x[y == 1].mean(axis=0)])  # (2, D)
    return lambda new: ((new[:, None] - means) ** 2).sum(axis=2).argmin(axis=1)  # (N, 2, D) -> (N,)


# %% [markdown] slug="coin-predict"
# > **Predict first.** Nothing can be predicted, and yet the cell below will be right about nine times in ten.
# > Fifty patients to learn from, fifty others to test on: which of its lines lets the answers in?

# %% slug="coin-run"
x, y = coin_patients(5000, rng)
keep = promising(x, y)  # 20 of 5,000 columns
classify = nearest_mean(x[:50, keep], y[:50])
right = accuracy(classify(x[50:, keep]), y[50:])
print(f"right on 50 patients that the classifier never saw: {100 * right:.0f} %")
assert 0.8 < right < 0.98

# %% [markdown] slug="coin-why"
# That is no luck, and there is no slip in the arithmetic.
# Among 5,000 columns of noise some separate the sick from the healthy by chance, in *all hundred* patients.
# `promising` looks for these, and it looked at the test patients' diagnoses as well.
# The classifier never saw them; the *procedure* did.
# That is **leakage**: what is tested has had a hand in the training.
#
# The repair moves one line: choose on the first fifty only.

# %% slug="leak-curve"
def coin_test(columns, seed, honest):
    x, y = coin_patients(columns, np.random.default_rng(seed))
    seen = slice(50) if honest else slice(None)
    keep = promising(x[seen], y[seen])
    return accuracy(nearest_mean(x[:50, keep], y[:50])(x[50:, keep]), y[50:])


columns = [20, 100, 500, 2000, 5000]
leaky, honest = (
    np.array([[coin_test(c, seed, order) for c in columns] for seed in range(20)]) for order in (False, True)
)
ax = leakage.leak_curve(columns, leaky, honest, title="The more noise you search, the better it seems to predict")
show(ax, alt="Test accuracy on coin tosses against the number of noise columns searched. Chosen on all rows it climbs from "
     "50 % to nearly 90 %; chosen on training rows only, it stays at 50 % throughout.")
assert leaky[:, -1].mean() > 0.83 and np.abs(honest.mean(axis=0) - 0.5).max() < 0.06

# %% [markdown] slug="leak-doors"
# With 20 columns there is nothing to choose, and both are honest.
# The lie grows with the search.
# (Lines are means of 20 repetitions; bands run from the lowest to the highest.)
# The test leaks into the training through more doors than this one:
#
# | door | example | how to close it |
# |---|---|---|
# | choosing with all labels | the columns above | whatever looks at labels runs on training rows only |
# | statistics of all rows | mean and spread for scaling | the same; the effect is usually small, the habit is not |
# | twins | the same patient, writer or picture on both sides | deal out whole groups |
# | time | trained on Friday, tested on Thursday | test on what came later |
# | the answer in disguise | a column filled in *after* the diagnosis | ask of each column when it is known |
# | too many looks | the best of 200 settings on the test set | choose on other data (section 7) |

# %% [markdown] slug="folds-ask"
# ## Exercise 5.1: cross-validation without a leak
#
# With few rows, one test part is a small sample.
# In **k-fold cross-validation** every row is tested once: deal the N rows into k parts, test on each part after learning from all *others*, which gives k scores.
#
# Write `cross_validate(x, y, fit, k)`: `x` is `(N, D)`, `y` is `(N,)`, the rows are shuffled already.
# `fit(x, y)` does everything that looks at labels, choosing columns included, and returns a function from rows to predicted classes.
# Return the k accuracies, shape `(k,)`; if k does not divide N, parts may differ by one row.

# %% slug="folds" tags=["exercise"] points=2
def cross_validate(x, y, fit, k):
    """Accuracy of each of k parts, learned from the other parts. Shape (k,)."""
    # solution
    part = np.arange(len(x)) % k  # row i is tested in part i % k
    scores = []
    for held_out in range(k):
        test = part == held_out
        predict = fit(x[~test], y[~test])
        scores.append(np.mean(predict(x[test]) == y[test]))
    return np.array(scores)

# %% slug="folds-check"
nb05.cross_validate(cross_validate)

# %% [markdown] slug="folds-why" tags=["solution"]
# A mask of booleans says in which part each row is tested; its negation is what may be learned from.
# `fit` is called afresh in every round, so nothing that it chose survives from one round to the next.
# The k scores share most of their training rows, so their spread understates the true uncertainty a little.

# %% [markdown] slug="piles-say"
# ## 2. Four piles
#
# Now real data, and a patient of a different kind.
# We take the digits and make life hard on purpose: 300 pictures to learn from, and tired annotators, who got 90 of the 300 labels wrong.
# (We know which ones, because we did it. With real data you would not.)
#
# The order of the file matters: its last fifth was mostly written by other hands (lesson 04).
# So it becomes a pile of its own.
# (Numbers in the text are for the small digits; with `COURSE_FULL=1` you work on MNIST and get others, and its last fifth is no harder than the rest.)

# %% slug="piles"
data = load_digits()
x_all = data.images.reshape(len(data.images), -1)  # (N, D)
cut, (side, D) = round(0.8 * len(x_all)), (data.images.shape[1], x_all.shape[1])
order = rng.permutation(cut)  # of the first four fifths
rows = {"training": order[:300], "validation": order[300:800], "test": order[800:], "tomorrow": np.arange(cut, len(x_all))}
x_train, x_valid = x_all[rows["training"]], x_all[rows["validation"]]  # (300, D), (500, D)
y_true, y_valid = data.labels[rows["training"]], data.labels[rows["validation"]]

wrong = rng.permutation(300)[:90]
y_train = y_true.copy()
y_train[wrong] = (y_train[wrong] + rng.integers(1, 10, 90)) % 10  # any digit but the true one
print(f"labels that are wrong: {np.count_nonzero(y_train != y_true)} of {len(y_train)}")
ax = piles.piles({name: len(pile) for name, pile in rows.items()},
                 ["weights learn from it;\nlabels partly wrong", "looked at often,\nto choose",
                  "opened once,\nafter all choices", "opened once:\nother people's hands"],
                 title="Every choice uses up a little of a pile's honesty")
show(ax, alt="Four boxes: training, for the weights; validation, for choices; test, opened once; "
     "and tomorrow, opened once, written by other hands.")

# %% [markdown] slug="dummy-say"
# Validation, test and tomorrow have correct labels: those were checked by hand, because they are the measure.
# Nobody looks at the last two before section 8.
#
# A score means nothing alone, so two baselines first.
# The **dummy** always says the most frequent class.
# The second one is the network without hidden layers.

# %% slug="lab"
def network(widths, drop=0.0, seed=0):
    """He-initialised Linear layers, each but the last followed by ReLU and dropout (section 4)."""
    rng, layers = np.random.default_rng(seed), []
    for fan_in, fan_out in zip(widths, widths[1:], strict=False):
        layer = Linear(fan_in, fan_out, rng)
        layer.params["w"] = init.he_normal(fan_in, fan_out, rng)
        layers += [layer, ReLU(), dropout.Dropout(drop, rng)]
    return Sequential(layers[:-2])  # the last Linear ends it


def score(net, x, labels):
    """Loss and accuracy in use. x (N, D), labels (N,)."""
    batches = [net.forward(x[i : i + 25], training=False) for i in range(0, len(x), 25)]  # 25 pictures at a time
    z = np.concatenate(batches)  # (N, 10)
    return losses.softmax_cross_entropy_from_logits(z, labels), accuracy(z.argmax(axis=1), labels)

# %% [markdown] slug="loop-say"
# The loop is lesson 04's, with three slots for the cures of section 4 and a record of both losses.
# It remembers the weights of the epoch with the lowest validation loss; with `restore=True` it ends with those.

# %% slug="loop"
def train(net, x, labels, check=None, epochs=60, rate=0.005, l2=0.0, l1=0.0, augment=None, restore=False, seed=0):
    """Training and validation loss after each epoch, (E, 2). `check` is (x, labels) of the validation."""
    rng, optimizer, history = np.random.default_rng(seed), Adam(rate), []
    for _ in range(epochs):
        for batch in np.array_split(rng.permutation(len(x)), int(np.ceil(len(x) / 25))):
            pictures = augment(x[batch], rng) if augment else x[batch]
            z = net.forward(pictures)
            net.backward(losses.softmax_cross_entropy_from_logits_gradient(z, labels[batch]))
            grads, params = net.grads, net.params
            for name in grads:
                if name.endswith("w"):  # penalties are for weights, not for biases
                    grads[name] = grads[name] + 2 * l2 * params[name] + l1 * np.sign(params[name])
            optimizer.step(params, grads)
        history.append([score(net, *pile)[0] for pile in ((x, labels), check or (x_valid, y_valid))])
        if history[-1][1] == min(valid for _, valid in history):
            best = {name: w.copy() for name, w in net.params.items()}
    if restore:
        for name, w in net.params.items():
            w[:] = best[name]
    return np.array(history)

# %% [markdown] slug="broken-predict"
# The patient is a network with two hidden layers of 96, which is 16,522 parameters for 300 pictures.
#
# > **Predict first.** 30 % of its training labels are wrong.
# > What accuracy does it reach on the *training* labels? And who is better on the validation pile: it, or the network without hidden layers?

# %% slug="broken"
wide = (D, 96, 96, 10)
broken, plain = network(wide), network((D, 10))
history = {"broken": train(broken, x_train, y_train), "plain": train(plain, x_train, y_train)}
dummy = np.mean(y_valid == np.bincount(y_train).argmax())
fitted, (broken_loss, broken_right), (_, plain_right) = (
    score(broken, x_train, y_train)[1], score(broken, x_valid, y_valid), score(plain, x_valid, y_valid))
print(f"training labels reproduced: {fitted:.0%}, wrong ones included")
print(f"validation: dummy {dummy:.0%}, no hidden layers {plain_right:.0%}, two hidden layers {broken_right:.0%}")
assert full() or (fitted > 0.99 and 0.65 < broken_right < 0.8 and 0.8 < plain_right < 0.9)

# %% [markdown] slug="broken-why"
# It knows the training labels by heart, the 90 wrong ones too, and it is *worse* than no hidden layer at all.
# It can only have learned them one by one, because they follow no rule.
# This is **overfitting**: what was learned about these 300 pictures does not hold for others.
#
# ## 3. Reading two curves
#
# Before the cure, the diagnosis.
# Here are four trainings that fail for four different reasons; the first two have *correct* labels:
#
# - **too small**: a hidden layer of 2 neurons;
# - **noise columns**: 512 columns of noise beside the pixels;
# - **wrong labels**: the patient;
# - **shuffled labels**: the right labels, dealt out to the wrong pictures.
#
# > **Predict first.** What will the training loss be after 60 epochs in each of the four?
# > In which of them is the validation loss worse than that of knowing nothing, ln 10 = 2.30?

# %% slug="failures"
noise = rng.random((800, 512))
noisy_train, noisy_valid = np.hstack([x_train, noise[:300]]), np.hstack([x_valid, noise[300:]])
failures = {
    "too small": train(network((D, 2, 10)), x_train, y_true),
    "noise columns": train(network((D + 512, 96, 96, 10)), noisy_train, y_true, (noisy_valid, y_valid)),
    "wrong labels": history["broken"],
    "shuffled labels": train(network(wide), x_train, rng.permutation(y_true)),
}
axes = learning_curves.failures(failures, ignorance=np.log(10), title="Four failures, two curves each")
show(axes, alt="Training and validation loss in four panels. Too small: both stay high, close together. Noise columns and wrong "
     "labels: training loss falls to 0, validation loss stays above or rises. Shuffled labels: training falls to 0, "
     "validation leaves the panel at the top.")
last = {name: curve[-1] for name, curve in failures.items()}
assert full() or (last["too small"][0] > 0.8 and all(last[name][0] < 0.05 for name in list(last)[1:]))
assert full() or (last["shuffled labels"][1] > 5 and last["noise columns"][1] > 0.4 and last["wrong labels"][1] > 0.9)
assert full() or [name for name in last if last[name][1] > np.log(10)] == ["shuffled labels"]

# %% [markdown] slug="failures-why"
# Only the small network *cannot* fit; the other three reach zero, even on labels that mean nothing (Zhang et al., 2017).
# So a low training loss proves one thing: the network *can* fit.
#
# - **Both high and close (too small): underfitting.** More data will hardly help. A wider network, longer training or a larger rate may.
# - **Training low, validation high (noise columns): overfitting.** The gap is what was learned by heart.
# - **Validation falls, then rises (wrong labels):** first it learned what the digits share, later the exceptions. The lowest point is where to stop.
# - **Validation ends above ln 10 (shuffled labels):** sure *and* wrong. By this measure, knowing nothing is better.
#
# Noise columns do their harm with perfect labels: 512 chances to explain each picture by an accident.
# It is section 1 again, inside the network.
#
# ## 4. Cures, one at a time
#
# Every cure makes memorising expensive in another way.
#
# | cure | what changes | idea |
# |---|---|---|
# | **L2** | loss $+\ \lambda \sum w^2$ | large weights must pay; the gradient gets $2\lambda w$ |
# | **L1** | loss $+\ \lambda \sum \lvert w \rvert$ | every weight pays the same rate $\lambda\,\text{sign}(w)$, so those that earn less than it are pushed to 0 |
# | **dropout** | a random share of the neurons is silent in each step | no neuron can rely on a particular other one (Srivastava et al., 2014) |
# | **augmentation** | each picture is moved at random, by at most a pixel | nine versions of a picture are harder to learn by heart than one |
# | **early stopping** | keep the best epoch's weights | stop before the exceptions are learned |
#
# Dropout in one line: set a share `rate` of the numbers to 0 and divide the others by `1 - rate`, so that the expected sum stays.
# In use nothing is dropped.

# %% slug="dropout"
def dropped(x, rate, rng):
    """Inverted dropout in training. Shape of x."""
    return x * (rng.random(x.shape) >= rate) / (1 - rate)


ones = np.ones((1000, 50))
ours = dropped(ones, 0.2, np.random.default_rng(0))
np.testing.assert_array_equal(ours, dropout.Dropout(0.2, np.random.default_rng(0)).forward(ones))
print("values:", np.unique(ours), f" mean: {ours.mean():.2f}")

import keras

layer = keras.layers.Dropout(0.2, dtype="float64")
theirs = np.asarray(layer(ones, training=True))
np.testing.assert_allclose(theirs, ones * (theirs > 0) / (1 - 0.2))  # its own dice, our rule
assert abs(np.mean(theirs > 0) - 0.8) < 0.01 and np.array_equal(layer(ones, training=False), ones)
w = broken.params["0.w"]
np.testing.assert_allclose(keras.regularizers.L1L2(l1=0.0015, l2=0.006)(w), 0.0015 * np.abs(w).sum() + 0.006 * (w**2).sum())
print("dropout, L1 and L2 = package = Keras")

# %% [markdown] slug="shift-say"
# For digits, moving by up to one pixel changes nothing that matters.
# Mirroring would: the mirror image of a 2 is no digit.
# An augmentation is a claim about the world, and it applies to training pictures only, *after* the split.

# %% slug="shift"
def moved(x, rng):
    """Each picture moved by -1, 0 or 1 pixel down and to the right. x (N, D)."""
    padded = np.pad(x.reshape(-1, side, side), ((0, 0), (1, 1), (1, 1)))
    down, right = rng.integers(0, 3, (2, len(x)))
    windows = [picture[i : i + side, j : j + side] for picture, i, j in zip(padded, down, right, strict=True)]
    return np.reshape(windows, x.shape)


copies = moved(np.repeat(x_train[:1], 5, axis=0), np.random.default_rng(17)).reshape(-1, side, side)
axes = digits.digit_row([x_train[0].reshape(side, side), *copies], ["as it is", *["moved"] * 5],
                        title="Still the same digit")
show(axes, alt="One handwritten digit and five copies of it, each moved by up to one pixel, "
     "all of them readable.")

# %% [markdown] slug="cures-predict"
# The same patient, the same start, the same 60 epochs, one cure each.
# And since four cures must be better than one: all of them together.
#
# > **Predict first.** Which of the six ends lowest? Does the one with all four beat the best single cure?

# %% slug="cures"
treatment = {
    "L2": {"l2": 0.006},
    "L1": {"l1": 0.0015},
    "dropout": {"drop": 0.5},
    "moved": {"augment": moved},
    "all four": {"l2": 0.006, "l1": 0.0015, "drop": 0.5, "augment": moved},
}
treated, valid_loss = {}, {"untreated": history["broken"][:, 1]}
for name, how in treatment.items():
    treated[name] = network(wide, how.get("drop", 0.0))
    valid_loss[name] = train(treated[name], x_train, y_train, **{k: v for k, v in how.items() if k != "drop"})[:, 1]
ax = learning_curves.cures(valid_loss, stop="or stop here", title="Each cure helps; all together do harm")
show(ax, alt="Validation loss over 60 epochs. Untreated it falls, then rises above 1. With L2, L1, dropout or moved pictures it "
     "falls and stays well below. With all four together it never falls far and ends above the untreated one.")
end = {name: curve[-1] for name, curve in valid_loss.items()}
helped = [name for name in treatment if end[name] < 0.8 * end["untreated"]]
assert full() or (helped == ["L2", "L1", "dropout", "moved"] and min(end, key=end.get) == "dropout")
assert full() or (end["all four"] > end["untreated"] and valid_loss["untreated"].min() < 0.7 * end["untreated"])
assert full() or score(treated["all four"], x_train, y_true)[0] > 1.6  # high in training, too
assert full() or valid_loss["untreated"].min() < 1.2 * min(end.values())  # the black dot
print("validation loss at least 20 % below the untreated network:", ", ".join(helped))

# %% [markdown] slug="cures-why"
# Dropout ends lowest.
# At these doses, all four together are *worse than the disease*: the network underfits, even on the pictures it learned from.
# Doses add up.
#
# The humblest cure, stopping at the black dot, comes close to the best of them and costs the least.
# And none of them made the wrong labels right; they only kept the network from believing them.

# %% [markdown] slug="stop-ask"
# ## Exercise 5.2: when to stop
#
# Nobody wants to train to the end only to learn that epoch 9 was the best.
# **Patience** p: stop as soon as p epochs in a row have brought no new lowest validation loss.
#
# Write `early_stopping(losses, patience)`: `losses` is a list, and `losses[e]` is the validation loss after epoch e, counted from 0.
# Return `(best, last)`: the epoch whose weights are kept, and the last epoch that is trained.
# Equal is not lower. If patience never runs out, `last` is the final epoch.
# Example: `early_stopping([5, 4, 3, 6, 6, 7, 1], 2)` is `(2, 4)`; the 1 is never seen.

# %% slug="stop" tags=["exercise"] points=2
def early_stopping(losses, patience):
    """(epoch to keep, last epoch trained), both counted from 0."""
    # solution
    best = 0
    for epoch in range(len(losses)):
        if losses[epoch] < losses[best]:
            best = epoch
        if epoch - best >= patience:
            return best, epoch
    return best, len(losses) - 1

# %% slug="stop-check"
nb05.early_stopping(early_stopping)

# %% [markdown] slug="stop-why" tags=["solution"]
# The number of epochs without a new best is `epoch - best`, so no counter has to be reset.
# The comparison is with the best so far, not with the epoch before: a slow zigzag upwards must stop too.
# The lowest of *all* losses may belong to an epoch that was never trained.

# %% [markdown] slug="norm-say"
# ## 5. Normalisation: a network that forgives its first weights
#
# Lesson 04 computed the one standard deviation at which signals survive many layers.
# Normalisation goes further: it *measures* mean and variance inside the network, at every step, and sets them to 0 and 1.
# Two new parameters per feature, $\gamma$ and $\beta$, may then change them to whatever is useful.
#
# $$\hat h = \frac{h - \text{mean}}{\sqrt{\text{variance} + \epsilon}}, \qquad y = \gamma\, \hat h + \beta$$
#
# The only question is: the mean of *what*?
# **Batch normalisation** takes one feature in all examples of the batch (a column); **layer normalisation** takes all features of one example (a row).

# %% slug="norm"
def normalise(h, axis, epsilon=1e-3):
    """Mean 0 and variance 1 along `axis`. Shape of h."""
    mean, variance = h.mean(axis=axis, keepdims=True), h.var(axis=axis, keepdims=True)
    return (h - mean) / np.sqrt(variance + epsilon)


h = rng.normal(3, 2, (32, 6))  # (N, D)
print("columns:", np.abs(normalise(h, 0).mean(axis=0)).round(6), " rows:", np.abs(normalise(h, 1).mean(axis=1)[:3]).round(6))
print(f"weights times 10: the result moves by {np.abs(normalise(10 * h, 0) - normalise(h, 0)).max():.4f}")

# %% [markdown] slug="norm-use"
# The last line is the point: make all weights and biases in front ten times larger, and the output does not change (up to the small $\epsilon$).
# A wrong first scale is forgiven.
#
# Batch normalisation has a price: an example's output depends on who else is in the batch.
# In use there may be no batch, so during training the layer keeps running averages, `new = 0.99 * old + 0.01 * batch`, and uses those.
# **It behaves differently in training and in use**, like dropout; layer normalisation does not.
# (Mean and variance depend on every $h$ they were taken from, so `backward` sends gradient through them too; below, ours is compared with the tape's, to ten digits.)

# %% slug="norm-equal"
import tensorflow as tf

pairs = {
    "BatchNorm": (norms.BatchNorm(6), keras.layers.BatchNormalization(dtype="float64"), 0),
    "LayerNorm": (norms.LayerNorm(6), keras.layers.LayerNormalization(epsilon=1e-3, dtype="float64"), 1),
}
dy = rng.normal(size=h.shape)
for name, (ours, theirs, axis) in pairs.items():
    tensor = tf.Variable(h)
    with tf.GradientTape() as tape:
        y = theirs(tensor, training=True)
        total = tf.reduce_sum(y * dy)
    exact = {"rtol": 1e-10, "atol": 1e-10}
    np.testing.assert_allclose(normalise(h, axis), y, **exact)  # gamma 1, beta 0
    np.testing.assert_allclose(ours.forward(h), y, **exact)
    np.testing.assert_allclose(ours.backward(dy), tape.gradient(total, tensor), **exact)
    use = {"training": False} if axis == 0 else {}
    np.testing.assert_allclose(ours.forward(h, **use), theirs(h, **use), **exact)
    print(f"{name}: typed above = package = Keras, forward, gradient and in use")

# %% [markdown] slug="forgive-predict"
# Six hidden layers, and first weights that are 0.1, 0.3, 1, 3 and 10 times what He's initialisation asks for, with *correct* labels this time.
#
# > **Predict first.** Without normalisation, how wrong may the scale be before the accuracy suffers?
# > And with it?

# %% slug="forgive"
factors = [0.1, 0.3, 1, 3, 10]
kinds = {"none": None, "layer norm": norms.LayerNorm, "batch norm": lambda size: norms.BatchNorm(size, momentum=0.9)}  # short training, short memory
reached = {}
for name, norm in kinds.items():
    reached[name] = []
    for factor in factors:
        layers, start = [], np.random.default_rng(1)
        for _ in range(6):
            layer = Linear(D if not layers else 64, 64, start)
            layer.params["w"] = factor * init.he_normal(*layer.params["w"].shape, start)
            layers += [layer, *([norm(64)] if norm else []), ReLU()]
        net = Sequential([*layers, Linear(64, 10, start)])
        train(net, x_train, y_true, epochs=20, rate=0.002)
        reached[name].append(100 * score(net, x_valid, y_valid)[1])
series = {name: (factors, values) for name, values in reached.items()}
ax = curves.curves(series, log="x", xlabel="first weights, as a multiple of He's", ylabel="validation accuracy, %",
                   title="Normalisation forgives a wrong first scale")
ax.set_xticks(factors, factors)
show(ax, alt="Validation accuracy against the scale of the first weights. Without normalisation it is high only at 1 and "
     "collapses on both sides; with layer norm or batch norm it stays high and sinks a little at 10.")
assert full() or max(reached["none"][1], reached["none"][3]) < reached["none"][2] - 20
assert full() or min(reached["none"][2], *reached["layer norm"]) > 75
assert full() or min(reached["batch norm"]) > 75

# %% [markdown] slug="forgive-why"
# Without it, a factor of three costs many points; with it, even a factor of ten is survived.
# What remains of the scale is the size of a *step* compared with the weights: large weights turn slowly, small ones fast.
#
# Normalisation is no cure for overfitting, although the noise of the batches can help a little.
# It makes deep networks trainable: batch norm in networks for pictures (lesson 07), layer norm in Transformers (lesson 11).
#
# In use, the running averages are constants, and then batch norm is a multiplication and an addition.
# The layer before it can do that itself.

# %% [markdown] slug="merge-ask"
# ## Exercise 5.3: make a batch norm disappear
#
# A trained network holds `x @ w + b`, then batch normalisation in use.
# Write `merge(w, b, gamma, beta, mean, variance, epsilon)`: `w` is `(D, K)`, all others but `epsilon` are `(K,)`, `mean` and `variance` are the running ones.
# Return `(new_w, new_b)` of a *single* linear layer with exactly the same outputs.
# All but `epsilon` are arrays. Example: `w = [[2.]]`, `b = [1.]`, `gamma = [3.]`, `beta = [5.]`, `mean = [1.]`, `variance = [4.]`, `epsilon = 0` give `[[3.]]` and `[5.]`.

# %% slug="merge" tags=["exercise"] points=2
def merge(w, b, gamma, beta, mean, variance, epsilon):
    """Weights (D, K) and bias (K,) of a linear layer that includes the normalisation."""
    # solution
    scale = gamma / np.sqrt(variance + epsilon)  # (K,)
    return w * scale, (b - mean) * scale + beta

# %% slug="merge-check"
nb05.merge(merge)

# %% [markdown] slug="merge-why" tags=["solution"]
# $\gamma\,(xw + b - m)/\sqrt{v + \epsilon} + \beta$ is linear in $x$: write $s = \gamma/\sqrt{v + \epsilon}$ and sort the terms into $x\,(ws) + (b - m)s + \beta$.
# $s$ has one entry per output, so it multiplies the *columns* of $w$, which is what broadcasting does.
# Programs that prepare networks for use do this to every batch norm they find: it is free speed.

# %% [markdown] slug="metrics-say"
# ## 6. Right how often, and wrong where?
#
# So far "good" was a loss or an accuracy.
# Accuracy adds up all mistakes, and which ones were made is lost.
# The **confusion matrix** keeps them: a row for each true class, a column for each predicted one.
# It is counting, so pandas does it in a line.

# %% slug="confusion"
healed = treated["dropout"]
p_valid = losses.softmax(healed.forward(x_valid, training=False))  # (500, 10)
found = p_valid.argmax(axis=1)
counted = pd.crosstab(pd.Series(y_valid, name="true"), pd.Series(found, name="predicted"))
matrix = confusion_matrix(y_valid, found, classes=10)
np.testing.assert_array_equal(counted.reindex(columns=range(10), fill_value=0), matrix)
np.testing.assert_array_equal(tf.math.confusion_matrix(y_valid, found, 10), matrix)
assert matrix.trace() / matrix.sum() == accuracy(found, y_valid)
ax = confusion.confusion(matrix, data.names, title="Nines are taken for fours")
show(ax, alt="Confusion matrix of ten digits, true digit in rows, predicted digit in columns. Most counts lie on the diagonal; "
     "the largest count beside it is that of nines read as fours.")
mistakes = matrix - np.diag(np.diag(matrix))
assert full() or round(accuracy(found, y_valid), 2) == 0.81
assert full() or (mistakes.argmax() == 94 and 0.22 < mistakes[9, 4] / matrix[9].sum() < 0.3)  # row 9, column 4

# %% [markdown] slug="rare-say"
# "81 % right" did not say that every fourth 9 is read as a 4; the matrix does.
#
# Now suppose that only one class matters: an alarm for 8s, a tenth of the pictures.
# Four counts say everything: hits (true positives), false alarms (false positives), misses (false negatives) and the quiet rest (true negatives).
#
# $$\text{precision} = \frac{\text{hits}}{\text{hits} + \text{false alarms}} \qquad \text{recall} = \frac{\text{hits}}{\text{hits} + \text{misses}} \qquad F_1 = \frac{2}{1/\text{precision} + 1/\text{recall}}$$
#
# Precision asks: if it rings, is it an 8? Recall asks: if it is an 8, does it ring?
# $F_1$ is their harmonic mean, nearer to the worse of the two.
# The alarm rings where the probability of an 8 is above a **threshold**.
#
# > **Predict first.** What is the accuracy of an alarm that never rings?
# > When the threshold sinks from 0.9 to 0.1, which of precision and recall cannot fall, and which may do anything?

# %% slug="rare"
def counts(labels, called):
    """Hits, false alarms, misses, quiet rest. Two bool arrays (N,)."""
    return (labels & called).sum(), (~labels & called).sum(), (labels & ~called).sum(), (~labels & ~called).sum()


is_eight, p_eight = y_valid == 8, p_valid[:, 8]  # (500,) each
table = []
for threshold in (1.0, 0.9, 0.5, 0.1):
    hits, alarms, misses, quiet = counts(is_eight, p_eight > threshold)
    precision, recall = hits / max(hits + alarms, 1), hits / (hits + misses)  # 0 / 0 counts as 0
    f1 = 2 * hits / (2 * hits + alarms + misses)  # the harmonic mean, written so that 0 hits give 0
    table.append([threshold, hits, alarms, misses, (hits + quiet) / 500, precision, recall, f1])
    np.testing.assert_allclose(precision_recall_f1(is_eight, p_eight > threshold, "binary"), [precision, recall, f1])
assert full() or (table[3][4] < table[2][4] and table[3][1] > 2 * table[2][1])
names = ["threshold", "hits", "false alarms", "misses", "accuracy", "precision", "recall", "F1"]
print(pd.DataFrame(table, columns=names).round(2).to_string(index=False))

# %% [markdown] slug="rare-why"
# "Never" is right in 90 % of the cases and useless.
# A lower threshold rings more often, so recall can only rise; precision usually falls, but need not.
# From 0.5 to 0.1 the accuracy *falls*, although the alarm now finds more than twice as many 8s.
# (Why so low a threshold? Trained on wrong labels, the network has learned to doubt, and rightly so.)
# No threshold is best by itself: it depends on what a miss costs, and what a false alarm.
#
# To see *all* thresholds, sort the pictures by score and let the threshold sink past one after the other.
# Each step adds either a hit or a false alarm.
# The share of the 8s that ring (*true positive rate*, the recall) against the share of all others that ring (*false positive rate*) is the **ROC curve**.

# %% slug="roc"
def roc_by_hand(labels, scores):
    """Shares of negatives and of positives that ring, as the threshold sinks. No equal scores."""
    ring = labels[np.argsort(-scores)]  # the order in which they ring
    return np.append(0, np.cumsum(~ring) / (~ring).sum()), np.append(0, np.cumsum(ring) / ring.sum())


p_broken = losses.softmax(broken.forward(x_valid, training=False))[:, 8]
rates = {"with dropout": roc_by_hand(is_eight, p_eight), "untreated": roc_by_hand(is_eight, p_broken)}
areas = {name: np.trapezoid(true, false) for name, (false, true) in rates.items()}
np.testing.assert_allclose(rates["with dropout"], roc_curve(is_eight, p_eight)[:2])
np.testing.assert_allclose(areas["with dropout"], roc_auc(is_eight, p_eight))
ax = roc.roc({f"{name}: area {areas[name]:.2f}": curve for name, curve in rates.items()},
             title="More hits for the same false alarms")
show(ax, alt="Two ROC curves above the diagonal of guessing. The curve of the network with dropout lies above that of the "
     "untreated network nearly everywhere and encloses more area.")
assert full() or areas["with dropout"] > areas["untreated"] + 0.02

# %% [markdown] slug="rarer-say"
# The area under it, **AUC**, needs no threshold: 0.5 is guessing, 1 is a perfect order.
#
# > **Predict first.** Tomorrow 8s are ten times rarer: there are ten times as many other digits, of the same kind.
# > Which of these change: recall, the ROC curve, precision?

# %% slug="rarer"
hits, alarms, misses, _ = counts(is_eight, p_eight > 0.1)
print(f"today:    recall {hits / (hits + misses):.2f}, precision {hits / (hits + alarms):.2f}")
print(f"tomorrow: recall {hits / (hits + misses):.2f}, precision {hits / (hits + 10 * alarms):.2f}")

# %% [markdown] slug="rarer-why"
# Recall and ROC look at 8s and at others separately, so they stay.
# Precision mixes the two groups and collapses: most rings are now false, from the same model at the same threshold.
# A precision is only valid for the share of positives it was measured with.
#
# Keras has all of these as objects that collect batch after batch.
# Its AUC uses 200 fixed thresholds unless told otherwise; with our scores as thresholds it is the same number.

# %% slug="keras-metrics"
scores = p_eight.astype("float32")
keras_metrics = {
    "precision": keras.metrics.Precision(0.5),
    "recall": keras.metrics.Recall(0.5),
    "F1": keras.metrics.F1Score(threshold=0.5),
    "area": keras.metrics.AUC(thresholds=[float(t) for t in np.unique(scores)]),
}
for batch in np.array_split(np.arange(500), 8):
    for metric in keras_metrics.values():
        metric.update_state(is_eight[batch, None], scores[batch, None])
ours = dict(zip(("precision", "recall", "F1"), precision_recall_f1(is_eight, p_eight > 0.5, "binary"), strict=True))
for name, value in (ours | {"area": areas["with dropout"]}).items():
    np.testing.assert_allclose(np.ravel(keras_metrics[name].result()), value, atol=1e-6)
print("precision, recall, F1, area: typed above = package = Keras, in 8 batches")

# %% [markdown] slug="batches-say"
# In eight batches, and still the same: these objects add up *counts* and divide at the end.
# In a training loop of one's own it is tempting to average the batches' F1 instead:

# %% slug="batches"
def batch_mean_f1(labels, called, size):
    """The mistake: F1 of every batch, then their mean."""
    batches = [slice(i, i + size) for i in range(0, len(labels), size)]
    return np.mean([precision_recall_f1(labels[b], called[b], "binary").f1 for b in batches])


for size in (500, 50, 10):
    print(f"batches of {size:3}: F1 = {batch_mean_f1(is_eight, p_eight > 0.1, size):.2f}")

# %% [markdown] slug="clinic-ask"
# ## Exercise 5.4: bug clinic, a score that depends on the batch size
#
# The same 500 answers, three scores.
# `f1_of_batches(batches)` gets a list of pairs `(labels, called)`, each two bool arrays of equal length, and must return the F1 of all examples together.
# For one batch `([True], [True])` and one `([False, False], [True, False])` it is 2/3; the code below says 0.5.
# Without a single hit, return 0.
# Remove the `raise` line, look at the symptom, repair it.

# %% slug="clinic" tags=["exercise"] points=1
def f1_of_batches(batches):
    """F1 of all examples in a list of (labels, called), a float."""
    # solution
    hits = sum((labels & called).sum() for labels, called in batches)
    marked = sum(labels.sum() + called.sum() for labels, called in batches)
    return 2 * hits / marked if marked else 0.0
    # stub
    # scores = []
    # for labels, called in batches:
    #     hits, marked = (labels & called).sum(), labels.sum() + called.sum()
    #     scores.append(2 * hits / marked if marked else 0.0)
    # return np.mean(scores)

# %% slug="clinic-check"
nb05.f1_of_batches(f1_of_batches)

# %% [markdown] slug="clinic-why" tags=["solution"]
# F1 is a ratio, and the mean of ratios is not the ratio of sums.
# A batch without any 8 contributes a 0 that nobody earned, so small batches make the score worse.
# Weighting by batch size repairs an accuracy, whose denominator is the batch size, but not F1, whose denominator is the number of marked examples.

# %% [markdown] slug="pairs-ask"
# ## Exercise 5.5: what the area means
#
# The area under the ROC curve is a chance: draw one positive and one negative example at random; how likely does the positive one score higher?
#
# Write `auc_by_pairs(labels, scores)` from that sentence: compare every positive with every negative; a tie counts one half.
# `labels` is an array `(N,)` of 0 and 1, `scores` an array `(N,)`.
# Example: `labels = [1, 0, 1, 0]`, `scores = [0.9, 0.9, 0.4, 0.1]` gives $(\frac12 + 1 + 0 + 1)/4 = 0.625$.

# %% slug="pairs" tags=["exercise"] points=2
def auc_by_pairs(labels, scores):
    """Chance that a positive scores above a negative; ties count half."""
    # solution
    positive, negative = scores[labels == 1], scores[labels == 0]
    difference = positive[:, None] - negative[None, :]  # (P, Q), all pairs
    return np.mean((difference > 0) + 0.5 * (difference == 0))

# %% slug="pairs-check"
nb05.auc_by_pairs(auc_by_pairs)

# %% [markdown] slug="pairs-why" tags=["solution"]
# Under the curve there is one cell for each pair: column = a negative, row = a positive.
# A cell lies below the curve if its positive rings before its negative; where both ring together, the curve cuts the cell along its diagonal.
# So the area counts pairs, and needs no threshold.

# %% [markdown] slug="search-say"
# ## 7. Choosing without fooling yourself
#
# How much dropout? With or without moved pictures?
# Such settings are **hyper-parameters**: training does not find them, so we try.
# Trying is section 1's danger again:

# %% slug="guessers"
labels = rng.integers(0, 2, 100)
guesses = rng.integers(0, 2, (200, 100))  # 200 "models" that toss coins
on_validation = [accuracy(guess, labels) for guess in guesses]
print(f"best of 200 coin-tossing models, on the 100 labels that chose it: {max(on_validation):.0%}")
assert full() or 0.6 < max(on_validation) < 0.72

# %% [markdown] slug="search-rules"
# On other labels it would be about 50 %.
# The best of many is partly good and partly lucky, so the score that *chose* a model is no longer a measurement of it.
#
# An honest search keeps four rules.
# 1. Write down the settings and what decides, before the first run.
# 2. Choose by the validation pile only.
# 3. Run each setting with several seeds, and show them all.
# 4. Open the test pile once, when everything is chosen, and report what it says.
#
# Ours: six settings, five seeds each, the lowest mean validation loss decides (of the best epoch, so early stopping is included).

# %% slug="search"
settings = {f"dropout {drop}, {'moved' if augment else 'as they are'}": (drop, augment)
            for augment in (None, moved) for drop in (0.0, 0.3, 0.5)}
runs, nets, fall, untreated = {}, {}, {}, []
for name, (drop, augment) in progress(settings.items(), "search"):
    runs[name] = []
    for seed in range(5):
        nets[name, seed] = network(wide, drop, seed)
        curve = train(nets[name, seed], x_train, y_train, epochs=45, augment=augment, restore=True, seed=seed)[:, 1]
        runs[name].append(curve.min())
        fall[name, seed] = curve[20:25].mean() - curve[-5:].mean()
        if not drop and augment is None:
            untreated.append(curve[-1])  # without any cure, early stopping included
means = {name: np.mean(values) for name, values in runs.items()}
winner = min(means, key=means.get)
ax = search.search_dots(list(runs), list(runs.values()), chosen=list(runs).index(winner),
                        xlabel="validation loss of the best epoch (nats)", title="A winner, but look at the spread")
show(ax, alt="Six settings, five dots each, one per seed, on an axis of validation loss. The dots of the better settings "
     "overlap; dropout together with moved pictures is clearly worse.")
print("chosen:", winner)
assert max(np.divide(runs[winner], untreated)) < 0.7
first, mild, strong = (np.array(runs[f"dropout {drop}, as they are"]) for drop in (0.0, 0.3, 0.5))
assert full() or (strong.min() < mild.max() and (mild < first).all())
for pair in list(runs)[4:]:  # dropout and moved pictures
    assert full() or (min(runs[pair]) > first.max() and np.mean([fall[pair, seed] for seed in range(5)]) > 0)
print("against no cure at all: validation loss at least 30 % lower, for each of 5 seeds")

# %% [markdown] slug="search-why"
# A coloured row, but what did we learn?
# The dots of dropout 0.3 and 0.5 overlap; with one seed each, chance might have crowned either.
# Against early stopping alone, the first row, all five seeds agree: dropout 0.3 is better than none.
# Dropout *and* moved pictures do harm: every dot of both rows lies right of the first row.
# But their losses are still falling after 45 epochs, so the budget was a choice too.
# That is all this search can say *about these 300 pictures*, and it is worth reporting together with the winner.
#
# ## 8. Opening the closed piles
#
# All choices are made.
# We deliver the winner's network of seed 0 and compare it with the untreated network and the one without hidden layers.
# To be fair, the latter may stop early too.
#
# > **Predict first.** Compared with its validation accuracy: where will the winner lie on the test pile, and where on tomorrow's?

# %% slug="open"
plain = network((D, 10))
train(plain, x_train, y_train, restore=True)
models = {"no hidden layers": plain, "untreated": broken, "winner": nets[winner, 0]}
sealed = {name: (x_all[rows[name]], data.labels[rows[name]]) for name in ("validation", "test", "tomorrow")}
right = np.array([[score(net, *pile)[1] for pile in sealed.values()] for net in models.values()])  # (M, 3)
sizes = np.array([len(labels) for _, labels in sealed.values()])
errors = np.sqrt(right * (1 - right) / sizes)  # standard error of a share
ax = search.estimates(list(models), 100 * right, 100 * errors, pile_names=list(sealed), xlabel="accuracy, %",
                      title="Test confirms validation; tomorrow does not")
show(ax, alt="Accuracy of three models on three piles, with error bars. Validation and test agree. On tomorrow's hands all "
     "three lose several points. In this deal the winner is a little ahead of the model without hidden layers; the untreated network is far behind.")
table = pd.DataFrame((100 * right).round().astype(int), ["plain", "untreated", "winner"], [f"{name} %" for name in sealed])
table["test loss"] = [round(score(net, *sealed["test"])[0], 2) for net in models.values()]
print(table)
assert full() or ((np.abs(right[:, 0] - right[:, 1]) < 0.03).all() and (right[:, 1] - right[:, 2] > 0.03).all())
assert full() or (0.01 < right[2, 1] - right[0, 1] < 0.05 and table["test loss"].idxmin() == "winner")

# %% [markdown] slug="open-why"
# The test pile confirms the validation: a few dozen runs on 500 pictures did little harm.
# But both are numbers about *these hands*.
# From other people's hands the same network loses several points, and no search on this validation pile could have told us.
# If tomorrow brings new writers, test on new writers; new months, on later months; new cities, on other cities.
#
# The first row deserves a second look.
# The model without hidden layers beats the untreated network by far, on every pile.
# Whoever compares with the untreated network only reports a triumph.
# The winner leads by a few points more, and has a clearly lower loss.
#
# But an error bar (here one *standard error*, $\sqrt{p(1-p)/N}$ for a share $p$ of $N$ pictures, to each side) knows only the luck of its own pile.
# The 300 *training* pictures were drawn by chance as well, and every number since section 2 comes from one deal.
# So deal again, ten times: new piles, new wrong labels, both models trained anew.
# Nothing is chosen by what comes out.
#
# > **Predict first.** In how many of ten deals has the winner's setting the lower test loss? And the higher test accuracy?

# %% slug="deals"
def deal_again(seed):
    """Test loss and accuracy without hidden layers and with the winner's setting, (2, 2)."""
    rng = np.random.default_rng(seed)
    learn, check, test = np.split(rng.permutation(cut), [300, 800])
    noisy, bad = data.labels[learn], rng.permutation(300)[:90]
    noisy[bad] = (noisy[bad] + rng.integers(1, 10, 90)) % 10
    drop, augment = settings[winner]
    results = []
    for net, move in ((network((D, 10)), None), (network(wide, drop), augment)):
        train(net, x_all[learn], noisy, (x_all[check], data.labels[check]), augment=move, restore=True)
        results.append(score(net, x_all[test], data.labels[test]))
    return results


deals = np.array([deal_again(seed) for seed in progress(range(10), "deals")])
lower_loss, more_right = deals[:, 1, 0] < deals[:, 0, 0], deals[:, 1, 1] > deals[:, 0, 1]
assert full() or (lower_loss.sum() == 10 and 1 <= more_right.sum() <= 4)
assert full() or np.sum(deals[:, 0, 1] > deals[:, 1, 1]) >= 6
print("lower loss in all ten deals:", lower_loss.all())
print("higher accuracy in at least half of them:", more_right.sum() >= 5)

# %% [markdown] slug="deals-why"
# The lower loss is real: it is what the search chose by, and it holds in every deal.
# The lead in *accuracy* was luck. In most deals the model without hidden layers has more answers right.
# Had we shown the figure only, nothing in it would have been false, and the conclusion would have been.
#
# So say which chance an error bar covers, and repeat what else was random: the seed, and the deal.

# %% [markdown] slug="keras-say"
# ## 9. The same in Keras: callbacks, a power cut, and a record
#
# A **callback** is called by `fit` after every epoch.
# Keras's `EarlyStopping` is Exercise 5.2; without `restore_best_weights=True` it keeps the *last* weights, and after an early stop these are never the best.
# The package's `fit` adds two things: an order of pictures that depends on seed and epoch only, and a folder for checkpoints.

# %% slug="keras-model"
from course_utils.train.fit import fit
from course_utils.train.tensorboard import log_to, read_scalars


def keras_network(drop=0.3):
    keras.utils.set_random_seed(5)
    layers = [keras.Input((D,))]
    for width in (96, 96):
        layers += [keras.layers.Dense(width, "relu", kernel_initializer="he_normal"), keras.layers.Dropout(drop)]
    model = keras.Sequential([*layers, keras.layers.Dense(10)])
    cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.005), cross_entropy, metrics=["accuracy"])
    return model


folder = tempfile.TemporaryDirectory()
logs = Path(folder.name, "logs")
stop = keras.callbacks.EarlyStopping(patience=10, restore_best_weights=True)
model = keras_network()
seen = fit(model, x_train, y_train, epochs=40, validation=(x_valid, y_valid), callbacks=[stop, log_to(logs)])
keras_loss = model.evaluate(x_valid, y_valid, verbose=0)[0]
assert abs(keras_loss - min(seen.history["val_loss"])) < 1e-4
assert keras_loss < 0.7 * np.mean(untreated)
print("Keras, dropout and early stopping: validation loss at least 30 % below the untreated mean; best weights restored")

# %% [markdown] slug="cut-say"
# ### A power cut
#
# A long training *will* be interrupted.
# Many people save the weights and go on from there.
#
# > **Predict first.** Six epochs at a stretch, against three, a power cut, and three more from the saved weights.
# > Same seeds everywhere. Are the final weights the same? What else would have to be saved?

# %% slug="cut"
class PowerCut(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 3:
            raise RuntimeError("power cut")


def distance(a, b):
    return max(np.abs(u - v).max() for u, v in zip(a.get_weights(), b.get_weights(), strict=True))


stretch = keras_network()
fit(stretch, x_train, y_train, epochs=6)
cut_off = keras_network()
try:
    fit(cut_off, x_train, y_train, epochs=6, callbacks=[PowerCut()], folder=Path(folder.name, "safe"))
except RuntimeError as error:
    print("after 3 epochs:", error)
by_weights = keras_network()
by_weights.set_weights(cut_off.get_weights())
fit(by_weights, x_train, y_train, epochs=3)
resumed = keras_network()  # a new program, in effect
fit(resumed, x_train, y_train, epochs=6, folder=Path(folder.name, "safe"))
print("from weights alone, some weight differs by more than 0.01:", bool(distance(stretch, by_weights) > 0.01))
print("from the checkpoint, largest difference:", distance(stretch, resumed))

# %% [markdown] slug="cut-why"
# Zero, not "nearly": bit for bit.
# A training is more than its weights.
# It is also the optimizer's memory (Adam's two averages and its step count), the position in the order of the pictures, and the state of the dice for dropout.
# The checkpoint holds all of them, is written under another name and renamed when complete, and is verified by checksum when read.
#
# Why care about bits? Because then a changed result always has a cause.
#
# ### A record
#
# The callback `log_to` has written the curves of the first training in TensorBoard's format.
# They can be read back:

# %% slug="logs"
record = read_scalars(logs)
print(", ".join(record))
steps, values = record["validation/loss"]
np.testing.assert_allclose(values, seen.history["val_loss"], rtol=1e-6)
assert steps == list(range(1, len(values) + 1))
print("the record equals the history of the training")
folder.cleanup()

# %% [markdown] slug="board-say"
# To *look* at such a folder, use TensorBoard, a program of its own (`pip install tensorboard`):
#
# ```
# tensorboard --logdir FOLDER
# ```
#
# and open the address that it prints; in a notebook, `%load_ext tensorboard` and then `%tensorboard --logdir FOLDER`.
# Give every run a subfolder, and it lays their curves on one plot.
#
# ## 10. What goes wrong, and how it looks
#
# | what you see | what it often is |
# |---|---|
# | a score too good to be true | leakage: look for whatever saw the test rows or their labels |
# | no better than the dummy | labels in another order than the pictures; rate far off; look at ten inputs |
# | training and validation loss both high | too small, too short, or treated too much |
# | training loss 0, validation loss rising | overfitting: stop earlier, dropout, more or moved data |
# | validation loss rises, validation accuracy does not fall | growing overconfidence in the same mistakes |
# | validation better than training | dropout is on in one and off in the other; or an easier pile |
# | validation jumps wildly, training smooth | batch norm's running averages lag, or the pile is tiny |
# | the same picture gets two answers | dropout or batch norm still in training mode |
# | the stopped model is worse than its best epoch | last weights kept instead of best |
# | the score changes with the batch size | a ratio averaged over batches |
# | accuracy 99 %, and no positive is found | a rare class: precision, recall, confusion matrix |
# | the test score sinks with every release | the test set is used for choosing |
# | good in the test, poor in use | tomorrow differs from the test: other hands, other times, other shares |
#
# ## Summary
#
# 1. A score is a measurement only if nothing measured has had a hand in the training, including the choice of columns, settings and epochs.
# 2. Two curves tell whether a model cannot fit or fits too well; a dummy and a plain model tell what the score is worth.
# 3. L2, L1, dropout, moved pictures and early stopping each make memorising dearer; together they can be too much.
# 4. Normalisation forgives a wrong scale; accuracy hides which mistakes are made; precision depends on how frequent the positives are.
# 5. Choose on validation with several seeds, deal the piles more than once, open the test at the end, and save everything that a training remembers.
#
# How do I know that my model will work tomorrow?
# Only as far as the test resembles tomorrow, and nothing from the test has leaked back.
#
# **What comes next.** The network still treats pixels as 64 unrelated numbers; it does not know which are neighbours.
# Lesson 06 builds that in: convolution.
#
# ## References
#
# - Ambroise and McLachlan (2002), *Selection bias in gene extraction on the basis of microarray gene-expression data*, PNAS 99, 6562-6566: columns chosen before the split.
# - Zhang, Bengio, Hardt, Recht and Vinyals (2017), *Understanding deep learning requires rethinking generalization*, [arXiv:1611.03530](https://arxiv.org/abs/1611.03530): shuffled labels.
# - Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov (2014), *Dropout*, [JMLR 15:1929-1958](https://jmlr.org/papers/v15/srivastava14a.html).
# - Ioffe and Szegedy (2015), *Batch Normalization*, [arXiv:1502.03167](https://arxiv.org/abs/1502.03167).
# - Ba, Kiros and Hinton (2016), *Layer Normalization*, [arXiv:1607.06450](https://arxiv.org/abs/1607.06450).
# - Fawcett (2006), *An introduction to ROC analysis*, Pattern Recognition Letters 27, 861-874.
