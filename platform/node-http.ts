import type http from 'node:http';

/**
 * Node's HTTP. An `import` of its module reads all that it exports, WebSocket among it, and that loads an
 * HTTP client of its own which nobody here uses: 13 MiB, 6 of them private.
 */
export const nodeHttp: typeof http = process.getBuiltinModule('node:http');
