/** Loaded into a command (`node --import`) to name on standard error each module of the SDK for S3 that it loads. */
import { register } from 'node:module';

register(`data:text/javascript,
  export async function load(url, context, next) {
    if (url.includes('/@aws-sdk/client-s3/')) process.stderr.write('loaded ' + url + '\\n');
    return next(url, context);
  }`);
