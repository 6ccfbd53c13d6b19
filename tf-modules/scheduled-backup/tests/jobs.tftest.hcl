# What runs, when, and with which alarms.
# Terraform 1.6 or newer: `terraform test`. Plans only, and without AWS: no request is sent to it, and no credentials are looked for.

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "none"
  secret_key                  = "none"
  max_retries                 = 1
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

variables {
  prefix             = "prod"
  backups            = "s3://archive-backups/prod"
  image              = "123456789012.dkr.ecr.us-west-2.amazonaws.com/tools/cumulus-api:2.0.0"
  cluster_arn        = "arn:aws:ecs:us-east-1:123456789012:cluster/shared"
  subnet_ids         = ["subnet-1", "subnet-2"]
  security_group_ids = ["sg-1"]
  backup_policy      = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"Read\",\"Effect\":\"Allow\",\"Action\":[\"dynamodb:Scan\"],\"Resource\":[\"arn:aws:dynamodb:us-east-1:123456789012:table/prod-GranulesTable\"]},{\"Sid\":\"UseBuckets\",\"Effect\":\"Allow\",\"Action\":[\"s3:PutObject\"],\"Resource\":[\"arn:aws:s3:::archive-backups/*\"]}]}"
  status_policy      = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"Describe\",\"Effect\":\"Allow\",\"Action\":[\"dynamodb:DescribeTable\"],\"Resource\":[\"arn:aws:dynamodb:us-east-1:123456789012:table/prod-GranulesTable\"]}]}"
  rehearsal_policy   = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"Make\",\"Effect\":\"Allow\",\"Action\":[\"dynamodb:CreateTable\"],\"Resource\":[\"arn:aws:dynamodb:us-east-1:123456789012:table/rehearsal-*\"]}]}"
}

run "backup_and_status" {
  command = plan

  assert {
    condition     = keys(aws_ecs_task_definition.jobs) == ["backup", "status"] && keys(aws_scheduler_schedule.jobs) == ["backup", "status"]
    error_message = "Without a schedule of rehearsals there is another job than backup and status."
  }

  assert {
    condition     = [for container in local.containers["backup"] : container.name] == ["backup", "forget"]
    error_message = "A backup does not consist of backup and forget."
  }

  assert {
    condition     = join(" ", local.containers["backup"][0].command) == "backup --prefix prod --to s3://archive-backups/prod --dated --gzip --verify"
    error_message = "The command line of the backup is another."
  }

  assert {
    condition     = join(" ", local.containers["backup"][1].command) == "backups forget --prefix prod --directory s3://archive-backups/prod --keep-daily 7 --keep-weekly 5 --keep-monthly 12 --yes"
    error_message = "The command line that removes backups is another."
  }

  assert {
    condition     = !local.containers["backup"][0].essential && local.containers["backup"][1].essential && local.containers["backup"][1].dependsOn == [{ containerName = "backup", condition = "SUCCESS" }]
    error_message = "Backups are removed after one that failed."
  }

  assert {
    condition     = join(" ", local.containers["status"][0].command) == "status --prefix prod --backups s3://archive-backups/prod --metrics cloudwatch" && local.containers["status"][0].essential
    error_message = "The command line of status is another."
  }

  assert {
    condition     = alltrue(flatten([for containers in local.containers : [for container in containers : container.readonlyRootFilesystem && container.user == "1000:1000" && container.linuxParameters.capabilities.drop == ["ALL"]]]))
    error_message = "A container may write to its image, is root, or has capabilities."
  }

  assert {
    condition     = length(aws_ecs_cluster.tasks) == 0 && alltrue([for schedule in aws_scheduler_schedule.jobs : schedule.target[0].arn == var.cluster_arn && schedule.state == "ENABLED"])
    error_message = "The tasks do not run in the cluster that was given."
  }

  assert {
    condition     = aws_scheduler_schedule.jobs["backup"].flexible_time_window[0].maximum_window_in_minutes == 15 && aws_scheduler_schedule.jobs["status"].flexible_time_window[0].mode == "OFF" && aws_scheduler_schedule.jobs["status"].schedule_expression == "rate(60 minutes)"
    error_message = "Schedules start at other times."
  }

  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.ages) == ["backup-age"] && keys(aws_cloudwatch_metric_alarm.failed) == ["backup"]
    error_message = "There are alarms of other jobs."
  }
}

