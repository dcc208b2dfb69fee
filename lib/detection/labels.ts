// detection: the 24 classes of the packet model, in its order (alphabetical, capital letters first); flow_net's outputs use the same.

export const LABELS = [
  'Analysis',
  'Backdoor',
  'Bot',
  'DDoS',
  'DoS',
  'DoS GoldenEye',
  'DoS Hulk',
  'DoS SlowHTTPTest',
  'DoS Slowloris',
  'Exploits',
  'FTP Patator',
  'Fuzzers',
  'Generic',
  'Heartbleed',
  'Infiltration',
  'Normal',
  'Port Scan',
  'Reconnaissance',
  'SSH Patator',
  'Shellcode',
  'Web Attack - Brute Force',
  'Web Attack - SQL Injection',
  'Web Attack - XSS',
  'Worms',
] as const;
export type Label = (typeof LABELS)[number];

export const NORMAL: Label = 'Normal';

/** What an alert is called whose flows have no detection but look like nothing seen; no label that a model gives. */
export const ANOMALY = 'Anomaly';
