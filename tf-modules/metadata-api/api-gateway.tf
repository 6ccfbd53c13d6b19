# The way to the API with a login: a REST API, private in the deployment's VPC unless it says otherwise.

resource "aws_api_gateway_rest_api" "api" {
  #checkov:skip=CKV_AWS_237:It is replaced only where the deployment changes its type; then the new one has another address in any case.
  count = local.has.api ? 1 : 0

  name        = "${var.prefix}-archive"
  description = "The Cumulus API of ${var.prefix}"
  tags        = var.tags

  endpoint_configuration {
    types            = [var.private_archive_api_gateway ? "PRIVATE" : "REGIONAL"]
    vpc_endpoint_ids = var.private_archive_api_gateway && length(var.api_gateway_vpc_endpoint_ids) > 0 ? var.api_gateway_vpc_endpoint_ids : null
  }

  lifecycle {
    precondition {
      condition     = !var.private_archive_api_gateway || var.vpc_id != null
      error_message = "A private API lets a VPC in: give vpc_id, or private_archive_api_gateway = false for one that the internet reaches."
    }

    precondition {
      condition     = var.token_secret != null
      error_message = "The API signs its tokens: give token_secret, or leave \"api\" out of components."
    }

    precondition {
      condition     = var.oauth_provider != "earthdata" || (var.urs_client_id != null && var.urs_client_password != null)
      error_message = "Users log in at Earthdata Login: give urs_client_id and urs_client_password, or leave \"api\" out of components."
    }

    precondition {
      condition = var.oauth_provider != "launchpad" || alltrue([
        for value in [var.saml_entity_id, var.saml_idp_login, var.oauth_user_group, try(coalesce(var.saml_launchpad_metadata_url, var.saml_launchpad_metadata_path), null)] : value != null
      ])
      error_message = "Users log in at Launchpad: give saml_entity_id, saml_idp_login, oauth_user_group, and saml_launchpad_metadata_url or saml_launchpad_metadata_path."
    }
  }
}

resource "aws_api_gateway_rest_api_policy" "vpc" {
  count = local.has.api && var.private_archive_api_gateway ? 1 : 0

  rest_api_id = aws_api_gateway_rest_api.api[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "FromTheVpc"
        Effect    = "Allow"
        Principal = "*"
        Action    = "execute-api:Invoke"
        Resource  = "${aws_api_gateway_rest_api.api[0].execution_arn}/*"
        Condition = { StringEquals = { "aws:SourceVpc" = var.vpc_id } }
      },
    ]
  })
}

# The root as well, which a proxy resource leaves out.
resource "aws_api_gateway_resource" "any" {
  count = local.has.api ? 1 : 0

  rest_api_id = aws_api_gateway_rest_api.api[0].id
  parent_id   = aws_api_gateway_rest_api.api[0].root_resource_id
  path_part   = "{proxy+}"
}

locals {
  api_resources = local.has.api ? {
    root = aws_api_gateway_rest_api.api[0].root_resource_id
    any  = aws_api_gateway_resource.any[0].id
  } : {}
}

resource "aws_api_gateway_method" "any" {
  #checkov:skip=CKV_AWS_59:The API itself checks each request's token; /token has to be open to those who have none yet.
  #checkov:skip=CKV2_AWS_53:The API itself checks each request's parameters and body.
  for_each = local.has.api ? toset(["root", "any"]) : toset([])

  rest_api_id   = aws_api_gateway_rest_api.api[0].id
  resource_id   = local.api_resources[each.key]
  http_method   = "ANY"
  authorization = "NONE"
}

resource "aws_api_gateway_integration" "any" {
  for_each = aws_api_gateway_method.any

  rest_api_id             = each.value.rest_api_id
  resource_id             = each.value.resource_id
  http_method             = each.value.http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = aws_lambda_function.functions["ApiEndpoints"].invoke_arn
}

resource "aws_lambda_permission" "api" {
  count = local.has.api ? 1 : 0

  statement_id  = "api"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.functions["ApiEndpoints"].function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.api[0].execution_arn}/*"
}

resource "aws_api_gateway_deployment" "api" {
  count = local.has.api ? 1 : 0

  rest_api_id = aws_api_gateway_rest_api.api[0].id

  # A deployment is a copy: what is changed above has effect with the next one.
  triggers = {
    configuration = sha1(jsonencode([
      aws_api_gateway_rest_api.api[0].endpoint_configuration,
      aws_api_gateway_rest_api_policy.vpc[*].policy,
      [for method in aws_api_gateway_method.any : [method.id, method.authorization]],
      [for integration in aws_api_gateway_integration.any : [integration.id, integration.uri]],
    ]))
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "api" {
  #checkov:skip=CKV_AWS_76:The API logs each request itself. Access logs besides are the deployment's choice (log_api_gateway_to_cloudwatch): they need a role in the account's settings.
  #checkov:skip=CKV_AWS_120:Answers must not be old.
  #checkov:skip=CKV2_AWS_4:The API logs each request itself, without what may be secret. API Gateway's own log needs a role in the account's settings.
  #checkov:skip=CKV2_AWS_29:A web application firewall is the account's; it is associated with the stage by the output api_gateway_stage_arn.
  #checkov:skip=CKV2_AWS_51:Clients log in with tokens.
  #checkov:skip=CKV_AWS_73:Traced where the deployment says so (tracing_mode).
  count = local.has.api ? 1 : 0

  rest_api_id          = aws_api_gateway_rest_api.api[0].id
  deployment_id        = aws_api_gateway_deployment.api[0].id
  stage_name           = var.api_gateway_stage
  xray_tracing_enabled = var.tracing_mode == "Active"
  tags                 = var.tags

  dynamic "access_log_settings" {
    for_each = aws_cloudwatch_log_group.api_gateway

    content {
      destination_arn = access_log_settings.value.arn
      # No path, query or headers, which may have tokens. The API's own log has each request's route, by the same requestId.
      format = jsonencode({
        requestId      = "$context.requestId"
        ip             = "$context.identity.sourceIp"
        requestTime    = "$context.requestTime"
        httpMethod     = "$context.httpMethod"
        status         = "$context.status"
        responseLength = "$context.responseLength"
      })
    }
  }
}

resource "aws_api_gateway_method_settings" "api" {
  #checkov:skip=CKV_AWS_225:Answers must not be old.
  #checkov:skip=CKV_AWS_308:There is no cache.
  count = local.has.api ? 1 : 0

  rest_api_id = aws_api_gateway_rest_api.api[0].id
  stage_name  = aws_api_gateway_stage.api[0].stage_name
  method_path = "*/*"

  settings {
    metrics_enabled        = true
    throttling_rate_limit  = var.api_throttling.rate_limit
    throttling_burst_limit = var.api_throttling.burst_limit
  }
}

resource "aws_cloudwatch_log_group" "api_gateway" {
  #checkov:skip=CKV_AWS_338:How long logs are kept is the deployment's choice (log_retention_days): they cost by the month.
  #checkov:skip=CKV_AWS_158:Encrypted with the deployment's key where it has one (kms_key_arn), else with that of CloudWatch Logs.
  count = local.has.api && var.log_api_gateway_to_cloudwatch ? 1 : 0

  name              = "/aws/api-gateway/${var.prefix}-archive"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}
