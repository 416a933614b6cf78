"""The API's description as a page of its own: nothing is loaded from elsewhere, and no script runs."""

import json
from html import escape
from typing import Any

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}"
    "code,pre{font:14px/1.4 ui-monospace,monospace}pre{overflow-x:auto;border:1px solid #8886;padding:.5rem}"
    "h3{margin-top:2rem;border-top:1px solid #8886;padding-top:1rem}table{border-collapse:collapse}"
    "td,th{text-align:left;padding:.2rem .8rem .2rem 0;vertical-align:top}"
)


def reference_html(schema: dict[str, Any]) -> str:
    """A page for an OpenAPI description: each path with its parameters and what it takes."""
    parts = [f"<p>{escape(schema['info'].get('description', ''))}</p>"]
    parts.append('<p>As data: <a href="/api/openapi.json">/api/openapi.json</a></p>')
    for path, methods in schema["paths"].items():
        for method, about in methods.items():
            parts.append(_operation(path, method, about, schema))
    title = escape(schema["info"]["title"])
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head>'
        f"<body><main><h1>{title}</h1>{''.join(parts)}</main></body></html>"
    )


def _operation(path: str, method: str, about: dict[str, Any], schema: dict[str, Any]) -> str:
    rows = [
        f"<tr><td><code>{escape(one['name'])}</code></td><td>{escape(_kind(one.get('schema', {}), schema))}</td>"
        f"<td>{'required' if one.get('required') else ''}</td></tr>"
        for one in about.get("parameters", ())
    ]
    body = about.get("requestBody", {}).get("content", {})
    rows += [row for kind, one in body.items() for row in _fields(kind, one.get("schema", {}), schema)]
    table = f"<table><tr><th>Field</th><th>Kind</th><th></th></tr>{''.join(rows)}</table>" if rows else ""
    said = escape(about.get("description", "")).replace("\n\n", "</p><p>")
    return (
        f"<h3><code>{method.upper()} {escape(path)}</code></h3><p><strong>{escape(about.get('summary', ''))}</strong></p>"
        f"<p>{said}</p>{table}"
    )


def _fields(kind: str, given: dict[str, Any], schema: dict[str, Any]) -> list[str]:
    model = _followed(given, schema)
    required = model.get("required", ())
    if "properties" not in model:
        return [f"<tr><td>body</td><td>{escape(kind)}</td><td>required</td></tr>"]
    return [
        f"<tr><td><code>{escape(name)}</code></td><td>{escape(_kind(one, schema))}"
        f"{_example(one)}</td><td>{'required' if name in required else ''}</td></tr>"
        for name, one in model["properties"].items()
    ]


def _example(one: dict[str, Any]) -> str:
    found = one.get("examples", ())
    return f"<br><code>{escape(json.dumps(found[0], ensure_ascii=False))}</code>" if found else ""


def _kind(one: dict[str, Any], schema: dict[str, Any]) -> str:
    """A field's kind in words, with what its description says."""
    alternatives = [_kind(each, schema) for each in one.get("anyOf", ()) if each.get("type") != "null"]
    kind = " or ".join(dict.fromkeys(alternatives)) or str(
        one.get("type") or _followed(one, schema).get("title", "any")
    )
    if kind == "array":
        kind = f"list of {_kind(one.get('items', {}), schema)}"
    about = one.get("description") or ""
    default = f" (default {one['default']})" if one.get("default") not in (None, "") else ""
    return f"{kind}{default}{f': {about}' if about else ''}"


def _followed(one: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = str(one.get("$ref", "")).rpartition("/")[2]
    found: dict[str, Any] = schema.get("components", {}).get("schemas", {}).get(name, one)
    return found
