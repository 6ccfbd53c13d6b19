/** A secret, or the name under which AWS Secrets Manager has it. */
export type Secret = { readonly value: string } | { readonly secretName: string };

/** How a deployment proves to CMR who it is. */
export type CmrCredentials =
  | {
      readonly kind: 'earthdata';
      readonly username: string;
      readonly password: Secret;
      /** Where Earthdata Login is, without a slash at its end. */
      readonly loginUrl: string;
    }
  | {
      readonly kind: 'launchpad';
      /** Launchpad's token service, without a slash at its end. */
      readonly api: string;
      /** The name of the certificate, a file in `<stack>/crypto/` of the system bucket. */
      readonly certificate: string;
      readonly passphrase: Secret;
    };

/** What a deployment says of CMR. */
export interface CmrSettings {
  readonly provider: string | undefined;
  /** `OPS`, `UAT` or `SIT`. */
  readonly environment: string | undefined;
  readonly clientId: string | undefined;
  /** Where CMR is, without a slash at its end. */
  readonly baseUrl: string | undefined;
  readonly credentials: CmrCredentials | undefined;
  /** The variables that are missing before CMR can be asked; none where all is there. */
  readonly missing: readonly string[];
  /** Where files are distributed, without a slash at its end. */
  readonly distributionUrl: string | undefined;
}

const CMR_HOSTS: Readonly<Record<string, string>> = {
  OPS: 'cmr.earthdata.nasa.gov',
  PROD: 'cmr.earthdata.nasa.gov',
  UAT: 'cmr.uat.earthdata.nasa.gov',
  SIT: 'cmr.sit.earthdata.nasa.gov',
};

const LOGIN_HOSTS: Readonly<Record<string, string>> = {
  OPS: 'urs.earthdata.nasa.gov',
  PROD: 'urs.earthdata.nasa.gov',
  UAT: 'uat.urs.earthdata.nasa.gov',
  SIT: 'sit.urs.earthdata.nasa.gov',
};

/** The settings of CMR, out of the variables that the functions of earlier releases have. What is wrong shows when CMR is needed. */
export function cmrSettingsFrom(environment: { readonly [variable: string]: string | undefined }): CmrSettings {
  const missing: string[] = [];
  // "N/A" is what the earlier releases' Terraform module sets where nothing is given.
  const find = (name: string): string | undefined => {
    const value = environment[name];
    return value === undefined || value === '' || value === 'N/A' ? undefined : value;
  };
  const need = (name: string): string => {
    const value = find(name);
    if (value === undefined) missing.push(name);
    return value ?? '';
  };
  const secret = (name: string, nameOfSecret: string): Secret => {
    const [value, secretName] = [find(name), find(nameOfSecret)];
    if (value !== undefined) return { value };
    if (secretName === undefined) missing.push(`${name} (or ${nameOfSecret})`);
    return { secretName: secretName ?? '' };
  };
  const provider = find('cmr_provider');
  if (provider === undefined) missing.push('cmr_provider');
  const clientId = need('cmr_client_id');
  const cmrEnvironment = find('CMR_ENVIRONMENT');
  const baseUrl = urlOf(find('CMR_HOST') ?? CMR_HOSTS[cmrEnvironment ?? '']);
  if (baseUrl === undefined) missing.push('CMR_ENVIRONMENT (OPS, UAT or SIT)');
  const credentials: CmrCredentials =
    find('cmr_oauth_provider') === 'launchpad'
      ? {
          kind: 'launchpad',
          api: need('launchpad_api').replace(/\/+$/, ''),
          certificate: need('launchpad_certificate'),
          passphrase: secret('launchpad_passphrase', 'launchpad_passphrase_secret_name'),
        }
      : {
          kind: 'earthdata',
          username: need('cmr_username'),
          password: secret('cmr_password', 'cmr_password_secret_name'),
          loginUrl:
            urlOf(find('EARTHDATA_BASE_URL') ?? LOGIN_HOSTS[cmrEnvironment ?? '']) ?? need('EARTHDATA_BASE_URL'),
        };
  return {
    provider,
    environment: cmrEnvironment,
    clientId,
    baseUrl,
    credentials: missing.length === 0 ? credentials : undefined,
    missing,
    distributionUrl: urlOf(find('DISTRIBUTION_ENDPOINT')),
  };
}

/** A URL without a slash at its end, of a host or a URL. */
function urlOf(place: string | undefined): string | undefined {
  if (place === undefined) return undefined;
  return (/^https?:\/\//.test(place) ? place : `https://${place}`).replace(/\/+$/, '');
}
