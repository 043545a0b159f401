import { Module } from '@nestjs/common';
import { Collector } from './collector.js';
import { EventsController } from './events.controller.js';

/** Needs EventLog and Clock. */
@Module({ controllers: [EventsController], providers: [Collector] })
export class CollectorModule {}
