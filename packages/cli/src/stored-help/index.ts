export { answerFromStoredHelp } from './answer.ts';
export { STORED_COLUMNS, storedFile } from './stored-file.ts';
