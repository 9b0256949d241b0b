"""Counts from a config against what the built model has, multiplies and keeps."""

import keras
import numpy as np
import pytest

from course_utils.errors import UsageError
from course_utils.models.count import count_parameters, flops_per_token, memory
from course_utils.models.gpt import GPT, SIZES, GPTConfig

B = 2
SMALL = dict(vocabulary=50, context=16, width=12, layers=2, heads=3)
CONFIGS = {
    "plain": GPTConfig(**SMALL),
    "modern": GPTConfig(**SMALL, positions="rotary", norm="rms", feed_forward="swiglu"),
    "untied, without biases": GPTConfig(**SMALL, tie=False, bias=False, positions="sinusoidal"),
    "tiny": GPTConfig(vocabulary=600, **SIZES["tiny"]),
}


@pytest.fixture(params=CONFIGS)
def config(request):
    return CONFIGS[request.param]


@pytest.fixture
def graph(config):
    """(forward operations, tensors that only they made and the backward pass reads)."""
    tf = pytest.importorskip("tensorflow")
    model, forward, kept = GPT(config), [], {}

    @tf.function
    def step(ids):
        with tf.GradientTape() as tape:
            logits = model(ids)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(ids, logits))
        operations = loss.graph.get_operations()
        forward.extend(operations)
        gradients = tape.gradient(loss, model.trainable_variables)
        for operation in loss.graph.get_operations()[len(operations) :]:
            for tensor in operation.inputs:
                if tensor.op in set(operations) and tensor.op.type not in WEIGHTS:
                    kept[tensor.ref()] = tensor
        return gradients

    step.get_concrete_function(tf.TensorSpec((B, config.context), "int32"))
    return forward, list(kept.values())


WEIGHTS = {"ReadVariableOp", "Const", "Placeholder"}


def operations_of(op):
    """2 for each multiplication of a matrix product."""
    result = np.prod(op.outputs[0].shape)
    if op.type == "MatMul":
        return 2 * result * op.inputs[0].shape[0 if op.get_attr("transpose_a") else 1]
    if op.type.startswith("BatchMatMul"):
        return 2 * result * op.inputs[0].shape[-2 if op.get_attr("adj_x") else -1]
    if op.type == "Einsum":
        sizes = {}
        names = op.get_attr("equation").decode().split("->")[0].split(",")
        for name, tensor in zip(names, op.inputs, strict=True):
            front, letters = "", name
            if "..." in name:
                letters = name.replace("...", "")
                rest = len(tensor.shape) - len(letters)
                front = "".join(str(axis) for axis in range(rest))
            sizes |= dict(zip(front + letters, tensor.shape, strict=True))
        return 2 * np.prod(list(sizes.values()))
    return 0


def test_the_formula_for_parameters_is_what_the_model_has(config):
    assert count_parameters(config) == count_parameters(GPT(config)) == GPT(config).count_params()


def test_operations_are_those_of_the_graph(config, graph):
    counted = sum(operations_of(op) for op in graph[0])
    assert counted == B * config.context * flops_per_token(config)


def test_activations_are_a_lower_bound_for_what_the_backward_pass_keeps(config, graph):
    kept = sum(4 * int(np.prod(t.shape)) for t in graph[1] if t.dtype == "float32")
    claimed = memory(config, B).activations
    assert claimed <= kept < 2.2 * claimed


def test_weights_and_optimizer_take_what_their_variables_take():
    config = CONFIGS["plain"]
    model = GPT(config)
    for name, optimizer in {
        "sgd": keras.optimizers.SGD(),
        "momentum": keras.optimizers.SGD(momentum=0.9),
        "adamw": keras.optimizers.AdamW(),
    }.items():
        optimizer.build(model.trainable_variables)
        found = sum(4 * int(np.prod(v.shape)) for v in optimizer.variables if len(v.shape))
        cost = memory(config, 1, optimizer=name)
        assert (cost.weights, cost.gradients) == (4 * model.count_params(),) * 2
        assert cost.optimizer == found
        assert cost.total == sum(cost)


def test_double_the_context_and_the_attention_takes_four_times_the_memory():
    config = CONFIGS["plain"]
    one, two, four = (memory(config, 1, length).activations for length in (8, 16, 32))
    # Take away the part that grows with T alone: what is left is 4 bytes x L x H x T**2.
    assert (four - 2 * two, two - 2 * one) == (4 * 2 * 3 * 2 * 16**2, 4 * 2 * 3 * 2 * 8**2)


def test_training_costs_three_times_the_forward_pass_and_half_precision_half_the_activations():
    config = CONFIGS["plain"]
    assert flops_per_token(config, 8, training=True) == 3 * flops_per_token(config, 8)
    assert memory(config, 3, number=2).activations * 2 == memory(config, 3).activations


def test_an_unknown_optimizer_is_refused():
    with pytest.raises(UsageError, match=r"'lion'[\s\S]*sgd, momentum, adam, adamw"):
        memory(CONFIGS["plain"], 1, optimizer="lion")
