/** The environment variable by which a test knows the kind of the server that its run shares. */
export const KIND_VARIABLE = 'CUMULUS_TEST_DYNAMODB_KIND';
