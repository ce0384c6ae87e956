"""`python -m tools.docs`: writes every generated part of README.md and docs/ anew and tells which pages changed."""

import sys

from tools.docs.pages import ROOT, pages, rendered


def main() -> None:
    """Write the pages whose generated parts differ from the code."""
    for page in pages():
        before = page.read_text(encoding="utf-8")
        after = rendered(before)
        if after != before:
            page.write_text(after, encoding="utf-8", newline="\n")
            sys.stdout.write(f"{page.relative_to(ROOT).as_posix()}\n")


if __name__ == "__main__":
    main()
