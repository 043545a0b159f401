import { Module } from '@nestjs/common';
import { Aggregator } from './aggregator.js';

/** Needs EventLog, Tables, Membership, Clock and the epoch. */
@Module({ providers: [Aggregator] })
export class AggregatorModule {}
