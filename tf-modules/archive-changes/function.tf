# The function, which streams and a schedule invoke.

locals {
  name           = "${var.prefix}-archiveChanges"
  with_stream    = keys(var.dynamo_stream_arns)
  without_stream = setsubtract(coalesce(var.tables, local.with_stream), local.with_stream)
  stream_arns    = { for key, arn in var.dynamo_stream_arns : key => arn if contains(coalesce(var.tables, local.with_stream), key) }

  # arn:PARTITION:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL
  arn_parts   = split(":", values(var.dynamo_stream_arns)[0])
  partition   = local.arn_parts[1]
  account     = local.arn_parts[4]
  table_names = [for arn in values(local.stream_arns) : split("/", arn)[1]]
}

# Made here, since a function that makes its own log group keeps its logs forever.
resource "aws_cloudwatch_log_group" "function" {
  #checkov:skip=CKV_AWS_338:How long logs are kept is the deployment's choice (log_retention_days): they cost by the month.
  #checkov:skip=CKV_AWS_158:Encrypted with the deployment's key where it has one (kms_key_arn), else with that of CloudWatch Logs.
  name              = "/aws/lambda/${local.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

resource "aws_lambda_function" "archive_changes" {
  #checkov:skip=CKV_AWS_50:Its log has a line for each batch and table; traces would cost by the invocation.
  #checkov:skip=CKV_AWS_115:Reserved concurrency takes from what the account has. Each shard of a stream has one invocation at a time.
  #checkov:skip=CKV_AWS_116:Batches that are given up and runs that did not start go to a queue. A scheduled run that failed is made up for by the next one.
  #checkov:skip=CKV_AWS_117:In a VPC where the deployment says so (lambda_subnet_ids); everything that it asks is a service of AWS.
  #checkov:skip=CKV_AWS_173:Encrypted with the deployment's key where it has one (kms_key_arn), else with that of Lambda.
  #checkov:skip=CKV_AWS_272:The package is not signed; its digest decides what is deployed.
  function_name    = local.name
  description      = "Archives every change of the tables of ${var.prefix}"
  filename         = var.functions_zip
  source_code_hash = filebase64sha256(var.functions_zip)
  handler          = "archive-changes.handler"
  runtime          = var.runtime
  architectures    = [var.architecture]
  role             = aws_iam_role.function.arn
  timeout          = 900
  memory_size      = var.memory_size
  kms_key_arn      = var.kms_key_arn
  tags             = var.tags

  environment {
    variables = merge(
      {
        stackName       = var.prefix
        ARCHIVE         = var.archive
        ARCHIVED_TABLES = join(",", local.table_names)
        MAX_BASE_BYTES  = tostring(var.max_base_gb * 1000 * 1000 * 1000)
        LOG_LEVEL       = var.log_level
      },
      length(var.recipients) == 0 ? {} : { RECIPIENTS = join(",", var.recipients) },
      var.lock_days == null ? {} : { LOCK_DAYS = tostring(var.lock_days), LOCK_MODE = var.lock_mode },
    )
  }

  dynamic "vpc_config" {
    for_each = length(var.lambda_subnet_ids) == 0 ? [] : [1]

    content {
      subnet_ids         = var.lambda_subnet_ids
      security_group_ids = var.lambda_security_group_ids
    }
  }

  lifecycle {
    precondition {
      condition     = length(var.lambda_subnet_ids) == 0 || length(var.lambda_security_group_ids) > 0
      error_message = "A function in a VPC needs a security group: with lambda_subnet_ids, give lambda_security_group_ids."
    }

    precondition {
      condition     = length(local.without_stream) == 0
      error_message = "No stream is given of ${join(", ", local.without_stream)}. Only tables with a stream can be archived: dynamo_stream_arns has ${join(", ", local.with_stream)}."
    }
  }

  # Lambda looks whether the role may read the streams, and use the VPC.
  depends_on = [aws_iam_role_policy.function, aws_cloudwatch_log_group.function]
}

# A run that failed is not repeated: the next one does the same.
resource "aws_lambda_function_event_invoke_config" "archive_changes" {
  function_name                = aws_lambda_function.archive_changes.function_name
  maximum_retry_attempts       = 0
  maximum_event_age_in_seconds = 300
}

# A batch says how far to archive its shard. What lies before it is read from the stream, so a batch that is given up loses nothing.
resource "aws_lambda_event_source_mapping" "streams" {
  for_each = local.stream_arns

  event_source_arn = each.value
  function_name    = aws_lambda_function.archive_changes.function_name
  enabled          = var.enabled
  tags             = var.tags

  starting_position                  = "TRIM_HORIZON"
  batch_size                         = 1000
  maximum_batching_window_in_seconds = var.batching_window_seconds
  parallelization_factor             = 1
  maximum_retry_attempts             = -1
  maximum_record_age_in_seconds      = var.max_record_age_hours * 60 * 60
  function_response_types            = ["ReportBatchItemFailures"]

  # No record fails for what is in it, so halves of a batch would only fail more often.
  bisect_batch_on_function_error = false

  # Only with a window do events name their shard.
  tumbling_window_in_seconds = 60

  destination_config {
    on_failure {
      destination_arn = aws_sqs_queue.failed.arn
    }
  }
}
