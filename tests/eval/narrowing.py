"""Makes index/narrowed.safetensors: fewer neurons in the shipped model's last layers, and the whole model's vectors all the same.

First neurons are left out one at a time, the one whose loss the others make good best, and the others make it good (Hassibi and
Stork, "Second Order Derivatives for Network Pruning: Optimal Brain Surgeon", 1993; here a layer's own outputs are to be kept).
Then what is left, and the small parameters of every layer, learn to give for a passage, read as ingestion reads passages, and for
a short text, read as questions are, the vector that the whole model gives for all of its words, and its nearness to the vectors
beside it (after Hinton and others, "Distilling the Knowledge in a Neural Network", 2015). The texts are this project's own: its
documents, glossary and lists of terms.

    python -m tests.eval.narrowing [--out FILE]

Takes 20 minutes on two cores. The file depends on the texts, the seed and the processor's sums.
"""

import argparse
import json
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file
from torch import Tensor, nn
from torch.nn import functional

from index import bert_graph
from index.bert_graph import Weights
from index.feeds import Feed, Feeds
from index.narrowed import FILE, save, sha256
from index.shipped_model import checked_folder
from index.telling import telling

ROOT = Path(__file__).parents[2]
FOLDERS = ("app", "corpus", "docs", "index", "prompts", "tests")
NEURONS = {4: 256, 5: 256}  # that are left, of 1,536, by layer; of layers without peaks (index/bert_graph.py)
STEPS = 220
HEAD = 32  # dimensions
FOR_GRAMS = 600  # texts by whose neurons those that are left are chosen
DAMPING = 1e-4  # of a Gram matrix's mean diagonal
A_STEP, AT_ONCE = 64, 16  # texts
RATES = (2e-4, 6e-4)  # of learning: of matrices, and of small parameters
WARMING = 20  # steps before they are reached
QUESTIONS = 0.35  # of the texts: short ones, read whole
SHORT, LONG = range(4, 18), range(30, 150)  # words

Drawn = tuple[str, bool]  # a text, and whether it is a passage


def own_texts() -> list[list[str]]:
    """Words of the project's own texts, a list a file, line ends kept; those in Latin letters that aren't short."""
    found = []
    inside = [
        path for folder in FOLDERS for kind in ("md", "toml", "jsonl") for path in (ROOT / folder).rglob(f"*.{kind}")
    ]
    for path in sorted([*inside, *ROOT.glob("*.md")]):
        text = path.read_text(encoding="utf-8")
        if sum(map(str.isascii, text)) > 0.95 * len(text):
            found.append(text if path.suffix == ".md" else re.sub(r" +", " ", re.sub(r'[\[\]{}"=|#]+', " ", text)))
    words = [text.split(" ") for text in found]
    return [each for each in words if len(each) > LONG.start * 2]


def drawn(texts: Sequence[Sequence[str]], chance: random.Random) -> Iterator[Drawn]:
    """Parts of the texts without end."""
    sizes = [len(words) ** 0.8 for words in texts]
    while True:
        words = chance.choices(texts, weights=sizes)[0]
        passage = chance.random() >= QUESTIONS
        count = chance.choice(LONG if passage else SHORT)
        start = chance.randrange(max(1, len(words) - count))
        text = " ".join(words[start : start + count])
        yield telling(text) if passage else text, passage


