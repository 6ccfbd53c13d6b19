module "scheduled_backup" {
  # Instead of this path, write where the module is and which version of it, with a tag or a commit as ref:
  # source = "git::https://github.com/nasa/cumulus.git//tf-modules/scheduled-backup?ref=REPLACE"
  source = "../.."

  prefix  = var.prefix
  backups = var.backups
  image   = var.image
  tags    = var.tags

  # What the tasks may do with the tables
  backup_policy    = var.for_scheduled_backup.backup_policy
  status_policy    = var.for_scheduled_backup.status_policy
  rehearsal_policy = var.for_scheduled_backup.rehearsal_policy

  # When, and what stays
  backup_schedule    = "cron(15 2 * * ? *)"
  rehearsal_schedule = "cron(0 6 1 * ? *)"
  keep               = { daily = 7, weekly = 5, monthly = 12 }

  # Where the tasks run
  subnet_ids         = var.subnet_ids
  security_group_ids = var.security_group_ids

  # The account's rules
  permissions_boundary_arn = var.permissions_boundary_arn
  kms_key_arn              = aws_kms_key.failures.arn
  alarm_actions            = var.alarm_actions
}

# Of the queues, the log group and the schedules.
resource "aws_kms_key" "failures" {
  description         = "Queues, logs and schedules of the backups of ${var.prefix}"
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
      # Without a condition, as the guide of SQS has it: where one does not hold, events are lost.
      {
        Sid       = "EventsToQueues"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
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
