import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { RequestLine } from './request-log.ts';

/** Measures the latency of requests by route, as a CloudWatch metric in the embedded metric format. */
export function latencyMetric(stackName: string): (line: RequestLine) => void {
  const metrics = new Metrics({ namespace: 'Cumulus', serviceName: stackName });
  return ({ method, route, latency }) => {
    const metric = metrics.singleMetric();
    metric.addDimension('route', `${method} ${route}`);
    metric.addMetric('latency', MetricUnit.Milliseconds, latency);
  };
}
