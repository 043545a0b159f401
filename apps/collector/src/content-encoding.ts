/** Unpacks a body that came compressed: terminals on thin lines send gzip. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { BODY_BYTES_MAX, Problem } from '@ticketrail/runtime';

const unzip = promisify(gunzip);

/** The body as it was before its Content-Encoding. What unpacks to more than a body may hold is refused before it is in memory. */
export async function unpack(encoding: string | undefined, body: Buffer | undefined): Promise<Buffer | undefined> {
  const name = (encoding ?? 'identity').trim().toLowerCase();
  if (body === undefined || name === 'identity') return body;
  if (name !== 'gzip') {
    throw new Problem(
      'unsupported_media_type',
      `Content-Encoding '${name.slice(0, 40)}' is not understood; send gzip, or plain.`,
    );
  }
  try {
    return await unzip(body, { maxOutputLength: BODY_BYTES_MAX });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new Problem('too_large', `The body unpacks to more than ${BODY_BYTES_MAX} bytes.`);
    }
    throw new Problem('bad_request', 'The body says that it is gzip and is not.');
  }
}
