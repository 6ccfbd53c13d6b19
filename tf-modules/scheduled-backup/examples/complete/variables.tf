variable "region" {
  description = "The AWS region of the tables."
  type        = string
}

variable "account" {
  description = "The number of the AWS account."
  type        = string
}

variable "prefix" {
  description = "The deployment's prefix, as in the names of its tables."
  type        = string
}

variable "backups" {
  description = "The S3 folder of the backups: s3://BUCKET/FOLDER."
  type        = string
}

variable "image" {
  description = "The image of cumulus-api, with a tag or a digest."
  type        = string
}

variable "for_scheduled_backup" {
  description = "The output for_scheduled_backup of the tables' configuration: the policies of the tables."
  type        = object({ backup_policy = string, status_policy = string, rehearsal_policy = string })
}

variable "subnet_ids" {
  description = "The subnets in which the tasks run."
  type        = list(string)
}

variable "security_group_ids" {
  description = "The security groups of the tasks: outgoing HTTPS, nothing incoming."
  type        = list(string)
}

variable "permissions_boundary_arn" {
  description = "The ARN of the permissions boundary of the roles, if the account requires one."
  type        = string
  default     = null
}

variable "alarm_actions" {
  description = "ARNs to notify of alarms, such as an SNS topic."
  type        = list(string)
  default     = []
}

variable "tags" {
  description = "Tags for all resources that support them."
  type        = map(string)
  default     = {}
}
