# The functions that run operations on many granules of one deployment, and their queue. Copy this directory, then:
#   1. put the functions' file into the system bucket
#   2. versions.tf: fill in the backend
#   3. cp terraform.tfvars.example terraform.tfvars, and fill that in
#   4. terraform init && terraform plan
# docs/operations.md says each step.

terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 3.39"
    }
  }

  # A backend takes no variables: write the values here.
  backend "s3" {
    bucket         = "REPLACE-state-bucket"
    key            = "REPLACE-prefix/operations/terraform.tfstate"
    region         = "us-east-1"
    encrypt        = true
    dynamodb_table = "REPLACE-lock-table" # with the string key LockID; Terraform 1.10 or newer: use_lockfile = true instead
  }
}

provider "aws" {
  region = var.region
}
