"""A BERT encoder as an ONNX graph with 8-bit weights, built from the weights themselves in a fraction of a second.

Devlin and others, "BERT", 2018. Weights are rounded to 8 bits per output column; the rows that they are multiplied with
are rounded to 8 bits as they come (Jacob and others, "Quantization and Training of Neural Networks for Efficient
Integer-Arithmetic-Only Inference", 2018). Sums, softmax and normalisation stay in float32.

A graph is some of the layers, one after the other, so that rows can be left out between two graphs. It takes one text at a
time: a batch of one needs no padding and no mask, stays in the processor's cache, and gives rows that don't depend on the
texts beside it.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

Weights = Mapping[str, NDArray[np.float32]]

INPUT, OUTPUT = "rows_in", "rows_out"
_LARGEST = 127  # of a weight in 8 bits; symmetric, so that zero stays zero
_GELU_LOWEST = 0.17  # GELU gives nothing below -0.17
_FUSED = "com.microsoft"  # ONNX Runtime's own operators


def build(weights: Weights, layers: range, heads: int, epsilon: float) -> bytes:
    """An ONNX model of the layers `layers`: rows (1, n, d) float32 → rows (1, n, d) float32.

    Layer 0 takes sums of embeddings, a later one what the layer before it gave. `weights` are named as in a checkpoint
    of Hugging Face's `BertModel`; KeyError where one is missing.
    """
    graph = _Graph(weights, epsilon)
    rows = graph.norm(INPUT, "embeddings.LayerNorm") if layers.start == 0 else INPUT
    for layer in layers:
        rows = graph.layer(rows, f"encoder.layer.{layer}.", heads)
    graph.node("Identity", [rows], OUTPUT)
    size = weights["embeddings.LayerNorm.bias"].shape[0]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, "tokens", size]) for name in (INPUT, OUTPUT)]
    model = helper.make_model(
        helper.make_graph(graph.nodes, "bert", ends[:1], ends[1:], graph.constants),
        opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid(_FUSED, 1)],
        ir_version=9,
    )
    return bytes(model.SerializeToString())


class _Graph:
    """Nodes and constants as they are added; a method gives the name of its result."""

    def __init__(self, weights: Weights, epsilon: float) -> None:
        self.weights = weights
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []
        self.last = self.constant(np.asarray([-1], np.int64))
        self.epsilon = self.constant(np.float32(epsilon))

    def constant(self, value: NDArray[np.generic] | np.generic) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value).reshape(np.shape(value)), name))
        return name

    def node(self, operator: str, inputs: list[str], name: str = "", domain: str = "", **attributes: Any) -> str:
        name = name or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], domain=domain, **attributes))
        return name

    def layer(self, rows: str, prefix: str, heads: int) -> str:
        """One layer: attention, then the two products between which GELU stands, each added to what came in."""
        taken = [self.weight(f"{prefix}attention.self.{part}") for part in ("query", "key", "value")]
        matrix = np.concatenate([matrix for matrix, _ in taken], axis=1)
        joined = self.product(rows, matrix, np.concatenate([bias for _, bias in taken]))
        parts = [f"{joined}.{part}" for part in ("query", "key", "value")]
        self.nodes.append(helper.make_node("Split", [joined], parts, axis=2, num_outputs=3))
        seen = self.node("MultiHeadAttention", parts, domain=_FUSED, num_heads=heads)
        added = self.product(seen, *self.weight(f"{prefix}attention.output.dense"))
        rows = self.norm(self.node("Add", [added, rows]), f"{prefix}attention.output.LayerNorm")
        wide = self.node("Gelu", [self.product(rows, *self.weight(f"{prefix}intermediate.dense"))], domain=_FUSED)
        added = self.product_by_row(wide, *self.weight(f"{prefix}output.dense"))
        return self.norm(self.node("Add", [added, rows]), f"{prefix}output.LayerNorm")

    def weight(self, name: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(in, out) matrix and (out,) bias."""
        return self.weights[f"{name}.weight"].T, self.weights[f"{name}.bias"]

    def norm(self, rows: str, name: str) -> str:
        """Layer normalisation, spelled out: these operators run on the processor's vectors, the joint one doesn't."""
        centred = self.node("Sub", [rows, self.node("ReduceMean", [rows, self.last])])
        variance = self.node("ReduceMean", [self.node("Mul", [centred, centred]), self.last])
        deviation = self.node("Sqrt", [self.node("Add", [variance, self.epsilon])])
        scaled = self.node(
            "Mul", [self.node("Div", [centred, deviation]), self.constant(self.weights[f"{name}.weight"])]
        )
        return self.node("Add", [scaled, self.constant(self.weights[f"{name}.bias"])])

    def product(self, rows: str, matrix: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """rows @ matrix + bias, with one scale for all of the rows."""
        rounded, scale = _eight_bits(matrix)
        zero = self.constant(np.zeros(len(scale), np.int8))
        inputs = [rows, self.constant(rounded), self.constant(scale), zero, self.constant(bias)]
        return self.node("DynamicQuantizeMatMul", inputs, domain=_FUSED)

    def product_by_row(self, rows: str, matrix: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """rows @ matrix + bias for rows from GELU, with a scale for each row, since a few of them reach far higher.

        A row is lifted by GELU's lowest value and rounded to 0..254; what the lift adds is known and taken from the bias.
        """
        rounded, scale = _eight_bits(matrix)
        lift = self.constant(np.float32(_GELU_LOWEST))
        reach = self.node("Add", [self.node("ReduceMax", [rows, self.last]), lift])
        steps = self.node("Div", [self.constant(np.float32(2 * _LARGEST)), reach])  # in one unit, by row
        half = self.constant(np.float32(0.5))  # the cast cuts, so this rounds
        offset = self.node("Add", [self.node("Mul", [steps, lift]), half])
        halved = self.node("Add", [self.node("Mul", [rows, steps]), offset])
        whole = self.node("Cast", [halved], to=TensorProto.UINT8)
        summed = self.node("MatMulInteger", [whole, self.constant(rounded)])
        result = self.node("Div", [self.node("Cast", [summed], to=TensorProto.FLOAT), steps])
        result = self.node("Mul", [result, self.constant(scale)])
        lifted = _GELU_LOWEST * (rounded.astype(np.float32) * scale).sum(axis=0)
        return self.node("Add", [result, self.constant((bias - lifted).astype(np.float32))])


def _eight_bits(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """A matrix (in, out) in whole steps, and the size of a step in each column (out,)."""
    scale = np.maximum(np.abs(matrix).max(axis=0), 1e-12) / np.float32(_LARGEST)
    return np.rint(matrix / scale).astype(np.int8), scale.astype(np.float32)
