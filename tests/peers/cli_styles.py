"""How the command lines of network platforms look: prompts, pagers and error texts as in manuals and recordings."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

IOS_ERASE: Final = "\b" * 9 + " " * 8 + "\b" * 9
LINE_ERASE: Final = "\r" + " " * 40 + "\r"


@dataclass(frozen=True)
class CliStyle:
    """One platform. Prompts may hold {name}, {user} and {count}; the unknown text {command}, {first} and {caret}."""

    prompt: str  # after login, when there is an enable step
    enabled_prompt: str
    unknown: str
    pager: str
    pager_erase: str = LINE_ERASE
    pager_off: frozenset[str] = frozenset()
    quiet: frozenset[str] = frozenset()  # accepted without a word
    notices: Mapping[str, str] = field(default_factory=dict)
    has_enable: bool = False
    enable_refused: str = "% Bad secrets"
    enable_wrong: str = ""  # said after each wrong secret
    before_prompt: str = "\n"
    login_page: str = ""  # shown until any key is pressed
    user_suffix: str = ""  # RouterOS takes terminal options after the user name
    slash_paths: bool = False
    contexts: bool = False  # FortiOS: config, edit, next, end, with the context in the prompt
    exits: frozenset[str] = frozenset({"exit", "quit", "logout"})


CISCO_IOS: Final = CliStyle(
    prompt="{name}>",
    enabled_prompt="{name}#",
    unknown="{caret}\n% Invalid input detected at '^' marker.\n",
    pager=" --More-- ",
    pager_erase=IOS_ERASE,
    pager_off=frozenset({"terminal length 0"}),
    quiet=frozenset({"terminal width 511", "terminal width 512", "terminal no monitor"}),
    has_enable=True,
)
CISCO_ASA: Final = CliStyle(
    prompt="{name}> ",
    enabled_prompt="{name}# ",
    unknown="{caret}\nERROR: % Invalid input detected at '^' marker.",
    pager="<--- More --->",
    pager_off=frozenset({"terminal pager 0"}),
    quiet=frozenset({"terminal width 511"}),
    has_enable=True,
    enable_wrong="Invalid password",
    enable_refused="Access denied.",
    before_prompt="",
)
CISCO_NXOS: Final = CliStyle(
    prompt="{name}# ",
    enabled_prompt="{name}# ",
    unknown="{caret}\n% Invalid command at '^' marker.",
    pager="--More--",
    pager_off=frozenset({"terminal length 0"}),
    quiet=frozenset({"terminal width 511"}),
    before_prompt="",
)
CISCO_S300: Final = CliStyle(
    prompt="{name}>",
    enabled_prompt="{name}#",
    unknown="% Unrecognized command",
    pager="More: <space>,  Quit: q or CTRL+Z, One line: <return> ",
    pager_off=frozenset({"terminal datadump"}),
    quiet=frozenset({"terminal width 511"}),
    has_enable=True,
)
FORTINET: Final = CliStyle(
    prompt="{name} $ ",  # an administrator with a read-only profile
    enabled_prompt="{name} # ",
    unknown="Unknown action 0\n",
    pager="--More-- ",
    pager_erase="\r         \r",
    contexts=True,
)
JUNIPER_JUNOS: Final = CliStyle(
    prompt="{user}@{name}> ",
    enabled_prompt="{user}@{name}> ",
    unknown="{caret}\nunknown command.",
    pager="---(more)---",
    pager_off=frozenset({"set cli screen-length 0"}),
    notices={
        "set cli screen-length 0": "Screen length set to 0",
        "set cli screen-width 511": "Screen width set to 511",
        "set cli complete-on-space off": "Disabling complete-on-space",
    },
)
HP_PROCURVE: Final = CliStyle(
    prompt="{name}> ",
    enabled_prompt="{name}# ",
    unknown="Invalid input: {first}",
    pager="-- MORE --, next page: Space, next line: Enter, quit: Control-C",
    pager_erase="\r" + " " * 64 + "\r",
    pager_off=frozenset({"no page"}),
    quiet=frozenset({"terminal width 511"}),
    has_enable=True,
    enable_refused="Unable to verify password",
    login_page="\x1b[2J\x1b[1;1HPress any key to continue",
)
ARUBA_AOSCX: Final = CliStyle(
    prompt="{name}# ",
    enabled_prompt="{name}# ",
    unknown="Invalid input: {first}",
    pager="-- MORE --, next page: Space, next line: Enter, quit: q",
    pager_erase="\r" + " " * 60 + "\r",
    pager_off=frozenset({"no page"}),
    before_prompt="",
)
PALOALTO_PANOS: Final = CliStyle(
    prompt="{user}@{name}> ",
    enabled_prompt="{user}@{name}> ",
    unknown="Unknown command: {first}",
    pager="lines 1-23 ",
    pager_off=frozenset({"set cli pager off"}),
    quiet=frozenset({"set cli scripting-mode on", "set cli terminal width 500"}),
)
CHECKPOINT_GAIA: Final = CliStyle(
    prompt="{name}> ",
    enabled_prompt="{name}> ",
    unknown="CLINFR0329  Invalid command:'{command}'.",
    pager="-- More --",
    pager_off=frozenset({"set clienv rows 0"}),
    before_prompt="",
)
MIKROTIK_ROUTEROS: Final = CliStyle(
    prompt="[{user}@{name}] > ",
    enabled_prompt="[{user}@{name}] > ",
    unknown="bad command name {first} (line 1 column 1)",
    pager="-- [Q quit|D dump|down]",
    user_suffix="+ct511w4098h",
    slash_paths=True,
    before_prompt="",
)
UBIQUITI_EDGESWITCH: Final = replace(
    CISCO_IOS, prompt="({name}) >", enabled_prompt="({name}) #", pager="--More-- or (q)uit", pager_erase=LINE_ERASE
)
EXTREME_EXOS: Final = CliStyle(
    prompt="{name}.{count} > ",
    enabled_prompt="{name}.{count} # ",
    unknown="{caret}\n%% Invalid input detected at '^' marker.",
    pager="Press <SPACE> to continue or <Q> to quit:",
    pager_erase="\r" + " " * 42 + "\r",
    pager_off=frozenset({"disable clipaging"}),
    quiet=frozenset({"disable cli prompting"}),
    before_prompt="",
)
HP_COMWARE: Final = CliStyle(
    prompt="<{name}>",
    enabled_prompt="<{name}>",
    unknown="{caret}\n % Unrecognized command found at '^' position.",
    pager="---- More ----",
    pager_off=frozenset({"screen-length disable"}),
    before_prompt="",
)
HUAWEI: Final = replace(
    HP_COMWARE,
    unknown="{caret}\nError: Unrecognized command found at '^' position.",
    pager="  ---- More ----",
    pager_erase="\x1b[42D" + " " * 42 + "\x1b[42D",
    pager_off=frozenset({"screen-length 0 temporary"}),
)
ARISTA_EOS: Final = replace(
    CISCO_IOS,
    unknown="% Invalid input",
    pager=" --More-- ",
    pager_erase="\r" + " " * 10 + "\r",
    notices={"terminal width 511": "Width set to 511 columns.", "terminal length 0": "Pagination disabled."},
    quiet=frozenset(),
)

DELL_OS6: Final = replace(
    CISCO_IOS, unknown="{caret}\n% Invalid input detected at '^' marker.\n", pager="--More-- or (q)uit"
)
DELL_FORCE10: Final = replace(CISCO_IOS, unknown='{caret}\n% Error: Invalid input at "^" marker.')
ALLIED_TELESIS_AWPLUS: Final = replace(CISCO_IOS, unknown="{caret}\n% Invalid input detected at '^' marker.")
RUCKUS_FASTIRON: Final = replace(
    CISCO_IOS,
    unknown="Invalid input -> {first}\nType ? for a list",
    pager="--More--, next page: Space, next line: Return key, quit: Control-c",
    pager_erase=LINE_ERASE,
    pager_off=frozenset({"skip-page-display"}),
)
ARUBA_OS: Final = replace(
    CISCO_IOS,
    prompt="({name}) >",
    enabled_prompt="({name}) #",
    pager="--More-- (q) quit (u) pageup (/) search (n) repeat",
    pager_erase=LINE_ERASE,
    pager_off=frozenset({"no paging"}),
)
ZYXEL_OS: Final = CliStyle(
    prompt="ZySH> ",
    enabled_prompt="ZySH> ",
    unknown="{first}: command not found",
    pager="--More--",
    before_prompt="",
)

STYLES: Final[Mapping[str, CliStyle]] = {
    "allied_telesis_awplus": ALLIED_TELESIS_AWPLUS,
    "arista_eos": ARISTA_EOS,
    "aruba_aoscx": ARUBA_AOSCX,
    "aruba_os": ARUBA_OS,
    "checkpoint_gaia": CHECKPOINT_GAIA,
    "cisco_asa": CISCO_ASA,
    "cisco_ios": CISCO_IOS,
    "cisco_nxos": CISCO_NXOS,
    "cisco_s300": CISCO_S300,
    "dell_force10": DELL_FORCE10,
    "dell_os6": DELL_OS6,
    "extreme_exos": EXTREME_EXOS,
    "fortinet": FORTINET,
    "hp_comware": HP_COMWARE,
    "hp_procurve": HP_PROCURVE,
    "huawei": HUAWEI,
    "juniper_junos": JUNIPER_JUNOS,
    "mikrotik_routeros": MIKROTIK_ROUTEROS,
    "paloalto_panos": PALOALTO_PANOS,
    "ruckus_fastiron": RUCKUS_FASTIRON,
    "ubiquiti_edgeswitch": UBIQUITI_EDGESWITCH,
    "zyxel_os": ZYXEL_OS,
}
