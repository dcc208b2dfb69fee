// model: what a request says that carries SQL into an application (OWASP: SQL injection).

/** Looked for in lower case, decoded (decode-words.ts), in at most 3 × 192 bytes: every repetition has a bound, so none runs away. */
export const SQL_WORDS: readonly RegExp[] = [
  /\bunion\s{1,9}(?:all\s{1,9}|distinct\s{1,9})?(?:select|\()/,
  /\bselect\b.{1,80}\bfrom\b/,
  /\b(?:select|having|where)\s{0,9}(?:count|concat|char|case|if)?\s{0,3}\(|\bselect\s{1,9}(?:null|\d|@@|user|version|concat)/,
  /['")]\s{0,9}(?:or|and|xor|\|\||&&)\s{0,9}(?:not\s{1,9})?['"(]?\s{0,9}[\w'"]{1,20}\s{0,9}(?:=|<|>|like|in\b|between|is\b)/,
  /\b(?:or|and)\s{1,9}(\d{1,9})\s{0,9}=\s{0,9}\1/,
  /\b(?:sleep|benchmark|pg_sleep|extractvalue|updatexml|load_file|xp_cmdshell|group_concat|char|randomblob)\s{0,3}\(/,
  /\bwaitfor\s{1,9}delay\b|\border\s{1,9}by\s{1,9}\d|\binto\s{1,9}(?:outfile|dumpfile)\b/,
  /\b(?:information_schema|sysobjects|sqlite_master|pg_catalog|all_tables|syscolumns)\b|@@version/,
  /;\s{0,9}(?:drop|insert|update|delete|alter|create|exec|declare|shutdown)\b/,
  /'\s{0,9}(?:--|#|;|\/\*)|(?:\d|\))\s{1,9}--/,
  /^\w{3,9} [^\r\n]{0,120}\b(?:insert\s{1,9}into|drop\s{1,9}table|update\s{1,9}\w{1,30}\s{1,9}set)\b/,
  /^[^?\s]{0,200}\?[^\s]{0,200}=[^&\s]{0,80}'(?:[&\s]|$)/,
];
