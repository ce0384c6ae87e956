"""The operations as a page lists them, from the API's own description."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Listed:
    """One operation."""

    method: str
    path: str
    says: str
    needs: str
    fields: tuple[str, ...]


def listed(schema: Mapping[str, Any]) -> dict[str, list[Listed]]:
    """Return the operations by tag, in the order in which they were registered."""
    groups: dict[str, list[Listed]] = {}
    for path, methods in schema["paths"].items():
        for method, told in methods.items():
            fields = tuple(_fields(told, schema))
            one = Listed(method.upper(), path, told.get("description", ""), told.get("summary", ""), fields)
            groups.setdefault(told["tags"][0], []).append(one)
    return groups


def _fields(told: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    for one in told.get("parameters", ()):
        if one["in"] == "query":
            yield str(one["name"])
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    name = str(body.get("$ref", "")).rpartition("/")[2]
    if name:
        yield from schema["components"]["schemas"][name]["properties"]
