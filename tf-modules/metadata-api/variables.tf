# What the deployment is

variable "prefix" {
  description = "The deployment's prefix, which is its stackName too: functions are named `<prefix>-<Name>`, and workflows `<prefix>-…`."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_-]*$", var.prefix))
    error_message = "The prefix \"${var.prefix}\" cannot be part of the names of functions: Lambda allows letters, digits, \"_\" and \"-\" in them."
  }

  validation {
    # Names of functions, roles and rules have at most 64 characters, and the longest of them ends in _sqs_message_consumer_watcher.
    condition     = length(var.prefix) <= 64 - length("_sqs_message_consumer_watcher")
    error_message = "The prefix has ${length(var.prefix)} characters; with more than ${64 - length("_sqs_message_consumer_watcher")} of them a name would be longer than AWS allows."
  }
}

variable "components" {
  description = "The components to deploy: `api` (with a login, behind API Gateway), `private_api` (what `@cumulus/api-client` invokes), `recording` (of workflows), `counts`, `rules` and `operations`."
  type        = set(string)
  default     = ["api", "counts", "operations", "private_api", "recording", "rules"]
  nullable    = false

  validation {
    condition     = length(setsubtract(var.components, ["api", "counts", "operations", "private_api", "recording", "rules"])) == 0
    error_message = "There is no component ${join(", ", setsubtract(var.components, ["api", "counts", "operations", "private_api", "recording", "rules"]))}. Components are api, counts, operations, private_api, recording and rules."
  }
}

variable "functions_zip" {
  description = "The path of a zip file on this machine with the files of `dist/lambda/bundle` of the package `@cumulus/api`. Terraform uploads it to the system bucket, named by its digest."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists(var.functions_zip)
    error_message = "There is no file ${var.functions_zip}. The README of this module says how to make it."
  }
}

variable "dynamo_tables" {
  description = "The output `dynamo_tables` of the module data-persistence."
  type        = map(object({ name = string, arn = string }))
  nullable    = false

  validation {
    condition = length(setsubtract(
      ["access_tokens", "async_operations", "collections", "executions", "files", "granules", "pdrs", "providers", "rules", "semaphores", "users"],
      keys(var.dynamo_tables),
    )) == 0
    error_message = "dynamo_tables needs access_tokens, async_operations, collections, executions, files, granules, pdrs, providers, rules, semaphores and users. The output dynamo_tables of data-persistence has them."
  }
}

variable "record_counts_table" {
  description = "The output `record_counts_table` of the module data-persistence."
  type        = object({ name = string, arn = string })
  nullable    = false
}

variable "dynamo_stream_arns" {
  description = "The output `dynamo_stream_arns` of the module data-persistence. The streams of executions, granules and PDRs invoke the function that counts."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "system_bucket" {
  description = "The deployment's system bucket, in the region of the functions. It holds the workflows and their message template, payloads that are too large for a record, and events that could not be recorded."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.system_bucket))
    error_message = "\"${var.system_bucket}\" is not the name of an S3 bucket: 3 to 63 lower-case letters, digits, \".\" and \"-\" (no s3://, no ARN)."
  }
}

variable "granule_buckets" {
  description = "The names of the buckets with files of granules. The API moves and deletes these files with the granules."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.granule_buckets : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", name))])
    error_message = "The list ${jsonencode(var.granule_buckets)} has an entry that is not the name of an S3 bucket: 3 to 63 lower-case letters, digits, \".\" and \"-\" (no s3://, no ARN)."
  }
}

variable "state_machines" {
  description = "What the names of the deployment's state machines start with; null for `<prefix>-`. If another deployment in the account has a prefix that starts the same (`prod` and `prod-east`), name each machine."
  type        = list(string)
  default     = null

  validation {
    condition     = try(length(var.state_machines) > 0, true)
    error_message = "Name at least one, or remove state_machines."
  }

  validation {
    condition     = alltrue([for name in coalesce(var.state_machines, []) : can(regex("^[A-Za-z0-9_-]{1,80}$", name))])
    error_message = "The list ${jsonencode(var.state_machines)} has an entry that cannot be the start of a state machine's name: letters, digits, \"_\" and \"-\" (no ARN, no \"*\")."
  }
}

