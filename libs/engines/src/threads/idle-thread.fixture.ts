import { runThreadOf } from './thread-of.fixture.js';

runThreadOf(() => 'nobody works here');
