"""Footnote's parts through LlamaIndex's own pipeline, index and query engine."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
from llama_index.core import VectorStoreIndex
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.schema import MetadataMode, NodeWithScore, TextNode
from llama_index.core.vector_stores.types import (
    ExactMatchFilter,
    MetadataFilters,
    VectorStoreQuery,
    VectorStoreQueryMode,
)

from corpus.errors import DataProblem
from corpus.passage_parser import DocumentNode, PassageParser
from corpus.readers import read
from index.embedding import PassageEmbedding
from index.ingest import ingest
from index.llama_index_adapters import LlamaIndexEmbedding, LlamaIndexRetriever, LlamaIndexVectors
from index.retriever import Retriever
from index.store import Store
from index.vectors import FaissVectors

SAMPLE = Path(__file__).parents[2] / "corpus" / "sample"
QUESTION = "How do export controls work?"


@pytest.fixture
def sample(store: Store, embedding: PassageEmbedding) -> Store:
    """A store with the sample corpus."""
    ingest([SAMPLE], store, embedding)
    return store


@pytest.fixture
def opened(sample: Store, embedding: PassageEmbedding) -> VectorStoreIndex:
    """LlamaIndex's index over the store's vectors."""
    return VectorStoreIndex.from_vector_store(
        LlamaIndexVectors(FaissVectors(sample)), embed_model=LlamaIndexEmbedding(embedding)
    )


def require_as_stored(found: list[NodeWithScore], store: Store) -> None:
    """Each node is the text at its place, of the document that it names."""
    assert found
    for one in found:
        place = one.node.metadata
        assert one.node.ref_doc_id == str(store.document(place["document"]).id)
        text = store.page(int(one.node.ref_doc_id), place["page"]).text
        assert text[place["start"] : place["end"]] == one.node.get_content(MetadataMode.NONE)


def test_texts_are_embedded_as_passages_and_queries_as_questions(embedding: PassageEmbedding) -> None:
    adapted = LlamaIndexEmbedding(embedding)
    texts = ["The company's revenue, and that of its segments, rose.", "Net sales 9,288 10,330", "HBM"]
    np.testing.assert_allclose(adapted.get_text_embedding_batch(texts), embedding.embed_passages(texts), atol=1e-6)
    np.testing.assert_array_equal(adapted.get_text_embedding(texts[1]), embedding.embed_passages(texts[1:2])[0])
    for query in texts:
        np.testing.assert_array_equal(adapted.get_query_embedding(query), embedding.embed_queries([query])[0])
        np.testing.assert_array_equal(
            asyncio.run(adapted.aget_query_embedding(query)), embedding.embed_queries([query])[0]
        )
    assert (adapted.model_name, adapted.model_id) == (embedding.name, embedding.model_id)


def test_a_pipeline_of_llamaindex_gives_the_vectors_that_are_stored(sample: Store, embedding: PassageEmbedding) -> None:
    pipeline = IngestionPipeline(transformations=[PassageParser(), LlamaIndexEmbedding(embedding)])
    for file in sorted(SAMPLE.glob("*.md")):
        document = read(file)
        nodes = pipeline.run(nodes=[DocumentNode(document)])
        stored = sample.passages_of(sample.document(document.name).id)
        vectors = sample.stored_vectors([one.id for one in stored])
        assert [node.get_content(MetadataMode.NONE) for node in nodes] == [one.passage.text for one in stored]
        np.testing.assert_allclose([node.embedding for node in nodes], [vectors[one.id] for one in stored], atol=1e-6)


def test_an_index_of_llamaindex_finds_the_nearest_passages(
    opened: VectorStoreIndex, sample: Store, embedding: PassageEmbedding
) -> None:
    nearest = FaissVectors(sample).search(embedding.embed_queries([QUESTION])[0], 4)
    found = opened.as_retriever(similarity_top_k=4).retrieve(QUESTION)
    assert [one.node.node_id for one in found] == [str(key) for key, _ in nearest]
    np.testing.assert_allclose([one.score for one in found], [score for _, score in nearest], atol=1e-6)
    require_as_stored(found, sample)


def test_an_index_of_llamaindex_keeps_to_the_documents_named(opened: VectorStoreIndex, sample: Store) -> None:
    wanted = sample.document("when-a-run-rate-misleads")
    found = opened.as_retriever(similarity_top_k=50, doc_ids=[str(wanted.id)]).retrieve(QUESTION)
    assert {one.node.ref_doc_id for one in found} == {str(wanted.id)}
    assert len(found) == wanted.passages
    assert opened.as_retriever(doc_ids=[]).retrieve(QUESTION) == []


def test_a_document_deleted_through_llamaindex_is_gone_from_the_store(opened: VectorStoreIndex, sample: Store) -> None:
    first = opened.as_retriever(similarity_top_k=1).retrieve(QUESTION)[0].node
    opened.delete_ref_doc(first.ref_doc_id or "")
    left = opened.as_retriever(similarity_top_k=50).retrieve(QUESTION)
    assert first.ref_doc_id not in {one.node.ref_doc_id for one in left}
    assert first.metadata["document"] not in {record.name for record in sample.documents()}


def test_an_index_takes_only_nodes_whose_passages_are_stored(opened: VectorStoreIndex, sample: Store) -> None:
    stored = sample.passages_of(sample.document("when-a-run-rate-misleads").id)[0]
    opened.insert_nodes([TextNode(id_=str(stored.id), text=stored.passage.text)])
    for other in ("999999", "a-node-of-its-own"):
        with pytest.raises(DataProblem, match=f"{other} aren't in the store"):
            opened.insert_nodes([TextNode(id_=other, text="Revenue was 5 million.")])


@pytest.mark.parametrize(
    "asked",
    [
        {"filters": MetadataFilters(filters=[ExactMatchFilter(key="page", value=0)])},
        {"node_ids": ["1"]},
        {"mode": VectorStoreQueryMode.HYBRID},
    ],
    ids=lambda asked: next(iter(asked)),
)
def test_what_the_vectors_cannot_be_asked_is_refused_not_left_out(
    sample: Store, embedding: PassageEmbedding, asked: dict[str, object]
) -> None:
    vector = embedding.embed_queries([QUESTION])[0].tolist()
    with pytest.raises(DataProblem, match="doc_ids"):
        LlamaIndexVectors(FaissVectors(sample)).query(VectorStoreQuery(query_embedding=vector, **asked))  # type: ignore[arg-type]


def test_a_query_engine_of_llamaindex_gets_footnotes_own_ranking(sample: Store, embedding: PassageEmbedding) -> None:
    ours = Retriever(sample, FaissVectors(sample), embedding)
    engine = RetrieverQueryEngine.from_args(LlamaIndexRetriever(ours, k=3), llm=MockLLM())
    sources = engine.query("export controls").source_nodes
    hits = ours.search("export controls", 3)
    assert [(one.node.node_id, one.score) for one in sources] == [(str(hit.passage_id), hit.score) for hit in hits]
    require_as_stored(sources, sample)
