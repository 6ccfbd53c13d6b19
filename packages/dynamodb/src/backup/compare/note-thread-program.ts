/** The program of the thread, `note-thread-main.ts`, as text. The build puts it here; the sources run without it. */
export const PROGRAM: string | undefined = undefined;
