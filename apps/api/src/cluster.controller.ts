/** Who runs this installation: the services that answer, what each has, and what nobody has. */
import { Controller, Get, Inject, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Epoch } from '@ticketrail/pipeline';
import { ClusterStatus, EPOCH, KeyGuard } from '@ticketrail/runtime';
import { unownedPartitions } from './cluster-watch.js';

@ApiTags('operation')
@ApiBearerAuth('bearer')
@Controller('v1')
@UseGuards(KeyGuard)
export class ClusterController {
  constructor(
    private readonly cluster: ClusterStatus,
    @Inject(EPOCH) private readonly epoch: Epoch,
  ) {}

  @Get('cluster')
  @ApiOperation({
    summary: 'The services that are there, their partitions, positions and lag, and partitions nobody has',
  })
  async status() {
    const services = (await this.cluster.ask()).toSorted(
      (a, b) => a.role.localeCompare(b.role) || a.member.localeCompare(b.member),
    );
    return {
      epoch: this.epoch.epoch,
      generation: this.epoch.generation,
      partitions: this.epoch.partitions,
      services,
      unowned: unownedPartitions(services, this.epoch.partitions),
    };
  }
}
