# The API: with a login behind API Gateway, and without one as the function that @cumulus/api-client invokes (docs/how-to/serve-the-api.md).

locals {
  # What the API and the functions that run its operations have in common.
  api_environment = merge(
    local.common_environment,
    local.all_tables_environment,
    { for name, value in local.optional_api_environment : name => value if value != null },
    local.start_queue_environment,
    local.operations_environment,
    local.triggers_environment,
    var.environment,
  )

  start_queue_environment = var.start_queue == null ? {} : { defaultSchedulerQueueUrl = var.start_queue.url }
  operations_environment  = local.has.operations ? { operationsQueueUrl = aws_sqs_queue.queues["operations"].url } : {}
  triggers_environment = local.has.rules ? {
    invokeArn                 = local.function_arns["ScheduleSF"]
    messageConsumer           = local.function_arns["messageConsumer"]
    KinesisInboundEventLogger = local.function_arns["KinesisInboundEventLogger"]
    sqsMessageConsumer        = local.function_arns["sqsMessageConsumer"]
  } : {}

  optional_api_environment = {
    CUMULUS_KMS_KEY_ID               = var.provider_kms_key_arn
    BACKUPS                          = var.backups
    PROTECTION_POLICY                = var.protection_policy
    LOG_GROUPS                       = var.log_groups == null ? null : join(",", var.log_groups)
    DISTRIBUTION_ENDPOINT            = var.distribution_url
    CMR_ENVIRONMENT                  = var.cmr_environment
    CMR_HOST                         = var.cmr_custom_host
    cmr_provider                     = var.cmr_provider
    cmr_client_id                    = var.cmr_client_id
    cmr_oauth_provider               = var.cmr_oauth_provider
    cmr_username                     = var.cmr_username
    cmr_password_secret_name         = var.cmr_password_secret_arn
    launchpad_api                    = var.launchpad_api
    launchpad_certificate            = var.launchpad_certificate
    launchpad_passphrase_secret_name = var.launchpad_passphrase_secret_arn
    EARTHDATA_BASE_URL               = var.urs_url
  }

  # Without a slash at its end. Not by the stage, which comes after the function that has to know its address.
  own_api_url = local.has.api ? "https://${aws_api_gateway_rest_api.api[0].id}.execute-api.${local.region}.amazonaws.com/${var.api_gateway_stage}" : ""
  api_url     = trimsuffix(coalesce(var.api_url, local.own_api_url, "/"), "/")

  api_functions = {
    ApiEndpoints = {
      description     = "The Cumulus API of ${var.prefix}, with a login"
      handler         = "api.handler"
      environment     = merge(local.api_environment, local.login_environment, var.environment)
      is_asynchronous = false
      statements      = concat(local.api_statements, local.login_statements)
    }
    PrivateApiLambda = {
      description     = "The Cumulus API of ${var.prefix}, without a login, for those who may invoke it"
      handler         = "private-api.handler"
      environment     = local.api_environment
      is_asynchronous = false
      statements      = local.api_statements
    }
  }

  login_environment = merge(
    {
      TOKEN_SECRET      = var.token_secret
      OAUTH_PROVIDER    = var.oauth_provider
      DASHBOARD_ORIGINS = join(",", var.dashboard_origins)
    },
    var.oauth_provider == "launchpad" ? merge(
      {
        ENTITY_ID        = var.saml_entity_id
        ASSERT_ENDPOINT  = coalesce(var.saml_assertion_consumer_service, "${local.api_url}/saml/auth")
        IDP_LOGIN        = var.saml_idp_login
        OAUTH_USER_GROUP = var.oauth_user_group
      },
      var.saml_launchpad_metadata_path == null ? { LAUNCHPAD_METADATA_URL = var.saml_launchpad_metadata_url } : { LAUNCHPAD_METADATA_PATH = var.saml_launchpad_metadata_path },
      ) : {
      EARTHDATA_CLIENT_ID       = var.urs_client_id
      EARTHDATA_CLIENT_PASSWORD = var.urs_client_password
      TOKEN_REDIRECT_ENDPOINT   = "${local.api_url}/token"
    },
  )

  granule_objects = [for bucket in var.granule_buckets : "arn:${local.partition}:s3:::${bucket}/*"]

  list_buckets_statement = merge(local.list_system_bucket_statement, {
    Resource = concat([local.bucket_arn], [for bucket in var.granule_buckets : "arn:${local.partition}:s3:::${bucket}"])
  })

  large_messages_statement = {
    Sid      = "LargeMessages"
    Effect   = "Allow"
    Action   = ["s3:GetObject", "s3:PutObject"]
    Resource = ["${local.bucket_arn}/events/*"]
  }

  read_settings_statement = {
    Sid      = "ReadSettings"
    Effect   = "Allow"
    Action   = ["s3:GetObject"]
    Resource = ["${local.stack_arn}/distribution_bucket_map.json", "${local.stack_arn}/crypto/*"]
  }

  read_counts_statement = {
    Sid      = "ReadCounts"
    Effect   = "Allow"
    Action   = ["dynamodb:BatchGetItem", "dynamodb:Query"]
    Resource = [var.record_counts_table.arn]
  }

  read_secrets_statement = {
    Sid      = "ReadSecretsOfCmr"
    Effect   = "Allow"
    Action   = ["secretsmanager:GetSecretValue"]
    Resource = compact([var.cmr_password_secret_arn, var.launchpad_passphrase_secret_arn])
  }

  # A pattern for those of the prefix, with their exports: twenty-four ARNs would fill the policy, whose size AWS limits.
  described_tables = distinct([
    for table in concat(values(var.dynamo_tables), [var.record_counts_table]) :
    startswith(table.name, "${var.prefix}-") ? "${trimsuffix(table.arn, table.name)}${var.prefix}-*" : "${table.arn}*"
  ])

  # How well the tables are protected: it reads settings, lists and the folder of backup files.
  read_protection_statements = [
    {
      Sid      = "DescribeTablesAndExports"
      Effect   = "Allow"
      Action   = ["dynamodb:DescribeContinuousBackups", "dynamodb:DescribeExport", "dynamodb:DescribeTable"]
      Resource = local.described_tables
    },
    {
      # They know no resources to be narrowed to.
      Sid      = "ListBackupsAndExports"
      Effect   = "Allow"
      Action   = ["dynamodb:ListBackups", "dynamodb:ListExports"]
      Resource = ["*"]
    },
    {
      Sid      = "ListBackupFiles"
      Effect   = "Allow"
      Action   = ["s3:ListBucket"]
      Resource = [for backups in compact([var.backups]) : "arn:${local.partition}:s3:::${split("/", backups)[2]}"]
    },
    {
      Sid      = "ReadBackupFiles"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = [for backups in compact([var.backups]) : "arn:${local.partition}:s3:::${trimprefix(backups, "s3://")}/*"]
    },
  ]

  # Those of the records that the API shows and changes.
  record_tables = [for key in ["async_operations", "collections", "executions", "files", "granules", "pdrs", "providers", "rules"] : local.tables[key]]

  api_statements = concat(
    [
      {
        Sid    = "ReadAndWriteRecords"
        Effect = "Allow"
        Action = [
          "dynamodb:BatchGetItem",
          "dynamodb:ConditionCheckItem",
          "dynamodb:DeleteItem",
          "dynamodb:GetItem",
          "dynamodb:PutItem",
          "dynamodb:Query",
          "dynamodb:Scan",
          "dynamodb:UpdateItem",
        ]
        Resource = local.record_tables
      },
      {
        Sid      = "ReadLists"
        Effect   = "Allow"
        Action   = ["dynamodb:Query", "dynamodb:Scan"]
        Resource = [for key in ["executions", "granules", "pdrs"] : "${local.tables[key]}/index/*"]
      },
      local.read_counts_statement,
      local.read_workflows_statement,
      local.read_settings_statement,
      local.large_messages_statement,
      local.list_buckets_statement,
      {
        Sid      = "KeepConfigurationsAndReports"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        Resource = ["${local.stack_arn}/collections/*", "${local.stack_arn}/reconciliation-reports/*"]
      },
      {
        Sid      = "ReadLargePayloads"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${local.stack_arn}/payloads/*"]
      },
      {
        Sid      = "DeleteWithRecords"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject"]
        Resource = ["${local.stack_arn}/payloads/*", "${local.stack_arn}/pdrs/*"]
      },
      {
        Sid    = "DeleteAndMoveFilesOfGranules"
        Effect = "Allow"
        Action = [
          "s3:AbortMultipartUpload",
          "s3:DeleteObject",
          "s3:GetObject",
          "s3:GetObjectTagging",
          "s3:PutObject",
          "s3:PutObjectTagging",
        ]
        Resource = local.granule_objects
      },
      local.read_secrets_statement,
      {
        Sid      = "EncryptCredentialsOfProviders"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:Encrypt"]
        Resource = compact([var.provider_kms_key_arn])
      },
      {
        Sid    = "DescribeExecutions"
        Effect = "Allow"
        Action = [
          "states:DescribeExecution",
          "states:DescribeStateMachineForExecution",
          "states:GetExecutionHistory",
        ]
        Resource = local.execution_arns
      },
      {
        Sid      = "FindLogs"
        Effect   = "Allow"
        Action   = ["logs:DescribeLogGroups"]
        Resource = ["arn:${local.partition}:logs:${local.place}:log-group:*"]
      },
      {
        Sid    = "ReadLogs"
        Effect = "Allow"
        Action = ["logs:FilterLogEvents"]
        Resource = [
          for name in coalesce(var.log_groups, ["/aws/lambda/${var.prefix}-*", "${var.prefix}-*EcsLogs"]) :
          "arn:${local.partition}:logs:${local.place}:log-group:${name}:*"
        ]
      },
    ],
    local.read_protection_statements,
    local.start_workflows_statements,
    [for statement in local.start_operations_statements : statement if local.has.operations],
    [for statement in local.trigger_statements : statement if local.has.rules],
  )

  start_operations_statements = [
    {
      Sid      = "StartOperations"
      Effect   = "Allow"
      Action   = ["sqs:SendMessage"]
      Resource = local.operations_queue_arns
    },
    {
      Sid      = "KeepWhatOperationsAreGiven"
      Effect   = "Allow"
      Action   = ["s3:PutObject"]
      Resource = ["${local.stack_arn}/async-operations/*"]
    },
  ]

  stream_function_arns = [local.function_arns["messageConsumer"], local.function_arns["KinesisInboundEventLogger"]]

  # What starts the workflows of rules is made with the rules.
  trigger_statements = [
    {
      Sid      = "Schedule"
      Effect   = "Allow"
      Action   = ["events:DeleteRule", "events:PutRule", "events:PutTargets", "events:RemoveTargets"]
      Resource = ["arn:${local.partition}:events:${local.place}:rule/${var.prefix}-custom-*"]
    },
    {
      Sid      = "FindMappingsOfStreams"
      Effect   = "Allow"
      Action   = ["lambda:ListEventSourceMappings"]
      Resource = ["*"]
    },
    {
      Sid    = "MapStreams"
      Effect = "Allow"
      Action = [
        "lambda:CreateEventSourceMapping",
        "lambda:DeleteEventSourceMapping",
        "lambda:UpdateEventSourceMapping",
      ]
      Resource  = ["*"]
      Condition = { ArnEquals = { "lambda:FunctionArn" = local.stream_function_arns } }
    },
    {
      Sid      = "LetTopicsInvoke"
      Effect   = "Allow"
      Action   = ["lambda:AddPermission", "lambda:GetPolicy", "lambda:RemovePermission"]
      Resource = [local.function_arns["messageConsumer"]]
    },
    {
      Sid      = "SubscribeToTopics"
      Effect   = "Allow"
      Action   = ["sns:ListSubscriptionsByTopic", "sns:Subscribe", "sns:Unsubscribe"]
      Resource = var.rule_topics
    },
    {
      Sid      = "CheckQueues"
      Effect   = "Allow"
      Action   = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl"]
      Resource = var.rule_queues
    },
  ]

  login_statements = [
    {
      Sid    = "KeepTokens"
      Effect = "Allow"
      Action = [
        "dynamodb:BatchGetItem",
        "dynamodb:DeleteItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
      ]
      Resource = [local.tables["access_tokens"]]
    },
    {
      Sid      = "ReadUsers"
      Effect   = "Allow"
      Action   = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:UpdateItem"]
      Resource = [local.tables["users"]]
    },
    {
      Sid      = "ReadMetadataOfLaunchpad"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = var.saml_launchpad_metadata_path == null ? [] : ["arn:${local.partition}:s3:::${trimprefix(var.saml_launchpad_metadata_path, "s3://")}"]
    },
  ]
}
