# What failed, for 14 days: "not-started" is the dead-letter queue of the schedules, "failed-runs" gets the event of each task that ended otherwise
# than it should.

locals {
  failure_queues = ["failed-runs", "not-started"]

  # Exit status 3 of a rehearsal is a warning. What `status` finds is no failure of its run: it is in the metrics, and in their alarms.
  failed_jobs = {
    for job, allowed in { backup = [0], rehearsal = [0, 3] } : job => allowed if contains(keys(local.jobs), job)
  }
}

resource "aws_sqs_queue" "failures" {
  for_each = toset(local.failure_queues)

  name                      = "${local.name}-${each.key}"
  message_retention_seconds = 14 * 24 * 60 * 60
  sqs_managed_sse_enabled   = var.kms_key_arn == null ? true : null
  kms_master_key_id         = var.kms_key_arn
  tags                      = var.tags
}

# The scheduler sends with its role.
resource "aws_sqs_queue_policy" "failed_runs" {
  queue_url = aws_sqs_queue.failures["failed-runs"].url

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "SendFromRules"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.failures["failed-runs"].arn
        Condition = { ArnEquals = { "aws:SourceArn" = [for rule in aws_cloudwatch_event_rule.failed : rule.arn] } }
      },
    ]
  })
}

# A task whose container failed, or that was ended by something else: its image is not found, or AWS stopped it.
resource "aws_cloudwatch_event_rule" "failed" {
  for_each = local.failed_jobs

  name        = "${local.name}-${each.key}-failed"
  description = "Tasks ${local.name}-${each.key} that failed"
  tags        = var.tags

  event_pattern = jsonencode({
    source      = ["aws.ecs"]
    detail-type = ["ECS Task State Change"]
    detail = {
      clusterArn = [local.cluster_arn]
      group      = ["family:${local.name}-${each.key}"]
      lastStatus = ["STOPPED"]
      "$or" = [
        { containers = { exitCode = [{ anything-but = each.value }] } },
        { stopCode = [{ anything-but = ["EssentialContainerExited"] }] },
      ]
    }
  })
}

resource "aws_cloudwatch_event_target" "failed" {
  for_each = local.failed_jobs

  rule      = aws_cloudwatch_event_rule.failed[each.key].name
  target_id = "failed-runs"
  arn       = aws_sqs_queue.failures["failed-runs"].arn
}
