"""Script blocks on roles: backup, SQL Server, Hyper-V, DHCP, DNS, web, Exchange, remote desktop, cluster.

A block whose role is not there returns $null: nothing to say is not a failure.
"""

BACKUP = r"""
if ($null -eq (Get-Command -Name 'Get-WBSummary' -ErrorAction SilentlyContinue)) { return $null }
$summary = Get-WBSummary
$states = @(foreach ($set in Get-WBBackupSet) {
    $items = Get-PropertyValue $set 'RecoverableItems'
    if ($null -eq $items) { throw [InvalidOperationException]'a backup that does not tell what it holds' }
    if ([string]$items -like '*SystemState*') { $set }
})
$newest = $states | Sort-Object -Property BackupTime -Descending | Select-Object -First 1
return @{
    last_success_at = ConvertTo-UtcText $summary.LastSuccessfulBackupTime
    system_state_at = if ($null -eq $newest) { $null } else { ConvertTo-UtcText $newest.BackupTime }
    versions = Get-Whole $summary.NumberOfVersions
}
"""

BACKUP_JOBS = r"""
if ($null -eq (Get-Command -Name 'Get-VBRJob' -ErrorAction SilentlyContinue)) { return $null }
$week = [DateTime]::Now.AddDays(-7)
$success = @{}
$warnings = @{}
foreach ($s in Get-VBRBackupSession) {
    $job = [string]$s.JobId
    $result = Get-Whole $s.Result
    if (($result -eq 0 -or $result -eq 1) -and ($null -eq $success[$job] -or $s.EndTime -gt $success[$job])) {
        $success[$job] = $s.EndTime
    }
    if ($result -eq 1 -and $s.EndTime -gt $week) { $warnings[$job] = 1 + [int]$warnings[$job] }
}
return @{ rows = [object[]]@(foreach ($job in Get-VBRJob -WarningAction SilentlyContinue) {
    $id = [string]$job.Id
    $storage = Get-PropertyValue $job 'BackupStorageOptions'
    @{
        name = [string]$job.Name
        enabled = Get-PropertyValue $job 'IsScheduleEnabled'
        last_result = Get-Whole $job.GetLastResult()
        last_success_at = ConvertTo-UtcText $success[$id]
        warnings = [int]$warnings[$id]
        encrypted = if ($null -eq $storage) { $null } else { Get-PropertyValue $storage 'StorageEncryptionEnabled' }
        keep_days = if ($null -eq $storage) { $null } else { Get-PropertyValue $storage 'RetainDaysToKeep' }
        keep_kind = if ($null -eq $storage) { $null } else { [string](Get-PropertyValue $storage 'RetentionType') }
    }
}) }
"""

BACKUP_STORES = r"""
if ($null -eq (Get-Command -Name 'Get-VBRBackupRepository' -ErrorAction SilentlyContinue)) { return $null }
return @{ rows = [object[]]@(foreach ($r in Get-VBRBackupRepository) {
    $container = $r.GetContainer()
    $kept = $null
    try { $kept = $r.GetImmutabilitySettings() } catch { $kept = $null }
    @{
        name = [string]$r.Name
        size_bytes = Get-Whole $container.CachedTotalSpace.InBytes
        free_bytes = Get-Whole $container.CachedFreeSpace.InBytes
        immutable = if ($null -eq $kept) { $null } else { Get-PropertyValue $kept 'IsEnabled' }
        immutable_days = if ($null -eq $kept) { $null } else { Get-PropertyValue $kept 'IntervalDays' }
    }
}) }
"""

