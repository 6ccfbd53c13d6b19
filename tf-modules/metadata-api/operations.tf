# The functions that run operations on many granules, and reports, for the API (docs/how-to/many-granules.md). Their queue is with the queues.

locals {
  operations_functions = {
    runOperations = {
      description     = "Runs operations on many granules of ${var.prefix}, and reports"
      handler         = "private-api.runOperations"
      environment     = local.api_environment
      is_asynchronous = false
      statements      = concat(local.run_statements, local.operation_statements)
    }
    failOperations = {
      description     = "Marks operations of ${var.prefix} as failed that could not be run"
      handler         = "private-api.failOperations"
      environment     = local.api_environment
      is_asynchronous = false
      statements      = local.operation_statements
    }
  }

  operations_queue_arns = [for name, queue in aws_sqs_queue.queues : queue.arn if name == "operations"]

  operation_statements = [
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
      Resource = local.operations_queue_arns
    },
  ]

  run_statements = concat(
    [
      {
        Sid      = "KeepWhatIsWorkedOn"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = ["${local.stack_arn}/async-operations/*"]
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
        Resource = ["${local.stack_arn}/reconciliation-reports/*"]
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
      local.read_counts_statement,
      local.read_workflows_statement,
      local.read_settings_statement,
      local.large_messages_statement,
      local.list_buckets_statement,
      {
        Sid      = "AskForExecutions"
        Effect   = "Allow"
        Action   = ["states:DescribeExecution"]
        Resource = local.execution_arns
      },
      {
        Sid      = "DeleteFilesOfGranules"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:GetObject"]
        Resource = local.granule_objects
      },
      local.read_secrets_statement,
    ],
    local.start_workflows_statements,
  )
}
