import { closeSync, openSync, writeSync } from 'node:fs';

/** What a log is made of. */
export interface LogSpec {
  readonly lines: number;
  /** `mixed`: of many programs, 1 % of the lines failed logins of root; `logins`: nothing else. */
  readonly mix: 'mixed' | 'logins';
  /** Addresses that the failed logins come from, in turn. */
  readonly addresses: number;
}

/** Lines that are written at once. */
const chunkLines = 20_000;

const hosts = ['web01', 'web02', 'db01', 'mail01', 'app03'];
const users = ['alice', 'bob', 'carol', 'deploy', 'git', 'www-data'];
const paths = ['/', '/index.html', '/api/v1/orders/8812', '/static/app.4f1c.js', '/login'];

type Pick = (below: number) => number;

/** The lines of other programs, without host and time. */
const makers: readonly ((pick: Pick) => string)[] = [
  (n) =>
    `sshd[${n(60000)}]: Accepted publickey for ${users[n(6)]} from ${address(n(5000))} port ${n(65535)} ssh2: RSA SHA256:${n(2 ** 30).toString(36)}`,
  (n) =>
    `sshd[${n(60000)}]: Failed password for invalid user ${users[n(6)]}${n(99)} from ${address(n(5000))} port ${n(65535)} ssh2`,
  (n) =>
    `sshd[${n(60000)}]: Received disconnect from ${address(n(5000))} port ${n(65535)}:11: Bye Bye [preauth]`,
  (n) =>
    `sudo:   ${users[n(6)]} : TTY=pts/${n(9)} ; PWD=/srv ; USER=root ; COMMAND=/usr/bin/systemctl restart nginx`,
  (n) => `CRON[${n(60000)}]: (root) CMD (cd / && run-parts --report /etc/cron.hourly)`,
  (n) =>
    `kernel: [${n(9999999)}.${n(999999)}] usb 1-1: new high-speed USB device number ${n(250)} using xhci_hcd`,
  (n) => `postfix/smtpd[${n(60000)}]: disconnect from unknown[${address(n(5000))}]`,
  (n) =>
    `postfix/smtp[${n(60000)}]: ${n(2 ** 30)
      .toString(16)
      .toUpperCase()}: to=<user${n(999)}@example.org>, relay=mx${n(4)}.example.org[203.0.113.${n(250)}]:25, delay=${n(90)}.1, delays=0.1/0/0.3/0.2, dsn=2.0.0, status=sent (250 2.0.0 Ok)`,
  (n) =>
    `nginx: ${address(n(5000))} - - [23/Nov/2026:06:00:00 +0000] "GET ${paths[n(5)]} HTTP/1.1" ${[200, 304, 404, 500][n(4)]} ${n(90000)} "-" "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0"`,
  (n) => `systemd[1]: Started Session ${n(5000)} of user deploy.`,
];

/** Writes a log; the same spec always gives the same bytes. */
export function writeLog(file: string, { lines, mix, addresses }: LogSpec): void {
  const fd = openSync(file, 'w');
  let state = 1;
  // A linear congruential generator: any will do that is the same everywhere.
  const pick = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let first = 0; first < lines; first += chunkLines) {
    const chunk: string[] = [];
    for (let line = first; line < Math.min(lines, first + chunkLines); line++) {
      const isLogin = mix === 'logins' || pick(100) === 0;
      const login = () =>
        `sshd[${pick(60000)}]: Failed password for root from ${address((line * 7919) % addresses)} port ${pick(65535)} ssh2`;
      const text = isLogin ? login() : makers[pick(makers.length)]?.(pick);
      chunk.push(`Nov 23 06:${10 + pick(50)}:${10 + pick(50)} ${hosts[pick(5)]} ${text}\n`);
    }
    writeSync(fd, chunk.join(''));
  }
  closeSync(fd);
}

function address(number: number): string {
  return `${10 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}.${(number * 7) % 254}`;
}
