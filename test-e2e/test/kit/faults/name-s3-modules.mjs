/** Loaded into a command (`node --import`) to name on standard error each file with the SDK's client of S3 that it loads: bundles keep the names of classes. */
import { register } from 'node:module';

register(`data:text/javascript,
  export async function load(url, context, next) {
    const loaded = await next(url, context);
    if (/S3Client *= *class|class S3Client/.test(String(loaded.source))) process.stderr.write('S3 is in ' + url + '\\n');
    return loaded;
  }`);
