# What is backed up, and to where

variable "prefix" {
  description = "The deployment's prefix, as in the names of its tables: `<prefix>-GranulesTable`."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_-]*$", var.prefix))
    error_message = "The prefix \"${var.prefix}\" cannot be part of the names of roles and tasks: they have letters, digits, \"_\" and \"-\"."
  }

  validation {
    # Names of roles have at most 64 characters, and the longest of them ends so.
    condition     = length(var.prefix) <= 64 - length("-scheduled-backup-rehearsal")
    error_message = "The prefix has ${length(var.prefix)} characters; with more than ${64 - length("-scheduled-backup-rehearsal")} of them a name would be longer than AWS allows."
  }
}

variable "backups" {
  description = "The S3 folder of the backups, for this deployment only: `s3://BUCKET/FOLDER`. The tasks read and write no other objects of the bucket; they can list the names of all."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9!_.'()-]+)+$", var.backups))
    error_message = "\"${var.backups}\" is not a folder in S3: s3://BUCKET/FOLDER, without \"/\" at its end."
  }
}

variable "backup_policy" {
  description = "The output `backup_policy` of the module data-persistence. What it permits in buckets is left out."
  type        = string
  nullable    = false

  validation {
    condition     = can(jsondecode(var.backup_policy).Statement)
    error_message = "backup_policy is not the JSON of an IAM policy. The output backup_policy of data-persistence is one."
  }
}

variable "status_policy" {
  description = "The output `status_policy` of the module data-persistence, for the task that measures how well the tables are protected."
  type        = string
  nullable    = false

  validation {
    condition     = can(jsondecode(var.status_policy).Statement)
    error_message = "status_policy is not the JSON of an IAM policy. The output status_policy of data-persistence is one."
  }
}

variable "rehearsal_policy" {
  description = "The output `rehearsal_policy` of the module data-persistence, for the task that rehearses a recovery. Give it if `rehearsal_schedule` is given."
  type        = string
  default     = null

  validation {
    condition     = var.rehearsal_policy == null || can(jsondecode(var.rehearsal_policy).Statement)
    error_message = "rehearsal_policy is not the JSON of an IAM policy. The output rehearsal_policy of data-persistence is one."
  }
}

