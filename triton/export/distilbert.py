"""Export: DistilBERT's classifier as an ONNX graph, from its tensors. Written out and not traced, so that what only
[CLS] needs is computed for [CLS] only. https://arxiv.org/abs/1910.01108, https://arxiv.org/abs/1706.03762"""

from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper

from checkpoint import Checkpoint, Shape
from graph import CONTRIB, Graph, Linear, float_linear, float_rows, int8_linear, int8_rows

INPUTS = ["input_ids", "attention_mask"]
OUTPUT = "logits"
EPSILON = 1e-12

# Added to the scores of masked tokens; within half precision, and e to this is 0.
MASKED = -60000.0


@dataclass(frozen=True)
class Plan:
    """How a precision is written. `attention`: `fused` is onnxruntime's kernel; `standard` are ONNX operators only, which
    TensorRT can take. `mask`: `skipped` where all tokens count (5 % at 512 tokens on a CPU), else read as it is;
    `lengths` takes the number of ones of each row, so padding must be on the right: on a GPU the fast kernels want it."""

    number: type
    int8: bool = False
    weight_bits: int = 8
    attention: str = "fused"
    mask: str = "skipped"


def plan_for(precision: str, attention: str, weight_bits: int) -> Plan:
    if precision == "fp16":
        return Plan(np.float16, attention=attention, mask="lengths")
    return Plan(np.float32, int8=precision == "int8", weight_bits=weight_bits, attention=attention)


@dataclass
class Writer:
    """The parts that every layer needs."""

    graph: Graph
    tensors: dict[str, np.ndarray]
    shape: Shape
    plan: Plan
    linear: Linear

    def weight(self, name: str) -> np.ndarray:
        return self.tensors[f"{name}.weight"].T

    def bias(self, name: str) -> np.ndarray:
        return self.tensors[f"{name}.bias"]

    def project(self, x: str, *names: str) -> str:
        """One product for several layers of the same input; x is quantised once."""
        weight = np.concatenate([self.weight(name) for name in names], axis=1)
        return self.linear(x, names[0], weight, np.concatenate([self.bias(name) for name in names]))

    def norm(self, x: str, residual: str, name: str) -> str:
        """Not SkipLayerNormalization: on a CPU the two nodes are 10 % of the whole faster."""
        graph = self.graph
        parameters = [graph.floats(f"{name}.{part}", self.tensors[f"{name}.{part}"]) for part in ("weight", "bias")]
        total = graph.node("Add", [x, residual])
        return graph.node("LayerNormalization", [total, *parameters], axis=-1, epsilon=EPSILON)

    def gelu(self, x: str) -> str:
        """x/2 (1 + erf(x/√2)); onnxruntime fuses it."""
        graph = self.graph
        erf = graph.node("Erf", [graph.node("Div", [x, graph.floats("sqrt2", np.sqrt(2))])])
        doubled = graph.node("Mul", [x, graph.node("Add", [erf, graph.floats("one", 1)])])
        return graph.node("Mul", [doubled, graph.floats("half", 0.5)])

    def first_token(self, x: str) -> str:
        g = self.graph
        return g.node("Slice", [x, g.integers(0), g.integers(1), g.integers(1)])


def embed(w: Writer) -> str:
    g = w.graph
    words = w.tensors["distilbert.embeddings.word_embeddings.weight"]
    rows = (int8_rows if w.plan.int8 else float_rows)(g, words, "input_ids")
    table = g.floats("positions", w.tensors["distilbert.embeddings.position_embeddings.weight"])
    tokens = g.node("Slice", [g.node("Shape", ["input_ids"]), g.integers(1), g.integers(2)])
    positions = g.node("Slice", [table, g.integers(0), tokens, g.integers(0)])
    return w.norm(rows, positions, "distilbert.embeddings.LayerNorm")


def masked_scores(w: Writer) -> str:
    """[batch, 1, tokens]: 0 where a token counts, and what hides it where not."""
    g = w.graph
    counts = g.node("Cast", ["attention_mask"], to=g.type)
    hidden = g.node("Mul", [g.node("Sub", [g.floats("one", 1), counts]), g.floats("masked", MASKED)])
    return g.node("Unsqueeze", [hidden, g.integers(1)])


def fused_attention(w: Writer, hidden: str):
    """softmax(q kᵀ / √d) v by onnxruntime's own kernel."""
    g, heads = w.graph, w.shape.heads
    mask = g.node("Cast", ["attention_mask"], to=TensorProto.INT32)
    if w.plan.mask == "lengths":
        lengths = g.node("ReduceSum", [mask, g.integers(1)], keepdims=0)

        def by_lengths(query: str, key: str, value: str) -> str:
            operands = [query, key, value, "", lengths]
            return g.node("MultiHeadAttention", operands, domain=CONTRIB, num_heads=heads)

        return by_lengths

    least = g.node("ReduceMin", ["attention_mask"], keepdims=0)
    all_count = g.node("Cast", [least], to=TensorProto.BOOL)

    def branch(operands: list[str], out: str) -> onnx.GraphProto:
        node = helper.make_node("MultiHeadAttention", operands, [out], name=out, domain=CONTRIB, num_heads=heads)
        return helper.make_graph([node], out, [], [helper.make_tensor_value_info(out, g.type, None)])

    def attend(query: str, key: str, value: str) -> str:
        whole = branch([query, key, value], f"{query}_whole")
        padded = branch([query, key, value, "", mask], f"{query}_padded")
        return g.node("If", [all_count], then_branch=whole, else_branch=padded)

    return attend


