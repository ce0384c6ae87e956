"""Script blocks on roles that serve others: DHCP, DNS, web, Exchange, remote desktop licensing, cluster."""

DHCP_SERVER = r"""
if (-not (Test-ServiceKey 'DHCPServer')) { return $null }
$setting = Get-DhcpServerSetting
return @{
    joined = $setting.IsDomainJoined
    authorised = $setting.IsAuthorized
    audit_log = (Get-DhcpServerAuditLog).Enable
}
"""

DHCP_SCOPES = r"""
if (-not (Test-ServiceKey 'DHCPServer')) { return $null }
$used = @{}
foreach ($s in Get-DhcpServerv4ScopeStatistics) { $used[[string]$s.ScopeId] = $s.PercentageInUse }
$failover = @{}
foreach ($f in Get-DhcpServerv4Failover) {
    foreach ($scope in $f.ScopeId) { $failover[[string]$scope] = [string]$f.State }
}
return @{ rows = [object[]]@(foreach ($s in Get-DhcpServerv4Scope) {
    $id = [string]$s.ScopeId
    @{ name = $id; state = [string]$s.State; used_percent = $used[$id]; failover = $failover[$id] }
}) }
"""

DNS_SERVER = r"""
if (-not (Test-ServiceKey 'DNS')) { return $null }
$forwarders = [object[]]@(foreach ($a in (Get-DnsServerForwarder).IPAddress) { if ($null -ne $a) { [string]$a } })
$null = Get-Command -Name 'Resolve-DnsName'
$silent = 0
foreach ($address in $forwarders) {
    $ask = @{ Name = '.'; Type = 'NS'; Server = $address; DnsOnly = $true; NoHostsFile = $true; QuickTimeout = $true }
    try { $null = Resolve-DnsName @ask } catch { $silent += 1 }
}
return @{
    forwarders = $forwarders
    silent = $silent
    scavenging = (Get-DnsServerScavenging).ScavengingState
}
"""

DNS_ZONES = r"""
if (-not (Test-ServiceKey 'DNS')) { return $null }
return @{ rows = [object[]]@(foreach ($z in Get-DnsServerZone | Where-Object { -not $_.IsAutoCreated }) {
    $aging = $null
    if ([string]$z.ZoneType -eq 'Primary') {
        try { $aging = (Get-DnsServerZoneAging -Name $z.ZoneName).AgingEnabled } catch { $aging = $null }
    }
    @{
        name = [string]$z.ZoneName
        kind = [string]$z.ZoneType
        update = [string](Get-PropertyValue $z 'DynamicUpdate')
        transfer = [string](Get-PropertyValue $z 'SecureSecondaries')
        aging = $aging
    }
}) }
"""

WEB = r"""
if (-not (Test-ServiceKey 'W3SVC')) { return $null }
$path = Join-Path -Path $env:SystemRoot -ChildPath 'System32\inetsrv\config\applicationHost.config'
$config = New-Object Xml.XmlDocument
$config.Load($path)
$defaults = $config.SelectSingleNode('//applicationPools/applicationPoolDefaults/processModel')
return @{
    default_identity = if ($null -eq $defaults) { '' } else { $defaults.GetAttribute('identityType') }
    pools = [object[]]@(foreach ($p in $config.SelectNodes('//applicationPools/add')) {
        $model = $p.SelectSingleNode('processModel')
        @{
            name = $p.GetAttribute('name')
            identity = if ($null -eq $model) { '' } else { $model.GetAttribute('identityType') }
            user = if ($null -eq $model) { '' } else { $model.GetAttribute('userName') }
        }
    })
    sites = [object[]]@(foreach ($s in $config.SelectNodes('//sites/site')) {
        $folder = $s.SelectSingleNode("application[@path='/']/virtualDirectory[@path='/']/@physicalPath")
        $redirects = $null
        if ($null -ne $folder) {
            $own = Join-Path -Path ([Environment]::ExpandEnvironmentVariables($folder.Value)) -ChildPath 'web.config'
            $redirects = $false
            if (Test-Path -LiteralPath $own) {
                $file = New-Object Xml.XmlDocument
                $to = "//httpRedirect[@enabled='true'][starts-with(@destination, 'https://')]"
                $rewrite = "//rewrite/rules/rule/action[@type='Redirect'][starts-with(@url, 'https://')]"
                try {
                    $file.Load($own)
                    $redirects = $null -ne $file.SelectSingleNode($to) -or $null -ne $file.SelectSingleNode($rewrite)
                } catch { $redirects = $null }
            }
        }
        @{
            name = $s.GetAttribute('name')
            protocols = [object[]]@(foreach ($b in $s.SelectNodes('bindings/binding')) { $b.GetAttribute('protocol') })
            redirects = $redirects
        }
    })
}
"""

