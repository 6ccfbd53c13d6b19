export { ageInWords } from './age.ts';
export * from './errors.ts';
export { type GatherProtectionOptions, gatherProtection } from './gather.ts';
export { judgeProtection } from './judge.ts';
export { type MetricName, type ProtectionMetric, protectionMetrics } from './metrics/metrics.ts';
export { prometheusText } from './metrics/prometheus.ts';
export { putMetrics } from './metrics/put-metrics.ts';
export { putRehearsalMetrics, type RehearsalEnd } from './metrics/put-rehearsal-metrics.ts';
export { METRICS_NAMESPACE } from './metrics/send-metrics.ts';
export { parsePolicy } from './parse-policy.ts';
export {
  type Check,
  DEFAULT_POLICY,
  type DeploymentPolicy,
  type Level,
  type ProtectionPolicy,
  policyOf,
  type TablePolicy,
} from './policy.ts';
export { readPolicy } from './read-policy.ts';
export * from './report.ts';
