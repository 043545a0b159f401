import { Module } from '@nestjs/common';
import { Enricher } from './enricher.js';

/** Needs EventLog, Tables, Reference, Membership, Clock and the epoch. */
@Module({ providers: [Enricher] })
export class EnricherModule {}