def standard_attention(w: Writer, hidden: str):
    g, heads, size = w.graph, w.shape.heads, w.shape.dim // w.shape.heads
    all_heads = g.node("Unsqueeze", [hidden, g.integers(1)])

    def split(x: str, order: list[int]) -> str:
        return g.node("Transpose", [g.node("Reshape", [x, g.integers(0, 0, heads, size)])], perm=order)

    def attend(query: str, key: str, value: str) -> str:
        scaled = g.node("Mul", [query, g.floats("scale", size**-0.5)])
        scores = g.node("MatMul", [split(scaled, [0, 2, 1, 3]), split(key, [0, 2, 3, 1])])
        shares = g.node("Softmax", [g.node("Add", [scores, all_heads])], axis=-1)
        mixed = g.node("MatMul", [shares, split(value, [0, 2, 1, 3])])
        joined = g.node("Transpose", [mixed], perm=[0, 2, 1, 3])
        return g.node("Reshape", [joined, g.integers(0, 0, w.shape.dim)])

    return attend


def attention_of_first(w: Writer, x: str, first: str, prefix: str, hidden: str) -> str:
    """Attention of [CLS] alone, without keys and values: q·(K x + k) = (Kᵀq)·x + a number that softmax does not see, and
    Σ p (V x + v) = V (Σ p x) + v. Exact, and the products over all tokens shrink 64 times."""
    g, heads, dim = w.graph, w.shape.heads, w.shape.dim
    size = dim // heads
    key = w.tensors[f"{prefix}.k_lin.weight"].reshape(heads, size, dim) * size**-0.5
    value = w.tensors[f"{prefix}.v_lin.weight"].reshape(heads, size, dim).transpose(0, 2, 1)
    query = g.node("Reshape", [w.project(first, f"{prefix}.q_lin"), g.integers(0, heads, 1, size)])
    by_token = g.node("MatMul", [query, g.floats(f"{prefix}.k_lin.heads", key)])
    by_token = g.node("Squeeze", [by_token, g.integers(2)])
    scores = g.node("MatMul", [by_token, g.node("Transpose", [x], perm=[0, 2, 1])])
    shares = g.node("Softmax", [g.node("Add", [scores, hidden])], axis=-1)
    mixed = g.node("Unsqueeze", [g.node("MatMul", [shares, x]), g.integers(2)])
    mixed = g.node("MatMul", [mixed, g.floats(f"{prefix}.v_lin.heads", value)])
    joined = g.node("Reshape", [mixed, g.integers(0, 1, dim)])
    return g.node("Add", [joined, g.floats(f"{prefix}.v_lin.bias", w.bias(f"{prefix}.v_lin"))])


def build_model(checkpoint: Checkpoint, plan: Plan) -> onnx.ModelProto:
    graph = Graph(plan.number)
    linear = int8_linear(graph, plan.weight_bits) if plan.int8 else float_linear(graph)
    w = Writer(graph, checkpoint.tensors, checkpoint.shape, plan, linear)
    hidden = masked_scores(w)
    attend = (fused_attention if plan.attention == "fused" else standard_attention)(w, hidden)
    x = embed(w)
    for layer in range(w.shape.layers):
        prefix = f"distilbert.transformer.layer.{layer}"
        attention = f"{prefix}.attention"
        if layer == w.shape.layers - 1:
            first = w.first_token(x)
            mixed = attention_of_first(w, x, first, attention, hidden)
            x = first
        else:
            together = w.project(x, f"{attention}.q_lin", f"{attention}.k_lin", f"{attention}.v_lin")
            mixed = attend(*graph.node("Split", [together], 3, axis=-1))
        x = w.norm(w.project(mixed, f"{attention}.out_lin"), x, f"{prefix}.sa_layer_norm")
        wide = w.gelu(w.project(x, f"{prefix}.ffn.lin1"))
        x = w.norm(w.project(wide, f"{prefix}.ffn.lin2"), x, f"{prefix}.output_layer_norm")
    # The head is small and last: in floating point in every precision.
    head = float_linear(graph)
    pooled = graph.node("Squeeze", [x, graph.integers(1)])
    pooled = head(pooled, "pre_classifier", w.weight("pre_classifier"), w.bias("pre_classifier"))
    logits = head(graph.node("Relu", [pooled]), "classifier", w.weight("classifier"), w.bias("classifier"))
    graph.nodes.append(helper.make_node("Cast", [logits], [OUTPUT], name=OUTPUT, to=TensorProto.FLOAT))
    return graph.model(INPUTS, OUTPUT, w.shape.labels)


def serialise(model: onnx.ModelProto) -> bytes:
    """The same model gives the same bytes."""
    return model.SerializeToString(deterministic=True)