variable "start_queue" {
  description = "The queue that workflows are started from (`defaultSchedulerQueueUrl`); null to ask Step Functions."
  type        = object({ url = string, arn = string })
  default     = null

  validation {
    condition     = var.start_queue == null || can(regex("^arn:[^:]+:sqs:[^:]+:[^:]+:.", var.start_queue.arn)) && can(regex("^https?://", var.start_queue.url))
    error_message = "start_queue needs the queue's url, https://…, and its arn, arn:aws:sqs:REGION:ACCOUNT:NAME."
  }
}

variable "more_start_queues" {
  description = "ARNs of other queues that rules and requests name by queueName or queueUrl."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.more_start_queues : can(regex("^arn:[^:]+:sqs:[^:]+:[^:]+:.", arn))])
    error_message = "The list ${jsonencode(var.more_start_queues)} has an entry that is not the ARN of an SQS queue: arn:aws:sqs:REGION:ACCOUNT:NAME."
  }
}

# How functions run

variable "runtime" {
  description = "Node.js 22 or newer, by Lambda's name for it. `nodejs24.x` needs a version of the AWS provider that knows it (6.19)."
  type        = string
  default     = "nodejs22.x"
  nullable    = false

  validation {
    condition     = can(regex("^nodejs(2[2-9]|[3-9][0-9])\\.x$", var.runtime))
    error_message = "The runtime ${var.runtime} is not Node.js 22 or newer, such as nodejs22.x or nodejs24.x."
  }
}

variable "architecture" {
  description = "The processor that functions run on: `arm64` or `x86_64`."
  type        = string
  default     = "arm64"
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "The architecture is arm64 or x86_64, not ${var.architecture}."
  }
}

variable "lambda_timeouts" {
  description = "Time limits of functions in seconds, by their names without prefix: `{ PrivateApiLambda = 60 }`. Queues wait six times as long for their functions."
  type        = map(number)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.lambda_timeouts) : can(regex("^(ApiEndpoints|KinesisInboundEventLogger|PrivateApiLambda|ScheduleSF|countRecords|failOperations|messageConsumer|recordExecutionEvents|recordFailedEvents|runOperations|sqsMessageConsumer|sqsMessageRemover)$", name))])
    error_message = "lambda_timeouts names a function that is not of this module: ${join(", ", keys(var.lambda_timeouts))}. The README lists them."
  }

  validation {
    condition     = alltrue([for timeout in values(var.lambda_timeouts) : timeout >= 1 && timeout <= 900])
    error_message = "Lambda's time limits are 1 to 900 seconds."
  }
}

variable "lambda_memory_sizes" {
  description = "Memory of functions in MB, by their names without prefix: `{ recordExecutionEvents = 1024 }`."
  type        = map(number)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.lambda_memory_sizes) : can(regex("^(ApiEndpoints|KinesisInboundEventLogger|PrivateApiLambda|ScheduleSF|countRecords|failOperations|messageConsumer|recordExecutionEvents|recordFailedEvents|runOperations|sqsMessageConsumer|sqsMessageRemover)$", name))])
    error_message = "lambda_memory_sizes names a function that is not of this module: ${join(", ", keys(var.lambda_memory_sizes))}. The README lists them."
  }

  validation {
    condition     = alltrue([for size in values(var.lambda_memory_sizes) : size >= 128 && size <= 10240])
    error_message = "Functions have 128 to 10240 MB of memory."
  }
}

