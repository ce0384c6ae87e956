"""Script blocks on the machine itself: licence, start, disks, encryption, network cards, shadow copies, processor."""

LICENCE = r"""
$filter = "ApplicationID='55c92734-d682-4d71-983e-d6ec3f16059f' AND PartialProductKey IS NOT NULL"
return @{ rows = [object[]]@(foreach ($l in Get-CimInstance -ClassName SoftwareLicensingProduct -Filter $filter) {
    @{ status = Get-Whole $l.LicenseStatus; description = [string]$l.Description }
}) }
"""

STARTUP = r"""
$crash = 'HKLM:\SYSTEM\CurrentControlSet\Control\CrashControl'
return @{
    crash_dump = Get-RegistryValue $crash 'CrashDumpEnabled'
    crash_restart = Get-RegistryValue $crash 'AutoReboot'
    dotnet_release = Get-RegistryValue 'HKLM:\SOFTWARE\Microsoft\NET Framework Setup\NDP\v4\Full' 'Release'
    firmware_type = Get-RegistryValue 'HKLM:\SYSTEM\CurrentControlSet\Control' 'PEFirmwareType'
    secure_boot = Get-RegistryValue 'HKLM:\SYSTEM\CurrentControlSet\Control\SecureBoot\State' 'UEFISecureBootEnabled'
    powershell = $PSVersionTable.PSVersion.ToString()
    chassis = [object[]]@(foreach ($c in Get-CimInstance -ClassName Win32_SystemEnclosure) {
        foreach ($kind in $c.ChassisTypes) { Get-Whole $kind }
    })
}
"""

TPM = r"""
$class = @{ Namespace = 'root\cimv2\Security\MicrosoftTpm'; ClassName = 'Win32_Tpm' }
return @{ rows = [object[]]@(foreach ($t in Get-CimInstance @class) { [string]$t.SpecVersion }) }
"""

PROCESSOR = r"""
$class = 'Win32_PerfFormattedData_PerfOS_Processor'
$total = Get-CimInstance -ClassName $class -Filter "Name='_Total'"
return @{ busy_percent = Get-Whole $total.PercentProcessorTime }
"""

ENCRYPTION = r"""
$class = @{ Namespace = 'root\cimv2\Security\MicrosoftVolumeEncryption'; ClassName = 'Win32_EncryptableVolume' }
return @{ rows = [object[]]@(foreach ($v in Get-CimInstance @class) {
    @{ device = [string]$v.DeviceID; letter = $v.DriveLetter; protection = Get-Whole $v.ProtectionStatus }
}) }
"""

SHADOW_COPIES = r"""
if (-not (Test-Administrator)) { throw [UnauthorizedAccessException]'none may be shown' }
return @{ rows = [object[]]@(foreach ($s in Get-CimInstance -ClassName Win32_ShadowCopy) {
    @{
        volume = [string]$s.VolumeName
        taken_at = ConvertTo-UtcText $s.InstallDate
        for_users = $s.ClientAccessible
    }
}) }
"""

DISKS = r"""
$predicted = @{}
try {
    foreach ($p in Get-CimInstance -Namespace root\wmi -ClassName MSStorageDriver_FailurePredictStatus) {
        $predicted[([string]$p.InstanceName).ToUpperInvariant()] = $p.PredictFailure
    }
} catch { $predicted = @{} }
$devices = @{}
foreach ($d in Get-CimInstance -ClassName Win32_DiskDrive) {
    $devices[[string]$d.Index] = ([string]$d.PNPDeviceID).ToUpperInvariant() + '_0'
}
$class = @{ Namespace = 'root\Microsoft\Windows\Storage'; ClassName = 'MSFT_PhysicalDisk' }
return @{ rows = [object[]]@(foreach ($d in Get-CimInstance @class) {
    $id = [string]$d.DeviceId
    $device = $devices[$id]
    @{
        id = $id
        name = [string]$d.FriendlyName
        health = Get-Whole $d.HealthStatus
        media = Get-Whole $d.MediaType
        predicted = if ($null -ne $device -and $predicted.ContainsKey($device)) { $predicted[$device] } else { $null }
    }
}) }
"""

VIRTUAL_DISKS = r"""
$class = @{ Namespace = 'root\Microsoft\Windows\Storage'; ClassName = 'MSFT_VirtualDisk' }
return @{ rows = [object[]]@(foreach ($d in Get-CimInstance @class) {
    @{
        name = [string]$d.FriendlyName
        health = Get-Whole $d.HealthStatus
        states = [object[]]@(foreach ($s in $d.OperationalStatus) { Get-Whole $s })
    }
}) }
"""

NICS = r"""
$names = @{}
foreach ($a in Get-CimInstance -ClassName Win32_NetworkAdapter) { $names["$($a.Index)"] = [string]$a.NetConnectionID }
$enabled = Get-CimInstance -ClassName Win32_NetworkAdapterConfiguration -Filter 'IPEnabled=True'
return @{ rows = [object[]]@(foreach ($n in $enabled) {
    $servers = $null
    if ($null -ne $n.DNSServerSearchOrder) { $servers = [object[]]@($n.DNSServerSearchOrder) }
    @{
        name = $names["$($n.Index)"]
        description = [string]$n.Description
        dhcp = $n.DHCPEnabled
        netbios = $n.TcpipNetbiosOptions
        dns_servers = $servers
    }
}) }
"""

PRINTERS = r"""
$root = 'HKLM:\SYSTEM\CurrentControlSet\Control\Print\Printers'
if (-not (Test-Path -LiteralPath $root)) { return $null }
return @{ rows = [object[]]@(foreach ($p in Get-ChildItem -LiteralPath $root) {
    @{ name = [string]$p.PSChildName; attributes = $p.GetValue('Attributes', $null) }
}) }
"""

SOFTWARE = r"""
$roots = @(
    'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall'
    'HKLM:\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall'
)
return @{ rows = [object[]]@(foreach ($root in $roots) {
    if (Test-Path -LiteralPath $root) {
        foreach ($key in Get-ChildItem -LiteralPath $root) {
            $name = [string]$key.GetValue('DisplayName', '')
            $parent = [string]$key.GetValue('ParentKeyName', '')
            if ($name -ne '' -and $parent -eq '' -and $key.GetValue('SystemComponent', 0) -ne 1) {
                @{ name = $name; version = [string]$key.GetValue('DisplayVersion', '') }
            }
        }
    }
}) }
"""

BLOCKS = {
    "licence": LICENCE,
    "startup": STARTUP,
    "tpm": TPM,
    "processor": PROCESSOR,
    "encryption": ENCRYPTION,
    "shadow-copies": SHADOW_COPIES,
    "disks": DISKS,
    "virtual-disks": VIRTUAL_DISKS,
    "nics": NICS,
    "printers": PRINTERS,
    "software": SOFTWARE,
}
