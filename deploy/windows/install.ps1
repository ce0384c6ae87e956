<#
.SYNOPSIS
Installs, repairs or uninstalls the Datumline agent on a Windows server, silently if wanted.

.DESCRIPTION
The agent gets a Python of its own below the program folder, the packages of a lock file, a state folder that only it and
administrators can read, and a service under a virtual account (NT SERVICE\DatumlineAgent) or a group managed one. Nothing
is fetched from an address that is not given here. Needs Windows PowerShell 5.1 and an administrator.

The last line on stdout is for RMM tools: DATUMLINE-AGENT result=... code=... [fingerprint=...]

.PARAMETER Action
Install (default; on a machine that has the agent it brings the version up to date), Repair or Uninstall.

.PARAMETER Server
Address of the server, https://... With a token the machine is enrolled.

.PARAMETER Token
Token of the site, usually a site variable of the RMM. Left out, it is taken from the variable DATUMLINE_AGENT_TOKEN.

.PARAMETER CaFile
Authority of the server's certificate, in PEM, where the system does not know it.

.PARAMETER Proxy
Proxy to the server; an empty text means none. Left out, the system's own is used.

.PARAMETER Anew
Forget an earlier enrolment and its keys.

.PARAMETER TimeZone
Time zone of the site for the first policy, such as Europe/Berlin.

.PARAMETER Wheel
The wheel of Datumline.

.PARAMETER Requirements
The lock file: every package with its version and hashes.

.PARAMETER Packages
Folder with the wheels of the lock file. Left out, they come from IndexUrl or from what pip or uv are set to.

.PARAMETER IndexUrl
Address of a package index.

.PARAMETER Python
A python.exe to use (3.11 or newer, not of a virtual environment).

.PARAMETER PythonInstaller
The installer file of Python for Windows. With Uninstall it takes away what it brought.

.PARAMETER Uv
A uv.exe, which then brings Python and installs the packages.

.PARAMETER PythonVersion
The version that uv brings.

