# What the functions may do: what they do, and no more. docs/rules.md has a reason for each.

locals {
  bucket_arn = "arn:${local.partition}:s3:::${var.system_bucket}"

  start_statements = concat(
    [
      {
        Sid      = "ReadCollectionsAndProviders"
        Effect   = "Allow"
        Action   = ["dynamodb:BatchGetItem"]
        Resource = [var.dynamo_tables.collections.arn, var.dynamo_tables.providers.arn]
      },
      {
        Sid      = "ReadWorkflows"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${local.bucket_arn}/${var.prefix}/workflows/*", "${local.bucket_arn}/${var.prefix}/workflow_template.json"]
      },
      # Without permission to list the bucket, S3 answers "access denied" for a missing object.
      {
        Sid      = "TellMissingWorkflows"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = [local.bucket_arn]
      },
      {
        Sid      = "PutLargeMessages"
        Effect   = "Allow"
        Action   = ["s3:PutObject"]
        Resource = ["${local.bucket_arn}/events/*"]
      },
      {
        Sid      = "StartWorkflows"
        Effect   = "Allow"
        Action   = ["states:StartExecution"]
        Resource = ["arn:${local.partition}:states:${local.place}:stateMachine:${var.prefix}-*"]
      },
    ],
    [for statement in [
      {
        Sid      = "SendToStartQueues"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = concat(var.start_queue == null ? [] : [var.start_queue.arn], var.more_start_queues)
      },
    ] : statement if length(statement.Resource) > 0],
    local.key_statements,
  )

  key_statements = [for statement in [
    {
      Sid      = "UseKeys"
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = var.kms_keys
    },
  ] : statement if length(statement.Resource) > 0]

  rules_statements = [
    {
      Sid      = "ReadRules"
      Effect   = "Allow"
      Action   = ["dynamodb:Scan"]
      Resource = [var.dynamo_tables.rules.arn]
    },
  ]

  stream_statements = [for statement in [
    {
      Sid      = "ReadStreams"
      Effect   = "Allow"
      Action   = ["kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"]
      Resource = var.streams
    },
    {
      Sid      = "ListStreams"
      Effect   = "Allow"
      Action   = ["kinesis:ListStreams"]
      Resource = ["*"]
    },
  ] : statement if length(var.streams) > 0]

  fallback_statements = [
    {
      Sid      = "SendToFallbackTopic"
      Effect   = "Allow"
      Action   = ["sns:Publish"]
      Resource = [aws_sns_topic.fallback.arn]
    },
  ]

  failed_statements = [
    {
      Sid      = "KeepFailedInvocations"
      Effect   = "Allow"
      Action   = ["sqs:SendMessage"]
      Resource = [aws_sqs_queue.failed.arn]
    },
  ]

  poll_statements = [for statement in [
    {
      Sid      = "ReadQueuesOfRules"
      Effect   = "Allow"
      Action   = ["sqs:ChangeMessageVisibility", "sqs:GetQueueUrl", "sqs:ReceiveMessage"]
      Resource = var.queues
    },
  ] : statement if length(statement.Resource) > 0]

  finish_statements = concat(
    [
      {
        Sid      = "AskForExecutions"
        Effect   = "Allow"
        Action   = ["states:DescribeExecution"]
        Resource = ["arn:${local.partition}:states:${local.place}:execution:${var.prefix}-*:*"]
      },
      {
        Sid      = "ReadLargeMessages"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${local.bucket_arn}/events/*"]
      },
    ],
    [for statement in [
      {
        Sid      = "FinishMessagesOfQueues"
        Effect   = "Allow"
        Action   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage"]
        Resource = var.queues
      },
    ] : statement if length(statement.Resource) > 0],
    local.key_statements,
  )
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
    Statement = concat(each.value.statements, [
      {
        Sid      = "Log"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${aws_cloudwatch_log_group.functions[each.key].arn}:*"]
      },
    ])
  })
}
