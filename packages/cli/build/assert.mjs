export const strictEqual = () => undefined;
export const notStrictEqual = () => undefined;
