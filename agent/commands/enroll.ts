import path from 'node:path';
import type { Argv } from 'yargs';
import { systemClock } from '../../platform/clock.ts';
import { type CommonOptions, type LogOptions, programLog } from '../../platform/command-line.ts';
import { messageOf, NagtailError } from '../../platform/errors.ts';
import { ProblemList } from '../../platform/problem.ts';
import { readConfigFile } from '../../platform/read-config-file.ts';
import { decodeEnrolment, type Enrolment } from '../../protocol/enrolment-token.ts';
import { agentSectionKinds } from '../config/agent-section-kinds.ts';
import { readReceiver } from '../config/receiver-config.ts';
import { createSender } from '../deliver/create-sender.ts';
import { fetchAuthority } from '../enroll/fetch-authority.ts';
import { readPasted } from '../enroll/read-pasted.ts';
import { assertNoReceiver, writeReceiver } from '../enroll/write-receiver.ts';

interface EnrollOptions extends LogOptions {
  readonly config: string;
  readonly name: string;
}

/** `nagtail enroll`: writes the section of a receiver from one pasted token. */
export function addEnrollCommand(parser: Argv<CommonOptions>): void {
  parser.command(
    'enroll',
    "write a receiver's section from a token on standard input (nagtail-shim secret token)",
    (command) =>
      command.option('name', {
        type: 'string',
        requiresArg: true,
        default: 'main',
        describe: 'NAME of the [receiver.NAME] to write',
      }),
    (options) => enroll(options),
  );
}

async function enroll(options: EnrollOptions): Promise<void> {
  const { config, name } = options;
  if (!/^\w[\w.-]{0,63}$/.test(name)) {
    throw new NagtailError('ENROLMENT_FAILED', `--name: expected letters, digits, dots and dashes`);
  }
  assertNoReceiver({ config, name });
  const reading = decodeEnrolment(await readPasted(process.stdin, process.stderr));
  process.stdin.destroy();
  if (!reading.ok) throw new NagtailError('ENROLMENT_FAILED', reading.message);
  const { enrolment } = reading;
  const authority =
    enrolment.protocol === 'nrdp'
      ? await fetchAuthority(new URL(enrolment.url), enrolment.caFingerprint)
      : undefined;
  const files = writeReceiver({ config, name }, enrolment, authority);
  process.stdout.write(`[receiver.${name}], which reports to ${targetOf(enrolment)}:\n`);
  for (const file of files) process.stdout.write(`  ${file}\n`);
  process.stdout.write(`${await trial(options)}\n`);
}

function targetOf(enrolment: Enrolment): string {
  const where =
    enrolment.protocol === 'nrdp' ? enrolment.url : `${enrolment.host}, port ${enrolment.port},`;
  return `${where} as ${enrolment.identity}`;
}

/** Tries whether the receiver would let us in; it may also be that it does not run yet. */
async function trial(options: EnrollOptions): Promise<string> {
  const { config, name } = options;
  const section = readConfigFile(config, agentSectionKinds).sections.find((one) => {
    return one.kind === 'receiver' && one.name === name;
  });
  const context = { folder: path.dirname(path.resolve(config)) };
  const receiver = section && readReceiver(section, context, new ProblemList());
  if (receiver === undefined) return 'now run: nagtail validate';
  const log = programLog('nagtail', options);
  const sender = createSender(receiver, {
    clock: systemClock,
    log,
    stream: undefined,
    hostName: '',
  });
  try {
    await sender.probe(new AbortController().signal);
    return 'the receiver answers; now run: nagtail validate';
  } catch (error) {
    return `but it does not let us in now: ${messageOf(error)}`;
  } finally {
    sender.close();
  }
}
