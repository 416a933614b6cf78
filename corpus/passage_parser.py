"""The LlamaIndex seam around `split`: documents in, text nodes with spans out, for an `IngestionPipeline`."""

from collections.abc import Callable, Sequence
from typing import Any

from llama_index.core.schema import BaseNode, TextNode, TransformComponent
from pydantic import Field, PrivateAttr

from corpus.document import Document, Passage, Span
from corpus.splitter import VERSION, split


class DocumentNode(TextNode):
    """A `Document` on its way into the pipeline; its text is its hash, since the pages are cut by `PassageParser`.

    `passages` where they are cut already, in the process that read the file.
    """

    _document: Document = PrivateAttr()
    _passages: Sequence[Passage] | None = PrivateAttr()

    def __init__(self, document: Document, passages: Sequence[Passage] | None = None, **data: Any) -> None:
        super().__init__(id_=document.sha256, text=document.sha256, metadata={"document": document.name}, **data)
        self._document, self._passages = document, passages

    @property
    def document(self) -> Document:
        """The document it carries."""
        return self._document

    @property
    def passages(self) -> Sequence[Passage] | None:
        """Its passages, where they are cut already."""
        return self._passages


class PassageParser(TransformComponent):
    """Cuts each `DocumentNode` to text nodes, one a passage; other nodes pass through.

    Metadata of a node: document, page (from 0), start, end, section (list), is_table, context. The embedded text
    (`MetadataMode.EMBED`) is `Passage.embedded_text`.
    """

    max_tokens: int = 220
    version: int = VERSION
    count_tokens: Callable[[str], int] | None = Field(default=None, exclude=True)

    @classmethod
    def class_name(cls) -> str:
        """Name the component as LlamaIndex stores it."""
        return "PassageParser"

    def __call__(self, nodes: Sequence[BaseNode], **kwargs: Any) -> list[BaseNode]:
        """Cut the documents among the nodes."""
        out: list[BaseNode] = []
        for node in nodes:
            if isinstance(node, DocumentNode):
                passages = node.passages
                if passages is None:
                    passages = split(node.document, self.max_tokens, self.count_tokens)
                out.extend(node_of(passage, node.document.name, number) for number, passage in enumerate(passages))
            else:
                out.append(node)
        return out


def node_of(passage: Passage, document: str, number: int = 0) -> TextNode:
    """Turn a passage to a text node of the document with that name."""
    metadata = {
        "document": document,
        "page": passage.span.page,
        "start": passage.span.start,
        "end": passage.span.end,
        "section": list(passage.section),
        "is_table": passage.is_table,
        "number": number,
        "context": passage.context,
    }
    return TextNode(
        text=passage.text,
        metadata=metadata,
        excluded_embed_metadata_keys=[key for key in metadata if key != "context"],
        excluded_llm_metadata_keys=list(metadata),
        metadata_template="{value}",
        text_template="{metadata_str}\n{content}",
    )


def passage_of(node: BaseNode) -> Passage:
    """Turn a text node of `PassageParser` back to its passage."""
    metadata = node.metadata
    return Passage(
        Span(metadata["page"], metadata["start"], metadata["end"]),
        node.get_content(),
        tuple(metadata["section"]),
        metadata["context"],
        metadata["is_table"],
    )
