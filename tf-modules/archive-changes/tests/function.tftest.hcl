# What is made, when it runs, and with which role and alarms.
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
  prefix  = "prod"
  archive = "s3://change-archive/prod"
  # Any file: what is in it matters to Lambda only.
  functions_zip = "./versions.tf"
  backup_policy = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"Read\",\"Effect\":\"Allow\",\"Action\":[\"dynamodb:Scan\"],\"Resource\":[\"arn:aws:dynamodb:us-east-1:123456789012:table/prod-GranulesTable\"]},{\"Sid\":\"UseBuckets\",\"Effect\":\"Allow\",\"Action\":[\"s3:PutObject\"],\"Resource\":[\"arn:aws:s3:::change-archive/*\"]}]}"

  dynamo_stream_arns = {
    granules = "arn:aws:dynamodb:us-east-1:123456789012:table/prod-GranulesTable/stream/2030-01-01T00:00:00.000"
    rules    = "arn:aws:dynamodb:us-east-1:123456789012:table/prod-RulesTable/stream/2030-01-01T00:00:00.000"
  }
}

run "all_tables_with_a_stream" {
  command = plan

  assert {
    condition     = keys(aws_lambda_event_source_mapping.streams) == ["granules", "rules"] && output.tables == ["prod-GranulesTable", "prod-RulesTable"]
    error_message = "Other tables are archived than those with a stream."
  }

  assert {
    condition     = alltrue([for mapping in aws_lambda_event_source_mapping.streams : mapping.enabled && mapping.starting_position == "TRIM_HORIZON" && mapping.parallelization_factor == 1 && mapping.tumbling_window_in_seconds == 60 && mapping.function_response_types == toset(["ReportBatchItemFailures"]) && mapping.maximum_retry_attempts == -1 && mapping.maximum_record_age_in_seconds == 21600])
    error_message = "A stream invokes the function in another way."
  }

  assert {
    condition = aws_lambda_function.archive_changes.environment[0].variables == tomap({
      stackName       = "prod"
      ARCHIVE         = "s3://change-archive/prod"
      ARCHIVED_TABLES = "prod-GranulesTable,prod-RulesTable"
      MAX_BASE_BYTES  = "5000000000"
      LOG_LEVEL       = "info"
    })
    error_message = "The function has other settings."
  }

  assert {
    condition     = aws_lambda_function.archive_changes.function_name == "prod-archiveChanges" && aws_lambda_function.archive_changes.handler == "archive-changes.handler" && aws_lambda_function.archive_changes.timeout == 900
    error_message = "It is another function."
  }

  assert {
    condition     = aws_scheduler_schedule.tables.schedule_expression == "rate(5 minutes)" && aws_scheduler_schedule.tables.state == "ENABLED" && aws_scheduler_schedule.tables.target[0].input == jsonencode({ detail-type = "Scheduled Event" })
    error_message = "The schedule is another."
  }

  assert {
    condition     = join(" ", output.alarms) == "prod-archiveChanges-failing prod-archiveChanges-given-up prod-archiveChanges-late prod-archiveChanges-silent"
    error_message = "There are other alarms."
  }

  assert {
    condition     = aws_sqs_queue.failed.sqs_managed_sse_enabled && aws_sqs_queue.failed.message_retention_seconds == 1209600
    error_message = "The queue is not encrypted, or forgets what was given up."
  }
}

run "narrow_roles" {
  command = plan

  variables {
    archive_kms_keys = ["arn:aws:kms:us-east-1:123456789012:key/2"]
  }

  assert {
    condition     = alltrue(flatten([for statement in concat(local.function_statements, local.scheduler_statements) : [for action in statement.Action : !strcontains(action, "*")]]))
    error_message = "A role permits actions that are not named."
  }

  assert {
    condition = jsonencode({ for statement in local.function_statements : statement.Sid => sort(statement.Resource) if length([for action in statement.Action : action if can(regex("^s3:.*Object", action))]) > 0 }) == jsonencode({
      ReadArchive          = ["arn:aws:s3:::change-archive/prod/*"]
      WriteSegments        = ["arn:aws:s3:::change-archive/prod/*.changes.gz"]
      WriteBasesAndNotes   = [for kind in ["json", "json.gz", "json.gz.age", "lock", "manifest.json.next-*"] : "arn:aws:s3:::change-archive/prod/*.${kind}"]
      RemoveNotesAndLeases = [for kind in ["lock", "manifest.json.next-*", "reach.json"] : "arn:aws:s3:::change-archive/prod/*.${kind}"]
    })
    error_message = "The role permits other objects than those of the archive."
  }

  assert {
    condition     = one([for statement in local.function_statements : statement.Condition if statement.Sid == "WriteSegments"]) == { Null = { "s3:if-none-match" = "false" } }
    error_message = "The role lets the function replace a segment."
  }

  assert {
    condition     = join(" ", one([for statement in local.function_statements : statement.Resource if statement.Sid == "ReadStreams"])) == join(" ", [for name in ["Granules", "Rules"] : "arn:aws:dynamodb:us-east-1:123456789012:table/prod-${name}Table/stream/*"])
    error_message = "The role reads other streams."
  }

  assert {
    condition     = one([for statement in local.function_statements : statement.Resource if statement.Sid == "UseKeys"]) == ["arn:aws:kms:us-east-1:123456789012:key/2"]
    error_message = "The role lacks the key of the archive."
  }
}