SQL = r"""
$root = 'HKLM:\SOFTWARE\Microsoft\Microsoft SQL Server\Instance Names\SQL'
if (-not (Test-Path -LiteralPath $root)) { return $null }
$key = Get-Item -LiteralPath $root
$text = "SELECT CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(64)) AS version,
 (SELECT CAST(value_in_use AS bigint) FROM sys.configurations WHERE name = 'max server memory (MB)') AS memory_mb,
 HAS_PERMS_BY_NAME(NULL, NULL, 'VIEW ANY DATABASE') AS sees_all, d.name AS name, d.recovery_model AS recovery,
 (SELECT MAX(backup_finish_date) FROM msdb.dbo.backupset b WHERE b.database_name = d.name AND b.type = 'D') AS full_at,
 (SELECT MAX(backup_finish_date) FROM msdb.dbo.backupset b WHERE b.database_name = d.name AND b.type = 'L') AS log_at,
 CAST(DATABASEPROPERTYEX(d.name, 'LastGoodCheckDbTime') AS datetime) AS checked_at
 FROM sys.databases d WHERE d.database_id <> 2 AND d.source_database_id IS NULL"
return @{ rows = [object[]]@(foreach ($name in $key.GetValueNames()) {
    $setup = 'HKLM:\SOFTWARE\Microsoft\Microsoft SQL Server\' + [string]$key.GetValue($name) + '\Setup'
    $level = Get-RegistryValue $setup 'PatchLevel'
    $row = @{ name = [string]$name; patch_level = $level; error = $null; databases = $null }
    $source = if ($name -eq 'MSSQLSERVER') { 'lpc:.' } else { "lpc:.\$name" }
    $connection = New-Object Data.SqlClient.SqlConnection
    try {
        $connection.ConnectionString = "Data Source=$source;Integrated Security=SSPI;Connect Timeout=5;Encrypt=False"
        $connection.Open()
        $command = $connection.CreateCommand()
        $command.CommandText = $text
        $command.CommandTimeout = 20
        $reader = $command.ExecuteReader()
        $row.databases = [object[]]@(while ($reader.Read()) {
            if ($reader['sees_all'] -ne 1) { throw [UnauthorizedAccessException]'not all databases are shown' }
            $row.version = [string]$reader['version']
            $row.memory_mb = [long]$reader['memory_mb']
            $times = @{}
            foreach ($field in @('full_at', 'log_at', 'checked_at')) {
                $value = $reader[$field]
                $times[$field] = if ($value -is [DateTime]) { ConvertTo-UtcText $value } else { $null }
            }
            @{
                name = [string]$reader['name']
                recovery = [int]$reader['recovery']
                full_at = $times['full_at']
                log_at = $times['log_at']
                checked_at = $times['checked_at']
            }
        })
    } catch {
        $inner = $_.Exception
        while ($null -ne $inner.InnerException) { $inner = $inner.InnerException }
        $row.databases = $null
        $row.error = if ($inner -is [UnauthorizedAccessException]) { 916 } else { Get-PropertyValue $inner 'Number' }
    } finally { $connection.Dispose() }
    $row
}) }
"""

VMS = r"""
if (-not (Test-ServiceKey 'vmms')) { return $null }
$machines = @(Get-VM)
if ($machines.Count -eq 0 -and -not (Test-Administrator)) { throw [UnauthorizedAccessException]'none may be shown' }
return @{ rows = [object[]]@(foreach ($vm in $machines) {
    $replicated = if ($null -eq $vm.ReplicationMode) { $null } else { (Get-Whole $vm.ReplicationMode) -ne 0 }
    $replica = if ($replicated) { Get-VMReplication -VM $vm } else { $null }
    @{
        name = [string]$vm.Name
        state = Get-Whole $vm.State
        autostart = Get-Whole $vm.AutomaticStartAction
        autostop = Get-Whole $vm.AutomaticStopAction
        replica = if ($replicated) { Get-Whole $vm.ReplicationHealth } else { $null }
        replicated = $replicated
        replicated_at = if ($null -eq $replica) { $null } else { ConvertTo-UtcText $replica.LastReplicationTime }
        checkpoints = [object[]]@(foreach ($c in Get-VMSnapshot -VM $vm) {
            @{ name = [string]$c.Name; taken_at = ConvertTo-UtcText $c.CreationTime }
        })
        integration = [object[]]@(foreach ($s in Get-VMIntegrationService -VM $vm) {
            $status = Get-PropertyValue $s 'PrimaryOperationalStatus'
            if ($null -ne $status) { $status = [int]$status }
            @{ id = [string]$s.Id; enabled = $s.Enabled; status = $status }
        })
        disks = [object[]]@(foreach ($d in Get-VMHardDiskDrive -VM $vm) {
            $file = $null
            try { $file = Get-VHD -Path $d.Path } catch { $file = $null }
            $kind = if ($null -eq $file) { $null } else { Get-Whole $file.VhdType }
            @{
                path = [string]$d.Path
                format = if ($null -eq $file) { $null } else { Get-Whole $file.VhdFormat }
                parent = if ($null -eq $kind) { $null } elseif ($kind -eq 4) { 'of a chain' } else { '' }
            }
        })
    }
}) }
"""

BLOCKS = {
    "backup": BACKUP,
    "backup-jobs": BACKUP_JOBS,
    "backup-stores": BACKUP_STORES,
    "sql": SQL,
    "vms": VMS,
}
