"""Script blocks on what the machine offers and records: WinRM, audit, shares, certificates, tasks, events, updates."""

WINRM = r"""
$service = 'WSMan:\localhost\Service'
return @{
    unencrypted = [string](Get-Item -Path "$service\AllowUnencrypted").Value
    basic = [string](Get-Item -Path "$service\Auth\Basic").Value
    listeners = [object[]]@(foreach ($l in Get-ChildItem -Path 'WSMan:\localhost\Listener') {
        [string](@($l.Keys) -like 'Transport=*')
    })
}
"""

WINRM_NETWORKS = r"""
$open = { param($ports)
    foreach ($p in @($ports)) {
        if ($p -eq 'Any' -or $p -eq '5985' -or $p -eq '5986') { return $true }
        if ($p -match '^(\d+)-(\d+)$' -and [int]$Matches[1] -le 5986 -and [int]$Matches[2] -ge 5985) { return $true }
    }
    return $false
}
$store = @{ PolicyStore = 'ActiveStore' }
$filters = Get-NetFirewallPortFilter @store | Where-Object {
    ($_.Protocol -eq 'TCP' -or $_.Protocol -eq 'Any') -and (& $open $_.LocalPort)
}
return @{ rows = [object[]]@(foreach ($filter in $filters) {
    $rule = $filter | Get-NetFirewallRule
    $codes = @((Get-Whole $rule.Enabled), (Get-Whole $rule.Direction), (Get-Whole $rule.Action))
    if ($codes -contains $null) { throw [InvalidOperationException]'a rule without a state' }
    if ($codes[0] -ne 1 -or $codes[1] -ne 1 -or $codes[2] -ne 2) { continue }
    $program = [string]($rule | Get-NetFirewallApplicationFilter).Program
    $service = [string]($rule | Get-NetFirewallServiceFilter).Service
    if (@('Any', 'System', '') -contains $program -and @('Any', 'WinRM', '') -contains $service) {
        foreach ($address in ($rule | Get-NetFirewallAddressFilter).RemoteAddress) { [string]$address }
    }
}) }
"""

AUDIT = r"""
$lines = [object[]]@(foreach ($line in & auditpol.exe /get '/category:*' /r) { [string]$line })
if ($LASTEXITCODE -ne 0) { throw [UnauthorizedAccessException]'auditpol' }
return @{ rows = $lines }
"""

SHARES = r"""
$all = (Get-SmbServerConfiguration).EncryptData
return @{ rows = [object[]]@(foreach ($s in Get-SmbShare -Special $false) {
    $folder = $null
    try { $folder = (Get-Acl -LiteralPath $s.Path).Sddl } catch { $folder = $null }
    @{
        name = [string]$s.Name
        kind = Get-Whole $s.ShareType
        share_sddl = [string]$s.SecurityDescriptor
        folder_sddl = $folder
        encrypted = if ($all -eq $true) { $true } elseif ($null -eq $all) { $null } else { $s.EncryptData }
    }
}) }
"""

CERTIFICATES = r"""
$used = @{}
$http = 'HKLM:\SYSTEM\CurrentControlSet\Services\HTTP\Parameters'
foreach ($root in @("$http\SslBindingInfo", "$http\SslSniBindingInfo")) {
    if (Test-Path -LiteralPath $root) {
        foreach ($key in Get-ChildItem -LiteralPath $root) {
            $hash = $key.GetValue('SslCertHash', $null)
            if ($null -ne $hash) { $used[[BitConverter]::ToString([byte[]]$hash).Replace('-', '')] = $true }
        }
    }
}
$station = 'HKLM:\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp'
$desktop = Get-RegistryValue $station 'SSLCertificateSHA1Hash'
if ($null -ne $desktop) { $used[[BitConverter]::ToString([byte[]]@($desktop)).Replace('-', '')] = $true }
$listeners = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\WSMAN\Listener'
if (Test-Path -LiteralPath $listeners) {
    foreach ($key in Get-ChildItem -LiteralPath $listeners) {
        $used[([string]$key.GetValue('certThumbprint', '')).Replace(' ', '').ToUpperInvariant()] = $true
    }
}
$own = Get-ChildItem -Path 'Cert:\LocalMachine\My' | Where-Object { -not $_.PSIsContainer }
return @{ rows = [object[]]@(foreach ($c in $own) {
    @{
        subject = [string]$c.Subject
        thumbprint = [string]$c.Thumbprint
        expires_at = ConvertTo-UtcText $c.NotAfter
        in_use = $used.ContainsKey(([string]$c.Thumbprint).ToUpperInvariant())
    }
}) }
"""

