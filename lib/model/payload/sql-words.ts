// model: what a request says that carries SQL into an application (OWASP: SQL injection).

/**
 * Looked for in lower case, decoded (decode-words.ts), in at most 3 × 192 bytes: every repetition has a bound, so none
 * runs away. A word of SQL alone is prose ("union select committee", "or and"): each asks for what only SQL puts beside it.
 */
export const SQL_WORDS: readonly RegExp[] = [
  /\bunion\b[\s(]{1,9}(?:(?:all|distinct)\b[\s(]{1,9})?select\b[\s(]{0,9}(?:null\b|["'`\d@*\-~]|\w{1,40}\s{0,9}[(,.]|\w{1,40}\s{1,9}from\b|$)/,
  /\bselect\b\s{0,9}(?:(?:all|distinct)\s{1,9})?[^\s,&]{1,80}(?:\s{0,9},\s{0,9}[^\s,&]{1,80}){0,20}\s{0,9}\bfrom\b\s{0,9}(?!(?:the|an?|our|your|this|these|my|any|all)\b)[\w`"'.(]/,
  /\b(?:select|having|where)[\s(]{0,9}(?:count|concat|char|case|if|ifnull|cast|convert|ascii|ord|mid|substr\w{0,6}|length|exists|chr|unhex|select)\s{0,3}\(|\bselect[\s(]{1,9}(?:null\b|@@|0x|\d{1,9}\s{0,9}(?:[,)#;]|--|from\b|where\b|$)|(?:user|version|database|concat\w{0,3})\s{0,3}\(|case\s{1,9}when\b)/,
  /['")]\s{0,9}(?:or|and|xor|\|\||&&)\b\s{0,9}(?:not\s{1,9})?['"(]?\s{0,9}[\w'"]{1,20}\s{0,9}(?:[=<>]|like\s{0,9}['"(]|in\s{0,9}\(|between\s{1,9}['"(\d]|is\s{1,9}(?:not\s{1,9})?null\b)|['")]\s{0,9}(?:\|\||&&)\s{0,9}['"(]?\s{0,9}[\w'"]{1,20}\s{0,9}[=<>]/,
  /\b(?:or|and)\s{1,9}(?:\d{1,9}\s{0,9}[=<>]\s{0,9}\d|'[^'&\s]{0,20}'\s{0,9}[=<>]\s{0,9}')/,
  /\b(?:sleep|benchmark|char)\(|\b(?:pg_sleep|extractvalue|updatexml|load_file|xp_cmdshell|group_concat|randomblob)\s{0,3}\(/,
  /\bwaitfor\s{1,9}delay\b|\border\s{1,9}by\s{1,9}\d{1,3}(?:-|\s{0,9}(?:--|[#,;)&]|asc\b|desc\b|limit\b|http\/|$))|\binto\s{1,9}(?:outfile|dumpfile)\b/,
  /\b(?:information_schema|sysobjects|sqlite_master|pg_catalog|all_tables|syscolumns)\b|@@version/,
  /;\s{0,9}(?:(?:drop|alter|create)\s{1,9}(?:table|database|user|view|function|procedure|login|alias)\b|insert\s{1,9}into\b|update\s{1,9}\w{1,40}\s{1,9}set\b|delete\s{1,9}from\b|exec(?:ute)?[\s(]{1,9}\w|declare\s{1,9}@|select[\s(]|shutdown\s{0,9}(?:--|;|$))/,
  /'[ \t]{0,9}(?:--|#(?:[ &]|$)|;[ \t]{0,9}(?:--|#|$)|\/\*)|(?:\d|\))[ \t]{1,9}--[ \t]{0,3}[-+]?[ \t]{0,3}[a-z]{0,8}(?:[&\r\n]| http\/|$)/,
  /^\w{3,9} [^\r\n]{0,120}\b(?:insert\s{1,9}into\s{1,9}\S{1,40}\s{0,9}(?:\(|values\b|select\b|set\b)|drop\s{1,9}table\s{1,9}\w|update\s{1,9}\w{1,30}\s{1,9}set\s{1,9}\w{1,30}\s{0,9}=)/,
  /^\w{3,9} [^?\s]{0,200}\?[^\s']{0,200}=[^&\s']{0,80}'(?:[&\s]|$)/,
];
