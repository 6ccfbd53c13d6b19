import { CumulusError } from '@cumulus/dynamodb/aws';

/** A granule's metadata file for CMR is not one: it is no XML or JSON, or lacks what is needed of it. Nothing was changed. */
export class MetadataError extends CumulusError {
  readonly code = 'METADATA_INVALID';
}