run "rehearsals_at_another_pace" {
  command = plan

  variables {
    rehearsal_schedule       = "cron(0 6 ? * SUN *)"
    rehearsal_source         = "pitr"
    rehearsal_options        = ["--tables", "GranulesTable"]
    protection_policy        = "s3://archive-backups/policy.json"
    backup_schedule          = "rate(6 hours)"
    schedule_timezone        = "America/New_York"
    flexible_window_minutes  = 0
    status_interval_minutes  = 30
    max_backup_age_hours     = 9
    max_rehearsal_age_days   = 15
    backup_options           = ["--max-read-units", "500"]
    keep                     = { last = 3, within = "14d", yearly = 2 }
    enabled                  = false
    alarm_actions            = ["arn:aws:sns:us-east-1:123456789012:operators"]
    assign_public_ip         = true
    ephemeral_storage_gb     = 50
    architecture             = "arm64"
    cpu                      = 1024
    memory                   = 2048
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary"
  }

  assert {
    condition     = join(" ", local.containers["rehearsal"][0].command) == "rehearse --prefix prod --from pitr --backups s3://archive-backups/prod --metrics cloudwatch --tables GranulesTable"
    error_message = "The command line of the rehearsal is another."
  }

  assert {
    condition     = join(" ", local.containers["status"][0].command) == "status --prefix prod --backups s3://archive-backups/prod --metrics cloudwatch --policy=s3://archive-backups/policy.json"
    error_message = "Status judges by another policy."
  }

  assert {
    condition     = join(" ", slice(local.containers["backup"][0].command, 8, 10)) == "--max-read-units 500" && join(" ", slice(local.containers["backup"][1].command, 6, 12)) == "--keep-last 3 --keep-yearly 2 --keep-within 14d"
    error_message = "Options of commands are others."
  }

  assert {
    condition     = alltrue([for schedule in aws_scheduler_schedule.jobs : schedule.state == "DISABLED" && schedule.flexible_time_window[0].mode == "OFF" && schedule.schedule_expression_timezone == "America/New_York"])
    error_message = "Schedules run, at another time or in another time zone."
  }

  assert {
    condition     = alltrue([for schedule in aws_scheduler_schedule.jobs : schedule.target[0].ecs_parameters[0].network_configuration[0].assign_public_ip && length(schedule.target[0].ecs_parameters[0].network_configuration[0].subnets) == 2])
    error_message = "Tasks run in another network."
  }

  assert {
    condition     = alltrue([for task in aws_ecs_task_definition.jobs : task.cpu == "1024" && task.memory == "2048" && task.ephemeral_storage[0].size_in_gib == 50 && task.runtime_platform[0].cpu_architecture == "ARM64"])
    error_message = "Tasks have another size or processor."
  }

  # Whoever measures nothing for three periods is noticed, and so is a backup that is older than it may be.
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.ages : alarm.treat_missing_data == "breaching" && alarm.period == 1800 && alarm.evaluation_periods == 3 && alarm.datapoints_to_alarm == 3])
    error_message = "An age that nobody measures raises no alarm."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.ages["backup-age"].threshold == 9 * 3600 && aws_cloudwatch_metric_alarm.ages["rehearsal-age"].threshold == 15 * 86400
    error_message = "The alarms have other limits."
  }

  assert {
    condition     = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.ages), values(aws_cloudwatch_metric_alarm.failed), [aws_cloudwatch_metric_alarm.unprotected, aws_cloudwatch_metric_alarm.not_started]) : alarm.alarm_actions == toset(var.alarm_actions)])
    error_message = "Nobody is notified of an alarm."
  }

  assert {
    condition     = join(" ", output.alarms) == join(" ", [for name in ["backup-age", "backup-failed", "not-started", "rehearsal-age", "rehearsal-failed", "unprotected"] : "prod-scheduled-backup-${name}"])
    error_message = "There are other alarms."
  }
}

run "every_backup_stays" {
  command = plan

  variables {
    keep = null
  }

  assert {
    condition     = [for container in local.containers["backup"] : container.name] == ["backup"] && local.containers["backup"][0].essential
    error_message = "Backups are removed."
  }
}

run "a_cluster_of_its_own" {
  command = plan

  variables {
    cluster_arn = null
  }

  assert {
    condition     = aws_ecs_cluster.tasks[0].name == "prod-scheduled-backup"
    error_message = "There is no cluster."
  }
}
