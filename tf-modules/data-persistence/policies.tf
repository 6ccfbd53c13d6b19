# Who may do what, as narrow as DynamoDB can tell it: on these tables, by their ARNs, and on tables that recovery makes
# beside them. A new table's name begins with that of the table that it came from: prod-GranulesTable-2024-05-17.

locals {
  table_arns     = [for table in values(local.tables) : table.arn]
  new_table_arns = [for arn in local.table_arns : "${arn}-*"]

  # arn:PARTITION:dynamodb:REGION:ACCOUNT:table/NAME
  arn_parts = split(":", aws_dynamodb_table.granules_table.arn)
  partition = local.arn_parts[1]
  log_arn   = "arn:${local.partition}:logs:${local.arn_parts[3]}:${local.arn_parts[4]}:log-group:/aws-dynamodb/*"

  describe_actions = [
    "dynamodb:DescribeContinuousBackups",
    "dynamodb:DescribeTable",
    "dynamodb:DescribeTimeToLive",
  ]

  # What makes a table as the module would: it comes without time to live, recovery and tags.
  set_up_actions = [
    "dynamodb:TagResource",
    "dynamodb:UpdateContinuousBackups",
    "dynamodb:UpdateTimeToLive",
  ]

  backup_statements = [
    {
      Sid    = "Read"
      Effect = "Allow"
      Action = concat(local.describe_actions, [
        "dynamodb:BatchGetItem",
        "dynamodb:GetItem",
        "dynamodb:Query",
        "dynamodb:Scan",
      ])
      Resource = concat(local.table_arns, [for arn in local.table_arns : "${arn}/index/*"])
    },
  ]

  restore_statements = [
    {
      Sid    = "Restore"
      Effect = "Allow"
      Action = concat(local.describe_actions, [
        "dynamodb:BatchWriteItem",
        "dynamodb:PutItem",
        "dynamodb:Scan",
      ])
      Resource = concat(local.table_arns, local.new_table_arns)
    },
    {
      # A restore notes that what it wrote has to be recounted.
      Sid      = "NoteRecount"
      Effect   = "Allow"
      Action   = ["dynamodb:UpdateItem"]
      Resource = [aws_dynamodb_table.record_counts_table.arn]
    },
    {
      Sid      = "MakeTables"
      Effect   = "Allow"
      Action   = concat(["dynamodb:CreateTable"], local.set_up_actions)
      Resource = local.new_table_arns
    },
  ]

  recovery_statements = concat(
    [
      {
        Sid    = "Protect"
        Effect = "Allow"
        Action = concat(local.describe_actions, [
          "dynamodb:CreateBackup",
          "dynamodb:ExportTableToPointInTime",
          "dynamodb:ListTagsOfResource",
          "dynamodb:RestoreTableToPointInTime",
          "dynamodb:UpdateContinuousBackups",
        ])
        Resource = local.table_arns
      },
      {
        Sid    = "UseBackups"
        Effect = "Allow"
        Action = [
          "dynamodb:DeleteBackup",
          "dynamodb:DescribeBackup",
          "dynamodb:DescribeExport",
          "dynamodb:RestoreTableFromBackup",
        ]
        # <table>/backup/… and <table>/export/…
        Resource = [for arn in local.table_arns : "${arn}/*"]
      },
      {
        # DynamoDB writes what it recovers with the caller's own permissions.
        Sid    = "RecoverToNewTables"
        Effect = "Allow"
        Action = concat(local.describe_actions, local.set_up_actions, [
          "dynamodb:BatchWriteItem",
          "dynamodb:DeleteItem",
          "dynamodb:DescribeImport",
          "dynamodb:GetItem",
          "dynamodb:ImportTable",
          "dynamodb:PutItem",
          "dynamodb:Query",
          "dynamodb:Scan",
          "dynamodb:UpdateItem",
          "dynamodb:UpdateTable",
        ])
        # Also <table>-…/import/…
        Resource = local.new_table_arns
      },
      {
        # These know no resources to be narrowed to.
        Sid      = "List"
        Effect   = "Allow"
        Action   = ["dynamodb:ListBackups", "dynamodb:ListExports", "dynamodb:ListImports"]
        Resource = ["*"]
      },
    ],
    [for statement in [
      {
        Sid      = "ListBuckets"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = [for bucket in var.recovery_buckets : "arn:${local.partition}:s3:::${bucket}"]
      },
      {
        Sid    = "UseBuckets"
        Effect = "Allow"
        Action = [
          "s3:AbortMultipartUpload",
          "s3:GetObject",
          "s3:PutObject",
          "s3:PutObjectAcl",
        ]
        Resource = [for bucket in var.recovery_buckets : "arn:${local.partition}:s3:::${bucket}/*"]
      },
      {
        # An import reports the lines that it could not read to CloudWatch Logs.
        Sid    = "ReportImports"
        Effect = "Allow"
        Action = [
          "logs:CreateLogGroup",
          "logs:CreateLogStream",
          "logs:DescribeLogGroups",
          "logs:DescribeLogStreams",
          "logs:PutLogEvents",
          "logs:PutRetentionPolicy",
        ]
        Resource = [local.log_arn]
      },
    ] : statement if length(var.recovery_buckets) > 0],
  )
}
