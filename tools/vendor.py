"""Copies the styles, icons, fonts and the script of others from node_modules into the server's static folder.

They are named with exact versions in package.json and are never committed. Run by tools/set-up.sh.
"""

import re
import shutil
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
FROM: Final = ROOT / "node_modules"
TO: Final = ROOT / "server" / "web" / "static" / "vendor"

FILES: Final = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap.min.css",
    "bootstrap-icons/font/bootstrap-icons.min.css": "bootstrap-icons.min.css",
    "@fontsource-variable/inter/index.css": "inter.css",
    "@fontsource/ibm-plex-mono/400.css": "plex-mono.css",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
}
_ADDRESS: Final = re.compile(r"url\([\"']?(\./)?([^)\"'?]+)(\?[^)\"']*)?[\"']?\)")
_MAP: Final = re.compile(r"/[*/]# sourceMappingURL=.*?(\*/)?\s*$")


def copy() -> int:
    """Copy every file, and for each style the fonts it names; return how many files were written."""
    if not FROM.is_dir():
        print("There is no node_modules folder: run 'make setup' first.", file=sys.stderr)
        return 0
    shutil.rmtree(TO, ignore_errors=True)
    TO.mkdir(parents=True)
    count = 0
    for source, target in FILES.items():
        origin = FROM / source
        text = _MAP.sub("", origin.read_text(encoding="utf-8"))
        if target.endswith(".css"):
            for match in _ADDRESS.finditer(text):
                if not match[2].startswith("data:"):
                    count += _copy_font(origin.parent / match[2])
            text = _ADDRESS.sub(_local, text)
        (TO / target).write_text(text, encoding="utf-8")
        count += 1
    return count


def _local(match: re.Match[str]) -> str:
    address = match[2]
    return match[0] if address.startswith("data:") else f'url("fonts/{Path(address).name}")'


def _copy_font(font: Path) -> int:
    folder = TO / "fonts"
    folder.mkdir(exist_ok=True)
    shutil.copyfile(font, folder / font.name)
    return 1


if __name__ == "__main__":
    sys.exit(0 if copy() else 1)
