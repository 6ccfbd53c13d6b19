module "archive_changes" {
  # Instead of this path, write where the module is and which version of it, with a tag or a commit as ref:
  # source = "git::https://github.com/nasa/cumulus.git//tf-modules/archive-changes?ref=REPLACE"
  source = "../.."

  prefix        = var.prefix
  archive       = var.archive
  functions_zip = var.functions_zip
  tags          = var.tags

  # The tables
  backup_policy      = var.for_archive_changes.backup_policy
  dynamo_stream_arns = var.for_archive_changes.dynamo_stream_arns

  # The account's rules
  permissions_boundary_arn = var.permissions_boundary_arn
  kms_key_arn              = aws_kms_key.function.arn
  alarm_actions            = var.alarm_actions
}

# Of the queue, the log group, the schedule and the function's variables.
resource "aws_kms_key" "function" {
  description         = "Queue, logs, schedule and settings of the function that archives ${var.prefix}"
  enable_key_rotation = true
  tags                = var.tags

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AccountDecidesByItsPolicies"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${var.account}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "Logs"
        Effect    = "Allow"
        Principal = { Service = "logs.${var.region}.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource  = "*"
        Condition = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:aws:logs:${var.region}:${var.account}:log-group:*" } }
      },
    ]
  })
}
