variable "region" {
  description = "The AWS region of the tables."
  type        = string
}

variable "prefix" {
  description = "The deployment's prefix. It cannot be changed later."
  type        = string
}

# Without a default of its own: null leaves the module's.
variable "enable_point_in_time_tables" {
  description = "The tables with point-in-time recovery; null for the module's default."
  type        = list(string)
  default     = null
}

variable "deletion_protection" {
  description = "Whether DynamoDB refuses to delete the tables. AWS provider 5.100 knows it, 3.39 does not."
  type        = bool
  default     = false
}

variable "kms_key_arn" {
  description = "The ARN of your own KMS key for the tables; null for a key of AWS."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags for all tables."
  type        = map(string)
  default     = {}
}

variable "recovery_buckets" {
  description = "Names of the S3 buckets that tables are exported to and imported from."
  type        = list(string)
  default     = []
}