TASKS = r"""
if (-not (Test-Administrator)) { throw [UnauthorizedAccessException]'only own tasks are shown' }
$tasks = Get-ScheduledTask | Where-Object { $_.TaskPath -notlike '\Microsoft\*' }
return @{ rows = [object[]]@(foreach ($t in $tasks) {
    $account = [string]$t.Principal.UserId
    if ($account -eq '') { $account = [string]$t.Principal.GroupId }
    @{
        name = [string]$t.TaskPath + [string]$t.TaskName
        state = Get-Whole $t.State
        account = $account
        last_result = Get-Whole (Get-ScheduledTaskInfo -InputObject $t).LastTaskResult
    }
}) }
"""

EVENTS = r"""
$since = [DateTime]::UtcNow.AddDays(-30)
$limit = 5000
$counts = @{}
$capped = $false
$filters = @(
    @{ LogName = 'System'; Level = @(1, 2); StartTime = $since }
    @{ LogName = 'System'; ProviderName = 'disk'; Level = 3; StartTime = $since }
)
foreach ($filter in $filters) {
    try { $events = @(Get-WinEvent -FilterHashtable $filter -MaxEvents $limit) } catch {
        if ($_.FullyQualifiedErrorId -notlike 'NoMatchingEventsFound*') { throw }
        $events = @()
    }
    if ($events.Count -ge $limit) { $capped = $true }
    foreach ($e in $events) {
        $key = [string]$e.ProviderName + '|' + [string]$e.Id + '|' + [string]$e.Level
        $counts[$key] = 1 + [int]$counts[$key]
    }
}
return @{
    capped = $capped
    counts = [object[]]@(foreach ($key in $counts.Keys) { @{ key = [string]$key; count = [int]$counts[$key] } })
}
"""

PREFERENCES = r"""
if (-not (Test-Administrator)) { throw [UnauthorizedAccessException]'not all may be shown' }
$p = Get-MpPreference
return @{
    rules = [object[]]@(foreach ($id in $p.AttackSurfaceReductionRules_Ids) { [string]$id })
    actions = [object[]]@(foreach ($a in $p.AttackSurfaceReductionRules_Actions) { Get-Whole $a })
    exclusions = [object[]]@(foreach ($name in @('ExclusionPath', 'ExclusionProcess', 'ExclusionExtension')) {
        foreach ($entry in Get-PropertyValue $p $name) { if ($null -ne $entry) { [string]$entry } }
    })
}
"""

SECURITY_CENTER = r"""
$class = @{ Namespace = 'root\SecurityCenter2'; ClassName = 'AntiVirusProduct' }
return @{ rows = [object[]]@(foreach ($p in Get-CimInstance @class) {
    @{ name = [string]$p.displayName; state = Get-Whole $p.productState }
}) }
"""

MISSING_UPDATES = r"""
$searched = (New-Object -ComObject Microsoft.Update.AutoUpdate).Results.LastSearchSuccessDate
if ($null -eq $searched) { throw [InvalidOperationException]'never searched' }
if ([DateTime]$searched -lt [DateTime]::UtcNow.AddDays(-7)) { throw [InvalidOperationException]'not searched of late' }
$searcher = (New-Object -ComObject Microsoft.Update.Session).CreateUpdateSearcher()
$searcher.Online = $false
$found = $searcher.Search('IsInstalled=0 and IsHidden=0').Updates
return @{ rows = [object[]]@(foreach ($u in $found) {
    @{
        title = [string]$u.Title
        articles = [object[]]@(foreach ($kb in $u.KBArticleIDs) { [string]$kb })
        severity = [string]$u.MsrcSeverity
        released_at = ConvertTo-UtcText $u.LastDeploymentChangeTime
    }
}) }
"""

SHADOW_WRITERS = r"""
$lines = [object[]]@(foreach ($line in & vssadmin.exe list writers) { [string]$line })
if ($LASTEXITCODE -ne 0) { throw [UnauthorizedAccessException]'vssadmin' }
return @{ rows = $lines }
"""

FILE_SCREENS = r"""
if (-not (Test-ServiceKey 'SrmSvc')) { return $null }
return @{ rows = [object[]]@(foreach ($s in Get-FsrmFileScreen) {
    @{ name = [string]$s.Path; active = $s.Active }
}) }
"""

BLOCKS = {
    "winrm": WINRM,
    "winrm-networks": WINRM_NETWORKS,
    "audit": AUDIT,
    "shares": SHARES,
    "certificates": CERTIFICATES,
    "tasks": TASKS,
    "events": EVENTS,
    "preferences": PREFERENCES,
    "missing-updates": MISSING_UPDATES,
    "shadow-writers": SHADOW_WRITERS,
    "file-screens": FILE_SCREENS,
    "security-center": SECURITY_CENTER,
}
