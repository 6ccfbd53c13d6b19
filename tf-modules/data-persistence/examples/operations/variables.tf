variable "region" {
  description = "The AWS region of the tables and the workflows."
  type        = string
}

variable "prefix" {
  description = "The deployment's prefix, which is its stackName too."
  type        = string
}

variable "dynamo_tables" {
  description = "The output dynamo_tables of the module data-persistence, with all tables."
  type        = map(object({ name = string, arn = string }))

  validation {
    condition = length(setsubtract(
      ["async_operations", "collections", "executions", "files", "granules", "providers"],
      keys(var.dynamo_tables),
    )) == 0
    error_message = "It needs async_operations, collections, executions, files, granules and providers."
  }
}

variable "system_bucket" {
  description = "The deployment's system bucket, with its workflows and their message template. What operations work on is kept there, too."
  type        = string
}

variable "functions_version" {
  description = "The functions' zip file is `<prefix>/functions/<functions_version>/private-api.zip` in the system bucket. CloudFormation looks at its name only: other code needs another version."
  type        = string
}

variable "environment" {
  description = "Further variables that the API has: those of CMR, and its tables' names where these are not the prefix and the Name."
  type        = map(string)
  default     = {}
}

variable "secrets" {
  description = "ARNs of the secrets of CMR in Secrets Manager."
  type        = list(string)
  default     = []
}

variable "start_queue" {
  description = "The queue that workflows are started from (defaultSchedulerQueueUrl); null to ask Step Functions."
  type        = object({ url = string, arn = string })
  default     = null
}

variable "more_start_queues" {
  description = "ARNs of other queues that requests name by queueName or queueUrl."
  type        = list(string)
  default     = []
}

variable "granule_buckets" {
  description = "The buckets of granules' files, which are deleted with the granules."
  type        = list(string)
  default     = []
}

variable "kms_keys" {
  description = "ARNs of your own KMS keys with which buckets, tables or queues are encrypted."
  type        = list(string)
  default     = []
}

variable "maximum_concurrency" {
  description = "Operations that are run at once, 2 to 1000."
  type        = number
  default     = 2
}

variable "runtime" {
  description = "Node.js 20 or newer, by Lambda's name for it."
  type        = string
  default     = "nodejs22.x"
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
