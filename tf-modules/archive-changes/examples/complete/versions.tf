# The archive of one deployment's changes, with the key of the queue and logs of its function. Copy this directory, then:
#   1. make functions.zip (the README of metadata-api says how), and the bucket of the archive
#   2. main.tf: set the module's source
#   3. versions.tf: fill in the backend
#   4. cp terraform.tfvars.example terraform.tfvars, fill that in, and put the output for_archive_changes of the tables beside it as
#      tables.auto.tfvars.json
#   5. terraform init && terraform plan
# The tables have a configuration of their own (data-persistence/examples/deployment), so that nothing that is done here can touch them.

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
    key            = "REPLACE-prefix/archive-changes/terraform.tfstate"
    region         = "us-east-1"
    encrypt        = true
    dynamodb_table = "REPLACE-lock-table" # with the string key LockID; Terraform 1.10 or newer: use_lockfile = true instead
  }
}

provider "aws" {
  region = var.region
}
