# What the functions may do: what they do, and no more. docs/events.md has a reason for each.

locals {
  bucket_arn      = "arn:${local.partition}:s3:::${var.system_bucket}"
  message_objects = coalesce(var.message_objects, ["${var.system_bucket}/events/*"])

  record_statements = concat([
    {
      Sid    = "RecordExecutionsGranulesAndPdrs"
      Effect = "Allow"
      Action = ["dynamodb:BatchGetItem", "dynamodb:UpdateItem"]
      Resource = [
        var.dynamo_tables.executions.arn,
        var.dynamo_tables.granules.arn,
        var.dynamo_tables.pdrs.arn,
      ]
    },
    {
      Sid      = "HoldGranulesWhileTheirFilesAreRecorded"
      Effect   = "Allow"
      Action   = ["dynamodb:ConditionCheckItem"]
      Resource = [var.dynamo_tables.granules.arn]
    },
    {
      Sid      = "RecordFiles"
      Effect   = "Allow"
      Action   = ["dynamodb:DeleteItem", "dynamodb:PutItem"]
      Resource = [var.dynamo_tables.files.arn]
    },
    {
      Sid      = "AskForExecutions"
      Effect   = "Allow"
      Action   = ["states:DescribeExecution", "states:GetExecutionHistory"]
      Resource = [for name in local.state_machines : "arn:${local.partition}:states:${local.place}:execution:${name}*:*"]
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
      Resource = ["${local.bucket_arn}/${var.prefix}/payloads/*"]
    },
    ], [for statement in [
      {
        Sid      = "UseKeys"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = var.kms_keys
      },
      {
        Sid      = "ReadGranulesMetadata"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = [for object in var.metadata_objects : "arn:${local.partition}:s3:::${object}"]
      },
  ] : statement if length(statement.Resource) > 0])

  keep_failed_events_statement = {
    Sid      = "KeepFailedEvents"
    Effect   = "Allow"
    Action   = ["s3:DeleteObject", "s3:PutObject"]
    Resource = ["${local.bucket_arn}/${var.prefix}/failed-events/*"]
  }
}

resource "aws_iam_role" "functions" {
  for_each = local.functions

  name                 = "${var.prefix}-${each.key}"
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "lambda.amazonaws.com" }
        Action    = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role_policy" "functions" {
  for_each = local.functions

  name = each.key
  role = aws_iam_role.functions[each.key].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.record_statements, each.value.statements, [
      {
        Sid      = "TakeFromQueue"
        Effect   = "Allow"
        Action   = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
        Resource = [each.value.queue_arn]
      },
      {
        Sid      = "Log"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${aws_cloudwatch_log_group.functions[each.key].arn}:*"]
      },
    ])
  })
}
