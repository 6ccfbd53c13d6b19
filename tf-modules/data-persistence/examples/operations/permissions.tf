# What the functions may do: what they do, and no more. docs/operations.md has a reason for each.

locals {
  bucket_arn = "arn:${local.partition}:s3:::${var.system_bucket}"
  tables     = { for key, table in var.dynamo_tables : key => table.arn }

  # Without permission to list a bucket, S3 answers "access denied" for a missing object.
  bucket_arns = concat([local.bucket_arn], [for bucket in var.granule_buckets : "arn:${local.partition}:s3:::${bucket}"])

  run_statements = concat(
    [
      {
        Sid      = "KeepWhatIsWorkedOn"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = ["${local.bucket_arn}/${var.prefix}/async-operations/*"]
      },
      {
        Sid      = "FindGranules"
        Effect   = "Allow"
        Action   = ["dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan"]
        Resource = [local.tables["granules"], "${local.tables["granules"]}/index/*"]
      },
      {
        Sid      = "ChangeGranules"
        Effect   = "Allow"
        Action   = ["dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:UpdateItem"]
        Resource = [local.tables["granules"]]
      },
      {
        Sid      = "DeleteFiles"
        Effect   = "Allow"
        Action   = ["dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:PutItem"]
        Resource = [local.tables["files"]]
      },
      {
        Sid      = "CompareTables"
        Effect   = "Allow"
        Action   = ["dynamodb:DescribeTable", "dynamodb:Scan"]
        Resource = [local.tables["collections"], local.tables["files"], local.tables["granules"]]
      },
      {
        Sid      = "KeepReports"
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        Resource = ["${local.bucket_arn}/${var.prefix}/reconciliation-reports/*"]
      },
      {
        Sid      = "ReadForWorkflows"
        Effect   = "Allow"
        Action   = ["dynamodb:BatchGetItem"]
        Resource = [local.tables["collections"], local.tables["executions"], local.tables["providers"]]
      },
      {
        Sid      = "FindExecutions"
        Effect   = "Allow"
        Action   = ["dynamodb:Query"]
        Resource = [local.tables["executions"], "${local.tables["executions"]}/index/*"]
      },
      {
        Sid      = "ReadCounts"
        Effect   = "Allow"
        Action   = ["dynamodb:BatchGetItem", "dynamodb:Query"]
        Resource = ["arn:${local.partition}:dynamodb:${local.place}:table/${var.prefix}-RecordCountsTable"]
      },
      {
        Sid      = "ReadWorkflows"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${local.bucket_arn}/${var.prefix}/workflows/*", "${local.bucket_arn}/${var.prefix}/workflow_template.json", "${local.bucket_arn}/${var.prefix}/distribution_bucket_map.json", "${local.bucket_arn}/${var.prefix}/crypto/*"]
      },
      {
        Sid      = "LargeMessages"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = ["${local.bucket_arn}/events/*"]
      },
      {
        Sid      = "TellMissingObjects"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = local.bucket_arns
      },
      {
        Sid      = "StartWorkflows"
        Effect   = "Allow"
        Action   = ["states:StartExecution"]
        Resource = ["arn:${local.partition}:states:${local.place}:stateMachine:${var.prefix}-*"]
      },
      {
        Sid      = "AskForExecutions"
        Effect   = "Allow"
        Action   = ["states:DescribeExecution"]
        Resource = ["arn:${local.partition}:states:${local.place}:execution:${var.prefix}-*:*"]
      },
    ],
    [for statement in [
      {
        Sid      = "DeleteFilesOfGranules"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:GetObject"]
        Resource = [for bucket in var.granule_buckets : "arn:${local.partition}:s3:::${bucket}/*"]
      },
      {
        Sid      = "SendToStartQueues"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = concat(var.start_queue == null ? [] : [var.start_queue.arn], var.more_start_queues)
      },
      {
        Sid      = "ReadSecretsOfCmr"
        Effect   = "Allow"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = var.secrets
      },
    ] : statement if length(statement.Resource) > 0],
  )

  key_statements = [for statement in [
    {
      Sid      = "UseKeys"
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = var.kms_keys
    },
  ] : statement if length(statement.Resource) > 0]
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
        Sid      = "NoteHowFarOperationsAre"
        Effect   = "Allow"
        Action   = ["dynamodb:UpdateItem"]
        Resource = [local.tables["async_operations"]]
      },
      {
        Sid      = "GoOnLater"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = [aws_sqs_queue.operations.arn]
      },
      {
        Sid      = "TakeMessages"
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