variable "lambda_ephemeral_storage" {
  description = "Disk of functions in MB, by their names without prefix; 512 by default. Reconciliation reports take 0.4 KB for each file of the archive: `{ runOperations = 4096 }`."
  type        = map(number)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.lambda_ephemeral_storage) : can(regex("^(ApiEndpoints|KinesisInboundEventLogger|PrivateApiLambda|ScheduleSF|countRecords|failOperations|messageConsumer|recordExecutionEvents|recordFailedEvents|runOperations|sqsMessageConsumer|sqsMessageRemover)$", name))])
    error_message = "lambda_ephemeral_storage names a function that is not of this module: ${join(", ", keys(var.lambda_ephemeral_storage))}. The README lists them."
  }

  validation {
    condition     = alltrue([for size in values(var.lambda_ephemeral_storage) : size >= 512 && size <= 10240])
    error_message = "Functions have 512 to 10240 MB of disk."
  }
}

variable "lambda_subnet_ids" {
  description = "The subnets in which functions run; empty for no VPC. They need a route to the services of AWS, to Earthdata Login and to CMR."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "lambda_security_group_ids" {
  description = "The security groups of functions in a VPC. Functions need outgoing HTTPS and nothing incoming."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "tracing_mode" {
  description = "`Active` traces functions and the API in X-Ray; `PassThrough` only where the caller traces."
  type        = string
  default     = "PassThrough"
  nullable    = false

  validation {
    condition     = contains(["Active", "PassThrough"], var.tracing_mode)
    error_message = "The tracing mode is Active or PassThrough, not ${var.tracing_mode}."
  }
}

# Security, logs and alarms

variable "permissions_boundary_arn" {
  description = "The ARN of the permissions boundary of the functions' roles, if the account requires one."
  type        = string
  default     = null
}

variable "kms_key_arn" {
  description = "The ARN of your own KMS key for the queues, the topic, the log groups and the functions' variables. Without it, AWS's keys encrypt them. The key's policy has to permit CloudWatch Logs, and `kms:GenerateDataKey` and `kms:Decrypt` for EventBridge."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[^:]+:kms:[^:]+:[0-9]+:key/.", var.kms_key_arn))
    error_message = "kms_key_arn is not the ARN of a key (arn:aws:kms:REGION:ACCOUNT:key/ID)."
  }
}

variable "kms_keys" {
  description = "ARNs of your own KMS keys that encrypt buckets, tables, streams, queues of rules or state machines. The keys' policies have to permit the functions' roles too."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.kms_keys : can(regex("^arn:[^:]+:kms:[^:]+:[^:]+:key/.", arn))])
    error_message = "The list ${jsonencode(var.kms_keys)} has an entry that is not the ARN of a KMS key: arn:aws:kms:REGION:ACCOUNT:key/ID."
  }
}

variable "provider_kms_key_arn" {
  description = "The ARN of the KMS key that encrypts credentials of providers and refresh tokens. Without it, they cannot be written."
  type        = string
  default     = null

  validation {
    condition     = var.provider_kms_key_arn == null || can(regex("^arn:[^:]+:kms:[^:]+:[0-9]+:key/.", var.provider_kms_key_arn))
    error_message = "provider_kms_key_arn is not the ARN of a key (arn:aws:kms:REGION:ACCOUNT:key/ID)."
  }
}

variable "log_level" {
  description = "The level of the functions' logs: `debug`, `info`, `warn`, `error` or `silent`. With `error` and `silent`, the alarm on kept events cannot work."
  type        = string
  default     = "info"
  nullable    = false

  validation {
    condition     = contains(["debug", "info", "warn", "error", "silent"], var.log_level)
    error_message = "The log level is debug, info, warn, error or silent, not ${var.log_level}."
  }
}

variable "log_retention_days" {
  description = "The number of days that logs are kept."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch Logs keeps logs for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days, not for ${var.log_retention_days}."
  }
}

variable "alarm_actions" {
  description = "ARNs to notify of alarms, such as an SNS topic."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "tags" {
  description = "Tags for all resources that support them."
  type        = map(string)
  default     = {}
  nullable    = false
}

# The API

variable "environment" {
  description = "Further variables of the API and of the functions that run its operations; they replace those of the module. docs/reference/api-settings.md lists them."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "api_gateway_stage" {
  description = "The API Gateway stage, the last part of the API's own address."
  type        = string
  default     = "dev"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,128}$", var.api_gateway_stage))
    error_message = "The stage \"${var.api_gateway_stage}\" has characters other than letters, digits, \"_\" and \"-\"."
  }
}

