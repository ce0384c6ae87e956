"""Script blocks for domain controllers: the directory as this controller holds it; other machines return $null."""

ON_CONTROLLER = r"""
if ((Get-DomainRole) -lt 4) { return $null }
$here = $env:COMPUTERNAME
"""

_NAMES = r"""
$names = {
    param($filter)
    foreach ($o in Get-ADObject -Server $here -LDAPFilter $filter -Properties 'sAMAccountName') {
        [string]$o.sAMAccountName
    }
}
$bit = 'userAccountControl:1.2.840.113556.1.4.803:='
$on = "(!($bit" + "2))"
"""

DIRECTORY = (
    ON_CONTROLLER
    + _NAMES
    + r"""
$root = Get-ADRootDSE -Server $here
$domain = Get-ADDomain -Server $here
$dn = $domain.DistinguishedName
$sid = [string]$domain.DomainSID.Value
$canary = Get-ADUser -Server $here -Identity "$sid-500" -Properties 'userAccountControl'
if ($null -eq (Get-PropertyValue $canary 'userAccountControl')) { throw [UnauthorizedAccessException]'hidden' }
$bin = Get-ADOptionalFeature -Server $here -Identity '766ddcd8-acd0-445e-f3b9-a7f9b6744f2a'
$quota = Get-ADObject -Server $here -Identity $dn -Properties 'ms-DS-MachineAccountQuota'
$krbtgt = Get-ADUser -Server $here -Identity "$sid-502" -Properties 'pwdLastSet'
$aes = 'msDS-SupportedEncryptionTypes:1.2.840.113556.1.4.804:=24'
$members = '(!(primaryGroupID=516))(!(primaryGroupID=521))'
$weak = "(&(msDS-SupportedEncryptionTypes=*)(!(msDS-SupportedEncryptionTypes=0))(!($aes)))"
return @{
    domain = [string]$domain.DNSRoot
    domain_level = Get-Whole $root.domainFunctionality
    forest_level = Get-Whole $root.forestFunctionality
    recycle_bin = @(foreach ($scope in $bin.EnabledScopes) { [string]$scope }).Count -gt 0
    machine_quota = Get-PropertyValue $quota 'ms-DS-MachineAccountQuota'
    krbtgt_set = Get-Whole $krbtgt.pwdLastSet
    no_preauth = [object[]]@(& $names "(&(objectCategory=person)(objectClass=user)$on($($bit)4194304))")
    no_password = [object[]]@(& $names "(&(objectCategory=person)(objectClass=user)$on($($bit)32))")
    reversible = [object[]]@(& $names "(&(objectCategory=person)(objectClass=user)$on($($bit)128))")
    weak_encryption = [object[]]@(& $names "(&(objectClass=user)$on(|($($bit)2097152)$weak))")
    unconstrained = [object[]]@(& $names "(&(objectClass=user)$on($($bit)524288)$members)")
}
"""
)

OPERATION_MASTERS = (
    ON_CONTROLLER
    + r"""
$domain = Get-ADDomain -Server $here
$forest = Get-ADForest -Server $here
$holders = @{
    'pdc-emulator' = [string]$domain.PDCEmulator
    'rid-master' = [string]$domain.RIDMaster
    'infrastructure-master' = [string]$domain.InfrastructureMaster
    'schema-master' = [string]$forest.SchemaMaster
    'naming-master' = [string]$forest.DomainNamingMaster
}
return @{ rows = [object[]]@(foreach ($role in $holders.Keys) {
    $client = New-Object Net.Sockets.TcpClient
    try {
        if ($client.ConnectAsync($holders[$role], 389).Wait(2000)) { [string]$role }
    } catch { $null = $_ } finally { $client.Close() }
}) }
"""
)

PRIVILEGED = (
    ON_CONTROLLER
    + r"""
$sid = [string](Get-ADDomain -Server $here).DomainSID.Value
$forest = [string](Get-ADDomain -Server $here -Identity (Get-ADForest -Server $here).RootDomain).DomainSID.Value
$chain = 'memberOf:1.2.840.113556.1.4.1941:='
$found = @{}
$groups = @{ 512 = "$sid-512"; 518 = "$forest-518"; 519 = "$forest-519"; 525 = "$sid-525"; 544 = 'S-1-5-32-544' }
foreach ($rid in $groups.Keys) {
    $group = Get-ADObject -Server $here -LDAPFilter "(objectSid=$($groups[$rid]))"
    if ($null -eq $group -and $rid -eq 525) { continue }
    if ($null -eq $group) { throw [InvalidOperationException]'a group is out of sight, as from a child domain' }
    $filter = "(&(objectClass=user)(|($chain$($group.DistinguishedName))(primaryGroupID=$rid)))"
    $properties = @('pwdLastSet', 'lastLogonTimestamp', 'userAccountControl', 'mail', 'proxyAddresses', 'objectSid')
    foreach ($u in Get-ADUser -Server $here -LDAPFilter $filter -Properties $properties) {
        $key = [string]$u.SamAccountName
        if (-not $found.ContainsKey($key)) {
            $found[$key] = @{
                name = $key
                sid = [string]$u.SID.Value
                flags = Get-PropertyValue $u 'userAccountControl'
                password_set = Get-PropertyValue $u 'pwdLastSet'
                last_logon = Get-PropertyValue $u 'lastLogonTimestamp'
                mail = $null -ne (Get-PropertyValue $u 'mail')
                addresses = @(foreach ($a in Get-PropertyValue $u 'proxyAddresses') { if ($null -ne $a) { 1 } }).Count
                groups = @()
            }
        }
        $found[$key]['groups'] += [int]$rid
    }
}
return @{ rows = [object[]]@($found.Values) }
"""
)

