# The tables of one deployment. Copy this directory, then:
#   1. main.tf: set the module's source
#   2. versions.tf: fill in the backend
#   3. cp terraform.tfvars.example terraform.tfvars, and fill that in
#   4. terraform init && terraform plan
# docs/how-to/deploy.md says what the plan must show, docs/how-to/move-over.md how to move tables over that exist.

provider "aws" {
  region = var.region
}

module "data_persistence" {
  # Instead of this path, write where the module is and which version of it, with a tag or a commit as ref:
  # source = "git::https://github.com/nasa/cumulus.git//tf-modules/data-persistence?ref=REPLACE"
  source = "../.."

  prefix                      = var.prefix
  enable_point_in_time_tables = var.enable_point_in_time_tables
  deletion_protection         = var.deletion_protection
  kms_key_arn                 = var.kms_key_arn
  tags                        = var.tags
  recovery_buckets            = var.recovery_buckets
}
