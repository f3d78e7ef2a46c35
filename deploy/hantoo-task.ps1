# PowerShell, once. The offset in the time makes it 18:10 KST on a computer in any zone.
$action = New-ScheduledTaskAction -Execute "cmd.exe" -WorkingDirectory 'C:\hantoo' `
  -Argument '/c npx --yes hantoo heal --master kospi --top 50 --store ./data >> hantoo.log 2>&1'
$trigger = New-ScheduledTaskTrigger -Weekly -DaysOfWeek Monday, Tuesday, Wednesday, Thursday, Friday -At "18:10"
$trigger.StartBoundary = "2026-01-05T18:10:00+09:00"
$settings = New-ScheduledTaskSettingsSet -StartWhenAvailable -ExecutionTimeLimit (New-TimeSpan -Hours 6)
Register-ScheduledTask -TaskName "hantoo" -Action $action -Trigger $trigger -Settings $settings
