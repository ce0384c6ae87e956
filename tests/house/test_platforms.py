"""All that runs at the client's site can be imported on Windows and on POSIX."""

import json
import subprocess
import sys

from tests.house.sources import ROOT, module_of, python_files

# Only these may import what one platform lacks; everything else asks them.
POSIX_ONLY = ("collectors.limits.posix", "agent.platform.posix")
WINDOWS_ONLY = ("collectors.limits.windows", "agent.platform.windows")

# Modules are absent to our own code alone: what other packages do on Windows cannot be tried on POSIX.
IMPORT_ALL = """
import builtins, importlib, json, sys, warnings
warnings.simplefilter("ignore")
absent, ours, modules = json.loads(sys.argv[1])
real_import = builtins.__import__
def without(name, globals=None, locals=None, fromlist=(), level=0):
    importer = (globals or {}).get("__name__", "").partition(".")[0]
    if level == 0 and importer in ours and name.partition(".")[0] in absent:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    return real_import(name, globals, locals, fromlist, level)
builtins.__import__ = without
failed = {}
for module in modules:
    try:
        importlib.import_module(module)
    except ImportError as error:
        failed[module] = str(error)
print(json.dumps(failed))
"""
POSIX_MODULES = ("fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty")
WINDOWS_MODULES = ("_winapi", "msvcrt", "nt", "pywintypes", "winreg", "win32api", "win32security", "winsound")


def failed_imports(absent: tuple[str, ...], elsewhere: tuple[str, ...]) -> dict[str, str]:
    """Return the modules of the site's packages that cannot be imported when these modules are absent, and why."""
    files = python_files("agent", "collectors", "rules")
    modules = [
        name for name in map(module_of, files) if not name.startswith(elsewhere) and not name.endswith(".__main__")
    ]
    asked = json.dumps([absent, ["agent", "collectors", "rules"], modules])
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, asked], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    failed: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return failed


def test_every_module_can_be_imported_without_the_modules_of_posix() -> None:
    assert failed_imports(POSIX_MODULES, elsewhere=POSIX_ONLY + WINDOWS_ONLY) == {}


def test_every_module_can_be_imported_without_the_modules_of_windows() -> None:
    assert failed_imports(WINDOWS_MODULES, elsewhere=WINDOWS_ONLY) == {}