variable "api_url" {
  description = "The address of the API for people, if it is not API Gateway's own. The login returns to it."
  type        = string
  default     = null

  validation {
    condition     = var.api_url == null || can(regex("^https?://", var.api_url))
    error_message = "api_url is not an address such as https://api.example.org/."
  }
}

variable "private_archive_api_gateway" {
  description = "Whether only the VPC of `vpc_id` can reach the API, through an endpoint of `execute-api` in it. If not, the API is on the internet, protected by its login."
  type        = bool
  default     = true
  nullable    = false
}

variable "vpc_id" {
  description = "The VPC that reaches a private API."
  type        = string
  default     = null
}

variable "api_gateway_vpc_endpoint_ids" {
  description = "VPC endpoints of `execute-api` to associate with the private API. Leave it empty if their private DNS is on."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "api_reserved_concurrency" {
  description = "The limit of requests that the API's function works on at once; -1 for no limit but that of the account."
  type        = number
  default     = -1
  nullable    = false

  validation {
    condition     = var.api_reserved_concurrency == -1 || var.api_reserved_concurrency >= 1
    error_message = "With api_reserved_concurrency = ${var.api_reserved_concurrency} the API would answer no requests."
  }
}

variable "api_throttling" {
  description = "The limit of requests per second, and of a burst, at API Gateway. It answers more requests with 429, and clients try again."
  type        = object({ rate_limit = number, burst_limit = number })
  default     = { rate_limit = 100, burst_limit = 200 }
  nullable    = false
}

variable "log_api_gateway_to_cloudwatch" {
  description = "Whether API Gateway also logs requests, without their paths. The account's API Gateway settings need a role for it."
  type        = bool
  default     = false
  nullable    = false
}

variable "dashboard_origins" {
  description = "The origins of web pages that may call the API and get tokens: `[\"https://dashboard.example.org\"]`."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for origin in var.dashboard_origins : can(regex("^https?://[^/]+$", origin))])
    error_message = "The list ${jsonencode(var.dashboard_origins)} has an entry that is not an origin such as https://dashboard.example.org: no slash at its end."
  }
}

variable "backups" {
  description = "Where the deployment's backup files are, for `/protection`: `s3://BUCKET/FOLDER`. The API's functions read the objects of that folder, and no others. Without it, nothing is known of backups."
  type        = string
  default     = null

  validation {
    condition     = var.backups == null || can(regex("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9!_.'()-]+)*$", var.backups))
    error_message = "\"${coalesce(var.backups, "null")}\" is not a folder in S3: s3://BUCKET/FOLDER, without \"/\" at its end."
  }
}

variable "protection_policy" {
  description = "What must hold for the deployment to count as protected at `/protection`: the JSON of a policy, such as `file(\"policy.json\")`. The strict policy of the release where it is null."
  type        = string
  default     = null

  validation {
    condition     = var.protection_policy == null || can(keys(jsondecode(var.protection_policy)))
    error_message = "protection_policy is not the JSON of an object."
  }
}

variable "log_groups" {
  description = "The log groups that `/logs` reads; null for those of the deployment's functions and its ECS tasks. `*` stands for any text."
  type        = list(string)
  default     = null
}

# The login

variable "token_secret" {
  description = "The secret that signs the API's tokens, of at least 32 characters. `openssl rand -base64 48` prints one."
  type        = string
  default     = null
  sensitive   = true

  validation {
    condition     = try(length(var.token_secret) >= 32, true)
    error_message = "token_secret has fewer than 32 characters."
  }
}

variable "oauth_provider" {
  description = "Where users log in: `earthdata` or `launchpad`."
  type        = string
  default     = "earthdata"
  nullable    = false

  validation {
    condition     = contains(["earthdata", "launchpad"], var.oauth_provider)
    error_message = "The login is at earthdata or launchpad, not ${var.oauth_provider}."
  }
}

