import { expect, test } from '@jest/globals';
import { outcomeOf } from './outcome.js';
import type { PeerResult, PeersResult } from './peers/peer-result.js';
import type { Kept } from './report/kept-results.js';

type Runs = Kept['results'];
const run = (rate: number, other: Partial<Runs[number]> = {}): Runs[number] =>
  ({
    options: { rate, locations: 12, tenants: 1 },
    faults: [],
    void: undefined,
    isSustained: true,
    ...other,
  }) as unknown as Runs[number];
const kept = (results: Runs, other: Partial<Kept> = {}): Parameters<typeof outcomeOf>[0] => ({
  results,
  warmups: [],
  peers: undefined,
  problems: [],
  ...other,
});
const peersOf = (...peers: Partial<PeerResult>[]): PeersResult => ({ peers }) as unknown as PeersResult;

test('a rate that was not sustained is a result', () => {
  expect(outcomeOf(kept([run(1_000), run(9_000, { isSustained: false })]))).toEqual({
    code: 0,
    text: 'ends with 0: 2 runs without faults, 1 of them sustained',
  });
});

test('faults end with 1 in whatever mode, also in a warm-up', () => {
  const faulty = run(9_000, { faults: ['applied: 1 instead of 2'], isSustained: false });
  const text = 'ends with 1: faults at 9000 events/s, 12 locations, 1 tenant';
  expect(outcomeOf(kept([run(1_000), faulty]))).toEqual({ code: 1, text });
  expect(outcomeOf(kept([run(1_000)], { warmups: [faulty] }))).toEqual({ code: 1, text });
});

test('a run that was void to the last try ends with 1', () => {
  const outcome = outcomeOf(kept([run(1_000), run(40_000, { void: 'the generator fell behind', isSustained: false })]));
  expect(outcomeOf(kept([run(1_000)], { warmups: [run(9_000, { void: 'late' })] })).code).toBe(0);
  expect(outcome).toEqual({ code: 1, text: 'ends with 1: void at 40000 events/s, 12 locations, 1 tenant' });
});

test('what could not be measured ends with 70, unless there is worse', () => {
  const problems = [{ what: '5 events/s', reason: 'it stopped' }];
  expect(outcomeOf(kept([run(1_000)], { problems }))).toEqual({
    code: 70,
    text: 'ends with 70: 5 events/s could not be measured',
  });
  expect(outcomeOf(kept([run(1_000, { faults: ['lost'] })], { problems })).code).toBe(1);
});

test('questions end with 1 when an event was not counted once by the product, whatever a peer does', () => {
  expect(outcomeOf(kept([], { peers: peersOf({ countsOnce: false }) })).code).toBe(1);
  const beside = peersOf({ countsOnce: true }, { problem: 'not installed', countsOnce: false });
  expect(outcomeOf(kept([], { peers: beside }))).toEqual({
    code: 0,
    text: 'ends with 0: questions answered, each event counted once',
  });
  expect(outcomeOf(kept([], { peers: peersOf({ problem: 'it stopped', countsOnce: false }) })).code).toBe(70);
});
