/**
 * The words that a reader stumbles over, or that are false, and what to write instead. For Markdown and for sources alike.
 * Each is a regular expression of whole words; a space in it stands for any white space, a line break too.
 */
const WORDS = [
  // Old or bookish words
  ['anew|afresh', 'again, recreate, a new one'],
  ['bettered', 'improved'],
  ['foretell|foretells|foretold', 'describe, estimate'],
  ['patience|patient|patiently|hurried', 'timeout, retry timeout, for as long as …'],
  ['graver', 'more severe'],
  ['surroundings', 'services'],
  ['told', 'given, reported, known'],
  ['tell(?! \\w+ from)', 'show, say, report, return; distinguish X from Y'],
  ['tells|telling', 'shows, says, reports, returns'],
  ['reckon|reckons|reckoned|reckoning', 'count, calculate'],
  ['whither|whence|hither|thence', 'where to, where from'],
  ['thereof|therein|thereby|thereupon|thereafter', 'its, in it, so, then'],
  ['hereby|herein|hereafter|henceforth|hence', 'so, from now on'],
  ['whereof|wherein|whereupon|whereby', 'of which, in which, then'],
  ['amongst|whilst|betwixt|unto|upon', 'among, while, between, to, on'],
  ['shall|ought', 'must, will, should'],
  ['lest|albeit|notwithstanding|forthwith', 'so that … not, although, despite, at once'],
  ['owes|owed', 'still has to'],
  ['vouch|vouches|vouched', 'prove'],
  ['in vain', 'without success'],
  ['for ever', 'forever'],
  ['deem|deems|deemed', 'treat as'],
  ['seldom', 'rarely'],
  ['heed|heeds|heeded', 'follow, respect'],

  // Riddles: who does what?
  ['what stands', 'what is'],
  ['what is asked|is asked of|was asked of|asked of', 'the request, requested from'],
  ['holds against', 'compares with'],
  ['(?<!(?:who|user|users|client|caller|operator|reader) )wants', 'needs, expects, requires'],
  ['goes before|go before|went before', 'takes precedence over'],
  ['turned away|turn away|turns away', 'refused, refuse'],
  ['nothing but', 'only'],
  ['(?<=[.:;] )not (?:\\w+ )?\\w+ (?:is|are|was|were)', 'a sentence that begins with its subject'],
  ['which [^.:;*]{1,90} (?:of|by|to|from|for|in) which', 'two sentences'],

  // Names
  ['untilTold|UntoldError', 'waitForExecution, NotVisibleYetError'],
  ['carry-out|carryOut', 'run'],
  ['(?:MOST|LEAST|USUAL|LONGEST)_\\w+', 'MAX_, MIN_, DEFAULT_'],

  // Wordy phrases
  ['in order to', 'to'],
  ['utili[sz]e|utili[sz]es|utili[sz]ed|leverage|leverages', 'use'],
  ['make use of|makes use of|made use of', 'use'],
  ['prior to', 'before'],
  ['subsequent to|subsequently', 'after, later'],
  ['in the event (?:of|that)', 'if'],
  ['due to the fact that', 'because'],
  ['for the purpose of', 'to'],
  ['with (?:regard|respect) to', 'about'],
  ['(?:is|are) able to', 'can'],
  ['has the ability to|have the ability to', 'can'],
  ['the majority of', 'most'],
  ['at this point in time', 'now'],
  ['commence|commences|commenced', 'start'],
  ['it should be noted that|please note that', 'the fact alone'],
  ['simply|obviously|basically|of course|needless to say', 'nothing'],

  // A word twice
  ['(an?|the|of|to|in|on|at|is|are|was|be|it|for|with|by|from|as|which|this|if|than|then) \\1', 'the word once'],

  // False: on npm, the packages of these names are not ours.
  ['npm (?:install|i|add) (?:-\\S+ )*@cumulus/\\S+', 'npm install ./packages/…, in a clone'],
];

/** Those of pages alone: sources quote texts of others that have them. */
const WORDS_OF_PAGES = [['e\\.g\\.|i\\.e\\.|etc\\.', 'for example, that is, and so on']];

/** @param space what may be between two words, as a regular expression */
const patternsOf = (list, space) =>
  list.map(([words, instead]) => ({
    pattern: `(?<![\\w-])(?:${words.replaceAll(' ', space)})(?![\\w-])`,
    instead,
  }));

/** In Markdown, where a paragraph has several lines. */
export const MARKDOWN_PATTERNS = patternsOf([...WORDS, ...WORDS_OF_PAGES], '\\s+');

/** In sources, where the lines of a comment begin with a sign. */
export const SOURCE_PATTERNS = patternsOf(WORDS, '\\s+(?:(?:\\*|//|#)\\s+)?');
