output "api_uri" {
  description = "The address of the API with a login."
  value       = module.metadata_api.api_uri
}

output "api_redirect_uri" {
  description = "What is registered with Earthdata Login as the application's redirect address."
  value       = module.metadata_api.api_redirect_uri
}

output "functions" {
  description = "The name, ARN and role of each function."
  value       = module.metadata_api.functions
}

output "queues" {
  description = "The URL and ARN of each queue."
  value       = module.metadata_api.queues
}

output "failed_events" {
  description = "The S3 folder of events that could not be recorded, for `cumulus-api events replay`."
  value       = module.metadata_api.failed_events
}
