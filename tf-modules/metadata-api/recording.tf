# What records workflows: a rule, a queue with a dead-letter queue, and a function for each (docs/how-to/record-workflows.md).

locals {
  message_objects = coalesce(var.message_objects, ["${var.system_bucket}/events/*"])

  recording_environment = merge(local.common_environment, {
    ExecutionsTable = var.dynamo_tables["executions"].name
    FilesTable      = var.dynamo_tables["files"].name
    GranulesTable   = var.dynamo_tables["granules"].name
    PdrsTable       = var.dynamo_tables["pdrs"].name
  })

  recording_functions = {
    recordExecutionEvents = {
      description     = "Records status changes of the workflows of ${var.prefix}"
      handler         = "record-execution-events.handler"
      environment     = local.recording_environment
      is_asynchronous = false
      statements      = local.recording_statements
    }
    recordFailedEvents = {
      description     = "Records events of ${var.prefix} that could not be recorded, or keeps them in S3"
      handler         = "record-failed-events.handler"
      environment     = local.recording_environment
      is_asynchronous = false
      statements      = concat(local.recording_statements, [local.keep_failed_events_statement])
    }
  }

  recording_statements = [
    {
      Sid      = "RecordExecutionsGranulesAndPdrs"
      Effect   = "Allow"
      Action   = ["dynamodb:BatchGetItem", "dynamodb:UpdateItem"]
      Resource = [local.tables["executions"], local.tables["granules"], local.tables["pdrs"]]
    },
    {
      Sid      = "HoldGranulesWhileTheirFilesAreRecorded"
      Effect   = "Allow"
      Action   = ["dynamodb:ConditionCheckItem"]
      Resource = [local.tables["granules"]]
    },
    {
      Sid      = "RecordFiles"
      Effect   = "Allow"
      Action   = ["dynamodb:DeleteItem", "dynamodb:PutItem"]
      Resource = [local.tables["files"]]
    },
    {
      Sid      = "AskForExecutions"
      Effect   = "Allow"
      Action   = ["states:DescribeExecution", "states:GetExecutionHistory"]
      Resource = local.execution_arns
    },
    {
      Sid      = "ReadLargeMessages"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = [for object in local.message_objects : "arn:${local.partition}:s3:::${object}"]
    },
    # Without permission to list the bucket, S3 answers "access denied" for a missing object.
    {
      Sid      = "TellMissingMessages"
      Effect   = "Allow"
      Action   = ["s3:ListBucket"]
      Resource = distinct([for object in local.message_objects : "arn:${local.partition}:s3:::${split("/", object)[0]}"])
    },
    {
      Sid      = "PutLargePayloads"
      Effect   = "Allow"
      Action   = ["s3:PutObject"]
      Resource = ["${local.stack_arn}/payloads/*"]
    },
    {
      Sid      = "ReadGranulesMetadata"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = [for object in var.metadata_objects : "arn:${local.partition}:s3:::${object}"]
    },
  ]

  keep_failed_events_statement = {
    Sid      = "KeepFailedEvents"
    Effect   = "Allow"
    Action   = ["s3:DeleteObject", "s3:PutObject"]
    Resource = ["${local.stack_arn}/failed-events/*"]
  }
}

resource "aws_cloudwatch_event_rule" "status_changes" {
  count = local.has.recording ? 1 : 0

  name        = "${var.prefix}-recordExecutionEvents"
  description = "Status changes of the workflows of ${var.prefix}, to be recorded"
  tags        = var.tags

  event_pattern = jsonencode({
    source        = ["aws.states"]
    "detail-type" = ["Step Functions Execution Status Change"]
    detail = {
      stateMachineArn = local.workflow_patterns
      status          = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]
    }
  })
}

resource "aws_cloudwatch_event_target" "queue" {
  count = local.has.recording ? 1 : 0

  rule = aws_cloudwatch_event_rule.status_changes[0].name
  arn  = aws_sqs_queue.queues["executionEvents"].arn

  dead_letter_config {
    arn = aws_sqs_queue.dead_letters["executionEventsFailed"].arn
  }
}

# Each is about something else that a person has to do; docs/how-to/failed-events.md says what. That of the dead-letter queue is with the queues.

resource "aws_cloudwatch_log_metric_filter" "kept" {
  count = local.has.recording ? 1 : 0

  name           = "${var.prefix}-executionEventsKept"
  log_group_name = aws_cloudwatch_log_group.functions["recordFailedEvents"].name
  pattern        = "{ $.message = \"event kept\" }"

  metric_transformation {
    namespace = "Cumulus"
    name      = "${var.prefix}-executionEventsKept"
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "kept" {
  count = local.has.recording ? 1 : 0

  alarm_name          = "${var.prefix}-executionEventsKept"
  alarm_description   = "Events could not be recorded, and are kept in s3://${var.system_bucket}/${var.prefix}/failed-events/: replay them."
  namespace           = "Cumulus"
  metric_name         = aws_cloudwatch_log_metric_filter.kept[0].name
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "late" {
  count = local.has.recording ? 1 : 0

  alarm_name          = "${var.prefix}-executionEventsLate"
  alarm_description   = "Events have waited for half an hour to be recorded."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateAgeOfOldestMessage"
  dimensions          = { QueueName = aws_sqs_queue.queues["executionEvents"].name }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1800
  period              = 300
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  tags                = var.tags
}
