"""Every setting in one typed object: the environment, then the settings file, then flags, in rising strength."""

import os
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


def default_home() -> Path:
    """The data directory when nothing names another: `FOOTNOTE_HOME`, else the user's data folder."""
    return Path(os.environ.get("FOOTNOTE_HOME") or platformdirs.user_data_dir("footnote", appauthor=False))


class Settings(BaseSettings):
    """What can be set. `footnote settings` prints the values in force and where each may be changed."""

    model_config = SettingsConfigDict(env_prefix="FOOTNOTE_", extra="forbid", validate_default=True)

    home: Path = Field(default_factory=default_home, description="Data directory: index, files, chats.")
    embedding_model: str = Field(
        "all-MiniLM-L6-v2", description="Shipped model, or a sentence-transformers model's folder."
    )
    embedding_precision: Literal["int8", "float32"] = Field(
        "int8",
        description="The shipped model in 8 bits, about three times as fast, or in float32 by sentence-transformers.",
    )
    passage_tokens: int = Field(220, ge=32, le=512, description="Longest passage, in tokens of the embedding model.")
    host: str = Field("127.0.0.1", description="Address that the chat page listens on.")
    port: int = Field(7860, ge=1, le=65535, description="Port of the chat page; the next free one if it is taken.")
    max_file_mb: int = Field(200, ge=1, description="Largest file that is read, in megabytes.")
    api_key: SecretStr | None = Field(
        None,
        min_length=8,
        description="Token that programs must send; needed where others than this machine can reach it.",
    )
    answers_at_once: int = Field(
        4, ge=1, le=64, description="Requests of programs that are worked on at the same time."
    )
    answer_seconds: float = Field(120, gt=0, description="Longest time that a program waits for an answer.")
    max_question_chars: int = Field(4000, ge=100, description="Longest question that is answered, in characters.")

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
