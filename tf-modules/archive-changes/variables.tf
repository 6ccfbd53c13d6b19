# What is archived, and to where

variable "prefix" {
  description = "The deployment's prefix, as in the names of its tables: `<prefix>-GranulesTable`."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_-]*$", var.prefix))
    error_message = "The prefix \"${var.prefix}\" cannot be part of the names of functions and roles: they have letters, digits, \"_\" and \"-\"."
  }

  validation {
    # Names of roles have at most 64 characters, and the longest of them ends so.
    condition     = length(var.prefix) <= 64 - length("-archiveChanges-scheduler")
    error_message = "The prefix has ${length(var.prefix)} characters; with more than ${64 - length("-archiveChanges-scheduler")} of them a name would be longer than AWS allows."
  }
}

variable "archive" {
  description = "The S3 folder of the archive, for this deployment only: `s3://BUCKET/FOLDER`. The bucket has to exist. The function reads and writes no other objects of the bucket; it can list the names of all."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9!_.'()-]+)+$", var.archive))
    error_message = "\"${var.archive}\" is not a folder in S3: s3://BUCKET/FOLDER, without \"/\" at its end."
  }
}

variable "functions_zip" {
  description = "The path of a zip file on this machine with the files of `dist/lambda/bundle` of the package `@cumulus/api`: the same as for the module metadata-api."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists(var.functions_zip)
    error_message = "There is no file ${var.functions_zip}. The README of the module metadata-api says how to make it."
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

variable "dynamo_stream_arns" {
  description = "The output `dynamo_stream_arns` of the module data-persistence."
  type        = map(string)
  nullable    = false

  validation {
    condition     = length(var.dynamo_stream_arns) > 0
    error_message = "dynamo_stream_arns is empty: no table has a stream. After an apply that turns streams on, apply once more with -refresh-only."
  }
}

variable "tables" {
  description = "The tables to archive, by their keys in `dynamo_stream_arns`: `[\"granules\", \"rules\"]`. `null` archives all that have a stream."
  type        = set(string)
  default     = null

  validation {
    condition     = try(length(var.tables) > 0, true)
    error_message = "Name at least one table, or remove tables."
  }
}

variable "recipients" {
  description = "Public keys of age (`age1…`) that the function encrypts to; an archive that is encrypted stays so without them."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for recipient in var.recipients : can(regex("^age1[0-9a-z]+$", recipient))])
    error_message = "recipients has something that is no public key of age: they begin with age1."
  }
}

variable "lock_days" {
  description = "For how many days what the function writes is locked by S3 Object Lock, which the bucket has to have. `null` leaves that to the bucket."
  type        = number
  default     = null

  validation {
    condition     = try(var.lock_days >= 1 && var.lock_days <= 36500 && floor(var.lock_days) == var.lock_days, var.lock_days == null)
    error_message = "lock_days is not a whole number of days from 1 to 36500."
  }
}

variable "lock_mode" {
  description = "Whether those with a permission can end a lock early (`governance`), or nobody (`compliance`)."
  type        = string
  default     = "governance"
  nullable    = false

  validation {
    condition     = contains(["governance", "compliance"], var.lock_mode)
    error_message = "lock_mode is ${var.lock_mode}, and neither governance nor compliance."
  }
}

# When

variable "interval_minutes" {
  description = "How often the function reads all tables, in minutes: 1 to 60. Where no changes come, the last second that can be restored is that old at the most."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.interval_minutes >= 1 && var.interval_minutes <= 60 && floor(var.interval_minutes) == var.interval_minutes
    error_message = "interval_minutes is ${var.interval_minutes}, and not a whole number from 1 to 60."
  }
}

variable "batching_window_seconds" {
  description = "How long Lambda collects changes of a shard for a batch, in seconds: 0 to 300. Each batch becomes a segment, which costs a few requests to S3."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = var.batching_window_seconds >= 0 && var.batching_window_seconds <= 300
    error_message = "batching_window_seconds is ${var.batching_window_seconds}, and not from 0 to 300."
  }
}

