import { loadConfig } from '@smithy/core/config';
import { ConnectionError } from './errors.ts';

/**
 * The endpoint that the environment or a profile names for a service of AWS; undefined where they name none. The SDK by itself looks only at the
 * profile of `AWS_PROFILE`, not at one that a client is made with.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 * @param serviceId as the SDK has it: `DynamoDB Streams`
 * @param profile that of `AWS_PROFILE`, or `default`, unless given
 * @throws ConnectionError for one that is no URL
 */
export async function configuredEndpoint(serviceId: string, profile: string | undefined): Promise<string | undefined> {
  const name = serviceId.replaceAll(' ', '_');
  const endpoint = await loadConfig<string | undefined>(
    {
      environmentVariableSelector: (environment) =>
        environment[`AWS_ENDPOINT_URL_${name.toUpperCase()}`] || environment['AWS_ENDPOINT_URL'] || undefined,
      configFileSelector: (settings, file) => {
        const services = settings['services'] && file?.[`services.${settings['services']}`];
        const own = services ? services[`${name.toLowerCase()}.endpoint_url`] : undefined;
        return own || settings['endpoint_url'] || undefined;
      },
      default: async () => undefined,
    },
    profile === undefined ? {} : { profile },
  )();
  return endpoint === undefined ? undefined : requireUrl(endpoint);
}

/** @throws ConnectionError unless it is a URL that can be asked */
export function requireUrl(endpoint: string): string {
  if (/^https?:\/\//i.test(endpoint) && URL.canParse(endpoint)) return endpoint;
  throw new ConnectionError(`The endpoint of AWS that is set, ${JSON.stringify(endpoint)}, is no URL.`, [
    'It is set in AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_<SERVICE>, or endpoint_url of a profile, such as http://127.0.0.1:8000.',
  ]);
}
