/**
 * Takes the framework's steps between a request and its handler (guards, pipes, interceptors, the wrapping of an answer) out of the
 * way of one route, where they cost a noticeable part of a request. The route is described by its decorators as every other.
 *
 * What those steps would do, such as authentication, is the handler's own then; what it throws becomes a problem as everywhere.
 */
import type { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, RouteHandlerMethod } from 'fastify';

/** To be called by the constructor of a controller: the framework adds the routes of controllers when all of them are made. */
export function routeDirectly(
  { httpAdapter }: HttpAdapterHost,
  method: 'GET' | 'POST',
  path: string,
  handler: RouteHandlerMethod,
): void {
  (httpAdapter.getInstance() as FastifyInstance).addHook('onRoute', (route) => {
    if (route.method === method && route.url === path) route.handler = handler;
  });
}
