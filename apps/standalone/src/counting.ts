/** What the counting thread runs: see CountingThread. */
import { runThread } from '@ticketrail/engines';
import { StandaloneModule } from './standalone.module.js';

runThread('standalone', StandaloneModule.counting);
