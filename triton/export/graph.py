"""Export: an ONNX graph written node by node, and the linear layers of each precision in it.
Operators of com.microsoft: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
CONTRIB = "com.microsoft"
IR_VERSION = 8

Linear = Callable[[str, str, np.ndarray, np.ndarray], str]


@dataclass
class Graph:
    """Nodes and constants in the order they were added; every value has one name."""

    number: type = np.float32
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: dict[str, onnx.TensorProto] = field(default_factory=dict)

    def node(self, operator: str, inputs: list[str], outputs: int = 1, domain: str = "", **attributes):
        name = f"{operator}_{len(self.nodes)}"
        names = [name] if outputs == 1 else [f"{name}_{k}" for k in range(outputs)]
        self.nodes.append(helper.make_node(operator, inputs, names, name=name, domain=domain, **attributes))
        return name if outputs == 1 else names

    def constant(self, name: str, value: np.ndarray) -> str:
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def floats(self, name: str, value) -> str:
        return self.constant(name, np.asarray(value, dtype=self.number))

    def integers(self, *values: int) -> str:
        return self.constant("int_" + "_".join(map(str, values)), np.array(values, np.int64))

    @property
    def type(self) -> int:
        return TensorProto.FLOAT16 if self.number is np.float16 else TensorProto.FLOAT

    def model(self, inputs: list[str], output: str, width: int) -> onnx.ModelProto:
        axes = ["batch", "tokens"]
        graph = helper.make_graph(
            self.nodes,
            "bert_packet",
            [helper.make_tensor_value_info(name, TensorProto.INT64, axes) for name in inputs],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["batch", width])],
            list(self.constants.values()),
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)]
        model = helper.make_model(graph, opset_imports=opsets, producer_name="smart-ids")
        model.ir_version = IR_VERSION
        onnx.checker.check_model(model)
        return model


def float_linear(graph: Graph) -> Linear:
    """x by weight [in, out], in the graph's own numbers."""

    def linear(x: str, name: str, weight: np.ndarray, bias: np.ndarray) -> str:
        product = graph.node("MatMul", [x, graph.floats(f"{name}.weight", weight)])
        return graph.node("Add", [product, graph.floats(f"{name}.bias", bias)])

    return linear


def quantise_columns(weight: np.ndarray, bits: int) -> tuple[np.ndarray, np.ndarray]:
    """Symmetric, one scale for each output: with one scale for all, labels agree 5 % less often."""
    top = 2 ** (bits - 1) - 1
    scale = (np.maximum(np.abs(weight).max(axis=0), 1e-12) / top).astype(np.float32)
    return np.clip(np.rint(weight / scale), -top, top).astype(np.int8), scale


def int8_linear(graph: Graph, bits: int) -> Linear:
    """Weights quantised here; x as unsigned bytes with the scale of the whole tensor, found at run time. onnxruntime
    fuses the two nodes where x has one reader."""

    def linear(x: str, name: str, weight: np.ndarray, bias: np.ndarray) -> str:
        whole, scale = quantise_columns(weight, bits)
        x8, x_scale, x_zero = graph.node("DynamicQuantizeLinear", [x], 3)
        operands = [
            x8,
            graph.constant(f"{name}.weight", whole),
            x_scale,
            graph.constant(f"{name}.scale", scale),
            x_zero,
            graph.constant(f"{name}.zero", np.zeros(scale.shape, np.int8)),
            graph.constant(f"{name}.bias", bias.astype(np.float32)),
        ]
        return graph.node("MatMulIntegerToFloat", operands, domain=CONTRIB)

    return linear


def float_rows(graph: Graph, table: np.ndarray, indices: str) -> str:
    return graph.node("Gather", [graph.floats("words", table), indices])


def int8_rows(graph: Graph, table: np.ndarray, indices: str) -> str:
    """Rows of a table kept as bytes with a scale each: a quarter of the file."""
    scale = (np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-12) / 127).astype(np.float32)
    whole = np.rint(table / scale).astype(np.int8)
    rows = graph.node("Gather", [graph.constant("words", whole), indices])
    scales = graph.node("Gather", [graph.constant("words.scale", scale), indices])
    return graph.node("Mul", [graph.node("Cast", [rows], to=TensorProto.FLOAT), scales])