variable "max_record_age_hours" {
  description = "The age in hours, 1 to 24, from which Lambda gives a batch up and notes it in the queue. The changes are not lost by that: the next batch or run reads them from the stream."
  type        = number
  default     = 6
  nullable    = false

  validation {
    condition     = var.max_record_age_hours >= 1 && var.max_record_age_hours <= 24
    error_message = "max_record_age_hours is ${var.max_record_age_hours}, and not from 1 to 24."
  }
}

variable "enabled" {
  description = "Whether streams and the schedule invoke the function. If not, the alarm `silent` goes off. After 24 hours, changes are lost for the archive."
  type        = bool
  default     = true
  nullable    = false
}

# How the function runs

variable "max_base_gb" {
  description = "The size in GB, as DynamoDB estimates it, from which on a table gets no base from the function, whose time ends after 15 minutes. With 0, none gets one."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.max_base_gb >= 0
    error_message = "max_base_gb is ${var.max_base_gb}, and not 0 or more."
  }
}

variable "memory_size" {
  description = "The memory of the function in MB, which decides its processor too: 512 to 10240."
  type        = number
  default     = 1024
  nullable    = false

  validation {
    condition     = var.memory_size >= 512 && var.memory_size <= 10240
    error_message = "memory_size is ${var.memory_size}, and not from 512 to 10240."
  }
}

variable "runtime" {
  description = "Node.js 22 or newer, by Lambda's name for it. `nodejs24.x` needs a version of the AWS provider that knows it (6.19)."
  type        = string
  default     = "nodejs22.x"
  nullable    = false

  validation {
    condition     = can(regex("^nodejs(2[2-9]|[3-9][0-9])\\.x$", var.runtime))
    error_message = "The runtime ${var.runtime} is not Node.js 22 or newer, such as nodejs22.x or nodejs24.x."
  }
}

variable "architecture" {
  description = "The processor that the function runs on: `arm64` or `x86_64`."
  type        = string
  default     = "arm64"
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "The architecture is arm64 or x86_64, not ${var.architecture}."
  }
}

variable "lambda_subnet_ids" {
  description = "The subnets in which the function runs; empty for no VPC. They need a route to DynamoDB, its streams, S3 and CloudWatch Logs."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "lambda_security_group_ids" {
  description = "The security groups of the function in a VPC. It needs outgoing HTTPS and nothing incoming."
  type        = list(string)
  default     = []
  nullable    = false
}

# Security, logs and alarms

variable "permissions_boundary_arn" {
  description = "The ARN of the permissions boundary of the roles, if the account requires one."
  type        = string
  default     = null
}

variable "kms_key_arn" {
  description = "The ARN of your own KMS key for the queue, the log group, the schedule and the function's variables. Without it, AWS's keys encrypt them. The key's policy has to permit CloudWatch Logs."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[^:]+:kms:[^:]+:[0-9]+:key/.", var.kms_key_arn))
    error_message = "kms_key_arn is not the ARN of a key (arn:aws:kms:REGION:ACCOUNT:key/ID)."
  }
}

variable "archive_kms_keys" {
  description = "ARNs of your own KMS keys that encrypt the archive in S3. The keys' policies have to permit the role of the function too."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.archive_kms_keys : can(regex("^arn:[^:]+:kms:[^:]+:[^:]+:key/.", arn))])
    error_message = "The list ${jsonencode(var.archive_kms_keys)} has an entry that is not the ARN of a KMS key: arn:aws:kms:REGION:ACCOUNT:key/ID."
  }
}

variable "alarm_actions" {
  description = "ARNs to notify of alarms, such as an SNS topic."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "max_delay_minutes" {
  description = "For how many minutes a change may wait to be archived until the alarm `late` goes off."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.max_delay_minutes > 0 && var.max_delay_minutes < 1440
    error_message = "max_delay_minutes is ${var.max_delay_minutes}, and not from 1 to 1439: streams keep changes for 24 hours."
  }
}

variable "log_level" {
  description = "The level of the function's log: `debug`, `info`, `warn` or `error`."
  type        = string
  default     = "info"
  nullable    = false

  validation {
    condition     = contains(["debug", "info", "warn", "error"], var.log_level)
    error_message = "The log level is debug, info, warn or error, not ${var.log_level}."
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
