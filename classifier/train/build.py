"""Putting the base encoder, pruned, into the network.

Owns: the way from a `BaseEncoder` to a `TaskModel` with its tokenizer. Leaves tuning to `tune`.
"""

from collections.abc import Iterable
from dataclasses import replace

import torch
from tokenizers import Tokenizer

from classifier.network import Sizes, TaskModel, from_bert
from classifier.train.base import BaseEncoder
from classifier.train.vocabulary import build_tokenizer, choose_pieces, count_pieces


def build_model(base: BaseEncoder, texts: Iterable[str], rows: int) -> tuple[TaskModel, Tokenizer, Sizes]:
    """Return the network with base weights and fresh heads, its tokenizer, and its sizes.

    The vocabulary is cut to at most `rows` pieces, chosen by how often `texts` use them.
    """
    counts = count_pieces(build_tokenizer(base.pieces), texts)
    kept = choose_pieces(base.pieces, counts, rows)
    sizes = replace(base.sizes, vocabulary=len(kept))
    model = TaskModel(sizes)
    tensors = {name: torch.from_numpy(values) for name, values in base.tensors.items()}
    word = "embeddings.word_embeddings.weight"
    tensors[word] = tensors[word][torch.tensor(kept)]
    model.load_state_dict(from_bert(tensors), strict=False)  # the heads are new
    return model, build_tokenizer([base.pieces[i] for i in kept]), sizes
