variable "region" {
  description = "The AWS region of the tables and the workflows."
  type        = string
}

variable "prefix" {
  description = "The deployment's prefix, which is its stackName too."
  type        = string
}

variable "dynamo_tables" {
  description = "The output dynamo_tables of the module data-persistence; its other tables may be in it."

  type = object({
    executions = object({ name = string, arn = string })
    files      = object({ name = string, arn = string })
    granules   = object({ name = string, arn = string })
    pdrs       = object({ name = string, arn = string })
  })
}

variable "system_bucket" {
  description = "The deployment's system bucket, for payloads that are too large for a record and events that could not be recorded."
  type        = string
}

variable "functions_version" {
  description = "The functions' zip files are `<prefix>/functions/<functions_version>/<name>.zip` in the system bucket. CloudFormation looks at their names only: other code needs another version."
  type        = string
}

# Without a default of its own: null is what the names of this deployment's state machines begin with.
variable "state_machines" {
  description = "The beginning of the names of the state machines whose executions are recorded; null for `<prefix>-`."
  type        = list(string)
  default     = null

  validation {
    condition     = try(length(var.state_machines) > 0, true)
    error_message = "Name at least one, or leave state_machines out."
  }
}

variable "metadata_objects" {
  description = "Granules' metadata files for CMR, as BUCKET/KEY with * for any text: `prod-protected/*.cmr.xml`. Without them granules are recorded without the times of their data."
  type        = list(string)
  default     = []
}

variable "message_objects" {
  description = "Objects that hold workflows' large messages, as BUCKET/KEY with * for any text; null for `<system_bucket>/events/*`."
  type        = list(string)
  default     = null

  validation {
    condition     = try(length(var.message_objects) > 0, true)
    error_message = "Name at least one, or leave message_objects out."
  }
}

variable "kms_keys" {
  description = "ARNs of your own KMS keys with which the system bucket, the tables or the state machines are encrypted."
  type        = list(string)
  default     = []
}

variable "recording" {
  description = "Whether events are recorded. If not, the queues keep them for 14 days."
  type        = bool
  default     = true
}

variable "maximum_concurrency" {
  description = "How many batches of events are recorded at once, at most; at least 2."
  type        = number
  default     = 20
}

variable "runtime" {
  description = "Node.js 20 or newer, by Lambda's name for it."
  type        = string
  default     = "nodejs22.x"
}

variable "alarm_actions" {
  description = "ARNs that are notified of alarms, such as that of an SNS topic."
  type        = list(string)
  default     = []
}

variable "permissions_boundary" {
  description = "The ARN of the permissions boundary of the functions' roles, if the account requires one."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags for all resources that support them."
  type        = map(string)
  default     = {}
}
