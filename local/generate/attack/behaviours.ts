// generate: the attacks that are drawn whole from the seed, by name.
import { planRemoteControl, planWebShell } from './backdoor-channels.ts';
import { planBackdoorShell } from './backdoor-shell.ts';
import { planBannerGrab, planVersionScan } from './banner-grab.ts';
import type { PlanBehaviour } from './behaviour.ts';
import { planDnsTunnel, planHttpBeacon, planIrcBot, planMalwareDownload, planPeerBot, planTlsBeacon } from './bots.ts';
import { planCrossSiteScripting } from './cross-site-scripting.ts';
import { planCrowdFlood, planReflection } from './distributed-floods.ts';
import { planBinaryFuzz, planHttpFuzz, planTextFuzz } from './fuzzers.ts';
import { planHeartbleed } from './heartbleed.ts';
import { planHttpExploit } from './http-exploit.ts';
import { planFlagFlood, planHalfOpen, planIcmpFlood, planManySources, planUdpFlood } from './packet-floods.ts';
import type { AttackContext, AttackTrack, BehaviourKind, BehaviourPlan } from './plan.ts';
import { planServiceExploit } from './service-exploit.ts';
import { planConnectionFlood, planDhcpFlood, planOneConnectionFlood } from './service-floods.ts';
import { planShellcode } from './shellcode.ts';
import { planRangeHeaders, planSlowBody, planSlowHeaders, planSlowRead } from './slow-connections.ts';
import { planSqlInjection } from './sql-injection.ts';
import { planArpSweep, planEchoSweep, planUdpQuerySweep, planZoneTransfer } from './sweeps.ts';
import { planRequestSmuggling, planWebContentScan } from './web-analysis.ts';
import { planGoldeneyeFlood, planHulkFlood, planSameUrlFlood } from './web-floods.ts';
import { planWebLogin } from './web-login.ts';
import { planSmbWorm, planTelnetWorm, planUdpWorm, planWebWorm } from './worms.ts';

const planners: Readonly<Record<BehaviourKind, PlanBehaviour>> = {
  'hulk-flood': planHulkFlood,
  'goldeneye-flood': planGoldeneyeFlood,
  'same-url-flood': planSameUrlFlood,
  'slow-headers': planSlowHeaders,
  'slow-body': planSlowBody,
  'slow-read': planSlowRead,
  'range-headers': planRangeHeaders,
  'udp-flood': planUdpFlood,
  'icmp-flood': planIcmpFlood,
  'flag-flood': planFlagFlood,
  'half-open-flood': planHalfOpen,
  'one-connection-flood': planOneConnectionFlood,
  'connection-flood': planConnectionFlood,
  'dhcp-flood': planDhcpFlood,
  'many-source-flood': planManySources,
  'crowd-flood': planCrowdFlood,
  reflection: planReflection,
  'sql-injection': planSqlInjection,
  'cross-site-scripting': planCrossSiteScripting,
  'web-login': planWebLogin,
  'http-exploit': planHttpExploit,
  'service-exploit': planServiceExploit,
  shellcode: planShellcode,
  'udp-worm': planUdpWorm,
  'web-worm': planWebWorm,
  'smb-worm': planSmbWorm,
  'telnet-worm': planTelnetWorm,
  heartbleed: planHeartbleed,
  'http-fuzz': planHttpFuzz,
  'text-fuzz': planTextFuzz,
  'binary-fuzz': planBinaryFuzz,
  'web-content-scan': planWebContentScan,
  'banner-grab': planBannerGrab,
  'request-smuggling': planRequestSmuggling,
  'echo-sweep': planEchoSweep,
  'arp-sweep': planArpSweep,
  'udp-query-sweep': planUdpQuerySweep,
  'zone-transfer': planZoneTransfer,
  'version-scan': planVersionScan,
  'backdoor-shell': planBackdoorShell,
  'web-shell': planWebShell,
  'remote-control': planRemoteControl,
  'http-beacon': planHttpBeacon,
  'tls-beacon': planTlsBeacon,
  'irc-bot': planIrcBot,
  'dns-tunnel': planDnsTunnel,
  'peer-bot': planPeerBot,
  'malware-download': planMalwareDownload,
};

export function planBehaviour(plan: BehaviourPlan, context: AttackContext): AttackTrack {
  return planners[plan.kind]({ ...context, size: plan.size });
}
