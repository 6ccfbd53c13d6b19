module "metadata_api" {
  # Instead of this path, write where the module is and which version of it, with a tag or a commit as ref:
  # source = "git::https://github.com/nasa/cumulus.git//tf-modules/metadata-api?ref=REPLACE"
  source = "../.."

  prefix        = var.prefix
  components    = var.components
  functions_zip = var.functions_zip
  tags          = var.tags

  # The tables
  dynamo_tables       = var.dynamo_tables
  record_counts_table = var.record_counts_table
  dynamo_stream_arns  = var.dynamo_stream_arns

  # The deployment's buckets, workflows and what starts them
  system_bucket    = var.system_bucket
  granule_buckets  = var.granule_buckets
  metadata_objects = flatten([for bucket in var.granule_buckets : ["${bucket}/*.cmr.xml", "${bucket}/*.cmr.json"]])
  start_queue      = var.start_queue
  recording        = var.recording
  rule_queues      = ["arn:aws:sqs:${var.region}:${local.account}:${var.prefix}-*"]
  rule_streams     = ["arn:aws:kinesis:${var.region}:${local.account}:stream/${var.prefix}-*"]
  rule_topics      = ["arn:aws:sns:${var.region}:${local.account}:${var.prefix}-*"]

  # The API and its login
  private_archive_api_gateway = var.vpc_id != null
  vpc_id                      = var.vpc_id
  api_url                     = var.api_url
  dashboard_origins           = var.dashboard_origins
  backups                     = var.backups
  provider_kms_key_arn        = aws_kms_key.providers.arn
  token_secret                = var.token_secret
  urs_url                     = var.urs_url
  urs_client_id               = var.urs_client_id
  urs_client_password         = var.urs_client_password

  # The account's rules
  permissions_boundary_arn  = var.permissions_boundary_arn
  kms_key_arn               = aws_kms_key.functions.arn
  lambda_subnet_ids         = var.lambda_subnet_ids
  lambda_security_group_ids = var.lambda_security_group_ids
  alarm_actions             = var.alarm_actions
}
