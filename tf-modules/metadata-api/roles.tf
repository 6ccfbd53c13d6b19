# A role for each function, which permits what the function does, and no more. The repository's pages
# docs/reference/api-permissions.md, docs/how-to/record-workflows.md, rules.md and use-the-models.md have a reason for each permission.

locals {
  bucket_arn = "arn:${local.partition}:s3:::${var.system_bucket}"
  stack_arn  = "${local.bucket_arn}/${var.prefix}"

  tables = { for key, table in var.dynamo_tables : key => table.arn }

  state_machines = coalesce(var.state_machines, ["${var.prefix}-"])
  # How events name them.
  workflow_patterns = [for name in local.state_machines : { prefix = "arn:${local.partition}:states:${local.place}:stateMachine:${name}" }]
  workflow_arns     = [for name in local.state_machines : "arn:${local.partition}:states:${local.place}:stateMachine:${name}*"]
  execution_arns    = [for name in local.state_machines : "arn:${local.partition}:states:${local.place}:execution:${name}*:*"]

  start_queue_arns = concat(var.start_queue[*].arn, var.more_start_queues)

  key_statements = [
    {
      Sid      = "UseKeys"
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = compact(concat([var.kms_key_arn], var.kms_keys))
    },
  ]

  # Lambda does these in the role's name.
  network_statements = length(var.lambda_subnet_ids) == 0 ? [] : [
    {
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
    },
  ]

  tracing_statements = var.tracing_mode != "Active" ? [] : [
    {
      Sid      = "Trace"
      Effect   = "Allow"
      Action   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
      Resource = ["*"]
    },
  ]

  # What several components need.

  read_workflows_statement = {
    Sid    = "ReadWorkflows"
    Effect = "Allow"
    Action = ["s3:GetObject"]
    Resource = [
      "${local.stack_arn}/workflows/*",
      "${local.stack_arn}/workflow_template.json",
    ]
  }

  start_workflows_statements = [
    {
      Sid      = "StartWorkflows"
      Effect   = "Allow"
      Action   = ["states:StartExecution"]
      Resource = local.workflow_arns
    },
    {
      Sid      = "SendToStartQueues"
      Effect   = "Allow"
      Action   = ["sqs:SendMessage"]
      Resource = local.start_queue_arns
    },
  ]

  # Without permission to list a bucket, S3 answers "access denied" for a missing object.
  list_system_bucket_statement = {
    Sid      = "TellMissingObjects"
    Effect   = "Allow"
    Action   = ["s3:ListBucket"]
    Resource = [local.bucket_arn]
  }

  # Lambda takes messages in the role's name.
  queue_statements = {
    for name, function in local.readers : function => [
      {
        Sid      = "TakeMessages"
        Effect   = "Allow"
        Action   = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
        Resource = [merge(aws_sqs_queue.queues, aws_sqs_queue.dead_letters)[name].arn]
      },
    ]
  }

  statements = {
    for name, function in local.functions : name => [
      for statement in concat(function.statements, lookup(local.queue_statements, name, []), local.key_statements, local.network_statements, local.tracing_statements, [
        {
          Sid      = "Log"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = ["${aws_cloudwatch_log_group.functions[name].arn}:*"]
        },
      ]) : statement if length(statement.Resource) > 0
    ]
  }
}

resource "aws_iam_role" "functions" {
  for_each = local.functions

  name                 = "${var.prefix}-${each.key}"
  description          = "What the function ${var.prefix}-${each.key} may do"
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

resource "aws_iam_role_policy" "functions" {
  for_each = local.functions

  name   = each.key
  role   = aws_iam_role.functions[each.key].id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.statements[each.key] })
}
