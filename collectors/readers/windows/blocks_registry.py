"""Script blocks that read settings from the registry: a value that is not there is $null, never a default."""

AUTHENTICATION = r"""
$lsa = 'HKLM:\SYSTEM\CurrentControlSet\Control\Lsa'
$logon = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon'
$system = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System'
$stored = (Get-Item -LiteralPath $logon).GetValueNames() -contains 'DefaultPassword'
return @{
    build = [string](Get-RegistryValue 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion' 'CurrentBuild')
    lm_level = Get-Setting $lsa 'LmCompatibilityLevel'
    no_lm_hash = Get-Setting $lsa 'NoLMHash'
    restrict_sam = Get-Setting $lsa 'RestrictAnonymousSAM'
    restrict = Get-Setting $lsa 'RestrictAnonymous'
    everyone_anonymous = Get-Setting $lsa 'EveryoneIncludesAnonymous'
    run_as_ppl = Get-Setting $lsa 'RunAsPPL'
    wdigest = Get-Setting 'HKLM:\SYSTEM\CurrentControlSet\Control\SecurityProviders\WDigest' 'UseLogonCredential'
    auto_logon = [string](Get-Setting $logon 'AutoAdminLogon')
    password_stored = [bool]$stored
    banner_characters = ([string](Get-RegistryValue $system 'legalnoticetext')).Trim().Length
}
"""

HARDENING = r"""
$system = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System'
$shell = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\Explorer'
$policy = 'HKLM:\SOFTWARE\Policies\Microsoft\Windows'
$disks = "$policy\RemovableStorageDevices\{53f5630d-b6bf-11d0-94f2-00a0c91efb8b}"
$net = 'HKLM:\SOFTWARE\Microsoft\.NETFramework\v4.0.30319'
$net32 = 'HKLM:\SOFTWARE\WOW6432Node\Microsoft\.NETFramework\v4.0.30319'
return @{
    multicast = Get-Setting 'HKLM:\SOFTWARE\Policies\Microsoft\Windows NT\DNSClient' 'EnableMulticast'
    uac = Get-Setting $system 'EnableLUA'
    admin_prompt = Get-Setting $system 'ConsentPromptBehaviorAdmin'
    inactivity_s = Get-Setting $system 'InactivityTimeoutSecs'
    autorun_mask = Get-Setting $shell 'NoDriveTypeAutoRun'
    scriptblock_logging = Get-Setting "$policy\PowerShell\ScriptBlockLogging" 'EnableScriptBlockLogging'
    all_storage_denied = Get-Setting "$policy\RemovableStorageDevices" 'Deny_All'
    disk_read_denied = Get-Setting $disks 'Deny_Read'
    disk_write_denied = Get-Setting $disks 'Deny_Write'
    usb_start = Get-Setting 'HKLM:\SYSTEM\CurrentControlSet\Services\USBSTOR' 'Start'
    strong_crypto = [object[]]@(
        (Get-Setting $net 'SchUseStrongCrypto')
        (Get-Setting $net32 'SchUseStrongCrypto')
        (Get-Setting $net 'SystemDefaultTlsVersions')
        (Get-Setting $net32 'SystemDefaultTlsVersions')
    )
}
"""

TLS = r"""
$root = 'HKLM:\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols'
$build = [string](Get-RegistryValue 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion' 'CurrentBuild')
return @{
    build = $build
    protocols = [object[]]@(foreach ($name in @('SSL 2.0', 'SSL 3.0', 'TLS 1.0', 'TLS 1.1', 'TLS 1.2', 'TLS 1.3')) {
        @{
            name = $name
            enabled = Get-Setting "$root\$name\Server" 'Enabled'
            off_by_default = Get-Setting "$root\$name\Server" 'DisabledByDefault'
        }
    })
}
"""

RDP_LIMITS = r"""
$policy = 'HKLM:\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services'
$own = 'HKLM:\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp'
return @{
    policy_idle_ms = Get-Setting $policy 'MaxIdleTime'
    policy_disconnected_ms = Get-Setting $policy 'MaxDisconnectionTime'
    idle_ms = Get-Setting $own 'MaxIdleTime'
    disconnected_ms = Get-Setting $own 'MaxDisconnectionTime'
    idle_by_account = Get-Setting $own 'fInheritMaxIdleTime'
    disconnected_by_account = Get-Setting $own 'fInheritMaxDisconnectionTime'
}
"""

LAPS = r"""
$csp = 'HKLM:\SOFTWARE\Microsoft\Policies\LAPS'
$policy = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\LAPS'
$local = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\LAPS\Config'
$legacy = 'HKLM:\SOFTWARE\Policies\Microsoft Services\AdmPwd'
return @{
    places = [object[]]@(foreach ($place in @($csp, $policy, $local)) {
        @{
            directory = Get-Setting $place 'BackupDirectory'
            account = Get-Setting $place 'AdministratorAccountName'
        }
    })
    legacy = Get-Setting $legacy 'AdmPwdEnabled'
    legacy_account = Get-Setting $legacy 'AdminAccountName'
}
"""

FORWARDING = r"""
$root = 'HKLM:\SOFTWARE\Policies\Microsoft\Windows\EventLog\EventForwarding\SubscriptionManager'
if (-not (Test-Path -LiteralPath $root)) { return @{ rows = [object[]]@() } }
$key = Get-Item -LiteralPath $root
return @{ rows = [object[]]@(foreach ($name in $key.GetValueNames()) { [string]$key.GetValue($name, '') }) }
"""

CLOCK = r"""
$lines = [object[]]@(foreach ($line in & w32tm.exe /query /status /verbose) { [string]$line })
return @{ rows = $lines }
"""

BLOCKS = {
    "authentication": AUTHENTICATION,
    "hardening": HARDENING,
    "tls": TLS,
    "rdp-limits": RDP_LIMITS,
    "laps": LAPS,
    "forwarding": FORWARDING,
    "clock": CLOCK,
}
