"""The script that is sent and the document that comes back: independent blocks, each with its own gap.

Windows PowerShell 5.1 runs it. Each block is one JSON line; the last line is a mark with the number of blocks. Without
the mark only lines that came with their end are read: a block that hung, or ended the process, costs no other. No
localised text is asked for: enums are numbers, moments are UTC in ISO 8601.
"""

import base64
import json
import secrets
from collections.abc import Mapping

from collectors.errors import UnexpectedReply
from collectors.facts.gaps import Gap, GapReason
from collectors.replies import JsonValue

DEPTH_LIMIT_COUNT = 12
NUMBER_LIMIT_CHARACTERS = 32

BOOTSTRAP = (
    "$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue'; "
    "$sent = @($input) -join ''; "
    "$text = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($sent)); "
    "& ([ScriptBlock]::Create($text))"
)
"""Runs what comes through stdin: the command line itself must stay under cmd's 8,191 characters."""

PRELUDE = """
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Set-StrictMode -Version 2.0
function ConvertTo-UtcText($moment) {
    if ($null -eq $moment) { return $null }
    $culture = [Globalization.CultureInfo]::InvariantCulture
    return ([DateTime]$moment).ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ', $culture)
}
function Get-RegistryValue($path, $name) {
    if (-not (Test-Path -LiteralPath $path)) { return $null }
    $key = Get-Item -LiteralPath $path
    return $key.GetValue($name, $null)
}
function Get-Setting($path, $name) {
    $value = Get-RegistryValue $path $name
    if ($null -eq $value) { return 'absent' }
    return $value
}
function Get-PropertyValue($object, $name) {
    $property = $object.PSObject.Properties[$name]
    if ($null -eq $property) { return $null }
    return $property.Value
}
function Get-Whole($value) {
    if ($null -eq $value) { return $null }
    return [long]$value
}
function Get-DomainRole {
    $role = (Get-CimInstance -ClassName Win32_ComputerSystem).DomainRole
    if ($null -eq $role) { throw [InvalidOperationException]'no role in the domain' }
    return [int]$role
}
function Get-State($value, $wanted) {
    if ($null -eq $value) { return $null }
    return $value -eq $wanted
}
function Test-ServiceKey($name) {
    return Test-Path -LiteralPath "HKLM:\\SYSTEM\\CurrentControlSet\\Services\\$name"
}
function Test-Administrator {
    $me = New-Object Security.Principal.WindowsPrincipal([Security.Principal.WindowsIdentity]::GetCurrent())
    return $me.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
}
function Write-Line($value) {
    $json = ConvertTo-Json -InputObject $value -Depth 8 -Compress
    $escape = { param($m) '\\u{0:x4}' -f [int][char]$m.Value }
    $safe = [Text.RegularExpressions.Regex]::Replace($json, '[^\\x20-\\x7e]', $escape)
    [Console]::Out.WriteLine($safe)
}
function Invoke-Block($name, $body) {
    try {
        $data = & $body
        if ($data -is [Collections.IDictionary] -and $data.Contains('rows')) { $data = $data['rows'] }
        Write-Line @{ block = $name; ok = $true; data = $data }
    } catch {
        $e = $_.Exception
        while ($null -ne $e.InnerException) { $e = $e.InnerException }
        $kind = $e.GetType().FullName
        $category = [int]$_.CategoryInfo.Category
        $result = '{0:x8}' -f $e.HResult
        Write-Line @{ block = $name; ok = $false; kind = $kind; category = $category; hresult = $result }
    }
}
"""

PERMISSION_DENIED = 18  # ErrorCategory.PermissionDenied
SECURITY_ERROR = 8  # ErrorCategory.SecurityError
OBJECT_NOT_FOUND = 13  # ErrorCategory.ObjectNotFound: also a command that this Windows does not have
_DENIED_KINDS = {"System.UnauthorizedAccessException", "System.Security.SecurityException"}
_DENIED_RESULTS = {"80070005", "80041003"}  # E_ACCESSDENIED, WBEM_E_ACCESS_DENIED
_ABSENT_KINDS = {"System.Management.Automation.CommandNotFoundException"}
_ABSENT_RESULTS = {"80041010", "8004100e", "80041002"}  # WBEM_E_INVALID_CLASS, _INVALID_NAMESPACE, _NOT_FOUND


def script_of(blocks: Mapping[str, str], mark: str) -> str:
    """Return the whole script for these blocks (name -> body, whose output is the block's data)."""
    calls = "\n".join(f"Invoke-Block '{name}' {{\n{body.strip()}\n}}" for name, body in blocks.items())
    return f"{PRELUDE}\n{calls}\nWrite-Line @{{ end = '{mark}'; blocks = {len(blocks)} }}\n"


