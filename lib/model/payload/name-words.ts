// model: what a host's name gives away, wherever it is said: in a question to DNS, a TLS hello or a request.

/** Zones whose names anybody gets for nothing and changes at will. */
export const DYNAMIC_ZONE =
  /(?:^|\.)(?:[\w-]{0,12}(?:ddns|dyndns)|no-ip|noip|duckdns|hopto|zapto|dynu|3322\.(?:org|net)|servebeer|myftp|sytes|serveftp|redirectme|ngrok|portmap|freemyip|chickenkiller|mooo|afraid\.org|dns\.army|linkpc|ydns|trycloudflare|onion\.\w+|tor2web)\b/;

/** Zones in which far more names are bought for a day than for years. */
export const RARE_ZONE =
  /\.(?:top|xyz|pw|tk|su|bit|cc|ws|club|icu|ga|ml|cf|gq|onion|buzz|rest|cam|monster|bid|loan|download|stream|gdn|space|website|site|online|fun|biz|info|click|link|work|win|men|trade|party|date|review|science|cyou|sbs|lol|shop|life|live|world|us)$/;

/** Services that tell a host its public address. */
export const ADDRESS_LOOKUP =
  /\b(?:ipify|ip-api\.|icanhazip|ipinfo\.io|ident\.me\b|ipecho|ipapi\.|api\.ip\.sb|ipwho)|myip\.|checkip|whatismyip|myexternalip|wtfismyip|freegeoip|geoip|ifconfig\.me/;

/** The longest label but the last: the part that was chosen for this name. */
export function chosenLabel(name: string): string {
  const labels = name.split('.');
  return labels.reduce((a, b, k) => (k < labels.length - 1 && b.length > a.length ? b : a), '');
}
