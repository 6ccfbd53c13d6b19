/** The columns that an ASCII text takes. */
export default (text) => text.length;
