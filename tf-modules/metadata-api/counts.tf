# What keeps the counts of granules, executions and PDRs: a function that the streams of their tables invoke (docs/how-to/count-records.md).

locals {
  counted = ["executions", "granules", "pdrs"]

  counts_functions = {
    countRecords = {
      description     = "Counts the granules, executions and PDRs of ${var.prefix} by status and collection"
      handler         = "count-records.handler"
      is_asynchronous = false

      environment = merge(local.common_environment, { RecordCountsTable = var.record_counts_table.name }, {
        for key in local.counted : local.table_variables[key] => var.dynamo_tables[key].name
      })

      statements = [
        {
          Sid      = "Count"
          Effect   = "Allow"
          Action   = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:UpdateItem"]
          Resource = [var.record_counts_table.arn]
        },
        {
          Sid      = "ReadStreams"
          Effect   = "Allow"
          Action   = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"]
          Resource = [for key in local.counted : "${local.tables[key]}/stream/*"]
        },
      ]
    }
  }
}

# No change may be left out, and each shard's changes come in their order: no limit to tries and age, one batch of a shard at a time.
resource "aws_lambda_event_source_mapping" "streams" {
  for_each = toset(local.has.counts ? local.counted : [])

  event_source_arn = lookup(var.dynamo_stream_arns, each.key, null)
  function_name    = aws_lambda_function.functions["countRecords"].function_name
  tags             = var.tags

  starting_position             = "TRIM_HORIZON"
  batch_size                    = 500
  parallelization_factor        = 1
  maximum_retry_attempts        = -1
  maximum_record_age_in_seconds = -1
  function_response_types       = ["ReportBatchItemFailures"]

  maximum_batching_window_in_seconds = 1

  # Only with a window do events name their shard.
  tumbling_window_in_seconds = 60
}

# Streams keep changes for a day. What is not counted by then makes a recount due.
resource "aws_cloudwatch_metric_alarm" "counts_late" {
  count = local.has.counts ? 1 : 0

  alarm_name          = "${var.prefix}-countsLate"
  alarm_description   = "Changes of records have waited for an hour to be counted; after a day in which they are not, a recount is due."
  namespace           = "AWS/Lambda"
  metric_name         = "IteratorAge"
  dimensions          = { FunctionName = aws_lambda_function.functions["countRecords"].function_name }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 3600 * 1000
  period              = 300
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  tags                = var.tags
}
