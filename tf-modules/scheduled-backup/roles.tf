# A role for each job, which permits what its commands do, and no more; one that starts the tasks, and one that fetches their image and writes
# their logs.

locals {
  # s3://BUCKET/FOLDER
  bucket_arn  = "arn:${local.partition}:s3:::${split("/", var.backups)[2]}"
  objects_arn = "arn:${local.partition}:s3:::${trimprefix(var.backups, "s3://")}/*"

  table_policies = merge(
    { backup = var.backup_policy, status = var.status_policy },
    var.rehearsal_schedule == null ? {} : { rehearsal = var.rehearsal_policy },
  )

  # A policy of data-persistence permits whole buckets, where it permits any.
  table_statements = {
    for job, policy in local.table_policies : job => [
      for statement in try(jsondecode(policy).Statement, []) : statement
      if length([for action in flatten([statement.Action]) : action if startswith(action, "s3:")]) == 0
    ]
  }

  # S3 says "access denied" of a missing object to those who may not list the bucket, with or without a condition on what they list.
  bucket_actions = {
    backup    = ["s3:ListBucket", "s3:ListBucketMultipartUploads"]
    status    = ["s3:ListBucket"]
    rehearsal = ["s3:ListBucket"]
  }
  object_actions = {
    backup    = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    status    = ["s3:GetObject"]
    rehearsal = ["s3:GetObject"]
  }
  key_actions = {
    backup    = ["kms:Decrypt", "kms:GenerateDataKey"]
    status    = ["kms:Decrypt"]
    rehearsal = ["kms:Decrypt", "kms:GenerateDataKey"]
  }

  statements = {
    for job, of_tables in local.table_statements : job => concat(
      of_tables,
      [
        {
          Sid      = "ListBackupFolder"
          Effect   = "Allow"
          Action   = local.bucket_actions[job]
          Resource = [local.bucket_arn]
        },
        {
          Sid      = "UseBackupFolder"
          Effect   = "Allow"
          Action   = local.object_actions[job]
          Resource = [local.objects_arn]
        },
      ],
      # A rehearsal writes its report, and notes of what it proved with their lease. It cannot change a backup.
      [for folder in [local.objects_arn] : {
        Sid      = "KeepReportsInFolder"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:PutObject"]
        Resource = [for name in ["proofs.json", "proofs.json.lock", "rehearsal.json"] : "${folder}.${name}"]
      } if job == "rehearsal"],
      [for keys in [var.backup_kms_keys] : {
        Sid      = "UseKeysOfBackupFolder"
        Effect   = "Allow"
        Action   = local.key_actions[job]
        Resource = keys
      } if length(keys) > 0],
      [for policy in var.protection_policy[*] : {
        Sid      = "ReadProtectionPolicy"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["arn:${local.partition}:s3:::${trimprefix(policy, "s3://")}"]
      } if job == "status"],
    )
  }

  # Of images that are elsewhere there is nothing to permit.
  registries = regexall("^([0-9]+)\\.dkr\\.ecr(?:-fips)?\\.([a-z0-9-]+)\\.[a-z0-9.-]+/([^:@]+)", var.image)

  execution_statements = concat(
    [
      {
        Sid      = "Log"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${aws_cloudwatch_log_group.tasks.arn}:*"]
      },
    ],
    [for registry in local.registries : {
      Sid      = "FetchImage"
      Effect   = "Allow"
      Action   = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
      Resource = ["arn:${local.partition}:ecr:${registry[1]}:${registry[0]}:repository/${registry[2]}"]
    }],
    # A log-in to the registry knows no resource.
    [for registry in local.registries : {
      Sid      = "LogInToRegistry"
      Effect   = "Allow"
      Action   = ["ecr:GetAuthorizationToken"]
      Resource = ["*"]
    }],
  )

  scheduler_statements = concat(
    [
      {
        Sid       = "RunTasks"
        Effect    = "Allow"
        Action    = ["ecs:RunTask"]
        Resource  = [for task in aws_ecs_task_definition.jobs : task.arn]
        Condition = { ArnEquals = { "ecs:cluster" = local.cluster_arn } }
      },
      {
        Sid       = "PassRoles"
        Effect    = "Allow"
        Action    = ["iam:PassRole"]
        Resource  = concat([aws_iam_role.execution.arn], [for role in aws_iam_role.jobs : role.arn])
        Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
      },
      {
        Sid      = "KeepWhatDidNotStart"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = [aws_sqs_queue.failures["not-started"].arn]
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

resource "aws_iam_role" "jobs" {
  for_each = local.statements

  name                 = "${local.name}-${each.key}"
  description          = "What the task ${local.name}-${each.key} may do"
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags

  assume_role_policy = local.assumed_by_tasks

  lifecycle {
    precondition {
      condition     = each.key != "rehearsal" || var.rehearsal_policy != null
      error_message = "rehearsal_schedule needs rehearsal_policy, the output of data-persistence: without it a rehearsal may make no tables."
    }
  }
}

resource "aws_iam_role_policy" "jobs" {
  for_each = local.statements

  name   = each.key
  role   = aws_iam_role.jobs[each.key].id
  policy = jsonencode({ Version = "2012-10-17", Statement = each.value })
}

resource "aws_iam_role" "execution" {
  name                 = "${local.name}-execution"
  description          = "With which ECS fetches the image of the tasks of ${local.name} and writes their logs"
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags

  assume_role_policy = local.assumed_by_tasks
}

resource "aws_iam_role_policy" "execution" {
  name   = "execution"
  role   = aws_iam_role.execution.id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.execution_statements })
}

locals {
  assumed_by_tasks = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "ecs-tasks.amazonaws.com" }
        Action    = "sts:AssumeRole"
        Condition = {
          ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:ecs:${local.region}:${local.account}:*" }
          StringEquals = { "aws:SourceAccount" = local.account }
        }
      },
    ]
  })
}

resource "aws_iam_role" "scheduler" {
  name                 = "${local.name}-scheduler"
  description          = "With which EventBridge Scheduler starts the tasks of ${local.name}"
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
            "aws:SourceArn"     = aws_scheduler_schedule_group.jobs.arn
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
