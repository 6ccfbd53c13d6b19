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
    collections = object({ name = string, arn = string })
    providers   = object({ name = string, arn = string })
    rules       = object({ name = string, arn = string })
  })
}

variable "system_bucket" {
  description = "The deployment's system bucket, with its workflows and their message template."
  type        = string
}

variable "functions_version" {
  description = "The functions' zip file is `<prefix>/functions/<functions_version>/rule-functions.zip` in the system bucket. CloudFormation looks at its name only: other code needs another version."
  type        = string
}

variable "start_queue" {
  description = "The queue that workflows are started from (defaultSchedulerQueueUrl); null to ask Step Functions."
  type        = object({ url = string, arn = string })
  default     = null
}

variable "more_start_queues" {
  description = "ARNs of other queues that rules name by queueName or queueUrl."
  type        = list(string)
  default     = []
}

variable "streams" {
  description = "ARNs of the streams of rules, with * for any text."
  type        = list(string)
  default     = []
}

variable "queues" {
  description = "ARNs of the queues of rules, with * for any text."
  type        = list(string)
  default     = []
}

variable "kms_keys" {
  description = "ARNs of your own KMS keys with which the system bucket, tables, streams or queues are encrypted."
  type        = list(string)
  default     = []
}

variable "message_limit" {
  description = "The most messages of a queue that are read in a minute."
  type        = number
  default     = 500
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
