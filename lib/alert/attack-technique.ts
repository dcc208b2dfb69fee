// alert: where a label stands in MITRE ATT&CK for Enterprise (attack.mitre.org).

import type { Label } from '../detection/labels.ts';

export interface AttackTechnique {
  readonly tacticId: string;
  readonly tactic: string;
  readonly techniqueId: string;
  readonly technique: string;
}

function technique(tacticId: string, tactic: string, techniqueId: string, name: string): AttackTechnique {
  return { tacticId, tactic, techniqueId, technique: name };
}

const PORT_SCAN = technique('TA0007', 'Discovery', 'T1046', 'Network Service Discovery');
const SCANNING = technique('TA0043', 'Reconnaissance', 'T1595', 'Active Scanning');
const VULNERABILITY_SCANNING = technique('TA0043', 'Reconnaissance', 'T1595.002', 'Vulnerability Scanning');
const PASSWORD_GUESSING = technique('TA0006', 'Credential Access', 'T1110.001', 'Password Guessing');
const PUBLIC_EXPLOIT = technique('TA0001', 'Initial Access', 'T1190', 'Exploit Public-Facing Application');
const NETWORK_FLOOD = technique('TA0040', 'Impact', 'T1498', 'Network Denial of Service');
const ENDPOINT_DENIAL = technique('TA0040', 'Impact', 'T1499', 'Endpoint Denial of Service');
const SERVICE_FLOOD = technique('TA0040', 'Impact', 'T1499.002', 'Service Exhaustion Flood');

/** Labels that name no one behaviour (Generic) or none at all (Normal) have no technique. */
const TECHNIQUES: Readonly<Record<Label, AttackTechnique | undefined>> = {
  Analysis: SCANNING,
  Backdoor: technique('TA0003', 'Persistence', 'T1505', 'Server Software Component'),
  Bot: technique('TA0011', 'Command and Control', 'T1071', 'Application Layer Protocol'),
  DDoS: NETWORK_FLOOD,
  DoS: ENDPOINT_DENIAL,
  'DoS GoldenEye': SERVICE_FLOOD,
  'DoS Hulk': SERVICE_FLOOD,
  'DoS SlowHTTPTest': SERVICE_FLOOD,
  'DoS Slowloris': SERVICE_FLOOD,
  Exploits: PUBLIC_EXPLOIT,
  'FTP Patator': PASSWORD_GUESSING,
  Fuzzers: VULNERABILITY_SCANNING,
  Generic: undefined,
  Heartbleed: PUBLIC_EXPLOIT,
  Infiltration: technique('TA0008', 'Lateral Movement', 'T1210', 'Exploitation of Remote Services'),
  Normal: undefined,
  'Port Scan': PORT_SCAN,
  Reconnaissance: SCANNING,
  'SSH Patator': PASSWORD_GUESSING,
  Shellcode: technique('TA0002', 'Execution', 'T1203', 'Exploitation for Client Execution'),
  'Web Attack - Brute Force': PASSWORD_GUESSING,
  'Web Attack - SQL Injection': PUBLIC_EXPLOIT,
  'Web Attack - XSS': technique('TA0001', 'Initial Access', 'T1189', 'Drive-by Compromise'),
  Worms: technique('TA0008', 'Lateral Movement', 'T1210', 'Exploitation of Remote Services'),
};

/** Undefined too for a label of another version. */
export function attackTechnique(label: string): AttackTechnique | undefined {
  return Object.hasOwn(TECHNIQUES, label) ? TECHNIQUES[label as Label] : undefined; // hasOwn says it is a Label
}
