"""Writes the schema of the facts document beside this module: `python -m collectors.facts.schema`."""

from collectors.facts.schema import FILE, schema_text

with open(f"{__file__.removesuffix('__main__.py')}{FILE}", "w", encoding="utf-8", newline="\n") as file:
    file.write(schema_text())
