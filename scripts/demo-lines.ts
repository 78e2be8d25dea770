const templates = [
  'login: 1 LOGIN FAILURE ON ttyp2',
  'sshd[4242]: Accepted publickey for alice from 192.0.2.17 port 51514 ssh2: ED25519 SHA256:demo',
  'CRON[991]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)',
  'sshd[4711]: Failed password for invalid user admin from 203.0.113.9 port 40122 ssh2',
  'systemd[1]: Started Daily apt download activities.',
  "systemd[1]: backup.service: Failed with result 'exit-code'.",
  'kernel: [ 8123.441202] Out of memory: Killed process 3117 (java) total-vm:8123456kB',
];

/** The line of the article that nagtail's login rule comes from, then syslog lines without an end. */
export function* demoLines(): Generator<string, never> {
  yield 'Nov 15 04:02:24 foohost login: 1 LOGIN FAILURE ON ttyp2';
  for (let count = 1; ; count++) {
    yield `${syslogTime(new Date())} foohost ${templates[count % templates.length]}`;
  }
}

/** The time as traditional syslog writes it: `Nov 15 04:02:24`, the day padded with a blank. */
function syslogTime(date: Date): string {
  const month = date.toLocaleString('en-US', { month: 'short' });
  const clock = date.toTimeString().slice(0, 8);
  return `${month} ${String(date.getDate()).padStart(2, ' ')} ${clock}`;
}
