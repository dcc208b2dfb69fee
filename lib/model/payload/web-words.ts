// model: what requests say when they attack a web application: words of SQL, script, shell and of those who look for holes.

/** Every pattern looks at a request that is in lower case, decoded and at most 3 × 192 bytes: none can run away on that. */
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

export const SCRIPT_WORDS: readonly RegExp[] = [
  /<\s{0,3}\/?\s{0,3}script/,
  /<[^>]{1,60}\bon(?:error|load|mouse\w{2,5}|click|focus|toggle|begin|start|pointer\w{2,6}|key\w{2,5}|submit|animation\w{3,5})\s{0,3}=/,
  /['"]\s{0,3}on(?:error|load|mouse\w{2,5}|click|focus)\s{0,3}=/,
  /javascript\s{0,3}:/,
  /\b(?:alert|prompt|confirm|eval|fromcharcode|atob)\s{0,3}[(`]/,
  /document\s{0,3}\.\s{0,3}(?:cookie|location|write|domain)|window\s{0,3}\.\s{0,3}location/,
  /<\s{0,3}(?:img|svg|iframe|body|object|embed|video|audio|marquee|details|input|math|link|meta)\b[^>]{0,60}(?:=|\/)/,
];

export const COMMAND_WORDS: readonly RegExp[] = [
  /\$\{[^}]{0,60}(?:jndi|lower:|upper:|env:|sys:|::-)/,
  /\(\)\s{0,4}\{/,
  /(?:\.\.[/\\]){2}/,
  /\/etc\/(?:passwd|shadow)|\\?win\.ini|boot\.ini|cmd\.exe|\/bin\/(?:ba|da|a|k|z)?sh\b|powershell/,
  /(?:[;|`]|&&)\s{0,4}(?:wget|curl|nc|ncat|cat|id|whoami|ping|uname|ls|rm|sh|bash|chmod|tftp|busybox|echo|sleep)(?:[\s;|&`$<>]|$)/,
  /\$\((?:id|whoami|cat|curl|wget|nc|ping|uname|sleep|ls)\b/,
  /\b(?:wget|curl)\s{1,9}(?:-\w{1,9}\s{1,9})?(?:http|ftp|\d)/,
  /(?:freemarker|runtime|processbuilder|ognl|classloader|java\.lang|__import__|os\.system|passthru|shell_exec|base64_decode|allow_url_include|auto_prepend_file|php:\/\/|expect:\/\/|data:\/\/)/,
  /class\.module|%\{.{0,40}[#@(]|#\{.{0,40}[(]|\{\{.{1,40}\}\}|<%.{0,40}%>|\$\{[\w'"#@]{1,40}[(.@]/,
  /<!entity|<\?php|<\?xml[^>]{0,60}\?>\s{0,9}<!doctype/,
  /\/(?:cgi-bin|cgi)\/.{0,60}(?:;|\||`|\.\.)/,
  /\.(?:ida|idq|htr|printer)\?|^\w{3,9} \S{0,80}(?:n{60}|x{60}|a{60})/,
];

/** Places that visitors do not ask for by themselves. */
export const SCAN_WORDS =
  /\/(?:wp-(?:login|admin|config|content\/plugins)|xmlrpc\.php|phpmyadmin|pma\b|mysqladmin|adminer|\.git|\.env|\.svn|\.ht|\.ds_store|\.aws|\.ssh|web\.config|cgi-bin|manager\/(?:html|text)|administrator|server-status|server-info|actuator|hnap1|boaform|goform|vendor\/phpunit|phpunit|solr\/|jenkins|struts|invoker\/|jmx-console|owa\/|autodiscover|telescope|_ignition|console\/|setup\.(?:php|cgi)|shell\.|cmd\.|config\.(?:php|bak|old|json)|backup|dump\.sql|phpinfo|test\.(?:php|cgi)|elmah|trace\.axd|sdk\b|nice%20ports|hudson|zabbix|cacti|nagios|robots\.txt|sitemap\.xml)|\.(?:bak|old|orig|swp|sql|save|inc|tar|tgz|rar|7z)\b/;

export const LOGIN_WORDS = /passw|passwd|pwd=|pass=|login|logon|signin|sign_in|username|user=|log=|auth/;

/** A name and its password, side by side in a query, a form or JSON. */
export const CREDENTIALS =
  /(?:user|login|log|name|uid|mail|usr)\w{0,12}(?:=|" ?: ?")[^&\n]{0,80}(?:&|",).{0,40}(?:pass|pwd|psw)\w{0,12}(?:=|" ?:)/;

/** `%41` → `A`, twice, `+` → space, SQL's comments → space: as an application behind a careless filter reads it. */
export function decodeWords(text: string): string {
  return unescapeText(unescapeText(text))
    .replaceAll('+', ' ')
    .replace(/\/\*.{0,30}?\*\//g, ' ');
}

function unescapeText(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/%(u00)?([0-9a-f]{2})/g, (_, _wide, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)).toLowerCase(),
  );
}
