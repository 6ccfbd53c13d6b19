import { loadConfig } from '@smithy/core/config';

/**
 * The endpoint that the environment or a profile names for a service of AWS; undefined where they name none. The SDK by itself looks only at the
 * profile of `AWS_PROFILE`, not at one that a client is made with.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 * @param serviceId as the SDK has it: `DynamoDB Streams`
 * @param profile that of `AWS_PROFILE`, or `default`, unless given
 */
export async function configuredEndpoint(serviceId: string, profile: string | undefined): Promise<string | undefined> {
  const name = serviceId.replaceAll(' ', '_');
  return loadConfig<string | undefined>(
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
}
