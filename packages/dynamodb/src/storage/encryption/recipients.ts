import { RecipientError } from '../errors.ts';

/**
 * Makes sure that files can be encrypted to public keys of age, before anything is done.
 * @param recipients such as `age1…`; undefined where nothing is to be encrypted
 * @throws RecipientError for one that is no public key, and for an empty list
 * @example
 * ```ts
 * import { checkRecipients } from '@cumulus/dynamodb/storage';
 *
 * await checkRecipients(['age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p']);
 * ```
 */
export async function checkRecipients(recipients: readonly string[] | undefined): Promise<void> {
  if (recipients === undefined) return;
  if (recipients.length === 0) {
    throw new RecipientError('A list of recipients is empty, so there is nobody to encrypt to.', [
      'Nothing was changed. Name a public key, or give no list.',
    ]);
  }
  const { Encrypter } = await import('age-encryption');
  for (const [index, recipient] of recipients.entries()) {
    try {
      new Encrypter().addRecipient(recipient);
    } catch {
      // What the library says may hold the text, and that may be a secret key.
      throw notRecipient(recipient, index + 1);
    }
  }
}

function notRecipient(recipient: string, place: number): RecipientError {
  if (/^AGE-SECRET-KEY-/i.test(recipient)) {
    return new RecipientError(`Recipient ${place} is a secret key of age, not the public one.`, [
      'Nothing was changed. The public key begins with age1; age-keygen -y prints it.',
    ]);
  }
  const name = /^age1[0-9a-z]*$/.test(recipient) ? `Recipient ${recipient}` : `Recipient ${place}`;
  return new RecipientError(`${name} is no public key of age.`, [
    'Nothing was changed. A public key begins with age1, and has to be complete.',
  ]);
}
