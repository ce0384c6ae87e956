"""The PowerShell of each block, for Windows PowerShell 5.1: read only, no localised text, moments in UTC.

A property that may be empty is never cast: [bool]$null is $false and [int]$null is 0, a statement; [string]$null is ''
and read as nothing. `Get-Whole`, `Get-Setting` and the like come with the transport (`script.PRELUDE`). A list is given
as `@{ rows = [object[]]@(...) }`: PowerShell takes a list that is returned bare apart, so that one entry were no list
and none were nothing.
"""

OS = r"""
$os = Get-CimInstance -ClassName Win32_OperatingSystem
$cv = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
return @{
    caption = $os.Caption
    version = $os.Version
    build = [string](Get-RegistryValue $cv 'CurrentBuild')
    revision = Get-RegistryValue $cv 'UBR'
    product_type = Get-Whole $os.ProductType
    booted_at = ConvertTo-UtcText $os.LastBootUpTime
    memory_kib = Get-Whole $os.TotalVisibleMemorySize
    free_memory_kib = Get-Whole $os.FreePhysicalMemory
}
"""

IDENTITY = r"""
$system = Get-CimInstance -ClassName Win32_ComputerSystem
$bios = Get-CimInstance -ClassName Win32_BIOS
$product = Get-CimInstance -ClassName Win32_ComputerSystemProduct
return @{
    name = $system.Name
    manufacturer = $system.Manufacturer
    model = $system.Model
    domain_role = Get-Whole $system.DomainRole
    part_of_domain = $system.PartOfDomain
    domain = $system.Domain
    serial = $bios.SerialNumber
    bios_version = $bios.SMBIOSBIOSVersion
    bios_released_at = ConvertTo-UtcText $bios.ReleaseDate
    uuid = $product.UUID
    machine_guid = [string](Get-RegistryValue 'HKLM:\SOFTWARE\Microsoft\Cryptography' 'MachineGuid')
}
"""

VOLUMES = r"""
$system = $env:SystemDrive
return @{ rows = [object[]]@(foreach ($v in Get-CimInstance -ClassName Win32_Volume) {
    @{
        letter = $v.DriveLetter
        name = $v.Name
        device = $v.DeviceID
        label = $v.Label
        drive_type = Get-Whole $v.DriveType
        file_system = $v.FileSystem
        size_bytes = $v.Capacity
        free_bytes = $v.FreeSpace
        dirty = $v.DirtyBitSet
        boot_volume = $v.BootVolume
        system_volume = $v.SystemVolume
        is_system_drive = ($v.DriveLetter -eq $system)
    }
}) }
"""

LOGON_POLICY = r"""
if ((Get-DomainRole) -ge 4) {
    $p = Get-ADDefaultDomainPasswordPolicy
    return @{
        source = 'domain'
        min_length = Get-Whole $p.MinPasswordLength
        history = Get-Whole $p.PasswordHistoryCount
        max_age_s = Get-Whole $p.MaxPasswordAge.TotalSeconds
        min_age_s = Get-Whole $p.MinPasswordAge.TotalSeconds
        complexity = $p.ComplexityEnabled
        reversible = $p.ReversibleEncryptionEnabled
        lockout_threshold = Get-Whole $p.LockoutThreshold
        lockout_duration_s = Get-Whole $p.LockoutDuration.TotalSeconds
        lockout_window_s = Get-Whole $p.LockoutObservationWindow.TotalSeconds
    }
}
$c = [ADSI]"WinNT://$env:COMPUTERNAME,computer"
return @{
    source = 'local'
    min_length = $c.MinPasswordLength.Value
    history = $c.PasswordHistoryLength.Value
    max_age_s = $c.MaxPasswordAge.Value
    min_age_s = $c.MinPasswordAge.Value
    lockout_threshold = $c.MaxBadPasswordsAllowed.Value
    lockout_duration_s = $c.AutoUnlockInterval.Value
    lockout_window_s = $c.LockoutObservationInterval.Value
}
"""

PATCH = r"""
$results = (New-Object -ComObject Microsoft.Update.AutoUpdate).Results
$servicing = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending'
$update = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired'
$renames = Get-RegistryValue 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager' 'PendingFileRenameOperations'
$policy = 'HKLM:\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate'
$installed = $results.LastInstallationSuccessDate
if ($null -ne $installed) { $installed = [DateTime]::SpecifyKind([DateTime]$installed, 'Utc') }
return @{
    last_success_at = ConvertTo-UtcText $installed
    servicing_pending = [bool](Test-Path -LiteralPath $servicing)
    update_pending = [bool](Test-Path -LiteralPath $update)
    renames_pending = ($null -ne $renames)
    use_update_server = Get-Setting "$policy\AU" 'UseWUServer'
    no_auto_update = Get-Setting "$policy\AU" 'NoAutoUpdate'
    auto_options = Get-Setting "$policy\AU" 'AUOptions'
}
"""

