# Backups of one deployment by a schedule, with the network that the tasks run in and the key of their queues and logs. Copy this directory, then:
#   1. push the image of cumulus-api to a registry (docs/how-to/container.md)
#   2. main.tf: set the module's source
#   3. versions.tf: fill in the backend
#   4. cp terraform.tfvars.example terraform.tfvars, fill that in, and put the policies of the tables beside it as policies.auto.tfvars.json
#   5. terraform init && terraform plan
# docs/how-to/schedule-backups.md says each step. The tables have a configuration of their own (data-persistence/examples/deployment), so that nothing
# that is done here can touch them.

terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100"
    }
  }

  # A backend takes no variables: write the values here.
  backend "s3" {
    bucket         = "REPLACE-state-bucket"
    key            = "REPLACE-prefix/scheduled-backup/terraform.tfstate"
    region         = "us-east-1"
    encrypt        = true
    dynamodb_table = "REPLACE-lock-table" # with the string key LockID; Terraform 1.10 or newer: use_lockfile = true instead
  }
}

provider "aws" {
  region = var.region
}
