import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { VERSION } from '../version.ts';
import { isOurs, type Journal } from './journal.ts';

/** A journal for CloudWatch: a line of JSON for each request, and its latency as a metric by route (embedded metric format). */
export function powertoolsJournal(stackName: string): Journal {
  const logger = new Logger({
    serviceName: '@cumulus/api',
    persistentKeys: { sender: '@cumulus/api', stackName, version: VERSION },
  });
  const metrics = new Metrics({ namespace: 'Cumulus', serviceName: stackName });
  return {
    request({ error, ...line }) {
      if (isOurs(line.status)) logger.error('request', { ...line, ...(error instanceof Error ? { error } : {}) });
      else logger.info('request', { ...line });
      const metric = metrics.singleMetric();
      metric.addDimension('route', `${line.method} ${line.route}`);
      metric.addMetric('latency', MetricUnit.Milliseconds, line.latency);
    },
    brokenOff(requestId, error) {
      logger.error('answer broken off', { requestId, ...(error instanceof Error ? { error } : {}) });
    },
  };
}
