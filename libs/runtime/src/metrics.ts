/** Prometheus metrics. Each part makes its own on the one registry; names follow `ticketrail_<part>_<what>_<unit>`. */
import { Controller, Get, Header, Inject, Injectable, Optional } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { mergedMetrics } from './merged-metrics.js';
import { THREAD } from './tokens.js';

const OF_PROCESS = /^process_|^nodejs_version_info$/;

@Injectable()
export class Metrics {
  readonly registry = new Registry();

  /** Those of other threads, as text. */
  private readonly others: (() => Promise<string>)[] = [];

  constructor(@Optional() @Inject(THREAD) thread?: string) {
    collectDefaultMetrics({ register: this.registry, ...(thread === undefined ? {} : { labels: { thread } }) });
    // What is said of the process is said by its first thread.
    if (thread !== undefined) {
      const names = this.registry.getMetricsAsArray().map(({ name }) => name);
      for (const name of names) if (OF_PROCESS.test(name)) this.registry.removeSingleMetric(name);
    }
  }

  /** Adds what another thread of this process measures. */
  include(text: () => Promise<string>): void {
    this.others.push(text);
  }

  /** Of all threads, as Prometheus reads it. */
  async text(): Promise<string> {
    const texts = await Promise.all([this.registry.metrics(), ...this.others.map((text) => text())]);
    return mergedMetrics(texts);
  }

  counter<L extends string>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.registry] });
  }

  /** A gauge that is read when it is scraped. */
  gauge<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    collect: (set: (labels: Partial<Record<L, string | number>>, value: number) => void) => void,
  ): void {
    const gauge = new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [],
      collect() {
        this.reset();
        collect((labels, value) => this.set(labels, value));
      },
    });
    this.registry.registerMetric(gauge);
  }

  /** A counter whose value is kept elsewhere and read when it is scraped. */
  counted<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    collect: (add: (labels: Partial<Record<L, string | number>>, value: number) => void) => void,
  ): void {
    const counter = new Counter({
      name,
      help,
      labelNames: [...labelNames],
      registers: [],
      collect() {
        this.reset();
        collect((labels, value) => this.inc(labels, value));
      },
    });
    this.registry.registerMetric(counter);
  }
}

@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  scrape(): Promise<string> {
    return this.metrics.text();
  }
}
