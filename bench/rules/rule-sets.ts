const login = 'sshd\\[\\d+\\]: Failed password for root from ([\\d.]+) port (\\d+)';

/** Patterns that match no line of the log; `#` makes each rule another one. */
const regexps = [
  'sshd\\[\\d+\\]: Accepted (?:password|publickey) for svc# from ([\\d.]+) port (\\d+)',
  'postfix/smtpd\\[\\d+\\]: NOQUEUE: reject: RCPT from \\S+\\[([\\d.]+)\\]: 55# .*?; from=<(\\S*)>',
  'kernel: \\[\\s*[\\d.]+\\] (?:EXT4-fs|XFS) \\(dm-#\\): error (.*)',
  'CRON\\[\\d+\\]: \\(user#\\) CMD \\((.+)\\)',
  'sudo:\\s+(\\S+) : .*; COMMAND=/usr/sbin/tool#\\b',
  'nginx: ([\\d.]+) - \\S+ \\[[^\\]]+\\] "(?:GET|POST) /app#/\\S* HTTP/[\\d.]+" 5\\d\\d',
  '^\\w{3}\\s+\\d+ [\\d:]+ (\\S+) systemd\\[1\\]: Failed to start unit#\\.service',
  "\\bmysqld\\[\\d+\\]: .*\\[ERROR\\] .*table '(\\S+)' .*db#",
];

const texts = [
  'Accepted password for svc# from',
  'NOQUEUE: reject: 55#',
  'EXT4-fs error (device dm-#)',
  '(user#) CMD (',
  'COMMAND=/usr/sbin/tool#',
  'GET /app#/ HTTP/1.1" 500',
  'Failed to start unit#.service',
  '[ERROR] db# table',
];

/** So many Single rules, of which only the last one matches: every line goes past all of them. */
export function singleRules(count: number, type: 'RegExp' | 'SubStr'): string {
  const patterns = type === 'RegExp' ? regexps : texts;
  const own = type === 'RegExp' ? ' $1' : '';
  const others = Array.from({ length: count - 1 }, (_, index) => {
    const pattern = patterns[index % patterns.length]?.replace('#', String(index >> 3));
    return `type=Single\nptype=${type}\npattern=${pattern}\ndesc=rule ${index}${own}\naction=write - %s\n`;
  });
  const last = type === 'RegExp' ? login : 'Failed password for root from';
  const matching = `type=Single\nptype=${type}\npattern=${last}\ndesc=login${own}\naction=write - %s\n`;
  return [...others, matching].join('\n');
}

/** Counts failed logins of each address, and tells when an address has had `threshold`. */
export function thresholdRule(threshold: number): string {
  return `type=SingleWithThreshold\nptype=RegExp\npattern=${login}\ndesc=logins from $1\naction=write - %s\nwindow=7200\nthresh=${threshold}\n`;
}

/** A context for each address; only the first line of an address is told. */
export const contextRules = [
  `type=Single\nptype=RegExp\npattern=${login}\ncontext=!SEEN_$1\ncontinue=TakeNext\ndesc=first from $1\naction=create SEEN_$1 7200; write - %s\n`,
  `type=Single\nptype=RegExp\npattern=${login}\ncontext=SEEN_$1\ndesc=again from $1\naction=none\n`,
].join('\n');
