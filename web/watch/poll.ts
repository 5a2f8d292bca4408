// Asks again and again for JSON that changes, while the page can be seen.
import { say } from './dom';

const pause = 1000;
const pauseAfterFailure = 3000;

/** Asks at once and then about every second; data that is as before is not handed over again.
 * @returns What stops it. */
export function poll<T>(url: () => string, show: (data: T) => void): () => void {
  const stop = new AbortController();
  void (async () => {
    let tag = '', asked = '';
    while (!stop.signal.aborted) {
      await visible();
      const address = url();
      tag = address === asked ? tag : '';
      asked = address;
      const answer = await ask<T>(address, tag, stop.signal);
      if (stop.signal.aborted) { return; }
      if (answer.data !== undefined) {
        tag = answer.tag;
        show(answer.data);
      }

      await new Promise(done => setTimeout(done, answer.failed ? pauseAfterFailure : pause));
    }
  })();
  return () => stop.abort();
}

/** Asks once. Failures are said on the page. */
export async function ask<T>(url: string, tag: string, signal: AbortSignal): Promise<{ data?: T; tag: string; failed: boolean }> {
  try {
    const response = await fetch(url, { cache: 'no-store', headers: tag ? { 'If-None-Match': tag } : {}, signal });
    if (response.status !== 304 && !response.ok) {
      const problem = await response.json().catch(() => null) as { error?: { message?: string } } | null;
      say('trouble', problem?.error?.message ?? `The server answers with ${response.status}.`);
      return { tag: '', failed: true };
    }

    say('trouble', null);
    return response.status === 304
      ? { tag, failed: false }
      : { data: await response.json() as T, tag: response.headers.get('ETag') ?? '', failed: false };
  } catch {
    if (!signal.aborted) {
      say('trouble', 'The server does not answer; the page tries again.');
    }

    return { tag: '', failed: true };
  }
}

const visible = (): Promise<void> => new Promise(done => {
  if (!document.hidden) { done(); return; }
  const look = (): void => {
    if (!document.hidden) {
      document.removeEventListener('visibilitychange', look);
      done();
    }
  };
  document.addEventListener('visibilitychange', look);
});