run "some_tables_at_another_pace" {
  command = plan

  variables {
    tables                    = ["rules"]
    interval_minutes          = 60
    batching_window_seconds   = 60
    max_record_age_hours      = 24
    max_base_gb               = 0
    recipients                = ["age1qq", "age1zz"]
    lock_days                 = 35
    lock_mode                 = "compliance"
    max_delay_minutes         = 120
    enabled                   = false
    memory_size               = 2048
    architecture              = "x86_64"
    lambda_subnet_ids         = ["subnet-1"]
    lambda_security_group_ids = ["sg-1"]
    kms_key_arn               = "arn:aws:kms:us-east-1:123456789012:key/1"
    permissions_boundary_arn  = "arn:aws:iam::123456789012:policy/boundary"
    alarm_actions             = ["arn:aws:sns:us-east-1:123456789012:operators"]
    tags                      = { Deployment = "prod" }
  }

  assert {
    condition     = keys(aws_lambda_event_source_mapping.streams) == ["rules"] && !aws_lambda_event_source_mapping.streams["rules"].enabled && aws_lambda_event_source_mapping.streams["rules"].maximum_batching_window_in_seconds == 60 && aws_lambda_event_source_mapping.streams["rules"].maximum_record_age_in_seconds == 86400
    error_message = "Other tables are archived, or in another way."
  }

  assert {
    condition     = aws_scheduler_schedule.tables.schedule_expression == "rate(60 minutes)" && aws_scheduler_schedule.tables.state == "DISABLED"
    error_message = "The schedule is another."
  }

  assert {
    condition     = aws_lambda_function.archive_changes.environment[0].variables["MAX_BASE_BYTES"] == "0" && length(aws_lambda_function.archive_changes.vpc_config) == 1 && aws_lambda_function.archive_changes.kms_key_arn == var.kms_key_arn
    error_message = "The function runs in another way."
  }

  assert {
    condition     = join(" ", [for name in ["RECIPIENTS", "LOCK_DAYS", "LOCK_MODE"] : aws_lambda_function.archive_changes.environment[0].variables[name]]) == "age1qq,age1zz 35 compliance"
    error_message = "It encrypts or locks in another way."
  }

  assert {
    condition     = jsonencode({ for statement in local.function_statements : statement.Sid => statement.Resource if contains(["FindLock", "LockArchive"], statement.Sid) }) == jsonencode({ FindLock = ["arn:aws:s3:::change-archive"], LockArchive = ["arn:aws:s3:::change-archive/prod/*"] })
    error_message = "The role cannot lock, or locks other objects."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.function : alarm.period == 3600 && alarm.alarm_actions == toset(var.alarm_actions)]) && aws_cloudwatch_metric_alarm.function["late"].threshold == 7200000 && aws_cloudwatch_metric_alarm.function["silent"].treat_missing_data == "breaching"
    error_message = "Nobody is notified, or too late."
  }

  assert {
    condition     = alltrue([for role in [aws_iam_role.function, aws_iam_role.scheduler] : role.permissions_boundary == var.permissions_boundary_arn && role.tags["Deployment"] == "prod"]) && aws_sqs_queue.failed.kms_master_key_id == var.kms_key_arn
    error_message = "A role has no boundary, or the queue another key."
  }
}

run "refused" {
  command = plan

  variables {
    prefix                  = "my prod"             # with a space
    archive                 = "s3://change-archive" # the whole bucket
    functions_zip           = "absent.zip"
    backup_policy           = "{}"
    dynamo_stream_arns      = {}
    tables                  = []
    interval_minutes        = 90
    batching_window_seconds = 301
    max_record_age_hours    = 25
    max_base_gb             = -1
    recipients              = ["AGE-SECRET-KEY-1"]
    lock_days               = 0
    lock_mode               = "forever"
    memory_size             = 128
    runtime                 = "nodejs18.x"
    architecture            = "amd64"
    kms_key_arn             = "alias/mine"
    archive_kms_keys        = ["alias/archive"]
    max_delay_minutes       = 1440
    log_level               = "verbose"
    log_retention_days      = 31
  }

  expect_failures = [
    var.prefix,
    var.archive,
    var.functions_zip,
    var.backup_policy,
    var.dynamo_stream_arns,
    var.tables,
    var.interval_minutes,
    var.batching_window_seconds,
    var.max_record_age_hours,
    var.max_base_gb,
    var.recipients,
    var.lock_days,
    var.lock_mode,
    var.memory_size,
    var.runtime,
    var.architecture,
    var.kms_key_arn,
    var.archive_kms_keys,
    var.max_delay_minutes,
    var.log_level,
    var.log_retention_days,
  ]
}

run "a_table_without_a_stream" {
  command = plan

  variables {
    tables = ["granules", "semaphores"]
  }

  expect_failures = [aws_lambda_function.archive_changes]
}

run "a_network_without_a_security_group" {
  command = plan

  variables {
    lambda_subnet_ids = ["subnet-1"]
  }

  expect_failures = [aws_lambda_function.archive_changes]
}