variable "urs_url" {
  description = "Earthdata Login, or another OAuth2 provider of its form; null for `https://urs.earthdata.nasa.gov`, and for CMR the one of `cmr_environment`."
  type        = string
  default     = null
}

variable "urs_client_id" {
  description = "The client id of the application, as registered with Earthdata Login."
  type        = string
  default     = null
}

variable "urs_client_password" {
  description = "Its password."
  type        = string
  default     = null
  sensitive   = true
}

variable "saml_entity_id" {
  description = "The name of this API at Launchpad: the audience of its assertions."
  type        = string
  default     = null
}

variable "saml_assertion_consumer_service" {
  description = "The address `https://…/saml/auth` of the API, as registered with Launchpad; null for that of `api_url`."
  type        = string
  default     = null
}

variable "saml_idp_login" {
  description = "The address at Launchpad for login requests."
  type        = string
  default     = null
}

variable "saml_launchpad_metadata_url" {
  description = "The address of Launchpad's metadata."
  type        = string
  default     = null
}

variable "saml_launchpad_metadata_path" {
  description = "Launchpad's metadata in S3, as `s3://BUCKET/KEY`, if functions cannot reach its address."
  type        = string
  default     = null

  validation {
    condition     = var.saml_launchpad_metadata_path == null || can(regex("^s3://[^/]+/.+$", var.saml_launchpad_metadata_path))
    error_message = "saml_launchpad_metadata_path is not s3://BUCKET/KEY."
  }
}

variable "oauth_user_group" {
  description = "The Launchpad group whose members may use the API."
  type        = string
  default     = null
}

# CMR

variable "cmr_environment" {
  description = "`OPS`, `UAT` or `SIT`."
  type        = string
  default     = null

  validation {
    condition     = var.cmr_environment == null || contains(["OPS", "PROD", "UAT", "SIT"], coalesce(var.cmr_environment, "OPS"))
    error_message = "The environment of CMR is OPS, UAT or SIT."
  }
}

variable "cmr_custom_host" {
  description = "The host of CMR, if it is not the one of `cmr_environment`."
  type        = string
  default     = null
}

variable "cmr_provider" {
  description = "The deployment's provider in CMR."
  type        = string
  default     = null
}

variable "cmr_client_id" {
  description = "The client id that the API sends to CMR."
  type        = string
  default     = null
}

variable "cmr_oauth_provider" {
  description = "How the API logs in to CMR: `earthdata` or `launchpad`; null for `earthdata`."
  type        = string
  default     = null

  validation {
    condition     = var.cmr_oauth_provider == null || contains(["earthdata", "launchpad"], coalesce(var.cmr_oauth_provider, "earthdata"))
    error_message = "The login at CMR is earthdata or launchpad."
  }
}

variable "cmr_username" {
  description = "The user name at Earthdata Login with which the API logs in to CMR."
  type        = string
  default     = null
}

variable "cmr_password_secret_arn" {
  description = "The ARN of the secret in AWS Secrets Manager that has its password."
  type        = string
  default     = null

  validation {
    condition     = var.cmr_password_secret_arn == null || can(regex("^arn:[^:]+:secretsmanager:[^:]+:[^:]+:secret:.", var.cmr_password_secret_arn))
    error_message = "cmr_password_secret_arn is not the ARN of a secret: arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-SUFFIX. The secret's name is not enough."
  }
}

variable "launchpad_api" {
  description = "The address of Launchpad's token service, for CMR."
  type        = string
  default     = null
}

variable "launchpad_certificate" {
  description = "The name of Launchpad's certificate, a file in `<prefix>/crypto/` of the system bucket."
  type        = string
  default     = null
}

variable "launchpad_passphrase_secret_arn" {
  description = "The ARN of the secret in AWS Secrets Manager that has the certificate's passphrase."
  type        = string
  default     = null

  validation {
    condition     = var.launchpad_passphrase_secret_arn == null || can(regex("^arn:[^:]+:secretsmanager:[^:]+:[^:]+:secret:.", var.launchpad_passphrase_secret_arn))
    error_message = "launchpad_passphrase_secret_arn is not the ARN of a secret: arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-SUFFIX. The secret's name is not enough."
  }
}

