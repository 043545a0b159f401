// What each service may say and hear on NATS: the subjects that it needs for its work, and no other.

/** The services that have a user of their own. */
export const NATS_SERVICES = ['collector', 'enricher', 'aggregator', 'api', 'migrator'];

const MEMBERS = 'KV_members';
const LOG = ['INGEST', 'EVENTS', 'ROWS'];

const api = (...subjects) => subjects.map((subject) => `$JS.API.${subject}`);

/** To find the log and to see how full it is. */
const open = api(...LOG.map((stream) => `STREAM.INFO.${stream}`));

/** To look at single messages of a stream, and to follow its partitions. */
const read = (stream) =>
  api(
    `STREAM.MSG.GET.${stream}`,
    `DIRECT.GET.${stream}`,
    `CONSUMER.CREATE.${stream}.*.${stream.toLowerCase()}.*`,
    `CONSUMER.MSG.NEXT.${stream}.*`,
    `CONSUMER.DELETE.${stream}.*`,
  );

/** To see who is there. */
const watchMembers = [
  ...api(
    'INFO',
    `STREAM.INFO.${MEMBERS}`,
    `CONSUMER.CREATE.${MEMBERS}.>`,
    `CONSUMER.INFO.${MEMBERS}.*`,
    `CONSUMER.DELETE.${MEMBERS}.*`,
  ),
  `$JS.FC.${MEMBERS}.>`,
];

/** To be one of those who share the partitions of a role. */
const member = (role) => [`$KV.members.${role}.*`, ...watchMembers];

const PUBLISH = {
  collector: ['ingest.*', ...open],
  enricher: ['events.*', ...open, ...read('INGEST'), ...read('EVENTS'), ...member('enricher')],
  aggregator: [
    'rows.*',
    ...open,
    ...read('INGEST'),
    ...read('EVENTS'),
    ...api('STREAM.PURGE.INGEST', 'STREAM.PURGE.EVENTS'),
    ...member('aggregator'),
  ],
  api: [...open, ...read('INGEST'), ...read('EVENTS'), ...read('ROWS'), ...watchMembers],
  migrator: api(
    'INFO',
    ...[...LOG, MEMBERS].flatMap((stream) => ['INFO', 'CREATE', 'UPDATE'].map((verb) => `STREAM.${verb}.${stream}`)),
  ),
};

/** Answers come to the service alone: others may not listen there. Goes with the option `inboxPrefix` of a connection. */
export function inboxPrefixOf(service) {
  return `_INBOX.${service}`;
}

/** The authorization block of nats-server's configuration. @param publicKeys by service */
export function authorizationBlock(publicKeys) {
  const list = (subjects) => subjects.map((subject) => `          ${JSON.stringify(subject)}`).join('\n');
  const users = NATS_SERVICES.map(
    (service) => `    { # ${service}
      nkey: ${publicKeys[service]}
      permissions: {
        publish: { allow: [
${list([...new Set(PUBLISH[service])])}
        ] }
        subscribe: { allow: ["${inboxPrefixOf(service)}.>"] }
      }
    }`,
  );
  return `authorization {\n  users: [\n${users.join('\n')}\n  ]\n}\n`;
}
