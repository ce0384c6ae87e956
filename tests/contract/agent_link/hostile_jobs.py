"""Jobs that no honest server sends: each is one change of a good one, with the words that say what is wrong."""

from collections.abc import Iterator, Sequence
from typing import Any

Job = dict[str, Any]
Values = Sequence[Any]
GOOD_ADDRESS = "192.0.2.7"
NAMES = {"leads-out.example": "203.0.113.5", "leads-home.example": "127.0.0.1", "nowhere.example": ""}
"""What the played name server says."""

ADDRESSES: Values = (
    "198.51.100.7", "10.0.0.1", "8.8.8.8", "127.0.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "169.254.169.254",
    "169.254.1.1", "192.0.2.0", "192.0.2.255", "192.0.3.7", "2130706433", "0x7f000001", "0300.0.2.7", "127.1", "0",
    "192.0.2.7.", "192.0.2.07", "192.0.2.7:22", "192.0.2.7/32", "192.0.2.7 ", " 192.0.2.7", "192.0.2.7%eth0", "::1",
    "fe80::1", "fe80::1%eth0", "ff02::1", "::ffff:192.0.2.7", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2001:db8::1",
    "http://192.0.2.7/", "file:///etc/passwd", "../../etc/passwd", "192.0.2.7;id", "$(id)", "`id`", "a b", "",
    "x" * 300, "１９２.0.2.7", "192.0.2.7\x00", "192.0.2.7\n", "leads-out.example", "leads-home.example",
    "nowhere.example", "localhost", "-oProxyCommand=id", "192.0.2.1-192.0.2.9",
)  # fmt: skip
PORTS: Values = (0, -1, 65_536, 10**9, "161", 161.5, True, [161], {"is": 161}, 22, 23, 80, 443, 445, 3389, 162)
TRANSPORTS: Values = (
    "telnet",
    "http",
    "SNMP",
    "snmp ",
    "",
    None,
    7,
    "local",
    "ssh",
    "winrm",
    "nut",
    "ftp",
    "exec",
    ["snmp"],
)
DRIVERS: Values = (
    "nmap", "../evil", "os.system", "apc_powernet;id", "APC_POWERNET", "a" * 65, "", "linux", "__init__",
    "collectors.drivers.linux", "apc_powernet\x00", 7, ["linux"], "cisco_ios",
)  # fmt: skip
EXTRA: Values = (
    "command",
    "script",
    "url",
    "path",
    "args",
    "environment",
    "shell",
    "code",
    "module",
    "oid",
    "set",
    "timeout_s",
)
IDS: Values = (
    "", "x", "01arz3ndektsv4rrffq69g5fav", "01ARZ3NDEKTSV4RRFFQ69G5FA", "01ARZ3NDEKTSV4RRFFQ69G5FAVV", 7, None,
    "../../../../../../etc/pass", "01ARZ3NDEKTSV4RRFFQ69G5FA\n", "01ARZ3NDEKTSV4RRFFQ69G5FAU", ["x"], {"a": 1},
)  # fmt: skip
ATTEMPTS: Values = (0, -1, 101, 10**15, "1", 1.5, True, None, [1])
ENDS: Values = (
    "2026-11-22T08:00:00Z",
    "1970-01-01T00:00:00Z",
    "2026-11-22T12:00:00",
    "never",
    "",
    None,
    [],
    {},
    "9" * 400,
)
URGENCIES: Values = ("yes", 1, None, [], "true")
KINDS: Values = (
    "shell",
    "run",
    "update",
    "exec",
    "SCAN",
    "scan ",
    "",
    None,
    7,
    ["scan"],
    "script",
    "upgrade",
    "reboot",
)
CREDENTIALS: Values = (
    "not-entered", "../snmp-ro", "other-site", "snmp-elsewhere", "", "a" * 101, None, {"community": "public"}, 7,
    "ssh-root", "snmp-ro\x00", "snmp-ro ", " snmp-ro",
)  # fmt: skip
PINS: Values = ("short", "has blanks in it, and is long enough", "", 7, ["x"], "a" * 200, "../../../../../etc/passwd#")
DEVICE_IDS: Values = ("", "x", "../../x", None, 7, "01ARZ3NDEKTSV4RRFFQ69G5FA\x00")
DEVICE_NAMES: Values = ("", "x" * 201, None, 7, ["x"])
WHOLE: Values = (None, [], "scan", 7, 1.5, True, {}, [[]], {"kind": "scan"}, {"target": {}}, {"id": None})
NETWORKS: Values = (
    ["198.51.100.0/24"], ["0.0.0.0/0"], ["192.0.2.0/23"], ["192.0.0.0/8"], ["192.0.2.7/24"], ["::/0"],
    ["2001:db8::/32"], [], None, "192.0.2.0/24", ["192.0.2.0/24"] * 65, ["nonsense"], [7], [None],
    ["192.0.2.0/24", "10.0.0.0/8"],
    ["127.0.0.0/8"], ["169.254.0.0/16"], ["224.0.0.0/4"], ["192.0.2.0/24; id"], [["192.0.2.0/24"]],
)  # fmt: skip


def mutations(good: Job) -> Iterator[tuple[str, Any]]:
    """Yields what is wrong, and the job; ids are the good one's, which has not been used."""
    of_target: Sequence[tuple[str, Values]] = (
        ("address", ADDRESSES), ("port", PORTS), ("transport", TRANSPORTS), ("driver", DRIVERS),
        ("credential", CREDENTIALS), ("host_key", PINS), ("certificate", PINS), ("device_id", DEVICE_IDS),
        ("name", DEVICE_NAMES),
    )  # fmt: skip
    for name, values in of_target:
        for value in values:
            yield f"{name} {value!r}", {**good, "target": {**good["target"], name: value}}
    of_job: Sequence[tuple[str, Values]] = (
        ("id", IDS), ("attempt", ATTEMPTS), ("not_after", ENDS), ("urgent", URGENCIES), ("kind", KINDS),
        ("target", WHOLE),
    )  # fmt: skip
    for name, values in of_job:
        for value in values:
            yield f"{name} {value!r}", {**good, name: value}
    for name in EXTRA:
        yield f"a job with {name}", {**good, name: "id"}
        yield f"a target with {name}", {**good, "target": {**good["target"], name: "id"}}
    for name in good:
        if name != "urgent":
            yield f"no {name}", {key: value for key, value in good.items() if key != name}
    for value in WHOLE:
        yield f"job {value!r}", value
    plain = {key: good[key] for key in ("id", "attempt", "not_after", "urgent")}
    for value in NETWORKS:
        yield f"discovery of {str(value)[:60]}", {**plain, "kind": "discover", "networks": value}
    yield "a discovery with ports", {**plain, "kind": "discover", "networks": ["192.0.2.0/29"], "ports": [23]}
    yield (
        "a discovery with a credential",
        {**plain, "kind": "discover", "networks": ["192.0.2.0/29"], "credential": "x"},
    )
    for value in ("198.51.100.7", "127.0.0.1", "leads-out.example"):
        target = {**good["target"], "address": value}
        yield f"a trial of {value}", {**good, "kind": "try_access", "target": target, "released": True}
    yield "a released scan", {**good, "released": True}
