"""What an operation of the API is sent: the least that its own description asks for, so that who asks decides."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from server.api.urls import described

Schema = Mapping[str, Any]
TEXTS: Final = {
    "date-time": "2030-01-01T00:00:00Z",
    "date": "2030-01-01",
    "time": "08:00:00",
    "email": "a@msp.test",
    "uri": "https://hooks.example/x",
}


@cache
def _bodies() -> dict[str, Schema]:
    """Return the schema of the body by the operation's name."""
    told: dict[str, dict[str, dict[str, Any]]] = described()["paths"]  # type: ignore[assignment]
    found = {}
    for methods in told.values():
        for operation in methods.values():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                found[operation["operationId"]] = content["application/json"]["schema"]
    return found


def least(operation: str) -> dict[str, object]:
    """Return the least body of an operation; empty where it takes none."""
    schema = _bodies().get(operation)
    made = {} if schema is None else _least(schema)
    assert isinstance(made, dict)
    return made


def _least(schema: Schema) -> object:
    if "$ref" in schema:
        place: Any = described()
        for step in schema["$ref"].removeprefix("#/").split("/"):
            place = place[step]
        return _least(place)
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return _least(schema[several][0])
    if "const" in schema or "enum" in schema:
        return schema.get("const", (schema.get("enum") or [None])[0])
    kind = schema.get("type")
    if kind == "object":
        return {name: _least(schema["properties"][name]) for name in schema.get("required", ())}
    if kind == "array":
        return [_least(schema["items"]) for _ in range(schema.get("minItems", 0))]
    if kind == "string":
        text = TEXTS.get(schema.get("format", ""), "a")
        return text if "format" in schema else text * max(1, schema.get("minLength", 1))
    return {"integer": max(1, schema.get("minimum", 1)), "number": 1.0, "boolean": False}.get(str(kind))
