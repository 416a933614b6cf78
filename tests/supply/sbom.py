"""A CycloneDX bill of an environment (JSON on standard input) narrowed to what Footnote runs on (JSON on standard output)."""

import json
import sys
from collections.abc import Collection
from typing import Any

from tests.supply.runtime import normal, runtime


def narrowed(bill: dict[str, Any], names: Collection[str]) -> dict[str, Any]:
    """The bill with the components of these names alone, and what each of them needs of them.

    Raises ValueError where one is lacking: a bill that leaves something out is worse than none.
    """
    components = [one for one in bill.get("components", ()) if normal(one["name"]) in names]
    lacking = {*names} - {normal(one["name"]) for one in components}
    if lacking:
        raise ValueError(f"not in the environment's bill: {', '.join(sorted(lacking))}")
    kept = {one["bom-ref"] for one in components}
    root = bill.get("metadata", {}).get("component", {}).get("bom-ref")
    needs = [
        {**one, "dependsOn": sorted(kept & {*one.get("dependsOn", ())})}
        for one in bill.get("dependencies", ())
        if one["ref"] in kept or one["ref"] == root
    ]
    return {**bill, "components": components, "dependencies": needs}


if __name__ == "__main__":
    json.dump(narrowed(json.load(sys.stdin), runtime()), sys.stdout, indent=1)
