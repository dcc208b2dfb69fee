// model: who says to be asking: kinds of HTTP clients by their User-Agent (RFC 9110 §10.1.5), in lower case.

export const BROWSER = /mozilla\/5\.0|opera\//;
/** Versions that nobody has browsed with since 2013: what old malware was built with. */
export const OLD_BROWSER = /mozilla\/[1-4]\.|msie [1-9]\./;
/** Libraries and commands. */
export const TOOL =
  /curl|wget|python|java\/|go-http|libwww|perl|okhttp|powershell|winhttp|wininet|ruby|php\/|axios|node|httpclient|aiohttp|scrapy|apachebench|jmeter|siege|bot\b/;
/** Those that look for holes and say so. */
export const SCANNER =
  /sqlmap|nikto|nmap|masscan|zgrab|gobuster|dirbuster|dirb\b|ffuf|fuzz faster|wfuzz|hydra|wpscan|acunetix|nessus|openvas|netsparker|arachni|w3af|havij|zmeu|morfeus|nuclei|feroxbuster|whatweb|jorgee|burp|skipfish|zap\b|qualys|censys|paros|webinspect|joomscan|commix/;
