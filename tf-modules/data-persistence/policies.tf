# Least-privilege policies, as narrow as IAM for DynamoDB allows: on these tables, by their ARNs, and on tables that are created from
# them beside them. A new table's name begins with that of the table that it came from: prod-GranulesTable-2024-05-17.

locals {
  table_arns     = [for table in values(local.tables) : table.arn]
  new_table_arns = [for arn in local.table_arns : "${arn}-*"]

  # arn:PARTITION:dynamodb:REGION:ACCOUNT:table/NAME
  arn_parts = split(":", aws_dynamodb_table.granules_table.arn)
  partition = local.arn_parts[1]
  # A table that was recovered and adopted has another name. What was kept of the one before it, backups and recovery points,
  # is still to be had by that one's.
  first_table_arns = [
    for key, table in local.tables :
    replace(table.arn, "/(-${join("", [for word in split("_", key) : title(word)])}Table)-.*$/", "$1")
  ]
  recoverable_arns = distinct(concat(local.table_arns, local.first_table_arns))

  log_arn = "arn:${local.partition}:logs:${local.arn_parts[3]}:${local.arn_parts[4]}:log-group:/aws-dynamodb/*"

  # Actions that read the settings of a table, which a backup keeps and a restore compares.
  describe_actions = [
    "dynamodb:DescribeContinuousBackups",
    "dynamodb:DescribeContributorInsights",
    "dynamodb:DescribeKinesisStreamingDestination",
    "dynamodb:DescribeTable",
    "dynamodb:DescribeTableReplicaAutoScaling",
    "dynamodb:DescribeTimeToLive",
    "dynamodb:GetResourcePolicy",
    "dynamodb:ListTagsOfResource",
  ]

  # What makes a table as the module would: it comes without time to live, recovery and tags.
  set_up_actions = [
    "dynamodb:TagResource",
    "dynamodb:UpdateContinuousBackups",
    "dynamodb:UpdateTimeToLive",
  ]

  # Who reads or writes a table with a key of its own is asked for that key too, as long as it is by DynamoDB.
  kms_statements = {
    for use, actions in {
      read  = ["kms:Decrypt", "kms:DescribeKey"]
      write = ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
      } : use => [for key in local.encryption : {
        Sid       = "UseKey"
        Effect    = "Allow"
        Action    = actions
        Resource  = [key]
        Condition = { StringEquals = { "kms:ViaService" = "dynamodb.${local.arn_parts[3]}.amazonaws.com${local.partition == "aws-cn" ? ".cn" : ""}" } }
    }]
  }

  bucket_objects = [for bucket in var.recovery_buckets : "arn:${local.partition}:s3:::${bucket}/*"]

  # Backup files and exports: outdated backups and the remains of killed ones are deleted.
  bucket_statements = [for statement in [
    {
      Sid      = "ListBuckets"
      Effect   = "Allow"
      Action   = ["s3:ListBucket", "s3:ListBucketMultipartUploads"]
      Resource = [for bucket in var.recovery_buckets : "arn:${local.partition}:s3:::${bucket}"]
    },
    {
      Sid    = "UseBuckets"
      Effect = "Allow"
      Action = [
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:PutObject",
      ]
      Resource = local.bucket_objects
    },
  ] : statement if length(var.recovery_buckets) > 0]

  backup_statements = concat([
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
  ], local.kms_statements.read, local.bucket_statements)

  # Restores and copies note that a recount is due.
  note_recount_statement = {
    Sid      = "NoteRecount"
    Effect   = "Allow"
    Action   = ["dynamodb:UpdateItem"]
    Resource = [aws_dynamodb_table.record_counts_table.arn]
  }

  restore_statements = concat([
    {
      Sid    = "Restore"
      Effect = "Allow"
      Action = concat(local.describe_actions, [
        "dynamodb:BatchGetItem",
        "dynamodb:BatchWriteItem",
        "dynamodb:PutItem",
        "dynamodb:Scan",
      ])
      Resource = concat(local.table_arns, local.new_table_arns)
    },
    local.note_recount_statement,
    {
      Sid      = "MakeTables"
      Effect   = "Allow"
      Action   = concat(["dynamodb:CreateTable"], local.set_up_actions)
      Resource = local.new_table_arns
    },
    ], local.kms_statements.write, [for statement in [
      {
        Sid      = "ListBuckets"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = [for bucket in var.recovery_buckets : "arn:${local.partition}:s3:::${bucket}"]
      },
      {
        Sid      = "UseBuckets"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = local.bucket_objects
      },
      {
        # How far a restore has come is kept beside what it reads.
        Sid      = "KeepCheckpoints"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:PutObject"]
        Resource = [for objects in local.bucket_objects : "${objects}.checkpoint.json"]
      },
  ] : statement if length(var.recovery_buckets) > 0])

  recovery_statements = concat(
    [
      {
        Sid    = "Protect"
        Effect = "Allow"
        Action = [
          "dynamodb:CreateBackup",
          "dynamodb:ExportTableToPointInTime",
        ]
        Resource = local.recoverable_arns
      },
      {
        Sid    = "UseBackups"
        Effect = "Allow"
        Action = [
          "dynamodb:DeleteBackup",
          "dynamodb:DescribeBackup",
          "dynamodb:DescribeExport",
        ]
        # <table>/backup/… and <table>/export/…
        Resource = [for arn in local.recoverable_arns : "${arn}/*"]
      },
      {
        # DynamoDB writes what it recovers with the caller's own permissions: to a new table, or to one that was deleted,
        # under its old name. To copy back what was recovered takes the same.
        Sid    = "Recover"
        Effect = "Allow"
        Action = concat(local.describe_actions, local.set_up_actions, [
          "dynamodb:BatchGetItem",
          "dynamodb:BatchWriteItem",
          "dynamodb:DeleteItem",
          "dynamodb:DescribeImport",
          "dynamodb:GetItem",
          "dynamodb:ImportTable",
          "dynamodb:PutItem",
          "dynamodb:Query",
          "dynamodb:RestoreTableFromBackup",
          "dynamodb:RestoreTableToPointInTime",
          "dynamodb:Scan",
          "dynamodb:UpdateItem",
          "dynamodb:UpdateTable",
        ])
        # <table>, <table>-…, <table>/backup/… and <table>-…/import/…: a restore needs permission on what it reads and on what it makes.
        Resource = [for arn in local.recoverable_arns : "${arn}*"]
      },
      local.note_recount_statement,
      {
        # All but that of recovery points know no resources to be narrowed to. It lists what is in the vaults of AWS Backup: ARNs and times.
        Sid      = "List"
        Effect   = "Allow"
        Action   = ["backup:ListBackupVaults", "backup:ListRecoveryPointsByBackupVault", "dynamodb:ListBackups", "dynamodb:ListExports", "dynamodb:ListImports"]
        Resource = ["*"]
      },
    ],
    local.kms_statements.write,
    local.bucket_statements,
    [for statement in [
      {
        # An export asks for it, that the bucket's owner may read what another account writes.
        Sid      = "ExportToBuckets"
        Effect   = "Allow"
        Action   = ["s3:PutObjectAcl"]
        Resource = local.bucket_objects
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

  # How well the tables are protected: it reads settings and lists, no items.
  status_statements = concat(
    [
      {
        Sid      = "Describe"
        Effect   = "Allow"
        Action   = ["dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable"]
        Resource = concat(local.recoverable_arns, [aws_dynamodb_table.record_counts_table.arn])
      },
      {
        Sid      = "DescribeExports"
        Effect   = "Allow"
        Action   = ["dynamodb:DescribeExport"]
        Resource = [for arn in concat(local.recoverable_arns, [aws_dynamodb_table.record_counts_table.arn]) : "${arn}/export/*"]
      },
      {
        # As in recovery_statements.
        Sid      = "List"
        Effect   = "Allow"
        Action   = ["backup:ListBackupVaults", "backup:ListRecoveryPointsByBackupVault", "dynamodb:ListBackups", "dynamodb:ListExports"]
        Resource = ["*"]
      },
    ],
    # CloudWatch knows no resources to be narrowed to, but the namespace.
    [for namespace in ["Cumulus/Protection"] : {
      Sid       = "SendMetrics"
      Effect    = "Allow"
      Action    = ["cloudwatch:PutMetricData"]
      Resource  = ["*"]
      Condition = { StringEquals = { "cloudwatch:namespace" = namespace } }
    }],
    [for statement in [
      {
        Sid      = "ListBuckets"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = [for bucket in var.recovery_buckets : "arn:${local.partition}:s3:::${bucket}"]
      },
      {
        Sid      = "UseBuckets"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = local.bucket_objects
      },
    ] : statement if length(var.recovery_buckets) > 0],
  )

  # Tables of rehearsals: created, filled, read and deleted. The tables of the deployment are only read.
  # They have the prefix that the tables have, also if var.prefix was changed later.
  scratch_arn = replace(aws_dynamodb_table.granules_table.arn, "/-GranulesTable.*$/", "-rehearsal-*")

  rehearsal_statements = concat(
    [
      {
        Sid      = "ReadTables"
        Effect   = "Allow"
        Action   = concat(local.describe_actions, ["dynamodb:RestoreTableToPointInTime", "dynamodb:Scan"])
        Resource = local.table_arns
      },
      {
        Sid    = "ReadBackupsAndStreams"
        Effect = "Allow"
        Action = [
          "dynamodb:DescribeBackup",
          "dynamodb:DescribeStream",
          "dynamodb:GetRecords",
          "dynamodb:GetShardIterator",
          "dynamodb:RestoreTableFromBackup",
        ]
        # <table>/backup/… and <table>/stream/…
        Resource = [for arn in local.table_arns : "${arn}/*"]
      },
      {
        # DynamoDB writes what it restores with the caller's own permissions.
        Sid    = "UseScratchTables"
        Effect = "Allow"
        Action = concat(local.describe_actions, [
          "dynamodb:BatchWriteItem",
          "dynamodb:CreateTable",
          "dynamodb:DeleteItem",
          "dynamodb:DeleteTable",
          "dynamodb:GetItem",
          "dynamodb:PutItem",
          "dynamodb:Query",
          "dynamodb:RestoreTableFromBackup",
          "dynamodb:RestoreTableToPointInTime",
          "dynamodb:Scan",
          "dynamodb:UpdateItem",
        ])
        Resource = [local.scratch_arn]
      },
      {
        # They know no resources to be narrowed to.
        Sid      = "List"
        Effect   = "Allow"
        Action   = ["dynamodb:ListBackups", "dynamodb:ListTables"]
        Resource = ["*"]
      },
    ],
    [for statement in local.status_statements : statement if statement.Sid == "SendMetrics"],
    local.kms_statements.write,
    [for statement in [
      {
        Sid      = "ListBuckets"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = [for bucket in var.recovery_buckets : "arn:${local.partition}:s3:::${bucket}"]
      },
      {
        Sid      = "UseBuckets"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = local.bucket_objects
      },
      {
        # Reports, and notes of what was proved with their lease.
        Sid      = "KeepReports"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:PutObject"]
        Resource = flatten([for objects in local.bucket_objects : ["${objects}.proofs.json", "${objects}.proofs.json.lock", "${objects}.rehearsal.json"]])
      },
    ] : statement if length(var.recovery_buckets) > 0],
  )
}
