# tflint-ignore-file: terraform_unused_declarations
#
# The module of Cumulus 1.16 to 1.18 deployed Elasticsearch too. Its variables and outputs are still here, as they were without a domain, so that the
# root modules of that time can be applied.

# Variables of Cumulus 1.16 to 1.18

variable "include_elasticsearch" {
  description = "As in Cumulus 1.16 to 1.18, but only `false`: this module deploys no Elasticsearch, and the API needs none."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.include_elasticsearch
    error_message = "This module deploys no Elasticsearch, and the API of this release needs none: set include_elasticsearch = false. If a domain is in the state of this deployment, first read in docs/how-to/move-over.md how to keep it."
  }
}

variable "elasticsearch_config" {
  description = "Has no effect: see `include_elasticsearch`."
  type        = any
  default     = null
}

variable "es_trusted_role_arns" {
  description = "Has no effect: see `include_elasticsearch`."
  type        = list(string)
  default     = []
}

variable "create_service_linked_role" {
  description = "Has no effect: see `include_elasticsearch`."
  type        = bool
  default     = false
}

variable "custom_domain_name" {
  description = "Has no effect: see `include_elasticsearch`."
  type        = string
  default     = null
}

variable "subnet_ids" {
  description = "Has no effect: see `include_elasticsearch`."
  type        = list(string)
  default     = []
}

variable "security_groups" {
  description = "Has no effect: see `include_elasticsearch`."
  type        = list(string)
  default     = []
}

variable "elasticsearch_security_group_ids" {
  description = "Has no effect: see `include_elasticsearch`."
  type        = list(string)
  default     = []
}

variable "vpc_id" {
  description = "Has no effect: see `include_elasticsearch`."
  type        = string
  default     = null
}

output "elasticsearch_domain_arn" {
  description = "`null`, as in Cumulus 1.16 to 1.18 without Elasticsearch."
  value       = null
}

output "elasticsearch_hostname" {
  description = "`null`, as in Cumulus 1.16 to 1.18 without Elasticsearch."
  value       = null
}

output "elasticsearch_security_group_id" {
  description = "`null`, as in Cumulus 1.16 to 1.18 without Elasticsearch."
  value       = null
}

output "elasticsearch_alarms" {
  description = "`[]`, as in Cumulus 1.16 to 1.18 without Elasticsearch."
  value       = []
}
