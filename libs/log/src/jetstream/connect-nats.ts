import { readFile } from 'node:fs/promises';
import {
  connect,
  createInbox,
  credsAuthenticator,
  nkeyAuthenticator,
  type Authenticator,
  type NatsConnection,
  type NodeConnectionOptions,
} from '@nats-io/transport-node';

/** How to reach NATS, and as whom. */
export interface NatsOptions {
  /** One or more addresses, such as `nats://nats-0:4222`. */
  readonly servers: string | readonly string[];
  /** What the server's own lists call this connection. */
  readonly name: string;
  /** A file that holds the seed of an nkey. */
  readonly nkeySeedFile?: string;
  /** A file that holds a JWT and its seed. */
  readonly credentialsFile?: string;
  readonly user?: string;
  readonly password?: string;
  readonly tls?: { readonly caFile?: string; readonly certFile?: string; readonly keyFile?: string };
  /** Under which subject answers come; a user with few rights may listen on its own only. Default `_INBOX`. */
  readonly inboxPrefix?: string;
  /** How long the first connection may take, in milliseconds. Later ones are tried for ever. Default 30 s. */
  readonly connectMsMax?: number;
}

/** NATS did not answer, or refused this user. */
export class NatsUnreachable extends Error {
  readonly code = 'NATS_UNREACHABLE';
}

const connectMsMaxDefault = 30_000;
const attemptMsMax = 5_000;
const pauseMs = 250;
/** A connection that is open but dead is noticed after two of these. */
const pingMs = 5_000;

const inboxPrefixes = new WeakMap<NatsConnection, string>();

/** A subject of one's own for answers, below what the connection's user may listen on. */
export function inboxOf(connection: NatsConnection): string {
  return createInbox(inboxPrefixes.get(connection));
}

/** Connects, and keeps connecting anew for ever whenever the connection is lost. Throws NatsUnreachable when it never was there. */
export async function connectNats(options: NatsOptions): Promise<NatsConnection> {
  const settings = await connectionOptions(options);
  const waitMsMax = options.connectMsMax ?? connectMsMaxDefault;
  const deadline = Date.now() + waitMsMax;
  for (;;) {
    try {
      const connection = await connect(settings);
      if (options.inboxPrefix !== undefined) inboxPrefixes.set(connection, options.inboxPrefix);
      return connection;
    } catch (error) {
      if (Date.now() + pauseMs > deadline) {
        throw new NatsUnreachable(
          `NATS at ${[options.servers].flat().join(', ')} did not let ${options.name} in within ${waitMsMax / 1000} s`,
          { cause: error },
        );
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

async function connectionOptions(options: NatsOptions): Promise<NodeConnectionOptions> {
  const { servers, name, user, password, tls, inboxPrefix } = options;
  const authenticator = await authenticatorOf(options);
  return {
    servers: [servers].flat(),
    name,
    timeout: attemptMsMax,
    maxReconnectAttempts: -1,
    // Credentials may be changed on the server before they are changed here; giving up for good would need a person.
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: 100,
    reconnectJitter: 200,
    reconnectJitterTLS: 500,
    pingInterval: pingMs,
    maxPingOut: 2,
    ...(user === undefined ? {} : { user, pass: password ?? '' }),
    ...(authenticator === undefined ? {} : { authenticator }),
    ...(inboxPrefix === undefined ? {} : { inboxPrefix }),
    ...(tls === undefined ? {} : { tls: { ...tls } }),
  };
}

async function authenticatorOf({ nkeySeedFile, credentialsFile }: NatsOptions): Promise<Authenticator | undefined> {
  if (nkeySeedFile !== undefined) {
    const seed = (await readFile(nkeySeedFile, 'utf8')).trim();
    return nkeyAuthenticator(new TextEncoder().encode(seed));
  }
  return credentialsFile === undefined ? undefined : credsAuthenticator(await readFile(credentialsFile));
}
