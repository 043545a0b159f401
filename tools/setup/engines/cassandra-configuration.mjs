// What a Cassandra for development and tests is told: one node that listens on the loopback alone, takes few resources, and
// starts fast. Where production differs, infra/scylla/README.md says so.

/** What Cassandra 5 needs opened of a JDK of version 11 or newer. */
const EXPORTS = [
  'java.base/jdk.internal.misc',
  'java.base/java.lang.ref',
  'java.management.rmi/com.sun.jmx.remote.internal.rmi',
  'java.rmi/sun.rmi.registry',
  'java.rmi/sun.rmi.server',
  'java.sql/java.sql',
  'jdk.unsupported/sun.misc',
  'jdk.attach/sun.tools.attach',
];
const OPENS = [
  'java.base/java.io',
  'java.base/java.lang',
  'java.base/java.lang.module',
  'java.base/java.lang.reflect',
  'java.base/java.util',
  'java.base/jdk.internal.loader',
  'java.base/jdk.internal.math',
  'java.base/jdk.internal.module',
  'java.base/jdk.internal.ref',
  'java.base/jdk.internal.reflect',
  'java.base/jdk.internal.util.jar',
  'java.base/sun.nio.ch',
  'jdk.management/com.sun.management.internal',
];

/** Arguments of `java`. JMX stays off: nothing listens but CQL and the port for other nodes, which there are none of. */
export function javaArguments({ directory, jars, heapMb }) {
  return [
    ...EXPORTS.flatMap((name) => ['--add-exports', `${name}=ALL-UNNAMED`]),
    ...OPENS.flatMap((name) => ['--add-opens', `${name}=ALL-UNNAMED`]),
    `-Xms${heapMb}m`,
    `-Xmx${heapMb}m`,
    '-Xss512k',
    '-XX:MaxDirectMemorySize=512m',
    // With two cores and a heap of 1 GB, the collector with the least work for its threads wins.
    '-XX:+UseParallelGC',
    '-XX:+ExitOnOutOfMemoryError',
    '-XX:-UsePerfData',
    '-Djdk.attach.allowAttachSelf=true',
    '-Dio.netty.tryReflectionSetAccessible=true',
    '-Dio.netty.allocator.useCacheForAllThreads=true',
    // All clients are on this machine, and its two cores have other things to do than to look for buffers that were lost.
    '-Dio.netty.eventLoopThreads=1',
    '-Dio.netty.leakDetection.level=disabled',
    '-Djava.net.preferIPv4Stack=true',
    '-Dfile.encoding=UTF-8',
    `-Djava.io.tmpdir=${directory}`,
    `-Djna.tmpdir=${directory}`,
    '-Dcassandra-foreground=yes',
    `-Dcassandra.config=file://${directory}/cassandra.yaml`,
    `-Dcassandra.storagedir=${directory}/data`,
    `-Dcassandra.logdir=${directory}`,
    `-Dlogback.configurationFile=${directory}/logback.xml`,
    // There is nobody to gossip with: do not wait for others.
    '-Dcassandra.skip_wait_for_gossip_to_settle=0',
    '-Dcassandra.ring_delay_ms=0',
    '-Dcassandra.superuser_setup_delay_ms=0',
    // Not 500 times a second: nothing here is timed out to the millisecond.
    '-Dcassandra.approximate_time_precision_ms=10',
    // A worker names itself after each stage it works for, by a call of the kernel.
    '-Dcassandra.set_sep_thread_name=false',
    '-cp',
    `${jars}/*`,
    'org.apache.cassandra.service.CassandraDaemon',
  ];
}

/** JSON is YAML. */
export function cassandraYaml({ directory, port, storagePort, commitLogSync }) {
  return JSON.stringify(
    {
      cluster_name: 'ticketrail',
      num_tokens: 1,
      auto_bootstrap: false,
      partitioner: 'org.apache.cassandra.dht.Murmur3Partitioner',
      endpoint_snitch: 'SimpleSnitch',
      seed_provider: [
        {
          class_name: 'org.apache.cassandra.locator.SimpleSeedProvider',
          parameters: [{ seeds: `127.0.0.1:${storagePort}` }],
        },
      ],
      listen_address: '127.0.0.1',
      storage_port: storagePort,
      start_native_transport: true,
      rpc_address: '127.0.0.1',
      native_transport_port: port,
      data_file_directories: [`${directory}/data/data`],
      commitlog_directory: `${directory}/data/commitlog`,
      saved_caches_directory: `${directory}/data/saved_caches`,
      hints_directory: `${directory}/data/hints`,
      cdc_enabled: false,
      ...commitLog(commitLogSync),
      commitlog_segment_size: '16MiB',
      commitlog_total_space: '256MiB',
      disk_failure_policy: 'die',
      commit_failure_policy: 'die',
      hinted_handoff_enabled: false,
      // There is one node to ask, and nobody asks for metrics.
      dynamic_snitch: false,
      client_request_size_metrics_enabled: false,
      auto_snapshot: false,
      snapshot_before_compaction: false,
      ...workers(commitLogSync),
      concurrent_compactors: 1,
      memtable_flush_writers: 1,
      memtable_heap_space: '192MiB',
      memtable_offheap_space: '64MiB',
      memtable_allocation_type: 'heap_buffers',
      file_cache_size: '32MiB',
      key_cache_size: '8MiB',
      counter_cache_size: '0MiB',
      row_cache_size: '0MiB',
      index_summary_capacity: '8MiB',
      // The limits of a batch are production's: what is refused there has to be refused here.
      batch_size_warn_threshold: '50KiB',
      batch_size_fail_threshold: '50KiB',
      unlogged_batch_across_partitions_warn_threshold: 1000,
      read_request_timeout: '5s',
      range_request_timeout: '10s',
      write_request_timeout: '2s',
      storage_compatibility_mode: 'NONE',
      slow_query_log_timeout: '0ms',
    },
    undefined,
    2,
  );
}

/** How long a Cassandra of ours takes at most to sync a write that it answered, and some more: what TABLES_SYNC_MS has to say. */
export const TABLES_SYNC_MS = 2_500;

/**
 * `periodic`: as production has it, answered at once and synced every second (production: ten); the end of the machine, and of
 * the process too, may take what was not synced. `group`: a write is answered when it is on disk, and one sync serves all
 * writes of two milliseconds; two to three times the work for each row. `batch`: the same without waiting for others.
 */
function commitLog(sync) {
  if (sync === 'periodic') return { commitlog_sync: 'periodic', commitlog_sync_period: '1s' };
  if (sync === 'batch') return { commitlog_sync: 'batch' };
  return { commitlog_sync: 'group', commitlog_sync_group_window: '2ms' };
}

/**
 * Idle workers look for work again and again, and take it from each other. So two take requests and two write, where
 * 128 requests are usual: fewer switches between threads. Where a write waits for its sync, it takes many to keep going.
 */
function workers(sync) {
  if (sync !== 'periodic') return { concurrent_reads: 8, concurrent_writes: 16 };
  return { native_transport_max_threads: 2, concurrent_reads: 4, concurrent_writes: 2 };
}

export function logbackXml({ directory }) {
  return `<configuration>
  <statusListener class="ch.qos.logback.core.status.NopStatusListener"/>
  <appender name="file" class="ch.qos.logback.core.FileAppender">
    <file>${directory}/cassandra.log</file>
    <encoder><pattern>%date{ISO8601} %-5level %logger{20} %msg%n</pattern></encoder>
  </appender>
  <root level="WARN"><appender-ref ref="file"/></root>
</configuration>
`;
}
