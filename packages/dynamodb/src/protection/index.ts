export { ageInWords } from './age.ts';
export * from './errors.ts';
export { type GatherProtectionOptions, gatherProtection } from './gather.ts';
export { judgeProtection } from './judge.ts';
export { prometheusText } from './metrics/prometheus.ts';
export { putMetrics } from './metrics/put-metrics.ts';
export { putRehearsalMetrics, type RehearsalEnd } from './metrics/put-rehearsal-metrics.ts';
export { parsePolicy } from './parse-policy.ts';
export {
  type Check,
  DEFAULT_POLICY,
  type DeploymentPolicy,
  type Level,
  type ProtectionPolicy,
  type TablePolicy,
} from './policy.ts';
export { readPolicy } from './read-policy.ts';
export * from './report.ts';