variable "distribution_url" {
  description = "The address that files are distributed from, for links in metadata."
  type        = string
  default     = null
}

# Recording

variable "recording" {
  description = "Whether events of workflows are recorded. If not, the queues keep them for 14 days. Use `false` while you move a deployment over or restore tables."
  type        = bool
  default     = true
  nullable    = false
}

variable "recording_concurrency" {
  description = "The limit of batches of events that are recorded at once, for each queue: 2 to 1000."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = var.recording_concurrency >= 2 && var.recording_concurrency <= 1000
    error_message = "Lambda takes 2 to 1000 for recording_concurrency, not ${var.recording_concurrency}."
  }
}

variable "message_objects" {
  description = "Objects that hold large messages of workflows, as BUCKET/KEY; null for `<system_bucket>/events/*`. `*` stands for any text."
  type        = list(string)
  default     = null

  validation {
    condition     = try(length(var.message_objects) > 0, true)
    error_message = "Name at least one, or remove message_objects."
  }

  validation {
    condition     = alltrue([for object in coalesce(var.message_objects, []) : can(regex("^[a-z0-9*][a-z0-9.*-]*/.", object))])
    error_message = "The list ${jsonencode(var.message_objects)} has an entry that is not BUCKET/KEY, such as \"prod-internal/events/*\" (no s3://, no ARN)."
  }
}

variable "metadata_objects" {
  description = "Metadata files of granules for CMR, as BUCKET/KEY: `prod-protected/*.cmr.xml`. `*` stands for any text. Without them, granules are recorded without the times of their data."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for object in var.metadata_objects : can(regex("^[a-z0-9*][a-z0-9.*-]*/.", object))])
    error_message = "The list ${jsonencode(var.metadata_objects)} has an entry that is not BUCKET/KEY, such as \"prod-protected/*.cmr.xml\" (no s3://, no ARN)."
  }
}

# Rules

variable "rule_streams" {
  description = "ARNs of the Kinesis streams that rules use. `*` stands for any text."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.rule_streams : can(regex("^arn:[^:]+:kinesis:[^:]+:[^:]+:stream/.", arn))])
    error_message = "The list ${jsonencode(var.rule_streams)} has an entry that is not the ARN of a Kinesis stream: arn:aws:kinesis:REGION:ACCOUNT:stream/NAME."
  }
}

variable "rule_topics" {
  description = "ARNs of the SNS topics that rules use. `*` stands for any text."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.rule_topics : can(regex("^arn:[^:]+:sns:[^:]+:[^:]+:.", arn))])
    error_message = "The list ${jsonencode(var.rule_topics)} has an entry that is not the ARN of an SNS topic: arn:aws:sns:REGION:ACCOUNT:NAME."
  }
}

variable "rule_queues" {
  description = "ARNs of the SQS queues that rules use. `*` stands for any text."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.rule_queues : can(regex("^arn:[^:]+:sqs:[^:]+:[^:]+:.", arn))])
    error_message = "The list ${jsonencode(var.rule_queues)} has an entry that is not the ARN of an SQS queue: arn:aws:sqs:REGION:ACCOUNT:NAME."
  }
}

variable "rule_message_limit" {
  description = "The limit of messages that are read from each queue per minute."
  type        = number
  default     = 500
  nullable    = false

  validation {
    condition     = var.rule_message_limit >= 1 && floor(var.rule_message_limit) == var.rule_message_limit
    error_message = "rule_message_limit is a whole number of messages, 1 or more, not ${var.rule_message_limit}."
  }
}

# Operations

variable "operations_concurrency" {
  description = "The limit of operations that run at once: 2 to 1000."
  type        = number
  default     = 2
  nullable    = false

  validation {
    condition     = var.operations_concurrency >= 2 && var.operations_concurrency <= 1000
    error_message = "Lambda takes 2 to 1000 for operations_concurrency, not ${var.operations_concurrency}."
  }
}
