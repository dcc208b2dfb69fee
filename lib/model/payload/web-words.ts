// model: what a request asks for: places that are looked for by trying, pages to log in at, names with passwords.

/** Places that visitors do not ask for by themselves. */
export const SCAN_WORDS =
  /\/(?:wp-(?:login|admin(?!\/admin-ajax)|config|content\/plugins(?:\/[\w-]{1,60})?\/?(?:$|readme\.txt|[\w-]{1,60}\.php))|xmlrpc\.php|phpmyadmin|pma\b|mysqladmin|adminer|\.git|\.env|\.svn|\.ht|\.ds_store|\.aws|\.ssh|web\.config|cgi-bin|manager\/(?:html|text)|administrator|server-status|server-info|actuator|hnap1|boaform|goform|vendor\/phpunit|phpunit|solr\/|jenkins|struts|invoker\/|jmx-console|owa\/|autodiscover|telescope|_ignition|console\/|setup\.(?:php|cgi)|shell\.|cmd\.|config\.(?:php|bak|old|json)|backup|dump\.sql|phpinfo|test\.(?:php|cgi)|elmah|trace\.axd|sdk$|nice%20ports|hudson|zabbix|cacti|nagios|robots\.txt|sitemap\.xml)|\.(?:bak|old|orig|swp|sql|save|inc)\b|^\/[\w-]{1,40}\.(?:tar|tgz|rar|7z)\b/;

export const LOGIN_WORDS = /passw|pwd=|pass=|login|logon|signin|sign_in|username|user=|\blog=|auth(?!ors?\b)/;

/** A name and its password, side by side in a query, a form or JSON. */
export const CREDENTIALS =
  /(?:user|login|log|name|uid|mail|usr)\w{0,12}(?:\]|%5d)?(?:=|" ?: ?")[^&\n]{0,80}(?:&|",).{0,40}(?:pass|pwd|psw)\w{0,12}(?:\]|%5d)?(?:=|" ?:)/;
