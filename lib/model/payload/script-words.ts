// model: what a request says that carries script into somebody's page (OWASP: cross-site scripting).

/** As SQL_WORDS: lower case, decoded, bounded. */
export const SCRIPT_WORDS: readonly RegExp[] = [
  /<\s{0,3}\/?\s{0,3}script\b/,
  /<[^>]{1,60}\bon(?:error|load|mouse\w{2,5}|click|focus|toggle|begin|start|pointer\w{2,6}|key\w{2,5}|submit|animation\w{3,5})\s{0,3}=/,
  /['"]\s{0,3}on(?:error|load|mouse\w{2,5}|click|focus)\s{0,3}=/,
  /javascript\s{0,3}:[^&\s]{0,60}[(=`/[]/,
  /\b(?:alert|prompt|confirm|eval|fromcharcode|atob)(?:[(`]|\s{1,3}\((?:['"/]|\d{1,9}\)|document\b))/,
  /document\s{0,3}\.\s{0,3}(?:cookie|location|write|domain)|window\s{0,3}\.\s{0,3}location/,
  /<\s{0,3}(?:img|svg|iframe|body|object|embed|video|audio|marquee|details|input|math|link|meta)\b[^>]{0,60}(?:=|\/)/,
];
