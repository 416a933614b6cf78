"""What programs may send, as pydantic models: they describe the API and refuse what doesn't fit."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.server.errors import ApiError

MODEL = "footnote"
MOST_HITS = 100
Key = Annotated[int, Field(ge=1, le=2**62)] | Annotated[str, StringConstraints(min_length=1, max_length=500)]
Documents = Annotated[list[Key], Field(max_length=1000, description="Ids or names of documents; all without it.")]
Named = Annotated[Key, Field(description="A collection, by id or name: its documents are asked, beside those named.")]
Text = Annotated[str, StringConstraints(max_length=100_000)]


class _Strict(BaseModel):
    """A field that isn't known is a mistake, and told."""

    model_config = ConfigDict(extra="forbid")


class AskRequest(_Strict):
    """A question, in the light of earlier ones."""

    question: Text = Field(examples=["What was Cambricon's revenue in the same quarter of the year before?"])
    history: list[Text] = Field(
        default_factory=list, max_length=10_000, description="The questions before it, oldest first; the last 6 count."
    )
    documents: Documents | None = None
    collection: Named | None = None


class SearchRequest(_Strict):
    """A search for passages."""

    query: Text = Field(examples=["export controls"])
    k: int = Field(10, ge=1, le=MOST_HITS, strict=True, description="How many passages.")
    documents: Documents | None = None
    collection: Named | None = None


class PlaceRequest(_Strict):
    """A place in a document, as citations give it."""

    document: Key
    page: int = Field(ge=1, le=10**6, strict=True, description="From 1.")
    start: int = Field(ge=0, le=10**9, strict=True)
    end: int = Field(ge=1, le=10**9, strict=True)


class ElsewhereRequest(_Strict):
    """What to look for elsewhere: a sentence, or what stands at a place."""

    text: Text = Field("", examples=["Cambricon's revenue was 2.9 billion CNY in the first quarter of 2026."])
    citation: PlaceRequest | None = None
    documents: Documents | None = None


class CalculateRequest(_Strict):
    """A calculation: an expression, or a request in words."""

    expression: Text = Field(examples=["growth(480 million EUR, 400 million EUR)"])


class CollectionRequest(_Strict):
    """A new collection, with the documents that are put in."""

    name: Text = Field(examples=["Annual reports"])
    documents: Documents = Field(default_factory=list)


class CollectionChange(_Strict):
    """What is to be changed of a collection; what isn't named stays."""

    name: Text | None = None
    shared: bool | None = None
    add: Documents = Field(default_factory=list)
    remove: Documents = Field(default_factory=list)


class ExtensionRequest(_Strict):
    """What Footnote takes beside OpenAI's fields."""

    documents: Documents | None = None
    collection: Named | None = None


class ChatMessage(BaseModel):
    """A message of a conversation; what isn't text can't be read."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Text | list[dict[str, Any]] | None = None

    def text(self, number: int) -> str:
        """Its text; parts of text are joined. Raises ApiError for a part that is none."""
        if not isinstance(self.content, list):
            return self.content or ""
        parts = []
        for part in self.content:
            if part.get("type") != "text" or not isinstance(part.get("text"), str):
                raise ApiError(
                    400, "unsupported_content", "Footnote reads text only. Add files as documents instead.",
                    f"messages[{number}].content",
                )  # fmt: skip
            parts.append(part["text"])
        return "\n".join(parts)


class StreamOptions(BaseModel):
    """OpenAI's options of a stream."""

    include_usage: bool = False


class ChatRequest(BaseModel):
    """OpenAI's request for a chat completion. Fields that Footnote has no use for are passed over."""

    model: Annotated[str, StringConstraints(max_length=200)] = Field(examples=[MODEL])
    messages: list[ChatMessage] = Field(min_length=1, max_length=10_000)
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: int = Field(1, ge=1, le=1, description="One answer: there is one truth in the documents.")
    footnote: ExtensionRequest | None = Field(None, description="Extension: the documents that are asked.")

    def questions(self) -> list[str]:
        """What the user asked, oldest first. Raises ApiError where the last message asks nothing."""
        if self.model != MODEL:
            raise ApiError(
                404, "model_not_found", f"There is no model {self.model[:80]!r} here; ask for {MODEL!r}.", "model"
            )
        if self.messages[-1].role != "user":
            raise ApiError(400, "no_question", "The last message must be the user's question.", "messages")
        return [message.text(number) for number, message in enumerate(self.messages) if message.role == "user"]