def new_mark() -> str:
    """Return a mark that no earlier output can hold."""
    return secrets.token_hex(12)


def encoded_bootstrap() -> str:
    """Return the bootstrap as -EncodedCommand takes it: base64 of UTF-16LE."""
    return base64.b64encode(BOOTSTRAP.encode("utf-16-le")).decode("ascii")


def stdin_of(script: str, line_characters: int = 4_000) -> bytes:
    """Return the script as it goes through stdin: base64 of UTF-8 in lines, so that no code page can change it."""
    packed = base64.b64encode(script.encode("utf-8")).decode("ascii")
    lines = (packed[start : start + line_characters] for start in range(0, len(packed), line_characters))
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def replies_of(output: str, blocks: Mapping[str, str], mark: str) -> dict[str, JsonValue | Gap]:
    """Return the data or the gap of each block; raises UnexpectedReply when the end mark is missing or wrong."""
    documents = [_strict(line) for line in output.splitlines() if line.strip()]
    if not documents or documents[-1] != {"end": mark, "blocks": len(blocks)}:
        raise UnexpectedReply("has no end mark, so that it may have been cut")
    replies = _by_block(documents[:-1], blocks)
    missing = Gap(reason=GapReason.UNEXPECTED_REPLY, text="is missing in the reply")
    return {name: replies.get(name, missing) for name in blocks}


def ends_with(output: str, mark: str) -> bool:
    """Return whether the last line of an output names the mark, so that the script came to its end."""
    lines = output.split()
    return bool(lines) and mark in lines[-1]


def answered_in(output: str, blocks: Mapping[str, str], mark: str) -> dict[str, JsonValue | Gap]:
    """Return what blocks answered in an output that broke off: its whole lines; raises UnexpectedReply as above."""
    whole = output[: output.rfind("\n") + 1]
    documents = [_strict(line) for line in whole.splitlines() if line.strip()]
    return _by_block([one for one in documents if one != {"end": mark, "blocks": len(blocks)}], blocks)


def _by_block(documents: list[JsonValue], blocks: Mapping[str, str]) -> dict[str, JsonValue | Gap]:
    replies: dict[str, JsonValue | Gap] = {}
    for document in documents:
        name = document.get("block") if isinstance(document, dict) else None
        if not isinstance(document, dict) or not isinstance(name, str) or name not in blocks or name in replies:
            raise UnexpectedReply("holds a line that is none of its blocks")
        replies[name] = document.get("data") if document.get("ok") is True else _gap(document)
    return replies


def _gap(document: Mapping[str, JsonValue]) -> Gap:
    kind, result = str(document.get("kind", ""))[:120], str(document.get("hresult", ""))[:8]
    if (
        kind in _DENIED_KINDS
        or result in _DENIED_RESULTS
        or document.get("category") in {PERMISSION_DENIED, SECURITY_ERROR}
    ):
        return Gap(reason=GapReason.ACCESS_DENIED, text="may not be read with this account")
    if kind in _ABSENT_KINDS or result in _ABSENT_RESULTS:
        return Gap(reason=GapReason.UNSUPPORTED, text="cannot be told by this Windows: it lacks the command or class")
    return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"could not be read ({kind} {result})")


def _strict(line: str) -> JsonValue:
    """Return one line's JSON; raises UnexpectedReply for NaN, double keys, endless numbers and deep nesting."""

    def once(pairs: list[tuple[str, JsonValue]]) -> JsonValue:
        document = dict(pairs)
        if len(document) != len(pairs):
            raise UnexpectedReply("holds a key twice")
        return document

    def refuse(word: str) -> JsonValue:
        raise UnexpectedReply(f"holds the number {word[:20]}")

    def whole(digits: str) -> JsonValue:
        return int(digits) if len(digits) <= NUMBER_LIMIT_CHARACTERS else refuse(digits)

    def decimal(digits: str) -> JsonValue:
        value = float(digits)
        return value if abs(value) < float("inf") else refuse(digits)

    try:
        document: JsonValue = json.loads(
            line, object_pairs_hook=once, parse_constant=refuse, parse_int=whole, parse_float=decimal
        )
    except (json.JSONDecodeError, RecursionError) as error:
        raise UnexpectedReply("holds a line that is no JSON") from error
    if _depth(document) > DEPTH_LIMIT_COUNT:
        raise UnexpectedReply(f"is nested deeper than {DEPTH_LIMIT_COUNT}")
    return document


def _depth(value: JsonValue) -> int:
    level: list[JsonValue] = [value]
    for depth in range(DEPTH_LIMIT_COUNT + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return depth
    return DEPTH_LIMIT_COUNT + 1
