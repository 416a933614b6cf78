"""The interfaces for programs: HTTP API, OpenAI-compatible API, MCP; one ASGI application beside the chat page."""
