const [command, ...args] = process.argv.slice(2);
// `send` may be started for each single result: it loads nothing but what it needs.
if (command === 'send') await (await import('./commands/send.ts')).runSendCommand(args);
else await import('./main.ts');
