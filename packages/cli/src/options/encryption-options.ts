import { files, texts } from './kinds.ts';

/** Of commands that read what may be encrypted. */
export const identityOption = {
  identity: files({ describe: 'Secret keys of age for what is encrypted; several files may be given' }),
};

/** Of commands that write what can be encrypted. */
export const recipientOption = {
  recipient: texts({
    valueName: 'age1…',
    describe: 'Encrypt to this public key of age; several may be given',
  }),
};
