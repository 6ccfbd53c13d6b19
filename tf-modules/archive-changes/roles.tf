# A role of the function, which permits what it does, and no more; and one with which the schedule invokes it.

locals {
  # s3://BUCKET/FOLDER
  bucket_arn = "arn:${local.partition}:s3:::${split("/", var.archive)[2]}"
  folder_arn = "arn:${local.partition}:s3:::${trimprefix(var.archive, "s3://")}"

  # A policy of data-persistence permits whole buckets, where it permits any.
  table_statements = [
    for statement in try(jsondecode(var.backup_policy).Statement, []) : statement
    if length([for action in flatten([statement.Action]) : action if startswith(action, "s3:")]) == 0
  ]

  function_statements = concat(
    local.table_statements,
    [
      {
        Sid      = "ReadStreams"
        Effect   = "Allow"
        Action   = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"]
        Resource = [for arn in values(local.stream_arns) : replace(arn, "/\\/stream\\/.*$/", "/stream/*")]
      },
      # S3 says "access denied" of a missing object to those who may not list the bucket.
      {
        Sid      = "ListArchive"
        Effect   = "Allow"
        Action   = ["s3:ListBucket", "s3:ListBucketMultipartUploads"]
        Resource = [local.bucket_arn]
      },
      {
        Sid      = "ReadArchive"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${local.folder_arn}/*"]
      },
      # Segments are written where there is none: nothing with this role replaces one.
      {
        Sid       = "WriteSegments"
        Effect    = "Allow"
        Action    = ["s3:PutObject"]
        Resource  = ["${local.folder_arn}/*.changes.gz"]
        Condition = { Null = { "s3:if-none-match" = "false" } }
      },
      {
        Sid      = "WriteBasesAndNotes"
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:PutObject"]
        Resource = [for kind in ["json", "json.gz", "json.gz.age", "lock", "manifest.json.next-*"] : "${local.folder_arn}/*.${kind}"]
      },
      {
        Sid      = "RemoveNotesAndLeases"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject"]
        Resource = [for kind in ["lock", "manifest.json.next-*", "reach.json"] : "${local.folder_arn}/*.${kind}"]
      },
      {
        Sid      = "KeepWhatWasGivenUp"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = [aws_sqs_queue.failed.arn]
      },
      {
        Sid      = "Log"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${aws_cloudwatch_log_group.function.arn}:*"]
      },
    ],
    [for days in var.lock_days[*] : {
      Sid      = "FindLock"
      Effect   = "Allow"
      Action   = ["s3:GetBucketObjectLockConfiguration"]
      Resource = [local.bucket_arn]
    }],
    [for days in var.lock_days[*] : {
      Sid      = "LockArchive"
      Effect   = "Allow"
      Action   = ["s3:PutObjectRetention"]
      Resource = ["${local.folder_arn}/*"]
    }],
    [for keys in [concat(var.kms_key_arn[*], var.archive_kms_keys)] : {
      Sid      = "UseKeys"
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = keys
    } if length(keys) > 0],
    # Lambda does these in the role's name.
    [for subnets in [var.lambda_subnet_ids] : {
      Sid    = "UseNetwork"
      Effect = "Allow"
      Action = [
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:UnassignPrivateIpAddresses",
      ]
      Resource = ["*"]
    } if length(subnets) > 0],
  )

  scheduler_statements = concat(
    [
      {
        Sid      = "Invoke"
        Effect   = "Allow"
        Action   = ["lambda:InvokeFunction"]
        Resource = [aws_lambda_function.archive_changes.arn]
      },
      {
        Sid      = "KeepWhatDidNotStart"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = [aws_sqs_queue.failed.arn]
      },
    ],
    [for key in var.kms_key_arn[*] : {
      Sid      = "UseKey"
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = [key]
    }],
  )
}

resource "aws_iam_role" "function" {
  name                 = local.name
  description          = "What the function ${local.name} may do"
  permissions_boundary = var.permissions_boundary_arn
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

resource "aws_iam_role_policy" "function" {
  name   = "function"
  role   = aws_iam_role.function.id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.function_statements })
}

resource "aws_iam_role" "scheduler" {
  name                 = "${local.name}-scheduler"
  description          = "With which EventBridge Scheduler invokes ${local.name}"
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "scheduler.amazonaws.com" }
        Action    = "sts:AssumeRole"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = local.account
            "aws:SourceArn"     = aws_scheduler_schedule_group.archive_changes.arn
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "scheduler" {
  name   = "scheduler"
  role   = aws_iam_role.scheduler.id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.scheduler_statements })
}
