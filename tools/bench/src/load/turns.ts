/**
 * Whose turn a request is, when several tenants send: they take turns by whole cycles of request sizes, and each tenant has a
 * sequence of requests of its own, numbered from 0, as if nobody else sent.
 */
import type { RequestSizes } from './request-sizes.js';

export class Turns {
  readonly #cycle: number;

  constructor(
    sizes: RequestSizes,
    readonly tenants: number,
  ) {
    this.#cycle = sizes.cycle.length;
  }

  tenantOf(request: number): number {
    return Math.floor(request / this.#cycle) % this.tenants;
  }

  /** The request's number among those of its tenant. */
  ownOf(request: number): number {
    const cycle = Math.floor(request / this.#cycle);
    return Math.floor(cycle / this.tenants) * this.#cycle + (request - cycle * this.#cycle);
  }

  /** The way back: which request of all is a tenant's own one. Requests before the first are negative. */
  requestOf(tenant: number, own: number): number {
    const cycle = Math.floor(own / this.#cycle);
    return (cycle * this.tenants + tenant) * this.#cycle + (own - cycle * this.#cycle);
  }

  /** How many of the first `requests` requests are this tenant's. */
  ownBefore(tenant: number, requests: number): number {
    const cycles = Math.floor(requests / this.#cycle);
    const whole = Math.floor(cycles / this.tenants) + (cycles % this.tenants > tenant ? 1 : 0);
    const rest = cycles % this.tenants === tenant ? requests - cycles * this.#cycle : 0;
    return whole * this.#cycle + rest;
  }
}
