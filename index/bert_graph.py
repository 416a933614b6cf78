"""A BERT encoder as an ONNX graph with 8-bit weights, built from the weights themselves in a fraction of a second.

Devlin and others, "BERT", 2018. Weights are rounded to 8 bits per output column; the rows that they are multiplied with
are rounded to 8 bits as they come, those from GELU in steps that stand before (Jacob and others, "Quantization and Training
of Neural Networks for Efficient Integer-Arithmetic-Only Inference", 2018). Sums, softmax and normalisation stay in float32.

The graph takes one text at a time: a batch of one needs no padding and no mask, stays in the processor's cache, and gives
rows that don't depend on the texts beside it. Of its rows some only give keys and values in the first layer. *Repeated* ones go on
as the first of their like, which counts as often as they occur, in attention and in the mean (Bolya and others, "Token Merging:
Your ViT But Faster", 2023, where the likeness is computed). *Light* ones ask and go on as one row, their mean.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

Weights = Mapping[str, NDArray[np.float32]]

# Inputs.
ROWS = "rows"  # (n, d) float32: sums of embeddings: those that go on, repeated ones, light ones
FULL = "full"  # (1,) int64: how many of them go on
LIGHT = "light"  # (1,) int64: the first of the light ones, 0 where there are none
JOINED = "joined"  # (1,) int64: 1 where there are light ones, else 0
TIMES = "times"  # (FULL + JOINED,) float32: how often each row counts
# Output.
SUM = "sum"  # (d,) float32: the last layer's rows, each as often as it counts, added up

# Of two weights beside each other, sizes summed. Processors without VNNI multiply them with two numbers of 0 to 255 at once and add
# the products in 16 bits, which hold 255 * 128: rounding adds up to 1, so that the sum is whole on every processor.
_LARGEST_PAIR = 127
# GELU gives nothing below -0.17 and, in this model, nothing above 8 but from the same few neurons for each text's first piece, [CLS]
# (Sun and others, "Massive Activations in Large Language Models", 2024): 249 steps, six of them below zero, and apart from that what
# is above 8 in those neurons of the first row, by layer.
_GELU_HIGHEST = np.float32(8)
_GELU_STEP = np.float32(_GELU_HIGHEST / 249)
_GELU_ZERO = np.uint8(6)
_PEAKS = ((856,), (607,), (218, 1004), (358,))
_FUSED = "com.microsoft"  # ONNX Runtime's own operators


def build(weights: Weights, layers: int, heads: int, epsilon: float) -> bytes:
    """An ONNX model of the first `layers` layers; `weights` are named as in a checkpoint of Hugging Face's `BertModel`.

    KeyError where one is missing.
    """
    graph = _Graph(weights, heads, epsilon)
    rows = graph.norm(ROWS, "embeddings.LayerNorm")
    asking = graph.going_on(rows)
    for layer in range(layers):
        rows = asking = graph.layer(asking, rows, layer)
    graph.node("MatMul", [TIMES, rows], SUM)
    value = helper.make_tensor_value_info
    numbers = [value(name, TensorProto.INT64, [1]) for name in (FULL, LIGHT, JOINED)]
    ends = (
        [value(ROWS, TensorProto.FLOAT, [None, graph.size]), *numbers, value(TIMES, TensorProto.FLOAT, [None])],
        [value(SUM, TensorProto.FLOAT, [graph.size])],
    )
    model = helper.make_model(
        helper.make_graph(graph.nodes, "bert", *ends, graph.constants),
        opset_imports=[helper.make_opsetid("", 20), helper.make_opsetid(_FUSED, 1)],
        ir_version=9,
    )
    return bytes(model.SerializeToString())


class _Weight(NamedTuple):
    """What rows are multiplied with, and what is added then: (in, out) whole steps, (out,) their size, (out,)."""

    rounded: NDArray[np.int8]
    step: NDArray[np.float32]
    bias: NDArray[np.float32]


class _Graph:
    """Nodes and constants as they are added; a method gives the name of its result."""

    def __init__(self, weights: Weights, heads: int, epsilon: float) -> None:
        self.weights, self.heads, self.epsilon = weights, heads, epsilon
        self.size = int(weights["embeddings.LayerNorm.bias"].shape[0])
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []
        self.top = self.constant(np.asarray([0], np.int64))
        self.end = self.constant(np.asarray([np.iinfo(np.int64).max], np.int64))
        # A row that counts k times takes k shares of the attention: softmax(likeness + log k).
        self.shares = self.node("Log", [TIMES])

    def constant(self, value: NDArray[np.generic] | np.generic) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value).reshape(np.shape(value)), name))
        return name

    def node(self, operator: str, inputs: list[str], name: str = "", domain: str = "", **attributes: Any) -> str:
        name = name or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], domain=domain, **attributes))
        return name

    def going_on(self, rows: str) -> str:
        """The rows without the repeated ones, and with the light ones as one, their mean."""
        full = self.node("Slice", [rows, self.top, FULL, self.top])
        light = self.node("ReduceMean", [self.node("Slice", [rows, LIGHT, self.end, self.top]), self.top])
        return self.node("Concat", [full, self.node("Slice", [light, self.top, JOINED, self.top])], axis=0)

    def layer(self, asking: str, rows: str, layer: int) -> str:
        """One layer, for the rows `asking`: attention to `rows`, then the two products between which GELU stands."""
        prefix = f"encoder.layer.{layer}."
        query, key, value = (self.weight(f"{prefix}attention.self.{part}") for part in ("query", "key", "value"))
        if asking == rows:
            queries, keys, values = self.by_head(rows, query, key, value)
            seen = self.attention(queries, keys, values, self.shares)
        else:
            (queries,), (keys, values) = self.by_head(asking, query), self.by_head(rows, key, value)
            seen = self.attention(queries, keys, values)
        seen = self.product(seen, self.weight(f"{prefix}attention.output.dense"))
        asking = self.norm(self.node("Add", [seen, asking]), f"{prefix}attention.output.LayerNorm")
        wide = self.node("Gelu", [self.product(asking, self.weight(f"{prefix}intermediate.dense"))])
        peaks = _PEAKS[layer] if layer < len(_PEAKS) else ()
        added = self.product_of_gelu(wide, self.weight(f"{prefix}output.dense"), peaks)
        return self.norm(self.node("Add", [added, asking]), f"{prefix}output.LayerNorm")

    def by_head(self, rows: str, *parts: _Weight) -> list[str]:
        """The products of rows, rounded once, with each of the parts, each as (heads, n, d / heads)."""
        whole = [f"n{len(self.nodes)}.{part}" for part in ("rounded", "step", "zero")]
        self.nodes.append(helper.make_node("DynamicQuantizeLinear", [rows], whole))
        shape = self.constant(np.asarray([-1, self.heads, self.size // self.heads], np.int64))
        found = [self.node("Reshape", [self.rounded_product(part, *whole), shape]) for part in parts]
        return [self.node("Transpose", [one], perm=[1, 0, 2]) for one in found]

    def attention(self, queries: str, keys: str, values: str, shares: str = "") -> str:
        """Scaled dot products, spelled out: faster on short texts than the joint operator. `shares`: (n,), added to them."""
        likeness = self.node(
            "FusedMatMul", [queries, keys], domain=_FUSED, transB=1, alpha=float((self.size // self.heads) ** -0.5)
        )
        if shares:
            likeness = self.node("Add", [likeness, shares])
        found = self.node("MatMul", [self.node("Softmax", [likeness], axis=-1), values])
        shape = self.constant(np.asarray([-1, self.size], np.int64))
        return self.node("Reshape", [self.node("Transpose", [found], perm=[1, 0, 2]), shape])

    def weight(self, name: str) -> _Weight:
        return _Weight(*_eight_bits(self.weights[f"{name}.weight"].T), self.weights[f"{name}.bias"])

    def norm(self, rows: str, name: str) -> str:
        """Layer normalisation. The operator that adds as well (`SkipLayerNormalization`) takes seven times as long."""
        parts = [self.constant(self.weights[f"{name}.{part}"]) for part in ("weight", "bias")]
        return self.node("LayerNormalization", [rows, *parts], axis=-1, epsilon=self.epsilon)

    def product(self, rows: str, weight: _Weight) -> str:
        """The rows multiplied with the weight, with one scale for all of the rows."""
        zero = self.constant(np.zeros(len(weight.step), np.int8))
        inputs = [rows, self.constant(weight.rounded), self.constant(weight.step), zero, self.constant(weight.bias)]
        return self.node("DynamicQuantizeMatMul", inputs, domain=_FUSED)

    def product_of_gelu(self, rows: str, weight: _Weight, peaks: tuple[int, ...]) -> str:
        """The same for rows from GELU, whose results have the same bounds in every text."""
        step, zero = self.constant(_GELU_STEP), self.constant(_GELU_ZERO)
        summed = self.rounded_product(weight, self.node("QuantizeLinear", [rows, step, zero]), step, zero)
        if not peaks:
            return summed
        places = self.constant(np.asarray([[0, neuron] for neuron in peaks], np.int64))
        above = self.node("Sub", [self.node("GatherND", [rows, places]), self.constant(_GELU_HIGHEST)])
        theirs = self.constant(weight.rounded[list(peaks)] * weight.step)
        missing = self.node("MatMul", [self.node("Relu", [above]), theirs])
        return self.node("ScatterND", [summed, self.top, missing], reduction="add")

    def rounded_product(self, weight: _Weight, whole: str, step: str, zero: str) -> str:
        """The same for rows that are rounded to 8 bits: step * (whole - zero)."""
        none = self.constant(np.zeros(len(weight.step), np.int8))
        rounded, steps, bias = self.constant(weight.rounded), self.constant(weight.step), self.constant(weight.bias)
        return self.node("MatMulIntegerToFloat", [whole, rounded, step, steps, zero, none, bias], domain=_FUSED)


def _eight_bits(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """A matrix (in, out) in whole steps, and the size of a step in each column (out,); `in` is even."""
    pairs = np.abs(matrix).reshape(-1, 2, matrix.shape[1]).sum(axis=1)
    scale = np.maximum(pairs.max(axis=0), 1e-12) / np.float32(_LARGEST_PAIR)
    return np.rint(matrix / scale).astype(np.int8), scale.astype(np.float32)
