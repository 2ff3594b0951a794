"""How well the archive answers an analyst's questions, beside the stock analyser and plain FTS5.

Run: `make bench ONLY=relevance`. Real texts of ../shared/data, judged questions of
`relevance_questions.jsonl` (what they are and who judged them: `relevance_questions.md`). Ours goes through
`EmbeddedIndex.search` as the product does. `ours` is what the words typed find, all of them; `ours, then
any` goes on, where fewer than a page hold all, with what holds some. The stock analyser gets the better
of both ways, and of leaving its stop words out or in; `stock, then any` asks it in our two steps, so that
what the analysis itself is worth can be seen. nDCG@10 over all questions, over those nobody
tuned for (test), and over those in everyday spelling; recall@50; mean reciprocal rank.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks._relevance_peers import Peer, Plain, Stock
from benchmarks._relevance_scores import chance_of_no_gain, ndcg, recall, reciprocal_rank
from benchmarks._relevance_texts import Part, Question, Text, read_questions, read_texts, shared_texts
from search.embedded import EmbeddedIndex
from search.index import Query, SearchIndex
from search.wider import also_some

DEPTH = 50
PAGE = 20  # fewer rows than a page shows are too few
STOP_WORDS = Path("lexicons") / "id.stopwords.02.01.2016.txt"
TWO_STEPS = "stock, then any"  # what no server does by itself: asked in two steps as ours is
Ranker = Callable[[str], Sequence[str]]


def main() -> dict[str, Any]:
    """Return the figures, and print them as a table."""
    folder = shared_texts()
    if folder is None:
        print("skipped: the real texts (../shared/data or KENTONGAN_SHARED) are not here", file=sys.stderr)
        return {"skipped": "no real texts here"}
    texts = list(read_texts(folder))
    result = measure(texts, read_questions(), frozenset((folder / STOP_WORDS).read_text().split()))
    _print(result)
    return result


def measure(texts: Sequence[Text], questions: Sequence[Question], stop: frozenset[str]) -> dict[str, Any]:
    """Return the figures of each system over these texts, and ours as a ratio of the best stock."""
    with tempfile.TemporaryDirectory() as folder:
        index = EmbeddedIndex(Path(folder) / "index")
        index.rebuild(text.document for text in texts)
        rankers = _rankers(index, texts, stop)
        scores = {name: [_scored(rank, question) for question in questions] for name, rank in rankers.items()}
        index.close()
    figures = {name: _figures(rows, questions) for name, rows in scores.items()}
    stock = max(
        (n for n in figures if n.startswith("stock") and n != TWO_STEPS), key=lambda n: figures[n]["ndcg_10"]
    )
    against = {
        said: {
            f"{name}, {part or 'all'}": _against(scores[name], scores[peer], questions, part)
            for name in ("ours", "ours, then any")
            for part in (None, Part.TEST)
        }
        for said, peer in (("best stock", stock), (TWO_STEPS, TWO_STEPS))
    }
    return {
        "texts": len(texts),
        "questions": len(questions),
        "judged": sum(len(question.grades) for question in questions),
        "systems": figures,
        "best_stock": stock,
        "against": against,
    }


def _against(
    ours: Sequence[Mapping[str, float]],
    theirs: Sequence[Mapping[str, float]],
    questions: Sequence[Question],
    part: Part | None,
) -> dict[str, float]:
    pairs = [
        (our["ndcg_10"], their["ndcg_10"])
        for our, their, question in zip(ours, theirs, questions, strict=True)
        if part in (None, question.part)
    ]
    first, second = [our for our, _ in pairs], [their for _, their in pairs]
    return {
        "ratio": round(fmean(first) / fmean(second), 3),
        "chance_of_no_gain": round(chance_of_no_gain(first, second), 4),
    }


def _rankers(index: SearchIndex, texts: Sequence[Text], stop: frozenset[str]) -> dict[str, Ranker]:
    ids = {text.document.id: text.id for text in texts}
    plain, stock, whole = Plain(texts), Stock(texts, stop), Stock(texts, frozenset())
    return {
        "ours": partial(_ours, index, ids),
        "ours, then any": partial(_ours_then_any, index, ids),
        "stock, any word": _peer(stock, every=False),
        "stock, every word": _peer(stock, every=True),
        "stock without its stop words, any word": _peer(whole, every=False),
        TWO_STEPS: partial(_stock_then_any, whole),
        "plain FTS5, any word": _peer(plain, every=False),
        "plain FTS5, every word": _peer(plain, every=True),
    }


def _peer(peer: Peer, every: bool) -> Ranker:
    return lambda question: peer.best(question, DEPTH, every)


def _ours(index: SearchIndex, ids: Mapping[str, str], question: str) -> list[str]:
    return [ids[hit.id] for hit in index.search(Query(question, limit=DEPTH)).hits]


def _ours_then_any(index: SearchIndex, ids: Mapping[str, str], question: str) -> list[str]:
    """All words first; where fewer than a page hold them all, then some: as the product does."""
    query = Query(question, limit=PAGE)
    page = index.search(query)
    if page.cursor:
        return _ours(index, ids, question)
    rest = also_some(index, replace(query, limit=DEPTH), page)
    return [ids[hit.id] for hit in (*page.hits, *(rest.hits if rest else ()))]


def _stock_then_any(peer: Peer, question: str) -> list[str]:
    found = peer.best(question, DEPTH, every=True)
    if len(found) < PAGE:
        found += peer.best(question, DEPTH, every=False)
    return list(dict.fromkeys(found))[:DEPTH]


def _scored(rank: Ranker, question: Question) -> dict[str, float]:
    ranked = rank(question.text)
    return {
        "ndcg_10": ndcg(ranked, question.grades),
        "recall_50": recall(ranked, question.grades, DEPTH),
        "reciprocal_rank": reciprocal_rank(ranked, question.grades),
    }


def _figures(rows: Sequence[Mapping[str, float]], questions: Sequence[Question]) -> dict[str, float]:
    def mean(what: str, holds: Callable[[Question], bool] = lambda _: True) -> float:
        return round(fmean(row[what] for row, q in zip(rows, questions, strict=True) if holds(q)), 3)

    return {
        "ndcg_10": mean("ndcg_10"),
        "ndcg_10_dev": mean("ndcg_10", lambda q: q.part is Part.DEV),
        "ndcg_10_test": mean("ndcg_10", lambda q: q.part is Part.TEST),
        "ndcg_10_everyday": mean("ndcg_10", lambda q: q.everyday),
        "ndcg_10_formal": mean("ndcg_10", lambda q: not q.everyday),
        "recall_50": mean("recall_50"),
        "mrr": mean("reciprocal_rank"),
    }


def _print(result: Mapping[str, Any]) -> None:
    print(f"{result['texts']} texts, {result['questions']} questions, {result['judged']} judged relevant")
    names = list(next(iter(result["systems"].values())))
    print(f"{'':<40}" + "".join(f"{name:>18}" for name in names))
    for system, figures in result["systems"].items():
        print(f"{system:<40}" + "".join(f"{figures[name]:>18.3f}" for name in names))
    for beside, rows in result["against"].items():
        print(f"beside {result['best_stock'] if beside == 'best stock' else beside}:")
        for name, row in rows.items():
            print(f"  {name:<28}{row['ratio']:>6.3f} x, chance of no gain {row['chance_of_no_gain']:.4f}")


if __name__ == "__main__":
    print(json.dumps(main()))