variable "backup_options" {
  description = "Further options of `cumulus-api backup`: `[\"--max-read-units\", \"500\"]`."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "rehearsal_options" {
  description = "Further options of `cumulus-api rehearse`: `[\"--tables\", \"GranulesTable\"]`."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "protection_policy" {
  description = "The object in S3 with the policy that `cumulus-api status` judges by: `s3://BUCKET/KEY`. `null` is the strict policy of the release."
  type        = string
  default     = null

  validation {
    condition     = var.protection_policy == null || can(regex("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/[^*?]+$", var.protection_policy))
    error_message = "protection_policy is not an object in S3: s3://BUCKET/KEY."
  }
}

variable "keep" {
  description = "Which backups stay, as `cumulus-api backups forget` has it: how many of the last, and of the last of each hour, day, week, month and year. `within = \"14d\"` keeps all of that age. Others are removed after a backup that succeeded. `null` removes none."
  type = object({
    last    = optional(number)
    hourly  = optional(number)
    daily   = optional(number)
    weekly  = optional(number)
    monthly = optional(number)
    yearly  = optional(number)
    within  = optional(string)
  })
  default = { daily = 7, weekly = 5, monthly = 12 }

  validation {
    condition     = var.keep == null || anytrue([for value in values(coalesce(var.keep, {})) : value != null])
    error_message = "keep names nothing that stays. Give a number, such as { daily = 7 }, or null to remove no backup."
  }

  validation {
    condition     = alltrue([for name, value in coalesce(var.keep, {}) : value == null || name == "within" || can(regex("^[1-9][0-9]*$", value))])
    error_message = "The numbers of backups to keep are whole, and 1 or more."
  }
}

# When

variable "backup_schedule" {
  description = "When a backup starts, as EventBridge Scheduler has it: `cron(15 2 * * ? *)` is 2:15 each day, `rate(6 hours)` every six hours."
  type        = string
  default     = "cron(15 2 * * ? *)"
  nullable    = false

  validation {
    condition     = can(regex("^(cron|rate)\\(.+\\)$", var.backup_schedule))
    error_message = "\"${var.backup_schedule}\" is not a schedule that repeats: cron(MINUTE HOUR DAY MONTH WEEKDAY YEAR) or rate(NUMBER UNIT)."
  }
}

variable "rehearsal_schedule" {
  description = "When a recovery is rehearsed: `cron(0 6 1 * ? *)` is the first of each month at 6:00. `null` rehearses none."
  type        = string
  default     = null

  validation {
    condition     = var.rehearsal_schedule == null || can(regex("^(cron|rate)\\(.+\\)$", var.rehearsal_schedule))
    error_message = "rehearsal_schedule is not a schedule that repeats: cron(MINUTE HOUR DAY MONTH WEEKDAY YEAR) or rate(NUMBER UNIT)."
  }
}

variable "rehearsal_source" {
  description = "From what a recovery is rehearsed: `backup`, `pitr` or `on-demand`."
  type        = string
  default     = "backup"
  nullable    = false

  validation {
    condition     = contains(["backup", "on-demand", "pitr"], var.rehearsal_source)
    error_message = "A recovery is rehearsed from backup, pitr or on-demand, not from ${var.rehearsal_source}."
  }
}

variable "status_interval_minutes" {
  description = "How often the protection of the tables is measured, in minutes: 15 to 1440. Alarms compare three measurements."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.status_interval_minutes >= 15 && var.status_interval_minutes <= 1440 && floor(var.status_interval_minutes) == var.status_interval_minutes
    error_message = "status_interval_minutes is a whole number from 15 to 1440."
  }
}

variable "schedule_timezone" {
  description = "The time zone of the schedules, such as `America/New_York`."
  type        = string
  default     = "UTC"
  nullable    = false
}

variable "flexible_window_minutes" {
  description = "Within how many minutes after its time a backup or a rehearsal starts: 0 to 1440. Many deployments in one account then do not start at once."
  type        = number
  default     = 15
  nullable    = false

  validation {
    condition     = var.flexible_window_minutes >= 0 && var.flexible_window_minutes <= 1440 && floor(var.flexible_window_minutes) == var.flexible_window_minutes
    error_message = "flexible_window_minutes is a whole number from 0 to 1440."
  }
}

variable "enabled" {
  description = "Whether the schedules run. If not, the alarms on ages go off: nothing is backed up."
  type        = bool
  default     = true
  nullable    = false
}

# Alarms

variable "alarm_actions" {
  description = "ARNs to notify of alarms, such as an SNS topic."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "max_backup_age_hours" {
  description = "The age in hours from which the newest proved backup of a table is too old. It is longer than the time between two backups, by the time that a backup takes and by a few hours for a second try."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.max_backup_age_hours > 0
    error_message = "max_backup_age_hours is a number of hours greater than 0."
  }
}

variable "max_rehearsal_age_days" {
  description = "The age in days from which the last rehearsal that did not fail is too old."
  type        = number
  default     = 35
  nullable    = false

  validation {
    condition     = var.max_rehearsal_age_days > 0
    error_message = "max_rehearsal_age_days is a number of days greater than 0."
  }
}

# How tasks run

variable "image" {
  description = "The image of `cumulus-api`, with a tag or a digest: `123456789012.dkr.ecr.us-east-1.amazonaws.com/cumulus-api:2.0.0`. docs/how-to/container.md says how to build it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[^\\s:@]+(:[0-9]+)?/?[^\\s:@]*(:[\\w][\\w.-]*)?(@sha256:[0-9a-f]{64})?$", var.image)) && can(regex("(:[\\w][\\w.-]*|@sha256:[0-9a-f]{64})$", var.image)) && !endswith(var.image, ":latest")
    error_message = "The image \"${var.image}\" has no tag and no digest, or the tag latest: a schedule would run another program one day."
  }
}

