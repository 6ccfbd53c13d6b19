variable "region" {
  description = "The AWS region of the tables and the workflows."
  type        = string
}

variable "prefix" {
  description = "The deployment's prefix, which is its stackName too."
  type        = string
}

# Without a default of its own: null leaves the module's.
variable "components" {
  description = "What is deployed; null for everything."
  type        = set(string)
  default     = null
}

variable "functions_zip" {
  description = "The path of the functions' zip file."
  type        = string
  default     = "functions.zip"
}

variable "dynamo_tables" {
  description = "The output dynamo_tables of the tables' configuration."
  type        = map(object({ name = string, arn = string }))
}

variable "record_counts_table" {
  description = "The output record_counts_table of the tables' configuration."
  type        = object({ name = string, arn = string })
}

variable "dynamo_stream_arns" {
  description = "The output dynamo_stream_arns of the tables' configuration."
  type        = map(string)
}

variable "system_bucket" {
  description = "The deployment's system bucket."
  type        = string
}

variable "granule_buckets" {
  description = "The buckets of granules' files and metadata."
  type        = list(string)
  default     = []
}

variable "start_queue" {
  description = "The queue that workflows are started from; null to ask Step Functions."
  type        = object({ url = string, arn = string })
  default     = null
}

variable "recording" {
  description = "Whether events of workflows are recorded. If not, the queues keep them for 14 days."
  type        = bool
  default     = true
}

variable "vpc_id" {
  description = "The VPC from which the API is reached; null for the internet."
  type        = string
  default     = null
}

variable "api_url" {
  description = "The address at which people reach the API, such as that of a custom domain; null for API Gateway's own."
  type        = string
  default     = null
}

variable "dashboard_origins" {
  description = "Whose pages may call the API and get tokens."
  type        = list(string)
  default     = []
}

variable "backups" {
  description = "Where the backup files are that the API shows at /protection: s3://BUCKET/FOLDER."
  type        = string
  default     = null
}

variable "token_secret" {
  description = "What the API signs its tokens with: openssl rand -base64 48. Give it as TF_VAR_token_secret, not in a file."
  type        = string
  default     = null
  sensitive   = true
}

variable "urs_url" {
  description = "Earthdata Login; null for https://urs.earthdata.nasa.gov."
  type        = string
  default     = null
}

variable "urs_client_id" {
  description = "The client id of the application, as registered with Earthdata Login."
  type        = string
  default     = null
}

variable "urs_client_password" {
  description = "Its password. Give it as TF_VAR_urs_client_password, not in a file."
  type        = string
  default     = null
  sensitive   = true
}

variable "permissions_boundary_arn" {
  description = "The ARN of the permissions boundary of the functions' roles, if the account requires one."
  type        = string
  default     = null
}

variable "lambda_subnet_ids" {
  description = "The subnets in which functions run; none for no VPC."
  type        = list(string)
  default     = []
}

variable "lambda_security_group_ids" {
  description = "The security groups of functions in a VPC."
  type        = list(string)
  default     = []
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
