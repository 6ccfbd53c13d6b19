import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { RequestLine } from './journal.ts';

/** Makes metrics of CloudWatch, in its embedded metric format, of the latency of requests by route. */
export function latencyMetric(stackName: string): (line: RequestLine) => void {
  const metrics = new Metrics({ namespace: 'Cumulus', serviceName: stackName });
  return ({ method, route, latency }) => {
    const metric = metrics.singleMetric();
    metric.addDimension('route', `${method} ${route}`);
    metric.addMetric('latency', MetricUnit.Milliseconds, latency);
  };
}
