/** The columns of a text that has no wide or combining characters. */
module.exports = (text) => text.length;
