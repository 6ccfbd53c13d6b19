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

variable "archive" {
  description = "The S3 folder of the archive: s3://BUCKET/FOLDER."
  type        = string
}

variable "functions_zip" {
  description = "The path of the zip file with the functions."
  type        = string
}

variable "for_archive_changes" {
  description = "The output for_archive_changes of the tables' configuration: how the tables may be read, and their streams."
  type        = object({ backup_policy = string, dynamo_stream_arns = map(string) })
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