.PARAMETER PythonMirror
Address (file:/// too) from which uv takes Python.

.PARAMETER ProgramFolder
Where the program goes.

.PARAMETER StateFolder
Where keys, credentials and reports lie.

.PARAMETER Account
A group managed service account, EXAMPLE\gmsa$, in place of the virtual one.

.PARAMETER RemoveState
With Uninstall: remove keys, credentials, reports and policy too. Without it they stay for the next installation.

.PARAMETER Quiet
Print the last line alone.
#>
[CmdletBinding()]
param(
    [ValidateSet('Install', 'Repair', 'Uninstall')][string]$Action = 'Install',
    [string]$Server = '',
    [string]$Token = '',
    [string]$CaFile = '',
    [string]$Proxy = $null,
    [switch]$Anew,
    [string]$TimeZone = 'UTC',
    [string]$Wheel = '',
    [string]$Requirements = '',
    [string]$Packages = '',
    [string]$IndexUrl = '',
    [string]$Python = '',
    [string]$PythonInstaller = '',
    [string]$Uv = '',
    [string]$PythonVersion = '3.12',
    [string]$PythonMirror = '',
    [string]$ProgramFolder = '',
    [string]$StateFolder = '',
    [string]$Account = '',
    [switch]$RemoveState,
    [switch]$Quiet
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

# Exit codes. docs/how-to/install-the-agent.md has the same table.
$Done = 0
$Unexpected = 1
$WrongParameters = 2
$NotAdministrator = 3
$WindowsTooOld = 4
$PythonFailed = 5
$PackagesFailed = 6
$FoldersFailed = 7
$ServiceFailed = 8
$EnrolmentFailed = 9
$SomethingLeft = 10

$ServiceName = 'DatumlineAgent'
$VirtualAccount = 'NT SERVICE\DatumlineAgent'
$TokenVariable = 'DATUMLINE_AGENT_TOKEN'
$System = '*S-1-5-18'
$Administrators = '*S-1-5-32-544'
$OldestBuild = 14393 # Windows Server 2016
$WaitSeconds = 60

$script:Fingerprint = ''
$proxyGiven = $PSBoundParameters.ContainsKey('Proxy')

function Write-Step([string]$Text) {
    if (-not $Quiet) { [Console]::Out.WriteLine($Text) }
}

function Stop-With([int]$Code, [string]$Text) {
    # An exception carries the exit code up to the end of this file, so that nothing after it runs.
    $problem = New-Object System.InvalidOperationException($Text)
    $problem.Data['code'] = $Code
    throw $problem
}

function ConvertTo-Argument([string]$Text) {
    # Quoted as CommandLineToArgvW takes it apart: backslashes count only before a quotation mark.
    if ($Text -ne '' -and $Text -notmatch '[\s"]') { return $Text }
    $doubled = $Text -replace '(\\*)"', '$1$1\"'
    $doubled = $doubled -replace '(\\+)$', '$1$1'
    return '"' + $doubled + '"'
}

function Invoke-Program([string]$File, [string[]]$Arguments, [hashtable]$Environment = @{}) {
    # Runs a program without a window, and gives its exit code and what it said. A native call with redirected errors
    # would stop this script in Windows PowerShell 5.1.
    $start = New-Object System.Diagnostics.ProcessStartInfo
    $start.FileName = $File
    $start.Arguments = (@($Arguments | ForEach-Object { ConvertTo-Argument $_ }) -join ' ')
    $start.UseShellExecute = $false
    $start.CreateNoWindow = $true
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    foreach ($name in $Environment.Keys) { $start.EnvironmentVariables[$name] = $Environment[$name] }
    $process = [System.Diagnostics.Process]::Start($start)
    $output = $process.StandardOutput.ReadToEndAsync()
    $errors = $process.StandardError.ReadToEndAsync()
    $process.WaitForExit()
    return New-Object PSObject -Property @{
        Code = $process.ExitCode
        Output = $output.Result.Trim()
        Errors = $errors.Result.Trim()
    }
}

function Invoke-Checked([int]$Code, [string]$What, [string]$File, [string[]]$Arguments, [hashtable]$Environment = @{}) {
    $ended = Invoke-Program $File $Arguments $Environment
    if ($ended.Code -ne 0) {
        $said = ($ended.Errors + ' ' + $ended.Output).Trim()
        if ($said.Length -gt 2000) { $said = $said.Substring($said.Length - 2000) }
        Stop-With $Code "$What failed with exit code $($ended.Code): $said"
    }
    return $ended.Output
}

function Test-Given([string]$Name, [string]$Path, [string]$Kind = 'Leaf') {
    if ($Path -eq '' -or -not (Test-Path -LiteralPath $Path -PathType $Kind)) {
        Stop-With $WrongParameters "-$Name must name something that exists: '$Path'"
    }
    return (Resolve-Path -LiteralPath $Path).ProviderPath
}

function Assert-Machine {
    $identity = [Security.Principal.WindowsIdentity]::GetCurrent()
    $principal = New-Object Security.Principal.WindowsPrincipal($identity)
    if (-not $principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
        Stop-With $NotAdministrator 'run this as administrator'
    }
    $build = [int](Get-ItemProperty -LiteralPath 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion').CurrentBuildNumber
    if ($build -lt $OldestBuild) {
        Stop-With $WindowsTooOld "Windows build $build is older than $OldestBuild (Windows Server 2016)"
    }
}

function Assert-Parameters {
    $ways = @(@($Python, $PythonInstaller, $Uv) | Where-Object { $_ -ne '' })
    if ($ways.Count -ne 1) { Stop-With $WrongParameters 'give exactly one of -Python, -PythonInstaller, -Uv' }
    $script:Wheel = Test-Given 'Wheel' $Wheel
    $script:Requirements = Test-Given 'Requirements' $Requirements
    if ($Packages -ne '') { $script:Packages = Test-Given 'Packages' $Packages 'Container' }
    if ($Packages -ne '' -and $IndexUrl -ne '') { Stop-With $WrongParameters 'give -Packages or -IndexUrl, not both' }
    if ($Python -ne '') { $script:Python = Test-Given 'Python' $Python }
    if ($PythonInstaller -ne '') { $script:PythonInstaller = Test-Given 'PythonInstaller' $PythonInstaller }
    if ($Uv -ne '') { $script:Uv = Test-Given 'Uv' $Uv }
    if ($CaFile -ne '') { $script:CaFile = Test-Given 'CaFile' $CaFile }
    if ($Account -ne '' -and $Account -notmatch '^[^\\@\s]+\\[^\\@\s]+\$$') {
        Stop-With $WrongParameters '-Account is a group managed service account such as EXAMPLE\gmsa$'
    }
    if ($Server -ne '' -and $Server -notmatch '^https://[^\s/]+') {
        Stop-With $WrongParameters '-Server is an address that begins with https://'
    }
    if ($Token -ne '' -and $Server -eq '') { Stop-With $WrongParameters '-Token needs -Server' }
}

function Get-PythonFolder { return (Join-Path $ProgramFolder 'python') }

function Find-Python {
    # The agent's own python.exe, '' where there is none. uv puts it one folder deeper than the installer does.
    $folder = Get-PythonFolder
    $places = @((Join-Path $folder 'python.exe'))
    if (Test-Path -LiteralPath $folder) {
        $places += @(Get-ChildItem -LiteralPath $folder -Directory | Sort-Object -Property Name -Descending |
                ForEach-Object { Join-Path $_.FullName 'python.exe' })
    }
    foreach ($place in $places) {
        if (Test-Path -LiteralPath $place -PathType Leaf) { return $place }
    }
    return ''
}

function Install-Python {
    if ($Python -ne '') { return $Python }
    $folder = Get-PythonFolder
    $there = Find-Python
    if ($there -ne '' -and $Action -ne 'Repair') { return $there }
    Write-Step 'Installing Python'
    if ($Uv -ne '') {
        $arguments = @('python', 'install', '--no-bin', '--no-registry', '--no-config', '--install-dir', $folder)
        if ($Action -eq 'Repair') { $arguments += '--reinstall' }
        if ($PythonMirror -ne '') { $arguments += @('--mirror', $PythonMirror) }
        Invoke-Checked $PythonFailed 'uv python install' $Uv ($arguments + $PythonVersion) | Out-Null
    } else {
        $arguments = @('/quiet', 'InstallAllUsers=1', "TargetDir=$folder", 'Include_launcher=0', 'InstallLauncherAllUsers=0',
            'Include_test=0', 'Include_doc=0', 'Include_tcltk=0', 'Shortcuts=0', 'AssociateFiles=0', 'PrependPath=0',
            'CompileAll=1')
        if ($there -ne '') { $arguments = @('/repair', '/quiet') }
        $ended = Invoke-Program $PythonInstaller $arguments
        if (@(0, 3010) -notcontains $ended.Code) {
            Stop-With $PythonFailed "the installer of Python ended with exit code $($ended.Code)"
        }
    }
    $there = Find-Python
    if ($there -eq '') {
        Stop-With $PythonFailed "no python.exe is below $folder; is the same version installed elsewhere on this machine?"
    }
    return $there
}

function Assert-Python([string]$Exe) {
    $code = 'import sys; print(sys.prefix == sys.base_prefix and sys.version_info >= (3, 11))'
    $said = Invoke-Checked $PythonFailed 'Python' $Exe @('-I', '-c', $code)
    if ($said -ne 'True') {
        # The python.exe of a virtual environment starts another process, which the control manager does not know.
        Stop-With $PythonFailed "$Exe must be Python 3.11 or newer and not of a virtual environment"
    }
}

function Install-Packages([string]$Exe) {
    Write-Step 'Installing the packages'
    $source = @()
    if ($Packages -ne '') { $source = @('--no-index', '--find-links', $Packages) }
    if ($IndexUrl -ne '') { $source = @('--index-url', $IndexUrl) }
    if ($Uv -ne '') {
        $file = $Uv
        $begin = @('pip', 'install', '--no-config', '--break-system-packages', '--python', $Exe)
        $again = @('--reinstall')
    } else {
        $file = $Exe
        $begin = @('-I', '-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', '--no-warn-script-location',
            '--break-system-packages')
        $again = @('--force-reinstall')
    }
    if ($Action -ne 'Repair') { $again = @() }
    $locked = $begin + $again + $source + @('--require-hashes', '--only-binary', ':all:', '-r', $Requirements)
    Invoke-Checked $PackagesFailed 'installing the locked packages' $file $locked | Out-Null
    $ours = $begin + @('--no-deps', '--no-index')
    if ($Uv -ne '') { $ours += @('--reinstall-package', 'datumline') } else { $ours += '--force-reinstall' }
    Invoke-Checked $PackagesFailed 'installing Datumline' $file ($ours + $Wheel) | Out-Null
    # The service's account may not write here, so what Python would compile at each start is compiled now.
    $package = Invoke-Checked $PackagesFailed 'Python' $Exe @('-I', '-c', 'import agent; print(agent.__path__[0])')
    $library = Split-Path -Parent $package
    Invoke-Program $Exe @('-I', '-m', 'compileall', '-q', $library) | Out-Null
}

function Get-AgentEnvironment {
    return @{
        DATUMLINE_STATE_DIR = $StateFolder
        DATUMLINE_POLICY = (Join-Path $StateFolder 'policy\policy.toml')
        DATUMLINE_LOG = 'INFO'
    }
}

function Get-ServiceAccount {
    if ($Account -ne '') { return $Account }
    return $VirtualAccount
}

function Set-Access([string]$Folder, [string]$Rights) {
    # No inheritance: the system, administrators, and what the agent's account needs. Whole trees, so that repair mends them.
    $grants = @("${System}:(OI)(CI)F", "${Administrators}:(OI)(CI)F", "$(Get-ServiceAccount):(OI)(CI)$Rights")
    $icacls = Join-Path $env:SystemRoot 'System32\icacls.exe'
    Invoke-Checked $FoldersFailed 'icacls' $icacls (@($Folder, '/inheritance:r', '/grant:r') + $grants + '/Q') | Out-Null
    foreach ($inside in @(Get-ChildItem -LiteralPath $Folder -Force)) {
        if ($inside.Name -ne 'policy') {
            Invoke-Checked $FoldersFailed 'icacls' $icacls @($inside.FullName, '/reset', '/T', '/C', '/Q') | Out-Null
        }
    }
}

function Set-Folders {
    Write-Step 'Setting who may use the folders'
    $policy = Join-Path $StateFolder 'policy'
    foreach ($folder in @($StateFolder, $policy)) {
        if (-not (Test-Path -LiteralPath $folder)) { New-Item -ItemType Directory -Path $folder | Out-Null }
    }
    Set-Access $StateFolder 'M'
    Set-Access $policy 'RX'
}

function Stop-Agent {
    $service = Get-Service -Name $ServiceName -ErrorAction SilentlyContinue
    if ($null -eq $service -or $service.Status -eq 'Stopped') { return }
    Write-Step 'Stopping the service'
    Stop-Service -Name $ServiceName -Force
    (Get-Service -Name $ServiceName).WaitForStatus('Stopped', [TimeSpan]::FromSeconds($WaitSeconds))
}

function Invoke-ServiceControl([string[]]$Arguments) {
    $file = Join-Path $env:SystemRoot 'System32\sc.exe'
    Invoke-Checked $ServiceFailed "sc.exe $($Arguments[0])" $file $Arguments | Out-Null
}

function Install-Service([string]$Exe) {
    Write-Step 'Registering the service'
    $command = '"{0}" -P -X utf8 -m agent.control' -f $Exe
    $service = Get-Service -Name $ServiceName -ErrorAction SilentlyContinue
    if ($null -eq $service) {
        New-Service -Name $ServiceName -BinaryPathName $command -DisplayName 'Datumline agent' -StartupType Automatic `
            -Description 'Reads the devices of this site for its Datumline server.' | Out-Null
    }
    $key = "HKLM:\SYSTEM\CurrentControlSet\Services\$ServiceName"
    Set-ItemProperty -LiteralPath $key -Name ImagePath -Type ExpandString -Value $command
    $environment = Get-AgentEnvironment
    $lines = @($environment.Keys | Sort-Object | ForEach-Object { '{0}={1}' -f $_, $environment[$_] })
    Set-ItemProperty -LiteralPath $key -Name Environment -Type MultiString -Value ([string[]]$lines)
    Invoke-ServiceControl @('config', $ServiceName, 'start=', 'delayed-auto', 'obj=', (Get-ServiceAccount))
    if ($Account -ne '') { Invoke-ServiceControl @('managedaccount', $ServiceName, 'true') }
    Invoke-ServiceControl @('sidtype', $ServiceName, 'unrestricted')
    Invoke-ServiceControl @('privs', $ServiceName, 'SeChangeNotifyPrivilege')
    Invoke-ServiceControl @('failure', $ServiceName, 'reset=', '86400', 'actions=', 'restart/60000/restart/60000/restart/300000')
}

function Start-Agent {
    Write-Step 'Starting the service'
    try {
        Start-Service -Name $ServiceName
        (Get-Service -Name $ServiceName).WaitForStatus('Running', [TimeSpan]::FromSeconds($WaitSeconds))
    } catch {
        $log = Join-Path $StateFolder 'agent\log\agent.log'
        $why = $_.Exception.Message
        Stop-With $ServiceFailed "the service does not start ($why); a managed account needs the right to log on as a service; see $log"
    }
}

function Write-FirstPolicy([string]$Exe) {
    $environment = Get-AgentEnvironment
    if (Test-Path -LiteralPath $environment['DATUMLINE_POLICY']) { return }
    Write-Step 'Writing the first policy'
    $arguments = @('-P', '-X', 'utf8', '-m', 'datumline', 'agent', 'policy', 'write', '--time-zone', $TimeZone)
    Invoke-Checked $FoldersFailed 'writing the policy' $Exe $arguments $environment | Out-Null
    Write-Step "Look at the networks in $($environment['DATUMLINE_POLICY'])"
}

function Register-Agent([string]$Exe) {
    # The token goes through the environment of one process: a command line can be read by every user of the machine.
    $secret = $Token
    if ($secret -eq '') { $secret = [string][Environment]::GetEnvironmentVariable($TokenVariable) }
    if ($Server -eq '' -or $secret -eq '') { return $false }
    Write-Step 'Enrolling'
    $environment = Get-AgentEnvironment
    $environment[$TokenVariable] = $secret
    $arguments = @('-P', '-X', 'utf8', '-m', 'datumline', 'agent', 'enrol', '--quiet', '--server', $Server)
    if ($CaFile -ne '') { $arguments += @('--ca-file', (Copy-Authority)) }
    if ($proxyGiven) { $arguments += @('--proxy', $Proxy) }
    if ($Anew) { $arguments += '--anew' }
    $script:Fingerprint = Invoke-Checked $EnrolmentFailed 'enrolling' $Exe $arguments $environment
    return $true
}

function Copy-Authority {
    # What was given may lie in a folder of the RMM that is gone tomorrow.
    $kept = Join-Path $StateFolder 'policy\server-ca.pem'
    Copy-Item -LiteralPath $CaFile -Destination $kept -Force
    return $kept
}

function Test-Enrolled { return (Test-Path -LiteralPath (Join-Path $StateFolder 'agent\enrolment.json') -PathType Leaf) }

function Install-Agent {
    Assert-Parameters
    Stop-Agent
    if (-not (Test-Path -LiteralPath $ProgramFolder)) { New-Item -ItemType Directory -Path $ProgramFolder | Out-Null }
    $exe = Install-Python
    Assert-Python $exe
    Install-Packages $exe
    Install-Service $exe
    Set-Folders
    Write-FirstPolicy $exe
    Register-Agent $exe | Out-Null
    Set-Folders # what was written meanwhile by an administrator gets the access of its folder
    if (Test-Enrolled) {
        Start-Agent
    } else {
        Write-Step 'Not enrolled yet: give -Server and -Token, or run datumline agent enrol'
    }
}

function Uninstall-Agent {
    Stop-Agent
    if ($null -ne (Get-Service -Name $ServiceName -ErrorAction SilentlyContinue)) {
        Write-Step 'Removing the service'
        Invoke-ServiceControl @('delete', $ServiceName)
    }
    if ($PythonInstaller -ne '') {
        Invoke-Program (Test-Given 'PythonInstaller' $PythonInstaller) @('/uninstall', '/quiet') | Out-Null
    }
    $folders = @($ProgramFolder)
    if ($RemoveState) { $folders += $StateFolder }
    foreach ($folder in $folders) {
        if (Test-Path -LiteralPath $folder) {
            Write-Step "Removing $folder"
            Remove-Item -LiteralPath $folder -Recurse -Force -ErrorAction SilentlyContinue
        }
    }
    $left = @($folders | Where-Object { Test-Path -LiteralPath $_ })
    if ($left.Count -gt 0) {
        Stop-With $SomethingLeft "something in $($left -join ', ') is in use; restart, then uninstall again"
    }
    if (-not $RemoveState) { Write-Step "Kept: $StateFolder" }
}

$code = $Done
$result = 'done'
try {
    if ($ProgramFolder -eq '') { $ProgramFolder = Join-Path $env:ProgramFiles 'Datumline' }
    if ($StateFolder -eq '') { $StateFolder = Join-Path $env:ProgramData 'Datumline' }
    Assert-Machine
    if ($Action -eq 'Uninstall') { Uninstall-Agent } else { Install-Agent }
} catch {
    $result = 'failed'
    $code = $Unexpected
    if ($_.Exception.Data.Contains('code')) { $code = [int]$_.Exception.Data['code'] }
    [Console]::Error.WriteLine("$Action failed: $($_.Exception.Message)")
}
$line = "DATUMLINE-AGENT result=$result code=$code action=$($Action.ToLowerInvariant())"
if ($script:Fingerprint -ne '') { $line += " fingerprint=$script:Fingerprint" }
[Console]::Out.WriteLine($line)
exit $code
