# Every few minutes the function reads all tables: how far they are archived though no change comes, and bases.

resource "aws_scheduler_schedule_group" "archive_changes" {
  name = local.name
  tags = var.tags
}

resource "aws_scheduler_schedule" "tables" {
  name                = "tables"
  group_name          = aws_scheduler_schedule_group.archive_changes.name
  description         = "Has ${local.name} read all tables"
  state               = var.enabled ? "ENABLED" : "DISABLED"
  schedule_expression = var.interval_minutes == 1 ? "rate(1 minute)" : "rate(${var.interval_minutes} minutes)"
  kms_key_arn         = var.kms_key_arn

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_function.archive_changes.arn
    role_arn = aws_iam_role.scheduler.arn
    input    = jsonencode({ detail-type = "Scheduled Event" })

    retry_policy {
      maximum_event_age_in_seconds = 300
      maximum_retry_attempts       = 5
    }

    dead_letter_config {
      arn = aws_sqs_queue.failed.arn
    }
  }

  depends_on = [aws_iam_role_policy.scheduler]
}

# Batches that were given up, and runs that could not be started, for 14 days.
resource "aws_sqs_queue" "failed" {
  name                      = "${local.name}Failed"
  message_retention_seconds = 14 * 24 * 60 * 60
  sqs_managed_sse_enabled   = var.kms_key_arn == null ? true : null
  kms_master_key_id         = var.kms_key_arn
  tags                      = var.tags
}
