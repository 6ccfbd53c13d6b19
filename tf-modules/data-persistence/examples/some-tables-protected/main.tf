# A deployment in which only what cannot be had again is protected: the configuration that people wrote, and the
# granules. The other seven tables have no point-in-time recovery; nothing recovers what is lost from them but a backup.
#
# Set source as in ../deployment, which also has the backend and the outputs; then region and prefix. For a test
# deployment with no recovery at all, write enable_point_in_time_tables = [].

terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 3.39"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

module "data_persistence" {
  source = "../.."

  prefix = "sandbox"

  enable_point_in_time_tables = [
    "CollectionsTable",
    "GranulesTable",
    "ProvidersTable",
    "RulesTable",
  ]
}

output "dynamo_tables" {
  description = "Each table's name and ARN, by its key."
  value       = module.data_persistence.dynamo_tables
}
