// model: what a request says that wants a command run or a file read: lookups, shells, templates, paths that climb.

/** As SQL_WORDS: lower case, decoded, bounded. */
export const COMMAND_WORDS: readonly RegExp[] = [
  /\$\{[^}]{0,60}(?:jndi|lower:|upper:|env:|sys:|::-)/,
  /(?<!\w|\bfunction\s{1,4})\(\)\s{0,4}\{/,
  /(?:\.\.[/\\]){2}/,
  /\/etc\/(?:passwd|shadow)|\b(?:win|boot)\.ini\b|cmd\.exe|\/bin\/(?:ba|da|a|k|z)?sh\b|powershell(?:\.exe|\s{1,9}(?:[-/($"']|iex\b))/,
  // Words that are names of fields and things as well ("name|id", "dogs; cat") only beside arguments or at the end.
  /(?:(?<!&#?\w{1,8});|[|`]|&&)\s{0,4}(?:(?:wget|curl|ncat|whoami|uname|chmod|tftp|busybox|echo)(?:[\s;|&`$<>]|$)|(?:cat|ls|rm|sh|bash|nc|ping|sleep|id)(?:[$<>`]|\s{1,4}(?:[-/.$<>"';|&`]|[\w-]{1,60}\.\w))|(?:ping|sleep|nc)\s{1,4}\d)|(?:(?<!&#?\w{1,8});|`|&&|\|\||[\d=]\|)\s{0,4}(?:id|ls|sh|bash)(?:[;|&`]|\s{1,4}http\/|\s{0,4}$)/,
  /\$\((?:id|whoami|cat|curl|wget|nc|ping|uname|sleep|ls)\b/,
  /\b(?:wget|curl)\s{1,9}(?:-\w{1,9}\s{1,9})?(?:https?:|ftp:|(?:\d{1,3}\.){3}\d)/,
  /(?:freemarker|getruntime|runtime\.exec|processbuilder|\bognl\b|classloader|java\.lang|__import__|\bos\.system\b|passthru|shell_exec|base64_decode|allow_url_include|auto_prepend_file|php:\/\/|expect:\/\/|data:\/\/)/,
  /class\.module\.class|%\{.{0,40}[#@(]|#\{.{0,40}[(]|\{\{.{1,40}\}\}|<%.{0,40}%>|\$\{[\w'"#@]{1,40}[(.@]/,
  /<!entity|<\?php|<\?xml[^>]{0,60}\?>\s{0,9}<!doctype/,
  // `;` between a query's parameters was CGI's own way (HTML 4.01 §B.2.2).
  /\/(?:cgi-bin|cgi)\/.{0,60}(?:;(?!\w{1,40}=)|\||`|\.\.)/,
  /\.(?:ida|idq|htr|printer)\?|^\w{3,9} \S{0,80}(?:n{60}|x{60}|a{60})/,
];
