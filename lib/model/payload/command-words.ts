// model: what a request says that wants a command run or a file read: lookups, shells, templates, paths that climb.

/** As SQL_WORDS: lower case, decoded, bounded. */
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
