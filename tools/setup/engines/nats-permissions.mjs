// What each service may say and hear on NATS: the subjects that it needs for its work, and no other.

/** The services that have a user of their own. */
export const NATS_SERVICES = ['collector', 'enricher', 'aggregator', 'api', 'migrator'];

const LOG = ['INGEST', 'EVENTS', 'ROWS'];

const api = (...subjects) => subjects.map((subject) => `$JS.API.${subject}`);

/**
 * What each service may publish and hear, by service.
 *
 * @param prefix of the installation's streams and subjects; the same as its LOG_PREFIX
 */
function permissionsOf(prefix) {
  const streamOf = (name) => (prefix === '' ? name : `${prefix}_${name}`);
  const subjectOf = (subject) => (prefix === '' ? subject : `${prefix}.${subject}`);
  const bucket = streamOf('members');
  const members = `KV_${bucket}`;

  /** To find the log and to see how full it is. */
  const open = api(...LOG.map((name) => `STREAM.INFO.${streamOf(name)}`));

  /** To look at single messages of a stream, and to follow its partitions. */
  const read = (name) => {
    const stream = streamOf(name);
    return api(
      `STREAM.MSG.GET.${stream}`,
      `DIRECT.GET.${stream}`,
      `CONSUMER.CREATE.${stream}.*.${subjectOf(name.toLowerCase())}.*`,
      `CONSUMER.MSG.NEXT.${stream}.*`,
      `CONSUMER.DELETE.${stream}.*`,
    );
  };

  /** To see who is there. */
  const watchMembers = [
    ...api(
      'INFO',
      `STREAM.INFO.${members}`,
      `CONSUMER.CREATE.${members}.>`,
      `CONSUMER.INFO.${members}.*`,
      `CONSUMER.DELETE.${members}.*`,
    ),
    `$JS.FC.${members}.>`,
  ];

  /** To be one of those who share the partitions of a role. */
  const member = (role) => [`$KV.${bucket}.${role}.*`, ...watchMembers];

  /** The api asks how everybody is: all hear the question, and answer where the api waits for it. */
  const status = subjectOf('ticketrail.control.status');
  const answer = `${inboxPrefixOf('api')}.control.*`;

  return {
    collector: { publish: [subjectOf('ingest.*'), answer, ...open], hear: [status] },
    enricher: {
      publish: [subjectOf('events.*'), answer, ...open, ...read('INGEST'), ...read('EVENTS'), ...member('enricher')],
      hear: [status],
    },
    aggregator: {
      publish: [
        subjectOf('rows.*'),
        answer,
        ...open,
        ...read('INGEST'),
        ...read('EVENTS'),
        ...api(`STREAM.PURGE.${streamOf('INGEST')}`, `STREAM.PURGE.${streamOf('EVENTS')}`),
        ...member('aggregator'),
      ],
      hear: [status],
    },
    api: {
      publish: [status, answer, ...open, ...read('INGEST'), ...read('EVENTS'), ...read('ROWS'), ...watchMembers],
      hear: [status],
    },
    migrator: {
      publish: api(
        'INFO',
        ...[...LOG.map(streamOf), members].flatMap((stream) =>
          ['INFO', 'CREATE', 'UPDATE'].map((verb) => `STREAM.${verb}.${stream}`),
        ),
      ),
      hear: [],
    },
  };
}

/** Answers come to the service alone: others may not listen there. Goes with the option `inboxPrefix` of a connection. */
export function inboxPrefixOf(service) {
  return `_INBOX.${service}`;
}

/**
 * The authorization block of nats-server's configuration.
 *
 * @param publicKeys by service
 * @param prefix the installation's LOG_PREFIX
 */
export function authorizationBlock(publicKeys, prefix = '') {
  const list = (subjects) => subjects.map((subject) => `          ${JSON.stringify(subject)}`).join('\n');
  const permissions = permissionsOf(prefix);
  const users = NATS_SERVICES.map(
    (service) => `    { # ${service}
      nkey: ${publicKeys[service]}
      permissions: {
        publish: { allow: [
${list([...new Set(permissions[service].publish)])}
        ] }
        subscribe: { allow: [
${list([`${inboxPrefixOf(service)}.>`, ...permissions[service].hear])}
        ] }
      }
    }`,
  );
  return `authorization {\n  users: [\n${users.join('\n')}\n  ]\n}\n`;
}