TIME = r"""
$own = 'HKLM:\SYSTEM\CurrentControlSet\Services\W32Time\Parameters'
$policy = 'HKLM:\SOFTWARE\Policies\Microsoft\W32Time\Parameters'
$service = Get-CimInstance -ClassName Win32_Service -Filter "Name='W32Time'"
return @{
    type = [string](Get-RegistryValue $own 'Type')
    servers = [string](Get-RegistryValue $own 'NtpServer')
    policy_type = Get-Setting $policy 'Type'
    policy_servers = Get-Setting $policy 'NtpServer'
    running = Get-State $service.State 'Running'
    start = $service.StartMode
    zone = [TimeZoneInfo]::Local.Id
}
"""

SERVICES = r"""
return @{ rows = [object[]]@(foreach ($s in Get-CimInstance -ClassName Win32_Service) {
    @{
        name = $s.Name
        state = $s.State
        start = $s.StartMode
        account = $s.StartName
        path = $s.PathName
    }
}) }
"""

FIREWALL = r"""
return @{ rows = [object[]]@(foreach ($p in Get-NetFirewallProfile -PolicyStore ActiveStore) {
    @{ name = [string]$p.Name; enabled = Get-Whole $p.Enabled; inbound = Get-Whole $p.DefaultInboundAction }
}) }
"""

SMB = r"""
$server = Get-SmbServerConfiguration
$client = Get-SmbClientConfiguration
return @{
    v1 = $server.EnableSMB1Protocol
    server_signing = $server.RequireSecuritySignature
    client_signing = $client.RequireSecuritySignature
}
"""

RDP = r"""
$own = 'HKLM:\SYSTEM\CurrentControlSet\Control\Terminal Server'
$policy = 'HKLM:\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services'
return @{
    deny = Get-Setting $own 'fDenyTSConnections'
    policy_deny = Get-Setting $policy 'fDenyTSConnections'
    nla = Get-Setting "$own\WinStations\RDP-Tcp" 'UserAuthentication'
    policy_nla = Get-Setting $policy 'UserAuthentication'
}
"""

ADMINS = r"""
if ((Get-DomainRole) -ge 4) { return $null }
$group = Get-CimInstance -ClassName Win32_Group -Filter "LocalAccount=True AND SID='S-1-5-32-544'"
$members = ([ADSI]"WinNT://$env:COMPUTERNAME/$($group.Name),group").Invoke('Members')
return @{ rows = [object[]]@(foreach ($member in $members) {
    $path = [string]$member.GetType().InvokeMember('ADsPath', 'GetProperty', $null, $member, $null)
    $octets = [byte[]]$member.GetType().InvokeMember('objectSid', 'GetProperty', $null, $member, $null)
    @{ path = $path; sid = (New-Object Security.Principal.SecurityIdentifier($octets, 0)).Value }
}) }
"""

ACCOUNTS = r"""
if ((Get-DomainRole) -ge 4) { return $null }
return @{ rows = [object[]]@(foreach ($a in Get-CimInstance -ClassName Win32_UserAccount -Filter 'LocalAccount=True') {
    @{
        name = $a.Name
        sid = $a.SID
        disabled = $a.Disabled
        password_required = $a.PasswordRequired
        password_expires = $a.PasswordExpires
    }
}) }
"""

ANTIVIRUS = r"""
$d = Get-MpComputerStatus
return @{
    running = $d.AMServiceEnabled
    mode = Get-PropertyValue $d 'AMRunningMode'
    realtime = $d.RealTimeProtectionEnabled
    tamper_protected = $d.IsTamperProtected
    signatures_at = ConvertTo-UtcText $d.AntivirusSignatureLastUpdated
    quick_scan_at = ConvertTo-UtcText $d.QuickScanEndTime
    full_scan_at = ConvertTo-UtcText $d.FullScanEndTime
}
"""

FEATURES = r"""
return @{ rows = [object[]]@(foreach ($f in Get-WindowsFeature | Where-Object { $_.Installed }) { [string]$f.Name }) }
"""

EVENT_LOGS = r"""
return @{ rows = [object[]]@(foreach ($name in @('Application', 'Security', 'System')) {
    $log = Get-WinEvent -ListLog $name
    @{ name = $name; max_bytes = Get-Whole $log.MaximumSizeInBytes }
}) }
"""

BLOCKS = {
    "os": OS,
    "identity": IDENTITY,
    "volumes": VOLUMES,
    "password-policy": LOGON_POLICY,
    "patch": PATCH,
    "time": TIME,
    "services": SERVICES,
    "firewall": FIREWALL,
    "smb": SMB,
    "rdp": RDP,
    "admins": ADMINS,
    "accounts": ACCOUNTS,
    "antivirus": ANTIVIRUS,
    "features": FEATURES,
    "event-logs": EVENT_LOGS,
}
