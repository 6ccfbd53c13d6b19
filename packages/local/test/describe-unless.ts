/** By its path: the package that it is in depends on this one. */
export { describeUnless } from '../../test-kit/src/needs/describe-unless.ts';