EXCHANGE = r"""
$setup = 'HKLM:\SOFTWARE\Microsoft\ExchangeServer\v15\Setup'
$folder = Get-RegistryValue $setup 'MsiInstallPath'
if ($null -eq $folder) { return $null }
$version = (Get-Item -LiteralPath (Join-Path -Path $folder -ChildPath 'bin\ExSetup.exe')).VersionInfo
return @{
    build = [string]$version.FileMajorPart + '.' + [string]$version.FileMinorPart + '.' +
        [string]$version.FileBuildPart + '.' + [string]$version.FilePrivatePart
}
"""

REMOTE_DESKTOP = r"""
$class = @{ Namespace = 'root\cimv2\TerminalServices'; ClassName = 'Win32_TerminalServiceSetting' }
$setting = Get-CimInstance @class
$mode = Get-Whole $setting.TerminalServerMode
if ($null -eq $mode) { throw [InvalidOperationException]'no mode' }
if ($mode -ne 1) { return $null }
$own = 'HKLM:\SYSTEM\CurrentControlSet\Services\TermService\Parameters\LicenseServers'
$policy = 'HKLM:\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services'
return @{
    licensing = Get-Whole $setting.LicensingType
    servers = [object[]]@(foreach ($s in Get-RegistryValue $own 'SpecifiedLicenseServers') {
        if ($null -ne $s) { [string]$s }
    })
    policy_servers = [string](Get-RegistryValue $policy 'LicenseServers')
}
"""

LICENCE_PACKS = r"""
if (-not (Test-ServiceKey 'TermServLicensing')) { return $null }
return @{ rows = [object[]]@(foreach ($p in Get-CimInstance -ClassName Win32_TSLicenseKeyPack) {
    @{ kind = Get-Whole $p.KeyPackType; total = Get-Whole $p.TotalLicenses; free = Get-Whole $p.AvailableLicenses }
}) }
"""

CLUSTER = r"""
$start = Get-RegistryValue 'HKLM:\SYSTEM\CurrentControlSet\Services\ClusSvc' 'Start'
if ($null -eq $start -or $start -eq 4) { return $null }
$witness = (Get-ClusterQuorum).QuorumResource
return @{ rows = [object[]]@(
    foreach ($n in Get-ClusterNode) { @{ name = [string]$n.Name; kind = 'node'; state = Get-Whole $n.State } }
    foreach ($n in Get-ClusterNetwork) { @{ name = [string]$n.Name; kind = 'network'; state = Get-Whole $n.State } }
    foreach ($v in Get-ClusterSharedVolume) { @{ name = [string]$v.Name; kind = 'volume'; state = Get-Whole $v.State } }
    if ($null -ne $witness) { @{ name = [string]$witness.Name; kind = 'witness'; state = Get-Whole $witness.State } }
) }
"""

BLOCKS = {
    "dhcp-server": DHCP_SERVER,
    "dhcp-scopes": DHCP_SCOPES,
    "dns-server": DNS_SERVER,
    "dns-zones": DNS_ZONES,
    "web": WEB,
    "exchange": EXCHANGE,
    "remote-desktop": REMOTE_DESKTOP,
    "licence-packs": LICENCE_PACKS,
    "cluster": CLUSTER,
}