USERS = (
    ON_CONTROLLER
    + r"""
$limit = 3000
$properties = @('pwdLastSet', 'lastLogonTimestamp', 'userAccountControl')
$filter = '(&(objectCategory=person)(objectClass=user))'
return @{ rows = [object[]]@(
    foreach ($u in Get-ADUser -Server $here -LDAPFilter $filter -Properties $properties -ResultSetSize ($limit + 1)) {
        @{
            name = [string]$u.SamAccountName
            sid = [string]$u.SID.Value
            flags = Get-PropertyValue $u 'userAccountControl'
            password_set = Get-PropertyValue $u 'pwdLastSet'
            last_logon = Get-PropertyValue $u 'lastLogonTimestamp'
        }
    }
) }
"""
)

CONTROLLER = (
    ON_CONTROLLER
    + r"""
$ntds = 'HKLM:\SYSTEM\CurrentControlSet\Services\NTDS\Parameters'
$dn = [string](Get-ADDomain -Server $here).DistinguishedName
$find = @{ Server = $here; SearchBase = "CN=System,$dn"; Properties = 'msDFSR-Flags' }
$state = Get-ADObject @find -LDAPFilter '(objectClass=msDFSR-GlobalSettings)'
return @{
    build = [string](Get-RegistryValue 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion' 'CurrentBuild')
    answers = $true
    signing = Get-Setting $ntds 'LDAPServerIntegrity'
    channel_binding = Get-Setting $ntds 'LdapEnforceChannelBinding'
    dfsr_there = ($null -ne $state)
    dfsr_flags = if ($null -eq $state) { $null } else { Get-PropertyValue $state 'msDFSR-Flags' }
}
"""
)

REPLICATION = (
    ON_CONTROLLER
    + r"""
$all = @{ Target = $here; Scope = 'Server'; Partition = '*' }
return @{ rows = [object[]]@(foreach ($p in Get-ADReplicationPartnerMetadata @all) {
    @{
        partner = [string]$p.Partner
        failures = Get-Whole $p.ConsecutiveReplicationFailures
        last_success_at = ConvertTo-UtcText $p.LastReplicationSuccess
    }
}) }
"""
)

FINE_POLICIES = (
    ON_CONTROLLER
    + r"""
$dn = [string](Get-ADDomain -Server $here).DistinguishedName
$box = Get-ADObject -Server $here -Identity "CN=Password Settings Container,CN=System,$dn" -Properties 'whenCreated'
if ($null -eq (Get-PropertyValue $box 'whenCreated')) { throw [UnauthorizedAccessException]'policies are hidden' }
return @{ rows = [object[]]@(foreach ($p in Get-ADFineGrainedPasswordPolicy -Server $here -Filter *) {
    @{
        name = [string]$p.Name
        precedence = Get-Whole $p.Precedence
        min_length = Get-Whole $p.MinPasswordLength
        max_age_s = Get-Whole $p.MaxPasswordAge.TotalSeconds
        applies_to = [object[]]@(foreach ($dn in $p.AppliesTo) {
            [string](Get-ADObject -Server $here -Identity $dn -Properties 'objectSid').objectSid.Value
        })
    }
}) }
"""
)

TEMPLATES = (
    ON_CONTROLLER
    + r"""
$config = [string](Get-ADRootDSE -Server $here).configurationNamingContext
$services = "CN=Public Key Services,CN=Services,$config"
$find = @{ Server = $here; SearchBase = $services }
$issuers = Get-ADObject @find -LDAPFilter '(objectClass=pKIEnrollmentService)' -Properties 'certificateTemplates'
$published = @(foreach ($s in $issuers) {
    foreach ($t in $s.certificateTemplates) { [string]$t }
})
$flags = @('msPKI-Certificate-Name-Flag', 'msPKI-Enrollment-Flag', 'msPKI-RA-Signature')
$wanted = $flags + @('pKIExtendedKeyUsage', 'nTSecurityDescriptor')
$templates = Get-ADObject @find -LDAPFilter '(objectClass=pKICertificateTemplate)' -Properties $wanted
return @{ rows = [object[]]@(foreach ($t in $templates) {
    if ($published -contains $t.Name) {
        @{
            name = [string]$t.Name
            name_flags = Get-PropertyValue $t 'msPKI-Certificate-Name-Flag'
            enrollment_flags = Get-PropertyValue $t 'msPKI-Enrollment-Flag'
            signatures = Get-PropertyValue $t 'msPKI-RA-Signature'
            usages = [object[]]@(foreach ($u in Get-PropertyValue $t 'pKIExtendedKeyUsage') {
                if ($null -ne $u) { [string]$u }
            })
            sddl = [string]$t.nTSecurityDescriptor.GetSecurityDescriptorSddlForm('Access')
        }
    }
}) }
"""
)

ENTRA_CONNECT = r"""
if (-not (Test-ServiceKey 'ADSync')) { return $null }
$scheduler = Get-ADSyncScheduler
$run = Get-ADSyncRunProfileResult -NumberRequested 1
return @{
    enabled = $scheduler.SyncCycleEnabled
    staging = $scheduler.StagingModeEnabled
    last_result = if ($null -eq $run) { $null } else { [string](Get-PropertyValue $run 'Result') }
    last_end_at = if ($null -eq $run) { $null } else { ConvertTo-UtcText (Get-PropertyValue $run 'EndDate') }
}
"""

BLOCKS = {
    "directory": DIRECTORY,
    "operation-masters": OPERATION_MASTERS,
    "privileged": PRIVILEGED,
    "users": USERS,
    "controller": CONTROLLER,
    "replication": REPLICATION,
    "fine-policies": FINE_POLICIES,
    "templates": TEMPLATES,
    "entra-connect": ENTRA_CONNECT,
}