class Model(nn.Module):
    """The encoder's network in float32, with gradients for what is `learning`; `seen` keeps what the neurons of its layers gave: (n, rows, neurons)."""

    def __init__(self, weights: Weights, layers: int, learning: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.layers = layers
        self.values = {name: torch.tensor(value) for name, value in weights.items() if value.dtype == np.float32}
        self.learnt = nn.ParameterList([nn.Parameter(self.values[name]) for name in sorted(learning)])
        self.values.update(zip(sorted(learning), self.learnt, strict=True))
        self.seen: dict[int, list[Tensor]] = {}

    def product(self, rows: Tensor, name: str) -> Tensor:
        return functional.linear(rows, self.values[f"{name}.weight"], self.values[f"{name}.bias"])

    def norm(self, rows: Tensor, name: str) -> Tensor:
        weight, bias = self.values[f"{name}.weight"], self.values[f"{name}.bias"]
        return functional.layer_norm(rows, weight.shape, weight, bias, 1e-12)

    def forward(self, feeds: Sequence[Feed]) -> Tensor:
        """(n, d): unit vectors of texts, given as what the encoder gives its graph."""
        rows, among, joining, shares, times = padded(feeds)
        rows = self.norm(rows, "embeddings.LayerNorm")
        asking = joining @ rows
        for layer in range(self.layers):
            prefix = f"encoder.layer.{layer}"
            query, key, value = (
                self.product(one, f"{prefix}.attention.self.{part}").unflatten(2, (-1, HEAD)).transpose(1, 2)
                for one, part in ((asking, "query"), (rows, "key"), (rows, "value"))
            )
            found = functional.scaled_dot_product_attention(query, key, value, attn_mask=among[:, None, None, :])
            found = self.product(found.transpose(1, 2).flatten(2), f"{prefix}.attention.output.dense")
            asking = self.norm(found + asking, f"{prefix}.attention.output.LayerNorm")
            wide = functional.gelu(self.product(asking, f"{prefix}.intermediate.dense"))
            if layer in self.seen:
                self.seen[layer].append(wide * (times > 0)[:, :, None])
            asking = self.norm(self.product(wide, f"{prefix}.output.dense") + asking, f"{prefix}.output.LayerNorm")
            rows, among = asking, shares
        return functional.normalize((times[:, :, None] * asking).sum(1), dim=-1)


def padded(feeds: Sequence[Feed]) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Feeds of a graph as one: (rows, what is added to their likeness in layer 1, how they go on, the same later, times)."""
    many, longest = len(feeds), max(len(feed[bert_graph.ROWS]) for feed in feeds)
    most = max(len(feed[bert_graph.TIMES]) for feed in feeds)
    size = feeds[0][bert_graph.ROWS].shape[1]
    rows, among = np.zeros((many, longest, size), np.float32), np.full((many, longest), -1e9, np.float32)
    joining, times = np.zeros((many, most, longest), np.float32), np.zeros((many, most), np.float32)
    for number, feed in enumerate(feeds):
        count, full, joined = len(feed[bert_graph.ROWS]), int(feed[bert_graph.FULL][0]), int(feed[bert_graph.JOINED][0])
        rows[number, :count], among[number, :count] = feed[bert_graph.ROWS], 0
        joining[number, range(full), range(full)] = 1
        if joined:
            light = int(feed[bert_graph.LIGHT][0])
            joining[number, full, light:count] = 1 / (count - light)
        times[number, : full + joined] = feed[bert_graph.TIMES]
    with np.errstate(divide="ignore"):
        shares = np.maximum(np.log(times), -1e9)
    rows_, among_, joining_, shares_, times_ = map(torch.from_numpy, (rows, among, joining, shares, times))
    return rows_, among_, joining_, shares_, times_


def grams(model: Model, feeds: Sequence[Feed], layers: Iterable[int]) -> Mapping[int, NDArray[np.float64]]:
    """By layer, the mean products of what neurons give, and 1 at the end: (neurons + 1, neurons + 1)."""
    model.seen = {layer: [] for layer in layers}
    with torch.no_grad():
        for some in parts(feeds):
            model(some)
    found, model.seen = model.seen, {}
    result = {}
    for layer, some in found.items():
        # Without the first piece, [CLS], of which a few neurons make so much that nothing else would count.
        rows = torch.cat([part[:, 1:].flatten(0, 1) for part in some]).double()
        rows = rows[rows.any(1)]
        rows = torch.cat([rows, torch.ones(len(rows), 1, dtype=torch.double)], 1)
        result[layer] = (rows.T @ rows / len(rows)).numpy()
    return result


def left(gram: NDArray[np.float64], output: NDArray[np.float64], count: int) -> tuple[list[int], NDArray[np.float64]]:
    """The `count` neurons that are left, and what to multiply them and 1 with: (count + 1, d).

    `output`: (neurons + 1, d), the same for all of them.
    """
    neurons = len(gram) - 1
    damped = gram + DAMPING * np.trace(gram) / len(gram) * np.eye(len(gram))
    inverse, weights = np.linalg.inv(damped), output.copy()
    there = np.ones(len(gram), bool)
    for _ in range(neurons - count):
        loss = (weights**2).sum(axis=1) / np.where(there, np.diag(inverse), 1)
        loss[~there] = loss[neurons] = np.inf
        least = int(loss.argmin())
        share = inverse[:, least] / inverse[least, least]
        weights -= np.outer(share, weights[least])
        inverse -= np.outer(share, inverse[least])
        there[least] = False
        weights[least] = inverse[least] = inverse[:, least] = 0
    kept: list[int] = np.flatnonzero(there[:-1]).tolist()
    rows = [*kept, neurons]
    return kept, np.linalg.solve(damped[np.ix_(rows, rows)], damped[rows] @ output)


def parts(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """As many as are read at once, one after the other."""
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))


def narrow(weights: Weights, model: Model, feeds: Sequence[Feed], counts: Mapping[int, int]) -> Weights:
    """The weights, which `model` has, with as many neurons left as `counts` says by layer."""
    result = dict(weights)
    for layer, gram in grams(model, feeds, counts).items():
        wide, back = (f"encoder.layer.{layer}.{part}.dense" for part in ("intermediate", "output"))
        output = np.concatenate([weights[f"{back}.weight"].T, weights[f"{back}.bias"][None]]).astype(np.float64)
        kept, made = left(gram, output, counts[layer])
        result |= {f"{wide}.{part}": weights[f"{wide}.{part}"][kept] for part in ("weight", "bias")}
        result |= {f"{back}.weight": made[:-1].T.astype(np.float32), f"{back}.bias": made[-1].astype(np.float32)}
    return result


def learning(weights: Weights, narrowed: Iterable[int]) -> frozenset[str]:
    """Names of what learns: the small parameters of all layers, and the matrices around the neurons of narrowed ones."""
    small = {
        name
        for name, value in weights.items()
        if name.startswith(("encoder.", "embeddings.LayerNorm")) and value.ndim == 1
    }
    return frozenset(small) | {
        f"encoder.layer.{layer}.{part}.dense.weight" for layer in narrowed for part in ("intermediate", "output")
    }


class Teaching:
    """The whole model, the texts, and how it and those that learn from it read them."""

    def __init__(self) -> None:
        folder = checked_folder()
        self.weights = load_file(folder / "model.safetensors")
        self.layers = json.loads((folder / "config.json").read_text(encoding="utf-8"))["num_hidden_layers"]
        self.feeds, self.whole = Feeds(folder, self.weights), Model(self.weights, self.layers)
        self.source = drawn(own_texts(), random.Random(0))

    def some(self, count: int) -> list[Drawn]:
        """As many texts, by length."""
        return sorted((next(self.source) for _ in range(count)), key=lambda one: len(one[0]))

    def feed(self, one: Drawn) -> Feed:
        """As the encoder reads it."""
        text, passage = one
        return self.feeds.merged(text) if passage else self.feeds.whole(text)

    def narrowed(self, counts: Mapping[int, int], steps: int) -> Weights:
        """What has learnt with as many neurons left as `counts` says by layer: the tensors that aren't the model's own.

        Each ten steps tell how far vectors are from the whole model's.
        """
        start = narrow(self.weights, self.whole, [self.feed(one) for one in self.some(FOR_GRAMS)], counts)
        names = learning(start, counts)
        student = Model(start, self.layers, names)
        groups = [[one for one in student.learnt if (one.ndim > 1) == matrix] for matrix in (True, False)]
        optimiser = torch.optim.AdamW(
            [{"params": group, "lr": rate} for group, rate in zip(groups, RATES, strict=True)], weight_decay=0
        )
        pace = torch.optim.lr_scheduler.LambdaLR(
            optimiser, lambda step: min(1, (step + 1) / WARMING) * (0.5 + 0.5 * np.cos(np.pi * step / steps))
        )
        far = []
        for number in range(steps):
            far.append(self.step(student, self.some(A_STEP)))
            nn.utils.clip_grad_norm_(student.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad()
            pace.step()
            if number % 10 == 9:
                print(f"{number + 1} steps: 1 - cosine {np.mean(far[-10:]):.4f}", flush=True)
        return {name: student.values[name].detach().numpy() for name in sorted(names)}

    def step(self, student: Model, some: Sequence[Drawn]) -> float:
        """Gradients of what the student's vectors miss, in their place and in their nearness to all others; mean of 1 - cosine."""
        with torch.no_grad():
            right = torch.cat([self.whole([self.feeds.whole(text) for text, _ in part]) for part in parts(some)])
        far = 0.0
        for part, wanted in zip(parts(some), right.split(AT_ONCE), strict=True):
            found = student([self.feed(one) for one in part])
            missed = (1 - (found * wanted).sum(1)).sum()
            nearness = ((found @ right.T - wanted @ right.T) ** 2).sum()
            ((missed + nearness) / len(some)).backward()  # type: ignore[no-untyped-call]
            far += missed.item() / len(some)
        return far


def main() -> None:
    """Leave out, teach and write the file; SHA256 in index/narrowed.py is to be what is printed last."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--out", type=Path, default=FILE)
    out = parser.parse_args().out
    torch.manual_seed(0)
    save(Teaching().narrowed(NEURONS, STEPS), out)
    print(f"SHA-256 of {out}: {sha256(out)}")


if __name__ == "__main__":
    main()