variable "architecture" {
  description = "The processor that the image was built for: `arm64` or `x86_64`."
  type        = string
  default     = "x86_64"
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "The architecture is arm64 or x86_64, not ${var.architecture}."
  }
}

variable "cpu" {
  description = "The processor of each task in Fargate's units, of which 1024 are one: 256, 512, 1024, 2048, 4096, 8192 or 16384."
  type        = number
  default     = 512
  nullable    = false

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.cpu)
    error_message = "Fargate has 256, 512, 1024, 2048, 4096, 8192 or 16384 units of processor, not ${var.cpu}."
  }
}

variable "memory" {
  description = "The memory of each task in MB. Fargate has two to eight times `cpu` of it, in whole GB (512 is possible with 256 units)."
  type        = number
  default     = 1024
  nullable    = false

  validation {
    condition     = var.memory == 512 || var.memory >= 1024 && var.memory <= 122880 && var.memory % 1024 == 0
    error_message = "Fargate has memory of 512 MB, or in steps of 1024 MB, not ${var.memory} MB."
  }
}

variable "ephemeral_storage_gb" {
  description = "The disk of each task in GiB, 20 to 200. A comparison keeps keys and digests there, about 200 bytes for each item."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = var.ephemeral_storage_gb >= 20 && var.ephemeral_storage_gb <= 200
    error_message = "Fargate has 20 to 200 GiB of disk, not ${var.ephemeral_storage_gb}."
  }
}

variable "cluster_arn" {
  description = "The ARN of the ECS cluster for the tasks; null makes one, which costs nothing by itself."
  type        = string
  default     = null

  validation {
    condition     = var.cluster_arn == null || can(regex("^arn:[^:]+:ecs:[^:]+:[0-9]+:cluster/.", var.cluster_arn))
    error_message = "cluster_arn is not the ARN of a cluster (arn:aws:ecs:REGION:ACCOUNT:cluster/NAME)."
  }
}

variable "subnet_ids" {
  description = "The subnets in which tasks run. They need a route to DynamoDB, S3, CloudWatch, CloudWatch Logs and the registry of the image, by a NAT gateway or by VPC endpoints."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.subnet_ids) > 0
    error_message = "Name at least one subnet."
  }
}

variable "security_group_ids" {
  description = "The security groups of the tasks. They need outgoing HTTPS and nothing incoming."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.security_group_ids) > 0
    error_message = "Name at least one security group. Otherwise tasks would have the default one of the VPC."
  }
}

variable "assign_public_ip" {
  description = "Whether tasks have a public address, which they need in a public subnet without a NAT gateway."
  type        = bool
  default     = false
  nullable    = false
}

# Security and logs

variable "permissions_boundary_arn" {
  description = "The ARN of the permissions boundary of the roles, if the account requires one."
  type        = string
  default     = null
}

variable "kms_key_arn" {
  description = "The ARN of your own KMS key for the queues, the log group and the schedules. Without it, AWS's keys encrypt them. The key's policy has to permit CloudWatch Logs, and `kms:GenerateDataKey` and `kms:Decrypt` for EventBridge."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[^:]+:kms:[^:]+:[0-9]+:key/.", var.kms_key_arn))
    error_message = "kms_key_arn is not the ARN of a key (arn:aws:kms:REGION:ACCOUNT:key/ID)."
  }
}

variable "backup_kms_keys" {
  description = "ARNs of your own KMS keys that encrypt the backups in S3. The keys' policies have to permit the roles of the tasks too."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.backup_kms_keys : can(regex("^arn:[^:]+:kms:[^:]+:[^:]+:key/.", arn))])
    error_message = "The list ${jsonencode(var.backup_kms_keys)} has an entry that is not the ARN of a KMS key: arn:aws:kms:REGION:ACCOUNT:key/ID."
  }
}

variable "log_retention_days" {
  description = "The number of days that logs are kept."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch Logs keeps logs for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days, not for ${var.log_retention_days}."
  }
}

variable "tags" {
  description = "Tags for all resources that support them."
  type        = map(string)
  default     = {}
  nullable    = false
}
