import {
  filePath,
  oneOf,
  optionalPath,
  optionalText,
  port,
  text,
  wholeNumber,
  yesNo,
} from '../../platform/config-keys.ts';

/** The keys of `[shim]`. */
export const shimKeys = {
  state_dir: filePath('folder for what must survive a restart', {
    otherwise: '/var/lib/nagtail-shim',
  }),
};

/** The keys of `[listen.nsca]`. */
export const nscaListenKeys = {
  address: text('address to listen on; * is all addresses, IPv6 and IPv4', { otherwise: '*' }),
  port: port('TCP port to listen on', { otherwise: 5667 }),
  encryption_method: text('number or name of the NSCA encryption method', { otherwise: '14' }),
  password: optionalText('the password; better in a file of its own: password_file'),
  password_file: optionalPath('file that holds the password'),
  max_connections: wholeNumber(
    'connections at the same time; more are turned away',
    { min: 1, max: 10_000, unit: 'connections' },
    { otherwise: 1_000 },
  ),
  idle_timeout: wholeNumber(
    'how long a connection may stay without a whole packet',
    { min: 1, max: 3_600, unit: 'seconds' },
    { otherwise: 30 },
  ),
};

/** The keys of `[sink.NAME]`. */
export const sinkKeys = {
  type: oneOf('how results reach Nagios', ['command-file'] as const),
  path: filePath("Nagios' external command file (a FIFO)"),
  create: yesNo('append to a regular file, made if it is missing, instead of a FIFO', {
    otherwise: false,
  }),
};
